//! CSV files.

use super::*;

/// 20 rows: features of known ranges, two classes.
fn csv() -> String {
    (0..20).map(|row| format!("{row},{},{}\n", 100 - row, ["no", "yes"][row % 2])).collect()
}

#[test]
fn csv_is_scaled_by_the_training_part() {
    let folder = Folder::new();
    let path = folder.write("x.csv", csv());
    let data = load(&DataOptions::new(path.clone().into())).unwrap();
    assert_eq!((data.train.len(), data.validation.len(), data.test.len()), (14, 3, 3));
    assert_eq!(
        (data.classes.join(" "), data.name),
        ("no yes".to_owned(), path.display().to_string())
    );
    let Inputs::Features(values) = data.train.inputs() else { panic!("features") };
    assert_eq!(values.iter().copied().fold(f32::NAN, f32::min), 0.0);
    assert_eq!(values.iter().copied().fold(f32::NAN, f32::max), 1.0);
    let InputKind::Features { ref scaling, names: None } = data.input else {
        panic!("{:?}", data.input)
    };
    let Scale { min, max } = scaling[0];
    assert_eq!(scaling[1], Scale { min: 100.0 - max, max: 100.0 - min });
    // For a model, the same scaling: all rows, beyond 0 to 1 where training had not been.
    let all =
        load_for(&path.clone().into(), &LabelColumn::Auto, &data.input, &data.classes).unwrap();
    assert_eq!(
        all.sample(19),
        Sample::Features(&[(19.0 - min) / (max - min), (81.0 - (100.0 - max)) / (max - min)])
    );
    assert_eq!(all.labels()[..3], [0, 1, 0]);
    let rows = read_features(&path, &LabelColumn::Auto, &data.input).unwrap();
    assert_eq!((rows[4].line, rows[4].label.as_deref()), (5, Some("no")));
    assert_eq!(all.sample(4), Sample::Features(&rows[4].features));
}

#[test]
fn csv_with_a_test_file() {
    let folder = Folder::new();
    let train = folder.write("train.csv", format!("x,y,label\n{}", csv()));
    let test = folder.write("test.csv", "label;y;x\nyes;100;0\nno;90;38\n");
    let options = DataOptions { test: Some(test.clone().into()), ..DataOptions::new(train.into()) };
    let data = load(&DataOptions { validation: Some(0), ..options.clone() }).unwrap();
    assert_eq!((data.train.len(), data.validation.len()), (20, 0));
    assert_eq!(
        data.test,
        Dataset::new(2, Inputs::Features(vec![0.0, 1.0, 2.0, 9.0 / 19.0]), vec![1, 0])
    );
    let data = load(&options).unwrap();
    assert_eq!((data.train.len(), data.validation.len()), (17, 3));
    folder.write("test.csv", "x,y,label\n1,2,maybe\n");
    assert_eq!(
        folder.message(&options),
        "test.csv: row 2, column 3 (`label`): class `maybe` is none of `no`, `yes`"
    );
    folder.write("test.csv", "1,2\n");
    assert_eq!(
        folder.message(&options),
        "test.csv: has 2 columns; the model takes 2 features and a label"
    );
    // To predict, no label is needed.
    let rows = read_features(&test, &LabelColumn::Auto, &data.input).unwrap();
    assert_eq!((rows.len(), rows[0].line, &rows[0].label), (1, 1, &None));
}

#[test]
fn what_is_no_image_or_no_feature_is_refused() {
    let folder = Folder::new();
    let path = folder.write("x.csv", csv());
    let options = DataOptions { prepare: true, ..DataOptions::new(path.clone().into()) };
    assert!(folder.message(&options).starts_with("x.csv: a CSV file holds features"));
    let pixels = InputKind::Pixels {
        width: 2,
        height: 1,
        polarity: Polarity::InkHigh,
        prepared: false,
        threshold: None,
        stages: Stages::NONE,
    };
    let features =
        InputKind::Features { scaling: vec![Scale { min: 0.0, max: 1.0 }; 2], names: None };
    let message = |path: PathBuf, input: &InputKind| {
        folder
            .told(load_for(&Source::Path(path), &LabelColumn::Auto, input, &names(2)).unwrap_err())
    };
    let wanted = "x.csv: holds features, the model takes images of 2x1; name a folder of images or IDX files";
    assert_eq!(message(path.clone(), &pixels), wanted);
    assert_eq!(folder.told(read_features(&path, &LabelColumn::Auto, &pixels).unwrap_err()), wanted);
    assert_eq!(
        message(folder.path(), &features),
        "holds images, the model takes 2 features; name a CSV file"
    );
    let nothing = InputKind::Features { scaling: vec![], names: None };
    assert!(message(path, &nothing).contains("takes 0 features"));
}

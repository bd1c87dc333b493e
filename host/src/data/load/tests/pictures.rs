//! Folders of images.

use super::*;

#[test]
fn pictures_on_light_paper_are_inverted() {
    let folder = Folder::new();
    for image in 0..4 {
        folder.image(&format!("10/{image}.pgm"), 250, image);
        folder.image(&format!("9/{image}.PGM"), 255, 100 + image);
    }
    folder.write("9/notes.txt", "ignored");
    folder.write(".cache/x.pgm", "ignored");
    folder.write("notes.txt", "ignored");
    let data = load(&folder.options()).unwrap();
    assert_eq!(data.classes, ["9", "10"]);
    assert_eq!((data.train.len(), data.validation.len(), data.test.len()), (6, 1, 1));
    let input = InputKind::Pixels {
        width: 3,
        height: 3,
        polarity: Polarity::InkLow,
        prepared: false,
        threshold: None,
        stages: Stages::NONE,
    };
    assert_eq!(data.input, input);
    // All samples, for a model.
    let read = |input, classes: &[String]| {
        load_for(&Source::Path(folder.path()), &LabelColumn::Auto, input, classes)
    };
    let all = read(&input, &data.classes).unwrap();
    assert_eq!(all.labels(), [0, 0, 0, 0, 1, 1, 1, 1]);
    assert_eq!(all.sample(1), Sample::Pixels(&[0, 0, 0, 0, 154, 0, 0, 0, 0]));
    assert_eq!(all.sample(5), Sample::Pixels(&[5, 5, 5, 5, 254, 5, 5, 5, 5]));
    let as_is = InputKind::Pixels {
        width: 3,
        height: 3,
        polarity: Polarity::InkHigh,
        prepared: false,
        threshold: None,
        stages: Stages::NONE,
    };
    let all = read(&as_is, &["10".to_owned(), "9".to_owned()]).unwrap();
    assert_eq!(all.labels(), [1, 1, 1, 1, 0, 0, 0, 0]);
    assert_eq!(all.sample(1), Sample::Pixels(&[255, 255, 255, 255, 101, 255, 255, 255, 255]));
    assert_eq!(
        folder.told(read(&as_is, &names(10)).unwrap_err()),
        "10: class `10` is none of `0`, `1`, `2`, `3`, `4`, `5`, `6`, `7`, `8`, `9`"
    );
    let larger = InputKind::Pixels {
        width: 4,
        height: 3,
        polarity: Polarity::InkHigh,
        prepared: false,
        threshold: None,
        stages: Stages::NONE,
    };
    assert_eq!(
        folder.told(read(&larger, &data.classes).unwrap_err()),
        "9/0.PGM: is 3x3, the model takes 4x3"
    );
}

#[test]
fn pictures_on_dark_paper_are_taken_as_they_are() {
    let folder = Folder::new();
    for image in 0..3 {
        folder.image(&format!("a/{image}.pgm"), 3, 255);
        folder.image(&format!("b/{image}.pgm"), 4, 255);
    }
    let data = load(&folder.options()).unwrap();
    let polarity = Polarity::InkHigh;
    assert_eq!(
        data.input,
        InputKind::Pixels {
            width: 3,
            height: 3,
            polarity,
            prepared: false,
            threshold: None,
            stages: Stages::NONE
        }
    );
    let Sample::Pixels(pixels) = data.train.sample(0) else { panic!("pixels") };
    assert_eq!((pixels[4], u16::from(pixels[0])), (255, data.train.labels()[0] + 3));
}

#[test]
fn pictures_of_any_size_are_prepared() {
    let folder = Folder::new();
    for image in 0..3 {
        folder.stroke(&format!("a/{image}.pgm"), 12, 12);
        folder.stroke(&format!("b/{image}.pgm"), 16, 12);
    }
    assert_eq!(
        folder.message(&folder.options()),
        "b/0.pgm: is 16x12, the first image (a/0.pgm) is 12x12; have all prepared with --size 12x12"
    );
    let prepared = load(&DataOptions { prepare: true, ..folder.options() }).unwrap();
    assert_eq!(prepared.train.width(), 784);
    let sized = load(&DataOptions { size: Some((5, 4)), ..folder.options() }).unwrap();
    let polarity = Polarity::InkHigh;
    assert_eq!(
        sized.input,
        InputKind::Pixels {
            width: 5,
            height: 4,
            polarity,
            prepared: true,
            threshold: None,
            stages: Stages::NONE
        }
    );
    let all =
        load_for(&Source::Path(folder.path()), &LabelColumn::Auto, &sized.input, &sized.classes);
    assert_eq!((all.as_ref().unwrap().len(), all.unwrap().width()), (6, 20));
    assert!(
        folder.message(&DataOptions { size: Some((0, 4)), ..folder.options() }).contains("0x4")
    );
    folder.image("b/blank.pgm", 255, 255);
    let blank = folder.message(&DataOptions { prepare: true, ..folder.options() });
    assert!(blank.starts_with("b/blank.pgm: "), "{blank}");
}

#[test]
fn folders_without_data_are_refused() {
    let folder = Folder::new();
    assert!(folder.message(&folder.options()).starts_with("holds neither IDX files"));
    folder.image("a/1.pgm", 0, 1);
    assert_eq!(
        folder.message(&folder.options()),
        "holds one class only, `a`; training needs at least two sub-folders"
    );
    folder.write("b/notes.txt", "");
    assert_eq!(
        folder.message(&folder.options()),
        "b: holds no PNG or PGM image; add some or remove the folder"
    );
    folder.image("b/x/1.pgm", 0, 1);
    assert!(
        folder.message(&folder.options()).starts_with("b: holds no PNG or PGM image but folders")
    );
    folder.write("b/1.pgm", "junk");
    assert!(folder.message(&folder.options()).starts_with("b/1.pgm: is no PNG, PGM"));
    let options = DataOptions::new(folder.path().join("none").into());
    assert_eq!(folder.message(&options), "none: there is no such file or folder");
}

//! Folders of IDX files.

use super::*;

#[test]
fn idx_folder_with_a_test_set() {
    let folder = Folder::new();
    folder.idx("emnist-x-train", &[0, 1, 2].repeat(10));
    folder.idx("emnist-x-test", &[2, 2, 0]);
    let data = load(&folder.options()).unwrap();
    // 15 per cent of 30, rounded to the nearest.
    assert_eq!((data.train.len(), data.validation.len(), data.test.len()), (25, 5, 3));
    assert_eq!(data.test, set(4, &[0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2], &[2, 2, 0]));
    assert_eq!(data.classes, names(3));
    let input = InputKind::Pixels {
        width: 2,
        height: 2,
        polarity: Polarity::InkHigh,
        prepared: false,
        threshold: None,
        stages: Stages::NONE,
    };
    assert_eq!(data.input, input);
    for row in 0..data.train.len() {
        let Sample::Pixels(pixels) = data.train.sample(row) else { panic!("pixels") };
        assert_eq!(u16::from(pixels[0] % 3), data.train.labels()[row], "a row keeps its label");
    }
    // For a model: the test set, by the names of its classes.
    let source = Source::Path(folder.path());
    let read = |classes: &[&str]| {
        let classes: Vec<String> = classes.iter().map(|&class| class.to_owned()).collect();
        load_for(&source, &LabelColumn::Auto, &input, &classes)
    };
    assert_eq!(read(&["2", "1", "0"]).unwrap().labels(), [0, 0, 2]);
    assert_eq!(read(&["a", "b", "c"]).unwrap().labels(), [2, 2, 0]);
    assert_eq!(
        folder.told(read(&["0", "1"]).unwrap_err()),
        "emnist-x-test-labels-idx1-ubyte: row 1: label 2 is out of range: the classes are `0`, `1`"
    );
}

#[test]
fn idx_folder_without_a_test_set_is_divided_by_the_seed() {
    let folder = Folder::new();
    folder.idx("train", &[0, 1].repeat(50));
    let data = |seed| load(&DataOptions { seed, ..folder.options() }).unwrap();
    let first = data(1);
    assert_eq!((first.train.len(), first.validation.len(), first.test.len()), (70, 15, 15));
    assert_eq!(first, data(1));
    assert_ne!(first.digest, data(2).digest);
}

#[test]
fn idx_folders_that_do_not_fit_are_refused() {
    let message = |train: &[u8], test: &[u8]| {
        let folder = Folder::new();
        folder.idx("train", train);
        folder.idx("t10k", test);
        folder.message(&folder.options())
    };
    assert_eq!(
        message(&[0, 1, 0, 1], &[2]),
        "t10k-labels-idx1-ubyte: row 1: label 2 is out of range: the classes are `0`, `1`"
    );
    assert_eq!(
        message(&[0, 1, 2, 200], &[0]),
        "train-labels-idx1-ubyte: row 4: label 200 is out of range: no sample has label 3; number the classes 0, 1, 2, ... without gaps"
    );
    assert!(message(&[[0, 1, 2].repeat(40), vec![4]].concat(), &[0]).contains("row 121: label 4"));
    assert_eq!(
        message(&[3, 3, 3], &[3]),
        "train-labels-idx1-ubyte: every label is 3; training needs at least two classes"
    );

    let folder = Folder::new();
    folder.idx("train", &[0, 1, 0]);
    folder.write("train-labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 2, 0, 1]);
    assert_eq!(
        folder.message(&folder.options()),
        "train-labels-idx1-ubyte: holds 2 labels for the 3 images of train-images-idx3-ubyte"
    );
    fs::remove_file(folder.path().join("train-labels-idx1-ubyte")).unwrap();
    assert_eq!(
        folder.message(&folder.options()),
        "holds no file of training labels (train-labels-idx1-ubyte)"
    );
    folder.idx("train", &[0, 1, 0]);
    folder.idx("letters-train", &[0, 1, 0]);
    assert!(folder.message(&folder.options()).starts_with("holds both letters-train-images-idx3"));
    let folder = Folder::new();
    folder.idx("train", &[0, 1, 0]);
    folder.write("t10k-images-idx3-ubyte", [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 7]);
    folder.write("t10k-labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 1, 1]);
    assert_eq!(
        folder.message(&folder.options()),
        "t10k-images-idx3-ubyte: images are 1x1, those of train-images-idx3-ubyte are 2x2"
    );
}

#[test]
fn few_samples_may_miss_a_class_and_labels_may_start_at_1() {
    let folder = Folder::new();
    folder.idx("train", &[5, 0, 4, 1, 9, 2, 1]);
    assert_eq!(load(&folder.options()).unwrap().classes, names(10));
    folder.idx("train", &[1, 2].repeat(100));
    assert_eq!(load(&folder.options()).unwrap().classes, names(3));
}

#[test]
fn idx_images_are_prepared_if_asked() {
    let folder = Folder::new();
    folder.idx_strokes("train", &[0, 1].repeat(10));
    folder.idx_strokes("t10k", &[1]);
    let data = load(&DataOptions { size: Some((6, 5)), ..folder.options() }).unwrap();
    let polarity = Polarity::InkHigh;
    assert_eq!(
        data.input,
        InputKind::Pixels {
            width: 6,
            height: 5,
            polarity,
            prepared: true,
            threshold: None,
            stages: Stages::NONE
        }
    );
    assert_eq!((data.train.width(), data.test.width()), (30, 30));
    let test = load_for(&Source::Path(folder.path()), &LabelColumn::Auto, &data.input, &names(2));
    assert_eq!(test.unwrap(), data.test);
    // Of the size asked for, they stay as they are.
    let data = load(&DataOptions { size: Some((8, 8)), ..folder.options() }).unwrap();
    assert_eq!(
        data.input,
        InputKind::Pixels {
            width: 8,
            height: 8,
            polarity,
            prepared: false,
            threshold: None,
            stages: Stages::NONE
        }
    );
    let larger = InputKind::Pixels {
        width: 9,
        height: 8,
        polarity,
        prepared: false,
        threshold: None,
        stages: Stages::NONE,
    };
    let read = load_for(&Source::Path(folder.path()), &LabelColumn::Auto, &larger, &names(2));
    assert_eq!(folder.told(read.unwrap_err()), "images are 8x8, 9x8 is asked for");
}

#[test]
fn images_of_mnists_making_are_recognised() {
    let folder = Folder::new();
    let write = |row: usize| {
        let mut image = [0; 784];
        image[row * 28 + 14] = 255;
        let header = [0, 0, 8, 3, 0, 0, 0, 4, 0, 0, 0, 28, 0, 0, 0, 28];
        folder.write("train-images-idx3-ubyte", [&header[..], &image.repeat(4)].concat());
        folder.write("train-labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 4, 0, 1, 0, 1]);
        match load(&folder.options()).unwrap().input {
            InputKind::Pixels { prepared, .. } => prepared,
            InputKind::Features { .. } => panic!("pixels"),
        }
    };
    assert_eq!([12, 13, 14, 15, 16].map(write), [false, true, true, true, false]);
}

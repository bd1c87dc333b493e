//! MNIST itself, from the binary.

use super::*;

#[test]
fn keeps_its_last_ten_thousand_for_validation() {
    let data = load(&DataOptions::default()).unwrap();
    assert_eq!(
        (data.train.len(), data.validation.len(), data.test.len()),
        (50_000, 10_000, 10_000)
    );
    assert_eq!(data.train.labels()[..5], [5, 0, 4, 1, 9]);
    assert_eq!(data.test.labels()[..5], [7, 2, 1, 0, 4]);
    let all = mnist::train().unwrap();
    assert_eq!(data.validation.sample(0), all.sample(50_000));
    assert_eq!(data.train.sample(49_999), all.sample(49_999));
    assert_eq!((data.name.as_str(), data.classes), ("mnist", names(10)));
    let hex: String = data.digest.iter().map(|byte| format!("{byte:02x}")).collect();
    // Worked out from the original files by another program.
    assert_eq!(hex, "2554573aa8af92da7bf7ae50b3b7f5f115f889cac9a4cc081b41b36a3f0ebfa7");
}

#[test]
fn validation_may_be_of_any_size() {
    let data =
        |validation| load(&DataOptions { validation: Some(validation), ..DataOptions::default() });
    assert_eq!(data(0).unwrap().train.len(), 60_000);
    assert!(data(0).unwrap().validation.is_empty());
    assert_eq!(data(59_999).unwrap().train.len(), 1);
    assert_eq!(
        data(60_000).unwrap_err().to_string(),
        "mnist: 60000 validation samples of 60000 leave none to train on; at most 59999 are possible"
    );
}

#[test]
fn of_another_size_is_refused() {
    let options = DataOptions { size: Some((14, 14)), ..DataOptions::default() };
    assert_eq!(
        load(&options).unwrap_err().to_string(),
        "mnist: images are 28x28, 14x14 is asked for"
    );
}

#[test]
fn as_idx_files_is_the_same() {
    let folder = Folder::new();
    for (name, set) in [("train", mnist::train().unwrap()), ("t10k", mnist::test().unwrap())] {
        let count = (set.len() as u32).to_be_bytes();
        let Inputs::Pixels(pixels) = set.inputs() else { panic!("MNIST is pixels") };
        let header = [&[0, 0, 8, 3], &count[..], &[0, 0, 0, 28, 0, 0, 0, 28]].concat();
        folder.write(&format!("{name}-images.idx3-ubyte"), [&header, &pixels[..]].concat());
        let labels: Vec<u8> = set.labels().iter().map(|&label| label as u8).collect();
        let header = [&[0, 0, 8, 1], &count[..]].concat();
        folder.write(&format!("{name}-labels.idx1-ubyte"), [header, labels].concat());
    }
    let name = folder.path().display().to_string();
    let mnist = load(&DataOptions { seed: 1, ..DataOptions::default() }).unwrap();
    assert!(load(&folder.options()).unwrap() == Data { name, ..mnist });
}

#[test]
fn is_read_for_a_model() {
    let input = |width| InputKind::Pixels {
        width,
        height: 28,
        polarity: Polarity::InkLow,
        prepared: false,
        threshold: None,
        stages: Stages::NONE,
    };
    let read = |width, classes: &[String]| {
        load_for(&Source::Mnist, &LabelColumn::Auto, &input(width), classes)
    };
    assert!(read(28, &names(10)).unwrap() == *mnist::test().unwrap());
    let mut reversed = names(10);
    reversed.reverse();
    assert_eq!(read(28, &reversed).unwrap().labels()[..5], [2, 7, 8, 9, 5]);
    let message = |width, classes| read(width, &names(classes)).unwrap_err().to_string();
    assert_eq!(message(28, 7), "mnist: the model has no class `7`");
    assert_eq!(message(27, 10), "mnist: images are 28x28, 27x28 is asked for");
}

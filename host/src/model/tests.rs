use std::fs;

use gradito_core::image::HEADER_LENGTH;
use gradito_core::kind::{ActivationKind, CostKind, InitKind, MathKind};
use gradito_core::network;
use gradito_core::network::{Feedforward, argmax};
use gradito_core::signal::Pixels;
use tempfile::TempDir;

use super::*;
use crate::data::{Inputs, Stages};
use crate::simd::Level;

/// An image written by a program that shares no code with gradito.
const GOLDEN: &[u8] = include_bytes!("../../../core/tests/golden/2-2-2.gradito");

/// The chapter's network.
type Digits = network!(784 => 30 Sigmoid => 10 Sigmoid);

fn shapes(widths: &[usize], activation: ActivationKind, math: MathKind) -> Vec<LayerShape> {
    let shape = |pair: &[usize]| LayerShape { inputs: pair[0], outputs: pair[1], activation, math };
    widths.windows(2).map(shape).collect()
}

fn provenance(input: image::InputKind) -> Provenance {
    Provenance {
        seed: 7,
        epochs: 1,
        steps: 5000,
        train_samples: 50_000,
        test_samples: 10_000,
        test_correct: 9_397,
        gradito: *b"0.1.0\0\0\0\0\0\0\0\0\0\0\0",
        data_digest: [0x5a; 32],
        ..Provenance::untrained(input, CostKind::Quadratic)
    }
}

/// A model of this network and these inputs; its classes are numbers.
pub(crate) fn of(network: PackedNetwork, input: InputKind) -> Model {
    let classes = (0..network.outputs()).map(|class| class.to_string()).collect();
    Model { network, provenance: provenance(image_input(&input)), input, classes }
}

/// A model of pixels, untrained.
fn pixels(widths: &[usize], side: u16) -> Model {
    let mut network =
        PackedNetwork::new(&shapes(widths, ActivationKind::Sigmoid, MathKind::Poly)).unwrap();
    network.initialize(InitKind::Scaled, 7);
    let (polarity, prepared) = (Polarity::InkLow, true);
    let (width, height) = (side.into(), side.into());
    Model {
        network,
        provenance: provenance(image::InputKind::Pixels {
            width,
            height,
            polarity,
            prepared,
            threshold: None,
            stages: Stages::NONE,
        }),
        input: InputKind::Pixels {
            width: side,
            height: side,
            polarity,
            prepared,
            threshold: None,
            stages: Stages::NONE,
        },
        classes: (0..*widths.last().unwrap()).map(|class| class.to_string()).collect(),
    }
}

/// A model of four features, with or without names.
fn features(named: bool) -> Model {
    let mut network =
        PackedNetwork::new(&shapes(&[4, 70, 3], ActivationKind::Tanh, MathKind::Libm)).unwrap();
    network.initialize(InitKind::Unit, 7);
    let scale = |min: f32| Scale { min, max: min + 0.1 };
    let names = ["length", "größe", "", "x,y"].map(str::to_owned).to_vec();
    Model {
        network,
        provenance: provenance(image::InputKind::Features { count: 4 }),
        input: InputKind::Features {
            scaling: [-1.0, 0.0, 0.3, 1e9].map(scale).to_vec(),
            names: named.then_some(names),
        },
        classes: ["no", "sí", "tal vez"].map(str::to_owned).to_vec(),
    }
}

/// The message of an error, which is one line and begins with the path; without the path.
#[track_caller]
fn told(result: Result<impl std::fmt::Debug, ModelError>, path: &Path) -> String {
    let message = result.expect_err("a fault").to_string();
    assert!(!message.contains('\n'), "{message}");
    let start = format!("{}: ", path.display());
    message.strip_prefix(&start).expect("a message begins with the path").to_owned()
}

/// The names in a folder.
fn entries(folder: &TempDir) -> Vec<String> {
    let name = |entry: io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
    let mut names: Vec<String> = fs::read_dir(folder).unwrap().map(name).collect();
    names.sort();
    names
}

/// What a model makes of samples.
fn outputs(model: &Model, samples: Dataset) -> Vec<f32> {
    model.evaluate(samples, &Machine::single(Level::best())).unwrap().outputs
}

#[test]
fn models_are_their_images() {
    let models = [pixels(&[784, 30, 10], 28), pixels(&[4, 1], 2), features(true), features(false)];
    for model in models {
        let bytes = model.to_bytes().unwrap();
        let read = Model::from_bytes(&bytes).unwrap();
        assert_eq!(read.to_bytes().unwrap(), bytes);
        assert_eq!(read.provenance, model.provenance);
        assert_eq!((&read.input, &read.classes), (&model.input, &model.classes));
        assert_eq!(read.network.shapes(), model.network.shapes());
        assert_eq!(read.digest(), model.digest());
    }
}

#[test]
fn the_golden_image_is_a_model() {
    let model = Model::from_bytes(GOLDEN).unwrap();
    assert_eq!(model.to_bytes().unwrap(), GOLDEN);
    assert_eq!(model.topology().to_string(), "2-2-2");
    assert_eq!(model.classes, ["no", "sí"]);
    let scaling = vec![Scale { min: -1.0, max: 3.0 }, Scale { min: 0.5, max: 0.75 }];
    let names = Some(vec!["x".to_owned(), "y".to_owned()]);
    assert_eq!(model.input, InputKind::Features { scaling, names });
    // SHA-256 of its last 48 bytes.
    let digest: String = model.digest().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(digest, "cf81fcffd7783ef0ec35f905d7a5ffd413f7ab5947ed63ec65aef5c56051badb");
    // As the core computes it; see the description of the format.
    let sample = Dataset::new(2, Inputs::Features(vec![0.75, 0.5]), vec![0]);
    assert_eq!(outputs(&model, sample), [0.789_470_55, 0.912_066_46]);
}

#[test]
fn a_file_is_read_in_place_by_the_core() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("digits.gradito");
    let model = pixels(&[784, 30, 10], 28);
    Destination::new(&path).unwrap().write(&model.to_bytes().unwrap()).unwrap();
    let file = fs::read(&path).unwrap();
    let mut flash = vec![0; file.len() + 4];
    let start = flash.as_ptr().align_offset(4);
    flash[start..start + file.len()].copy_from_slice(&file);

    let (image, _) = Image::take_from_bytes(&flash[start..]).unwrap();
    let network: &Digits = image.network().unwrap();
    assert_eq!(digest(network), model.digest());
    assert_eq!(digest(network), <[u8; 32]>::from(Sha256::digest(image.parameters())));
    // And it gives the same bits as the network it was written from.
    let input = Pixels(std::array::from_fn(|index| (index * 7) as u8));
    let mut trace = Digits::TRACE;
    network.forward(&input, &mut trace);
    let sample = Dataset::new(784, Inputs::Pixels(input.0.to_vec()), vec![0]);
    let there = outputs(&Model::read(&path).unwrap(), sample);
    assert_eq!(network.outputs(&trace), there);
    assert_eq!(argmax(network.outputs(&trace)), argmax(&there));
}

#[test]
fn what_contradicts_itself_is_not_written() {
    let error = |change: &dyn Fn(&mut Model)| {
        let mut model = features(true);
        change(&mut model);
        model.to_bytes().err()
    };
    assert_eq!(error(&|_| ()), None);
    let field = |name| Some(ImageError::Field { name });
    assert_eq!(error(&|model| model.classes.truncate(2)), field("class names"));
    assert_eq!(error(&|model| model.input = features(false).input), None);
    // What the inputs are is said once: four pixels serve as well as four features, nine do not.
    assert_eq!(error(&|model| model.input = pixels(&[4, 3], 2).input), None);
    assert_eq!(error(&|model| model.input = pixels(&[9, 3], 3).input), field("layer"));
    assert_eq!(error(&|model| model.network = pixels(&[9, 3], 3).network), field("layer"));
    assert_eq!(
        error(&|model| {
            let mut index = 0;
            model.network.visit_mut(&mut |piece| {
                for value in piece.into_values() {
                    if index == 4 * 70 {
                        *value = f32::NAN;
                    }
                    index += 1;
                }
            });
        }),
        Some(ImageError::NotFinite { index: 280 })
    );
}

/// The image may say so, but no picture has such a side.
#[test]
fn sides_of_65_536_pixels_are_refused() {
    let mut model = pixels(&[65_536, 1], 256);
    assert!(Model::from_bytes(&model.to_bytes().unwrap()).is_ok());
    for (width, height) in [(65_536, 1), (1, 65_536)] {
        let (polarity, prepared) = (Polarity::InkHigh, false);
        model.provenance.input = image::InputKind::Pixels {
            width,
            height,
            polarity,
            prepared,
            threshold: None,
            stages: Stages::NONE,
        };
        let classes: Vec<&str> = model.classes.iter().map(String::as_str).collect();
        let mut bytes = Vec::new();
        Description {
            provenance: model.provenance,
            layers: &model.network.shapes(),
            classes: &classes,
            scaling: &[],
            features: &[],
        }
        .write(&model.network, &mut |piece| bytes.extend_from_slice(piece))
        .unwrap();
        let error = Model::from_bytes(&bytes).err();
        assert_eq!(error, Some(ImageError::Field { name: "width and height" }));
    }
}

/// `cost` panics for no model that can be read.
#[test]
fn every_model_has_a_cost() {
    let mut costs = 0;
    for &kind in CostKind::ALL {
        for &activation in ActivationKind::ALL {
            for &math in MathKind::ALL {
                let mut model = pixels(&[4, 2], 2);
                model.provenance.cost = kind;
                model.network = PackedNetwork::new(&shapes(&[4, 2], activation, math)).unwrap();
                if let Ok(bytes) = model.to_bytes() {
                    let output = AnyActivation { kind: activation, math };
                    let cost = Model::from_bytes(&bytes).unwrap().cost();
                    assert_eq!(AnyCost::new(kind, output), Some(cost));
                    costs += 1;
                }
            }
        }
    }
    assert_eq!(costs, 6 * 3);
}

#[test]
fn files_that_are_no_models() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("x.gradito");
    assert!(matches!(Model::read(&path), Err(ModelError::Read { .. })));
    assert_eq!(
        told(Model::read(&path), &path),
        "there is no such file or folder; gradito train writes a model"
    );
    let message = told(Model::read(folder.path()), folder.path());
    assert_eq!(message, "cannot be read: it is not a file; name a model file");
    for (bytes, message) in [
        (&b""[..], "the model image is cut off: 0 bytes of 176; copy it again or train anew"),
        (
            b"label,x,y\n",
            "this is not a model image (its first 8 bytes differ); gradito train writes one",
        ),
        (
            &GOLDEN[..287],
            "the model image is cut off: 287 bytes of 288; copy it again or train anew",
        ),
        (
            &[GOLDEN, b"\n"].concat(),
            "1 bytes follow the end of the model image; copy it again or train anew",
        ),
    ] {
        fs::write(&path, bytes).unwrap();
        assert!(matches!(Model::read(&path), Err(ModelError::Image { .. })));
        assert_eq!(told(Model::read(&path), &path), message);
    }
    fs::write(&path, GOLDEN).unwrap();
    assert_eq!(Model::read(&path).unwrap().to_bytes().unwrap(), GOLDEN);
}

#[test]
fn damaged_files() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("x.gradito");
    let whole = pixels(&[4, 1], 2).to_bytes().unwrap();
    assert!(whole.len() < 2 * HEADER_LENGTH);
    for length in 0..whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        assert!(told(Model::read(&path), &path).starts_with("the model image is cut off"));
    }
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        fs::write(&path, &bytes).unwrap();
        assert!(told(Model::read(&path), &path).contains("; "), "advice, at {at}");
    }
}

/// Without reading it: the file has no content, only a length.
#[test]
fn files_longer_than_an_image_can_be() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("x.gradito");
    fs::File::create(&path).unwrap().set_len(1 << 32).unwrap();
    assert_eq!(
        told(Model::read(&path), &path),
        "longer than a model image can be (4 GiB); use narrower layers, or another file"
    );
}

#[test]
fn a_file_is_kept_until_it_is_replaced() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("x.gradito");
    fs::write(&path, "before").unwrap();
    let destination = Destination::new(&path).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"before");
    assert_eq!(entries(&folder), ["x.gradito"]);
    drop(destination);
    assert_eq!(fs::read(&path).unwrap(), b"before");
    let destination = Destination::new(&path).unwrap();
    destination.write(b"after").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"after");
    destination.write(b"again").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"again");
    assert_eq!(entries(&folder), ["x.gradito"]);
}

#[test]
fn nothing_is_there_before_it_is_written() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("x.gradito");
    let destination = Destination::new(&path).unwrap();
    assert!(entries(&folder).is_empty());
    destination.write(b"model").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"model");
    assert_eq!(entries(&folder), ["x.gradito"]);
}

#[test]
fn a_place_that_is_lost_while_training() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("x.gradito");
    // The name is taken by a folder.
    let destination = Destination::new(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert!(matches!(destination.write(b"model"), Err(ModelError::Write { .. })));
    assert_eq!(entries(&folder), ["x.gradito"]);
    assert!(path.is_dir());
    // The folder is gone.
    let inner = path.join("y.gradito");
    let destination = Destination::new(&inner).unwrap();
    fs::remove_dir(&path).unwrap();
    let message = told(destination.write(b"model"), &inner);
    assert_eq!(message, "its folder does not exist; create it");
    assert!(entries(&folder).is_empty());
}

#[test]
fn places_where_no_file_can_be() {
    let folder = TempDir::new().unwrap();
    let not_a_file = "is not a file; name another place with --out";
    let message = |path: &Path| told(Destination::new(path), path);
    assert_eq!(message(folder.path()), not_a_file);
    assert_eq!(message(&folder.path().join("..")), not_a_file);
    assert_eq!(message(Path::new("")), not_a_file);
    assert_eq!(message(&folder.path().join("models/")), not_a_file);
    let missing = folder.path().join("models/x.gradito");
    assert_eq!(message(&missing), "its folder does not exist; create it");
    fs::write(folder.path().join("file"), "").unwrap();
    let below = folder.path().join("file/x.gradito");
    assert_eq!(message(&below), "its folder is not a folder; name another place");
    assert_eq!(entries(&folder), ["file"]);
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn devices_are_neither_read_nor_replaced() {
        let null = Path::new("/dev/null");
        let message = told(Model::read(null), null);
        assert_eq!(message, "cannot be read: it is not a file; name a model file");
        let message = told(Destination::new(null), null);
        assert_eq!(message, "is not a file; name another place with --out");
    }

    /// Neither can be written to, not by a superuser either.
    #[test]
    #[cfg(target_os = "linux")]
    fn read_only_folders() {
        for path in ["/proc/x.gradito", "/sys/x.gradito"].map(Path::new) {
            assert!(matches!(Destination::new(path), Err(ModelError::Write { .. })));
            assert!(told(Destination::new(path), path).contains("; "), "advice");
        }
    }

    #[test]
    fn a_link_stays_and_its_target_is_replaced() {
        let (folder, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let target = other.path().join("target.gradito");
        fs::write(&target, "before").unwrap();
        let link = folder.path().join("link.gradito");
        symlink(&target, &link).unwrap();
        // A link to the link, by a name that is relative to its folder.
        let second = folder.path().join("second.gradito");
        symlink("link.gradito", &second).unwrap();
        for (path, content) in [(&link, "first"), (&second, "second")] {
            Destination::new(path).unwrap().write(content.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&target).unwrap(), content);
        }
        assert_eq!(fs::read_link(&link).unwrap(), target);
        assert_eq!(fs::read_link(&second).unwrap(), Path::new("link.gradito"));
        assert!(!target.is_symlink());
        assert_eq!(entries(&folder), ["link.gradito", "second.gradito"]);
        assert_eq!(entries(&other), ["target.gradito"]);
    }

    #[test]
    fn a_link_to_nothing_is_refused() {
        let folder = TempDir::new().unwrap();
        let link = folder.path().join("link.gradito");
        symlink("nowhere.gradito", &link).unwrap();
        let advice = "is a link that leads nowhere; remove it or name another place";
        assert_eq!(told(Destination::new(&link), &link), advice);
        assert_eq!(entries(&folder), ["link.gradito"]);
    }

    /// Those of any new file, not those of a temporary one.
    #[test]
    fn others_may_read_a_model_as_any_file() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("x.gradito");
        Destination::new(&path).unwrap().write(b"model").unwrap();
        let other = folder.path().join("other");
        fs::write(&other, "").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&path), mode(&other));
    }
}

/// What the layers of a device's network occupy, by their types.
fn sizes<const IN: usize, L: gradito_core::layer::Layer<IN>>(
    _: &Feedforward<IN, L>,
    input: usize,
    batch: usize,
) -> (Vec<LayerShape>, Ram) {
    let mut shapes = Vec::new();
    Feedforward::<IN, L>::shapes(|shape| shapes.push(shape));
    let sample = size_of::<L::Trace>() + input;
    let training = size_of::<Feedforward<IN, L>>() + batch * sample;
    (shapes, Ram { inference: sample, training })
}

#[test]
fn ram_is_that_of_the_types() {
    // Outputs and deltas of 40 neurons, 784 pixels; 23 860 parameters.
    let (shapes, ram) = sizes(&Digits::ZERO, size_of::<Pixels<784>>(), 10);
    assert_eq!(Ram::of(&shapes, true, 10), ram);
    assert_eq!(ram.inference, 8 * 40 + 784);
    assert_eq!((ram.inference, ram.training), (1104, 95_440 + 10 * 1104));
    assert!(ram.training < 128 * 1024, "as the design promises");
    // Features are four bytes each, and three layers have three traces.
    type Deep = network!(4 => 5 Relu => 3 Tanh => 2 Softmax);
    let (shapes, ram) = sizes(&Deep::ZERO, size_of::<[f32; 4]>(), 32);
    assert_eq!(Ram::of(&shapes, false, 32), ram);
    assert_eq!((ram.inference, ram.training), (80 + 16, 4 * (25 + 18 + 8) + 32 * 96));
    // A batch that no device has, in an image that nothing else is wrong with.
    assert_eq!(Ram::of(&shapes, false, usize::MAX).training, usize::MAX);
}

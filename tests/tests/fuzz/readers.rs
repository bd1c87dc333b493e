//! All that reads bytes from outside.

use std::fs;
use std::path::Path;

use gradito::checkpoint::Checkpoint;
use gradito::data::{DataOptions, Source, load};
use gradito::device::train_log::Log;
use gradito::model::{AnyModel, Model};
use gradito::picture;
use gradito::recipe::Recipe;
use gradito::report::{Run, figure};
use gradito::sweep::{Values, topologies};
use gradito::training::{Execution, IndexedParts, Start, Topology, resume};
use gradito_core::image::Image;
use gradito_link::frame::{Receiver, decode};
use gradito_link::message::{Reply, Request};

use super::{corpus, seal};

/// Reads, and says whether it could.
type Read = dyn FnMut(&[u8]) -> bool;

/// Something that reads, and what it should be able to read.
pub struct Reader {
    pub name: &'static str,
    pub corpus: Vec<Vec<u8>>,
    /// What means something to it.
    pub words: &'static [&'static str],
    pub seal: fn(Vec<u8>) -> Vec<u8>,
    pub read: Box<Read>,
    pub accepted: u32,
    pub refused: u32,
}

fn reader(
    name: &'static str,
    corpus: Vec<Vec<u8>>,
    read: impl FnMut(&[u8]) -> bool + 'static,
) -> Reader {
    let (seal, read) = (seal::nothing, Box::new(read));
    Reader { name, corpus, words: &[], seal, read, accepted: 0, refused: 0 }
}

/// Every reader; those of files read them in `folder`.
pub fn all(folder: &Path) -> Vec<Reader> {
    vec![
        Reader { seal: seal::model, ..models(folder) },
        Reader {
            seal: seal::checkpoint,
            ..reader("checkpoint", corpus::checkpoints(), checkpoint)
        },
        Reader { seal: seal::log, ..reader("training log", corpus::logs(), log) },
        images(folder, "plain", "", |bytes| bytes),
        // The bytes that are packed are changed, and those that they are packed into.
        Reader { seal: |bytes| corpus::packed(&bytes), ..images(folder, "packed", ".gz", packed) },
        Reader { words: &["\"", ",", "\n", "\r\n", "NaN", "1e999"], ..tables(folder) },
        Reader { seal: seal::png, words: &["P5 ", "4294967296 "], ..pictures() },
        Reader { seal: seal::frame, ..reader("frames", corpus::messages(), frames) },
        Reader {
            words: &["-", "99999999999"],
            ..reader("topology", corpus::texts(&["784-30-10"]), topology)
        },
        Reader { words: &["{", "}", "..", ",", "{1..99999999}"], ..braces() },
        Reader {
            words: &[",", "..", "1e40"],
            ..reader("values", corpus::texts(&["0.1,3", "0.01..1"]), values)
        },
        Reader {
            words: &[
                "[train]",
                "[expected]",
                "= true",
                "\"\"\"",
                "[[",
                "9999999999999999999",
                "\n",
            ],
            ..recipes(folder)
        },
        Reader {
            words: &["1e39", "null", "4294967295", "\n"],
            ..reader("metrics", corpus::metrics(), metrics)
        },
    ]
}

fn models(folder: &Path) -> Reader {
    let path = folder.join("model");
    reader("model image", corpus::models(), move |bytes| {
        fs::write(&path, bytes).unwrap();
        let _ = Model::from_bytes(bytes);
        let _ = Image::take_from_bytes(bytes);
        AnyModel::read(&path).is_ok()
    })
}

/// What a checkpoint holds is gone on from, whatever it is.
fn checkpoint(bytes: &[u8]) -> bool {
    let Ok(Checkpoint { snapshot, .. }) = Checkpoint::from_bytes(bytes) else { return false };
    let (settings, [train, validation, test]) =
        (corpus::settings(), [12, 3, 3].map(corpus::points));
    let parameters = [0.1; 27];
    let start = Start { parameters: &parameters, frozen: 0 };
    match &IndexedParts::new(train, validation, test) {
        IndexedParts::Features(parts) => {
            let machine = Execution::default();
            resume(&settings, &start, &snapshot, &machine, parts, &mut ()).is_ok()
        }
        IndexedParts::Images(_) => unreachable!("points are features"),
    }
}

fn log(bytes: &[u8]) -> bool {
    Log::from_bytes(bytes).is_ok()
}

/// Bytes that are packed already, or else their packed form.
fn packed(bytes: Vec<u8>) -> Vec<u8> {
    if bytes.starts_with(&[0x1f, 0x8b]) { bytes } else { corpus::packed(&bytes) }
}

/// A folder of IDX files, of which the images to learn from are the bytes.
fn images(
    folder: &Path,
    name: &'static str,
    extension: &str,
    written: fn(Vec<u8>) -> Vec<u8>,
) -> Reader {
    let folder = folder.join(name);
    fs::create_dir(&folder).unwrap();
    let labels = corpus::idx(&[12], &[0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
    fs::write(folder.join("train-labels-idx1-ubyte"), &labels).unwrap();
    fs::write(folder.join("t10k-labels-idx1-ubyte"), &labels).unwrap();
    let images = corpus::images().remove(0);
    fs::write(folder.join("t10k-images-idx3-ubyte"), images).unwrap();
    let path = folder.join(format!("train-images-idx3-ubyte{extension}"));
    let options = DataOptions::new(Source::Path(folder));
    let corpus: Vec<Vec<u8>> = match extension {
        "" => corpus::images(),
        _ => corpus::images().into_iter().chain([packed(corpus::images().remove(0))]).collect(),
    };
    let name = if extension.is_empty() { "IDX" } else { "packed IDX" };
    reader(name, corpus, move |bytes| {
        fs::write(&path, written(bytes.to_vec())).unwrap();
        load(&options).is_ok()
    })
}

fn recipes(folder: &Path) -> Reader {
    let path = folder.join("recipe.toml");
    let name = path.to_str().expect("a folder of this test has a name in Unicode").to_owned();
    reader("recipe", corpus::recipes(), move |bytes| {
        fs::write(&path, bytes).unwrap();
        // Its flags are words of a command line, which the program reads as any.
        Recipe::find(&name).is_ok_and(|recipe| recipe.arguments().len() < bytes.len())
    })
}

fn tables(folder: &Path) -> Reader {
    let path = folder.join("table.csv");
    let options = DataOptions::new(Source::Path(path.clone()));
    reader("CSV", corpus::tables(), move |bytes| {
        fs::write(&path, bytes).unwrap();
        load(&options).is_ok()
    })
}

/// What is read is prepared as well.
fn pictures() -> Reader {
    reader("picture", corpus::pictures(), |bytes| match picture::decode(bytes) {
        Ok(image) => {
            let _ = picture::prepare(&image, 28, 28);
            true
        }
        Err(_) => false,
    })
}

/// All that a line may bring; whatever comes first, a sound frame is then read.
fn frames(bytes: &[u8]) -> bool {
    let mut receiver = Receiver::<1024>::new();
    let mut read = false;
    for &byte in bytes {
        if let Some(Ok(packet)) = receiver.push(byte) {
            let _ = packet.sequence();
            let request = decode::<Request<'_>>(packet).is_ok();
            read |= request || decode::<Reply<'_>>(packet).is_ok();
        }
    }
    let sound = seal::frame(vec![2, 1, 0, 0]);
    let last = sound.iter().filter(|&&byte| matches!(receiver.push(byte), Some(Ok(_)))).count();
    assert!(last >= 1, "a sound frame is not read behind noise");
    read
}

fn topology(bytes: &[u8]) -> bool {
    String::from_utf8_lossy(bytes).parse::<Topology>().is_ok()
}

fn braces() -> Reader {
    let texts = ["784-{5,10}-10", "784-{10..50..10}-10,784-10", "784-{,30-,30-30-}10"];
    reader("braces", corpus::texts(&texts), |bytes| {
        topologies(&String::from_utf8_lossy(bytes)).is_ok()
    })
}

fn values(bytes: &[u8]) -> bool {
    String::from_utf8_lossy(bytes).parse::<Values>().is_ok()
}

/// What is read is drawn as well.
fn metrics(bytes: &[u8]) -> bool {
    match Run::from_bytes(bytes, Path::new("run.jsonl")) {
        Ok(run) => {
            let _ = gradito::figure::svg(&figure(&[run]), &());
            true
        }
        Err(_) => false,
    }
}

//! The model image of `docs/format.md` is one, and holds what the page says of it.

use std::collections::BTreeMap;

use gradito_core::image::{HEADER_LENGTH, Image, InputKind, MAGIC, VERSION};
use gradito_core::network;
use gradito_core::network::{Network, argmax};
use zerocopy::IntoBytes;

use super::{page, table};

type Net = network!(2 => 2 Sigmoid => 2 Sigmoid);

/// The bytes of the page's dump: lines of an address, 16 bytes, and the same as text.
pub fn dump(page: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for line in page.lines() {
        let Some((at, rest)) = line.split_once("  ") else { continue };
        if at.len() == 4
            && let Ok(at) = usize::from_str_radix(at, 16)
        {
            assert_eq!(at, bytes.len(), "{line}");
            let row = rest.split_whitespace().take(16);
            bytes.extend(row.map(|byte| u8::from_str_radix(byte, 16).unwrap()));
        }
    }
    bytes
}

/// `bytes` where they lie in memory as the core wants them.
fn aligned(bytes: &[u8]) -> Vec<u32> {
    let words = bytes.as_chunks().0.iter();
    words.map(|&word| u32::from_ne_bytes(word)).collect()
}

/// What the rows of the table say, by the name of the field; their bytes are those of `image`, each
/// row beginning where the one before it ends.
fn fields(page: &str, image: &[u8]) -> BTreeMap<String, String> {
    let mut fields = BTreeMap::new();
    let mut end = 0;
    for [at, length, bytes, field, value] in table(page, "| at | length | bytes | field | value |")
    {
        assert_eq!(usize::from_str_radix(&at, 16), Ok(end), "{field}");
        let start = end;
        end += length.parse::<usize>().unwrap();
        let there: Vec<_> = image[start..end].iter().map(|byte| format!("{byte:02x}")).collect();
        let there = there.join(" ");
        match bytes.strip_suffix(" …") {
            Some(first) => assert!(there.starts_with(first) && there != first, "{field}"),
            None => assert_eq!(bytes, there, "{field}"),
        }
        assert_eq!(fields.insert(field.clone(), value), None, "{field} is there twice");
    }
    assert_eq!(end, image.len(), "every byte has a row");
    fields
}

#[test]
fn the_image_of_the_page_is_what_the_page_says() {
    let page = page("format.md");
    let words = aligned(&dump(&page));
    let bytes = words.as_bytes();
    let image = Image::from_bytes(bytes).unwrap();
    let mut fields = fields(&page, bytes);

    let mut says = |field: &str, value: &str| {
        let said = fields.remove(field).unwrap_or_else(|| panic!("{field} has no row"));
        assert_eq!(said, value, "{field}");
    };
    let provenance = image.provenance();
    let parameters = image.parameters();
    assert!(MAGIC.ends_with(b"GRADITO") && MAGIC[0] == 0x89);
    says("magic", "\\x89GRADITO");
    says("format version", &VERSION.to_string());
    says("checksum", &format!("{:08x}", image.checksum()));
    says("length of the image", &bytes.len().to_string());
    says("where the parameters start", &(bytes.len() - parameters.len()).to_string());
    says("length of the parameters", &parameters.len().to_string());
    says("layers", &image.layers().len().to_string());
    says("class names", &image.classes().count().to_string());
    says("element type", &format!("{}: {}", image.element() as u8, image.element()));
    says("cost", &format!("{}: {}", provenance.cost.code(), provenance.cost));
    says("optimiser", &format!("{}: {}", provenance.optimizer.code(), provenance.optimizer));
    says("initialisation", &format!("{}: {}", provenance.init.code(), provenance.init));
    assert_eq!(provenance.input, InputKind::Features { count: 2 });
    says("inputs", "2: features");
    says("polarity", "0: these are no images");
    says("prepared", "0");
    says("features have names", "1");
    says("number of features", "2");
    says("height", "1");
    says("seed", &provenance.seed.to_string());
    says("steps", &provenance.steps.to_string());
    says("epochs", &provenance.epochs.to_string());
    says("samples in a mini-batch", &provenance.batch.to_string());
    says("learning rate η", &format!("{:?}", provenance.eta));
    says("momentum μ", &format!("{:?}", provenance.momentum));
    says("L2 strength λ", &format!("{:?}", provenance.l2));
    says("training samples", &provenance.train_samples.to_string());
    says("test samples", &provenance.test_samples.to_string());
    says("of these recognised", &provenance.test_correct.to_string());
    says("written by", provenance.gradito_version());
    says("digest of the training data", "as inspect shows it");
    assert_eq!(provenance.parent_digest, [0; 32]);
    says("digest of the parent", "none: it began with random numbers");
    for (number, layer) in image.layers().enumerate() {
        let activation = format!("{}: {}", layer.activation.code(), layer.activation);
        let math = format!("{}: {}", layer.math.code(), layer.math);
        let (inputs, outputs) = (layer.inputs, layer.outputs);
        let value = format!("{inputs} inputs, {outputs} outputs, {activation}, {math}");
        says(&format!("layer {number}"), &value);
    }
    for (number, scale) in image.scaling().enumerate() {
        let value = format!("{:?} to {:?}", scale.min, scale.max);
        says(&format!("scaling of feature {number}"), &value);
    }
    for (number, name) in image.classes().enumerate() {
        says(&format!("class {number}"), name);
    }
    for (number, name) in image.features().enumerate() {
        says(&format!("feature {number}"), name);
    }
    says("padding", "zero, up to the next multiple of 16");
    let network: &Net = image.network().unwrap();
    let mut numbers = Vec::new();
    network.visit(&mut |piece| numbers.extend_from_slice(piece.into_values()));
    let rows = ["weights of layer #, input 0", "weights of layer #, input 1", "biases of layer #"];
    for (row, pair) in numbers.as_chunks::<2>().0.iter().enumerate() {
        let field = rows[row % rows.len()].replace('#', &(row / rows.len()).to_string());
        says(&field, &format!("{:?}, {:?}", pair[0], pair[1]));
    }
    assert!(fields.is_empty(), "of these the test knows nothing: {fields:?}");
    let table = format!("The header is what comes before `{HEADER_LENGTH:03x}`.");
    assert!(page.contains(&table), "{table}");
}

#[test]
fn the_network_of_the_page_computes_what_the_page_says() {
    let page = page("format.md");
    let words = aligned(&dump(&page));
    let image = Image::from_bytes(words.as_bytes()).unwrap();
    let network: &Net = image.network().unwrap();
    let mut scaling = image.scaling();
    let mut scaled = |x| scaling.next().unwrap().apply(x);
    let x = [scaled(3.0), scaled(1.0)];
    let mut trace = Net::TRACE;
    network.forward(&x, &mut trace);
    let outputs = network.outputs(&trace);
    let input = format!("to ({:?}, {:?})", x[0], x[1]);
    let output = format!("are {:?} and {:?}", outputs[0], outputs[1]);
    assert!(page.contains(&input), "{input}");
    assert!(page.contains(&output), "{output}");
    let class = image.classes().nth(argmax(outputs)).unwrap();
    let line = format!("two.csv:2: {class} ({:.3})", outputs[argmax(outputs)]);
    assert!(page.contains(&line), "{line}");
}

#[test]
fn a_changed_byte_is_told_as_the_page_tells_it() {
    let page = page("format.md");
    let mut bytes = dump(&page);
    bytes[0x30] = 2;
    let words = aligned(&bytes);
    let error = Image::from_bytes(words.as_bytes()).unwrap_err().to_string();
    assert!(page.contains(&error), "{error}");
}

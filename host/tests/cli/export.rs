//! `gradito export`: what is written is parsed back.

use std::collections::BTreeMap;

use gradito::data::InputKind;
use gradito::model::Model;
use gradito_link::board::{Board, named};
use serde_json::{Value, json};

use super::samples::{points, trained};
use super::sandbox::Sandbox;
use super::slots::{room, slots};

/// The bytes of a flash that a file sets.
pub type Flash = BTreeMap<u32, u8>;

/// A sandbox with a network of the pixels of digits, not well trained.
fn digits() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.done("train --layers 784-6-10 --activation tanh --steps 5 --out m.gradito");
    sandbox
}

/// The parameters of the model of `digits`.
fn parameters(sandbox: &Sandbox) -> Vec<u8> {
    let model = Model::from_bytes(&sandbox.read("m.gradito")).unwrap();
    model.network.parameters().iter().flat_map(|value| value.to_le_bytes()).collect()
}

/// Holds `flash` to what makes the image the board's model: the image in slot 0, no trailer, and no
/// image in slot 1.
#[track_caller]
pub fn assert_current(flash: &Flash, board: &Board, image: &[u8]) {
    let at = |address: u32| flash.get(&address).copied();
    for (address, byte) in (board.slots[0].start..).zip(image) {
        assert_eq!(at(address), Some(*byte), "{address:#x}");
    }
    for slot in board.slots {
        assert!((slot.end() - 16..slot.end()).all(|address| at(address) == Some(0xff)));
    }
    let second = board.slots[1].start;
    assert!((second..second + 16).all(|address| at(address) == Some(0xff)));
    let inside =
        |address: &u32| board.slots.iter().any(|slot| (slot.start..slot.end()).contains(address));
    assert!(flash.keys().all(inside), "something lies outside the slots");
}

pub fn hex(text: &str) -> Flash {
    let (mut flash, mut upper) = (Flash::new(), 0);
    for record in ihex::Reader::new(text) {
        match record.unwrap() {
            ihex::Record::ExtendedLinearAddress(address) => upper = u32::from(address) << 16,
            ihex::Record::Data { offset, value } => {
                for (address, byte) in (upper + u32::from(offset)..).zip(value) {
                    assert_eq!(flash.insert(address, byte), None, "{address:#x} is there twice");
                }
            }
            ihex::Record::EndOfFile => return flash,
            other => panic!("{other:?}"),
        }
    }
    panic!("no end")
}

fn uf2(file: &[u8], family: u32) -> Flash {
    let mut flash = Flash::new();
    let word = |block: &[u8], at: usize| u32::from_le_bytes(block[at..at + 4].try_into().unwrap());
    let (blocks, []) = file.as_chunks::<512>() else { panic!("whole blocks") };
    for (number, block) in blocks.iter().enumerate() {
        let head = [0, 4, 8, 16, 20, 24, 28, 508].map(|at| word(block, at));
        let (number, count) = (number as u32, blocks.len() as u32);
        let expected = [0x0a32_4655, 0x9e5d_5157, 0x2000, 256, number, count, family, 0x0ab1_6f30];
        assert_eq!(head, expected);
        let address = word(block, 12);
        assert_eq!(address % 256, 0);
        flash.extend((address..).zip(block[32..32 + 256].iter().copied()));
    }
    flash
}

#[test]
fn bin_is_the_image() {
    let sandbox = digits();
    let report = sandbox.json("export m.gradito --format bin --board microbit");
    let image = sandbox.read("m.gradito");
    assert_eq!(sandbox.read("m.bin"), image);
    let digest = sandbox.json("inspect m.gradito")["digest"].clone();
    let files = json!([{ "path": "m.bin", "bytes": image.len() }]);
    let expected = json!({
        "format": "bin", "board": "microbit", "address": slots("microbit")[0].start, "digest": digest, "files": files
    });
    assert_eq!(report, expected);
    let report = sandbox.json("export m.gradito --format c --board microbit");
    assert_eq!((&report["board"], &report["address"]), (&Value::Null, &Value::Null));
}

#[test]
fn hex_makes_the_image_the_board_s_model() {
    let sandbox = digits();
    for board in ["mps2-an386", "mps2-an385", "stm32f405", "microbit"] {
        let report = sandbox.json(&format!("export m.gradito --format hex --board {board}"));
        let board = named(board).unwrap();
        assert_eq!(report["board"], board.name);
        assert_eq!(report["address"], board.slots[0].start);
        let text = String::from_utf8(sandbox.read("m.hex")).unwrap();
        assert_current(&hex(&text), board, &sandbox.read("m.gradito"));
    }
}

#[test]
fn uf2_makes_the_image_the_board_s_model() {
    let sandbox = digits();
    sandbox.done("export m.gradito --format uf2 --board stm32f405 --out new.uf2");
    let board = named("stm32f405").unwrap();
    let flash = uf2(&sandbox.read("new.uf2"), 0x5775_5a57);
    assert_current(&flash, board, &sandbox.read("m.gradito"));
    assert_eq!(
        sandbox.refuses("export m.gradito --format uf2 --board microbit"),
        "gradito: m.gradito: the microbit takes no UF2 files (boards that do: stm32f405); use \
         --format hex"
    );
}

#[test]
fn safetensors_holds_the_parameters_by_name() {
    let sandbox = digits();
    sandbox.done("export m.gradito --format safetensors");
    let file = sandbox.read("m.safetensors");
    let (header, data) = safetensors(&file);
    assert_eq!(data, parameters(&sandbox));
    let entry = |shape: &[usize], offsets: [usize; 2]| json!({ "dtype": "F32", "shape": shape, "data_offsets": offsets });
    let ends = [4 * 784 * 6, 4 * 785 * 6, 4 * (785 * 6 + 6 * 10), 4 * (785 * 6 + 7 * 10)];
    assert_eq!(header["layer0.weight"], entry(&[784, 6], [0, ends[0]]));
    assert_eq!(header["layer0.bias"], entry(&[6], [ends[0], ends[1]]));
    assert_eq!(header["layer1.weight"], entry(&[6, 10], [ends[1], ends[2]]));
    assert_eq!(header["layer1.bias"], entry(&[10], [ends[2], ends[3]]));
    let metadata = header["__metadata__"].as_object().unwrap();
    assert!(metadata.values().all(Value::is_string));
    assert_eq!(metadata["activations"], "tanh,sigmoid");
    assert_eq!(metadata["digest"], sandbox.json("inspect m.gradito")["digest"]);

    let sandbox = trained();
    sandbox.done("export points.gradito --format safetensors --out p");
    let file = sandbox.read("p");
    let (header, data) = safetensors(&file);
    let inspected = sandbox.json("inspect points.gradito");
    for end in ["min", "max"] {
        let offsets = &header[&format!("input.{end}")]["data_offsets"];
        let [from, to] = [0, 1].map(|at| offsets[at].as_u64().unwrap() as usize);
        let expected = inspected["input"][end].as_array().unwrap();
        for (value, expected) in data[from..to].chunks(4).zip(expected) {
            let value = f32::from_le_bytes(value.try_into().unwrap());
            assert_eq!(value, expected.as_f64().unwrap() as f32);
        }
    }
    assert_eq!(header["__metadata__"]["classes"], r#"["above","below"]"#);
    assert_eq!(header["__metadata__"]["features"], r#"["x","y"]"#);
}

/// The JSON and the data of a safetensors file.
fn safetensors(file: &[u8]) -> (Value, &[u8]) {
    let (length, rest) = file.split_first_chunk().unwrap();
    let length = u64::from_le_bytes(*length) as usize;
    assert_eq!(length % 8, 0, "tensors are not aligned");
    let (header, data) = rest.split_at(length);
    (serde_json::from_slice(header).unwrap(), data)
}

/// The fields of a protocol-buffers message: number, and bytes or a number.
fn fields(mut message: &[u8]) -> Vec<(u64, Field<'_>)> {
    fn varint(message: &mut &[u8]) -> u64 {
        let mut value = 0;
        for shift in (0..).step_by(7) {
            let (byte, rest) = message.split_first().unwrap();
            *message = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        value
    }
    let mut fields = Vec::new();
    while !message.is_empty() {
        let key = varint(&mut message);
        let value = varint(&mut message);
        let field = match key & 7 {
            0 => Field::Number(value),
            2 => {
                let (bytes, rest) = message.split_at(value as usize);
                message = rest;
                Field::Bytes(bytes)
            }
            kind => panic!("a field of kind {kind}"),
        };
        fields.push((key >> 3, field));
    }
    fields
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Field<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

/// The fields of that number, as bytes.
fn all<'a>(message: &'a [u8], number: u64) -> Vec<&'a [u8]> {
    let bytes = |(found, field): (u64, Field<'a>)| match field {
        Field::Bytes(bytes) if found == number => Some(bytes),
        _ => None,
    };
    fields(message).into_iter().filter_map(bytes).collect()
}

/// The field of that number, as text.
fn text(message: &[u8], number: u64) -> String {
    String::from_utf8(all(message, number)[0].to_vec()).unwrap()
}

#[test]
fn onnx_is_a_graph_with_the_parameters() {
    let sandbox = digits();
    sandbox.done("export m.gradito --format onnx");
    let model = sandbox.read("m.onnx");
    assert_eq!(fields(&model)[0], (1, Field::Number(7)));
    let opset = all(&model, 8)[0];
    assert_eq!(fields(opset), [(1, Field::Bytes(b"")), (2, Field::Number(13))]);
    let graph = all(&model, 7)[0];
    let nodes: Vec<_> = all(graph, 1)
        .into_iter()
        .map(|node| {
            let inputs = all(node, 1).iter().map(|name| str::from_utf8(name).unwrap()).collect();
            (text(node, 4), inputs, text(node, 2))
        })
        .collect();
    let node = |operator: &str, inputs: &[&'static str], output: &str| {
        (operator.to_owned(), inputs.to_vec(), output.to_owned())
    };
    assert_eq!(
        nodes,
        [
            node("Cast", &["pixels"], "bytes"),
            node("Div", &["bytes", "white"], "x"),
            node("Gemm", &["x", "layer0.weight", "layer0.bias"], "layer0.z"),
            node("Tanh", &["layer0.z"], "layer0.a"),
            node("Gemm", &["layer0.a", "layer1.weight", "layer1.bias"], "layer1.z"),
            node("Sigmoid", &["layer1.z"], "outputs"),
        ]
    );
    let tensors = all(graph, 5);
    let names: Vec<_> = tensors.iter().map(|tensor| text(tensor, 8)).collect();
    let layers = ["layer0.weight", "layer0.bias", "layer1.weight", "layer1.bias"];
    assert_eq!(names, [&["white"][..], &layers].concat());
    let data: Vec<&[u8]> = tensors.iter().map(|tensor| all(tensor, 9)[0]).collect();
    assert_eq!(data[0], 255_f32.to_le_bytes());
    assert_eq!(data[1..].concat(), parameters(&sandbox));
    let shape = [(1, Field::Number(784)), (1, Field::Number(6)), (2, Field::Number(1))];
    assert_eq!(fields(tensors[1])[..3], shape);
    assert_eq!(text(all(graph, 11)[0], 1), "pixels");
    assert_eq!(text(all(graph, 12)[0], 1), "outputs");
}

/// A network of black and white says in every format where black begins.
#[test]
fn the_threshold_of_bits_goes_along() {
    let sandbox = Sandbox::new();
    sandbox.done("train --layers 784-3-10 --steps 5 --bits --out m.gradito");
    let model = Model::from_bytes(&sandbox.read("m.gradito")).unwrap();
    let InputKind::Pixels { threshold: Some(threshold), .. } = model.input else { panic!("bits") };
    for format in ["c", "rust", "safetensors", "onnx"] {
        sandbox.done(&format!("export m.gradito --format {format}"));
    }
    let source = String::from_utf8(sandbox.read("m.c")).unwrap();
    assert!(source.contains(&format!("if (pixels[i] >= {threshold})")), "{source}");
    let source = String::from_utf8(sandbox.read("m.rs")).unwrap();
    assert!(source.contains(&format!("those of {threshold} or more")), "{source}");
    let file = sandbox.read("m.safetensors");
    let said = safetensors(&file).0["__metadata__"]["input"].to_string();
    assert!(said.contains(&format!("1 where a pixel >= {threshold}, else 0")), "{said}");
    let file = sandbox.read("m.onnx");
    let graph = all(&file, 7)[0];
    let operators: Vec<_> = all(graph, 1).iter().map(|node| text(node, 4)).collect();
    assert_eq!(operators[..3], ["Cast", "GreaterOrEqual", "Cast"]);
    assert_eq!(text(all(graph, 1)[2], 2), "x");
    let value = f32::from(threshold.get()).to_le_bytes();
    assert_eq!(all(all(graph, 5)[0], 9)[0], value);
}

#[test]
fn c_is_a_header_and_a_source() {
    let sandbox = trained();
    for (out, base, name) in [
        ("", "points", "points"),
        ("--out net.c", "net", "net"),
        ("--out net-2.h", "net-2", "net_2"),
        ("--out 3d.v1", "3d.v1", "model_3d_v1"),
    ] {
        let report = sandbox.json(&format!("export points.gradito --format c {out}"));
        let paths: Vec<_> =
            report["files"].as_array().unwrap().iter().map(|file| &file["path"]).collect();
        assert_eq!(paths, [&format!("{base}.h"), &format!("{base}.c")]);
        let [header, source] = ["h", "c"].map(|extension| {
            String::from_utf8(sandbox.read(&format!("{base}.{extension}"))).unwrap()
        });
        assert!(header.contains(&format!("size_t {name}_predict(")), "{header}");
        assert!(source.contains(&format!("#include \"{base}.h\"")), "{source}");
    }
    let run = sandbox.run_with(["export", "points.gradito", "--format", "c", "--out", "a\"b.c"]);
    assert_eq!(run.code, Some(1));
    assert_eq!(
        run.error(),
        "gradito: a\"b.c: this name cannot be included in C; name a file of letters, digits, - \
         and _"
    );
}

#[test]
fn rust_is_a_file_that_compiles() {
    let sandbox = digits();
    sandbox.done("export m.gradito --format rust --out model.rs");
    sandbox.write(
        "lib.rs",
        "#![no_std]\n#![deny(warnings, missing_docs)]\n//! A model.\npub mod model;\n",
    );
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = std::process::Command::new(rustc)
        .current_dir(sandbox.path(""))
        .args(["--edition", "2024", "--crate-type", "lib", "--emit", "metadata", "lib.rs"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn math_without_c_code_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.done("train --layers 784-10 --math micromath --steps 1 --out m.gradito");
    let error = sandbox.refuses("export m.gradito --format c");
    assert!(error.starts_with("gradito: m.gradito: layer 0 computes with micromath"), "{error}");
    assert_eq!(sandbox.names(), ["m.gradito"]);
}

#[test]
fn models_that_do_not_fit_the_board_are_refused() {
    let sandbox = Sandbox::new();
    sandbox.done("train --layers 784-60-10 --steps 1 --out wide.gradito");
    sandbox.write("points.csv", points(100));
    sandbox.done("train --data points.csv --layers 2-2100-2 --steps 1 --out hungry.gradito");
    for format in ["bin", "hex", "c"] {
        let line = |model| format!("export {model} --format {format} --board microbit");
        assert_eq!(
            sandbox.refuses(&line("wide.gradito")),
            format!(
                "gradito: wide.gradito: the model image has 191080 bytes, and a slot of the \
                 microbit takes {}; train a smaller network or name another board",
                room("microbit")
            )
        );
        assert_eq!(
            sandbox.refuses(&line("hungry.gradito")),
            "gradito: hungry.gradito: the network needs 16824 bytes of RAM, and the microbit has \
             16384; train a narrower network or name another board"
        );
    }
    sandbox.done("export wide.gradito --format bin");
}

#[test]
fn wrong_command_lines_are_named_with_what_is_right() {
    let sandbox = trained();
    let names = sandbox.names();
    for (line, words) in [
        ("--format elf", "there are bin, hex, uf2, c, rust, safetensors, onnx"),
        ("", "--format <FORMAT>"),
        ("--format hex", "name one with --board: mps2-an386, mps2-an385, stm32f405, microbit"),
        ("--format uf2", "gradito: --format uf2 puts a model at the address of a board"),
        ("--format hex --board uno", "there are mps2-an386, mps2-an385, stm32f405, microbit"),
    ] {
        let said = sandbox.wrong(&format!("export points.gradito {line}"));
        assert!(said.contains(words), "{line}: {said}");
    }
    for (line, words) in [
        ("points.gradito --format bin --out points.gradito", "is both MODEL and --out"),
        ("points.gradito --format bin --out none/m", "its folder does not exist; create it"),
        ("points.gradito --format bin --out .", "is not a file"),
        ("points.csv --format bin", "this is not a model image"),
        ("none --format bin", "there is no such file"),
    ] {
        let said = sandbox.refuses(&format!("export {line}"));
        assert!(said.contains(words), "{line}: {said}");
    }
    assert_eq!(sandbox.names(), names);
}

#[test]
fn what_is_there_is_replaced_whole() {
    let sandbox = trained();
    sandbox.write("m.bin", vec![7; 100_000]);
    let out = sandbox.done("export points.gradito --format bin --out m.bin").out;
    assert_eq!(sandbox.read("m.bin"), sandbox.read("points.gradito"));
    assert!(out.starts_with("m.bin (model image, "), "{out}");
    assert_eq!(sandbox.names(), ["m.bin", "points.csv", "points.gradito"]);
}

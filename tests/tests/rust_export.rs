//! The Rust export compiles beside gradito-core, is read as its own documentation says, and gives
//! gradito's outputs, bit for bit.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

use gradito::data::{Dataset, InputKind, Inputs, Polarity};
use gradito::export::rust;
use gradito::model::Model;
use gradito::network::Machine;
use gradito::simd::Level;
use gradito_core::image::Image;
use gradito_core::kind::ActivationKind::{Identity, Relu, Sigmoid, Softmax, Tanh};
use gradito_core::kind::MathKind;
use gradito_tests::models::{drawn, model};

/// The pixels that every network is shown.
const PIXELS: [u8; 6] = [0, 1, 255, 128, 0, 77];

fn models() -> Vec<Model> {
    let input = InputKind::Pixels {
        width: 3,
        height: 2,
        polarity: Polarity::InkLow,
        prepared: true,
        threshold: None,
        stages: gradito::data::Stages::NONE,
    };
    let poly = drawn(6, MathKind::Poly, &[(5, Sigmoid), (4, Identity), (3, Softmax)]);
    let libm = drawn(6, MathKind::Libm, &[(7, Tanh), (3, Relu)]);
    let micromath = drawn(6, MathKind::Micromath, &[(3, Sigmoid)]);
    [poly, libm, micromath].into_iter().map(|network| model(network, input.clone())).collect()
}

/// The outputs of `model`, as the program below prints them.
fn outputs(model: &Model) -> String {
    let set = Dataset::new(PIXELS.len(), Inputs::Pixels(PIXELS.to_vec()), vec![0]);
    let evaluation = model.evaluate(set, &Machine::single(Level::BASELINE));
    let outputs = evaluation.expect("outputs that are finite").outputs;
    let bits = outputs.iter().map(|output| output.to_bits());
    format!("{:x?}", bits.collect::<Vec<_>>())
}

#[test]
fn it_is_read_as_it_says() {
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rust-export");
    let programs = package.join("src");
    fs::create_dir_all(&programs).expect("below the target directory");
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace's folder");
    let core = workspace.join("core");
    let manifest = format!(
        "[package]\nname = \"user\"\nedition = \"2024\"\n\n\
         [dependencies]\ngradito-core = {{ path = {core:?} }}\n\n[workspace]\n"
    );
    fs::write(package.join("Cargo.toml"), manifest).expect("a manifest");
    // The same versions as in the workspace, which are there without a network.
    fs::copy(workspace.join("Cargo.lock"), package.join("Cargo.lock")).expect("a lock file");

    let mut program = String::from("#![deny(warnings)]\nfn main() {\n");
    let (mut modules, mut expected) = (String::new(), String::new());
    for (number, model) in models().iter().enumerate() {
        let bytes = model.to_bytes().expect("an image");
        let file = rust::write(&Image::from_bytes(&bytes).expect("an image"));
        // The example in its documentation, which is not compiled with it.
        let (_, example) = file.split_once("//! ```ignore\n").expect("an example");
        let (example, _) = example.split_once("//! ```\n").expect("its end");
        let example = example.replace("//! ", "").replace("model::", &format!("model_{number}::"));
        program += &format!(
            "(|| {{
                {example}
                let mut trace = Net::TRACE;
                network.forward(&gradito_core::signal::Pixels({PIXELS:?}), &mut trace);
                let outputs = network.outputs(&trace).iter().map(|output| output.to_bits());
                let outputs: Vec<u32> = outputs.collect();
                println!(\"{{outputs:x?}}\");
                Ok::<(), gradito_core::image::ImageError>(())
            }})().unwrap();\n"
        );
        modules += &format!("mod model_{number};\n");
        fs::write(programs.join(format!("model_{number}.rs")), file).expect("a module");
        expected += &(outputs(model) + "\n");
    }
    fs::write(programs.join("main.rs"), program + "}\n" + &modules).expect("a program");

    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(&package).args(["run", "--quiet", "--offline", "--target-dir", "target"]);
    // A wrapper is for the workspace.
    command.env_remove("RUSTC_WORKSPACE_WRAPPER");
    let output = command.output().expect("cargo");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
}

//! The firmware on emulated boards, asked by the program that people use.
//!
//! Needs qemu-system-arm and the targets of the boards; `cargo xtask test` installs them and runs
//! this. Where one is missing, the tests fail with the words of `gradito`, which say what to do.

#[path = "../../firmware/circuits/src/worked.rs"]
mod circuits;

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use gradito::data::mnist;
use gradito::device::emulator::{self, Launch};
use gradito::device::firmware::{self, Variant};
use gradito::device::input::input;
use gradito::device::noise::{Faults, Noise};
use gradito::device::{Client, DeviceError, Patience, Transport};
use gradito::model::Model;
use gradito::network::Machine;
use gradito::simd::Level;
use gradito_tests::golden::{DIGEST, STEPS};
use serde_json::Value;
use tempfile::TempDir;

/// Boards that read files: whole data sets in a second.
const WITH_FILES: [&str; 2] = ["mps2-an386", "mps2-an385"];

/// Every board.
const BOARDS: [&str; 4] = ["mps2-an386", "mps2-an385", "stm32f405", "microbit"];

/// No run takes longer.
const PATIENCE: Duration = Duration::from_secs(600);

/// The checkout: where the firmware is looked for.
fn checkout() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The program, built as these tests are.
fn gradito() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let mut build = Command::new(env!("CARGO"));
        build.current_dir(checkout()).args(["build", "--package", "gradito", "--quiet"]);
        if !cfg!(debug_assertions) {
            build.arg("--release");
        }
        let output = build.args(["--message-format", "json"]).stderr(Stdio::inherit()).output();
        let output = String::from_utf8(output.unwrap().stdout).unwrap();
        let messages = output.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let mut programs =
            messages.filter_map(|message| message["executable"].as_str().map(PathBuf::from));
        programs.next_back().expect("cargo says where the program is")
    })
}

/// A folder with models: `start.gradito` as training begins, `digits.gradito` after it.
struct Bench(TempDir);

impl Bench {
    fn new() -> Self {
        let bench = Self(TempDir::new().unwrap());
        bench.done("train --steps 0 --out start.gradito");
        bench.done("train --epochs 1 --out digits.gradito");
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The arguments of `line`, names of files in the folder.
    fn command(&self, line: &str) -> Command {
        let mut command = Command::new(gradito());
        // In the checkout, for the firmware; files are elsewhere.
        command.current_dir(checkout());
        for word in line.split_whitespace() {
            let is_file = word.ends_with(".gradito") || word.ends_with(".log");
            command.arg(if is_file { self.path(word) } else { word.into() });
        }
        command
    }

    /// Exit code, standard output and standard error of a run.
    fn run(&self, line: &str) -> (Option<i32>, String, String) {
        let mut command = assert_cmd::Command::from_std(self.command(line));
        let output = command.timeout(PATIENCE).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    }

    fn done(&self, line: &str) -> String {
        let (code, out, err) = self.run(line);
        assert_eq!(code, Some(0), "gradito {line}\n{err}");
        out
    }

    fn json(&self, line: &str) -> Value {
        serde_json::from_str(&self.done(&format!("{line} --json"))).unwrap()
    }

    /// The line that says why a run failed.
    fn fails(&self, line: &str) -> String {
        let (code, _, err) = self.run(line);
        assert_eq!(code, Some(1), "gradito {line}\n{err}");
        err.lines().last().unwrap().to_owned()
    }

    /// A board with a firmware for `digits.gradito`, which is in its flash.
    fn start(&self, board: &str) -> (emulator::Emulated, Model) {
        let model = Model::read(&self.path("digits.gradito")).unwrap();
        let board = emulator::board(board).unwrap();
        let folder = firmware::folder(checkout()).unwrap();
        let variant = Variant::inference(&model);
        let firmware = firmware::build(&folder, board, Some(&variant)).unwrap();
        let launch = Launch::new(board, &firmware, Some(&model.to_bytes().unwrap())).unwrap();
        (launch.serial().unwrap(), model)
    }
}

/// Whether everything is to be run, whatever it takes.
fn takes_all() -> bool {
    std::env::var_os("GRADITO_ALL_SAMPLES").is_some()
}

#[test]
fn every_board_says_who_it_is() {
    let bench = Bench::new();
    let digest = bench.json("inspect digits.gradito")["digest"].clone();
    for board in BOARDS {
        let info = bench.json(&format!("device info digits.gradito --emulate {board}"));
        assert_eq!((&info["board"], &info["topology"]), (&board.into(), &"784-30-10".into()));
        assert_eq!((&info["model"]["digest"], &info["fault"]), (&digest, &Value::Null));
        assert_eq!(info["trains"], false);
    }
    let info = bench.json("device info --emulate mps2-an386");
    assert_eq!(info["model"], Value::Null);
    assert_ne!(info["fault"], Value::Null);
}

#[test]
fn all_outputs_are_those_of_the_desktop() {
    let bench = Bench::new();
    let desktop = bench.json("eval digits.gradito");
    for board in WITH_FILES {
        let test = bench.json(&format!("device test digits.gradito --emulate {board} --bulk"));
        assert_eq!((&test["same"], &test["samples"]), (&true.into(), &10_000.into()));
        assert_eq!(test["outputs_digest"], desktop["outputs_digest"], "{board}");
        assert_eq!(test["accuracy"], desktop["accuracy"], "{board}");
        assert!(test["cost"]["instructions"].as_u64() > Some(1000));
    }
}

#[test]
fn outputs_are_those_of_the_desktop_over_the_serial_line() {
    let bench = Bench::new();
    for board in BOARDS {
        let samples = match board {
            _ if takes_all() => 10_000,
            "mps2-an386" => 1000,
            _ => 100,
        };
        let line = format!("device test digits.gradito --emulate {board} --samples {samples}");
        let test = bench.json(&line);
        assert_eq!((&test["same"], &test["samples"]), (&true.into(), &samples.into()), "{board}");
        let seconds = test["seconds"].as_f64().unwrap();
        assert!(seconds < 240.0, "{board}: {seconds} s");
    }
}

/// Whole numbers from the pixel to the class: on every kind of processor, bytes and bits.
#[test]
fn scores_of_quantised_networks_are_those_of_the_desktop() {
    let bench = Bench::new();
    bench.done("quantize digits.gradito --out bytes.gradito");
    bench.done("train --epochs 1 --layers 784-32-10 --bits --out trained.gradito");
    bench.done("quantize trained.gradito --out bits.gradito");
    for model in ["bytes.gradito", "bits.gradito"] {
        let desktop = bench.json(&format!("eval {model}"));
        for board in WITH_FILES {
            let test = bench.json(&format!("device test {model} --emulate {board} --bulk"));
            let samples = &test["samples"];
            assert_eq!((&test["same"], samples), (&true.into(), &10_000.into()), "{board}");
            assert_eq!(test["accuracy"], desktop["accuracy"], "{board}");
        }
        let samples = if takes_all() { 1000 } else { 100 };
        for board in ["stm32f405", "microbit"] {
            let line = format!("device test {model} --emulate {board} --samples {samples}");
            assert_eq!(bench.json(&line)["same"], true, "{board}");
        }
    }
    let written = bench.json("device write bits.gradito --emulate microbit");
    assert_eq!(written["digest"], bench.json("inspect bits.gradito")["digest"]);
}

/// Weights of 4 and 2 bits and ternary ones, taken apart where they lie: on a core that multiplies in
/// one clock, and on the smallest.
#[test]
fn scores_of_packed_weights_are_those_of_the_desktop() {
    let bench = Bench::new();
    bench.done("train --epochs 1 --layers 784-20-10 --bits --out bits.gradito");
    let kinds = [("digits", "i4"), ("digits", "i2"), ("digits", "ternary"), ("bits", "i4")];
    for (parent, kind) in kinds {
        let quantize = format!("quantize {parent}.gradito --weights {kind} --out packed.gradito");
        bench.done(&quantize);
        let desktop = bench.json("eval packed.gradito");
        let test = bench.json("device test packed.gradito --emulate mps2-an386 --bulk");
        let samples = &test["samples"];
        assert_eq!((&test["same"], samples), (&true.into(), &10_000.into()), "{parent} {kind}");
        assert_eq!(test["accuracy"], desktop["accuracy"], "{parent} {kind}");
        let line = "device test packed.gradito --emulate microbit --samples 100";
        assert_eq!(bench.json(line)["same"], true, "{parent} {kind}");
    }
}

/// Deskewed, cropped and pooled where the sample arrives: of packed weights on every kind of processor, and in
/// training.
#[test]
fn images_are_staged_as_on_the_desktop() {
    let bench = Bench::new();
    let line = "train --epochs 1 --layers 100-24-10 --activation relu --output identity --eta 0.1";
    bench.done(&format!("{line} --stage deskew,crop4,pool2 --out staged.gradito"));
    bench.done("quantize staged.gradito --weights i4 --out packed.gradito");
    let desktop = bench.json("eval packed.gradito");
    for board in WITH_FILES {
        let test = bench.json(&format!("device test packed.gradito --emulate {board} --bulk"));
        let samples = &test["samples"];
        assert_eq!((&test["same"], samples), (&true.into(), &10_000.into()), "{board}");
        assert_eq!(test["accuracy"], desktop["accuracy"], "{board}");
    }
    let test = bench.json("device test packed.gradito --emulate microbit --samples 100");
    assert_eq!(test["same"], true);
    let line = "device train staged.gradito --emulate mps2-an386 --steps 20 --log staged.log";
    assert_eq!(bench.json(line)["same"], true);
    assert_eq!(bench.json("replay staged.gradito staged.log")["same"], true);
    let line = "device verify staged.gradito --emulate mps2-an385 --steps 2";
    assert_eq!(bench.json(line)["same"], true);
}

/// On a core with an FPU for `f32`, and on one without.
#[test]
fn circuits_have_the_bits_of_the_desktop() {
    let mut desktop = String::new();
    circuits::report(&mut desktop).unwrap();
    for board in WITH_FILES {
        let target = emulator::board(board).unwrap().target;
        let folder = checkout().join("firmware/circuits");
        let mut build = assert_cmd::Command::new(env!("CARGO"));
        build.current_dir(&folder).args(["build", "--release", "--quiet", "--target", target]);
        build.args(["--target-dir", "target"]).assert().success();
        let program = folder.join("target").join(target).join("release/gradito-circuits");
        let mut emulator = assert_cmd::Command::new("qemu-system-arm");
        emulator.args(["-machine", board, "-display", "none", "-monitor", "none", "-serial"]);
        emulator.args(["none", "-semihosting-config", "enable=on,target=native", "-kernel"]);
        let run = emulator.arg(program).timeout(PATIENCE).assert().success();
        assert_eq!(String::from_utf8_lossy(&run.get_output().stdout), desktop, "{board}");
    }
}

#[test]
fn the_golden_training_ends_with_its_digest_on_every_core() {
    let bench = Bench::new();
    for board in WITH_FILES {
        let line = format!("device train start.gradito --emulate {board} --bulk --steps {STEPS}");
        let train = bench.json(&line);
        assert_eq!((&train["digest"], &train["same"]), (&DIGEST.into(), &true.into()), "{board}");
    }
}

#[test]
fn a_whole_epoch_ends_with_the_desktop_s_digest() {
    let bench = Bench::new();
    let options = "--epochs 1 --validation 0";
    let train = bench.json(&format!("device train --emulate mps2-an386 --bulk {options}"));
    let desktop = bench.json(&format!("train {options} --out epoch.gradito"));
    assert_eq!((&train["samples"], &train["same"]), (&60_000.into(), &true.into()));
    assert_eq!(train["digest"], desktop["digest"]);
}

#[test]
fn what_a_board_learnt_is_repeated_from_its_log() {
    let bench = Bench::new();
    let files = "--log a.log --out learnt.gradito";
    let line = "device train digits.gradito --emulate stm32f405 --steps 20";
    let train = bench.json(&format!("{line} {files}"));
    assert_eq!(train["same"], true);
    let replay = bench.json("replay digits.gradito a.log");
    assert_eq!((&replay["same"], &replay["same_samples"]), (&true.into(), &true.into()));
    assert_eq!(replay["digest"], train["digest"]);
    let learnt = bench.json("inspect learnt.gradito");
    assert_eq!((&learnt["digest"], &learnt["steps"]), (&train["digest"], &20.into()));
    assert_eq!(learnt["parent_digest"], train["parent"]);
    let error = bench.fails("replay start.gradito a.log");
    assert!(error.contains("the training started from other parameters"), "{error}");
}

/// Of 784-30-10 in `f32`, on a core with an FPU: an inference, a sample of a step, and an image
/// without a white pixel, of which nothing is passed over. Medians; what they may take at most.
#[test]
fn networks_of_f32_take_few_instructions() {
    let bench = Bench::new();
    let black = bench.path("black");
    std::fs::create_dir(&black).unwrap();
    let write = |name: &str, header: &[u8], value: u8, count: usize| {
        let bytes = [header, &vec![value; count]].concat();
        std::fs::write(black.join(name), bytes).unwrap();
    };
    let header = [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 28, 0, 0, 0, 28];
    write("t10k-images-idx3-ubyte", &header, u8::MAX, 784);
    write("t10k-labels-idx1-ubyte", &[0, 0, 8, 1, 0, 0, 0, 1], 9, 1);

    let instructions = |line: &str| {
        let report = bench.json(&format!("device {line} --emulate mps2-an386"));
        assert_eq!(report["same"], true, "{line}");
        report["cost"]["instructions"].as_u64().unwrap()
    };
    let found = [
        instructions("test digits.gradito --samples 100"),
        instructions("train digits.gradito --steps 100") / 10,
        instructions(&format!("test digits.gradito --data {}", black.display())),
    ];
    let most = [17_000, 36_000, 90_000];
    assert!(found.iter().zip(most).all(|(found, most)| *found <= most), "{found:?} of {most:?}");
}

/// Of `f32` and of `i8`, bytes and bits: layer by layer as much as all of them together, and little
/// more than without a profile.
#[test]
fn layers_take_what_an_inference_takes() {
    let bench = Bench::new();
    bench.done("quantize digits.gradito --out bytes.gradito");
    bench.done("train --epochs 1 --layers 784-32-10 --bits --out trained.gradito");
    bench.done("quantize trained.gradito --out bits.gradito");
    for (model, board) in [
        ("digits.gradito", "mps2-an386"),
        ("digits.gradito", "stm32f405"),
        ("bytes.gradito", "mps2-an385"),
        ("bits.gradito", "microbit"),
    ] {
        let rest = format!("{model} --emulate {board} --samples 20");
        let profile = bench.json(&format!("device profile {rest}"));
        let count = |cost: &Value| cost["instructions"].as_u64().unwrap();
        let (all, layers) = (count(&profile["cost"]), profile["layers"].as_array().unwrap());
        let sum: u64 = layers.iter().map(|layer| count(&layer["cost"])).sum();
        // The clock goes by up to 62.5 instructions; medians are rounded to it.
        assert!(layers.len() == 2 && sum.abs_diff(all) <= 3 * 63, "{model} {board}: {profile}");
        let alone = count(&bench.json(&format!("device test {rest}"))["cost"]);
        assert!(alone <= all + 63 && all <= alone + 300, "{model} {board}: {all}, {alone} alone");
        let share = |layer: &Value| layer["share"].as_f64().unwrap();
        assert!((layers.iter().map(share).sum::<f64>() - 1.0).abs() < 1e-9);
        assert!(share(&layers[0]) > 0.5, "{model} {board}: {profile}");
        let lit = layers[0]["lit"].as_u64().unwrap();
        assert!((50..300).contains(&lit), "{model} {board}: {lit}");
    }
}

#[test]
fn a_firmware_without_a_profile_is_told_with_the_features_to_build_it_with() {
    let bench = Bench::new();
    let folder = firmware::folder(checkout()).unwrap();
    let variant = Variant::inference(&Model::read(&bench.path("digits.gradito")).unwrap());
    let board = emulator::board("mps2-an386").unwrap();
    let elf = firmware::build(&folder, board, Some(&variant)).unwrap();
    let line = "device profile digits.gradito --emulate mps2-an386 --firmware";
    let error = bench.fails(&format!("{line} {}", elf.display()));
    assert!(error.contains("build it with --features mps2-an386,profile"), "{error}");
}

/// On networks that the constants of the estimates were not measured on.
#[test]
fn what_is_estimated_is_what_the_emulator_counts_to_within_a_tenth() {
    let bench = Bench::new();
    let networks = [
        "784-20-10",
        "784-64-32-10 --activation relu --cost softmax --eta 0.2",
        "784-25-10 --activation tanh --cost softmax --eta 0.1",
    ];
    let mut off = Vec::new();
    let mut compare = |model: &str, purpose: &str, board: &str| {
        let costs = bench.json(&format!("inspect {model} --board {board}"));
        let jobs = costs["costs"]["boards"][0]["jobs"].as_array().unwrap();
        let job = jobs.iter().find(|job| job["purpose"] == purpose).unwrap();
        let (line, samples) = match purpose {
            "f32 training" => ("train", 10),
            _ => ("test", 1),
        };
        let amount = if samples == 10 { "--steps 50" } else { "--samples 100" };
        let found = bench.json(&format!("device {line} {model} {amount} --emulate {board}"));
        let number = |value: &Value| value.as_u64().unwrap() as f64;
        let memory = &found["memory"];
        for (what, estimate, counted) in [
            (
                "instructions",
                number(&job["typical"]["instructions"]) * f64::from(samples),
                number(&found["cost"]["instructions"]),
            ),
            ("code", number(&job["code"]["needed"]), number(&memory["flash"])),
            (
                "RAM",
                number(&job["ram"]["needed"]),
                number(&memory["statics"]) + number(&memory["stack_used"]),
            ),
        ] {
            let error = estimate / counted - 1.0;
            if error.abs() > 0.1 {
                off.push(format!("{model} {purpose} on {board}: {what} {estimate}, not {counted}"));
            }
        }
    };
    for (index, network) in networks.into_iter().enumerate() {
        let model = format!("{index}.gradito");
        bench.done(&format!("train --layers {network} --epochs 1 --out {model}"));
        bench.done(&format!("quantize {model} --out i8-{model}"));
        compare(&model, "f32", "mps2-an386");
        compare(&model, "f32 training", "mps2-an386");
        compare(&format!("i8-{model}"), "i8", "mps2-an386");
        let (purpose, board) =
            [("f32", "microbit"), ("i8", "microbit"), ("i8", "mps2-an385")][index];
        let kind = if purpose == "f32" { "" } else { "i8-" };
        compare(&format!("{kind}{model}"), purpose, board);
    }
    bench.done("train --layers 784-40-10 --bits --epochs 1 --out parent.gradito");
    bench.done("quantize parent.gradito --out bits.gradito");
    compare("bits.gradito", "i8 bits", "mps2-an386");
    assert!(off.is_empty(), "{off:#?}");
}

#[test]
fn the_smallest_board_trains_the_last_layer() {
    let bench = Bench::new();
    let line = "device train digits.gradito --emulate microbit --freeze 1 --steps 20";
    let train = bench.json(line);
    assert_eq!((&train["same"], &train["frozen"]), (&true.into(), &1.into()));
}

#[test]
fn layers_parameters_and_gradients_are_verified() {
    let bench = Bench::new();
    let verify = bench.json("device verify digits.gradito --emulate mps2-an385 --steps 3");
    assert_eq!((&verify["same"], &verify["parameters"]), (&true.into(), &23_860.into()));
    let check = bench.json("device gradcheck digits.gradito --emulate mps2-an386");
    assert_eq!(check["passed"], true);
    assert!(check["parameters"].as_array().unwrap().len() > 10);
}

#[test]
fn a_board_adapts() {
    let bench = Bench::new();
    let line = "device adapt digits.gradito --emulate mps2-an386 --bulk --samples 1000";
    let adapt = bench.json(line);
    assert_eq!(adapt["same"], true);
    let points = adapt["changed"].as_array().unwrap();
    let accuracy = |point: &Value| point["accuracy"].as_f64().unwrap();
    let (first, last) = (accuracy(&points[0]), accuracy(points.last().unwrap()));
    assert!(last > first + 0.1, "{first} to {last}");
}

#[test]
fn models_are_written_and_read() {
    let bench = Bench::new();
    let digest = bench.json("inspect digits.gradito")["digest"].clone();
    for board in ["mps2-an386", "microbit"] {
        let written = bench.json(&format!("device write digits.gradito --emulate {board}"));
        assert_eq!((&written["digest"], &written["generation"]), (&digest, &1.into()), "{board}");
        let line = format!("device read read.gradito --model digits.gradito --emulate {board}");
        assert_eq!(bench.json(&line)["digest"], digest);
        let bytes = |name| std::fs::read(bench.path(name)).unwrap();
        assert_eq!(bytes("read.gradito"), bytes("digits.gradito"));
    }
}

#[test]
fn a_model_of_another_network_is_refused_with_the_line_to_change() {
    let bench = Bench::new();
    bench.done("train --layers 784-12-10 --steps 0 --out other.gradito");
    let folder = firmware::folder(checkout()).unwrap();
    let variant = Variant::inference(&Model::read(&bench.path("digits.gradito")).unwrap());
    let elf = firmware::build(&folder, emulator::board("mps2-an386").unwrap(), Some(&variant));
    let elf = elf.unwrap();
    let line = "device info other.gradito --emulate mps2-an386 --firmware";
    let line = format!("{line} {}", elf.display());
    let error = bench.fails(&line);
    let change = "GRADITO_NETWORK=\"784 => 12 Sigmoid => 10 Sigmoid\"";
    assert!(error.contains(change) && error.contains("firmware/network.rs"), "{error}");
}

#[test]
fn faults_on_the_line_cost_no_answer() {
    let bench = Bench::new();
    let (board, model) = bench.start("mps2-an386");
    let faults = Faults { frames: 10_000, bytes: 0 };
    let mut client =
        Client::new(Box::new(Noise::new(board, faults, 11)), Arc::default(), Patience::default());
    client.hello().unwrap();
    let set = mnist::test().unwrap();
    let desktop = model.evaluate(set.clone(), &Machine::single(Level::best())).unwrap().outputs;
    let mut scratch = Vec::new();
    for (index, wanted) in desktop.chunks_exact(10).take(2000).enumerate() {
        let found = client.infer(input(set.sample(index), &mut scratch)).unwrap().outputs;
        let same = found.iter().zip(wanted).all(|(a, b)| a.to_bits() == b.to_bits());
        assert!(same && found.len() == 10, "image {index}");
    }
    assert!(client.counts().repeated > 40, "{:?}", client.counts());
    assert!(client.statistics().unwrap().dropped > 20);
}

#[test]
fn an_emulator_that_is_killed_is_one_clear_error() {
    let bench = Bench::new();
    let (board, _) = bench.start("mps2-an386");
    let id = board.process().id().to_string();
    let name = board.name().to_owned();
    let mut client = Client::new(Box::new(board), Arc::default(), Patience::default());
    client.hello().unwrap();
    let set = mnist::test().unwrap();
    let mut scratch = Vec::new();
    client.infer(input(set.sample(0), &mut scratch)).unwrap();
    assert!(Command::new("kill").args(["-9", &id]).status().unwrap().success());
    let start = Instant::now();
    let error = client.infer(input(set.sample(1), &mut scratch)).unwrap_err();
    assert!(start.elapsed() < Duration::from_secs(3));
    assert!(matches!(error, DeviceError::Ended { .. }), "{error}");
    assert_eq!(error.to_string(), format!("{name}: the emulator was killed"));
}

/// Ctrl-C ends the run, and the emulator with it.
#[test]
#[cfg(unix)]
fn an_interrupted_run_takes_its_emulator_along() {
    let bench = Bench::new();
    drop(bench.start("mps2-an386"));
    let mut child = bench
        .command("device test digits.gradito --emulate mps2-an386")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let id = child.id().to_string();
    let emulator = || {
        let mut listed = Command::new("ps");
        listed.args(["-o", "pid=,comm=", "--ppid", &id]);
        let listed = String::from_utf8(listed.output().unwrap().stdout).unwrap();
        let qemu = listed.lines().find(|line| line.contains("qemu-system"));
        qemu.and_then(|line| line.split_whitespace().next().map(str::to_owned))
    };
    let start = Instant::now();
    let qemu = loop {
        assert!(start.elapsed() < PATIENCE, "the emulator never started");
        if let Some(id) = emulator() {
            break id;
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    // Well into the transfer.
    std::thread::sleep(Duration::from_millis(1500));
    let interrupt = Command::new("kill").args(["-INT", &id]).status();
    assert!(interrupt.unwrap().success());
    let start = Instant::now();
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1), "{err}");
    assert!(start.elapsed() < Duration::from_secs(3));
    assert_eq!(err.lines().last(), Some("gradito: interrupted"), "{err}");
    let mut left = Command::new("kill");
    assert!(!left.args(["-0", &qemu]).stderr(Stdio::null()).status().unwrap().success());
}

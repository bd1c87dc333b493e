//! Small data of every kind that gradito reads.

use super::sandbox::Sandbox;

/// `rows` points of the unit square, `above` or `below` its diagonal.
pub fn points(rows: usize) -> String {
    let mut text = "x,y,side\n".to_owned();
    for row in 0..rows {
        // Two sequences of irrational steps fill the square evenly.
        let x = (row as f64 * 0.618_034).fract();
        let y = (row as f64 * 0.414_214).fract();
        let side = if x > y { "below" } else { "above" };
        text += &format!("{x:.3},{y:.3},{side}\n");
    }
    text
}

/// A sandbox with 100 points in `points.csv`, and `points.gradito` trained on them.
pub fn trained() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("points.csv", points(100));
    sandbox.done("train --data points.csv --layers 2-4-2 --epochs 40 --out points.gradito");
    sandbox
}

/// The pixels of an image of 6x5: light ink in its left half, or its right half, and a grain.
pub fn half(right: bool, grain: u8) -> Vec<u8> {
    let lit = |column| (column >= 3) == right;
    (0..30).map(|at| if lit(at % 6) { 200 + (at as u8 + grain) % 50 } else { 0 }).collect()
}

/// A PGM file of 6x5 pixels.
pub fn pgm(pixels: &[u8]) -> Vec<u8> {
    [b"P5 6 5 255\n", pixels].concat()
}

/// Twenty images of each of two classes, in one sub-folder of `halves` a class.
pub fn image_folder(sandbox: &Sandbox) {
    for number in 0..20 {
        for (right, class) in [(false, "left"), (true, "right")] {
            let name = format!("halves/{class}/{number}.pgm");
            sandbox.write(&name, pgm(&half(right, number)));
        }
    }
}

/// An IDX file.
pub fn idx(sizes: &[u32], bytes: &[u8]) -> Vec<u8> {
    let mut file = vec![0, 0, 8, sizes.len() as u8];
    file.extend(sizes.iter().flat_map(|size| size.to_be_bytes()));
    file.extend_from_slice(bytes);
    file
}

/// A folder of IDX files with `train` and `test` images of two classes.
pub fn idx_folder(sandbox: &Sandbox, name: &str, train: u32, test: u32) {
    for (part, count) in [("train", train), ("t10k", test)] {
        let labels: Vec<u8> = (0..count).map(|number| (number % 2) as u8).collect();
        let images: Vec<u8> =
            (0..count).flat_map(|number| half(number % 2 == 1, (number % 50) as u8)).collect();
        sandbox.write(&format!("{name}/{part}-images-idx3-ubyte"), idx(&[count, 5, 6], &images));
        sandbox.write(&format!("{name}/{part}-labels-idx1-ubyte"), idx(&[count], &labels));
    }
}

//! Draws test images and what a model says of them: the picture in the README.
//!
//! `draw-predictions MODEL FILE.svg`

use std::error::Error;
use std::fmt::Write;
use std::path::Path;

use gradito::data::{Sample, mnist};
use gradito::model::Model;
use gradito::network::Machine;
use gradito::simd::Level;
use gradito_core::network::argmax;

/// Digits in a row, and rows.
const COLUMNS: usize = 12;
const ROWS: usize = 3;

/// Side of a cell, and its height with the caption.
const CELL: (usize, usize) = (34, 46);

/// Shades of ink that are told apart.
const SHADES: u32 = 8;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(model), Some(file)) = (arguments.next(), arguments.next()) else {
        return Err("usage: draw-predictions MODEL FILE.svg".into());
    };
    let model = Model::read(Path::new(&model))?;
    let set = mnist::test()?;
    let (width, height) = (COLUMNS * CELL.0, ROWS * CELL.1);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         width=\"{}\" height=\"{}\" role=\"img\">\n\
         <title>MNIST test images and what the network says of them</title>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n\
         <g font-family=\"sans-serif\" font-size=\"9\" text-anchor=\"middle\">\n",
        2 * width,
        2 * height
    );
    let evaluation = model.evaluate(set.clone(), &Machine::single(Level::best()))?;
    let answers = evaluation.outputs.chunks_exact(model.network.outputs()).map(argmax);
    for (index, answer) in answers.enumerate().take(COLUMNS * ROWS) {
        let Sample::Pixels(pixels) = set.sample(index) else {
            return Err("MNIST is pixels".into());
        };
        let image: [u8; 784] = pixels.try_into()?;
        let label = usize::from(set.labels()[index]);
        let (left, top) = (index % COLUMNS * CELL.0, index / COLUMNS * CELL.1);
        writeln!(svg, "<g transform=\"translate({left} {top})\">")?;
        draw(&mut svg, &image)?;
        let middle = CELL.0 / 2;
        // Blue and orange differ for every eye; a mistake also says what it should have been.
        if answer == label {
            writeln!(svg, "<text x=\"{middle}\" y=\"41\" fill=\"#0072b2\">{answer}</text></g>")?;
        } else {
            writeln!(
                svg,
                "<text x=\"{middle}\" y=\"41\" fill=\"#d55e00\">{answer}, not {label}</text></g>"
            )?;
        }
    }
    svg += "</g>\n</svg>\n";
    std::fs::write(file, svg)?;
    Ok(())
}

/// The image as one path for each shade, made of runs along the rows.
fn draw(svg: &mut String, image: &[u8; 784]) -> std::fmt::Result {
    let shade = |byte: u8| u32::from(byte) * SHADES / 256;
    for wanted in 1..SHADES {
        let mut path = String::new();
        for (y, row) in image.chunks_exact(28).enumerate() {
            let mut x = 0;
            while x < row.len() {
                let run = row[x..].iter().take_while(|&&byte| shade(byte) == wanted).count();
                if run > 0 {
                    write!(path, "M{} {}h{run}v1h-{run}z", x + 3, y + 3)?;
                }
                x += run.max(1);
            }
        }
        if !path.is_empty() {
            let grey = 255 - wanted * 255 / (SHADES - 1);
            writeln!(svg, "<path fill=\"#{grey:02x}{grey:02x}{grey:02x}\" d=\"{path}\"/>")?;
        }
    }
    Ok(())
}

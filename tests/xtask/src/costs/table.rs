//! The tables, for the terminal and as a page.

use super::row::{Figures, Row};
use crate::columns::aligned;

type Column = (&'static str, fn(&Figures) -> Option<u64>);

const SIZES: &[Column] = &[
    ("code+constants", |figures| Some(figures.code)),
    ("model", |figures| Some(figures.model)),
    ("static RAM", |figures| Some(figures.statics)),
    ("stack used", |figures| Some(figures.stack)),
    ("RAM", |figures| Some(figures.statics + figures.stack)),
];

const COUNTS: &[Column] = &[
    ("instructions", |figures| Some(figures.instructions)),
    ("no pixel 0", |figures| figures.lit),
    ("cycles (estimated)", |figures| figures.cycles),
];

fn cell(figure: Option<u64>) -> String {
    figure.map_or_else(|| "-".to_owned(), |figure| figure.to_string())
}

/// For the terminal: sizes, or instructions.
pub fn text(rows: &[(&'static Row, Figures)], sizes: bool) -> String {
    let columns = if sizes { SIZES } else { COUNTS };
    let head = ["board", "type", "network", "build"].map(str::to_owned).into_iter();
    let head: Vec<String> =
        head.chain(columns.iter().map(|(name, _)| (*name).to_owned())).collect();
    let mut lines = vec![head];
    for (row, figures) in rows {
        let words = [row.board, row.element, row.network, row.purpose].map(str::to_owned);
        let cells = columns.iter().map(|(_, figure)| cell(figure(figures)));
        lines.push(words.into_iter().chain(cells).collect());
    }
    aligned(&lines, 4)
}

/// `docs/costs.md`.
pub fn page(rows: &[(&'static Row, Figures)]) -> String {
    let mut page = String::from(
        "# What networks cost on boards\n\n\
         Measured in QEMU, in whose counts an instruction is an instruction. This page is written by\n\
         `cargo xtask instructions` (or `cargo xtask size`, which prints the other columns), and\n\
         `cargo xtask test` fails when a figure has grown by more than 3 % since.\n\n\
         - *code* is code and constants, the link to the host and logs included; *model* the model\n  \
         image, which lies in a slot of its own; *stack* the deepest that was in use.\n\
         - *instructions* are those of an inference, the median of the first 100 images of MNIST's test\n  \
         set, or those of a training step for each sample of its batch of 10; *no pixel 0* those of an\n  \
         image that is ink all over, the worst there is.\n\
         - *cycles* are an estimate: each instruction of one inference (the first test image), from a\n  \
         trace of the emulator, times what Arm's technical reference manual of the processor says;\n  \
         two cycles to refill the pipeline behind a branch that is taken, no waiting for flash.\n\n\
         | board | type | network | build |",
    );
    let columns = || SIZES.iter().chain(COUNTS);
    for (name, _) in columns() {
        page += &format!(" {name} |");
    }
    page += "\n| --- | --- | --- | --- |";
    page += &" ---: |".repeat(columns().count());
    page += "\n";
    for (row, figures) in rows {
        page += &format!("| {} | {} | {} | {} |", row.board, row.element, row.network, row.purpose);
        for (_, figure) in columns() {
            page += &format!(" {} |", cell(figure(figures)));
        }
        page += "\n";
    }
    page += "\nWhat another network will take: `gradito inspect MODEL --board all`, an estimate from a \
             model of costs\nwhose constants `cargo xtask instructions --fit` measured\n\
             ([`host/src/footprint`](../host/src/footprint/mod.rs)).\n";
    page
}

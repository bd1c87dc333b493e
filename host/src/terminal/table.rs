//! Tables of text.

use std::fmt::Write;

/// A table: a line of `head`, a line a row, columns two blanks apart. The first column begins at the
/// left, the others end at the right.
///
/// ```
/// use gradito::terminal::table;
///
/// let rows = [vec!["784-5-10".to_owned(), "3".to_owned()]];
/// assert_eq!(table(&["layers", "batch"], &rows), "layers    batch\n784-5-10      3\n");
/// ```
pub fn table<S: AsRef<str>>(head: &[S], rows: &[Vec<String>]) -> String {
    let head: Vec<String> = head.iter().map(|cell| cell.as_ref().to_owned()).collect();
    let lines = || std::iter::once(&head).chain(rows);
    let width = |column: usize| {
        let cells = lines().filter_map(|line| line.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let mut text = String::new();
    for line in lines() {
        let mut row = String::new();
        for (column, (cell, width)) in line.iter().zip(&widths).enumerate() {
            let _ = match column {
                0 => write!(row, "{cell:<width$}"),
                _ => write!(row, "  {cell:>width$}"),
            };
        }
        text += row.trim_end();
        text.push('\n');
    }
    text
}

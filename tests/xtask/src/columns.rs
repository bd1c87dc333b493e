//! Tables for a terminal.

/// Lines of as many cells each, in columns: so many of the first are flush left, the others flush
/// right.
pub fn aligned<Line: AsRef<[Cell]>, Cell: AsRef<str>>(lines: &[Line], left: usize) -> String {
    let mut widths = Vec::new();
    for line in lines {
        for (column, cell) in line.as_ref().iter().enumerate() {
            let width = cell.as_ref().chars().count();
            match widths.get_mut(column) {
                Some(widest) => *widest = width.max(*widest),
                None => widths.push(width),
            }
        }
    }
    let mut text = String::new();
    for line in lines {
        let cells = line.as_ref().iter().zip(&widths).enumerate();
        let cells = cells.map(|(column, (cell, &width))| match column < left {
            true => format!("{:<width$}", cell.as_ref()),
            false => format!("{:>width$}", cell.as_ref()),
        });
        text += cells.collect::<Vec<_>>().join("  ").trim_end();
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_each_other() {
        let lines = [["α", "1", ""], ["beta", "22", "x"]];
        assert_eq!(aligned(&lines, 1), "α      1\nbeta  22  x\n");
        assert_eq!(aligned(&lines, 3), "α     1\nbeta  22  x\n");
    }
}

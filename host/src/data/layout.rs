//! What the columns of a CSV file are, judged from its first row.

use super::LabelColumn;
use super::error::{CsvFault, list};

/// Names that say a column holds the label, the stronger first.
const LABEL_WORDS: [&str; 4] = ["label", "class", "target", "digit"];

/// What a CSV file is read for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Purpose<'a> {
    /// To train: all columns but the label are features.
    Train,
    /// For a model: its features.
    Model {
        /// Number of features.
        width: usize,
        /// Their names, if the training data had a header.
        names: Option<&'a [String]>,
        /// Whether a label must be there, too.
        labelled: bool,
    },
}

/// What the columns are; all counted from 0.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// The names of all columns, if the first row is a header.
    pub header: Option<Vec<String>>,
    /// The number of columns.
    pub columns: usize,
    /// The label.
    pub label: Option<usize>,
    /// The features, in the model's order.
    pub features: Vec<usize>,
}

/// Judges the first row.
pub(super) fn layout(
    first: &[String],
    label: &LabelColumn,
    purpose: Purpose<'_>,
) -> Result<Layout, CsvFault> {
    let columns = first.len();
    let (label_column, features, header) = match purpose {
        Purpose::Train => {
            if columns < 2 {
                return Err(CsvFault::Narrow { found: columns });
            }
            let header = is_header(first, label);
            let label = find_label(first, header, label)?;
            if header {
                no_duplicates(first)?;
            }
            (Some(label), others(columns, Some(label)), header)
        }
        Purpose::Model { width: 0, .. } => {
            return Err(CsvFault::Width { found: columns, wanted: 0, and_label: "" });
        }
        Purpose::Model { width, names, labelled } => {
            let named = names.is_some_and(|names| names.iter().all(|name| first.contains(name)));
            let header = named || is_header(first, label);
            match names {
                Some(names) if header => {
                    let features = find_names(first, names)?;
                    let label = find_other(first, &features, label, labelled)?;
                    (label, features, header)
                }
                _ if columns == width + 1 => {
                    let label = find_label(first, header, label)?;
                    (Some(label), others(columns, Some(label)), header)
                }
                _ if columns == width && !labelled => (None, others(columns, None), header),
                _ => {
                    let and_label = if labelled { " and a label" } else { "" };
                    return Err(CsvFault::Width { found: columns, wanted: width, and_label });
                }
            }
        }
    };
    let header = header.then(|| first.to_vec());
    Ok(Layout { header, columns, label: label_column, features })
}

/// All columns but the label.
fn others(columns: usize, label: Option<usize>) -> Vec<usize> {
    (0..columns).filter(|&column| Some(column) != label).collect()
}

/// Whether the first row holds names: if more features are text than numbers, if the label's name is
/// there, or if it counts the columns and names the label (`0,1,2,label`).
fn is_header(first: &[String], label: &LabelColumn) -> bool {
    let counts = |mut fields: std::slice::Iter<'_, String>, from: usize| {
        (from..).zip(&mut fields).all(|(number, field)| *field == number.to_string())
    };
    let label = match label {
        LabelColumn::Name(name) if first.contains(name) => return true,
        LabelColumn::First => 0,
        _ => first.len() - 1,
    };
    let rest = [&first[..label], &first[label + 1..]].concat();
    let text = rest.iter().filter(|f| !f.is_empty() && f.parse::<f32>().is_err()).count();
    let numbers = rest.iter().filter(|f| f.parse::<f32>().is_ok()).count();
    let words = LABEL_WORDS.iter().any(|word| first[label].eq_ignore_ascii_case(word));
    text > numbers || (words && (counts(rest.iter(), 0) || counts(rest.iter(), 1)))
}

/// The column of the label where any may be it.
fn find_label(first: &[String], header: bool, label: &LabelColumn) -> Result<usize, CsvFault> {
    match label {
        LabelColumn::First => Ok(0),
        LabelColumn::Last => Ok(first.len() - 1),
        LabelColumn::Name(name) if header => find(first, name),
        LabelColumn::Name(name) => Err(CsvFault::NoHeader { name: name.clone() }),
        LabelColumn::Auto => {
            Ok(header.then(|| label_word(first)).flatten().unwrap_or(first.len() - 1))
        }
    }
}

/// The column of the label beside known features.
fn find_other(
    first: &[String],
    features: &[usize],
    label: &LabelColumn,
    labelled: bool,
) -> Result<Option<usize>, CsvFault> {
    let free = |column: usize| !features.contains(&column);
    let column = match label {
        LabelColumn::First => 0,
        LabelColumn::Last => first.len() - 1,
        LabelColumn::Name(name) => match find(first, name) {
            Ok(column) => column,
            Err(fault) if labelled => return Err(fault),
            Err(_) => return Ok(None),
        },
        LabelColumn::Auto => {
            let others: Vec<usize> = (0..first.len()).filter(|&column| free(column)).collect();
            let named = label_word(first).filter(|&column| free(column));
            return match (named, others.as_slice()) {
                (Some(column), _) | (None, &[column]) => Ok(Some(column)),
                _ if !labelled => Ok(None),
                (None, []) => Err(CsvFault::Width {
                    found: first.len(),
                    wanted: features.len(),
                    and_label: " and a label",
                }),
                (None, others) => Err(CsvFault::WhichLabel {
                    there: list(others.iter().map(|&column| first[column].as_str())),
                }),
            };
        }
    };
    match free(column) {
        true => Ok(Some(column)),
        false if labelled => Err(CsvFault::LabelIsFeature { name: first[column].clone() }),
        false => Ok(None),
    }
}

/// The column named as labels are, if there is one.
fn label_word(first: &[String]) -> Option<usize> {
    LABEL_WORDS.iter().find_map(|word| first.iter().position(|f| f.eq_ignore_ascii_case(word)))
}

/// The one column called `name`.
fn find(first: &[String], name: &str) -> Result<usize, CsvFault> {
    let mut columns = (0..first.len()).filter(|&column| first[column] == name);
    match (columns.next(), columns.next()) {
        (Some(column), None) => Ok(column),
        (Some(one), Some(other)) => Err(duplicate(first, one, other)),
        (None, _) => Err(CsvFault::NoColumn {
            name: name.to_owned(),
            there: list(first.iter().map(String::as_str)),
        }),
    }
}

/// The columns called `names`.
fn find_names(first: &[String], names: &[String]) -> Result<Vec<usize>, CsvFault> {
    no_duplicates(first)?;
    let mut columns: Vec<_> = (0..first.len()).collect();
    columns.sort_by_key(|&column| &first[column]);
    let column = |name: &String| {
        let at = columns.binary_search_by_key(&name, |&column| &first[column]);
        at.map(|at| columns[at]).or_else(|_| find(first, name))
    };
    names.iter().map(column).collect()
}

/// Refuses two columns of one name.
fn no_duplicates(first: &[String]) -> Result<(), CsvFault> {
    let mut columns: Vec<_> = (0..first.len()).collect();
    columns.sort_by_key(|&column| &first[column]);
    match columns.windows(2).find(|pair| first[pair[0]] == first[pair[1]]) {
        Some(pair) => Err(duplicate(first, pair[0], pair[1])),
        None => Ok(()),
    }
}

fn duplicate(first: &[String], one: usize, other: usize) -> CsvFault {
    CsvFault::Duplicate { name: first[one].clone(), first: one + 1, second: other + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(row: &str) -> Vec<String> {
        row.split(',').map(str::to_owned).collect()
    }

    fn name(text: &str) -> LabelColumn {
        LabelColumn::Name(text.to_owned())
    }

    /// Whether there is a header, and the label's column.
    fn train(row: &str, label: &LabelColumn) -> Result<(bool, usize), CsvFault> {
        let layout = layout(&fields(row), label, Purpose::Train)?;
        let label = layout.label.unwrap();
        assert_eq!(layout.features, others(layout.columns, Some(label)));
        Ok((layout.header.is_some(), label))
    }

    #[test]
    fn headers_are_recognised() {
        for (row, wanted) in [
            ("x,y,label", (true, 2)),
            ("digit,p0,p1", (true, 0)),
            ("Class,x,y", (true, 0)),
            ("x,y,species", (true, 2)),
            ("0,1,target", (true, 2)),
            ("1,2,3,label", (true, 3)),
            ("5.1,3.5,setosa", (false, 2)),
            ("1,2,3", (false, 2)),
            // A class of that name, not a header.
            ("0.5,2,target", (false, 2)),
            // A bad row, not a header.
            ("5.1,x,3,setosa", (false, 3)),
            ("nan,,3,setosa", (false, 3)),
        ] {
            assert_eq!(train(row, &LabelColumn::Auto).unwrap(), wanted, "{row}");
        }
        assert_eq!(train("5,0,0", &LabelColumn::First).unwrap(), (false, 0));
        assert_eq!(train("label,x,y", &LabelColumn::Last).unwrap(), (true, 2));
        assert_eq!(train("1,2,kind", &name("kind")).unwrap(), (true, 2));
    }

    #[test]
    fn missing_and_double_names_are_refused() {
        assert_eq!(
            train("x,y,kind", &name("sort")).unwrap_err().to_string(),
            "no column is called `sort`; there are `x`, `y`, `kind`"
        );
        assert!(matches!(train("1,2,a", &name("sort")), Err(CsvFault::NoHeader { .. })));
        assert_eq!(
            train("x,y,x,label", &LabelColumn::Auto).unwrap_err().to_string(),
            "columns 1 and 3 are both called `x`; rename one"
        );
        assert!(matches!(
            train("kind,y,kind", &name("kind")),
            Err(CsvFault::Duplicate { first: 1, second: 3, .. })
        ));
        assert!(matches!(train("1 2 3", &LabelColumn::Auto), Err(CsvFault::Narrow { found: 1 })));
    }

    /// Features and label for a model of the features `x` and `y`.
    fn model(
        row: &str,
        named: bool,
        label: &LabelColumn,
        labelled: bool,
    ) -> Result<(Vec<usize>, Option<usize>), CsvFault> {
        let names = fields("x,y");
        let names = named.then_some(names.as_slice());
        let purpose = Purpose::Model { width: 2, names, labelled };
        layout(&fields(row), label, purpose).map(|layout| (layout.features, layout.label))
    }

    #[test]
    fn features_of_a_model_are_found_by_name() {
        let auto = LabelColumn::Auto;
        assert_eq!(model("y,kind,x", true, &auto, true).unwrap(), (vec![2, 0], Some(1)));
        assert_eq!(model("id,y,x,label", true, &auto, true).unwrap(), (vec![2, 1], Some(3)));
        assert_eq!(model("y,x", true, &auto, false).unwrap(), (vec![1, 0], None));
        assert_eq!(model("y,a,x,b", true, &auto, false).unwrap(), (vec![2, 0], None));
        assert_eq!(model("y,x", true, &name("kind"), false).unwrap(), (vec![1, 0], None));
        let message =
            |row, label: &LabelColumn| model(row, true, label, true).unwrap_err().to_string();
        assert_eq!(
            message("y,z,kind", &auto),
            "no column is called `x`; there are `y`, `z`, `kind`"
        );
        assert_eq!(message("a,x,y,b", &auto), "which column holds the label? Name one of `a`, `b`");
        assert_eq!(
            message("a,x,y", &LabelColumn::Last),
            "column `y` is a feature of the model and cannot be the label"
        );
        assert_eq!(message("x,y", &auto), "has 2 columns; the model takes 2 features and a label");
    }

    #[test]
    fn features_of_a_model_are_found_by_place() {
        let auto = LabelColumn::Auto;
        for named in [false, true] {
            assert_eq!(model("1,2,a", named, &auto, true).unwrap(), (vec![0, 1], Some(2)));
            let first = LabelColumn::First;
            assert_eq!(model("3,1,2", named, &first, true).unwrap(), (vec![1, 2], Some(0)));
            assert_eq!(model("1,2", named, &auto, false).unwrap(), (vec![0, 1], None));
            assert!(matches!(
                model("1,2", named, &auto, true),
                Err(CsvFault::Width { found: 2, wanted: 2, .. })
            ));
            assert!(matches!(model("1,2,3,4", named, &auto, false), Err(CsvFault::Width { .. })));
        }
        assert_eq!(model("a,b", false, &auto, false).unwrap(), (vec![0, 1], None));
    }
}

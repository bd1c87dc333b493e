use std::fs;

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;

/// Reads `bytes` for training; the message without the path in place of an error.
fn read(bytes: impl AsRef<[u8]>, label: &LabelColumn) -> Result<Table, String> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("x.csv");
    fs::write(&path, bytes).unwrap();
    Table::read(&path, label, Purpose::Train).map_err(|error| told(&error, &path))
}

fn told(error: &DataError, path: &Path) -> String {
    let message = error.to_string();
    assert!(!message.contains('\n'), "{message}");
    let start = format!("{}: ", path.display());
    message.strip_prefix(&start).expect("a message begins with the path").to_owned()
}

fn auto(bytes: impl AsRef<[u8]>) -> Result<Table, String> {
    read(bytes, &LabelColumn::Auto)
}

/// The message of reading the file and finding its classes.
fn message(bytes: impl AsRef<[u8]>) -> String {
    match auto(bytes) {
        Ok(table) => told(&table.classes().expect_err("a fault"), &table.path),
        Err(message) => message,
    }
}

#[test]
fn reads_rows() {
    let table = auto("x,y,label\n1,2,b\n-3.5,4e-1,a\n\n5,6,b\n").unwrap();
    assert_eq!(table.values, [1.0, 2.0, -3.5, 0.4, 5.0, 6.0]);
    assert_eq!(table.lines, [2, 3, 5]);
    assert_eq!(table.names().unwrap(), ["x", "y"]);
    let (classes, labels) = table.classes().unwrap();
    assert_eq!(
        (classes.as_slice(), labels),
        (&["a".to_owned(), "b".to_owned()][..], vec![1, 0, 1])
    );
}

#[test]
fn classes_sort_by_value() {
    let table = read("10,1\n9,2\n10,3\n2,4\n", &LabelColumn::First).unwrap();
    let (classes, labels) = table.classes().unwrap();
    assert_eq!((classes.join(" "), labels), ("2 9 10".to_owned(), vec![2, 1, 2, 0]));
    assert_eq!(table.names(), None);
}

#[test]
fn marks_line_ends_and_delimiters_are_recognised() {
    let wanted = auto("x,y,label\n1,2,a\n3,4,b\n").unwrap();
    for text in [
        "\u{feff}x,y,label\n1,2,a\n3,4,b\n",
        "\u{feff}\"x\",y,label\r\n1,2,a\r\n3,4,b",
        "x;y;label\n1;2;a\n3;4;b\n",
        "x\ty\tlabel\n1\t2\ta\n3\t4\tb\n",
        "\"x\";\"y\";\"label\"\r\n1;2;a\r\n3;4;b\r\n",
        " x , y , label \n 1 , 2 , a \n 3 , 4 , b \n",
    ] {
        let table = auto(text).unwrap();
        assert_eq!((table.names(), &table.values), (wanted.names(), &wanted.values), "{text}");
        assert_eq!(table.classes().unwrap(), wanted.classes().unwrap(), "{text}");
    }
    assert_eq!(delimiter(b"\"a,b,c\";d\n1,1,1"), b';');
    assert_eq!(delimiter(b"1,5;2"), b';');
}

#[test]
fn lines_are_those_of_an_editor() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["", "", "x,label", "", "1,a", "2,b", "", "3,\"a", "\"", "", "4,b"].join(end);
        assert_eq!(auto(text).unwrap().lines, [5, 6, 8, 11], "{end:?}");
    }
}

#[test]
fn bad_fields_name_row_and_column() {
    for (text, wanted) in [
        (
            "x,y,label\n1,2,a\n3,,b\n",
            "row 3, column 2 (`y`): is empty; fill it in or leave the row out",
        ),
        ("1,2,a\n3, ,b\n", "row 2, column 2: is empty; fill it in or leave the row out"),
        ("1,2,a\n3,4,\n", "row 2, column 3: is empty; fill it in or leave the row out"),
        (
            "1,2,a\nNaN,4,b\n",
            "row 2, column 1: `NaN` is not a finite 32-bit number; leave the row out",
        ),
        (
            "1,2,a\n1,-inf,b\n",
            "row 2, column 2: `-inf` is not a finite 32-bit number; leave the row out",
        ),
        (
            "1,2,a\n1,1e39,b\n",
            "row 2, column 2: `1e39` is not a finite 32-bit number; leave the row out",
        ),
        ("1,2,a\n1,two,b\n", "row 2, column 2: `two` is not a number"),
        ("1;2;a\n1;2,5;b\n", "row 2, column 2: `2,5` is not a number; write it with a point"),
        ("x,2,3,a\n1,2,3,b\n", "row 1, column 1: `x` is not a number"),
        ("1,2,a\n\n1,2\n", "row 3: has 2 columns, the first row has 3"),
        ("1,2,a\n1,2,3,b\n", "row 2: has 4 columns, the first row has 3"),
        (
            "1,2,a\n1,\"new\nline\u{1b}[31m and much more of this and that\",b\n",
            "row 2, column 2: `new line [31m and much more of this and …` is not a number",
        ),
    ] {
        assert_eq!(message(text), wanted, "{text}");
    }
    assert_eq!(
        message(b"1,2,a\n1,2,\xe4\n"),
        "row 2, column 3: not UTF-8 text; save the file as UTF-8"
    );
}

#[test]
fn files_without_data_are_refused() {
    assert_eq!(message(""), "the file is empty");
    assert_eq!(message("\u{feff}"), "the file is empty");
    assert_eq!(message("\n\r\n\n"), "the file is empty");
    assert_eq!(message("x,y,label\n"), "holds a header and no row of data");
    assert_eq!(message("x\n1\n").split(';').next(), Some("has 1 column"));
    assert!(message(b"\x1f\x8b\x08\0").contains("gzip'd"));
    assert!(message(b"\xff\xfex\0,\0").contains("UTF-16"));
    assert!(message(b"\0\0\x08\x03").contains("IDX"));
    assert!(message(b"\x89PNG").contains("image"));
    assert!(message(b"1,2\0,a\n").contains("no text"));
}

#[test]
fn labels_that_are_no_classes_are_refused() {
    assert_eq!(
        message("x,label\n1,a\n2,a\n"),
        "column 2 (`label`): holds one class only, `a`; at least two are needed. Is the label in \
         another column (`first`, `last` or its name)?"
    );
    let values: String = (0..50).map(|row| format!("{row},{}.5\n", row)).collect();
    assert!(message(values).starts_with("column 2: 50 different values in 50 rows are hardly"));
    let values: String = (0..70_000 * 2).map(|row| format!("1,{}\n", row % 70_000)).collect();
    assert!(message(values).starts_with("column 2: 70000 different values in 140000 rows"));
}

#[test]
fn scaling_is_fitted_to_some_rows_and_applied_to_all() {
    let mut table = auto("1,7,a\n3,7,b\n5,8,a\n").unwrap();
    let scaling = table.ranges(&[0, 1]).unwrap();
    assert_eq!(scaling, [Scale { min: 1.0, max: 3.0 }, Scale { min: 7.0, max: 7.0 }]);
    table.scale(&scaling).unwrap();
    assert_eq!(table.values, [0.0, 0.0, 1.0, 0.0, 2.0, 0.0]);
}

#[test]
fn scaling_never_makes_infinities() {
    let mut table = auto("x,y,label\n-3e38,0,a\n3e38,1e-45,b\n1,1,b\n").unwrap();
    let error = table.ranges(&[0, 1]).unwrap_err();
    assert_eq!(
        told(&error, &table.path),
        "column 1 (`x`): its values run from -3e38 to 3e38, too wide for 32-bit numbers; scale the column"
    );
    let scaling = [Scale { min: -3e37, max: 3e37 }, Scale { min: 0.0, max: 1e-45 }];
    let error = table.scale(&scaling).unwrap_err();
    assert_eq!(
        told(&error, &table.path),
        "row 4, column 2 (`y`): 1e0 is too far from the training range 0e0 to 1e-45"
    );
}

proptest! {
    #[test]
    fn no_file_panics(bytes in prop::collection::vec(
        prop_oneof![Just(b','), Just(b'\n'), Just(b'"'), Just(b'1'), Just(b'a'), any::<u8>()],
        0..60,
    )) {
        for label in [LabelColumn::Auto, LabelColumn::First, LabelColumn::Name("a".to_owned())] {
            if let Ok(table) = read(&bytes, &label) {
                prop_assert_eq!(table.values.len(), table.lines.len() * table.width());
                prop_assert!(table.values.iter().all(|value| value.is_finite()));
                let _ = table.classes();
            }
        }
    }

    #[test]
    fn numbers_are_read_to_the_bit(values in prop::collection::vec(-1e30_f32..1e30, 1..20)) {
        let text: String = values.iter().map(|value| format!("{value:e},a\n")).collect();
        prop_assert_eq!(auto(text).unwrap().values, values);
    }
}

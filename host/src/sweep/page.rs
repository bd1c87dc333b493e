//! A page with what a sweep came to: one file that needs no other and no network.

use std::fmt::Write;

/// What a page shows.
#[derive(Clone, Debug)]
pub struct Page {
    /// What was searched, on what data.
    pub about: String,
    /// What the winner came to: what it is, and its value.
    pub winner: Vec<(String, String)>,
    /// The table, the best first.
    pub table: Table,
    /// What was measured, which no other run repeats.
    pub measured: Table,
    /// The pictures, as SVG.
    pub pictures: Vec<String>,
}

/// A table: a head, and rows of as many cells.
#[derive(Clone, Debug)]
pub struct Table {
    /// The names of the columns.
    pub head: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
}

/// Light or dark as the reader has it, and a table that scrolls by itself where it is too wide.
const STYLE: &str = "\
:root{color-scheme:light dark}\
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem;\
background:light-dark(#fff,#181a1b);color:light-dark(#222,#ddd)}\
h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2rem}\
.wide{overflow-x:auto}\
table{border-collapse:collapse;font-variant-numeric:tabular-nums}\
th,td{padding:.2rem .7rem;text-align:right;white-space:nowrap;\
border-bottom:1px solid light-dark(#ddd,#444)}\
th:first-child,td:first-child{text-align:left}\
figure{margin:1rem 0}\
figure svg{display:block;max-width:100%;height:auto;border-radius:.3rem}\
dt{font-weight:600}dd{margin:0 0 .5rem;overflow-wrap:anywhere}";

/// The page.
pub fn page(page: &Page) -> String {
    let mut text = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <link rel=\"icon\" href=\"data:,\">\n\
         <title>gradito sweep</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <h1>gradito sweep</h1>\n<p>{}</p>\n<h2>The winner</h2>\n<dl>\n",
        escaped(&page.about)
    );
    for (name, value) in &page.winner {
        let _ = writeln!(text, "<dt>{}</dt><dd>{}</dd>", escaped(name), escaped(value));
    }
    text += "</dl>\n";
    for picture in &page.pictures {
        let _ = writeln!(text, "<figure>\n{}\n</figure>", scaling(picture));
    }
    text += "<h2>All configurations</h2>\n<p>The best by validation first.</p>\n";
    table(&mut text, &page.table);
    text += "<h2>Measured</h2>\n<p>Seconds a run, as the runs took that were going on side by side; \
             another time, another machine gives other figures.</p>\n";
    table(&mut text, &page.measured);
    text += "</body>\n</html>\n";
    text
}

fn table(text: &mut String, table: &Table) {
    *text += "<div class=\"wide\"><table>\n<tr>";
    for cell in &table.head {
        let _ = write!(text, "<th>{}</th>", escaped(cell));
    }
    *text += "</tr>\n";
    for row in &table.rows {
        *text += "<tr>";
        for cell in row {
            let _ = write!(text, "<td>{}</td>", escaped(cell));
        }
        *text += "</tr>\n";
    }
    *text += "</table></div>\n";
}

/// The picture, which becomes narrower with the page. It says how wide it is, and so may not grow.
fn scaling(svg: &str) -> &str {
    svg.find("<svg").map_or(svg, |start| svg[start..].trim_end())
}

/// `text`, in which nothing is markup.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_there_and_nothing_is_markup() {
        let cells = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        let html = page(&Page {
            about: "data of <b>".to_owned(),
            winner: vec![("test accuracy".to_owned(), "95 %".to_owned())],
            table: Table { head: cells(["layers", "a&b"]), rows: vec![cells(["2-2", "1"])] },
            measured: Table { head: cells(["layers", "s"]), rows: vec![cells(["2-2", "0.5"])] },
            pictures: vec!["<svg viewBox=\"0 0 1 1\"></svg>\n".to_owned()],
        });
        for piece in [
            "<p>data of &lt;b&gt;</p>",
            "<dt>test accuracy</dt><dd>95 %</dd>",
            "<th>layers</th><th>a&amp;b</th>",
            "<td>2-2</td><td>1</td>",
            "<td>0.5</td>",
            "<figure>\n<svg viewBox=\"0 0 1 1\"></svg>\n</figure>",
        ] {
            assert!(html.contains(piece), "{piece} is not in {html}");
        }
        assert!(!html.contains("http"));
    }
}

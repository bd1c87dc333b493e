//! `gradito lesson`.

use super::sandbox::Sandbox;

#[test]
fn the_lessons_are_listed_in_both_languages() {
    let sandbox = Sandbox::new();
    let english = sandbox.done("lesson --lang en").out;
    let spanish = sandbox.done("lesson --lang es").out;
    assert!(english.contains("The task and the network") && english.contains("task"), "{english}");
    assert!(spanish.contains("La tarea y la red") && spanish.contains("task"), "{spanish}");
    let report = sandbox.json("lesson --lang es");
    assert_eq!(report["language"], "es");
    let lessons = report["lessons"].as_array().unwrap();
    assert_eq!(lessons.len() * 2, spanish.lines().count());
    assert_eq!(lessons[0]["name"], "task");
    assert_eq!(lessons[0]["number"], 0);
}

#[test]
fn a_lesson_has_its_numbers_in_text_and_in_json() {
    let sandbox = Sandbox::new();
    let text = sandbox.done("lesson backprop --lang en").out;
    let report = sandbox.json("lesson 5");
    assert_eq!(report["name"], "backprop");
    assert_eq!(report["values"]["f"], -12.0);
    assert!(text.contains("−12") && text.contains("5. "), "{text}");
    // Steps are shown without waiting where nobody types.
    assert_eq!(sandbox.done("lesson backprop --lang en --step").out, text);
}

#[test]
fn a_lesson_is_written_as_pages_and_figures() {
    let sandbox = Sandbox::new();
    let said = sandbox.done("lesson descent --html site").out;
    assert!(said.contains("site/index.html"), "{said}");
    for page in ["site/index.html", "site/en/descent.html", "site/es/descent.html"] {
        assert!(String::from_utf8(sandbox.read(page)).unwrap().contains("</html>"), "{page}");
    }
    let first = sandbox.read("site/es/descent.html");
    sandbox.done("lesson descent --html site");
    assert!(sandbox.read("site/es/descent.html") == first, "the same bytes");

    sandbox.done("lesson descent --figures drawn --lang es");
    let names = std::fs::read_dir(sandbox.path("drawn")).unwrap().count();
    assert!(names >= 3 && names.is_multiple_of(3), "{names}");
}

#[test]
fn a_lesson_is_checked() {
    let sandbox = Sandbox::new();
    let said = sandbox.done("lesson cost --check").out;
    assert!(said.contains("in 1 lesson, all as expected"), "{said}");
    let report = sandbox.json("lesson cost --check");
    assert_eq!(report["differences"], serde_json::json!([]));
    assert!(report["compared"].as_u64().unwrap() > 3);
}

#[test]
fn what_cannot_be_asked_for_is_a_wrong_command_line() {
    let sandbox = Sandbox::new();
    let error = sandbox.wrong("lesson astronomy");
    assert!(error.contains("the lessons are 0 to 11: task, cost,"), "{error}");
    sandbox.wrong("lesson --step");
    sandbox.wrong("lesson --check --html site");
    let error = sandbox.wrong("lesson --lang de");
    assert!(error.contains("en and es"), "{error}");
}

#[test]
fn pages_that_cannot_be_written_are_one_line() {
    let sandbox = Sandbox::new();
    sandbox.write("site", "a file");
    let error = sandbox.refuses("lesson cost --html site");
    assert!(error.contains("site"), "{error}");
    assert_eq!(sandbox.read("site"), b"a file");
}

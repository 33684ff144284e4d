//! Everything that the handle offers, and everything that it tells, stands in some test that runs an engine.
//!
//! Read from the sources: a new operation, or a new event, that no test asks for fails here.

use std::fs;
use std::path::{Path, PathBuf};

/// Tests that only list names do not count.
const LISTS: &[&str] = &["reach.rs"];

#[test]
fn every_operation_of_the_handle_is_asked_for_in_a_test() {
    let tests = tests();
    let mut missing = Vec::new();
    let mut count = 0;
    for file in files(&src().join("engine")) {
        let text = read(&file);
        for body in text.split("\nimpl Control {").skip(1) {
            let body = body.split("\n}").next().unwrap_or_default();
            for line in body.lines().filter_map(|line| line.strip_prefix("    pub fn ")) {
                let name: String = line.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                count += 1;
                if !tests.contains(&format!(".{name}(")) {
                    missing.push(name);
                }
            }
        }
        if let Some((_, declared)) = text.split_once("\noperations! {") {
            let lines = declared.lines().take_while(|line| *line != "}").filter_map(|line| line.strip_prefix("    "));
            for line in lines.filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase())) {
                let name = line.split('(').next().unwrap_or_default();
                count += 1;
                if !tests.contains(&format!(".{name}(")) {
                    missing.push(name.to_owned());
                }
            }
        }
    }
    assert!(count >= 50, "{count} operations found: the sources look different");
    assert!(missing.is_empty(), "no test asks for {missing:?}");
}

/// Told to the control side only, which makes an event of its own of it.
const INNER: &[&str] = &["NodeEventKind::CodecChanged", "NodeEventKind::FarMedia"];

#[test]
fn every_event_is_waited_for_in_a_test() {
    let tests = tests();
    let mut missing = Vec::new();
    for (file, name) in
        [("engine/event.rs", "EventKind"), ("engine/leg_event.rs", "LegEvent"), ("graph/event.rs", "NodeEventKind")]
    {
        let text = read(&src().join(file));
        let body = text.split_once(&format!("pub enum {name} {{")).expect("the enum is in the file").1;
        let lines = body.lines().take_while(|line| *line != "}").filter_map(|line| line.strip_prefix("    "));
        for line in lines.filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase())) {
            let variant: String = line.chars().take_while(|c| c.is_alphanumeric()).collect();
            if !tests.contains(&format!("{name}::{variant}")) {
                missing.push(format!("{name}::{variant}"));
            }
        }
    }
    missing.retain(|name| !INNER.contains(&name.as_str()));
    assert!(missing.is_empty(), "no test waits for {missing:?}");
}

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../src")
}

/// The text of all whole-engine tests.
fn tests() -> String {
    let all = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests"));
    let counted = all.iter().filter(|file| !LISTS.iter().any(|list| file.ends_with(list)));
    counted.map(|file| read(file)).collect()
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn files(at: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(at).unwrap_or_else(|error| panic!("{}: {error}", at.display()));
    let below = entries.flat_map(|entry| {
        let path = entry.expect("an entry is readable").path();
        if path.is_dir() { files(&path) } else { vec![path] }
    });
    below.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}

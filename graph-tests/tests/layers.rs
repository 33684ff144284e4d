//! Which folder may know which: dependencies point down, from engine to session to graph to the pure algorithms.

use std::fs;
use std::path::{Path, PathBuf};

/// A folder or file of `src`, and what of `crate::` it may name besides itself.
const RULES: &[(&str, &[&str])] = &[
    ("types.rs", &[]),
    ("sample.rs", &[]),
    ("sync.rs", &[]),
    ("frame.rs", &["types"]),
    ("rt", &["sync", "types"]),
    ("codec", &["sample", "types"]),
    ("processing", &["sample", "types"]),
    ("quality", &["types"]),
    ("rtp", &["types"]),
    ("mixer", &["codec", "processing", "types"]),
    ("buffer", &["codec", "processing", "quality", "rtp", "sample", "frame", "types"]),
    ("graph", &["mixer", "processing", "quality", "rtp", "rt", "sync", "frame", "types"]),
    (
        "graph/nodes",
        &["graph", "buffer", "codec", "mixer", "processing", "quality", "rtp", "rt", "sample", "frame", "types"],
    ),
    (
        "session",
        &["graph", "buffer", "codec", "mixer", "processing", "quality", "rtp", "rt", "sample", "frame", "types"],
    ),
    ("integration", &["engine", "session", "codec", "quality", "rtp", "types"]),
];

#[test]
fn a_folder_names_only_what_lies_below_it() {
    let src = src();
    let mut broken = Vec::new();
    for (folder, allowed) in RULES {
        for file in files(&src.join(folder)) {
            // The nodes of a leg join what the rest of `graph` must not know; they have a rule of their own.
            if *folder == "graph" && file.starts_with(src.join("graph/nodes")) {
                continue;
            }
            let own = folder.split(['/', '.']).next().unwrap_or(folder);
            let text = fs::read_to_string(&file).expect("a source file is readable");
            let names = named(&text).into_iter().filter(|name| name != own && !allowed.contains(&name.as_str()));
            broken.extend(names.map(|name| format!("{} names crate::{name}", file.display())));
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

/// Where unsafe code may be: `rt`, the calls into libopus, and the declarations of its functions.
const UNSAFE: &[&str] = &["rt", "codec/audio/opus/state.rs", "codec/audio/opus/dred.rs", "codec/audio/opus/sys/src"];

#[test]
fn unsafe_code_is_where_it_is_allowed_only() {
    let src = src();
    let safe = |file: &&PathBuf| !UNSAFE.iter().any(|place| file.starts_with(src.join(place)));
    for file in files(&src).iter().filter(safe) {
        let text = fs::read_to_string(file).expect("a source file is readable");
        assert!(!text.contains("allow(unsafe_code)"), "{} allows unsafe code", file.display());
    }
}

#[test]
fn names_are_found_in_paths_and_in_groups_but_not_in_comments() {
    let code =
        "use crate::graph::Io;\nuse crate::{rt, types::{Tick, Micros}, frame};\n/// [`crate::engine`]\ncrate::rtp::f()";
    assert_eq!(named(code), ["graph", "rt", "types", "frame", "rtp"]);
}

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../src")
}

/// All Rust files at or below a path. A path that is not there is an error, so that no rule goes stale.
fn files(at: &Path) -> Vec<PathBuf> {
    if at.is_file() {
        return vec![at.to_owned()];
    }
    let entries = fs::read_dir(at).unwrap_or_else(|error| panic!("{}: {error}", at.display()));
    let below = entries.flat_map(|entry| {
        let path = entry.expect("a folder's entry is readable").path();
        if path.is_dir() || path.extension().is_some_and(|ext| ext == "rs") { files(&path) } else { Vec::new() }
    });
    below.collect()
}

/// The modules that stand behind `crate::` in code.
fn named(text: &str) -> Vec<String> {
    let code: Vec<_> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    code.join("\n").split("crate::").skip(1).flat_map(heads).collect()
}

/// The first name of a path, or of each path in a group.
fn heads(after: &str) -> Vec<String> {
    let Some(group) = after.strip_prefix('{') else { return vec![word(after)] };
    let (mut depth, mut first, mut names) = (0, true, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '}' if depth == 0 => break,
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => first = true,
            c if first && c.is_alphabetic() => {
                names.push(word(&group[at..]));
                first = false;
            }
            _ => {}
        }
    }
    names
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

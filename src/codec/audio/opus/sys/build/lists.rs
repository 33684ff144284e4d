//! Reads which files libopus consists of, out of its own `*_sources.mk`.

use std::fs;
use std::path::{Path, PathBuf};

use cc::Build;

/// The lists of one source tree.
pub struct Lists {
    root: PathBuf,
    /// Lines of all lists, continued lines joined.
    lines: Vec<String>,
}

impl Lists {
    /// Reads the lists of the tree at `root`.
    pub fn read(root: &Path) -> Self {
        let mut lines = Vec::new();
        for name in ["celt", "silk", "opus", "lpcnet"] {
            let path = root.join(format!("{name}_sources.mk"));
            let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            lines.extend(text.replace("\r\n", "\n").replace("\\\n", " ").lines().map(str::to_owned));
        }
        Self { root: root.to_owned(), lines }
    }

    /// Adds the files of some lists to a build. Files of the neural part are left out unless it is built.
    pub fn add(&self, build: &mut Build, names: &[&str]) {
        for name in names.iter().filter(|name| cfg!(feature = "deep-plc") || !name.starts_with("DNN")) {
            let assigned = self.lines.iter().filter_map(|line| line.split_once('='));
            let list = assigned.filter(|(list, _)| list.trim() == *name).map(|(_, files)| files).next();
            let files = list.unwrap_or_else(|| panic!("libopus has no list {name}"));
            build.files(files.split_whitespace().map(|file| self.root.join(file)));
        }
    }
}

//! Finds the sources of libopus, and has cargo bring them where they are not there yet.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// The package that carries the sources, in the version that Cargo.toml pins.
const PACKAGE: (&str, &str) = ("opusic-sys", "0.7.7");

/// The folder with `celt_sources.mk`.
///
/// `OPUS_SRC_DIR` if it is set; the package's folder beside this one, as `cargo vendor` puts it; else
/// wherever cargo says that it is, downloaded if need be.
pub fn find() -> PathBuf {
    println!("cargo:rerun-if-env-changed=OPUS_SRC_DIR");
    if let Some(folder) = env::var_os("OPUS_SRC_DIR") {
        return folder.into();
    }
    let (name, version) = PACKAGE;
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo tells a build script its package"));
    let beside = [format!("../{name}/opus"), format!("../{name}-{version}/opus")].map(|path| here.join(path));
    if let Some(found) = beside.into_iter().find(|path| path.join("celt_sources.mk").is_file()) {
        return found;
    }
    // Without network first: what is there needs none.
    let probe = probe();
    locate(&probe, true)
        .or_else(|_| locate(&probe, false))
        .unwrap_or_else(|why| panic!("{name} {version} not found; OPUS_SRC_DIR may name libopus's sources. {why}"))
}

/// A package whose only dependency is the one with the sources, so that nothing else is asked for or
/// downloaded. Cargo's settings are still found from this package's folder, which is where it is run.
fn probe() -> PathBuf {
    let folder = PathBuf::from(env::var_os("OUT_DIR").expect("cargo tells a build script its output")).join("probe");
    let (name, version) = PACKAGE;
    let manifest = format!(
        "[package]\nname = \"probe\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[workspace]\n[lib]\npath = \"lib.rs\"\n\
         [dependencies]\n{name} = {{ version = \"={version}\", default-features = false }}\n"
    );
    fs::create_dir_all(&folder).expect("OUT_DIR can be written to");
    fs::write(folder.join("lib.rs"), "").expect("OUT_DIR can be written to");
    fs::write(folder.join("Cargo.toml"), manifest).expect("OUT_DIR can be written to");
    folder.join("Cargo.toml")
}

fn locate(manifest: &Path, offline: bool) -> Result<PathBuf, String> {
    let mut cargo = Command::new(env::var_os("CARGO").expect("cargo tells a build script where it is"));
    cargo.args(["metadata", "--format-version", "1", "--manifest-path"]).arg(manifest);
    if offline {
        cargo.arg("--offline");
    }
    let output = cargo.output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let manifests = text.split("\"manifest_path\":\"").skip(1).filter_map(|rest| rest.split('"').next());
    let folders = manifests.filter_map(|path| Some(Path::new(&path.replace("\\\\", "\\")).parent()?.join("opus")));
    let found = folders.into_iter().find(|folder| folder.join("celt_sources.mk").is_file());
    found.ok_or_else(|| "cargo names no folder with celt_sources.mk".to_owned())
}

//! Compiles libopus with nothing but a C compiler: no cmake, no autotools, no libclang, no library of the system.
//!
//! The sources are those that the registry's package opusic-sys carries; [`sources`] finds them. They
//! are always compiled for speed and without debug information, whatever cargo's profile says: at `-O0`
//! libopus is too slow for real time.
#![allow(clippy::print_stdout, reason = "cargo listens to a build script's output")]

mod lists;
mod sources;

use std::env;
use std::path::Path;

use cc::Build;
use lists::Lists;

fn main() {
    println!("cargo:rerun-if-changed=build");
    println!("cargo:rerun-if-changed=Cargo.toml");
    #[cfg(feature = "system")]
    pkg_config::Config::new().atleast_version("1.3").probe("opus").expect("pkg-config finds libopus 1.3 or later");
    if !cfg!(feature = "system") {
        compile(&sources::find());
    }
}

/// One static library of the portable sources and of those for the target's vector instructions.
fn compile(root: &Path) {
    let lists = Lists::read(root);
    let arch = env::var("CARGO_CFG_TARGET_ARCH").unwrap_or_default();
    let mut library = base(root, &arch);
    lists.add(&mut library, &["CELT_SOURCES", "SILK_SOURCES", "SILK_SOURCES_FLOAT"]);
    lists.add(&mut library, &["OPUS_SOURCES", "OPUS_SOURCES_FLOAT"]);
    if cfg!(feature = "deep-plc") {
        lists.add(&mut library, &["DEEP_PLC_SOURCES"]);
    }
    if cfg!(feature = "dred") {
        lists.add(&mut library, &["DRED_SOURCES"]);
    }
    match arch.as_str() {
        "x86_64" => {
            lists.add(&mut library, &["CELT_SOURCES_X86_RTCD", "SILK_SOURCES_X86_RTCD", "DNN_SOURCES_X86_RTCD"]);
            lists.add(&mut library, &["CELT_SOURCES_SSE", "CELT_SOURCES_SSE2", "DNN_SOURCES_SSE2"]);
            let sse = ["CELT_SOURCES_SSE4_1", "SILK_SOURCES_SSE4_1", "DNN_SOURCES_SSE4_1"];
            let avx = ["CELT_SOURCES_AVX2", "SILK_SOURCES_AVX2", "SILK_SOURCES_FLOAT_AVX2", "DNN_SOURCES_AVX2"];
            for (names, flags) in [(&sse[..], &["-msse4.1"][..]), (&avx[..], &["-mavx", "-mfma", "-mavx2"][..])] {
                let mut part = base(root, &arch);
                part.flags(flags);
                lists.add(&mut part, names);
                library.objects(part.compile_intermediates());
            }
        }
        "aarch64" => {
            lists.add(&mut library, &["CELT_SOURCES_ARM_NEON_INTR", "SILK_SOURCES_ARM_NEON_INTR", "DNN_SOURCES_NEON"]);
        }
        _ => {}
    }
    library.compile("opus");
    println!("cargo:rustc-link-lib=m");
}

/// What every file is compiled with.
fn base(root: &Path, arch: &str) -> Build {
    let mut build = Build::new();
    build.includes(["", "include", "celt", "silk", "silk/float", "dnn"].map(|folder| root.join(folder)));
    build.opt_level(3).debug(false).warnings(false);
    build.flag_if_supported("-fvisibility=hidden").flag_if_supported("-fno-math-errno");
    // A fused multiply-add where the compiler sees fit would make the bits depend on the compiler.
    build.flag_if_supported("-ffp-contract=off");
    // VAR_ARRAYS: scratch memory on the stack, so that no call takes memory from the allocator.
    let common = ["OPUS_BUILD", "VAR_ARRAYS", "ENABLE_HARDENING", "FLOAT_APPROX", "DISABLE_DEBUG_FLOAT"];
    let system = ["HAVE_STDINT_H", "HAVE_LRINT", "HAVE_LRINTF"];
    for name in common.iter().chain(&system) {
        build.define(name, "1");
    }
    build.define("PACKAGE_VERSION", "\"1.6.1\"");
    for (wanted, name) in [(cfg!(feature = "deep-plc"), "ENABLE_DEEP_PLC"), (cfg!(feature = "dred"), "ENABLE_DRED")] {
        if wanted {
            build.define(name, "1");
        }
    }
    // What the target always has is presumed; the rest is detected at run time.
    let vectors: &[&str] = match arch {
        "x86_64" => &[
            "OPUS_HAVE_RTCD",
            "CPU_INFO_BY_C",
            "OPUS_X86_MAY_HAVE_SSE",
            "OPUS_X86_PRESUME_SSE",
            "OPUS_X86_MAY_HAVE_SSE2",
            "OPUS_X86_PRESUME_SSE2",
            "OPUS_X86_MAY_HAVE_SSE4_1",
            "OPUS_X86_MAY_HAVE_AVX2",
        ],
        "aarch64" => {
            &["OPUS_ARM_MAY_HAVE_NEON_INTR", "OPUS_ARM_PRESUME_NEON_INTR", "OPUS_ARM_PRESUME_AARCH64_NEON_INTR"]
        }
        _ => &[],
    };
    for name in vectors {
        build.define(name, "1");
    }
    build
}

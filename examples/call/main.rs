//! A call you can hear: two phones, real speech, a bad network, and the engine in between.
//!
//! ```sh
//! cargo run --release --example call                # ten seconds, in real time, over UDP on loopback
//! cargo run --release --example call -- --offline   # the same call in virtual time, bit-exact
//! ```
//!
//! Play `out/heard_by_alice.wav` and `out/heard_by_bob.wav`, look at `out/call.png`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example talks to its user")]
#![allow(clippy::disallowed_methods, reason = "phones and their host are ordinary threads; no worker runs this code")]

mod args;
#[path = "../support/canvas.rs"]
mod canvas;
mod figures;
mod legs;
mod marker;
mod network;
mod offline;
mod phone;
mod picture;
mod progress;
mod random;
mod realtime;
mod record;
mod report;
mod rtp;
mod speech;
mod table;
#[path = "../support/wave.rs"]
mod wave;

use std::error::Error;
use std::fs::{self, File};
use std::process::ExitCode;

use clap::Parser;
use media_core::CodecSpec;

use crate::args::Args;
use crate::phone::{Profile, RATE};
use crate::report::Report;
use crate::speech::Speech;

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("the call failed: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    let phones = phones();
    println!(
        "Alice ({}) and Bob ({}) talk for {} s: {} % loss, {} ms delay, {} ms jitter, seed {}.",
        phones[0].format(),
        phones[1].format(),
        args.seconds,
        args.loss,
        args.delay,
        args.jitter,
        args.seed
    );
    let speech = [Speech::of_clip(phones[0].clip, args.seconds)?, Speech::of_clip(phones[1].clip, args.seconds)?];
    let make_call = if args.offline { offline::run } else { realtime::run };
    let call = make_call(args, &phones, speech)?;

    let report = Report::new(args, &call);
    println!("{report}");
    fs::create_dir_all(&args.out)?;
    for way in &call.ways {
        let path = args.out.join(format!("heard_by_{}.wav", way.to.name.to_lowercase()));
        wave::write(&path, RATE as u32, [&way.heard.samples])?;
        println!("wrote {}: {} as {} heard it", path.display(), way.from.name, way.to.name);
    }
    let path = args.out.join("call.png");
    picture::draw(&path, &call, &report)?;
    println!("wrote {}", path.display());
    if let Some(path) = &args.json {
        serde_json::to_writer_pretty(File::create(path)?, &report)?;
        println!("wrote {}", path.display());
    }
    Ok(())
}

/// Alice's phone and Bob's.
fn phones() -> [Profile; 2] {
    [
        Profile { name: "Alice", codec: CodecSpec::pcmu(), ptime: 20, clip: include_bytes!("../clips/alice.wav") },
        Profile { name: "Bob", codec: CodecSpec::pcma(), ptime: 30, clip: include_bytes!("../clips/bob.wav") },
    ]
}

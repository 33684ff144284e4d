//! A conference you can hear: five legs with real speech, late joiners, a whisper, an announcement, a recording.
//!
//! ```sh
//! cargo run --release --example conference                # half a minute, in real time
//! cargo run --release --example conference -- --offline   # the same in virtual time, in a moment
//! cargo run --release --example conference -- --speech ../shared/data/speech/16k    # more speakers
//! ```
//!
//! It prints who talks when, and writes what everybody heard (`heard_by_*.wav`), a recording with a channel for each
//! leg and its side-car (`recording.wav`, `.json`), and `conference.png`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example talks to its user")]
#![allow(
    clippy::disallowed_methods,
    reason = "phones and their host are one ordinary thread; no worker runs this code"
)]

#[path = "../support/canvas.rs"]
mod canvas;
mod driver;
mod meeting;
mod phone;
mod picture;
mod script;
mod story;
#[path = "../support/wave.rs"]
mod wave;

use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use crate::driver::Driver;
use crate::meeting::Meeting;

/// Five people meet in a room: two are there, two come late, a supervisor listens and whispers.
#[derive(Clone, Debug, Parser)]
#[command(name = "conference")]
struct Args {
    /// Length in seconds
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(8..=600))]
    seconds: u32,
    /// Talkers that are heard at once
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=16))]
    talkers: u8,
    /// Worker threads of the engine
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=64))]
    workers: u16,
    /// Virtual time instead of real-time threads
    #[arg(long)]
    offline: bool,
    /// A folder of WAV files, one speaker each, instead of the two clips of the examples
    #[arg(long, value_name = "DIR")]
    speech: Option<PathBuf>,
    /// Where the WAVs and the picture go
    #[arg(long, value_name = "DIR", default_value = "out/conference")]
    out: PathBuf,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("the conference failed: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(&args.out)?;
    let ticks = u64::from(args.seconds) * 100;
    let driver = Driver::start(args.offline, args.workers)?;
    let mut meeting = Meeting::open(driver, args.talkers, args.speech.as_deref(), ticks, &args.out)?;
    let mut plan = script::plan(ticks).into_iter().peekable();
    println!("{} s in {}, {} are heard at once.", args.seconds, mode(args.offline), args.talkers);
    for tick in 0..ticks {
        while let Some(step) = plan.next_if(|step| step.tick <= tick) {
            meeting.act(&step)?;
        }
        meeting.tick()?;
    }
    let (story, recorded) = meeting.close()?;
    println!("\n{story}");
    for (name, rate, heard) in story.heard() {
        let path = args.out.join(format!("heard_by_{}.wav", name.to_lowercase()));
        wave::write(&path, rate, [heard])?;
        println!("wrote {}", path.display());
    }
    println!(
        "wrote {} ({:.1} s, a channel a leg, {} samples missed) and {}",
        recorded.path.display(),
        story.seconds(),
        recorded.gap_samples,
        recorded.sidecar.display()
    );
    let path = args.out.join("conference.png");
    picture::draw(&path, &story, mode(args.offline))?;
    println!("wrote {}", path.display());
    Ok(())
}

fn mode(offline: bool) -> &'static str {
    if offline { "virtual time" } else { "real time" }
}

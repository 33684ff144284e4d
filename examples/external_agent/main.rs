//! A voice agent on the telephone: a program's leg, and the program at the other end of a WebSocket.
//!
//! ```sh
//! cargo run --release --example external_agent                       # an agent of its own, on loopback
//! cargo run --release --example external_agent -- --serve 127.0.0.1:9001
//! cargo run --release --example external_agent -- --connect 127.0.0.1:9001
//! ```
//!
//! A caller is bridged to a session without a network (`SessionSpec::external`). `line.rs` carries what it hears to the agent, 20 ms
//! a message, and what the agent answers back, as fast as the agent makes it: whole seconds at once, with a mark behind
//! each. The leg plays them in time, tells the marks when they were *played*, and stops within a tick when the caller speaks.
//!
//! Time is virtual and agent and engine take turns, so every run is the same. In real time the loop below is that of an ordinary thread,
//! with `MediaEngine` beside it. The example writes what the caller heard, and both sides in step with a side-car.
#![allow(clippy::print_stdout, reason = "an example tells what it hears")]

mod agent;
mod line;
#[path = "../support/mod.rs"]
mod support;

use std::error::Error;
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::thread;

use clap::Parser;
use media_core::graph::NodeEventKind;
use media_core::session::record::{Layout, RecordSpec, Recorder};
use media_core::{CodecSpec, Decibels, EventKind, ExternalSpec, Millis, SampleRate, SessionSpec, TapPoint};

use crate::line::Line;
use crate::support::{Office, clip, save};

#[derive(Parser)]
struct Args {
    /// Seconds of the call.
    #[arg(long, default_value_t = 12)]
    seconds: u64,
    /// Where the WAV files go.
    #[arg(long, default_value = "out")]
    out: PathBuf,
    /// Be the agent only, for calls that connect here.
    #[arg(long)]
    serve: Option<String>,
    /// Talk to an agent that serves there.
    #[arg(long)]
    connect: Option<String>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let args = Args::parse();
    if let Some(address) = &args.serve {
        let listener = TcpListener::bind(address)?;
        println!("serving at {}", listener.local_addr()?);
        for stream in listener.incoming() {
            println!("the call ended: {:?}", agent::talk(stream?));
        }
        return Ok(());
    }
    let (address, agent) = match &args.connect {
        Some(address) => (address.clone(), None),
        None => {
            let listener = TcpListener::bind("127.0.0.1:0")?;
            let address = listener.local_addr()?.to_string();
            let serve = move || agent::talk(listener.accept()?.0).map_err(std::io::Error::other);
            (address, Some(thread::spawn(serve)))
        }
    };
    call(&args, TcpStream::connect(address)?)?;
    if let Some(agent) = agent {
        let told = agent.join().map_err(|_| "the agent panicked")??;
        println!(
            "the agent heard {} turns, gave {} answers; {} were played to the end, {} interrupted",
            told.turns, told.answers, told.played, told.interrupted
        );
        if told.played == 0 || told.interrupted == 0 {
            return Err("an answer was to be heard to its end, and one to be interrupted".into());
        }
    }
    Ok(())
}

/// A caller speaks for 2 s of every 5.
fn call(args: &Args, stream: TcpStream) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(&args.out)?;
    let mut office = Office::open()?;
    let mut says = clip(include_bytes!("../clips/alice.wav"))?;
    says.resize(2 * 8_000, 0.0);
    says.resize(5 * 8_000, 0.0);
    let caller = office.connect(CodecSpec::pcmu(), says)?;
    let spec = ExternalSpec::new().backlog(Millis(10_000), Millis(20_000)).barge_in(Decibels(-35.0));
    let created = office.control.create(SessionSpec::external(SampleRate::HZ_8000, spec))?;
    let (agent, port) = (created.id, created.external.ok_or("it is a program's")?);
    let bridged = office.control.bridge(caller, agent)?;
    office.run(20)?;
    bridged.try_result().ok_or("not answered")??;

    // What was played of the agent is the tap of its own leg: nothing of the caller is in it.
    let tap = |id, point| office.control.tap(id, point, Millis(1_000)).map(|tap| tap.1);
    let taps = vec![
        ("caller".to_owned(), tap(caller, TapPoint::Received)?),
        ("agent".to_owned(), tap(agent, TapPoint::Received)?),
    ];
    let both = args.out.join("agent_call.wav");
    let mut recorder = Recorder::create(&both, RecordSpec::new().layout(Layout::Stereo), taps)?;

    let mut line = Line::open(stream, port)?;
    for _ in 0..args.seconds * 50 {
        office.run(20)?;
        recorder.pump()?;
        while let Some(event) = office.events.try_next() {
            let EventKind::Node { kind, .. } = event.kind else { continue };
            let time = event.tick.0 as f32 / 100.0;
            match kind {
                NodeEventKind::Mark { id } => println!("{time:6.2} s  the caller has heard answer {id} to its end"),
                NodeEventKind::BargeIn => println!("{time:6.2} s  the caller speaks: the agent is cut short"),
                NodeEventKind::Starved => println!("{time:6.2} s  the agent has nothing more to say"),
                _ => continue,
            }
            line.tell(&kind)?;
        }
        line.take_turns()?;
    }
    println!(
        "{} KiB to the agent, {} KiB from it, of which {} ms were never played",
        line.sent / 1_024,
        line.received / 1_024,
        office.control.stats(agent)?.skipped_samples / 8
    );
    line.close()?;
    let recorded = recorder.finish()?;
    println!(
        "{} and {}: {:.2} s in step",
        both.display(),
        recorded.sidecar.display(),
        recorded.samples as f32 / 8_000.0
    );
    let heard = args.out.join("agent_heard_by_caller.wav");
    save(&heard.to_string_lossy(), &office.phone(caller)?.heard)?;
    println!("{}: what the caller heard", heard.display());
    Ok(())
}

//! Replays what a network did to a call: a capture of RTP, or a trace of arrivals with speech of one's own.
//!
//! ```sh
//! cargo run --release --example replay -- --pcap call.pcap --list
//! cargo run --release --example replay -- --pcap call.pcap --out heard.wav --json stats.json --plot delay.png
//! cargo run --release --example replay -- --trace trace.csv --wav speech.wav --codec opus:bitrate=24000 --fec --out heard.wav
//! ```
//!
//! Every stream goes through a session of an engine in virtual time, with the times at which its packets
//! came. What the party would have heard is written as WAV, why it sounded so is told in figures and
//! warnings, and drawn: the delay of each packet, the delay of what was heard, what was lost, concealed,
//! shortened and lengthened. Sources that follow each other on one way are one leg. Payload types are known
//! from `--pt`, from session descriptions in the capture, from RFC 3551, or guessed.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example tells what it found")]

mod args;
#[path = "../support/canvas.rs"]
mod canvas;
mod capture;
mod formats;
mod from_capture;
mod from_trace;
mod leg;
#[path = "../support/codec_name.rs"]
mod name;
mod picture;
mod play;
mod report;
mod sdp;
mod streams;
mod trace;
mod wav;
#[path = "../support/wave.rs"]
mod wave;

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use media_core::{Millis, Source};
use serde_json::json;

use crate::args::Args;
use crate::formats::{Known, Meaning};
use crate::leg::Leg;
use crate::report::Figures;
use crate::sdp::Announced;
use crate::streams::Stream;

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("replay: {why}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    let (source, legs) = match (&args.pcap, &args.trace) {
        (Some(pcap), _) => (pcap, captured(args, pcap)?),
        (_, Some(trace)) => (trace, vec![traced(args, trace)?]),
        _ => return Err("say --pcap or --trace".into()),
    };
    if legs.is_empty() {
        return Ok(());
    }
    let wavs = args.out.as_ref().map_or(Vec::new(), |out| wav::names(out, legs.len()));
    let heard = play::run(&legs, &wavs)?;
    let figures: Vec<Figures> = legs.iter().zip(&heard).map(|(leg, heard)| Figures::of(leg, heard)).collect();
    for (number, leg) in (1..).zip(&legs) {
        let mark = if legs.len() > 1 { format!("leg {number}: ") } else { String::new() };
        println!("{mark}{}", leg.title);
        leg.notes.iter().for_each(|note| println!("    {note}"));
    }
    println!("\n{}", report::table(&figures));
    let mut all = Vec::new();
    for (at, ((leg, heard), figures)) in legs.iter().zip(&heard).zip(&figures).enumerate() {
        let mark = if legs.len() > 1 { format!("leg {}: ", at + 1) } else { String::new() };
        heard.happened.iter().for_each(|happened| println!("{mark}{:.2} s: {}", happened.at_s, happened.what));
        if !heard.digits.is_empty() {
            println!("{mark}digits: {}", report::digits(&heard.digits));
        }
        let warnings = report::warnings(leg, heard, figures);
        warnings.iter().for_each(|warning| println!("{mark}warning: {warning}"));
        let wav = wavs.get(at).map(|path| path.display().to_string());
        all.push(report::json(leg, heard, figures, &warnings, wav));
    }
    if let (Some(out), [left, right]) = (&args.out, &wavs[..]) {
        wav::stereo(out, [left, right])?;
    }
    if let Some(path) = &args.json {
        let text = serde_json::to_string_pretty(&json!({ "source": source.display().to_string(), "legs": all }))?;
        std::fs::write(path, text).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    if let Some(path) = &args.plot {
        let rows: Vec<_> = legs.iter().zip(&heard).zip(&figures).map(|((leg, heard), f)| (leg, heard, f)).collect();
        let title = source.file_name().unwrap_or_default().to_string_lossy();
        picture::draw(path, &title, &rows).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    Ok(())
}

/// The legs of a capture; none if they were only to be listed.
fn captured(args: &Args, path: &Path) -> Result<Vec<Leg>, Box<dyn Error>> {
    let capture = capture::read(path)?;
    capture.warnings.iter().for_each(|warning| println!("warning: {warning}"));
    let streams = streams::find(&capture.datagrams);
    if streams.is_empty() {
        let count = capture.datagrams.iter().filter(|datagram| !datagram.tcp).count();
        return Err(format!("{}: no RTP stream among {count} UDP datagrams", path.display()).into());
    }
    let announced = Announced::read(&capture.datagrams);
    let known = |stream: &Stream| -> Result<Vec<Known>, Box<dyn Error>> {
        let mut known = formats::of(stream, &args.pt, &announced)?;
        let unknown = known.iter_mut().find(|one| matches!(one.meaning, Meaning::Unknown(_)) && one.payload_type >= 35);
        if let (Some(one), Some(name)) = (unknown, &args.codec) {
            let payload_type = media_core::PayloadType::new(one.payload_type).ok_or("payload types are below 128")?;
            (one.meaning, one.by) = (Meaning::Codec(name::parse(name)?.under(payload_type)), "as told");
        }
        Ok(known)
    };
    if args.list {
        let start = streams.iter().map(Stream::start_us).min().unwrap_or(0);
        for stream in &streams {
            list(stream, &known(stream)?, start);
        }
        return Ok(Vec::new());
    }
    let asked: Vec<Stream> =
        streams.into_iter().filter(|stream| args.ssrc.is_empty() || args.ssrc.contains(&stream.ssrc.0)).collect();
    if asked.is_empty() {
        return Err("no stream has such an SSRC; --list shows them".into());
    }
    // A capsule's times are the engine's: in whole ticks from 0 its packets come as they came.
    let origin_us = asked.iter().map(Stream::start_us).min().unwrap_or(0) / 10_000 * 10_000;
    let (mut legs, mut left) = (Vec::new(), Vec::new());
    for call in streams::calls(&asked) {
        let mut all: Vec<Known> = Vec::new();
        for stream in &call {
            for one in known(stream)? {
                if !all.iter().any(|other| other.payload_type == one.payload_type) {
                    all.push(one);
                }
            }
        }
        match from_capture::leg(&call, &all, args.jitter(), origin_us) {
            Ok(leg) => legs.push(leg),
            Err(why) => left.push(why.to_string()),
        }
    }
    if legs.is_empty() {
        return Err(left.join("\nreplay: ").into());
    }
    left.iter().for_each(|why| println!("warning: left out: {why}"));
    if legs.len() > MOST_LEGS {
        return Err(format!("{} legs are too many at once: choose by --ssrc", legs.len()).into());
    }
    Ok(legs)
}

const MOST_LEGS: usize = 64;

fn list(stream: &Stream, known: &[Known], start_us: u64) {
    let seconds = |us: u64| us as f64 / 1e6;
    let (from, to) = (seconds(stream.start_us() - start_us), seconds(stream.end_us() - start_us));
    println!("{stream}: {} packets, {from:.1} to {to:.1} s", stream.packets.len());
    for one in known {
        println!("    payload type {}: {} packets, {} ({})", one.payload_type, one.packets, one.name(), one.by);
    }
}

/// The leg of a trace.
fn traced(args: &Args, path: &Path) -> Result<Leg, Box<dyn Error>> {
    let trace = trace::read(path)?;
    let wav = args.wav.as_ref().ok_or("--trace needs --wav: what is said")?;
    let speech = Source::wav(wav).map_err(|e| format!("{}: {e}", wav.display()))?;
    let mut name = args.codec.clone().unwrap_or_else(|| "pcmu".into());
    if args.fec {
        if name::short(&name) != "opus" {
            return Err(format!("--fec is for Opus; {name} has no in-band error correction").into());
        }
        name += if name.contains(':') { ",fec" } else { ":fec" };
    }
    let codec = name::parse(&name)?;
    let ptime = Millis(args.ptime.unwrap_or(trace.ptime_ms));
    if !(1..=120).contains(&ptime.0) {
        return Err(format!("packets of {} ms; allowed are 1 to 120", ptime.0).into());
    }
    let sender = from_trace::Sender { codec, name: &name, ptime, red: args.red };
    from_trace::leg(&trace, &speech, &sender, args.jitter())
}

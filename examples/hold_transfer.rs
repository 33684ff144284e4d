//! Alice talks to Bob, is put on hold with music, and is passed on to Carol in one transaction.
//!
//! ```sh
//! cargo run --release --example hold_transfer
//! ```
//!
//! Alice's telephone sees one RTP stream all the time: no jump of sequence, timestamp or SSRC.
#![allow(clippy::print_stdout, reason = "an example tells what it hears")]

mod support;

use std::error::Error;
use std::f32::consts::TAU;

use media_core::{CodecSpec, SampleRate, SessionId, Source};

use crate::support::{Office, clip, tell};

const ALICE: &[u8] = include_bytes!("clips/alice.wav");
const BOB: &[u8] = include_bytes!("clips/bob.wav");

type Outcome = Result<(), Box<dyn Error>>;

fn main() -> Outcome {
    let mut office = Office::open()?;
    let alice = office.connect(CodecSpec::pcmu(), clip(ALICE)?)?;
    let bob = office.connect(CodecSpec::pcma(), clip(BOB)?)?;
    // Carol says what Bob says, backwards: nobody takes her for him.
    let carol = office.connect(CodecSpec::pcmu(), clip(BOB)?.into_iter().rev().collect())?;
    let (all, control) = ([alice, bob, carol], office.control.clone());
    let music = arpeggio();
    let tune = Source::Pcm { samples: music.clone().into(), rate: SampleRate::HZ_8000, repeat: true };

    let bridged = control.bridge(alice, bob)?;
    stretch(&mut office, "Alice, bridged to Bob", all, &music)?;

    let held = control.hold(alice, Some(tune))?;
    stretch(&mut office, "Alice, on hold", all, &music)?;

    let moved = control.txn().unbridge(alice).bridge(alice, carol).resume(alice).destroy(bob).commit()?;
    stretch(&mut office, "Alice, passed on to Carol", all, &music)?;

    for (what, operation) in [("bridge", bridged), ("hold", held), ("transfer", moved)] {
        let Some(applied) = operation.try_result().transpose()? else { return Err("not answered".into()) };
        println!("The {what} took effect at {}.", applied.tick);
    }
    let phone = office.phone(alice)?;
    println!("Alice's telephone received {} packets, {} breaks in its stream.", phone.packets, phone.breaks);
    Ok(())
}

/// Lets two seconds pass and says what Alice heard in them.
fn stretch(office: &mut Office, what: &str, [alice, bob, carol]: [SessionId; 3], music: &[f32]) -> Outcome {
    let start = office.phone(alice)?.heard.len();
    office.run(2_000)?;
    let heard = &office.phone(alice)?.heard[start..];
    let (bob, carol) = (&office.phone(bob)?.says, &office.phone(carol)?.says);
    tell(what, heard, &[("Bob", bob), ("Carol", carol), ("the music", &music.repeat(2))]);
    Ok(())
}

/// Four notes of a quarter of a second at −20 dBFS.
fn arpeggio() -> Vec<f32> {
    let notes = [523.25f32, 659.25, 783.99, 659.25];
    let note = |hz: f32| (0..2_000).map(move |n| 0.1 * (TAU * hz * n as f32 / 8_000.0).sin());
    notes.into_iter().flat_map(note).collect()
}

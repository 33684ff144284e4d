//! A node of one's own in a running call: a ring modulator turns Alice's voice into a robot's (`ring_modulator.rs`).
//!
//! ```sh
//! cargo run --release --example custom_node       # writes out/robot.wav: what Bob heard
//! ```
//!
//! Its carrier is a parameter that is set live, and once a second it reports its peak as an event.
#![allow(clippy::print_stdout, reason = "an example tells what it hears")]

mod ring_modulator;
#[path = "../support/mod.rs"]
mod support;

use std::error::Error;

use media_core::graph::{NodeEventKind, NotConnected, Segment};
use media_core::{CodecSpec, EventKind, Millis};

use crate::ring_modulator::{CARRIER_HZ, RingModulator};
use crate::support::{Office, clip, save, tell};

fn main() -> Result<(), Box<dyn Error>> {
    let mut office = Office::open()?;
    let alice = office.connect(CodecSpec::pcmu(), clip(include_bytes!("../clips/alice.wav"))?)?;
    let bob = office.connect(CodecSpec::pcma(), clip(include_bytes!("../clips/bob.wav"))?)?;
    let _bridged = office.control.bridge(alice, bob)?;
    office.run(2_000)?;
    let _inserted = office.control.edit(alice, |topology, legs| {
        let edge = topology.edges().find(|e| e.to.0 == legs.far_out).ok_or(NotConnected((legs.far_out, 0)))?;
        topology.insert_between(edge, Segment::Up, Box::new(RingModulator::default()))?;
        Ok(())
    })?;
    office.run(2_000)?;
    let node = office.control.find(alice, "ring_modulator")?.ok_or("the node is not there")?;
    let _set = office.control.set(alice, node, CARRIER_HZ, 400.0, Millis(0))?;
    office.run(2_000)?;

    let (heard, said) = (&office.phone(bob)?.heard, &office.phone(alice)?.says);
    for (what, part) in ["without the node", "at 0 Hz", "at 400 Hz"].iter().zip(heard.chunks(16_000)) {
        tell(&format!("Bob, {what}"), part, &[("Alice", said)]);
    }
    save("out/robot.wav", heard)?;
    while let Some(event) = office.events.try_next() {
        if let EventKind::Node { kind: NodeEventKind::Custom { value, .. }, .. } = event.kind {
            println!("{}: peak {value:.3}", event.tick);
        }
    }
    Ok(())
}

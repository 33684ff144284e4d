//! A codec of one's own: DVI4, which the engine does not bring along, negotiated and in a call with A-law.
//!
//! ```sh
//! cargo run --release --example custom_codec
//! ```
#![allow(clippy::print_stdout, reason = "an example tells what it hears")]

#[path = "../support/mod.rs"]
mod support;

mod dvi4;

use std::error::Error;

use media_core::codec::CodecKind;
use media_core::codec::negotiation::{Capabilities, MediaFormats, Preference};
use media_core::{CodecSpec, PayloadType, SampleRate};

use crate::dvi4::DVI4;
use crate::support::{Office, clip, tell};

const ALICE: &[u8] = include_bytes!("../clips/alice.wav");
const BOB: &[u8] = include_bytes!("../clips/bob.wav");

fn main() -> Result<(), Box<dyn Error>> {
    let payload_type = |value| PayloadType::new(value).ok_or("payload types are below 128");
    let dvi4 = CodecSpec::of(CodecKind::Custom(&DVI4), payload_type(5)?, SampleRate::HZ_8000, 8_000);
    let ours = Capabilities::new().codec(dvi4).codec(CodecSpec::pcma());
    // What an offer's m line and rtpmap attributes say.
    let offer = MediaFormats::new().format(payload_type(18)?, "G729/8000", "").format(payload_type(5)?, "", "");
    let (answer, agreed) = ours.answer(&offer, Preference::Theirs)?;
    for format in &answer.formats {
        println!("a=rtpmap:{} {}", format.payload_type.value(), format.rtpmap);
    }

    let mut office = Office::open()?;
    let alice = office.connect(agreed.send, clip(ALICE)?)?;
    let bob = office.connect(CodecSpec::pcma(), clip(BOB)?)?;
    office.control.clone().bridge(alice, bob)?.detach();
    office.run(5_000)?;
    for (name, id) in [("Alice", alice), ("Bob", bob)] {
        let heard = &office.phone(id)?.heard;
        tell(name, heard, &[("Alice", &office.phone(alice)?.says), ("Bob", &office.phone(bob)?.says)]);
        println!("  in {} packets, {} breaks in the stream", office.phone(id)?.packets, office.phone(id)?.breaks);
    }
    Ok(())
}

//! What the payload types of a stream mean: as the user says, as signalling said, as RFC 3551 has it, or as it looks.

use std::error::Error;

use media_core::rtp::event::{EVENT_BYTES, EventReport};
use media_core::rtp::red::Redundant;
use media_core::{CodecSpec, PayloadType};

use crate::name;
use crate::sdp::Announced;
use crate::streams::{Packet, Stream};

/// The meaning of a payload type.
#[derive(Clone, Debug, PartialEq)]
pub enum Meaning {
    Codec(CodecSpec),
    /// Telephone events, with the clock of their durations.
    Events(u32),
    Comfort,
    Redundant,
    /// Nobody knows; what it looks like.
    Unknown(String),
}

/// A payload type with its meaning, and who said so.
#[derive(Clone, Debug)]
pub struct Known {
    pub payload_type: u8,
    pub packets: usize,
    pub meaning: Meaning,
    pub by: &'static str,
}

impl Known {
    pub fn name(&self) -> String {
        match &self.meaning {
            Meaning::Codec(codec) => codec.name().to_owned(),
            Meaning::Events(_) => "telephone-event".into(),
            Meaning::Comfort => "CN".into(),
            Meaning::Redundant => "red".into(),
            Meaning::Unknown(what) => format!("unknown: {what}"),
        }
    }
}

/// What the user says: `96=opus`.
pub type Said = (u8, String);

/// Reads `PT=NAME`.
pub fn said(text: &str) -> Result<Said, String> {
    let (payload_type, name) = text.split_once('=').ok_or("write it as PT=NAME, such as 96=opus")?;
    let payload_type = payload_type.trim().parse().ok().filter(|pt| *pt < 128).ok_or("payload types are 0 to 127")?;
    meaning(payload_type, name).map_err(|e| e.to_string())?;
    Ok((payload_type, name.to_owned()))
}

/// A meaning by name.
fn meaning(payload_type: u8, text: &str) -> Result<Meaning, Box<dyn Error>> {
    let (name, clock) = text.split_once('/').unwrap_or((text, "8000"));
    Ok(match name.to_ascii_lowercase().as_str() {
        "telephone-event" | "dtmf" => Meaning::Events(clock.parse()?),
        "cn" => Meaning::Comfort,
        "red" => Meaning::Redundant,
        _ => Meaning::Codec(
            name::parse(text)?.under(PayloadType::new(payload_type).ok_or("payload types are 0 to 127")?),
        ),
    })
}

/// The meanings of all payload types of a stream, those inside of redundancy too; the most frequent first.
pub fn of(stream: &Stream, said: &[Said], announced: &Announced) -> Result<Vec<Known>, Box<dyn Error>> {
    let mut counts = stream.payload_types();
    let mut known = Vec::new();
    let mut at = 0;
    while let Some(&(payload_type, packets)) = counts.get(at) {
        at += 1;
        let one = identify(stream, payload_type, packets, said, announced)?;
        if one.meaning == Meaning::Redundant {
            for (inner, count) in inside(stream, payload_type) {
                if !counts.iter().any(|(known, _)| *known == inner) {
                    counts.push((inner, count));
                }
            }
        }
        known.push(one);
    }
    Ok(known)
}

fn identify(
    stream: &Stream,
    payload_type: u8,
    packets: usize,
    said: &[Said],
    announced: &Announced,
) -> Result<Known, Box<dyn Error>> {
    let known = |meaning, by| Known { payload_type, packets, meaning, by };
    if let Some((_, name)) = said.iter().rev().find(|(said, _)| *said == payload_type) {
        return Ok(known(meaning(payload_type, name)?, "as told"));
    }
    if let Some(format) = announced.format(stream.to.port(), payload_type) {
        return Ok(known(from_rtpmap(payload_type, format), "signalled"));
    }
    if let Some(codec) = static_codec(payload_type) {
        return Ok(known(codec, "static"));
    }
    let of_type: Vec<&Packet> =
        stream.packets.iter().filter(|packet| packet.header.payload_type.value() == payload_type).collect();
    Ok(known(look(payload_type, &of_type, stream), "guessed"))
}

fn from_rtpmap(payload_type: u8, format: &crate::sdp::Format) -> Meaning {
    let (name, clock) = format.rtpmap.split_once('/').unwrap_or((&format.rtpmap, "8000"));
    let clock = clock.split('/').next().and_then(|clock| clock.parse().ok()).unwrap_or(8_000);
    match name.to_ascii_lowercase().as_str() {
        "telephone-event" => Meaning::Events(clock),
        "cn" => Meaning::Comfort,
        "red" => Meaning::Redundant,
        _ => {
            let codec = PayloadType::new(payload_type).and_then(|pt| CodecSpec::from_rtpmap(pt, &format.rtpmap).ok());
            let fmtp = format.fmtp.as_deref().unwrap_or("");
            let codec = codec.map(|codec| codec.with_fmtp(fmtp).unwrap_or(codec));
            codec.map_or_else(
                || Meaning::Unknown(format!("{}, which the engine has not", format.rtpmap)),
                Meaning::Codec,
            )
        }
    }
}

/// RFC 3551 §6.
fn static_codec(payload_type: u8) -> Option<Meaning> {
    Some(match payload_type {
        0 => Meaning::Codec(CodecSpec::pcmu()),
        8 => Meaning::Codec(CodecSpec::pcma()),
        9 => Meaning::Codec(CodecSpec::g722()),
        18 => Meaning::Codec(CodecSpec::g729()),
        13 => Meaning::Comfort,
        3 => Meaning::Unknown("GSM, which the engine has not".into()),
        4 => Meaning::Unknown("G723, which the engine has not".into()),
        10 | 11 => {
            let channels = if payload_type == 10 { 2 } else { 1 };
            let codec = CodecSpec::from_rtpmap(PayloadType::new(payload_type)?, &format!("L16/44100/{channels}"));
            codec.map_or(Meaning::Unknown("L16 at 44.1 kHz".into()), Meaning::Codec)
        }
        26 | 31..=34 => Meaning::Unknown("video".into()),
        _ if payload_type < 35 => Meaning::Unknown("an assigned type that the engine has not".into()),
        _ => return None,
    })
}

/// What packets of a dynamic type look like.
fn look(payload_type: u8, packets: &[&Packet], stream: &Stream) -> Meaning {
    let all = |what: &dyn Fn(&Packet) -> bool| !packets.is_empty() && packets.iter().all(|packet| what(packet));
    let event = |packet: &Packet| {
        packet.payload.len() == EVENT_BYTES
            && packet.payload[1] & 0x40 == 0
            && EventReport::parse(&packet.payload).is_some_and(|mut reports| reports.all(|report| report.code <= 16))
    };
    if all(&event) {
        return Meaning::Events(clock_of(&stream.packets.iter().collect::<Vec<_>>()).unwrap_or(8_000));
    }
    let redundant = |packet: &Packet| {
        let primary = |red: Redundant<'_>| red.primary.payload_type.value();
        Redundant::parse(&packet.payload).is_some_and(|red| {
            primary(red) != payload_type && (static_codec(primary(red)).is_some() || primary(red) >= 96)
        })
    };
    let repeated =
        packets.iter().filter(|p| Redundant::parse(&p.payload).is_some_and(|r| r.blocks().len() > 0)).count();
    if all(&redundant) && repeated * 2 > packets.len() {
        return Meaning::Redundant;
    }
    let bytes = median(packets.iter().map(|packet| packet.payload.len() as u64));
    let step = median(packets.windows(2).filter_map(step));
    let clock = clock_of(packets);
    let varies = packets.iter().any(|packet| packet.payload.len() as u64 != bytes);
    let guess = match (clock, bytes, step) {
        // The clock says so, and the configurations in the first bytes are few (RFC 6716 §3.1).
        (Some(48_000), ..) if varies => Some("opus"),
        (Some(16_000), bytes, step) if bytes == 2 * step => Some("l16:rate=16000"),
        (Some(8_000), bytes, step) if bytes == 2 * step => Some("l16:rate=8000"),
        (Some(8_000), bytes, step) if bytes * 8 == step => Some("g729"),
        (Some(8_000), bytes, step) if bytes * 2 == step => Some("g726-32"),
        _ => None,
    };
    if let Some(Ok(meaning)) = guess.map(|name| meaning(payload_type, name)) {
        return meaning;
    }
    let clock = clock.map_or("an unclear clock".to_owned(), |clock| format!("a clock of {clock} Hz"));
    Meaning::Unknown(format!("{} packets of about {bytes} bytes, {clock}", packets.len()))
}

/// Payload types inside of redundancy, with the count of their packets.
fn inside(stream: &Stream, payload_type: u8) -> Vec<(u8, usize)> {
    let mut counts = std::collections::BTreeMap::<u8, usize>::new();
    for packet in stream.packets.iter().filter(|packet| packet.header.payload_type.value() == payload_type) {
        if let Some(redundant) = Redundant::parse(&packet.payload) {
            *counts.entry(redundant.primary.payload_type.value()).or_default() += 1;
        }
    }
    counts.into_iter().collect()
}

fn step(pair: &[&Packet]) -> Option<u64> {
    let ahead = pair[1].header.timestamp.wrapping_sub(pair[0].header.timestamp);
    let next = pair[1].header.sequence == pair[0].header.sequence.wrapping_add(1);
    (next && (1..48_000 * 2).contains(&ahead)).then_some(u64::from(ahead))
}

/// The clock of the timestamps, by the times of arrival: one that streams have.
fn clock_of(packets: &[&Packet]) -> Option<u32> {
    let (first, last) = (packets.first()?, packets.last()?);
    let units = f64::from(last.header.timestamp.wrapping_sub(first.header.timestamp));
    let seconds = (last.at_us - first.at_us) as f64 / 1e6;
    let rate = units / seconds;
    [8_000u32, 16_000, 32_000, 44_100, 48_000, 90_000]
        .into_iter()
        .find(|clock| (rate / f64::from(*clock) - 1.0).abs() < 0.1)
}

fn median(values: impl Iterator<Item = u64>) -> u64 {
    let mut values: Vec<u64> = values.collect();
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or(0)
}

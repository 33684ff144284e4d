//! Streams of a capture as legs.

use std::error::Error;

use media_core::{JitterConfig, PayloadType, SessionSpec};

use crate::formats::{Known, Meaning};
use crate::leg::{Arrival, Leg, Network, Place};
use crate::streams::Stream;

/// A packet with its numbers unwrapped.
struct Sent {
    sequence: i64,
    timestamp: u32,
    /// Microseconds on the sender's time line.
    media_us: i64,
    at_us: i64,
    /// Event packets share a timestamp: they say nothing about delay.
    audio: bool,
}

/// Sources that one party heard, as one session's input; `origin_us` is the time of the capture at the replay's start.
pub fn leg(call: &[&Stream], known: &[Known], jitter: JitterConfig, origin_us: u64) -> Result<Leg, Box<dyn Error>> {
    let spec = spec(known, jitter).map_err(|e| format!("{}: {e}", call[0]))?;
    let (spec, codec) = (spec.0, spec.1);
    let mut title = format!("{}, {}", call[0], codec.name());
    let (mut notes, mut warnings) = (Vec::new(), Vec::new());
    if call.len() > 1 {
        title = format!("{} → {}, {} sources, {}", call[0].from, call[0].to, call.len(), codec.name());
        notes.push(format!("{} sources follow each other and are heard by one session", call.len()));
    }
    for one in known {
        let line = format!("payload type {}: {} ({})", one.payload_type, one.name(), one.by);
        match one.meaning {
            Meaning::Unknown(_) => warnings.push(format!("{line}: its {} packets are not heard", one.packets)),
            _ => notes.push(line),
        }
    }
    let (mut arrivals, mut places, mut sent) = (Vec::new(), Vec::new(), Vec::new());
    for stream in call {
        let one = unwrapped(stream, known, codec.clock_rate, origin_us);
        let of_one = placed(&one);
        let audio = of_one.iter().filter(|place| place.1);
        sent.extend(audio.clone().map(|(place, _)| place.arrived_us.map(|at| at - place.due_us)));
        sent.extend(of_one.iter().filter(|place| !place.1 && place.0.arrived_us.is_none()).map(|_| None));
        places.extend(of_one.into_iter().filter(|place| place.1).map(|(place, _)| place));
        let mut bare: Vec<_> = stream.packets.iter().map(|packet| &packet.datagram).collect();
        bare.sort_unstable();
        let twice = bare.windows(2).filter(|pair| pair[0] == pair[1]).count();
        if twice * 4 > stream.packets.len() {
            warnings.push(format!("{twice} packets are in the capture twice: was it taken on two interfaces?"));
        }
        arrivals.extend(
            stream
                .packets
                .iter()
                .map(|packet| Arrival { at_us: packet.at_us - origin_us, datagram: packet.datagram.clone() }),
        );
        if let Some(ppm) = drift(&one) {
            warnings.push(format!("the sender's clock is about {ppm:+.0} ppm off the capture's"));
        }
    }
    arrivals.sort_by_key(|arrival| arrival.at_us);
    for pair in arrivals.windows(2) {
        let (gap, start) = ((pair[1].at_us - pair[0].at_us) as f64 / 1e6, pair[0].at_us as f64 / 1e6);
        if gap > 1.0 {
            warnings.push(format!("nothing came for {gap:.1} s at {start:.1} s"));
        }
    }
    places.sort_by_key(|place| place.due_us);
    let network = Network::of(sent.into_iter());
    Ok(Leg { title, spec, codec, max_delay_ms: jitter.max.0, arrivals, places, network, notes, warnings })
}

/// A session for all that the stream carries.
fn spec(known: &[Known], jitter: JitterConfig) -> Result<(SessionSpec, media_core::CodecSpec), Box<dyn Error>> {
    let mut codecs = known.iter().filter_map(|one| match one.meaning {
        Meaning::Codec(codec) => Some(codec),
        _ => None,
    });
    let other = known.iter().find(|one| matches!(one.meaning, Meaning::Events(_) | Meaning::Comfort));
    let codec = match codecs.next() {
        Some(codec) => codec,
        // Digits alone need some codec to be heard beside.
        None if other.is_some() => media_core::CodecSpec::pcmu(),
        None => {
            let unknown: Vec<_> = known.iter().map(|one| format!("{} ({})", one.payload_type, one.name())).collect();
            let first = known.first().map_or(96, |one| one.payload_type);
            let what = unknown.join(", ");
            return Err(format!(
                "no codec is known for payload type {what}; say it by --pt {first}=opus, or whatever it is"
            )
            .into());
        }
    };
    let mut spec = SessionSpec::new(codec).jitter(jitter).ingress_bytes(INGRESS_BYTES);
    for also in codecs.take(4) {
        spec = spec.also_receive(also);
    }
    for one in known {
        let payload_type = PayloadType::new(one.payload_type).ok_or("payload types are 0 to 127")?;
        spec = match one.meaning {
            Meaning::Events(clock) => spec.telephone_event(payload_type, clock),
            Meaning::Comfort => spec.comfort_noise(payload_type),
            Meaning::Redundant => spec.redundancy(payload_type, 0),
            _ => spec,
        };
    }
    spec.validate()?;
    Ok((spec, codec))
}

/// Whatever a capture holds at one time is to reach the session.
const INGRESS_BYTES: usize = 256 * 1_024;

fn unwrapped(stream: &Stream, known: &[Known], clock: u32, origin_us: u64) -> Vec<Sent> {
    let (mut sequence, mut timestamp) = (None, None);
    let mut sent: Vec<Sent> = Vec::new();
    for packet in &stream.packets {
        let header = packet.header;
        let meaning = known.iter().find(|one| one.payload_type == header.payload_type.value()).map(|one| &one.meaning);
        let clock = match meaning {
            Some(Meaning::Codec(codec)) => codec.clock_rate,
            _ => clock,
        };
        let step = sequence.map_or(0, |(last, _): (u16, i64)| i64::from(header.sequence.wrapping_sub(last) as i16));
        let number = sequence.map_or(0, |(_, number)| number + step);
        sequence = Some((header.sequence, number));
        let ahead = timestamp.map_or(0, |(last, _): (u32, i64)| i64::from(header.timestamp.wrapping_sub(last) as i32));
        let media_us = timestamp.map_or(0, |(_, us)| us + ahead * 1_000_000 / i64::from(clock));
        timestamp = Some((header.timestamp, media_us));
        let audio = !matches!(meaning, Some(Meaning::Events(_)));
        let at_us = (packet.at_us - origin_us) as i64;
        sent.push(Sent { sequence: number, timestamp: header.timestamp, media_us, at_us, audio });
    }
    sent.sort_by_key(|packet| (packet.sequence, packet.at_us));
    sent.dedup_by_key(|packet| packet.sequence);
    sent
}

/// Each packet on the sender's time line, the lost ones between their neighbours, and whether it is audio.
fn placed(sent: &[Sent]) -> Vec<(Place, bool)> {
    let mut places: Vec<(Place, bool)> = Vec::new();
    // A jump of the timestamps is another time line.
    for part in sent.chunk_by(|a, b| ((b.at_us - b.media_us) - (a.at_us - a.media_us)).abs() < JUMP_US) {
        let fastest = part.iter().filter(|p| p.audio).map(|p| p.at_us - p.media_us).min().unwrap_or(0);
        for packet in part {
            let due_us = packet.media_us + fastest;
            let place = Place { timestamp: packet.timestamp, due_us, arrived_us: Some(packet.at_us) };
            places.push((place, packet.audio));
        }
    }
    let missing = sent.windows(2).zip(places.windows(2)).flat_map(|(pair, around)| {
        let count = pair[1].sequence - pair[0].sequence - 1;
        // A larger one is a sender that starts anew.
        let count = if count < LONGEST_LOSS { count } else { 0 };
        let (from, to) = (around[0].0, around[1].0);
        (1..=count).map(move |n| {
            let share = |a: i64, b: i64| a + (b - a) * n / (count + 1);
            let step = to.timestamp.wrapping_sub(from.timestamp) as i32;
            let timestamp = from.timestamp.wrapping_add(share(0, i64::from(step)) as u32);
            (Place { timestamp, due_us: share(from.due_us, to.due_us), arrived_us: None }, pair[1].audio)
        })
    });
    let missing: Vec<_> = missing.collect();
    places.extend(missing);
    places.sort_by_key(|place| place.0.due_us);
    places
}

const JUMP_US: i64 = 5_000_000;
const LONGEST_LOSS: i64 = 3_000;

/// How far the sender's clock is off, by the fastest packets of the first and the last tenth of a long stream.
fn drift(sent: &[Sent]) -> Option<f64> {
    let audio: Vec<&Sent> = sent.iter().filter(|packet| packet.audio).collect();
    let (first, last) = (audio.first()?, audio.last()?);
    let tenth = audio.len() / 10;
    let span = (last.media_us - first.media_us) * 9 / 10;
    if span < 60_000_000 || tenth < 50 {
        return None;
    }
    let fastest = |part: &[&Sent]| part.iter().map(|p| p.at_us - p.media_us).min();
    let moved = fastest(&audio[audio.len() - tenth..])? - fastest(&audio[..tenth])?;
    let ppm = -moved as f64 * 1e6 / span as f64;
    (50.0..5_000.0).contains(&ppm.abs()).then_some(ppm)
}

//! Speech, coded and sent as a trace says, as a leg.

use std::collections::{BTreeMap, VecDeque};
use std::error::Error;

use media_core::processing::format::resample;
use media_core::rtp::RtpHeader;
use media_core::rtp::red::{Block, red_bytes, write_red};
use media_core::{CodecSpec, JitterConfig, Millis, PayloadType, SampleRate, SessionSpec, Source, Ssrc};

use crate::leg::{Arrival, Leg, Network, Place};
use crate::trace::{Line, Trace, UNITS_PER_MS};

/// How the speech is sent.
pub struct Sender<'a> {
    pub codec: CodecSpec,
    /// As the user named it.
    pub name: &'a str,
    pub ptime: Millis,
    /// Times that each payload is sent again (RFC 2198).
    pub red: u8,
}

/// Redundancy's payload type.
const RED: u8 = 121;
const SSRC: Ssrc = Ssrc(0x7265_706c);

/// The leg that hears `speech` as `sender` codes it and the trace carries it.
pub fn leg(trace: &Trace, speech: &Source, sender: &Sender<'_>, jitter: JitterConfig) -> Result<Leg, Box<dyn Error>> {
    let Sender { codec, ptime, .. } = *sender;
    let mut spec = SessionSpec::new(codec).jitter(jitter).ingress_bytes(INGRESS_BYTES);
    let red = PayloadType::new(RED).ok_or("payload types are below 128")?;
    if sender.red > 0 {
        spec = spec.redundancy(red, sender.red);
    }
    spec.validate()?;
    let audio = speech_at(speech, codec.rate)?;
    let datagrams = datagrams(trace, &audio, sender, red)?;
    let start = trace.lines.iter().filter_map(|line| line.arrived_us).min().unwrap_or(0);
    let fastest = trace.lines.iter().filter_map(|l| l.arrived_us.map(|at| at - l.sent_us)).min().unwrap_or(0);
    let (mut arrivals, mut places, mut fates) = (Vec::new(), Vec::new(), BTreeMap::new());
    for line in &trace.lines {
        let Some((timestamp, datagram)) = datagrams.get(&line.sequence) else { continue };
        if let Some(at) = line.arrived_us {
            arrivals.push(Arrival { at_us: (at - start) as u64, datagram: datagram.clone() });
        }
        let (due_us, arrived_us) = (line.sent_us + fastest - start, line.arrived_us.map(|at| at - start));
        places.push(Place { timestamp: *timestamp, due_us, arrived_us });
        // Of repeated packets the first one counts.
        let fate = fates.entry(line.sequence).or_insert(None);
        *fate = [*fate, arrived_us.map(|at| at - due_us)].into_iter().flatten().min();
    }
    arrivals.sort_by_key(|arrival| arrival.at_us);
    places.sort_by_key(|place| place.due_us);
    let network = Network::of(fates.into_values());
    let title = format!("{} in packets of {} ms", sender.name, ptime.0);
    let silent = trace.lines.iter().filter(|line| !datagrams.contains_key(&line.sequence)).count();
    let mut notes = Vec::new();
    if silent > 0 {
        notes.push(format!("in {silent} packets of the trace the codec had nothing to send"));
    }
    let (max_delay_ms, warnings) = (jitter.max.0, Vec::new());
    Ok(Leg { title, spec, codec, max_delay_ms, arrivals, places, network, notes, warnings })
}

/// Whatever a trace delivers at one time is to reach the session.
const INGRESS_BYTES: usize = 256 * 1_024;

fn speech_at(speech: &Source, rate: SampleRate) -> Result<Vec<f32>, Box<dyn Error>> {
    match speech {
        Source::Pcm { samples, rate: from, .. } if *from == rate => Ok(samples.to_vec()),
        Source::Pcm { samples, rate: from, .. } => Ok(resample(samples, *from, rate)),
        Source::Tone(_) | Source::File(_) | Source::Live(_) => Err("speech in memory is wanted".into()),
    }
}

/// By the trace's sequence number: timestamp, and datagram.
type Datagrams = BTreeMap<u64, (u32, Vec<u8>)>;

/// All packets of a trace by sequence number, each with its timestamp: coded before the network loses any.
fn datagrams(trace: &Trace, audio: &[f32], sender: &Sender<'_>, red: PayloadType) -> Result<Datagrams, Box<dyn Error>> {
    let Sender { codec, name, ptime, red: levels } = *sender;
    let rate = codec.rate.hz() as usize;
    let length = rate * ptime.0 as usize / 1_000;
    let mut encoder = codec.mono_encoder();
    let mut payload = vec![0; encoder.max_payload(length)];
    let mut frame = vec![0.0; length];
    let (mut sent, mut number, mut paused) = (BTreeMap::new(), 0u16, true);
    let mut history: VecDeque<(u32, Vec<u8>)> = VecDeque::new();
    let mut done = None;
    for Line { sequence, timestamp, .. } in &trace.lines {
        if done.replace(*sequence) == Some(*sequence) {
            continue;
        }
        let start = (*timestamp as u128 * rate as u128 / (UNITS_PER_MS * 1_000) as u128) as usize;
        // Speech that ends before the trace does is said again.
        frame.iter_mut().enumerate().for_each(|(at, sample)| *sample = audio[(start + at) % audio.len()]);
        let encoded = encoder.encode(&frame, &mut payload).map_err(|e| format!("{name}, {} ms: {e}", ptime.0))?;
        if encoded.bytes == 0 {
            paused = true;
            continue;
        }
        let clock = u128::from(codec.clock_rate);
        let units = *timestamp as u128 * clock / (UNITS_PER_MS * 1_000) as u128
            + encoded.skipped as u128 * clock / rate as u128;
        let timestamp = units as u32;
        let own = payload[..encoded.bytes].to_vec();
        let header = RtpHeader {
            marker: std::mem::replace(&mut paused, encoded.paused),
            payload_type: if levels > 0 { red } else { codec.payload_type },
            sequence: number,
            timestamp,
            ssrc: SSRC,
        };
        number = number.wrapping_add(1);
        let body = if levels > 0 { redundant(&codec, timestamp, &own, &history)? } else { own.clone() };
        history.push_back((timestamp, own));
        if history.len() > usize::from(levels) {
            history.pop_front();
        }
        sent.insert(*sequence, (timestamp, [&header.to_bytes()[..], &body].concat()));
    }
    Ok(sent)
}

fn redundant(
    codec: &CodecSpec,
    timestamp: u32,
    own: &[u8],
    history: &VecDeque<(u32, Vec<u8>)>,
) -> Result<Vec<u8>, Box<dyn Error>> {
    let payload_type = codec.payload_type;
    let blocks =
        history.iter().map(|(at, payload)| Block { payload_type, offset: timestamp.wrapping_sub(*at), payload });
    let bytes = red_bytes(own.len(), history.len(), history.iter().map(|(_, payload)| payload.len()).sum());
    let mut body = vec![0; bytes];
    let primary = Block { payload_type, offset: 0, payload: own };
    let length = write_red(&primary, blocks, &mut body).ok_or("redundancy does not fit")?;
    body.truncate(length);
    Ok(body)
}

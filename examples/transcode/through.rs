//! A call through the engine: packets of one codec in, packets of another out.

use std::error::Error;
use std::time::{Duration, Instant};

use media_core::rtp::{RtpHeader, RtpPacket};
use media_core::{
    CodecSpec, EngineConfig, IoGroup, JitterConfig, Millis, OfflineEngine, SessionSpec, SessionStats, Ssrc,
};

/// Virtual time that the call goes on after the last packet, for what still waits.
const TAIL_MS: usize = 200;

/// What came of a call.
pub struct Call {
    pub heard: Vec<Option<Vec<u8>>>,
    pub stats: SessionStats,
    /// Spent in the engine.
    pub micros: f64,
}

/// Makes the call and tells what it came to.
pub fn call(
    from: &CodecSpec,
    to: &CodecSpec,
    frames: &[Option<Vec<u8>>],
    ptime: Millis,
    out_ptime: Millis,
) -> Result<Vec<Option<Vec<u8>>>, Box<dyn Error>> {
    let Call { heard, stats, micros } = run(from, to, frames, ptime, out_ptime)?;
    let bytes: usize = heard.iter().flatten().map(Vec::len).sum();
    println!(
        "{} → {}: {} packets in, {} out, {bytes} bytes; {} lost, {} of {} samples concealed; {:.2} µs a packet",
        from.name(),
        to.name(),
        frames.len(),
        heard.len(),
        stats.lost,
        stats.concealed_samples,
        stats.received_samples + stats.concealed_samples,
        micros / frames.len().max(1) as f64,
    );
    Ok(heard)
}

/// Sends `frames` to a session of `from`, bridged to one of `to`, and returns what that one sends.
pub fn run(
    from: &CodecSpec,
    to: &CodecSpec,
    frames: &[Option<Vec<u8>>],
    ptime: Millis,
    out_ptime: Millis,
) -> Result<Call, Box<dyn Error>> {
    let mut engine = OfflineEngine::new(EngineConfig::new().workers(1))?;
    let control = engine.control();
    let mut egress = engine.egress(IoGroup(0)).ok_or("the egress is taken")?;
    let jitter = JitterConfig::default().min(Millis(0));
    let mut near = control.create(SessionSpec::new(*from).ptime(ptime).jitter(jitter))?;
    let far = control.create(SessionSpec::new(*to).ptime(out_ptime))?;
    control.bridge(near.id, far.id)?.detach();
    for _ in 0..2 {
        engine.tick();
    }
    egress.pull(usize::MAX, |_, _| {});
    let step = from.clock_rate / 1_000 * ptime.0;
    let mut header =
        RtpHeader { marker: true, payload_type: from.payload_type, sequence: 0, timestamp: 0, ssrc: Ssrc(1) };
    let ticks = (frames.len() * ptime.ticks() as usize) + TAIL_MS / 10;
    let mut waiting = frames.iter();
    let mut heard = Vec::new();
    let mut spent = Duration::ZERO;
    for tick in 0..ticks {
        if tick.is_multiple_of(ptime.ticks() as usize)
            && let Some(frame) = waiting.next()
        {
            // A payload that is missing was lost: its number is. One that is empty was never sent.
            if let Some(payload) = frame.as_deref().filter(|payload| !payload.is_empty()) {
                near.ingress.push(&[&header.to_bytes()[..], payload].concat(), engine.now())?;
                header.marker = false;
            }
            header.sequence = header.sequence.wrapping_add(u16::from(frame.as_ref().is_none_or(|f| !f.is_empty())));
            header.timestamp = header.timestamp.wrapping_add(step);
        }
        let start = Instant::now();
        engine.tick();
        spent += start.elapsed();
        egress.pull(usize::MAX, |session, datagram| {
            if let Ok(packet) = RtpPacket::parse(datagram)
                && session == far.id
            {
                heard.push(Some(packet.payload.to_vec()));
            }
        });
    }
    Ok(Call { heard, stats: control.stats(near.id)?, micros: spent.as_secs_f64() * 1e6 })
}

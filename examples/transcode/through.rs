//! A call through the engine: packets of one codec in, packets of another out.

use std::error::Error;
use std::time::{Duration, Instant};

use media_core::rtp::{RtpHeader, RtpPacket};
use media_core::{
    CodecSpec, Control, EngineConfig, IngressPort, IoGroup, JitterConfig, Micros, Millis, OfflineEngine, SessionId,
    SessionSpec, SessionStats, Ssrc,
};

/// Virtual time that the call goes on after the last packet, for what still waits.
const TAIL_MS: usize = 200;

/// One side of a call.
#[derive(Clone, Copy)]
pub struct Party<'a> {
    pub codec: &'a CodecSpec,
    /// What it says, in packets of `ptime`.
    pub frames: &'a [Option<Vec<u8>>],
    /// Of the packets that it says and hears.
    pub ptime: Millis,
}

/// What came of a call.
pub struct Call {
    /// What each party heard.
    pub heard: [Vec<Option<Vec<u8>>>; 2],
    /// Of the first party's session.
    pub stats: SessionStats,
    /// Spent in the engine.
    pub micros: f64,
}

/// Plays `frames` of one codec to a party of another, tells what it came to, and returns what it heard.
pub fn call(
    from: &CodecSpec,
    to: &CodecSpec,
    frames: &[Option<Vec<u8>>],
    ptime: Millis,
    out_ptime: Millis,
) -> Result<Vec<Option<Vec<u8>>>, Box<dyn Error>> {
    let near = Party { codec: from, frames, ptime };
    let Call { heard: [_, heard], stats, micros } = run([near, Party { codec: to, frames: &[], ptime: out_ptime }])?;
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

/// Lets two parties talk to each other in virtual time.
pub fn run(parties: [Party<'_>; 2]) -> Result<Call, Box<dyn Error>> {
    let mut engine = OfflineEngine::new(EngineConfig::new().workers(1))?;
    let control = engine.control();
    let mut egress = engine.egress(IoGroup(0)).ok_or("the egress is taken")?;
    let [near, far] = parties.map(|party| Phone::connect(&control, party));
    let (mut near, mut far) = (near?, far?);
    let ids = [near.id, far.id];
    control.bridge(near.id, far.id)?.detach();
    let longest = parties.iter().map(|party| party.frames.len() * party.ptime.ticks() as usize).max().unwrap_or(0);
    let mut heard = [Vec::new(), Vec::new()];
    let mut spent = Duration::ZERO;
    for tick in 0..longest + TAIL_MS / 10 {
        near.speak(tick, engine.now())?;
        far.speak(tick, engine.now())?;
        let start = Instant::now();
        engine.tick();
        spent += start.elapsed();
        egress.pull(usize::MAX, |session, datagram| {
            if let Ok(packet) = RtpPacket::parse(datagram)
                && let Some(who) = ids.iter().position(|id| *id == session)
            {
                heard[who].push(Some(packet.payload.to_vec()));
            }
        });
    }
    Ok(Call { heard, stats: control.stats(near.id)?, micros: spent.as_secs_f64() * 1e6 })
}

/// A party's end of its session.
struct Phone<'a> {
    id: SessionId,
    ingress: IngressPort,
    frames: std::slice::Iter<'a, Option<Vec<u8>>>,
    ticks: usize,
    step: u32,
    next: RtpHeader,
}

impl<'a> Phone<'a> {
    fn connect(control: &Control, party: Party<'a>) -> Result<Self, Box<dyn Error>> {
        let Party { codec, frames, ptime } = party;
        // The network is perfect, so nothing has to be found out about it.
        let jitter = JitterConfig::fixed(Millis(0));
        let created = control.create(SessionSpec::new(*codec).ptime(ptime).jitter(jitter))?;
        let (payload_type, ssrc) = (codec.payload_type, Ssrc(created.id.index() + 1));
        Ok(Self {
            id: created.id,
            ingress: created.ingress,
            frames: frames.iter(),
            ticks: ptime.ticks() as usize,
            step: codec.clock_rate / 1_000 * ptime.0,
            next: RtpHeader { marker: true, payload_type, sequence: 0, timestamp: 0, ssrc },
        })
    }

    /// Sends the packet of this tick, if there is one.
    fn speak(&mut self, tick: usize, now: Micros) -> Result<(), Box<dyn Error>> {
        if !tick.is_multiple_of(self.ticks) {
            return Ok(());
        }
        let Some(frame) = self.frames.next() else { return Ok(()) };
        // A payload that is missing was lost: its number is gone. One that is empty was never sent.
        match frame.as_deref() {
            Some([]) => {}
            Some(payload) => {
                self.ingress.push(&[&self.next.to_bytes()[..], payload].concat(), now)?;
                self.next.marker = false;
                self.next.sequence = self.next.sequence.wrapping_add(1);
            }
            None => self.next.sequence = self.next.sequence.wrapping_add(1),
        }
        self.next.timestamp = self.next.timestamp.wrapping_add(self.step);
        Ok(())
    }
}

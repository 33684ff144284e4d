//! A codec, a sender and a leg for the tests.

use crate::buffer::{Arrival, Inserted, JitterConfig, Playout};
use crate::codec::{AudioDecoder, DecodeError, Recovered};
use crate::frame::FrameInfo;
use crate::quality::SessionStats;
use crate::types::{Micros, SampleRate, Ssrc, Tick};

/// 16-bit little-endian samples. Payloads that start with 0xdead pass the length check and then fail.
#[derive(Default)]
pub struct Pcm {
    /// The codec conceals on its own, with this value.
    pub conceals: Option<f32>,
    /// Packets carry the four before them, all but the last one as deep redundancy.
    pub recovers: bool,
}

impl AudioDecoder for Pcm {
    fn rate(&self) -> SampleRate {
        SampleRate::HZ_8000
    }

    fn samples(&self, payload: &[u8]) -> Option<usize> {
        payload.len().is_multiple_of(2).then_some(payload.len() / 2)
    }

    fn decode(&mut self, payload: &[u8], out: &mut [f32]) -> Result<usize, DecodeError> {
        if payload.starts_with(&[0xde, 0xad]) {
            return Err(DecodeError::Length { got: payload.len() });
        }
        let samples = payload.len() / 2;
        if samples > out.len() {
            return Err(DecodeError::TooLong { samples, room: out.len() });
        }
        for (to, from) in out.iter_mut().zip(payload.chunks_exact(2)) {
            *to = f32::from(i16::from_le_bytes([from[0], from[1]])) / 32_768.0;
        }
        Ok(samples)
    }

    fn conceal(&mut self, out: &mut [f32]) -> bool {
        out.fill(self.conceals.unwrap_or(0.0));
        self.conceals.is_some()
    }

    fn redundancy(&mut self, following: &[u8], most: usize) -> usize {
        if self.recovers { most.min(following.len() / 2 * 4) } else { 0 }
    }

    fn recover_from(&mut self, following: &[u8], back: usize, out: &mut [f32]) -> Option<Recovered> {
        let deep = back > following.len() / 2;
        let samples = if deep { back.min(80) } else { back };
        out.get_mut(..samples).filter(|_| self.recovers)?.fill(0.25);
        Some(Recovered { samples, deep })
    }

    fn state_bytes(&self) -> usize {
        0
    }

    fn reset(&mut self) {}
}

/// One leg in virtual time, and everything it played.
pub struct Leg {
    pub playout: Playout,
    pub tick: u64,
    pub played: Vec<f32>,
    pub infos: Vec<FrameInfo>,
    pub ssrc: u32,
}

impl Leg {
    pub fn new(config: JitterConfig) -> Self {
        Self::with(config, Pcm::default())
    }

    pub fn with(config: JitterConfig, codec: Pcm) -> Self {
        let playout = Playout::new(config.max_payload(2_000), Box::new(codec), 8_000);
        Self { playout, tick: 0, played: Vec::new(), infos: Vec::new(), ssrc: 1 }
    }

    /// A packet of `samples` that arrives at `at_us`.
    pub fn insert(&mut self, sequence: u16, timestamp: u32, samples: &[i16], at_us: u64) -> Inserted {
        let payload: Vec<u8> = samples.iter().flat_map(|s| s.to_le_bytes()).collect();
        self.insert_bytes(sequence, timestamp, &payload, at_us)
    }

    pub fn insert_bytes(&mut self, sequence: u16, timestamp: u32, payload: &[u8], at_us: u64) -> Inserted {
        let (ssrc, arrival) = (Ssrc(self.ssrc), Micros(at_us));
        self.playout.insert(&Arrival { sequence, timestamp, marker: false, ssrc, payload, arrival })
    }

    /// One tick.
    pub fn pull(&mut self) -> FrameInfo {
        let mut out = [9.0; 80];
        let info = self.playout.pull(Tick(self.tick), &mut out);
        self.tick += 1;
        self.played.extend_from_slice(&out);
        self.infos.push(info);
        self.check();
        info
    }

    /// The account balances.
    pub fn check(&self) {
        check(&self.playout);
    }

    /// Plays a whole call: packets `(sequence, timestamp, arrival in µs, samples)` in order of arrival.
    pub fn run(&mut self, packets: &[(u16, u32, u64, Vec<i16>)], ticks: u64) {
        let mut next = 0;
        for _ in 0..ticks {
            while let Some((sequence, timestamp, at, samples)) = packets.get(next).filter(|p| p.2 <= self.tick * 10_000)
            {
                self.insert(*sequence, *timestamp, samples, *at);
                next += 1;
            }
            self.pull();
        }
    }
}

/// All lines of sums of a playout's account.
pub fn check(playout: &Playout) {
    let a = playout.account();
    let per_tick = playout.rate().per_tick() as u64;
    assert_eq!(a.received_samples + a.concealed_samples + a.silent_samples, a.ticks * per_tick, "{a:?}");
    let taken = a.decoded + a.rejected + a.discarded + a.skipped + a.stepped;
    assert_eq!(a.accepted, taken + playout.waiting() as u64, "{a:?}");
    let recovered = a.recovered + a.recovered_deep;
    assert_eq!(a.bursts.expected, taken + recovered + a.lost + a.late_of_lost, "{a:?}");
    assert_eq!(a.bursts.absent, a.lost + a.late_of_lost + a.rejected + a.discarded + a.skipped, "{a:?}");
    let gone = a.received_samples + a.accelerated_samples + a.drift_removed_samples + a.dropped_samples;
    let come = a.decoded_samples + a.expanded_samples + a.drift_added_samples;
    assert_eq!(come, gone + playout.decoded_waiting() as u64, "{a:?}");
    let mut stats = SessionStats::default();
    playout.report(&mut stats);
    assert!(stats.absent >= stats.burst_absent && stats.burst_packets >= stats.burst_absent);
    assert!(stats.longest_loss_run <= stats.absent && stats.loss_runs <= stats.absent);
}

/// A tone-free test signal: noise from a linear congruential generator, low enough never to clip.
pub fn noise(count: usize) -> Vec<i16> {
    let mut state = 1u32;
    (0..count)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 18) as i16 - 8_192
        })
        .collect()
}

/// The signal as packets of `each` samples that arrive at once, the first one at 0.
pub fn packets(signal: &[i16], each: usize) -> Vec<(u16, u32, u64, Vec<i16>)> {
    let pack = |(i, s): (usize, &[i16])| {
        let start = i * each;
        (i as u16, start as u32, start as u64 * 125, s.to_vec())
    };
    signal.chunks_exact(each).enumerate().map(pack).collect()
}

/// Where `part` starts in what was played.
pub fn position(played: &[f32], part: &[i16]) -> Option<usize> {
    let part: Vec<f32> = part.iter().map(|s| f32::from(*s) / 32_768.0).collect();
    played.windows(part.len()).position(|w| w == part)
}

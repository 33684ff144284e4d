//! Comfort noise in place of audio that is none: what is silent, or noise already, need not be encoded.
//!
//! It does not tell speech from noise: the frames say what they are, by their provenance, and where that is asked for by
//! what the detector of the party's voice said of them.

use crate::codec::audio::comfort::{ComfortAnalyser, ComfortPayload, MAX_ORDER};
use crate::frame::{FrameInfo, Provenance};
use crate::graph::Io;
use crate::graph::nodes::Send;
use crate::graph::nodes::send::ship::Way;

/// Ticks of noise that are still sent as audio, so that a short pause costs nothing.
const HANGOVER: usize = 10;
/// Ticks between two descriptions of noise that stays as it is.
const REFRESH: u32 = 40;
/// Ticks between two descriptions of noise that changes.
const UPDATE: u32 = 10;
/// Factor of power over the noise so far from which it is sent, whatever the detector says: 9 dB. The detector is late, and
/// the beginning of a word must not be missing.
const LOUD: f32 = 8.0;
/// Share of a new tick in the noise's power.
const FRESH: f32 = 0.1;
/// A change of level in dB that is worth a description.
const CHANGE: u8 = 3;

/// Follows what a stream's pauses sound like.
#[derive(Debug)]
pub(super) struct Hush {
    analyser: ComfortAnalyser,
    /// Ticks in a row that were no audio.
    quiet: usize,
    packet_ticks: usize,
    /// What the detector takes for no speech counts as noise.
    detects: bool,
    /// Power of what counted as noise of late.
    noise: f32,
    /// Ticks since the last description, and its level.
    told: Option<(u32, u8)>,
}

impl Hush {
    /// For packets of `packet_ticks` ticks.
    pub fn new(packet_ticks: usize) -> Self {
        Self { analyser: ComfortAnalyser::new(), quiet: 0, packet_ticks, detects: false, noise: 0.0, told: None }
    }

    /// Whether a detector's word counts.
    pub fn detects(&mut self, detects: bool) {
        self.detects = detects;
    }

    /// Takes in a tick's frame, where there is one.
    pub fn observe(&mut self, frame: Option<(&FrameInfo, &[f32])>) {
        let noise = frame.is_none_or(|(info, samples)| {
            info.silent || info.provenance == Provenance::ComfortNoise || self.is_unspoken(info, samples)
        });
        self.told = self.told.map(|(ticks, level)| (ticks.saturating_add(1), level));
        if !noise {
            self.quiet = 0;
            self.told = None;
            return;
        }
        if self.quiet == 0 {
            self.analyser.reset();
        }
        self.quiet = self.quiet.saturating_add(1);
        match frame.filter(|(info, _)| !info.silent) {
            Some((_, samples)) => self.analyser.observe(samples),
            None => self.analyser.observe(&[0.0; 80]),
        }
    }

    /// Nobody speaks in this frame, by what the detector said, nor does somebody begin to.
    fn is_unspoken(&mut self, info: &FrameInfo, samples: &[f32]) -> bool {
        if !self.detects || info.speech != Some(false) {
            return false;
        }
        let power = samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len().max(1) as f32;
        if self.noise == 0.0 {
            self.noise = power;
        }
        let loudest = LOUD * self.noise;
        // What comes on loud and is no speech after all is the noise after some ticks.
        self.noise += FRESH * (power.min(loudest) - self.noise) + 1e-20;
        power <= loudest
    }

    /// The packet that ends with this tick is no audio, nor was what came before it.
    pub fn is_paused(&self) -> bool {
        self.quiet >= HANGOVER + self.packet_ticks
    }

    /// What is to be told of the noise, if anything is.
    fn description(&mut self) -> Option<ComfortPayload> {
        let noise = self.analyser.describe(MAX_ORDER);
        let due = self.told.is_none_or(|(ticks, level)| {
            ticks >= REFRESH || (ticks >= UPDATE && level.abs_diff(noise.level()) >= CHANGE)
        });
        due.then(|| {
            self.told = Some((0, noise.level()));
            noise
        })
    }
}

impl Send {
    /// Takes in what the tick sounds like, where the stream may have comfort noise. Real-time.
    pub(super) fn observe(&mut self, io: &Io<'_>) {
        let per_tick = self.rate.per_tick();
        if let Some(hush) = self.beside.as_mut().and_then(|beside| beside.hush.as_mut()) {
            hush.observe(io.input(0).map(|(info, samples)| (info, &samples[..per_tick])));
        }
    }

    /// Sends comfort noise, or nothing, for a packet that is no audio; `false` where it is. Real-time.
    pub(super) fn hushed(&mut self, io: &mut Io<'_>) -> bool {
        let Some(beside) = &mut self.beside else { return false };
        let (Some(hush), Some(payload_type)) = (&mut beside.hush, beside.payloads.comfort_noise) else { return false };
        if !hush.is_paused() {
            return false;
        }
        if let Some(noise) = hush.description() {
            let mut payload = [0; 1 + MAX_ORDER];
            let length = noise.write(&mut payload);
            let header = self.timeline.beside(payload_type, self.started, false);
            let (tag, now) = (io.session().tag(), self.started);
            let (_, egress) = io.far_and_egress();
            let shipped = Way { egress, io: self.io, tag, now }.ship(beside.red.as_mut(), header, &payload[..length]);
            beside.comfort_sent += u64::from(shipped);
            self.count(shipped, length);
        }
        self.timeline.pause();
        true
    }
}

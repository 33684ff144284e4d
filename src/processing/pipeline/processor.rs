//! All blocks of a leg, and what is heard in its voice.

use super::blocks::Blocks;
use super::frame::{VoiceFrame, VoiceInput};
use super::line::Line;
use super::listeners::Listeners;
use super::spec::{DigitsToFar, ProcessingSpec};
use super::stage::{LONGEST, Slot, Stage};
use super::stats::VoiceStats;
use crate::processing::audio::dtmf::DtmfDetector;
use crate::processing::audio::ns::NsLevel;
use crate::processing::format::Resampler;
use crate::types::SampleRate;

/// Milliseconds that a tone may have sounded before it is suspected, at most.
const UNSUSPECTED: usize = 30;
/// Ticks behind a tone in which the detector of speech may still see it: its lag, and its network's memory.
const UNHEARD: u32 = 4;
/// Silent frames after which blocks have nothing left to say.
const FLUSHED: u32 = 20;

/// Works on one leg's voice, 10 ms at a time.
#[derive(Debug)]
pub struct VoiceProcessor {
    rate: SampleRate,
    spec: ProcessingSpec,
    blocks: Blocks,
    /// From the rate of what the party is sent, where that is another one.
    far: Option<Box<Resampler>>,
    digits: Option<Box<DtmfDetector>>,
    listeners: Listeners,
    line: Slot<Line>,
    /// What the far party gets of digits now.
    to_far: DigitsToFar,
    /// Ticks for which the line's gate stays closed behind a digit.
    closed: u32,
    /// Ticks for which no speech is believed in, for digits.
    dialled: u32,
    /// Silent frames in a row.
    quiet: u32,
    /// The host wants the channel clean.
    clean: bool,
    stats: VoiceStats,
}

impl VoiceProcessor {
    /// For audio at `rate` of a party that is sent audio at `far`. Allocates.
    pub fn new(rate: SampleRate, far: SampleRate, spec: &ProcessingSpec) -> Self {
        let delay = UNSUSPECTED * rate.hz() as usize / 1_000;
        let line = (spec.digits.to_far != DigitsToFar::Pass).then(|| {
            let mut line = Stage::new(Line::new(delay, rate.hz()), delay, rate.per_tick());
            line.want(false, 0);
            line
        });
        Self {
            rate,
            blocks: Blocks::new(rate, spec),
            far: (spec.echo.is_some() && far != rate).then(|| Box::new(Resampler::new(far, rate))),
            digits: spec.digits.limits().map(|limits| Box::new(DtmfDetector::new(rate, &limits))),
            listeners: Listeners::new(rate, spec),
            line: Slot::new(line),
            spec: spec.clone(),
            to_far: DigitsToFar::Pass,
            closed: 0,
            dialled: 0,
            quiet: 0,
            clean: false,
            stats: VoiceStats::default(),
        }
    }

    /// Goes on where `old` is: blocks that are to do the same go on, others fade over. What is not needed stays in `old`.
    /// Returns whether digits are still looked for by the same detector. Real-time.
    pub fn succeed(&mut self, old: &mut Self) -> bool {
        (self.clean, self.stats) = (old.clean, VoiceStats { frames: old.stats.frames, ..self.stats });
        if self.rate != old.rate {
            return false;
        }
        let tick = self.rate.per_tick();
        self.blocks.succeed(&mut old.blocks, &self.spec, &old.spec, tick);
        let from = |far: &Option<Box<Resampler>>| far.as_ref().map(|far| far.from());
        if from(&self.far) == from(&old.far) {
            std::mem::swap(&mut self.far, &mut old.far);
        }
        let found = self.spec.digits.limits() == old.spec.digits.limits();
        if found {
            std::mem::swap(&mut self.digits, &mut old.digits);
        }
        self.listeners.succeed(&mut old.listeners, &self.spec, &old.spec);
        self.line.succeed(&mut old.line, true, tick);
        (self.to_far, self.closed, self.quiet) = (old.to_far, old.closed, old.quiet);
        self.dialled = old.dialled;
        found
    }

    /// What the far party gets of digits from now on, of what the spec allows. Real-time.
    pub fn digits_to_far(&mut self, to_far: DigitsToFar) {
        self.to_far = to_far;
        self.line.want(to_far != DigitsToFar::Pass, self.rate.per_tick());
    }

    /// Whether nothing but digits may be changed, as for a fax, from now on. Real-time.
    pub fn keep_clean(&mut self, clean: bool) {
        self.clean = clean;
    }

    /// How far noise is let down from now on. Real-time.
    pub fn noise_level(&mut self, level: NsLevel) {
        if let Some(noise) = &mut self.blocks.noise.now {
            noise.block.set_level(level);
        }
        if let Some(noise) = &mut self.spec.noise {
            noise.level = level;
        }
    }

    /// Works on a frame in place. Real-time: the sum of its blocks; no allocation.
    pub fn process(&mut self, input: VoiceInput<'_>, frame: &mut [f32]) -> VoiceFrame {
        let tick = self.rate.per_tick();
        let frame = &mut frame[..tick.min(LONGEST)];
        let mut told = VoiceFrame::default();
        self.stats.frames += 1;
        let heard = self.listeners.process(frame);
        told.signal = heard.found;
        let clean = self.clean || heard.machine;
        self.blocks.want(!clean, tick);
        self.stats.clean = clean;
        self.quiet = if input.silent { self.quiet.saturating_add(1) } else { 0 };
        if self.quiet > FLUSHED {
            (told.silent, self.stats.voice) = (true, None);
            return told;
        }
        if let Some(digits) = &mut self.digits {
            told.digits = digits.process(frame, input.concealed);
        }
        let mut sent = [0.0; LONGEST];
        let far = match (&mut self.far, input.far) {
            (Some(resampler), far) => {
                resampler.process(far.unwrap_or(&[]), &mut sent[..tick]);
                Some(&sent[..tick])
            }
            (None, far) => far.and_then(|far| far.get(..tick)),
        };
        self.dialled = if told.digits.suspected { UNHEARD } else { self.dialled.saturating_sub(1) };
        let before = self.blocks.latency();
        told.voice = self.blocks.process(far, self.dialled > 0, frame);
        // What is suspected now leaves so much later; the last look at a tone may be a tick before its end.
        let late = (before + self.line.heard().map_or(0, Line::delay)).div_ceil(tick) as u32;
        self.closed = if told.digits.suspected { late.saturating_sub(1) } else { self.closed.saturating_sub(1) };
        let closed = told.digits.suspected || self.closed > 0;
        self.line.process(frame, |line, frame| line.process(frame, closed));
        self.stats.voice = told.voice;
        told
    }

    /// Whether speech is looked for.
    pub fn listens(&self) -> bool {
        self.blocks.voice.is_some()
    }

    /// How the blocks fare. Real-time.
    pub fn stats(&mut self) -> VoiceStats {
        self.stats.read(&self.blocks);
        self.stats.latency_samples = self.latency() as u32;
        self.stats
    }

    /// Samples from input to output now. Real-time.
    pub fn latency(&self) -> usize {
        self.blocks.latency() + self.line.heard().map_or(0, Line::delay)
    }

    /// Samples from input to output when all of it runs.
    pub fn declared_latency(&self) -> usize {
        let line = self.line.there().map_or(0, Line::delay);
        self.blocks.declared_latency() + line
    }

    /// Declared cost of a frame in nanoseconds.
    pub fn cost(&self) -> u32 {
        self.spec.cost(self.rate)
    }
}

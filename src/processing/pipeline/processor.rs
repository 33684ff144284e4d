//! All blocks of a leg, in their order.

use super::line::Line;
use super::spec::{DigitsToFar, ProcessingSpec};
use super::stage::{LONGEST, Slot, Stage};
use crate::processing::audio::call_progress::{CallProgress, Signal};
use crate::processing::audio::dtmf::{DtmfDetector, DtmfFrame};
use crate::types::SampleRate;

/// Milliseconds that a tone may have sounded before it is suspected, at most.
const UNSUSPECTED: usize = 30;
/// Nanoseconds of a frame, at 8 kHz.
const DIGITS_COST: u32 = 1_000;
/// The same.
const SIGNALS_COST: u32 = 2_000;
/// Silent frames after which blocks have nothing left to say.
const FLUSHED: u32 = 20;

/// What is known of a frame beside its samples.
#[derive(Clone, Copy, Debug, Default)]
pub struct VoiceInput {
    /// Concealment invented it.
    pub concealed: bool,
    /// All samples are zero.
    pub silent: bool,
}

/// What a frame showed.
#[derive(Clone, Copy, Debug, Default)]
pub struct VoiceFrame {
    /// Digits in it.
    pub digits: DtmfFrame,
    /// A signal in it.
    pub signal: Option<Signal>,
    /// What leaves is all zero.
    pub silent: bool,
}

/// Works on one leg's voice, 10 ms at a time.
#[derive(Debug)]
pub struct VoiceProcessor {
    rate: SampleRate,
    spec: ProcessingSpec,
    digits: Option<Box<DtmfDetector>>,
    signals: Option<Box<CallProgress>>,
    line: Slot<Line>,
    /// What the far party gets of digits now.
    to_far: DigitsToFar,
    /// Ticks for which the line's gate stays closed.
    closed: u32,
    /// Silent frames in a row.
    quiet: u32,
}

impl VoiceProcessor {
    /// For audio at `rate`. Allocates.
    pub fn new(rate: SampleRate, spec: &ProcessingSpec) -> Self {
        let digits = spec.digits.limits().map(|limits| Box::new(DtmfDetector::new(rate, &limits)));
        let signals = spec.signals.then(|| Box::new(CallProgress::new(rate)));
        let delay = UNSUSPECTED * rate.hz() as usize / 1_000;
        let line = (spec.digits.to_far != DigitsToFar::Pass).then(|| {
            let mut line = Stage::new(Line::new(delay, rate.hz()), delay, rate.per_tick());
            line.want(false, 0);
            line
        });
        Self {
            rate,
            spec: spec.clone(),
            digits,
            signals,
            line: Slot::new(line),
            to_far: DigitsToFar::Pass,
            closed: 0,
            quiet: 0,
        }
    }

    /// Goes on where `old` is: blocks that are to do the same go on, others fade over. What is not needed stays in `old`.
    /// Returns whether digits are still looked for by the same detector. Real-time.
    pub fn succeed(&mut self, old: &mut Self) -> bool {
        if self.rate != old.rate {
            return false;
        }
        let tick = self.rate.per_tick();
        let found = self.spec.digits.limits() == old.spec.digits.limits();
        if found {
            std::mem::swap(&mut self.digits, &mut old.digits);
        }
        if self.signals.is_some() && old.signals.is_some() {
            std::mem::swap(&mut self.signals, &mut old.signals);
        }
        let same = self.line.now.as_ref().map(|line| line.block.delay())
            == old.line.now.as_ref().map(|line| line.block.delay());
        self.line.succeed(&mut old.line, same, tick);
        (self.to_far, self.closed, self.quiet) = (old.to_far, old.closed, old.quiet);
        found
    }

    /// What the far party gets of digits from now on, of what the spec allows. Real-time.
    pub fn digits_to_far(&mut self, to_far: DigitsToFar) {
        self.to_far = to_far;
        self.line.want(to_far != DigitsToFar::Pass, self.rate.per_tick());
    }

    /// Works on a frame in place. Real-time: the sum of its blocks; no allocation.
    pub fn process(&mut self, input: VoiceInput, frame: &mut [f32]) -> VoiceFrame {
        let frame = &mut frame[..self.rate.per_tick().min(LONGEST)];
        let mut told = VoiceFrame::default();
        if let Some(signals) = &mut self.signals {
            told.signal = signals.process(frame).found;
        }
        self.quiet = if input.silent { self.quiet.saturating_add(1) } else { 0 };
        if self.quiet > FLUSHED {
            told.silent = true;
            return told;
        }
        if let Some(digits) = &mut self.digits {
            told.digits = digits.process(frame, input.concealed);
        }
        self.closed = if told.digits.suspected { 1 } else { self.closed.saturating_sub(1) };
        let closed = told.digits.suspected || self.closed > 0;
        self.line.process(frame, |line, frame| line.process(frame, closed));
        told
    }

    /// Declared cost of a frame in nanoseconds (`benches/processing.rs`).
    pub fn cost(&self) -> u32 {
        let digits = if self.digits.is_some() { DIGITS_COST } else { 0 };
        let signals = if self.signals.is_some() { SIGNALS_COST } else { 0 };
        50 + digits + signals
    }

    /// Samples from input to output now. Real-time.
    pub fn latency(&self) -> usize {
        self.line.heard().map_or(0, Line::delay)
    }
}

//! Signals in a stream of audio, each told once.

use super::answer::Answer;
use super::ear::{Ear, HOP, Heard, WINDOW};
use super::pattern::Pattern;
use super::signal::Signal;
use crate::processing::format::Resampler;
use crate::types::SampleRate;

/// Samples of a tick at 8 kHz.
const TICK: usize = 80;
/// Windows of silence after which a fax has gone: longer than its longest wait (T2 of ITU-T T.30, 6 ± 1 s).
const GONE: u32 = 375;

/// What a frame showed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallProgressFrame {
    /// A signal is recognised.
    pub found: Option<Signal>,
    /// A fax or a modem was heard, and has not been silent for 7.5 s since: the channel must be clean.
    pub machine: bool,
}

/// Finds signals in 10 ms frames of one rate.
pub struct CallProgress {
    /// To 8 kHz, where the audio is at another rate.
    narrow: Option<Box<Resampler>>,
    ear: Ear,
    window: Box<[f32; WINDOW]>,
    /// Samples of the window since the last look.
    fresh: usize,
    pattern: Pattern,
    answer: Answer,
    machine: bool,
    silent: u32,
}

impl CallProgress {
    /// For audio at `rate`. Allocates.
    pub fn new(rate: SampleRate) -> Self {
        let narrow = (rate != SampleRate::HZ_8000).then(|| Box::new(Resampler::new(rate, SampleRate::HZ_8000)));
        Self {
            narrow,
            ear: Ear::new(),
            window: Box::new([0.0; WINDOW]),
            fresh: 0,
            pattern: Pattern::default(),
            answer: Answer::default(),
            machine: false,
            silent: 0,
        }
    }

    /// Takes a frame of 10 ms; shorter ones count as filled up with silence.
    ///
    /// Real-time: a transform of 512 every other frame, no allocation.
    pub fn process(&mut self, frame: &[f32]) -> CallProgressFrame {
        let mut narrow = [0.0; TICK];
        match &mut self.narrow {
            Some(resampler) => resampler.process(frame, &mut narrow),
            None => narrow.iter_mut().zip(frame).for_each(|(to, from)| *to = *from),
        }
        self.window.copy_within(TICK.., 0);
        for (to, from) in self.window[WINDOW - TICK..].iter_mut().zip(&narrow) {
            *to = if from.is_finite() { from.clamp(-4.0, 4.0) } else { 0.0 };
        }
        self.fresh += TICK;
        let mut found = None;
        if self.fresh >= HOP {
            self.fresh = 0;
            found = self.look();
        }
        CallProgressFrame { found, machine: self.machine }
    }

    /// Forgets everything, as after construction.
    pub fn reset(&mut self) {
        if let Some(narrow) = &mut self.narrow {
            narrow.reset();
        }
        self.window.fill(0.0);
        (self.fresh, self.pattern, self.answer) = (0, Pattern::default(), Answer::default());
        (self.machine, self.silent) = (false, 0);
    }

    fn look(&mut self) -> Option<Signal> {
        let (heard, spectrum) = self.ear.listen(&self.window);
        let answer = self.answer.take(&heard, spectrum);
        let found = answer.or(self.pattern.take(&heard));
        self.silent = if heard == Heard::Silence { self.silent + 1 } else { 0 };
        self.machine = (self.machine && self.silent < GONE) || found.is_some_and(Signal::is_machine);
        found
    }
}

impl std::fmt::Debug for CallProgress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CallProgress").field("pattern", &self.pattern).finish_non_exhaustive()
    }
}

//! What is listened for in a voice as it came: signals, silence, who has answered.

use super::spec::ProcessingSpec;
use crate::processing::audio::answering::{AnswerDetector, SilenceDetector};
use crate::processing::audio::call_progress::{CallProgress, CallProgressFrame, Signal};
use crate::types::SampleRate;

/// Detectors that change nothing. What they find at one time is told frame by frame.
pub(super) struct Listeners {
    signals: Option<Box<CallProgress>>,
    silence: Option<SilenceDetector>,
    answer: Option<AnswerDetector>,
    /// Found, and not told yet.
    waiting: [Option<Signal>; 2],
}

impl std::fmt::Debug for Listeners {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Listeners").finish_non_exhaustive()
    }
}

impl Listeners {
    /// Allocates.
    pub fn new(rate: SampleRate, spec: &ProcessingSpec) -> Self {
        Self {
            signals: spec.signals.then(|| Box::new(CallProgress::new(rate))),
            silence: spec.silence.as_ref().map(SilenceDetector::new),
            answer: spec.answer.as_ref().map(AnswerDetector::new),
            waiting: [None; 2],
        }
    }

    /// Goes on with those of `old` that are to listen for the same. Real-time.
    pub fn succeed(&mut self, old: &mut Self, spec: &ProcessingSpec, before: &ProcessingSpec) {
        if self.signals.is_some() && old.signals.is_some() {
            std::mem::swap(&mut self.signals, &mut old.signals);
        }
        if spec.silence == before.silence {
            std::mem::swap(&mut self.silence, &mut old.silence);
        }
        if spec.answer == before.answer {
            std::mem::swap(&mut self.answer, &mut old.answer);
        }
        self.waiting = old.waiting;
    }

    /// Listens to a frame. Real-time.
    pub fn process(&mut self, frame: &[f32]) -> CallProgressFrame {
        let heard = self.signals.as_mut().map(|signals| signals.process(frame)).unwrap_or_default();
        let silence = self.silence.as_mut().and_then(|silence| silence.process(frame)).map(Signal::Silence);
        let answered = self.answer.as_mut().and_then(|answer| answer.process(frame)).map(Signal::Answered);
        let mut found = heard.found;
        // Those that waited come first; each detector finds so rarely that two places are enough.
        let mut all = self.waiting.into_iter().chain([silence, answered]).flatten();
        if found.is_none() {
            found = all.next();
        }
        self.waiting = [all.next(), all.next()];
        CallProgressFrame { found, ..heard }
    }
}

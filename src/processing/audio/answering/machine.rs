//! A person or a machine: by how long it is silent, how much it says, and whether it then waits.
//!
//! ```text
//! answered ── initial silence ──► machine            word ends ── silence behind it ──► person
//!    └── word ── more words, or a longer greeting than a person's ──► machine
//! ```

use super::config::AnswerConfig;
use super::level::Threshold;
use crate::types::{Millis, TICK_MS};

/// Who has answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Answered {
    /// A person: something short was said, and then nothing.
    Person,
    /// A machine, and what gave it away.
    Machine(MachineSign),
    /// The time was over before either was clear.
    Unsure,
}

/// What gives a machine away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MachineSign {
    /// Nothing was said for too long.
    Silence,
    /// The greeting was too long.
    Greeting,
    /// Too many words were said.
    Words,
    /// One word was too long.
    Word,
}

/// Decides once, in frames of 10 ms from the answer on.
#[derive(Clone, Debug)]
pub struct AnswerDetector {
    config: AnswerConfig,
    threshold: Threshold,
    /// Milliseconds since the beginning, and when the first word began.
    elapsed: u32,
    began: Option<u32>,
    /// Milliseconds of the word under way, and of the silence.
    word: u32,
    silent: u32,
    words: u32,
    decided: bool,
}

impl AnswerDetector {
    /// The call has just been answered.
    pub fn new(config: &AnswerConfig) -> Self {
        Self {
            config: *config,
            threshold: Threshold::new(config.quiet),
            elapsed: 0,
            began: None,
            word: 0,
            silent: 0,
            words: 0,
            decided: false,
        }
    }

    /// Takes a frame; the decision, in the frame in which it falls. Real-time: O(samples).
    pub fn process(&mut self, frame: &[f32]) -> Option<Answered> {
        if self.decided {
            return None;
        }
        self.elapsed += TICK_MS;
        let verdict = if self.threshold.is_loud(frame) { self.says() } else { self.waits() };
        let over = (self.elapsed >= self.config.total.0).then_some(Answered::Unsure);
        let verdict = verdict.or(over);
        self.decided = verdict.is_some();
        verdict
    }

    fn says(&mut self) -> Option<Answered> {
        let config = &self.config;
        self.silent = 0;
        let before = self.word;
        self.word += TICK_MS;
        let reached = |limit: Millis| before < limit.0 && self.word >= limit.0;
        if reached(config.least_word) {
            self.words += 1;
            self.began.get_or_insert(self.elapsed - self.word.min(self.elapsed));
        }
        let greeted = self.began.is_some_and(|began| self.elapsed - began >= config.greeting.0);
        match () {
            () if self.words > config.words => Some(Answered::Machine(MachineSign::Words)),
            () if self.word >= config.longest_word.0 => Some(Answered::Machine(MachineSign::Word)),
            () if greeted => Some(Answered::Machine(MachineSign::Greeting)),
            () => None,
        }
    }

    fn waits(&mut self) -> Option<Answered> {
        let config = &self.config;
        self.silent += TICK_MS;
        if self.silent >= config.between_words.0 {
            self.word = 0;
        }
        match self.began {
            None => (self.elapsed >= config.initial_silence.0).then_some(Answered::Machine(MachineSign::Silence)),
            Some(_) => (self.silent >= config.after_greeting.0).then_some(Answered::Person),
        }
    }
}

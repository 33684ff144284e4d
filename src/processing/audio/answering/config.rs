//! The figures that the decisions go by.

use crate::types::{Decibels, Millis};

/// Level under full scale below which 10 ms count as silent: a mean amplitude of 256 of 32 768.
const QUIET: Decibels = Decibels(-42.0);

/// How a person is told from a machine. Defaults are those of Asterisk's `amd.conf`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct AnswerConfig {
    /// Silence at the beginning after which it is a machine. Default 2.5 s.
    pub initial_silence: Millis,
    /// Length of a greeting from which on it is a machine's. Default 1.5 s.
    pub greeting: Millis,
    /// Silence behind a greeting after which it was a person's. Default 0.8 s.
    pub after_greeting: Millis,
    /// Time after which there is no more to wait for. Default 5 s.
    pub total: Millis,
    /// What is shorter is no word. Default 100 ms.
    pub least_word: Millis,
    /// What is longer is no person's. Default 5 s.
    pub longest_word: Millis,
    /// Silence that parts words. Default 50 ms.
    pub between_words: Millis,
    /// Words that a person says at most. Default 2.
    pub words: u32,
    /// Root mean square of 10 ms, under full scale, below which they are silent. Default −42 dB.
    pub quiet: Decibels,
}

impl Default for AnswerConfig {
    fn default() -> Self {
        Self {
            initial_silence: Millis(2_500),
            greeting: Millis(1_500),
            after_greeting: Millis(800),
            total: Millis(5_000),
            least_word: Millis(100),
            longest_word: Millis(5_000),
            between_words: Millis(50),
            words: 2,
            quiet: QUIET,
        }
    }
}

/// How long a silence is told.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct SilenceConfig {
    /// How long it has to last. Default 3 s.
    pub lasts: Millis,
    /// Root mean square of 10 ms, under full scale, below which they are silent. Default −42 dB.
    pub quiet: Decibels,
}

impl Default for SilenceConfig {
    fn default() -> Self {
        Self { lasts: Millis(3_000), quiet: QUIET }
    }
}

impl SilenceConfig {
    /// A silence of this length.
    pub fn new(lasts: Millis) -> Self {
        Self { lasts, ..Self::default() }
    }
}

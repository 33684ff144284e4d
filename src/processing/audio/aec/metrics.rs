//! What an echo canceller knows of its work.

use crate::types::{Decibels, Millis};

/// How a canceller fares.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct AecMetrics {
    /// Echo return loss: power of what was sent over that of the microphone while only the far end talks, over about the last
    /// second of it. `None` before an echo was found.
    pub erl: Option<Decibels>,
    /// Echo return loss enhancement: power of the microphone over that of the output while only the far end talks,
    /// over about the last second of it. 0 before there was any.
    pub erle: Decibels,
    /// The same of the adaptive filters alone, without the suppressor.
    pub linear_erle: Decibels,
    /// Where the echo begins behind the far end, in steps of 10 ms; `None` until it is found.
    pub delay: Option<Millis>,
    /// Whether the filters started afresh within the last second, because the echo's path changed under them.
    pub diverged: bool,
    /// Whether both ends talk.
    pub double_talk: bool,
    /// How often the filters started afresh since the start.
    pub restarts: u32,
}

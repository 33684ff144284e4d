//! How much of a leg's packets is kept, and when it is given out.

use crate::types::Millis;

/// What is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capture {
    /// Time that packets are kept for. Default 30 s.
    pub length: Millis,
    /// Bytes that are kept at most, of each packet its own and 64 more: older ones go. Default 4 MiB.
    pub bytes: usize,
    /// Whether a capsule is given out when an alert of the session's quality is raised
    /// ([`Control::thresholds`](crate::Control::thresholds)). Default: no.
    pub on_alert: bool,
    /// Whether one is given out when the session ends. Default: no.
    pub at_end: bool,
}

impl Default for Capture {
    fn default() -> Self {
        Self { length: Millis(30_000), bytes: 4 << 20, on_alert: false, at_end: false }
    }
}

impl Capture {
    /// Keeps packets for this time.
    pub fn new(length: Millis) -> Self {
        Self { length, ..Self::default() }
    }

    /// Keeps so many bytes at most.
    pub fn bytes(mut self, most: usize) -> Self {
        self.bytes = most;
        self
    }

    /// Whether alerts give out a capsule.
    pub fn on_alert(mut self, on: bool) -> Self {
        self.on_alert = on;
        self
    }

    /// Whether the session's end gives out one.
    pub fn at_end(mut self, on: bool) -> Self {
        self.at_end = on;
        self
    }
}

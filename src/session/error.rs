//! What can be wrong with a spec.

use thiserror::Error;

use crate::buffer::JitterConfigError;
use crate::rtp::PayloadTypesError;
use crate::types::Millis;

/// A session that cannot be built.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SpecError {
    /// The packet time is no whole number of ticks, or out of range.
    #[error("packet time {0} ms; allowed are 10 to 60 ms in steps of 10, as far as the codec has such packets")]
    Ptime(u32),
    /// More codecs to receive than a session takes.
    #[error("{0} more codecs to receive; at most 4")]
    Codecs(usize),
    /// No formats for an opaque session, or more than it takes.
    #[error("{0} formats; allowed are 1 to 16")]
    Formats(usize),
    /// The bounds of what a program may have waiting make no sense.
    #[error("a backlog of {} to {} ms; needed are target ≤ most ≤ 600 000, and at least 20 ms of what is heard", .target.0, .most.0)]
    Backlog {
        /// What may wait before pauses are left out.
        target: Millis,
        /// What may wait at most.
        most: Millis,
    },
    /// What is to be played is a live source that is played elsewhere.
    #[error("the live source is played elsewhere")]
    Taken,
    /// Two codecs to receive under one payload type.
    #[error("payload type {0} stands for two codecs")]
    PayloadType(u8),
    /// The jitter buffer's bounds make no sense.
    #[error(transparent)]
    Jitter(#[from] JitterConfigError),
    /// The payload types beside the codec's make no sense.
    #[error(transparent)]
    Payloads(#[from] PayloadTypesError),
    /// The ingress ring could not hold four of the session's largest datagrams.
    #[error("ingress ring of {got} bytes, needed are at least {needed}")]
    IngressRing {
        /// Bytes asked for.
        got: usize,
        /// Bytes needed.
        needed: usize,
    },
}

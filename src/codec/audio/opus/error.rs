//! What an Opus encoder or decoder cannot be.

use thiserror::Error;

use crate::types::SampleRate;

/// Settings that Opus has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum OpusError {
    /// Opus runs at five rates only.
    #[error("{} Hz; Opus runs at 8000, 12000, 16000, 24000 and 48000 Hz", .0.hz())]
    Rate(SampleRate),
    /// One packet stream has at most two channels.
    #[error("{0} channels; Opus has 1 or 2")]
    Channels(usize),
    /// Not a bit rate of Opus.
    #[error("{0} bit/s; allowed are 6000 to 510000")]
    Bitrate(u32),
    /// Not a complexity of libopus.
    #[error("complexity {0}; allowed are 0 to 10")]
    Complexity(u8),
    /// Not a percentage.
    #[error("{0} % expected loss; allowed are 0 to 100")]
    ExpectedLoss(u8),
    /// Too short for sound, or longer than a packet can be.
    #[error("payloads of at most {0} bytes; allowed are 40 to 7656")]
    MaxPayload(usize),
    /// Deep redundancy that there is not.
    #[error("{0} ms of deep redundancy; allowed are 0 to 1040 in steps of 10, and 0 without the feature `dred`")]
    Dred(u32),
}

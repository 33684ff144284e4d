//! What can be wrong with a payload, and with audio to encode.

use thiserror::Error;

/// A payload that is not of this codec.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The payload's length cannot come from this codec. Nothing was decoded.
    #[error("payload of {got} bytes is no whole frame")]
    Length {
        /// Bytes of the payload.
        got: usize,
    },
    /// The payload holds more audio than the output has room for. Nothing was decoded.
    #[error("payload of {samples} samples, room for {room}")]
    TooLong {
        /// Samples in the payload.
        samples: usize,
        /// Samples that fit.
        room: usize,
    },
    /// The payload breaks the codec's own rules. Nothing was decoded.
    #[error("payload that breaks the codec's rules")]
    Corrupt,
}

/// Audio that cannot be encoded as asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// The output cannot take the payload. Nothing was encoded.
    #[error("payload of {needed} bytes, room for {room}")]
    TooLong {
        /// Bytes that the payload needs.
        needed: usize,
        /// Bytes that there are.
        room: usize,
    },
    /// The codec does not encode frames of this length. Nothing was encoded.
    #[error("frame of {got} samples")]
    FrameLength {
        /// Samples of the frame.
        got: usize,
    },
}

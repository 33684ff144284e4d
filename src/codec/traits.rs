//! What a codec is to the rest of the engine: frames in, payloads out, and the way back.

use thiserror::Error;

use crate::types::SampleRate;

/// Longest packet that the engine takes or makes, in milliseconds.
pub const MAX_PACKET_MS: u32 = 120;

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

/// Turns payloads into mono audio. All of it is real-time: no allocation, bounded by the payload's length.
pub trait AudioDecoder: Send {
    /// Rate of the decoded audio.
    fn rate(&self) -> SampleRate;

    /// Samples that `payload` decodes to; `None` if it is not of this codec.
    fn samples(&self, payload: &[u8]) -> Option<usize>;

    /// Decodes a whole payload into the start of `out` (−1.0 to 1.0) and returns the count of samples.
    fn decode(&mut self, payload: &[u8], out: &mut [f32]) -> Result<usize, DecodeError>;

    /// Fills `out` with the codec's own concealment of audio that is missing here.
    /// `false`: the codec has none, and nothing was written.
    fn conceal(&mut self, out: &mut [f32]) -> bool {
        let _ = out;
        false
    }

    /// Forgets the past, as after construction.
    fn reset(&mut self);
}

/// Turns mono audio into payloads. All of it is real-time: no allocation, bounded by the frame's length.
pub trait AudioEncoder: Send {
    /// Rate of the audio that is encoded.
    fn rate(&self) -> SampleRate;

    /// The largest payload for a frame of `samples`.
    fn max_payload(&self, samples: usize) -> usize;

    /// Whether the payloads of consecutive frames, one behind the other, are the payload of all of
    /// them: then a packet may be encoded piece by piece as its audio comes.
    fn concatenates(&self) -> bool {
        false
    }

    /// Encodes a whole frame (−1.0 to 1.0, louder is clipped) into the start of `out` and returns the payload's length.
    fn encode(&mut self, frame: &[f32], out: &mut [u8]) -> Result<usize, EncodeError>;

    /// Forgets the past, as after construction.
    fn reset(&mut self);
}

//! What a codec is to the rest of the engine: frames in, payloads out, and the way back.

use std::any::Any;

use crate::codec::{DecodeError, EncodeError, Encoded, EncoderParam};
use crate::types::SampleRate;

/// Longest packet that the engine takes or makes, in milliseconds.
pub const MAX_PACKET_MS: u32 = 120;

/// Turns payloads into audio. All of it is real-time: no allocation, bounded by the payload's length.
///
/// Audio of more than one channel is interleaved; counts of samples are always those of one channel.
pub trait AudioDecoder: Any + Send {
    /// Rate of the decoded audio.
    fn rate(&self) -> SampleRate;

    /// Channels of the decoded audio.
    fn channels(&self) -> usize {
        1
    }

    /// Samples that `payload` decodes to; `None` if it is not of this codec.
    fn samples(&self, payload: &[u8]) -> Option<usize>;

    /// Decodes a whole payload into the start of `out` (−1.0 to 1.0) and returns the count of samples.
    fn decode(&mut self, payload: &[u8], out: &mut [f32]) -> Result<usize, DecodeError>;

    /// Fills `out` with the codec's own concealment of audio that is missing here, or with its
    /// comfort noise while the sender pauses. `false`: the codec has none, and nothing was written.
    fn conceal(&mut self, out: &mut [f32]) -> bool {
        let _ = out;
        false
    }

    /// Whether [`concealed`](Self::concealed) is of any use.
    fn follows_concealment(&self) -> bool {
        false
    }

    /// Takes note of audio that was played in place of lost payloads: the last `count` samples of `played`,
    /// which reaches further back. A codec whose state adapts to what it decodes runs
    /// it on, so that it is not stale at the next payload.
    fn concealed(&mut self, played: &[f32], count: usize) {
        let _ = (played, count);
    }

    /// Fills `out` with the audio before `following`, a payload that carries it a second time
    /// (in-band error correction). `false`: it does not, and nothing was written or changed.
    fn recover(&mut self, following: &[u8], out: &mut [f32]) -> bool {
        let _ = (following, out);
        false
    }

    /// Samples before `following` whose audio it carries again, as far as the codec makes use of them, at most about
    /// `most`; 0 without redundancy. Prepares [`AudioDecoder::recover_from`], for which this must have been the last call
    /// of either.
    fn redundancy(&mut self, following: &[u8], most: usize) -> usize {
        let _ = (following, most);
        0
    }

    /// Fills the start of `out` with the audio that begins `back` samples before `following`, no more than
    /// [`AudioDecoder::redundancy`] told, and tells how much that was; the decoder goes on behind it. The codec chooses
    /// how much it makes at once, mostly 10 ms; `out` should have room for the longest packet. `None`: nothing was written
    /// or changed.
    ///
    /// By default [`AudioDecoder::recover`]'s. A codec that has no more than that is asked for the one packet lost
    /// before `following`, if that waits already; the delay does not grow for it.
    fn recover_from(&mut self, following: &[u8], back: usize, out: &mut [f32]) -> Option<Recovered> {
        let out = out.get_mut(..back * self.channels())?;
        self.recover(following, out).then_some(Recovered { samples: back, deep: false })
    }

    /// The payload decoded last announced a pause of the sender (discontinuous transmission): until
    /// the next one, what is missing is no loss.
    fn paused(&self) -> bool {
        false
    }

    /// Whether a payload shows undecoded that nobody talks in it: by flags of voice activity, as the description of a pause, or
    /// since its codes stand for next to nothing. `false` where that cannot be told.
    fn is_calm(&self, payload: &[u8]) -> bool {
        let _ = payload;
        false
    }

    /// Bytes of memory that the decoder keeps, on the heap and in itself.
    fn state_bytes(&self) -> usize;

    /// Forgets the past, as after construction.
    fn reset(&mut self);
}

/// Audio of lost packets out of a later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recovered {
    /// Samples of each channel.
    pub samples: usize,
    /// Out of deep redundancy, which reaches back over many packets and holds the sound rather than the signal.
    pub deep: bool,
}

/// Turns audio into payloads. All of it but [`fork`](Self::fork) is real-time: no allocation,
/// bounded by the frame's length.
///
/// Audio of more than one channel is interleaved; counts of samples are always those of one channel.
pub trait AudioEncoder: Any + Send {
    /// Rate of the audio that is encoded.
    fn rate(&self) -> SampleRate;

    /// Channels of the audio that is encoded.
    fn channels(&self) -> usize {
        1
    }

    /// The largest payload for a frame of `samples`.
    fn max_payload(&self, samples: usize) -> usize;

    /// Whether the payloads of consecutive frames, one behind the other, are the payload of all of
    /// them: then a packet may be encoded piece by piece as its audio comes.
    fn concatenates(&self) -> bool {
        false
    }

    /// Encodes a whole frame (−1.0 to 1.0, louder is clipped) into the start of `out`.
    fn encode(&mut self, frame: &[f32], out: &mut [u8]) -> Result<Encoded, EncodeError>;

    /// Whether [`approach`](Self::approach) does more than [`encode`](Self::encode).
    fn approaches(&self) -> bool {
        false
    }

    /// Encodes a frame of which another encoder of this form made `other`, and takes over what is in there wherever that costs
    /// little. So both encoders, and the decoders behind them, come into one state within a second or two, and
    /// then make the same payloads ([`is_level_with`](Self::is_level_with)).
    fn approach(&mut self, frame: &[f32], other: &[u8], out: &mut [u8]) -> Result<Encoded, EncodeError> {
        let _ = other;
        self.encode(frame, out)
    }

    /// Changes a setting from the next frame on. `false`: the codec has no such setting or value.
    fn set(&mut self, param: EncoderParam, value: i32) -> bool {
        let _ = (param, value);
        false
    }

    /// An encoder in the same state: from here on both make the same payloads of the same audio. Allocates.
    fn fork(&self) -> Box<dyn AudioEncoder>;

    /// Takes over the state of `from`, as a fork of it. `false`: it is of another codec or form, and
    /// nothing was changed.
    fn copy_state(&mut self, from: &dyn AudioEncoder) -> bool;

    /// Whether a decoder of this encoder's payloads is in the state of one that had `other`'s: from here on either's do for both.
    fn is_level_with(&self, other: &dyn AudioEncoder) -> bool {
        let _ = other;
        false
    }

    /// Bytes of memory that the encoder keeps, on the heap and in itself.
    fn state_bytes(&self) -> usize;

    /// Forgets the past, as after construction.
    fn reset(&mut self);
}

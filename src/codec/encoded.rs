//! What an encoder makes of a frame, and what can be set while it runs.

/// What a frame was encoded to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// Bytes of the payload; 0: nothing is to be sent for this frame (discontinuous transmission).
    pub bytes: usize,
    /// Samples at the frame's start that the payload leaves out, as its timestamp has to tell.
    pub skipped: usize,
    /// The payload describes a pause (a silence descriptor): no talk spurt begins with it.
    pub paused: bool,
}

impl Encoded {
    /// Nothing to send.
    pub const NOTHING: Self = Self::whole(0);

    /// A payload of the whole frame.
    pub const fn whole(bytes: usize) -> Self {
        Self { bytes, skipped: 0, paused: false }
    }
}

/// A setting of an encoder that may change while it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EncoderParam {
    /// Bits per second.
    Bitrate,
    /// Effort, 0 to 10.
    Complexity,
    /// Packets that the network loses, in per cent: how much in-band error correction is worth.
    ExpectedLoss,
    /// In-band error correction: 0 off, 1 on.
    Fec,
    /// Discontinuous transmission: 0 off, 1 on.
    Dtx,
    /// Highest audio frequency encoded, in hertz.
    Bandwidth,
    /// Whether a frame may lean on earlier ones: 0 not, 1 it may.
    Prediction,
}

//! Parameters of a frame and their bits on the line (G.729 table 8, RFC 3551 §4.5.6 figures 2 and 3).
//!
//! The most significant bit of each parameter goes first. Real-time.

use super::frame::{SID_BYTES, SPEECH_BYTES};

/// The parameters of a speech frame; each in the low bits of its integer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SpeechParams {
    /// L0, L1, L2, L3.
    pub lsp: LspIndices,
    /// First and second subframe.
    pub subframes: [SubframeParams; 2],
    /// P0: parity of the first pitch delay.
    pub parity: u8,
}

/// The indices of the LSP quantiser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LspIndices {
    /// L0: which MA predictor, 1 bit.
    pub predictor: u8,
    /// L1: first stage, 7 bits.
    pub first: u8,
    /// L2: second stage of components 0 to 4, 5 bits.
    pub low: u8,
    /// L3: second stage of components 5 to 9, 5 bits.
    pub high: u8,
}

/// The excitation's parameters in one subframe.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SubframeParams {
    /// P1 (8 bits) or P2 (5 bits): pitch delay.
    pub pitch: u8,
    /// C: positions of the four pulses, 13 bits.
    pub positions: u16,
    /// S: signs of the four pulses, 4 bits.
    pub signs: u8,
    /// GA (3 bits) and GB (4 bits).
    pub gains: u8,
}

/// The parameters of a silence descriptor (Annex B clause B.4.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SidParams {
    /// Which MA predictor, 1 bit.
    pub predictor: u8,
    /// First stage of the LSF quantiser, 5 bits.
    pub first: u8,
    /// Second stage of the LSF quantiser, 4 bits.
    pub second: u8,
    /// Level, 5 bits.
    pub gain: u8,
}

impl SpeechParams {
    /// Reads the 80 bits of a frame.
    pub fn unpack(bytes: &[u8; SPEECH_BYTES]) -> Self {
        let mut bits = Reader(bytes.iter().fold(0, |word, &byte| word << 8 | u128::from(byte)) << 48);
        let lsp = LspIndices {
            predictor: bits.take(1) as u8,
            first: bits.take(7) as u8,
            low: bits.take(5) as u8,
            high: bits.take(5) as u8,
        };
        let pitch = bits.take(8) as u8;
        let parity = bits.take(1) as u8;
        let first = bits.subframe(pitch);
        let pitch = bits.take(5) as u8;
        let second = bits.subframe(pitch);
        Self { lsp, subframes: [first, second], parity }
    }

    /// Writes the 80 bits of a frame. Bits beyond a parameter's width are dropped.
    pub fn pack(&self) -> [u8; SPEECH_BYTES] {
        let mut bits = Writer(0);
        bits.put(self.lsp.predictor.into(), 1);
        bits.put(self.lsp.first.into(), 7);
        bits.put(self.lsp.low.into(), 5);
        bits.put(self.lsp.high.into(), 5);
        bits.put(self.subframes[0].pitch.into(), 8);
        bits.put(self.parity.into(), 1);
        bits.put_subframe(&self.subframes[0]);
        bits.put(self.subframes[1].pitch.into(), 5);
        bits.put_subframe(&self.subframes[1]);
        let mut bytes = [0; SPEECH_BYTES];
        bytes.copy_from_slice(&bits.0.to_be_bytes()[16 - SPEECH_BYTES..]);
        bytes
    }

    /// Whether the first pitch delay fits its parity bit (clause 3.7.2).
    pub fn parity_holds(&self) -> bool {
        parity(self.subframes[0].pitch) == self.parity
    }
}

impl SidParams {
    /// Reads the 15 bits; the last bit of the two octets is not used.
    pub fn unpack(bytes: &[u8; SID_BYTES]) -> Self {
        let mut bits = Reader(u128::from(u16::from_be_bytes(*bytes)) << 112);
        Self {
            predictor: bits.take(1) as u8,
            first: bits.take(5) as u8,
            second: bits.take(4) as u8,
            gain: bits.take(5) as u8,
        }
    }

    /// Writes the 15 bits and a zero.
    pub fn pack(&self) -> [u8; SID_BYTES] {
        let mut bits = Writer(0);
        bits.put(self.predictor.into(), 1);
        bits.put(self.first.into(), 5);
        bits.put(self.second.into(), 4);
        bits.put(self.gain.into(), 5);
        ((bits.0 as u16) << 1).to_be_bytes()
    }
}

/// The parity bit of a first pitch delay: odd parity over its six upper bits (clause 3.7.2).
pub const fn parity(pitch: u8) -> u8 {
    ((pitch >> 2).count_ones() as u8 + 1) & 1
}

/// Takes bits from the top.
struct Reader(u128);

impl Reader {
    fn take(&mut self, width: u32) -> u16 {
        let value = (self.0 >> (128 - width)) as u16;
        self.0 <<= width;
        value
    }

    fn subframe(&mut self, pitch: u8) -> SubframeParams {
        SubframeParams { pitch, positions: self.take(13), signs: self.take(4) as u8, gains: self.take(7) as u8 }
    }
}

/// Appends bits at the bottom.
struct Writer(u128);

impl Writer {
    fn put(&mut self, value: u16, width: u32) {
        self.0 = self.0 << width | u128::from(value & ((1 << width) - 1));
    }

    fn put_subframe(&mut self, subframe: &SubframeParams) {
        self.put(subframe.positions, 13);
        self.put(subframe.signs.into(), 4);
        self.put(subframe.gains.into(), 7);
    }
}

//! What can be read off an Opus packet without decoding it (RFC 6716 §3, §4.2.3, §4.2.4).
//!
//! It knows neither the decoder nor its state, and no pointer leaves the payload.

use crate::types::SampleRate;

/// Longest audio of a packet, in milliseconds (RFC 6716 §3.4, R5).
pub const MAX_PACKET_MS: u32 = 120;

/// Most bytes of one frame (RFC 6716 §3.4, R2).
pub const MAX_FRAME_BYTES: usize = 1_275;

/// Which of the two coders a packet's frames are made by (RFC 6716 §3.1, table 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Linear prediction: speech up to 8 kHz wide.
    Silk,
    /// Speech below 8 kHz by linear prediction, above by transform.
    Hybrid,
    /// Transform: music, and frames below 10 ms.
    Celt,
}

/// A well-formed packet's table of contents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packet<'a> {
    /// Coder of all its frames.
    pub mode: Mode,
    /// Whether the frames carry two channels.
    pub stereo: bool,
    /// Number of frames, 1 to 48.
    pub frames: usize,
    /// Length of each frame in units of 2.5 ms: 1, 2, 4, 8, 16 or 24.
    quarters: usize,
    first: &'a [u8],
    /// Bytes of the longest frame.
    longest: usize,
}

impl<'a> Packet<'a> {
    /// Checks the framing by the rules R1 to R7. Real-time: O(frames).
    pub fn parse(payload: &'a [u8]) -> Option<Self> {
        let (&toc, rest) = payload.split_first()?;
        let framing = framing(toc & 3, rest)?;
        let config = usize::from(toc >> 3);
        let (mode, quarters) = match config {
            0..12 => (Mode::Silk, [4, 8, 16, 24][config % 4]),
            12..16 => (Mode::Hybrid, [4, 8][config % 2]),
            _ => (Mode::Celt, [1, 2, 4, 8][config % 4]),
        };
        let Framing { frames, first, longest } = framing;
        let fits = frames * quarters <= MAX_PACKET_MS as usize * 2 / 5 && longest <= MAX_FRAME_BYTES;
        fits.then_some(Self { mode, stereo: toc & 4 != 0, frames, quarters, first, longest })
    }

    /// Samples per channel at a rate of Opus.
    pub fn samples(&self, rate: SampleRate) -> usize {
        self.frames * self.frame_samples(rate)
    }

    /// Samples per channel of one frame at a rate of Opus.
    pub fn frame_samples(&self, rate: SampleRate) -> usize {
        self.quarters * rate.hz() as usize / 400
    }

    /// Whether all frames are empty: the sender pauses (DTX), and what is missing from here on is no loss.
    pub fn is_pause(&self) -> bool {
        self.longest <= 1
    }

    /// Whether the encoder's voice-activity flags say that nobody talks: one for each 20 ms of a frame, and each channel's apart. What
    /// the transform makes has none, and of several frames only the first one's are read: `false`.
    pub fn is_calm(&self) -> bool {
        if self.is_pause() {
            return true;
        }
        let Some(&head) = self.first.first().filter(|_| self.mode != Mode::Celt && self.frames == 1) else {
            return false;
        };
        let inner = (self.quarters / 8).max(1);
        let flags = |of: u8| of >> (8 - inner);
        let side = head << (inner + 1);
        flags(head) == 0 && !(self.stereo && flags(side) != 0)
    }

    /// Whether the first frame carries low-bit-rate redundancy for the audio just before it: the flag
    /// behind the voice-activity bits of one channel or, in stereo, of either.
    pub fn has_redundancy(&self) -> bool {
        let Some(&head) = self.first.first().filter(|_| self.mode != Mode::Celt) else { return false };
        // One voice-activity bit for each 20 ms, or for 10 ms.
        let inner = (self.quarters / 8).max(1);
        let mid = head << inner;
        let side = mid << (inner + 1);
        (mid | if self.stereo { side } else { 0 }) & 0x80 != 0
    }
}

struct Framing<'a> {
    frames: usize,
    first: &'a [u8],
    longest: usize,
}

/// RFC 6716 §3.2, by the code in the first byte's last two bits.
fn framing(code: u8, rest: &[u8]) -> Option<Framing<'_>> {
    match code {
        0 => Some(Framing { frames: 1, first: rest, longest: rest.len() }),
        1 => equal(2, rest),
        2 => {
            let (length, rest) = length(rest)?;
            let (first, second) = rest.split_at_checked(length)?;
            Some(Framing { frames: 2, first, longest: first.len().max(second.len()) })
        }
        _ => arbitrary(rest),
    }
}

fn equal(frames: usize, data: &[u8]) -> Option<Framing<'_>> {
    let each = data.len() / frames;
    data.len().is_multiple_of(frames).then(|| Framing { frames, first: &data[..each], longest: each })
}

/// Code 3: a signalled number of frames, and padding (RFC 6716 §3.2.5).
fn arbitrary(rest: &[u8]) -> Option<Framing<'_>> {
    let (&head, mut rest) = rest.split_first()?;
    let frames = usize::from(head & 0x3f);
    if frames == 0 || frames > 48 {
        return None;
    }
    if head & 0x40 != 0 {
        let mut padding = 0;
        loop {
            let (&more, behind) = rest.split_first()?;
            rest = behind;
            padding += usize::from(more.min(254));
            if more < 255 {
                break;
            }
        }
        rest = rest.get(..rest.len().checked_sub(padding)?)?;
    }
    if head & 0x80 == 0 {
        return equal(frames, rest);
    }
    let (mut first_length, mut sum, mut longest) = (None, 0, 0);
    for _ in 1..frames {
        let (each, behind) = length(rest)?;
        rest = behind;
        first_length.get_or_insert(each);
        sum += each;
        longest = longest.max(each);
    }
    let last = rest.len().checked_sub(sum)?;
    let first = rest.get(..first_length.unwrap_or(last))?;
    Some(Framing { frames, first, longest: longest.max(last) })
}

/// A frame's length in one or two bytes (RFC 6716 §3.2.1).
fn length(data: &[u8]) -> Option<(usize, &[u8])> {
    match *data {
        [one @ 0..252, ref rest @ ..] => Some((usize::from(one), rest)),
        [one, two, ref rest @ ..] => Some((usize::from(two) * 4 + usize::from(one), rest)),
        _ => None,
    }
}

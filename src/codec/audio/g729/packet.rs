//! Audio to the payload of one packet: speech frames, then at most one silence descriptor (RFC 3551 §4.5.6).
//!
//! A payload's frames follow each other without a gap, and only its last can be a descriptor. Annex B's
//! frames do not always come that way when a packet has several of them, so:
//!
//! - frames of a pause that are not sent, at the packet's start, are left out (`Encoded::skipped`), at its end
//!   the payload just stops;
//! - if speech begins again behind a descriptor in the same packet, the coder goes back and codes everything
//!   from the descriptor on as speech: nothing is lost, and the decoder's memories stay in step;
//! - a second descriptor waits for the next packet.
//!
//! Packets of one frame, and those of two but for the second rule, are just what Annex B's decisions make.

use super::annex_b::{Admitted, CodedFrame, DtxEncoder};
use super::bits::SpeechParams;
use super::frame::{FRAME, SID_BYTES, SPEECH_BYTES};
use crate::codec::Encoded;
use crate::sample;

/// Encodes frames into `out`, which has room for ten bytes of each. Audio or room for less than a frame is
/// left out.
///
/// Real-time: a frame is coded twice at most, and the coder's state (2 kB) copied once a frame.
pub fn encode(coder: &mut DtxEncoder, audio: &[f32], out: &mut [u8]) -> Encoded {
    let (frames, _) = audio.as_chunks::<FRAME>();
    let mut packet = Packet { out, bytes: 0 };
    // Of the descriptor that ends the payload so far: its frame, and the coder before it.
    let mut descriptor: Option<(usize, DtxEncoder)> = None;
    let mut skipped = 0;
    for (i, frame) in frames.iter().enumerate() {
        let may_go_back = coder.dtx() && descriptor.is_none() && i + 1 < frames.len();
        let before = may_go_back.then(|| coder.clone());
        let admitted = if descriptor.is_some() { Admitted::NoDescriptor } else { Admitted::All };
        match (coder.encode_within(&words(frame), admitted), descriptor.take()) {
            (CodedFrame::Speech(_), Some((first, state))) => {
                *coder = state;
                packet.bytes -= SID_BYTES;
                for frame in &frames[first..=i] {
                    let coded = coder.encode_within(&words(frame), Admitted::Speech);
                    packet.push(&coded);
                }
            }
            (CodedFrame::Untransmitted, pending) => {
                descriptor = pending;
                if packet.bytes == 0 {
                    skipped += FRAME;
                }
            }
            (coded, _) => {
                packet.push(&coded);
                if matches!(coded, CodedFrame::Sid(_)) {
                    // The last frame needs no way back.
                    descriptor = before.map(|state| (i, state));
                }
            }
        }
    }
    match packet.bytes {
        0 => Encoded::NOTHING,
        bytes => Encoded { bytes, skipped, paused: bytes == SID_BYTES },
    }
}

/// Encodes frames by `other`, which another coder made of them, as far as its own choice is hardly better. `None`, and nothing
/// was done: frames of a pause are among them.
///
/// Real-time: a frame costs three.
pub fn approach(coder: &mut DtxEncoder, audio: &[f32], other: &[u8], out: &mut [u8]) -> Option<Encoded> {
    let ((frames, _), (others, rest)) = (audio.as_chunks::<FRAME>(), other.as_chunks::<SPEECH_BYTES>());
    if frames.len() != others.len() || !rest.is_empty() || out.len() < other.len() {
        return None;
    }
    for ((frame, other), out) in frames.iter().zip(others).zip(out.chunks_mut(SPEECH_BYTES)) {
        out.copy_from_slice(&coder.approach(&words(frame), &SpeechParams::unpack(other)).pack());
    }
    Some(Encoded::whole(other.len()))
}

/// The payload as far as it is written.
struct Packet<'a> {
    out: &'a mut [u8],
    bytes: usize,
}

impl Packet<'_> {
    fn push(&mut self, frame: &CodedFrame) {
        match frame {
            CodedFrame::Speech(params) => self.append::<SPEECH_BYTES>(params.pack()),
            CodedFrame::Sid(params) => self.append::<SID_BYTES>(params.pack()),
            CodedFrame::Untransmitted => {}
        }
    }

    fn append<const N: usize>(&mut self, frame: [u8; N]) {
        if let Some(place) = self.out.get_mut(self.bytes..self.bytes + N) {
            place.copy_from_slice(&frame);
            self.bytes += N;
        }
    }
}

fn words(frame: &[f32; FRAME]) -> [i16; FRAME] {
    let mut words = [0; FRAME];
    sample::to_i16(frame, &mut words);
    words
}

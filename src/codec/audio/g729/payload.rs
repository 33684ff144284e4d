//! The RTP payload: frames of ten bytes, at the end perhaps a silence descriptor of two (RFC 3551 §4.5.6).

use super::bits::{SidParams, SpeechParams};
use super::decoder::FrameKind;
use super::frame::{FRAME, SID_BYTES, SPEECH_BYTES};
use crate::codec::MAX_PACKET_MS;

/// Most frames in a packet: 12, the engine's longest packet.
pub const MOST_FRAMES: usize = MAX_PACKET_MS as usize / 10;

/// Samples of a payload, `None` if it is not one of G.729. Real-time.
pub fn samples(payload: &[u8]) -> Option<usize> {
    let frames = match payload.len() % SPEECH_BYTES {
        0 => payload.len() / SPEECH_BYTES,
        SID_BYTES => payload.len() / SPEECH_BYTES + 1,
        _ => return None,
    };
    (1..=MOST_FRAMES).contains(&frames).then_some(frames * FRAME)
}

/// The frames of a payload in order; what is no whole frame at its end is left out. Real-time.
pub fn frames(payload: &[u8]) -> impl Iterator<Item = FrameKind> {
    let (speech, rest) = payload.as_chunks::<SPEECH_BYTES>();
    let sid = rest.first_chunk::<SID_BYTES>().map(|bytes| FrameKind::Sid(SidParams::unpack(bytes)));
    speech.iter().map(|bytes| FrameKind::Speech(SpeechParams::unpack(bytes))).chain(sid)
}

//! Streams whose hashes come from the normative software: Annexes A and B, version 1.4, run over this signal.

use super::signal::speech_and_noise;
use crate::codec::audio::g729::bits::{SidParams, SpeechParams};
use crate::codec::audio::g729::frame::FRAME;
use crate::codec::audio::g729::noise::Noise;
use crate::codec::audio::g729::{CodedFrame, Decoder, DtxEncoder, FrameKind};

const FRAMES: usize = 3000;

/// Frames of the reference coder's stream: speech, descriptors, nothing.
const KINDS: [usize; 3] = [2366, 94, 540];
/// Of the payloads, one behind the other, each with its length before it.
const STREAM: u64 = 0xfe66_9cca_97db_7994;
/// Of the reference decoder's samples, little-endian.
const DECODED: u64 = 0x8a53_d015_4545_97db;
/// The same with every erasure of [`lost`].
const CONCEALED: u64 = 0x6a05_1b87_53e0_a1ee;

#[test]
fn the_stream_of_speech_with_pauses_is_the_reference_s() {
    let (mut kinds, mut hash) = ([0; 3], Fnv::new());
    for frame in coded() {
        let bytes = match frame {
            CodedFrame::Speech(params) => params.pack().to_vec(),
            CodedFrame::Sid(params) => params.pack().to_vec(),
            CodedFrame::Untransmitted => Vec::new(),
        };
        kinds[[10, 2, 0].iter().position(|&length| length == bytes.len()).expect("one of three lengths")] += 1;
        hash.update(&[bytes.len() as u8]);
        hash.update(&bytes);
    }
    assert_eq!((kinds, hash.0), (KINDS, STREAM));
}

#[test]
fn the_decoded_pauses_are_the_reference_s() {
    assert_eq!(decoded(|_| false), DECODED);
}

#[test]
fn frames_lost_in_speech_and_in_pauses_are_concealed_as_the_reference_does() {
    assert_eq!(decoded(lost), CONCEALED);
}

#[test]
fn any_descriptor_and_any_order_of_frames_decodes() {
    let mut random = Noise::new(77);
    let (mut decoder, mut paused) = (Decoder::new(), false);
    for _ in 0..4000 {
        let bytes: [u8; 10] = std::array::from_fn(|_| random.draw() as u8);
        let kind = match random.draw() as u16 % 6 {
            0 | 1 => FrameKind::Speech(SpeechParams::unpack(&bytes)),
            2 => FrameKind::Sid(SidParams::unpack(&[bytes[0], bytes[1]])),
            3 => FrameKind::Erased,
            _ => FrameKind::Untransmitted,
        };
        decoder.decode(&kind, &mut [0; FRAME]);
        paused = match kind {
            FrameKind::Speech(_) => false,
            FrameKind::Erased => paused,
            FrameKind::Sid(_) | FrameKind::Untransmitted => true,
        };
        assert_eq!(decoder.paused(), paused);
    }
}

/// Bursts of one to three frames, in speech, at the first descriptor and within pauses.
fn lost(frame: usize) -> bool {
    frame % 17 == 3 || frame % 41 < 3
}

fn coded() -> Vec<CodedFrame> {
    let mut encoder = DtxEncoder::new(true);
    speech_and_noise(FRAMES, 5).iter().map(|frame| encoder.encode_frame(frame)).collect()
}

fn decoded(lost: impl Fn(usize) -> bool) -> u64 {
    let (mut decoder, mut hash) = (Decoder::new(), Fnv::new());
    for (i, frame) in coded().into_iter().enumerate() {
        let kind = match frame {
            _ if lost(i) => FrameKind::Erased,
            CodedFrame::Speech(params) => FrameKind::Speech(params),
            CodedFrame::Sid(params) => FrameKind::Sid(params),
            CodedFrame::Untransmitted => FrameKind::Untransmitted,
        };
        let mut out = [0; FRAME];
        decoder.decode(&kind, &mut out);
        out.iter().for_each(|sample| hash.update(&sample.to_le_bytes()));
    }
    hash.0
}

/// FNV-1a, 64 bits.
struct Fnv(u64);

impl Fnv {
    const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn update(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}

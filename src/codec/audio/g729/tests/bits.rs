//! The bits on the line.

use super::super::bits::{LspIndices, SidParams, SpeechParams, SubframeParams, parity};
use super::super::payload::{frames, samples};
use super::super::{FrameKind, pitch_lag::PitchLag};
use super::Draw;

#[test]
fn any_ten_bytes_survive_the_way_there_and_back() {
    let mut draw = Draw(1);
    for _ in 0..2_000 {
        let bytes = draw.bytes();
        assert_eq!(SpeechParams::unpack(&bytes).pack(), bytes);
    }
}

#[test]
fn each_parameter_has_its_place_in_rfc_3551() {
    let first = SubframeParams { pitch: 0xff, positions: 0, signs: 0xf, gains: 0 };
    let second = SubframeParams { pitch: 0, positions: 0x1fff, signs: 0, gains: 0x7f };
    let lsp = LspIndices { predictor: 1, first: 0, low: 0x1f, high: 0 };
    let params = SpeechParams { lsp, subframes: [first, second], parity: 0 };
    let fields = "1 0000000 11111 00000 11111111 0 0000000000000 1111 0000000 00000 1111111111111 0000 1111111";
    let bits = u128::from_str_radix(&fields.replace(' ', ""), 2).expect("80 binary digits");
    assert_eq!(params.pack(), bits.to_be_bytes()[6..]);
}

#[test]
fn a_silence_descriptor_leaves_its_last_bit_zero() {
    for word in 0..=u16::MAX {
        assert_eq!(SidParams::unpack(&word.to_be_bytes()).pack(), (word & !1).to_be_bytes());
    }
}

#[test]
fn parity_tells_any_single_error_in_the_six_upper_bits_of_the_delay() {
    for pitch in 0..=255 {
        for bit in 0..8 {
            assert_eq!(parity(pitch) != parity(pitch ^ 1 << bit), bit >= 2);
        }
        let mut params = SpeechParams::default();
        params.subframes[0].pitch = pitch;
        params.parity = parity(pitch);
        assert!(params.parity_holds());
        params.parity ^= 1;
        assert!(!params.parity_holds());
    }
    assert_eq!(parity(0), 1);
}

#[test]
fn delays_rise_by_thirds_to_84_and_two_thirds_then_by_samples_to_143() {
    let thirds: Vec<i16> = (0..=255).map(PitchLag::first).map(|lag| 3 * lag.whole + lag.third).collect();
    assert_eq!((thirds[0], thirds[197], thirds[255]), (58, 3 * 85, 3 * 143));
    assert!(thirds[..197].windows(2).all(|w| w[1] - w[0] == 1));
    assert!(thirds[197..].windows(2).all(|w| w[1] - w[0] == 3));
    for around in 19..=144 {
        let first = PitchLag::second(0, around);
        for index in 0..32 {
            let lag = PitchLag::second(index, around);
            assert_eq!(3 * lag.whole + lag.third, 3 * first.whole + first.third + i16::from(index));
            assert!((19..=144).contains(&lag.whole) && (-1..=1).contains(&lag.third));
        }
    }
}

#[test]
fn a_payload_is_one_to_twelve_frames_of_which_the_last_may_be_a_silence_descriptor() {
    let buffer = [0x55; 200];
    for bytes in 0..=200 {
        let payload = &buffer[..bytes];
        let expected = match (bytes / 10, bytes % 10) {
            (n @ 1..=12, 0) => Some(n),
            (n @ 0..=11, 2) => Some(n + 1),
            _ => None,
        };
        assert_eq!(samples(payload), expected.map(|n| n * 80), "{bytes} bytes");
        if let Some(count) = expected {
            let kinds: Vec<FrameKind> = frames(payload).collect();
            assert_eq!(kinds.len(), count);
            assert_eq!(matches!(kinds.last(), Some(FrameKind::Sid(_))), bytes % 10 == 2);
        }
    }
}

use super::*;
use crate::codec::{AudioDecoder, AudioEncoder, DecodeError, EncodeError, Encoded};
use crate::types::SampleRate;

const RATE: SampleRate = SampleRate::HZ_16000;

#[test]
fn every_value_survives_the_way_there_and_back_in_network_byte_order() {
    let payload: Vec<u8> = (i16::MIN..=i16::MAX).flat_map(i16::to_be_bytes).collect();
    let mut samples = vec![0.0; 65_536];
    assert_eq!(L16Decoder::new(RATE, 1).decode(&payload, &mut samples), Ok(65_536));
    assert_eq!((samples[0], samples[32_768 + 256]), (-1.0, 1.0 / 128.0));
    let mut back = vec![0; payload.len()];
    assert_eq!(L16Encoder::new(RATE, 1).encode(&samples, &mut back), Ok(Encoded::whole(payload.len())));
    assert_eq!(back, payload);
}

#[test]
fn samples_are_rounded_clipped_and_nan_is_zero() {
    let samples = [0.4 / 32_768.0, 0.6 / 32_768.0, -1.5 / 32_768.0, 1.0, -7.0, f32::INFINITY, f32::NAN];
    let mut bytes = [0; 14];
    assert_eq!(L16Encoder::new(RATE, 1).encode(&samples, &mut bytes), Ok(Encoded::whole(14)));
    let values: Vec<i16> = bytes.as_chunks::<2>().0.iter().map(|&b| i16::from_be_bytes(b)).collect();
    assert_eq!(values, [0, 1, -2, 32_767, -32_768, 32_767, 0]);
}

#[test]
fn half_a_sample_and_a_full_buffer_are_errors() {
    let mut decoder = L16Decoder::new(RATE, 1);
    assert_eq!(decoder.samples(&[1, 2, 3]), None);
    assert_eq!(decoder.decode(&[1, 2, 3], &mut [0.0; 4]), Err(DecodeError::Length { got: 3 }));
    assert_eq!(decoder.decode(&[0; 4], &mut [0.0]), Err(DecodeError::TooLong { samples: 2, room: 1 }));
    let got = L16Encoder::new(RATE, 1).encode(&[0.0; 2], &mut [0; 3]);
    assert_eq!(got, Err(EncodeError::TooLong { needed: 4, room: 3 }));
}

//! Any bytes at all.

use super::{decoder, encoder, packets, rate, voice};
use crate::codec::audio::opus::{OpusConfig, OpusDecoder, Packet};
use crate::codec::{AudioDecoder, DecodeError};

/// Xorshift (Marsaglia 2003): the same numbers in every run.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize
    }
}

/// Feeds a payload to every call of a decoder, and looks at all that comes out.
fn attack(decoder: &mut OpusDecoder, payload: &[u8], room: usize) {
    let mut out = vec![7.0; room * decoder.channels()];
    let samples = decoder.samples(payload);
    match decoder.decode(payload, &mut out) {
        Ok(count) => {
            assert_eq!(Some(count), samples);
            let (heard, rest) = out.split_at(count * decoder.channels());
            assert!(heard.iter().all(|s| s.abs() <= 1.0), "{payload:02x?}");
            assert!(rest.iter().all(|s| *s == 7.0));
        }
        Err(DecodeError::TooLong { samples: count, room: told }) => assert!(told == room && samples == Some(count)),
        Err(_) => assert!(samples.is_none() || out.iter().all(|s| s.is_finite())),
    }
    out.fill(7.0);
    if decoder.recover(payload, &mut out) || decoder.conceal(&mut out) {
        assert!(out.iter().all(|s| s.abs() <= 1.0), "{payload:02x?}");
    } else {
        assert!(out.iter().all(|s| *s == 7.0));
    }
}

#[test]
fn any_bytes_decode_to_bounded_audio_or_to_an_error() {
    let mut noise = Noise(0x9e37_79b9_7f4a_7c15);
    for (hz, channels) in [(48_000, 2), (16_000, 1), (8_000, 1), (12_000, 2)] {
        let mut decoder = decoder(hz, channels);
        for round in 0..4_000 {
            let length = noise.next() % if round % 16 == 0 { 3_000 } else { 90 };
            let payload: Vec<u8> = (0..length).map(|_| noise.next() as u8).collect();
            let room = [5_760, hz as usize / 50, noise.next() % 6_000][round % 3];
            attack(&mut decoder, &payload, room);
        }
    }
}

#[test]
fn damaged_and_cut_packets_decode_to_bounded_audio_or_to_an_error() {
    let mut noise = Noise(77);
    for config in [
        OpusConfig::new(rate(16_000), 1).bitrate(24_000).fec(20),
        OpusConfig::new(rate(48_000), 2).bitrate(40_000).fec(20),
        OpusConfig::new(rate(48_000), 2).bitrate(128_000),
    ] {
        let length = config.rate.hz() as usize / 50 * config.channels;
        let sent = packets(&mut encoder(config), &voice(config.rate.hz(), config.channels, 1_000), length);
        let mut decoder = decoder(48_000, 2);
        for round in 0..2_000 {
            let mut packet = sent[noise.next() % sent.len()].clone();
            for _ in 0..noise.next() % 4 {
                let at = noise.next() % packet.len();
                packet[at] ^= 1 << (noise.next() % 8);
            }
            if round % 3 == 0 {
                packet.truncate(noise.next() % (packet.len() + 1));
            }
            attack(&mut decoder, &packet, 5_760);
        }
    }
}

#[test]
fn a_packet_is_well_formed_here_if_it_is_to_libopus() {
    let mut noise = Noise(3);
    let (mut good, mut bad) = (0, 0);
    for round in 0..30_000 {
        let length = noise.next() % if round % 8 == 0 { 2_700 } else { 24 };
        let mut payload: Vec<u8> = (0..length).map(|_| noise.next() as u8).collect();
        if round % 2 == 0 && length > 1 {
            // Code 3 with few frames, which chance alone seldom makes.
            payload[0] |= 3;
            payload[1] = (payload[1] & 0xc0) | (payload[1] % 7);
        }
        let ours = Packet::parse(&payload);
        let theirs = super::super::state::libopus_frames(&payload);
        assert_eq!(ours.map(|packet| packet.frames), theirs, "{payload:02x?}");
        *if theirs.is_some() { &mut good } else { &mut bad } += 1;
    }
    assert!(good > 2_000 && bad > 2_000, "{good} {bad}");
}

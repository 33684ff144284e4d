//! A sender whose clock is not ours.

use std::collections::VecDeque;

use media_core::rtp::RtpHeader;
use media_core::{CodecSpec, IngressPort, Micros, Ssrc};

use crate::Random;

/// Sends payloads from a table, over and over, by a clock of its own, through a network that delays each packet
/// by up to so much. Packets stay in order.
pub struct Drifting {
    codec: CodecSpec,
    payloads: Vec<Vec<u8>>,
    /// Length of a packet in milliseconds.
    ptime: u64,
    ppm: i64,
    jitter_us: u64,
    random: Random,
    sent: u64,
    /// When the next packet arrives.
    arrival: u64,
    on_the_way: VecDeque<(u64, u64)>,
}

impl Drifting {
    /// A sender that is `ppm` parts per million faster than we are.
    pub fn new(codec: CodecSpec, ptime: u64, payloads: Vec<Vec<u8>>, ppm: i64, jitter_us: u64) -> Self {
        let random = Random::new(ppm as u64 ^ jitter_us);
        Self { codec, payloads, ptime, ppm, jitter_us, random, sent: 0, arrival: 0, on_the_way: VecDeque::new() }
    }

    /// Gives what has arrived before `tick`. Returns how many packets that were.
    pub fn tick(&mut self, tick: u64, ingress: &mut IngressPort) -> usize {
        let now = tick * 10_000;
        loop {
            let media_us = i128::from(self.sent * self.ptime) * 1_000;
            let at = (media_us * 1_000_000 / i128::from(1_000_000 + self.ppm)) as u64;
            if at > now {
                break;
            }
            self.arrival = self.arrival.max(at + 20_300 + self.random.below(self.jitter_us));
            self.on_the_way.push_back((self.arrival, self.sent));
            self.sent += 1;
        }
        let mut count = 0;
        while let Some((arrival, number)) = self.on_the_way.pop_front_if(|packet| packet.0 <= now) {
            let header = RtpHeader {
                marker: false,
                payload_type: self.codec.payload_type,
                sequence: number as u16,
                timestamp: (number * self.ptime * u64::from(self.codec.clock_rate / 1_000)) as u32,
                ssrc: Ssrc(0x00d1_f700),
            };
            let payload = &self.payloads[number as usize % self.payloads.len()];
            let datagram = [&header.to_bytes()[..], payload].concat();
            ingress.push(&datagram, Micros(arrival)).expect("there is room");
            count += 1;
        }
        count
    }

    /// Packets sent so far.
    pub fn sent(&self) -> u64 {
        self.sent
    }
}

/// The payloads of a signal, `ptime` ms each.
pub fn payloads(codec: CodecSpec, ptime: u64, signal: &[f32]) -> Vec<Vec<u8>> {
    let mut encoder = codec.mono_encoder();
    let each = codec.rate.per_tick() * ptime as usize / 10;
    let encode = |frame: &[f32]| {
        let mut payload = vec![0; encoder.max_payload(each)];
        let encoded = encoder.encode(frame, &mut payload).expect("the payload has room for the frame");
        payload.truncate(encoded.bytes);
        payload
    };
    signal.chunks_exact(each).map(encode).collect()
}

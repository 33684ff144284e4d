//! 8 kHz audio, linear or G.711, to G.726 codes.

use super::log_pcm::LogPcm;
use super::loops::Loops;
use super::quantiser::{Code, quantised};
use super::{Packing, Rate};
use crate::codec::audio::g711::Law;

/// Encodes samples at 8 kHz to a code each. Cloning it forks the stream.
#[derive(Clone, Debug)]
pub struct Encoder {
    rate: Rate,
    loops: Loops,
}

impl Encoder {
    /// An encoder at its start (the Recommendation's reset state).
    pub const fn new(rate: Rate) -> Self {
        Self { rate, loops: Loops::new() }
    }

    /// The bit rate.
    pub const fn rate(&self) -> Rate {
        self.rate
    }

    /// Encodes one 16-bit sample, of which the upper 14 bits count (Annex A).
    ///
    /// Real-time: constant time.
    #[inline]
    pub fn encode_sample(&mut self, sample: i16) -> u8 {
        self.encode_linear(i32::from(sample >> 2))
    }

    /// Encodes one G.711 code.
    ///
    /// Real-time: constant time.
    #[inline]
    pub fn encode_code(&mut self, octet: u8, law: Law) -> u8 {
        self.encode_linear(LogPcm::from_octet(octet, law).expanded(law))
    }

    /// Encodes 16-bit samples and packs the codes; returns the count of octets.
    ///
    /// Encodes as many samples as `octets` has room for. Only a multiple of eight codes fills octets at
    /// every rate (of two at 32 kbit/s, four at 16); the last octet's other bits are 0.
    ///
    /// Real-time: bounded by the count of samples.
    pub fn encode(&mut self, samples: &[i16], packing: Packing, octets: &mut [u8]) -> usize {
        let bits = self.rate.bits();
        let room = octets.len() * 8 / bits;
        let samples = &samples[..samples.len().min(room)];
        for (samples, octets) in samples.chunks(8).zip(octets.chunks_mut(bits)) {
            let mut codes = [0; 8];
            for (code, &sample) in codes.iter_mut().zip(samples) {
                *code = self.encode_sample(sample);
            }
            packing.pack(&codes[..samples.len()], bits, octets);
        }
        (samples.len() * bits).div_ceil(8)
    }

    /// As [`encode`](Self::encode), but by the codes of `others`, another encoder's octets of the same samples, wherever their
    /// levels are no more than an eighth of all levels away: the two states run together, and the octets with them.
    ///
    /// Real-time: as `encode`.
    pub fn approach(&mut self, samples: &[i16], packing: Packing, others: &[u8], octets: &mut [u8]) {
        let bits = self.rate.bits();
        let octets = octets.chunks_mut(bits).zip(others.chunks(bits));
        for (samples, (octets, others)) in samples.chunks(8).zip(octets) {
            let mut codes = packing.unpack(others, bits);
            for (code, &sample) in codes.iter_mut().zip(samples) {
                *code = self.approach_sample(sample, *code);
            }
            packing.pack(&codes[..samples.len()], bits, octets);
        }
    }

    fn approach_sample(&mut self, sample: i16, other: u8) -> u8 {
        let (expected, tables) = (self.loops.expect(), self.rate.tables());
        let own = quantised(i32::from(sample >> 2) - expected.estimate.sample, expected.scale, tables);
        let places = (Code::new(own, tables).rank(tables) - Code::new(other, tables).rank(tables)).abs();
        let near = places <= 1 << tables.bits.saturating_sub(3);
        let code = if near { other } else { own };
        self.loops.follow(expected, code, self.rate);
        code
    }

    /// Whether the adaptation, which a decoder has too, is the same in another encoder. Real-time.
    pub fn is_level_with(&self, other: &Self) -> bool {
        self.loops == other.loops
    }

    /// Forgets the past, as after construction.
    ///
    /// Real-time.
    pub const fn reset(&mut self) {
        *self = Self::new(self.rate);
    }

    /// `sample` has 14 bits.
    #[inline(always)]
    fn encode_linear(&mut self, sample: i32) -> u8 {
        let expected = self.loops.expect();
        let code = quantised(sample - expected.estimate.sample, expected.scale, self.rate.tables());
        self.loops.follow(expected, code, self.rate);
        code
    }
}

//! G.726 codes to 8 kHz audio, linear or G.711.

use super::log_pcm::LogPcm;
use super::loops::{Expected, Loops};
use super::quantiser::quantised;
use super::{Packing, Rate};
use crate::codec::audio::g711::Law;

/// Decodes codes to a sample at 8 kHz each.
///
/// Its state leaks: after lost codes it runs back to the encoder's by itself, sooner if
/// [`Decoder::follow`] has carried it over the gap, and needs no reset.
#[derive(Clone, Debug)]
pub struct Decoder {
    rate: Rate,
    loops: Loops,
}

impl Decoder {
    /// A decoder at its start (the Recommendation's reset state).
    pub const fn new(rate: Rate) -> Self {
        Self { rate, loops: Loops::new() }
    }

    /// The bit rate.
    pub const fn rate(&self) -> Rate {
        self.rate
    }

    /// Decodes the lower bits of `code` to a 16-bit sample, whose upper 14 bits are set (Annex A).
    ///
    /// Real-time: constant time.
    #[inline]
    pub fn decode_sample(&mut self, code: u8) -> i16 {
        let expected = self.loops.expect();
        let sample = self.loops.follow(expected, code, self.rate);
        // Block LIMO.
        (sample.clamp(-8192, 8191) << 2) as i16
    }

    /// Decodes the lower bits of `code` to a G.711 code, adjusted so that encoding it again gives `code`
    /// (synchronous coding adjustment).
    ///
    /// Real-time: constant time.
    #[inline]
    pub fn decode_code(&mut self, code: u8, law: Law) -> u8 {
        let expected = self.loops.expect();
        let sample = self.loops.follow(expected, code, self.rate);
        self.adjusted(LogPcm::compressed(sample, law), expected, code, law).octet(law)
    }

    /// Unpacks and decodes codes to 16-bit samples, as many as both slices have, and returns their count.
    ///
    /// Real-time: bounded by the count of octets.
    pub fn decode(&mut self, octets: &[u8], packing: Packing, samples: &mut [i16]) -> usize {
        let bits = self.rate.bits();
        let count = samples.len().min(octets.len() * 8 / bits);
        for (octets, samples) in octets.chunks(bits).zip(samples[..count].chunks_mut(8)) {
            for (sample, code) in samples.iter_mut().zip(packing.unpack(octets, bits)) {
                *sample = self.decode_sample(code);
            }
        }
        count
    }

    /// Runs the state on by what was played in place of lost codes: it is what decoding those samples,
    /// encoded, would leave.
    ///
    /// Real-time: bounded by the count of samples.
    pub fn follow(&mut self, samples: &[i16]) {
        for &sample in samples {
            let expected = self.loops.expect();
            let difference = i32::from(sample >> 2) - expected.estimate.sample;
            self.loops.follow(expected, quantised(difference, expected.scale, self.rate.tables()), self.rate);
        }
    }

    /// Forgets the past, as after construction.
    ///
    /// Real-time.
    pub const fn reset(&mut self) {
        *self = Self::new(self.rate);
    }

    /// Block SYNC: if a second encoder in this state would code `pcm` otherwise, the next step towards `code`.
    #[inline(always)]
    fn adjusted(&self, pcm: LogPcm, expected: Expected, code: u8, law: Law) -> LogPcm {
        let tables = self.rate.tables();
        let difference = pcm.expanded(law) - expected.estimate.sample;
        let again = quantised(difference, expected.scale, tables);
        // Without its sign bit inverted, a code does not grow with its difference.
        let sign = 1 << (tables.bits - 1);
        let rank = |code: u8| (code ^ sign) & (2 * sign - 1);
        match rank(again).cmp(&rank(code)) {
            std::cmp::Ordering::Greater => pcm.below(law),
            std::cmp::Ordering::Less => pcm.above(),
            std::cmp::Ordering::Equal => pcm,
        }
    }
}

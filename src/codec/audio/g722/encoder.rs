//! 16 kHz audio to G.722 octets.

use multiversion::multiversion;

use super::Mode;
use super::high::HighBand;
use super::low::LowBand;
use super::qmf::{Analysis, BLOCK};

/// Encodes 16-bit samples at 16 kHz, two to an octet. Cloning it forks the stream.
#[derive(Clone, Debug)]
pub struct Encoder {
    mode: Mode,
    analysis: Analysis,
    low: LowBand,
    high: HighBand,
}

impl Encoder {
    /// An encoder at its start (clause 4.1: all memories zero, smallest scale factors).
    pub const fn new(mode: Mode) -> Self {
        Self { mode, analysis: Analysis::new(), low: LowBand::new(), high: HighBand::new() }
    }

    /// How many of an octet's bits it fills.
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// Encodes pairs of samples to one octet each, as many as both slices have, and returns the count of octets.
    ///
    /// In the modes below 64 kbit/s the bits of the auxiliary channel are left 0.
    ///
    /// Real-time: bounded by the count of pairs; a pair's cost hardly depends on the audio (benches/codecs.rs).
    pub fn encode(&mut self, samples: &[i16], octets: &mut [u8]) -> usize {
        let (pairs, _) = samples.as_chunks::<2>();
        let count = pairs.len().min(octets.len());
        for (pairs, octets) in pairs[..count].chunks(BLOCK).zip(octets[..count].chunks_mut(BLOCK)) {
            encode_block(self, pairs, octets);
        }
        count
    }

    /// As [`encode`](Self::encode), but by the codes of `others`, another encoder's octets of the same samples, wherever their
    /// levels are near: the two states run together, and the octets with them.
    ///
    /// Real-time: as `encode`.
    pub fn approach(&mut self, samples: &[i16], others: &[u8], octets: &mut [u8]) -> usize {
        let (pairs, _) = samples.as_chunks::<2>();
        let count = pairs.len().min(octets.len()).min(others.len());
        let octets = octets[..count].chunks_mut(BLOCK).zip(others[..count].chunks(BLOCK));
        for (pairs, (octets, others)) in pairs[..count].chunks(BLOCK).zip(octets) {
            approach_block(self, pairs, others, octets);
        }
        count
    }

    /// Whether both bands' adaptation, which a decoder has too, is the same in another encoder. Real-time.
    pub fn is_level_with(&self, other: &Self) -> bool {
        self.low == other.low && self.high == other.high
    }

    /// Forgets the past, as after construction.
    ///
    /// Real-time.
    pub const fn reset(&mut self) {
        *self = Self::new(self.mode);
    }
}

#[multiversion(targets("x86_64+avx2+bmi2"))]
fn encode_block(encoder: &mut Encoder, pairs: &[[i16; 2]], octets: &mut [u8]) {
    let (mut low, mut high) = ([0; BLOCK], [0; BLOCK]);
    encoder.analysis.split(pairs, &mut low, &mut high);
    let audio = encoder.mode.audio_bits();
    for (octet, (&low, &high)) in octets.iter_mut().zip(low.iter().zip(&high)) {
        let low = encoder.low.encode(low.into());
        let high = encoder.high.encode(high.into());
        *octet = (high << 6 | low) & audio;
    }
}

#[multiversion(targets("x86_64+avx2+bmi2"))]
fn approach_block(encoder: &mut Encoder, pairs: &[[i16; 2]], others: &[u8], octets: &mut [u8]) {
    let (mut low, mut high) = ([0; BLOCK], [0; BLOCK]);
    encoder.analysis.split(pairs, &mut low, &mut high);
    let audio = encoder.mode.audio_bits();
    for ((octet, &other), (&low, &high)) in octets.iter_mut().zip(others).zip(low.iter().zip(&high)) {
        let low = encoder.low.approach(low.into(), other & 63);
        let high = encoder.high.approach(high.into(), other >> 6);
        *octet = (high << 6 | low) & audio;
    }
}

//! G.722 octets to 16 kHz audio.

use multiversion::multiversion;

use super::Mode;
use super::high::HighBand;
use super::low::LowBand;
use super::qmf::{Analysis, BLOCK, PAST, Synthesis};

/// Decodes octets to 16-bit samples at 16 kHz, two from each.
///
/// Its state leaks: after lost octets it runs back to the encoder's by itself, sooner if [`Decoder::follow`]
/// has carried it over the gap, and needs no reset.
#[derive(Clone, Debug)]
pub struct Decoder {
    mode: Mode,
    low: LowBand,
    high: HighBand,
    synthesis: Synthesis,
}

impl Decoder {
    /// A decoder at its start (clause 4.1: all memories zero, smallest scale factors).
    pub const fn new(mode: Mode) -> Self {
        Self { mode, low: LowBand::new(), high: HighBand::new(), synthesis: Synthesis::new() }
    }

    /// How many of an octet's bits it listens to.
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// Listens to more or fewer of an octet's bits from now on; the state is the same in all modes.
    ///
    /// Real-time.
    pub const fn set_mode(&mut self, mode: Mode) {
        self.mode = mode;
    }

    /// Decodes octets to a pair of samples each, as many as both slices have, and returns the count of samples.
    ///
    /// Real-time: bounded by the count of octets; an octet's cost hardly depends on its value (benches/codecs.rs).
    pub fn decode(&mut self, octets: &[u8], samples: &mut [i16]) -> usize {
        let (pairs, _) = samples.as_chunks_mut::<2>();
        let count = pairs.len().min(octets.len());
        for (octets, pairs) in octets[..count].chunks(BLOCK).zip(pairs[..count].chunks_mut(BLOCK)) {
            decode_block(self, octets, pairs);
        }
        2 * count
    }

    /// Runs the state on by what was played in place of lost octets, two samples for each: it is what
    /// decoding those samples, encoded, would leave. `past` are the 22 samples played before them.
    ///
    /// Real-time: bounded by the count of samples.
    pub fn follow(&mut self, past: [i16; PAST], samples: &[i16]) {
        let mut analysis = Analysis::after(past);
        let (pairs, _) = samples.as_chunks::<2>();
        for pairs in pairs.chunks(BLOCK) {
            follow_block(self, &mut analysis, pairs);
        }
    }

    /// Forgets the past, as after construction.
    ///
    /// Real-time.
    pub const fn reset(&mut self) {
        *self = Self::new(self.mode);
    }
}

#[multiversion(targets("x86_64+avx2+bmi2"))]
fn decode_block(decoder: &mut Decoder, octets: &[u8], pairs: &mut [[i16; 2]]) {
    let (mut low, mut high) = ([0; BLOCK], [0; BLOCK]);
    let levels = decoder.mode.low_levels();
    for (&octet, (low, high)) in octets.iter().zip(low.iter_mut().zip(&mut high)) {
        *low = decoder.low.decode(octet & 63, levels) as i16;
        *high = decoder.high.decode(octet >> 6) as i16;
    }
    decoder.synthesis.join(&low, &high, pairs);
}

#[multiversion(targets("x86_64+avx2+bmi2"))]
fn follow_block(decoder: &mut Decoder, analysis: &mut Analysis, pairs: &[[i16; 2]]) {
    let (mut low, mut high) = ([0; BLOCK], [0; BLOCK]);
    analysis.split(pairs, &mut low, &mut high);
    let levels = decoder.mode.low_levels();
    for (low, high) in low.iter_mut().zip(&mut high).take(pairs.len()) {
        *low = decoder.low.decode(decoder.low.code((*low).into()), levels) as i16;
        *high = decoder.high.decode(decoder.high.code((*high).into())) as i16;
    }
    // What it makes has been played already; only its memory counts.
    decoder.synthesis.join(&low, &high, &mut [[0; 2]; BLOCK][..pairs.len()]);
}

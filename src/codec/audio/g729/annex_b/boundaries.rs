//! The initial decision: fourteen lines in the space of differences (G.729 Annex B clause B.3.5).

use super::super::ops::{l_add, l_deposit_h, l_mac, l_mult, l_shr};

/// A frame against the background: background less frame, so that a louder frame is below zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Differences {
    /// Level, dB/10 in Q11.
    pub energy: i16,
    /// Level below 1 kHz, dB/10 in Q11.
    pub low_energy: i16,
    /// Zero crossings of a sample, Q15.
    pub crossings: i16,
    /// Sum of the squared distances of the line spectral frequencies, Q15; never below zero.
    pub distortion: i16,
}

impl Differences {
    /// Whether the spectrum's shape is the background's: a distortion below 0.0025.
    pub const fn is_same_spectrum(&self) -> bool {
        self.distortion < 83
    }
}

/// Whether the frame is on the voice side of any line. Real-time.
pub fn is_voice(differences: &Differences) -> bool {
    let &Differences { energy, low_energy, crossings, distortion } = differences;
    let level = l_deposit_h(energy);
    let low_level = l_deposit_h(low_energy);
    let shape = l_deposit_h(distortion);
    // Lines (slope, offset as a product) over the crossings, Q27 after the shift by 2.
    let over_crossings = |slope, one, offset, places| l_shr(line(crossings, slope, one, offset), places);

    // Distortion over crossings.
    l_add(over_crossings(-14_680, 8192, -28_521, 8), shape) > 0
        || l_add(over_crossings(19_065, 8192, -19_446, 7), shape) > 0
        // Level over crossings, and alone.
        || l_add(over_crossings(20_480, 8192, 16_384, 2), level) < 0
        || l_add(over_crossings(-16_384, 8192, 19_660, 2), level) < 0
        || line(energy, 32_767, 1024, 30_802) < 0
        // Level over distortion, and distortion alone.
        || l_mac(line(distortion, -28_160, 64, 19_988), energy, 512) < 0
        || line(distortion, 32_767, 32, -30_199) > 0
        // The text has the low-band level in the next three lines, the software the level of the whole band.
        || l_add(over_crossings(-20_480, 8192, 22_938, 2), level) < 0
        || l_add(over_crossings(23_831, 4096, 31_576, 2), level) < 0
        || line(energy, 32_767, 2048, 17_367) < 0
        // Low-band level over distortion.
        || l_mac(line(distortion, -22_400, 32, 25_395), low_energy, 256) < 0
        // Low-band level over level.
        || l_add(line(energy, -30_427, 256, -29_959), low_level) > 0
        || l_add(line(energy, -23_406, 512, 28_087), low_level) < 0
        || l_mac(line(energy, 24_576, 1024, 29_491), low_energy, 16_384) < 0
}

/// `2 (slope · x + one · offset)`: `one` puts the offset into the product's format.
#[inline(always)]
fn line(x: i16, slope: i16, one: i16, offset: i16) -> i32 {
    l_mac(l_mult(x, slope), one, offset)
}

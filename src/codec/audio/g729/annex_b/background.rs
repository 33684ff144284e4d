//! Running means of the background's features (G.729 Annex B clauses B.3.2 to B.3.4 and B.3.7).

use super::super::frame::ORDER;
use super::super::ops::{extract_h, l_deposit_h, l_mac, l_mult, l_shl, sub};
use super::boundaries::Differences;
use super::features::Features;
use super::tables_vad::{PACES, RESCALE};
use super::vad::{AUDIBLE, LEARNING};

/// The means. The level of the first frames is of all sound; later on, of the background alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Background {
    energy: i16,
    low_energy: i16,
    crossings: i16,
    lsf: [i16; ORDER],
    /// Frames among the first that were too quiet to count.
    quiet: u8,
    /// Frames taken in since the means were last set anew.
    updates: i16,
}

impl Background {
    /// As at the start of a call.
    pub const fn new() -> Self {
        Self { energy: 0, low_energy: 0, crossings: 0, lsf: [0; ORDER], quiet: 0, updates: 0 }
    }

    /// Level of the background.
    pub const fn energy(&self) -> i16 {
        self.energy
    }

    /// Takes in one of the first frames; the last of them makes means of the sums.
    pub fn learn(&mut self, features: &Features, frame: i16) {
        if features.energy < AUDIBLE {
            self.quiet = self.quiet.saturating_add(1);
        } else {
            // A 32nd of each.
            let more = |sum: i16, value| extract_h(l_mac(l_deposit_h(sum), value, 1024));
            self.energy = more(self.energy, features.energy);
            self.crossings = more(self.crossings, features.crossings);
            self.lsf = std::array::from_fn(|i| more(self.lsf[i], features.lsf[i]));
        }
        if frame == LEARNING {
            let (factor, places) = RESCALE[usize::from(self.quiet).min(RESCALE.len() - 1)];
            let mean = |sum| extract_h(l_shl(l_mult(sum, factor), places));
            let level = mean(self.energy);
            self.crossings = mean(self.crossings);
            self.lsf = self.lsf.map(mean);
            // 10 and 12 dB below what was heard.
            self.energy = sub(level, 2048);
            self.low_energy = sub(level, 2458);
        }
    }

    /// Moves the means towards a frame of noise; the more often, the slower.
    pub fn follow(&mut self, features: &Features) {
        // Wraps like the software's word.
        self.updates = self.updates.wrapping_add(1);
        let step = self.updates.max(0) / 10;
        let pace = &PACES[usize::try_from(step - 1).unwrap_or(0).min(PACES.len() - 1)];
        let mean = |(keep, take): (i16, i16), old, new| extract_h(l_mac(l_mult(keep, old), take, new));
        self.energy = mean(pace.energy, self.energy, features.energy);
        self.low_energy = mean(pace.energy, self.low_energy, features.low_energy);
        self.crossings = mean(pace.crossings, self.crossings, features.crossings);
        self.lsf = std::array::from_fn(|i| mean(pace.lsf, self.lsf[i], features.lsf[i]));
    }

    /// Sets the level to the floor if it fell below it, or went more than 10 dB above it.
    pub fn hold_above(&mut self, floor: i16, differences: &Differences) {
        if (self.energy < floor && differences.is_same_spectrum()) || sub(self.energy, floor) > 2048 {
            self.energy = floor;
            self.updates = 0;
        }
    }

    /// Squared distance of the line spectral frequencies from the means, Q15 (eq. B.5).
    pub fn distortion(&self, features: &Features) -> i16 {
        let squares = self.lsf.iter().zip(&features.lsf).fold(0, |sum, (&mean, &lsf)| {
            let distance = sub(lsf, mean);
            l_mac(sum, distance, distance)
        });
        extract_h(squares)
    }

    /// How far a frame of that distortion is from the means (clause B.3.4).
    pub fn differences(&self, features: &Features, distortion: i16) -> Differences {
        Differences {
            energy: sub(self.energy, features.energy),
            low_energy: sub(self.low_energy, features.low_energy),
            crossings: sub(self.crossings, features.crossings),
            distortion,
        }
    }
}

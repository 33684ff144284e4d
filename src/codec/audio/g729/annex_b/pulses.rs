//! What a subframe of comfort noise draws at random: a pitch delay, its gain, four pulses (G.729 Annex B clause B.4.4).

use super::super::frame::SUBFRAME;
use super::super::noise::Noise;
use super::super::ops::{add, sub};

/// The parameters of one subframe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Whole part of the delay, 40 to 103.
    pub lag: i16,
    /// Its fraction in thirds, −1 to 1.
    pub third: i16,
    /// Gain of the delayed excitation, Q14, below 0.5.
    pub pitch_gain: i16,
    /// Position and sign (`true`: up) of the pulses, one on each track.
    pub pulses: [(usize, bool); 4],
}

impl Choice {
    /// Takes three random words.
    pub fn draw(random: &mut Noise) -> Self {
        let first = random.draw();
        let second = random.draw();
        let third = random.draw();
        let bits = |word: i16, from: u32, width: u32| usize::from(word as u16 >> from & ((1 << width) - 1));
        let sign = |word: i16, at: u32| word as u16 >> at & 1 == 1;
        Self {
            lag: (bits(first, 2, 6) + 40) as i16,
            third: [-1, 0, 1, 0][bits(first, 0, 2)],
            pitch_gain: third & 0x1fff,
            pulses: [
                (5 * bits(first, 8, 3), sign(first, 11)),
                (5 * bits(first, 12, 3) + 1, sign(first, 15)),
                (5 * bits(second, 0, 3) + 2, sign(second, 3)),
                (5 * bits(second, 5, 3) + 3 + bits(second, 4, 1), sign(second, 8)),
            ],
        }
    }

    /// Sum of the samples under the pulses, with their signs.
    pub fn correlation(&self, samples: &[i16; SUBFRAME]) -> i16 {
        self.pulses.iter().fold(0, |sum, &(position, up)| {
            let sample = samples.get(position).copied().unwrap_or(0);
            if up { add(sum, sample) } else { sub(sum, sample) }
        })
    }
}

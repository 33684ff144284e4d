//! The adaptive codebook's gain and the correlations that the gain quantiser takes (G.729 clauses 3.7.3 and 3.9). Real-time.

use super::inner::{energy, inner, saturated_energy};
use crate::codec::audio::g729::frame::SUBFRAME;
use crate::codec::audio::g729::ops::{div_s, l_shl, negate, norm_l, round, shr};

/// Largest gain before quantisation: 1.2 in Q14.
const LARGEST: i16 = 19_661;

/// A number as mantissa · 2^−scale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scaled {
    /// Normalised, except for zero.
    pub mantissa: i16,
    /// Its Q format.
    pub scale: i16,
}

impl Scaled {
    /// A word in format Q`scale` + 16.
    fn of(word: i32, scale: i16) -> Self {
        let places = norm_l(word);
        Self { mantissa: round(l_shl(word, places)), scale: scale + places }
    }

    fn negated(self) -> Self {
        Self { mantissa: negate(self.mantissa), scale: self.scale }
    }
}

/// What the error of a subframe depends on: x is the target, y the filtered adaptive and z the filtered fixed codebook.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Correlations {
    /// ⟨y,y⟩.
    pub yy: Scaled,
    /// −2⟨x,y⟩.
    pub xy: Scaled,
    /// ⟨z,z⟩.
    pub zz: Scaled,
    /// −2⟨x,z⟩.
    pub xz: Scaled,
    /// 2⟨y,z⟩.
    pub yz: Scaled,
}

/// The gain that makes y most alike x, 0 to 1.2 in Q14 (eq. 43), and the correlations of both.
pub fn pitch_gain(x: &[i16; SUBFRAME], y: &[i16; SUBFRAME]) -> (i16, Correlations) {
    let own = energy(y);
    let yy = if 2 * own < i64::from(i32::MAX) {
        Scaled::of(saturated_energy(1, own), -15)
    } else {
        Scaled::of(saturated_energy(1, energy(&shifted(y, 2))), -19)
    };
    let whole = inner(0, x, y);
    let xy =
        if whole.saturated { Scaled::of(inner(0, x, &shifted(y, 2)).value, -17) } else { Scaled::of(whole.value, -15) };
    let mut correlations = Correlations { yy, ..Correlations::default() };
    if xy.mantissa <= 0 {
        correlations.xy = Scaled { mantissa: negate(xy.mantissa), scale: 14 };
        return (0, correlations);
    }
    // Twice as much is one place less.
    correlations.xy = Scaled { mantissa: negate(xy.mantissa), scale: xy.scale - 1 };
    let gain = shr(div_s(xy.mantissa >> 1, yy.mantissa), xy.scale - yy.scale);
    (gain.min(LARGEST), correlations)
}

impl Correlations {
    /// Adds those of the fixed codebook: `z` is in Q12.
    pub fn with_code(mut self, x: &[i16; SUBFRAME], y: &[i16; SUBFRAME], z: &[i16; SUBFRAME]) -> Self {
        let z = shifted(z, 3);
        self.zz = Scaled::of(saturated_energy(1, energy(&z)), 3);
        self.xz = Scaled::of(inner(1, x, &z).value, -7).negated();
        self.yz = Scaled::of(inner(1, y, &z).value, -7);
        self
    }
}

/// All samples divided by a power of two.
#[inline(always)]
fn shifted(samples: &[i16; SUBFRAME], places: u32) -> [i16; SUBFRAME] {
    let mut shifted = *samples;
    shifted.iter_mut().for_each(|sample| *sample >>= places);
    shifted
}

//! Looks at the same digit in a row.

use super::look::Look;

/// Looks that make a digit. The first and the last of a tone see 15 ms of it, so 30 ms have five or six.
pub(super) const DIGIT: u32 = 5;
/// Looks in a row without the digit that end it: a break of 10 ms is three, a pause of 40 ms is nine.
pub(super) const PAUSE: u32 = 6;
/// A single look that failed does not end a run.
const SPARED: u32 = 1;
/// Frequencies may be off by so much on the mean: between the 1.5 % that must and the 3.5 % that must not be taken.
const OFF: f32 = 0.025;

/// A digit that may be one.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Run {
    pub code: u8,
    /// Looks that saw it.
    pub seen: u32,
    /// Looks that did not since.
    pub missed: u32,
    /// Hop of the first look.
    pub first: u64,
    /// Hop of the last.
    pub last: u64,
    off: [f32; 2],
    /// Looks that frequencies are summed over.
    measured: u32,
    /// Most power of both tones.
    pub power: f32,
}

impl Run {
    /// Takes in a look of the same digit, or starts anew with another one.
    pub fn take(&mut self, look: &Look, hop: u64, uncertain: bool) {
        if self.seen == 0 || self.code != look.code {
            *self = Self { code: look.code, first: hop, ..Self::default() };
        }
        (self.seen, self.missed, self.last) = (self.seen + 1, 0, hop);
        self.power = self.power.max(look.power);
        // The first look saw the tone's edge, and its phase is that of a part.
        if !uncertain && self.seen > 1 {
            self.measured += 1;
            for (sum, off) in self.off.iter_mut().zip(look.off) {
                *sum += off;
            }
        }
    }

    /// Whether it has seen this digit.
    pub fn is_of(&self, code: u8) -> bool {
        self.seen > 0 && self.code == code
    }

    /// Takes in a look without it.
    pub fn miss(&mut self) {
        self.missed += 1;
        if self.missed > SPARED {
            self.seen = 0;
        }
    }

    /// Whether it is a digit by now.
    pub fn is_digit(&self) -> bool {
        let measured = self.measured as f32;
        self.seen >= DIGIT && self.off.iter().all(|off| off.abs() <= OFF * measured)
    }
}

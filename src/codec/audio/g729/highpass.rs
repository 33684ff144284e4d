//! The second-order high-pass filters at either end (G.729 clauses 3.1 and 4.2.5). Real-time.

use super::ops::{l_mac, l_mult};

/// A filter with its state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HighPass {
    end: End,
    /// The last two, newest first.
    inputs: [i16; 2],
    /// The last two in Q31, newest first, halved: the double-precision format drops their last bit.
    outputs: [i32; 2],
}

/// Which end of the codec the filter is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// Ahead of the coder.
    Pre,
    /// Behind the decoder.
    Post,
}

/// Weights of the inputs and of past outputs.
struct Coefficients {
    b: [i16; 3],
    a: [i16; 2],
    /// From the sum of products to Q31, as a factor.
    scale: i32,
    /// What the output is multiplied with when it is handed out.
    gain: i32,
}

/// 140 Hz and halving (eq. 1).
const PRE: Coefficients = Coefficients { b: [1899, -3798, 1899], a: [7807, -3733], scale: 8, gain: 1 };

/// 100 Hz and doubling (eq. 92).
const POST: Coefficients = Coefficients { b: [7699, -15_398, 7699], a: [15_836, -7667], scale: 4, gain: 2 };

impl HighPass {
    /// The coder's: 140 Hz, halves the level.
    pub const fn pre_processing() -> Self {
        Self { end: End::Pre, inputs: [0; 2], outputs: [0; 2] }
    }

    /// The decoder's: 100 Hz, doubles the level with saturation.
    pub const fn post_processing() -> Self {
        Self { end: End::Post, inputs: [0; 2], outputs: [0; 2] }
    }

    /// Filters in place. Real-time: five products a sample.
    pub fn process(&mut self, signal: &mut [i16]) {
        // The weights are constants of two loops.
        match self.end {
            End::Pre => self.run(&PRE, signal),
            End::Post => self.run(&POST, signal),
        }
    }

    #[inline(always)]
    fn run(&mut self, &Coefficients { b, a, scale, gain }: &Coefficients, signal: &mut [i16]) {
        let [mut x1, mut x2] = self.inputs;
        let [mut y1, mut y2] = self.outputs;
        for sample in signal {
            let x0 = *sample;
            // |a1| + |a2| + |b0| < 2^15 for both filters: up to here nothing saturates, whatever the signal.
            let sum = weigh(y2, a[1]) + l_mult(x0, b[0]) + weigh(y1, a[0]);
            let output = l_mac(l_mac(sum, x1, b[1]), x2, b[2]).saturating_mul(scale);
            *sample = (output.saturating_mul(gain).saturating_add(0x8000) >> 16) as i16;
            (x2, x1) = (x1, x0);
            (y2, y1) = (y1, output >> 1);
        }
        self.inputs = [x1, x2];
        self.outputs = [y1, y2];
    }
}

/// Product in the double-precision format (`Dpf::times_short`) by a weight above −1, where nothing saturates.
#[inline(always)]
fn weigh(half: i32, weight: i16) -> i32 {
    ((i64::from(half) * i64::from(weight)) >> 15 << 1) as i32
}

//! The second-order high-pass filters at either end (G.729 clauses 3.1 and 4.2.5). Real-time.

use super::dpf::Dpf;
use super::ops::{l_add, l_mac, l_shl, round};

/// A filter with its state: outputs in double precision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HighPass {
    coefficients: &'static Coefficients,
    inputs: [i16; 2],
    outputs: [Dpf; 2],
}

/// Weights of the inputs and of past outputs, and the shift from their sum to Q31.
#[derive(Debug, PartialEq, Eq)]
struct Coefficients {
    b: [i16; 3],
    a: [i16; 2],
    shift: i16,
    /// Doublings of what is handed out.
    gain: i16,
}

/// 140 Hz and halving, ahead of the coder (eq. 1).
static PRE: Coefficients = Coefficients { b: [1899, -3798, 1899], a: [7807, -3733], shift: 3, gain: 0 };

/// 100 Hz and doubling, behind the decoder (eq. 92).
static POST: Coefficients = Coefficients { b: [7699, -15_398, 7699], a: [15_836, -7667], shift: 2, gain: 1 };

impl HighPass {
    /// The coder's: 140 Hz, halves the level.
    pub const fn pre_processing() -> Self {
        Self { coefficients: &PRE, inputs: [0; 2], outputs: [Dpf { hi: 0, lo: 0 }; 2] }
    }

    /// The decoder's: 100 Hz, doubles the level with saturation.
    pub const fn post_processing() -> Self {
        Self { coefficients: &POST, inputs: [0; 2], outputs: [Dpf { hi: 0, lo: 0 }; 2] }
    }

    /// Filters in place.
    #[inline]
    pub fn process(&mut self, signal: &mut [i16]) {
        let &Coefficients { b, a, shift, gain } = self.coefficients;
        let [mut x1, mut x2] = self.inputs;
        let [mut y1, mut y2] = self.outputs;
        for sample in signal {
            let x0 = *sample;
            let feedback = l_add(y1.times_short(a[0]), y2.times_short(a[1]));
            let sum = l_mac(l_mac(l_mac(feedback, x0, b[0]), x1, b[1]), x2, b[2]);
            let output = l_shl(sum, shift);
            *sample = round(l_shl(output, gain));
            (x2, x1) = (x1, x0);
            (y2, y1) = (y1, Dpf::new(output));
        }
        self.inputs = [x1, x2];
        self.outputs = [y1, y2];
    }
}

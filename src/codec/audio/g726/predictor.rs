//! The adaptive predictor, two poles and six zeros, and the tone detector (clauses 4.2.6 and 4.2.7).

use super::quantiser::Difference;

/// Predicts the next sample from the quantised differences so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Predictor {
    /// Coefficients of the poles (A1, A2) in 1/16 384.
    poles: [i32; 2],
    /// Coefficients of the zeros (B1 to B6) in 1/16 384, 16 bits.
    zeros: [i32; 6],
    /// The last two reconstructed samples (SR1, SR2).
    samples: [Float; 2],
    /// The last six quantised differences (DQ1 to DQ6).
    differences: [Float; 6],
    /// Signs of the last two partial reconstructions (PK1, PK2): −1 below zero.
    signs: [i32; 2],
    /// A tone or modem data was there (TD).
    tone: bool,
}

/// What the predictor expects.
#[derive(Clone, Copy, Debug)]
pub(super) struct Estimate {
    /// The next sample (SE), 15 bits.
    pub sample: i32,
    /// What the zeros contribute to it (SEZ), 15 bits.
    by_zeros: i32,
}

/// What a difference showed of the signal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Detected {
    /// The poles stand at a tone (TDP).
    pub tone: bool,
    /// A tone ended or modem data changed its carrier (TR).
    pub transition: bool,
}

impl Predictor {
    pub(super) const fn new() -> Self {
        Self {
            poles: [0; 2],
            zeros: [0; 6],
            samples: [Float::ZERO; 2],
            differences: [Float::ZERO; 6],
            signs: [0; 2],
            tone: false,
        }
    }

    /// What comes next (blocks FMULT, ACCUM).
    #[inline(always)]
    pub(super) fn estimate(&self) -> Estimate {
        let by_zeros: i32 = self.zeros.iter().zip(&self.differences).map(|(&b, &dq)| dq.times(b)).sum();
        let by_poles: i32 = self.poles.iter().zip(&self.samples).map(|(&a, &sr)| sr.times(a)).sum();
        Estimate { sample: word(by_zeros + by_poles) >> 1, by_zeros: word(by_zeros) >> 1 }
    }

    /// Learns how far the sample, `sample`, lay from the estimate. `slow_scale` is the slow scale factor.
    #[inline(always)]
    pub(super) fn update(
        &mut self,
        estimate: Estimate,
        difference: Difference,
        sample: i32,
        slow_scale: i32,
        leak: u32,
    ) -> Detected {
        let transition = self.tone && difference.magnitude > transition_threshold(slow_scale);
        let partial = word(difference.value() + estimate.by_zeros);
        self.adapt_poles(partial);
        self.adapt_zeros(difference, leak);
        // Block TONE: the second pole near −0.72.
        let tone = self.poles[1] < -11_776;
        self.tone = tone;
        if transition {
            (self.poles, self.zeros, self.tone) = ([0; 2], [0; 6], false);
        }
        let [a, b, c, d, e, _] = self.differences;
        self.differences = [Float::new(difference.magnitude, difference.sign), a, b, c, d, e];
        self.samples = [Float::new(sample.abs() & 0x7fff, sample >> 31), self.samples[0]];
        self.signs = [partial >> 31, self.signs[0]];
        Detected { tone, transition }
    }

    /// Blocks UPA2, LIMC, UPA1, LIMD.
    #[inline(always)]
    fn adapt_poles(&mut self, partial: i32) {
        let [first, second] = self.poles;
        let (toward_first, toward_second) = if partial == 0 {
            (0, 0)
        } else {
            let [alike, alike_second] = self.signs.map(|sign| if sign == partial >> 31 { 1 } else { -1 });
            let coupling = -alike * 4 * first.clamp(-8191, 8191);
            (192 * alike, (16_384 * alike_second + coupling) >> 7)
        };
        let second = (second - (second >> 7) + toward_second).clamp(-12_288, 12_288);
        // Stability: |a1| ≤ 1 − 2^−4 − a2.
        let limit = 15_360 - second;
        self.poles = [(first - (first >> 8) + toward_first).clamp(-limit, limit), second];
    }

    /// Blocks XOR, UPB. At 40 kbit/s the leak is so weak that a coefficient may wrap.
    #[inline(always)]
    fn adapt_zeros(&mut self, difference: Difference, leak: u32) {
        let step = if difference.magnitude == 0 { 0 } else { 128 };
        for (zero, past) in self.zeros.iter_mut().zip(&self.differences) {
            let opposite = difference.sign ^ past.sign;
            *zero = word(*zero - (*zero >> leak) + ((step ^ opposite) - opposite));
        }
    }
}

/// Block TRANS: differences above 1.5 times the slow scale factor, nearly.
#[inline(always)]
fn transition_threshold(slow_scale: i32) -> i32 {
    let octave = slow_scale >> 15;
    let threshold = if octave > 9 { 31_744 } else { ((slow_scale >> 10 & 31) + 32) << octave };
    (threshold + (threshold >> 1)) >> 1
}

/// A number with a mantissa of six bits, the highest set (blocks FLOATA, FLOATB).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Float {
    mantissa: i32,
    exponent: u32,
    /// −1 below zero, else 0.
    sign: i32,
}

impl Float {
    const ZERO: Self = Self::new(0, 0);

    /// A magnitude of 15 bits, and its sign.
    #[inline(always)]
    const fn new(magnitude: i32, sign: i32) -> Self {
        let exponent = 32 - magnitude.leading_zeros();
        let mantissa = if magnitude == 0 { 32 } else { magnitude << 6 >> exponent };
        Self { mantissa, exponent, sign }
    }

    /// The product with a coefficient of 16 bits, in 16 bits (block FMULT).
    #[inline(always)]
    fn times(self, coefficient: i32) -> i32 {
        let sign = coefficient >> 31;
        let factor = Self::new(((coefficient >> 2 ^ sign) - sign) & 0x1fff, sign);
        let mantissa = (self.mantissa * factor.mantissa + 48) >> 4;
        // Exponents of 15 and 13 at most.
        let magnitude = (mantissa << 9 >> (28 - self.exponent - factor.exponent)) & 0x7fff;
        let sign = self.sign ^ factor.sign;
        (magnitude ^ sign) - sign
    }
}

/// The lower 16 bits, with their sign.
#[inline(always)]
fn word(value: i32) -> i32 {
    i32::from(value as i16)
}

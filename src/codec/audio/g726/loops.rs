//! The adaptation that encoder and decoder run alike, sample by sample.

use super::Rate;
use super::predictor::{Estimate, Predictor};
use super::quantiser::{Code, Difference};
use super::scale::Scale;
use super::speed::Speed;

/// The state that codes drive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Loops {
    predictor: Predictor,
    scale: Scale,
    speed: Speed,
}

/// What is known of a sample before its code.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expected {
    /// Estimate of the sample.
    pub estimate: Estimate,
    /// Scale factor of its difference (Y), in steps of 1/512 octave.
    pub scale: i32,
}

impl Loops {
    pub(super) const fn new() -> Self {
        Self { predictor: Predictor::new(), scale: Scale::new(), speed: Speed::new() }
    }

    #[inline(always)]
    pub(super) fn expect(&self) -> Expected {
        Expected { estimate: self.predictor.estimate(), scale: self.scale.mixed(self.speed.limited()) }
    }

    /// Adapts to the sample's code and returns the reconstructed sample (SR), 16 bits.
    #[inline(always)]
    pub(super) fn follow(&mut self, expected: Expected, code: u8, rate: Rate) -> i32 {
        let tables = rate.tables();
        let Expected { estimate, scale } = expected;
        let code = Code::new(code, tables);
        let difference = Difference::of(code, scale, tables);
        // Block ADDB wraps.
        let sample = i32::from((difference.value() + estimate.sample) as i16);
        let slow_scale = self.scale.slow();
        self.scale.adapt(scale, tables.scale_steps[code.magnitude].into());
        let detected = self.predictor.update(estimate, difference, sample, slow_scale, tables.zero_leak);
        self.speed.adapt(tables.speeds[code.magnitude].into(), scale, detected.tone, detected.transition);
        sample
    }
}

//! Biquads one after another, which fall asleep in silence.

use biquad::{Biquad, Coefficients, DirectForm2Transposed, Hertz, Type};

use crate::processing::dsp::make_finite;
use crate::types::SampleRate;

/// Quality of a second-order Butterworth filter.
pub(crate) const BUTTERWORTH: f32 = std::f32::consts::FRAC_1_SQRT_2;

/// Up to `N` biquads of the crate `biquad`: plain transposed direct form II, coefficients of the Audio EQ Cookbook.
#[derive(Clone, Debug)]
pub(crate) struct Chain<const N: usize> {
    filters: [DirectForm2Transposed<f32>; N],
    count: usize,
    audible: bool,
}

/// What passes through unchanged.
const THROUGH: Coefficients<f32> = Coefficients { a1: 0.0, a2: 0.0, b0: 1.0, b1: 0.0, b2: 0.0 };

/// Under this, what a filter still rings is silence.
const SILENT: f32 = 1e-9;

impl<const N: usize> Chain<N> {
    pub(crate) fn new() -> Self {
        Self { filters: [DirectForm2Transposed::new(THROUGH); N], count: 0, audible: false }
    }

    /// Adds a filter at `hz`. One that the rate has no room for, or that no filter can be, is left out.
    #[must_use]
    pub(crate) fn with(mut self, rate: SampleRate, shape: Type<f32>, hz: f32, quality: f32) -> Self {
        let nyquist = rate.hz() as f32 / 2.0;
        if self.count < N && hz > 0.0 && hz < nyquist && quality > 0.0 && quality.is_finite() {
            // The frequency is in hertz over 0 already; the crate's error is for one over half the rate.
            let fits = Hertz::from_hz(nyquist * 2.0).ok().zip(Hertz::from_hz(hz).ok());
            let made = fits.and_then(|(rate, hz)| Coefficients::from_params(shape, rate, hz, quality).ok());
            if let Some(coefficients) = made {
                self.filters[self.count] = DirectForm2Transposed::new(coefficients);
                self.count += 1;
            }
        }
        self
    }

    pub(crate) fn reset(&mut self) {
        self.filters.iter_mut().for_each(Biquad::reset_state);
        self.audible = false;
    }

    /// Real-time. Once nothing comes in and nothing audible is left, it does nothing.
    pub(crate) fn process(&mut self, samples: &mut [f32]) {
        let audible = make_finite(samples);
        if audible || self.audible {
            self.run(samples);
            self.audible = audible || samples.iter().any(|sample| sample.abs() > SILENT);
            if !self.audible {
                self.reset();
                samples.fill(0.0);
            }
        }
    }

    /// Of samples that are finite.
    fn run(&mut self, samples: &mut [f32]) {
        for filter in &mut self.filters[..self.count] {
            for sample in &mut *samples {
                *sample = filter.run(*sample);
            }
        }
    }
}

//! A parametric equaliser.

use biquad::Type;

use super::chain::{BUTTERWORTH, Chain};
use crate::types::{Decibels, SampleRate};

/// Most bands of an equaliser.
const MAX_BANDS: usize = 8;

/// Most that a band raises or lowers, in decibels.
const MOST: f32 = 24.0;

/// What a band does.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Shape {
    /// Raises or lowers about the frequency, by at most 24 dB.
    Peak(Decibels),
    /// Raises or lowers all below, by at most 24 dB.
    LowShelf(Decibels),
    /// Raises or lowers all above, by at most 24 dB.
    HighShelf(Decibels),
    /// Takes away all below, 12 dB an octave.
    HighPass,
    /// Takes away all above, 12 dB an octave.
    LowPass,
    /// Takes the frequency out.
    Notch,
}

/// One band of an equaliser.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Band {
    /// What it does.
    pub shape: Shape,
    /// Where, in hertz. A band at or above half the rate, or at 0, is left out.
    pub hz: f32,
    /// Quality: frequency over width. Taken as 0.1 to 30.
    pub quality: f32,
}

impl Band {
    /// With the quality of a Butterworth filter.
    pub const fn new(shape: Shape, hz: f32) -> Self {
        Self { shape, hz, quality: BUTTERWORTH }
    }

    /// Sets the quality.
    #[must_use]
    pub const fn quality(self, quality: f32) -> Self {
        Self { quality, ..self }
    }
}

/// Up to eight bands; without any the audio passes as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct EqualizerConfig {
    bands: [Option<Band>; MAX_BANDS],
}

impl EqualizerConfig {
    /// No band yet.
    pub const fn new() -> Self {
        Self { bands: [None; MAX_BANDS] }
    }

    /// Adds a band. A ninth one is left out.
    #[must_use]
    pub fn band(mut self, band: Band) -> Self {
        if let Some(free) = self.bands.iter_mut().find(|band| band.is_none()) {
            *free = Some(band);
        }
        self
    }

    /// The bands in order.
    pub fn bands(&self) -> impl Iterator<Item = &Band> {
        self.bands.iter().flatten()
    }
}

/// Biquads in a row (Audio EQ Cookbook, R. Bristow-Johnson).
#[derive(Clone, Debug)]
pub struct Equalizer {
    chain: Chain<MAX_BANDS>,
}

impl Equalizer {
    /// No allocation.
    pub fn new(rate: SampleRate, config: &EqualizerConfig) -> Self {
        let add = |chain: Chain<MAX_BANDS>, band: &Band| {
            let quality = if band.quality.is_finite() { band.quality.clamp(0.1, 30.0) } else { BUTTERWORTH };
            chain.with(rate, filter(band.shape), band.hz, quality)
        };
        Self { chain: config.bands().fold(Chain::new(), add) }
    }

    /// Filters in place. Real-time: as many biquads as bands.
    pub fn process(&mut self, frame: &mut [f32]) {
        self.chain.process(frame);
    }

    /// Samples by which the output lags: none.
    pub const fn latency(&self) -> usize {
        0
    }

    /// Forgets the audio so far.
    pub fn reset(&mut self) {
        self.chain.reset();
    }
}

fn filter(shape: Shape) -> Type<f32> {
    let bounded = |gain: Decibels| if gain.0.is_finite() { gain.0.clamp(-MOST, MOST) } else { 0.0 };
    match shape {
        Shape::Peak(gain) => Type::PeakingEQ(bounded(gain)),
        Shape::LowShelf(gain) => Type::LowShelf(bounded(gain)),
        Shape::HighShelf(gain) => Type::HighShelf(bounded(gain)),
        Shape::HighPass => Type::HighPass,
        Shape::LowPass => Type::LowPass,
        Shape::Notch => Type::Notch,
    }
}

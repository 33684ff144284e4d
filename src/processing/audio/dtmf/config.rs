//! What counts as a digit.

use crate::types::Decibels;

/// Limits of digits in the audio. Those that ITU-T Q.24 leaves no choice in (frequency, time) are fixed.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct DtmfConfig {
    /// Least level of each tone in dBm0, −36 by default. Q.24 has receivers take −24 to −29 and leave −29 to −55.
    pub min_level: Decibels,
    /// Most by which the high tone may be above the low one, 6 dB by default (Q.24: 4 to 6).
    pub twist: Decibels,
    /// Most by which it may be below, 10 dB by default (Q.24: 4 to 10).
    pub reverse_twist: Decibels,
}

impl Default for DtmfConfig {
    fn default() -> Self {
        Self { min_level: Decibels(-36.0), twist: Decibels(6.0), reverse_twist: Decibels(10.0) }
    }
}

impl DtmfConfig {
    /// Least level of each tone in dBm0, taken as −60 to 0.
    pub fn min_level(mut self, level: Decibels) -> Self {
        self.min_level = level;
        self
    }

    /// Most by which the high tone may be above the low one, and below it; each taken as 0 to 20 dB.
    pub fn twist(mut self, above: Decibels, below: Decibels) -> Self {
        (self.twist, self.reverse_twist) = (above, below);
        self
    }
}

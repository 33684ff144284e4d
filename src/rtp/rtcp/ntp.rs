//! NTP time as RTCP has it: seconds in 32 bits and their fractions in 32 more.

use std::time::Duration;

use crate::types::Micros;

/// A time stamp of RTCP.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct NtpTime(pub u64);

impl NtpTime {
    /// Engine time, where engine time 0 is `origin`.
    pub fn at(origin: NtpTime, now: Micros) -> Self {
        let (seconds, rest) = (now.0 / 1_000_000, now.0 % 1_000_000);
        Self(origin.0.wrapping_add(seconds << 32).wrapping_add((rest << 32) / 1_000_000))
    }

    /// The middle 32 bits: units of 2⁻¹⁶ s.
    pub fn middle(self) -> u32 {
        (self.0 >> 16) as u32
    }
}

/// A difference of middle time stamps as a duration.
pub fn to_duration(units: u32) -> Duration {
    Duration::from_micros((u64::from(units) * 1_000_000) >> 16)
}

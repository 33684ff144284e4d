//! How an engine watches quality.

use crate::engine::EngineConfig;
use crate::quality::Thresholds;
use crate::rtp::rtcp::NtpTime;
use crate::types::Millis;

impl EngineConfig {
    /// Time between two looks at a session that is watched, 100 ms to a minute; 2 s by default. What is measured by a look is
    /// that of this time.
    pub fn quality_interval(mut self, every: Millis) -> Self {
        self.quality_interval = every.clamp(Millis(100), Millis(60_000));
        self
    }

    /// Watches every session by these limits; none by default.
    pub fn thresholds(mut self, limits: Thresholds) -> Self {
        self.thresholds = Some(limits);
        self
    }

    /// The NTP time of engine time 0, for sender reports; by default 0: time since the start, which RFC 3550 §6.4.1 allows.
    pub fn ntp_origin(mut self, origin: NtpTime) -> Self {
        self.ntp_origin = origin;
        self
    }
}

//! Control of the adaptation speed (clause 4.2.5).

/// Slow for stationary signals such as modem data, fast for speech.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Speed {
    /// Short-term average of the codes' magnitudes (DMS), 12 bits.
    short_term: i32,
    /// Long-term average of them (DML), 14 bits.
    long_term: i32,
    /// Unlimited speed (AP) in 1/256, 10 bits.
    speed: i32,
}

impl Speed {
    pub(super) const fn new() -> Self {
        Self { short_term: 0, long_term: 0, speed: 0 }
    }

    /// The speed in 1/64, 0 to 64 (block LIMA).
    #[inline(always)]
    pub(super) fn limited(&self) -> i32 {
        (self.speed >> 2).min(64)
    }

    /// Adapts to a code (blocks FILTA, FILTB, SUBTC, FILTC, TRIGA).
    ///
    /// `magnitude` is FUNCTF of it, `factor` the scale factor that it was made with, `tone` and
    /// `transition` what the detector says of it.
    #[inline(always)]
    pub(super) fn adapt(&mut self, magnitude: i32, factor: i32, tone: bool, transition: bool) {
        self.short_term += ((magnitude << 9) - self.short_term) >> 5;
        self.long_term += ((magnitude << 11) - self.long_term) >> 7;
        let apart = ((self.short_term << 2) - self.long_term).abs();
        // Three octaves of scale: below is an idle channel.
        let changing = factor < 1536 || apart >= self.long_term >> 3 || tone;
        self.speed += ((i32::from(changing) << 9) - self.speed) >> 4;
        if transition {
            self.speed = 256;
        }
    }
}

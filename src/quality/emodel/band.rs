//! The three scales of R, and the curve from R to MOS.

/// What of the sound a connection carries; each has a scale of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Band {
    /// 300 to 3 400 Hz (G.107).
    Narrow,
    /// 50 to 7 000 Hz (G.107.1).
    Wide,
    /// 20 to 20 000 Hz (G.107.2).
    Full,
}

impl Band {
    /// The band that audio of a codec at this rate has.
    pub fn of_rate(hz: u32) -> Self {
        match hz {
            ..12_000 => Band::Narrow,
            12_000..=16_000 => Band::Wide,
            _ => Band::Full,
        }
    }

    /// R of a connection that nothing impairs beyond what is ordinary. Narrow band: by G.107's default values;
    /// wide band 129 (G.107.1 clause 7.2), full band 148 (G.107.2 clause 7.2).
    pub fn best(self) -> f64 {
        match self {
            Band::Narrow => 93.2,
            Band::Wide => 129.0,
            Band::Full => 148.0,
        }
    }

    /// How much longer than the narrow band's this scale is.
    pub fn stretch(self) -> f64 {
        match self {
            Band::Narrow => 1.0,
            Band::Wide => 1.29,
            Band::Full => 1.48,
        }
    }

    /// The mean opinion score of a rating, 1 to 4.5 (G.107 Annex B; Annex A of G.107.1 and G.107.2 scale R first).
    ///
    /// The curve dips below 1 between 0 and 6.5; there it is 1.
    pub fn mos(self, r: f64) -> f64 {
        let r = r / self.stretch();
        if r.is_nan() || r <= 0.0 {
            return 1.0;
        }
        if r >= 100.0 {
            return 4.5;
        }
        (1.0 + 0.035 * r + r * (r - 60.0) * (100.0 - r) * 7e-6).max(1.0)
    }

    /// The rating that has this score: the curve the other way round, by bisection, where it rises.
    pub fn rating_of(self, mos: f64) -> f64 {
        let (mut low, mut high) = (6.5 * self.stretch(), 100.0 * self.stretch());
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if self.mos(middle) < mos { low = middle } else { high = middle }
        }
        low
    }
}

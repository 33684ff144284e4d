//! What a codec costs, and what loss adds to that.

/// Where a codec's values come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Printed in this Recommendation.
    Itu(&'static str),
    /// Ours, by this method: no Recommendation has them.
    Estimated(&'static str),
}

/// A codec's part of the model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Impairment {
    /// Equipment impairment factor Ie without loss, on the scale of the codec's band.
    pub ie: f64,
    /// Packet-loss robustness factor Bpl: how well losses are concealed.
    pub bpl: f64,
    /// Where both come from.
    pub origin: Origin,
}

impl Impairment {
    /// A codec that costs nothing and conceals as G.107's default, which is not at all (Bpl 4.3).
    pub const NONE: Self = Self { ie: 0.0, bpl: 4.3, origin: Origin::Itu("G.107 Table 2") };

    /// Ie,eff at `loss` (per cent of the packets) whose runs are `burst_ratio` times as long as chance would make them
    /// (G.107 eq. 7-29, `most` is 95 there).
    pub fn effective(&self, loss: f64, burst_ratio: f64, most: f64) -> f64 {
        let loss = loss.clamp(0.0, 100.0);
        if loss == 0.0 {
            return self.ie;
        }
        let weight = loss / (loss / burst_ratio.max(1e-3) + self.bpl.max(1e-3));
        self.ie + (most - self.ie).max(0.0) * weight
    }
}

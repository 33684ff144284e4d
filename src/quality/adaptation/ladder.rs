//! Rungs of loss, climbed fast and left slowly.

/// Rungs, from a clean network on.
pub const RUNGS: usize = 5;

/// Loss in per cent from which on a rung is reached. A rung is left below half of its own.
const FROM: [f64; RUNGS] = [0.0, 1.0, 4.0, 10.0, 20.0];

/// Looks for which a rung that had to be taken again is kept longer, each time twice as long; up to this many times.
const MOST_DOUBLINGS: u32 = 5;
/// Looks after a step down within which a step up says that it was wrong.
const REGRET: u32 = 30;
/// Weight of a report above what was smoothed so far, and of one below.
const RISE: f64 = 0.3;
const FALL: f64 = 0.15;

/// Where a leg stands.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ladder {
    at: usize,
    up: u32,
    down: u32,
    /// Looks since the last step down; at first none was taken.
    since_down: Option<u32>,
    doublings: u32,
    smooth: Option<f64>,
}

impl Ladder {
    /// The rung.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Loss in per cent, smoothed.
    pub fn loss(&self) -> f64 {
        self.smooth.unwrap_or(0.0)
    }

    /// Takes in the loss of another look; `true`: the rung has changed. `patience`: looks in a row for a step up, and
    /// for one down.
    pub fn look(&mut self, loss: f64, patience: (u32, u32)) -> bool {
        let loss = if loss.is_finite() { loss.clamp(0.0, 100.0) } else { 0.0 };
        // Up at once, down slowly: a report of fifty packets says little.
        let follow = |before: f64| before + if loss > before { RISE } else { FALL } * (loss - before);
        let smooth = self.smooth.map_or(loss, follow);
        self.smooth = Some(smooth);
        self.since_down = self.since_down.map(|looks| looks.saturating_add(1));
        let reached = FROM.iter().rposition(|from| smooth >= *from).unwrap_or(0);
        self.up = if reached > self.at { self.up + 1 } else { 0 };
        self.down = if smooth < 0.5 * FROM[self.at] { self.down + 1 } else { 0 };
        if self.up >= patience.0 {
            let regretted = self.since_down.is_some_and(|looks| looks <= REGRET << self.doublings);
            self.doublings = match regretted {
                true => (self.doublings + 1).min(MOST_DOUBLINGS),
                false => self.doublings.saturating_sub(1),
            };
            (self.at, self.up, self.down) = (reached, 0, 0);
            return true;
        }
        if self.at > 0 && self.down >= patience.1 << self.doublings {
            (self.at, self.up, self.down, self.since_down) = (self.at - 1, 0, 0, Some(0));
            return true;
        }
        false
    }
}

//! When a step is taken, and when it is taken back: a function of the loads that were seen, and of nothing else.

use crate::engine::overload::OverloadPolicy;

/// A step back that has to be taken again within so many times the patience was wrong.
const REGRET: u32 = 20;
/// Times that the wait for a step back may double.
const MOST_DOUBLINGS: u32 = 5;

/// Where a worker stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ladder {
    taken: usize,
    /// Windows in a row above the limit, and below the lower one.
    hot: u32,
    cool: u32,
    /// Windows since the last step back; at first there was none.
    since_back: Option<u32>,
    doublings: u32,
}

/// What a window comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The step of this index is taken.
    Take(usize),
    /// The step of this index is taken back.
    Back(usize),
}

impl Ladder {
    /// Steps in force: the first so many of the policy.
    pub fn taken(&self) -> usize {
        self.taken
    }

    /// Takes in one more window's load, a share of the period; no number counts as none.
    pub fn look(&mut self, policy: &OverloadPolicy, load: f32) -> Option<Turn> {
        self.since_back = self.since_back.map(|windows| windows.saturating_add(1));
        self.hot = if load > policy.above { self.hot.saturating_add(1) } else { 0 };
        self.cool = if load < policy.below { self.cool.saturating_add(1) } else { 0 };
        if self.hot >= policy.patience && self.taken < policy.steps.len() {
            let soon = REGRET.saturating_mul(policy.patience);
            self.doublings = match self.since_back {
                Some(windows) if windows <= soon => (self.doublings + 1).min(MOST_DOUBLINGS),
                Some(_) => self.doublings.saturating_sub(1),
                None => self.doublings,
            };
            (self.hot, self.since_back, self.taken) = (0, None, self.taken + 1);
            return Some(Turn::Take(self.taken - 1));
        }
        if self.taken > 0 && self.cool >= policy.rest.saturating_mul(1 << self.doublings) {
            (self.cool, self.since_back, self.taken) = (0, Some(0), self.taken - 1);
            return Some(Turn::Back(self.taken));
        }
        None
    }
}

//! What ties a listener to a group: whether his packets come from there, and when they may.

use super::group::{Counters, Group};
use crate::codec::AudioEncoder;

/// Packets for which both encoders have to make the same bytes, or be in the same state, before one of them will do.
const EQUAL: u32 = 5;

/// Packets after a fork before a listener asks for a packet that lets him back in: 500 ms of 20 ms.
pub(crate) const HANG_OVER: u32 = 25;

/// A listener's tie to a group. All of it is real-time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bond {
    shared: bool,
    /// Packets that were the mix of all, and packets that would have been the same, since he went on alone.
    calm: u32,
    equal: u32,
    hang_over: u32,
    after_fork: u32,
}

impl Bond {
    /// Of one who has got nothing yet: nothing holds him back but what he may have in common already. After a fork he
    /// waits for `hang_over` packets.
    pub fn new(hang_over: u32) -> Self {
        // Who has the same state is in by the time that another one asks.
        Self { shared: false, calm: 0, equal: 0, hang_over: EQUAL + 1, after_fork: hang_over }
    }

    /// His packets come from the group.
    pub fn is_shared(&self) -> bool {
        self.shared
    }

    /// Before packet `stamp`, of which he hears what the group does: whether he gets it from there whatever it will be.
    pub fn enter(&mut self, group: &mut Group, stamp: u64, own: &dyn AudioEncoder, counters: &mut Counters) -> bool {
        if !self.shared && (self.equal >= EQUAL || (group.is_idle(stamp) && group.adopt(stamp, own))) {
            self.shared = true;
            counters.rejoins += 1;
        }
        if self.shared {
            group.hold(stamp);
        }
        self.shared
    }

    /// He goes on alone from packet `stamp` on, as if his encoder had always been his own.
    pub fn part(&mut self, group: &Group, stamp: u64, own: &mut dyn AudioEncoder, counters: &mut Counters) {
        if std::mem::take(&mut self.shared) {
            group.lend(stamp, own);
            self.hang_over = self.after_fork;
            counters.forks += 1;
        }
        self.stray();
    }

    /// He heard something else.
    pub fn stray(&mut self) {
        (self.calm, self.equal) = (0, 0);
    }

    /// After packet `stamp` of the group, all of which he has heard: whether that lets him in.
    pub fn let_in(&mut self, group: &mut Group, stamp: u64, counters: &mut Counters) -> bool {
        self.calm = self.calm.saturating_add(1);
        // A newcomer's decoder knows little that could do harm.
        let newcomer = self.hang_over < self.after_fork;
        if self.calm > self.hang_over && group.is_open(newcomer) {
            self.shared = true;
            group.hold(stamp);
            counters.rejoins += 1;
            return true;
        }
        if self.calm >= self.hang_over {
            group.want(newcomer);
        }
        false
    }

    /// His own encoder is to lean towards the group's, if its codec has a way.
    pub fn leans(&self) -> bool {
        !self.shared && self.calm >= self.hang_over
    }

    /// Whether the group's packet would have done for his own.
    pub fn compare(&mut self, same: bool) {
        self.equal = if same { self.equal.saturating_add(1) } else { 0 };
    }
}

//! From what is seen of the network to changes of settings.

use crate::quality::adaptation::{Adjustment, Knobs, Ladder, Look, Policy, Reason, Setting};

/// Adapts one leg. It looks in even intervals of a second or more.
#[derive(Clone, Debug)]
pub struct Controller {
    policy: Policy,
    knobs: Knobs,
    ladder: Ladder,
    expected_loss: u8,
    complexity: u8,
    /// Looks in a row with late packets, and without, and the floor under the delay that came of it.
    late: (u32, u32),
    floor_ms: Option<u32>,
    busy: u32,
}

/// Late packets in per cent from which on the delay is held up.
const LATE: f64 = 2.0;
/// Load from which on an encoder's effort falls, and below which it comes back.
const BUSY: f64 = 0.8;
const FREE: f64 = 0.6;
const CHEAP_COMPLEXITY: u8 = 5;

impl Controller {
    /// A controller of a leg on a network that nothing is known of.
    pub fn new(policy: Policy, knobs: Knobs) -> Self {
        let (ladder, late) = Default::default();
        Self { policy, knobs, ladder, expected_loss: 0, complexity: knobs.complexity, late, floor_ms: None, busy: 0 }
    }

    /// The policy.
    pub fn policy(&self) -> Policy {
        self.policy
    }

    /// The rung that the leg stands on: 0 is a clean network.
    pub fn rung(&self) -> usize {
        self.ladder.at()
    }

    /// Takes in a look; tells what is to be changed.
    pub fn look(&mut self, look: &Look, mut tell: impl FnMut(Adjustment)) {
        if let Some(loss) = look.sent_loss {
            self.follow_loss(loss, &mut tell);
        }
        self.follow_lateness(look, &mut tell);
        self.follow_load(look.load, &mut tell);
    }

    fn follow_loss(&mut self, loss: f64, tell: &mut impl FnMut(Adjustment)) {
        let before = self.ladder.at();
        let moved = self.ladder.look(loss, self.policy.patience());
        let (at, smooth) = (self.ladder.at(), self.ladder.loss());
        let reason = if at >= before { Reason::SentLoss(smooth) } else { Reason::SentLossFell(smooth) };
        if moved {
            self.step(before, at, reason, tell);
        }
        // In steps of 5 %, with a dead band of one: what error correction spends should not follow each report.
        let wanted = if at == 0 { 0 } else { ((smooth / 5.0).ceil() * 5.0).clamp(5.0, 30.0) as u8 };
        let far = wanted.abs_diff(self.expected_loss) > 5 || (wanted == 0) != (self.expected_loss == 0);
        if self.knobs.bitrate.is_some() && far {
            self.expected_loss = wanted;
            tell(Adjustment { setting: Setting::ExpectedLoss(wanted), reason });
        }
    }

    fn step(&self, before: usize, at: usize, reason: Reason, tell: &mut impl FnMut(Adjustment)) {
        let (old, new, knobs) = (self.policy.rung(before), self.policy.rung(at), &self.knobs);
        let mut tell = |setting| tell(Adjustment { setting, reason });
        if let Some(base) = knobs.bitrate {
            if (old.fec || knobs.fec) != (new.fec || knobs.fec) {
                tell(Setting::Fec(new.fec || knobs.fec));
            }
            if old.bitrate != new.bitrate {
                tell(Setting::Bitrate((f64::from(base) * new.bitrate).max(6_000.0) as u32));
            }
            if old.bandwidth != new.bandwidth {
                tell(Setting::Bandwidth(new.bandwidth.map_or(knobs.bandwidth, |most| most.min(knobs.bandwidth))));
            }
            if (old.dtx || knobs.dtx) != (new.dtx || knobs.dtx) {
                tell(Setting::Dtx(new.dtx || knobs.dtx));
            }
        }
        if let Some(least) = knobs.redundancy
            && old.redundancy.max(least) != new.redundancy.max(least)
        {
            tell(Setting::Redundancy(new.redundancy.max(least)));
        }
        let ptime = |times: u32| (knobs.ptime_ms * times).min(knobs.most_ptime_ms).max(knobs.ptime_ms);
        if ptime(old.ptime) != ptime(new.ptime) {
            tell(Setting::Ptime(ptime(new.ptime)));
        }
    }

    /// Holds the delay up where playout takes it down too early again and again; lets go slowly.
    fn follow_lateness(&mut self, look: &Look, tell: &mut impl FnMut(Adjustment)) {
        let (up, down) = self.policy.patience();
        self.late = if look.late >= LATE { (self.late.0 + 1, 0) } else { (0, self.late.1 + 1) };
        let floor = (look.delay_p95_ms + 20).div_ceil(10) * 10;
        let floor = floor.clamp(self.knobs.jitter_min_ms, self.knobs.jitter_max_ms);
        if self.late.0 > up && self.floor_ms.is_none_or(|now| floor > now) && floor > self.knobs.jitter_min_ms {
            (self.floor_ms, self.late) = (Some(floor), (0, 0));
            tell(Adjustment { setting: Setting::JitterMin(floor), reason: Reason::Late(look.late) });
        }
        if self.floor_ms.is_some() && self.late.1 > 4 * down {
            (self.floor_ms, self.late) = (None, (0, 0));
            tell(Adjustment { setting: Setting::JitterMin(self.knobs.jitter_min_ms), reason: Reason::InTime });
        }
    }

    fn follow_load(&mut self, load: f64, tell: &mut impl FnMut(Adjustment)) {
        let cheap = CHEAP_COMPLEXITY.min(self.knobs.complexity);
        let (target, speaks) = match self.complexity > cheap {
            true => (cheap, load > BUSY),
            false => (self.knobs.complexity, load < FREE),
        };
        self.busy = if speaks && target != self.complexity { self.busy + 1 } else { 0 };
        let (up, down) = self.policy.patience();
        let needed = if target == cheap { up } else { down };
        if self.knobs.bitrate.is_some() && self.busy >= needed.max(1) && target != self.complexity {
            (self.complexity, self.busy) = (target, 0);
            tell(Adjustment { setting: Setting::Complexity(target), reason: Reason::Load(load) });
        }
    }
}

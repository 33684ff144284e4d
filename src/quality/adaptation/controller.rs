//! From what is seen of the network to changes of settings.

use serde::Serialize;

use crate::quality::adaptation::{Ladder, Policy};

/// What a leg can change at all, and what it began with.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Knobs {
    /// Bits per second of an encoder whose rate, band, effort and error correction can be set; `None`: it has none of that.
    pub bitrate: Option<u32>,
    /// Effort of that encoder.
    pub complexity: u8,
    /// What error correction, discontinuous transmission and band were at the beginning.
    pub fec: bool,
    /// See `fec`.
    pub dtx: bool,
    /// Highest audio frequency of that encoder in hertz.
    pub bandwidth: i32,
    /// Levels of redundancy at the beginning; `None`: signalling agreed on none.
    pub redundancy: Option<u8>,
    /// Packet time at the beginning in milliseconds, and the longest one that may be sent.
    pub ptime_ms: u32,
    /// See `ptime_ms`.
    pub most_ptime_ms: u32,
    /// Least delay of the jitter buffer at the beginning in milliseconds, and the largest one.
    pub jitter_min_ms: u32,
    /// See `jitter_min_ms`.
    pub jitter_max_ms: u32,
}

impl Knobs {
    /// A leg that can change nothing but its jitter buffer.
    pub fn fixed(ptime_ms: u32, jitter_min_ms: u32, jitter_max_ms: u32) -> Self {
        Self {
            bitrate: None,
            complexity: 0,
            fec: false,
            dtx: false,
            bandwidth: 20_000,
            redundancy: None,
            ptime_ms,
            most_ptime_ms: ptime_ms,
            jitter_min_ms,
            jitter_max_ms,
        }
    }
}

/// What was seen since the last look.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Look {
    /// Loss of what is sent in per cent, as the far end told since the last look; `None`: it told nothing new.
    pub sent_loss: Option<f64>,
    /// Part of what came too late to be played, in per cent.
    pub late: f64,
    /// The delay that 95 % of the packets received stay below, in milliseconds; 0: not known.
    pub delay_p95_ms: u32,
    /// Share of its time that the worker is busy, 0 to 1.
    pub load: f64,
}

/// A setting, with the value that it is to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Setting {
    /// Bits per second.
    Bitrate(u32),
    /// In-band error correction.
    Fec(bool),
    /// What that counts on, in per cent.
    ExpectedLoss(u8),
    /// Effort, 0 to 10.
    Complexity(u8),
    /// Highest audio frequency in hertz.
    Bandwidth(i32),
    /// Discontinuous transmission.
    Dtx(bool),
    /// Repetitions of each payload (RFC 2198).
    Redundancy(u8),
    /// Packet time in milliseconds.
    Ptime(u32),
    /// Least delay of the jitter buffer in milliseconds.
    JitterMin(u32),
}

/// Why.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reason {
    /// So much of what is sent is lost, in per cent.
    SentLoss(f64),
    /// Less of what is sent is lost than before, in per cent.
    SentLossFell(f64),
    /// So much of what comes is too late, in per cent.
    Late(f64),
    /// Nothing has been late for long.
    InTime,
    /// The worker is busy for this share of its time.
    Load(f64),
}

/// A change of a setting, with its reason.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Adjustment {
    /// What.
    pub setting: Setting,
    /// Why.
    pub reason: Reason,
}

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

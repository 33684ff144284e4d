//! What to do when the decoded audio does not last for the next 10 ms. It does nothing itself.
//!
//! All delays are counted from a packet's media time plus the smallest transit of late: a packet
//! that arrives as early as any has a lead of 0 on arrival, and its lead grows while it waits.

use crate::types::TICK_US;

/// How the first waiting packet relates to what was played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follows {
    /// It is the very next one.
    Next,
    /// It is the next one, and the sender paused before it.
    Pause,
    /// Packets before it are missing.
    Gap {
        /// Samples of the missing span that are not concealed yet.
        left: usize,
    },
    /// Another source, or the same one on a new time line.
    Anew,
}

/// The first waiting packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its relation to what was played.
    pub follows: Follows,
    /// Delay that it would be played with now, in microseconds.
    pub lead_us: i64,
    /// Time since its arrival.
    pub waited_us: i64,
    /// Media time from it to the newest packet that waits.
    pub backlog_us: i64,
    /// Its own duration.
    pub duration_us: i64,
    /// It holds audio; otherwise the sender pauses, or sends events.
    pub audio: bool,
}

/// What a decision depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Situation {
    /// The first waiting packet, if one waits.
    pub head: Option<Head>,
    /// Silence is being played: at the start, in a pause, or after an outage.
    pub silent: bool,
    /// What was concealed since the last packet, in microseconds.
    pub concealed_us: i64,
    /// Decoded audio that is played before the first packet.
    pub pending_us: i64,
    /// Time since the newest of the waiting packets came.
    pub overdue_us: i64,
    /// Time since the last stretch.
    pub since_stretch_us: i64,
    /// Delay to aim at.
    pub target_us: i64,
    /// The delay is fixed: nothing is stretched.
    pub fixed: bool,
}

/// What becomes audio next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Digital silence for the rest of the tick.
    Silence,
    /// Concealment, for at most so many samples.
    Conceal(usize),
    /// Take the first packet, which holds no audio.
    Step,
    /// Drop the first packet: the delay is beyond all bounds.
    Discard,
    /// Decode the first packet.
    Normal,
    /// Decode the first packet and blend it with the concealment before it.
    Merge,
    /// Decode, and take a pitch period out.
    Accelerate,
    /// Decode, and put a pitch period in.
    Expand,
}

/// After so long with nothing to play it is no loss to conceal but silence.
const OUTAGE_US: i64 = 1_000_000;
/// Delay off the target that is not worth a stretch: half a tick, as the target lies on ticks.
const OFF_US: i64 = 5_000;
/// A packet that did not wait nearly a tick leaves nothing to play from if playout runs ahead of it.
const WAITED_US: i64 = 8_000;
/// Packets after a gap are played before the gap is filled if they would have this much too much delay.
const EARLY_US: i64 = 20_000;
/// What may wait beyond the target before packets are dropped: what would take more than a second to catch up with.
const EXCESS_US: i64 = 300_000;
/// Least time between two stretches, so that speech keeps its rhythm.
const STRETCH_APART_US: i64 = 40_000;
/// As before, when playout is about to run dry: a packet.
const URGENT_APART_US: i64 = 20_000;
/// Packets that are sent steadily should have come by then.
const OVERDUE_US: i64 = 30_000;

/// Decides. Pure; real-time.
pub fn decide(now: &Situation) -> Decision {
    let Some(head) = now.head else {
        let over = now.silent || now.concealed_us >= OUTAGE_US;
        return if over { Decision::Silence } else { Decision::Conceal(usize::MAX) };
    };
    if !head.audio {
        return step(now, &head);
    }
    if head.backlog_us > now.target_us + EXCESS_US + head.duration_us {
        return Decision::Discard;
    }
    // The wait is bounded even where the lead is wrong, as it is while the smallest transit moves.
    let ripe = head.lead_us >= now.target_us || head.waited_us >= now.target_us;
    if now.silent {
        return if ripe { play(now) } else { Decision::Silence };
    }
    match head.follows {
        Follows::Anew => play(now),
        Follows::Next => stretch(now, &head),
        Follows::Pause if ripe => play(now),
        Follows::Pause => Decision::Silence,
        Follows::Gap { left: 0 } => play(now),
        Follows::Gap { .. } if head.lead_us >= now.target_us + EARLY_US => play(now),
        Follows::Gap { .. } if now.concealed_us >= OUTAGE_US => Decision::Silence,
        Follows::Gap { left } => Decision::Conceal(left),
    }
}

/// What is no audio waits only for what may still come before it.
fn step(now: &Situation, head: &Head) -> Decision {
    let ripe = head.lead_us >= now.target_us || head.waited_us >= now.target_us;
    match head.follows {
        Follows::Gap { .. } if now.silent && !ripe => Decision::Silence,
        Follows::Gap { left } if left > 0 && !now.silent && !ripe => Decision::Conceal(left),
        _ => Decision::Step,
    }
}

fn play(now: &Situation) -> Decision {
    if now.concealed_us > 0 { Decision::Merge } else { Decision::Normal }
}

fn stretch(now: &Situation, head: &Head) -> Decision {
    if now.concealed_us > 0 {
        return Decision::Merge;
    }
    let excess = head.lead_us.saturating_add(now.pending_us).saturating_sub(now.target_us);
    if now.fixed {
        // Nothing may be stretched; what should have been over by now is dropped.
        let over = head.duration_us.max(TICK_US as i64) + OFF_US;
        return if excess >= over { Decision::Discard } else { Decision::Normal };
    }
    // How long the network stays away is best known by how long it has: where less than that is left, what is there is
    // played slowly, so that less is concealed when it runs out.
    let left = head.backlog_us.saturating_add(head.duration_us).saturating_add(now.pending_us);
    if now.overdue_us >= OVERDUE_US.max(left) && now.since_stretch_us >= URGENT_APART_US {
        return Decision::Expand;
    }
    if now.since_stretch_us < STRETCH_APART_US {
        Decision::Normal
    } else if excess > OFF_US && head.waited_us >= WAITED_US {
        Decision::Accelerate
    } else if excess < -OFF_US {
        Decision::Expand
    } else {
        Decision::Normal
    }
}

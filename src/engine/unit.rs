//! One tick of one unit: a session alone, or a bridged pair whose legs meet within the tick.

use std::sync::atomic::Ordering::Relaxed;

use crate::engine::command::Report;
use crate::engine::telemetry::WorkerFigures;
use crate::engine::worker::RESERVED;
use crate::graph::{Exchange, NodeEvents, Segment, TickContext};
use crate::rt::{Clock, Egress, Producer, fence};
use crate::session::Session;
use crate::types::Tick;

/// One tick in this many, each node's time is taken.
const PROFILE_INTERVAL: u64 = 16;

/// What a session needs of its worker for one tick.
pub(crate) struct Desk<'a> {
    pub tick: Tick,
    pub stats_interval: u64,
    pub egress: &'a mut Egress,
    pub events: &'a mut NodeEvents,
    pub reports: &'a mut Producer<Report>,
    pub figures: &'a WorkerFigures,
    pub panicked: &'a mut Vec<u32>,
    pub clock: &'a Clock,
}

/// Runs a session that hears nobody. Real-time.
pub(crate) fn run_single(session: &mut Session, exchange: &mut Exchange, desk: &mut Desk<'_>) {
    if session.next_tick > desk.tick {
        return;
    }
    exchange.clear();
    half(session, Segment::Up, exchange, desk);
    half(session, Segment::Down, exchange, desk);
    close(session, desk);
}

/// Runs both legs up to where they meet, crosses them, and runs both on. Real-time.
pub(crate) fn run_pair(a: &mut Session, b: &mut Session, near: &mut Exchange, far: &mut Exchange, desk: &mut Desk<'_>) {
    let (a_due, b_due) = (a.next_tick <= desk.tick, b.next_tick <= desk.tick);
    near.clear();
    far.clear();
    if a_due {
        half(a, Segment::Up, near, desk);
    }
    if b_due {
        half(b, Segment::Up, far, desk);
    }
    Exchange::cross(near, far);
    if a_due {
        half(a, Segment::Down, near, desk);
        close(a, desk);
    }
    if b_due {
        half(b, Segment::Down, far, desk);
        close(b, desk);
    }
}

fn half(session: &mut Session, segment: Segment, exchange: &mut Exchange, desk: &mut Desk<'_>) {
    if session.quarantined {
        return;
    }
    let tick = desk.tick;
    let skipped = (tick.0 - session.next_tick.0).min(u64::from(u32::MAX)) as u32;
    let mut cx = TickContext { tick, skipped, session: session.id, exchange, egress: desk.egress, events: desk.events };
    let profiled = is_profiled(session, tick);
    let clock = desk.clock;
    let outcome = fence(|| match profiled {
        false => session.run(segment, &mut cx),
        true => session.run_profiled(segment, &mut cx, &mut || clock.now()),
    });
    if outcome.is_err() {
        session.quarantined = true;
        cx.exchange.outgoing.present = false;
        cx.exchange.relay_out.clear();
        // Room for every session, and each comes here once.
        desk.panicked.push(session.id.index());
    }
    if !desk.events.is_empty() {
        pass_on_events(session, desk);
    }
}

fn close(session: &mut Session, desk: &mut Desk<'_>) {
    let (tick, at) = (desk.tick, desk.tick.0 + u64::from(session.id.index()));
    if !session.quarantined {
        if is_profiled(session, tick) {
            session.publish_nodes();
        }
        session.ran(tick);
        if at.is_multiple_of(desk.stats_interval) && fence(|| session.publish()).is_err() {
            session.quarantined = true;
            desk.panicked.push(session.id.index());
        }
    }
}

fn is_profiled(session: &Session, tick: Tick) -> bool {
    (tick.0 + u64::from(session.id.index())).is_multiple_of(PROFILE_INTERVAL)
}

fn pass_on_events(session: &Session, desk: &mut Desk<'_>) {
    let mut lost = u64::from(desk.events.take_lost());
    for event in desk.events.drain() {
        let report = Report::Node { session: session.id, tick: desk.tick, event };
        let fits = desk.reports.slots() > RESERVED;
        if !fits || desk.reports.push(report).is_err() {
            lost += 1;
        }
    }
    if lost > 0 {
        desk.figures.reports_lost.fetch_add(lost, Relaxed);
    }
}

//! One tick of one unit: a session alone, or a bridged pair whose legs meet within the tick.

use std::sync::atomic::Ordering::Relaxed;

use crate::engine::command::Report;
use crate::engine::pace::Pace;
use crate::engine::room::{Hall, Part};
use crate::engine::telemetry::WorkerFigures;
use crate::engine::worker::RESERVED;
use crate::graph::{Exchange, Segment, TickContext};
use crate::mixer::Mix;
use crate::rt::{Clock, Producer, fence};
use crate::session::{Session, faded_only, plain_sender};
use crate::types::Tick;

/// What a session needs of its worker for one tick.
pub(crate) struct Desk<'a> {
    /// What nodes see; its exchange is the one of the session that runs.
    pub cx: &'a mut TickContext,
    /// The exchange of the other leg of a pair.
    pub far: &'a mut Exchange,
    pub pace: Pace,
    pub reports: &'a mut Producer<Report>,
    pub figures: &'a WorkerFigures,
    pub panicked: &'a mut Vec<u32>,
    pub clock: &'a Clock,
}

/// Runs a session that is not bridged; what one that sits in a room says the others hear a tick later. Real-time.
pub(crate) fn run_single(session: &mut Session, hall: &mut Hall, desk: &mut Desk<'_>) {
    let tick = desk.cx.tick;
    if session.next_tick > tick {
        return;
    }
    desk.cx.exchange.clear();
    desk.cx.exchange.may_rest = session.seat.is_some() && hall.may_rest(session);
    half(session, Segment::Up, desk);
    if session.seat.is_some() {
        let mix = sit_in(session, hall, tick, &mut desk.cx.exchange);
        desk.cx.lent = hall.lend(session, mix);
    }
    half(session, Segment::Down, desk);
    if session.seat.is_some() {
        hall.take_back(session, desk.cx.lent.take());
    }
    close(session, desk);
    if session.seat.as_ref().is_some_and(|seat| seat.is_leaving()) {
        session.parting = session.seat.take();
    }
    if session.parting.is_some() {
        hall.leave_last(session);
    }
}

/// Crosses a session's frames with its room's; tells whose mix it hears.
fn sit_in(session: &mut Session, hall: &mut Hall, tick: Tick, exchange: &mut Exchange) -> Option<Mix> {
    let mut mix = None;
    let Session { seat, parting, graph, edit, next_tick, .. } = session;
    let settled = parting.is_none() && edit.is_none() && *next_tick == tick;
    for seat in [seat, parting].into_iter().flatten() {
        let Some(Part { room, choice, groups, undecoded, .. }) = hall.part(seat.room) else { continue };
        match exchange.rested {
            Some(packets) => {
                *undecoded += u64::from(packets);
                seat.rest(room, choice.as_mut());
            }
            None => seat.say(room, choice.as_mut(), &exchange.outgoing),
        }
        // Of the room that it leaves it hears no more: the one that it enters fades in.
        if exchange.incoming.present {
            continue;
        }
        mix = seat.hear(room, tick, exchange, |mix| {
            let sender = plain_sender(graph).filter(|_| settled);
            sender.zip(groups.as_deref_mut()).is_some_and(|(sender, groups)| sender.is_served(groups, mix, tick))
        });
        if exchange.sides.length > 0 {
            seat.send_off(faded_only(graph).filter(|_| edit.is_none()), &mut exchange.sides);
        }
    }
    mix
}

/// Runs both legs up to where they meet, crosses them, and runs both on; tells which of them relays, where both ran. Real-time.
pub(crate) fn run_pair(a: &mut Session, b: &mut Session, desk: &mut Desk<'_>) -> Option<[bool; 2]> {
    let (a_due, b_due) = (a.next_tick <= desk.cx.tick, b.next_tick <= desk.cx.tick);
    desk.cx.exchange.clear();
    desk.far.clear();
    if a_due {
        half(a, Segment::Up, desk);
    }
    desk.change_legs();
    if b_due {
        half(b, Segment::Up, desk);
    }
    Exchange::cross(&mut desk.cx.exchange, desk.far);
    if b_due {
        half(b, Segment::Down, desk);
        close(b, desk);
    }
    desk.change_legs();
    if a_due {
        half(a, Segment::Down, desk);
        close(a, desk);
    }
    (a_due && b_due).then_some([desk.cx.exchange.relays, desk.far.relays])
}

impl Desk<'_> {
    /// Makes the other leg's exchange the one that nodes see.
    pub(super) fn change_legs(&mut self) {
        std::mem::swap(&mut self.cx.exchange, self.far);
    }
}

fn half(session: &mut Session, segment: Segment, desk: &mut Desk<'_>) {
    if session.quarantined {
        return;
    }
    let (tick, clock) = (desk.cx.tick, desk.clock);
    desk.cx.skipped = (tick.0 - session.next_tick.0).min(u64::from(u32::MAX)) as u32;
    let profiled = desk.pace.is_profiled(session, tick);
    within(session, desk, |session, cx| match profiled {
        false => session.run(segment, cx),
        true => session.run_profiled(segment, cx, &mut || clock.now()),
    });
}

/// Lets a session work with what is its own on the way out, behind a fence. Real-time if `work` is.
pub(super) fn within(session: &mut Session, desk: &mut Desk<'_>, work: impl FnOnce(&mut Session, &mut TickContext)) {
    let cx = &mut *desk.cx;
    cx.session = session.id;
    std::mem::swap(&mut session.tap, &mut cx.egress.tap);
    if let Some(tap) = &mut cx.egress.tap {
        tap.tick = cx.tick;
    }
    if let Some(mirror) = &mut session.mirror {
        // Whoever gets copies may have run in this tick already, or not: all get them in the next one.
        mirror.stamp = Tick(cx.tick.0 + 1).start().0;
    }
    cx.egress.mirror = session.mirror.take();
    let outcome = fence(|| work(session, cx));
    std::mem::swap(&mut session.tap, &mut desk.cx.egress.tap);
    session.mirror = desk.cx.egress.mirror.take();
    if outcome.is_err() {
        session.quarantined = true;
        desk.cx.exchange.outgoing.present = false;
        desk.cx.exchange.relay_out.clear();
        // Room for every session, and each comes here once.
        desk.panicked.push(session.id.index());
    }
    if !desk.cx.events.is_empty() {
        pass_on_events(session, desk);
    }
}

fn close(session: &mut Session, desk: &mut Desk<'_>) {
    let tick = desk.cx.tick;
    if session.ends.is_some() && desk.reports.slots() > RESERVED {
        let mut lingers = false;
        // Nodes of a user's are asked, too; what panics has nothing more to say.
        let _ = fence(|| lingers = session.lingers(tick));
        if !lingers {
            session.ends = None;
            let _ = desk.reports.push(Report::PlayedOut { session: session.id, tick });
        }
    }
    if !session.quarantined {
        if desk.pace.is_profiled(session, tick) {
            session.publish_nodes();
        }
        session.ran(tick);
        if desk.pace.is_told(session, tick) && fence(|| session.publish()).is_err() {
            session.quarantined = true;
            desk.panicked.push(session.id.index());
        }
    }
}

fn pass_on_events(session: &Session, desk: &mut Desk<'_>) {
    let tick = desk.cx.tick;
    let mut lost = u64::from(desk.cx.events.take_lost());
    for event in desk.cx.events.drain() {
        let report = Report::Node { session: session.id, tick, event };
        let fits = desk.reports.slots() > RESERVED;
        if !fits || desk.reports.push(report).is_err() {
            lost += 1;
        }
    }
    if lost > 0 {
        desk.figures.reports_lost.fetch_add(lost, Relaxed);
    }
}

//! Relayed packets that do not wait for their session's phase.
//!
//! A pass between two ticks of a pair comes to what the later tick would make of the same packets: it is made
//! only where nothing but the packets themselves lies between the two, and of all that wait or of none.

use crate::engine::unit::{Desk, within};
use crate::engine::worker::Worker;
use crate::graph::Exchange;
use crate::graph::nodes::{Receive, Send};
use crate::session::{Session, plain_sender};
use crate::types::Tick;

impl Worker {
    /// Passes on what has come for pairs of other phases that relay. Real-time: O(sessions / 64), and 16 packets for each one rung for.
    pub(super) fn forward(&mut self, tick: Tick, phase: u8) {
        for word in 0..self.ends.bells.words() {
            let mut rung = self.ends.bells.take(word);
            while rung != 0 {
                self.forward_leg(64 * word as u32 + rung.trailing_zeros(), tick, phase);
                rung &= rung - 1;
            }
        }
    }

    fn forward_leg(&mut self, index: u32, tick: Tick, phase: u8) {
        let Some(session) = self.table.slot(index).filter(|session| session.phase != phase) else { return };
        let Some(peer) = session.peer else { return self.ends.bells.listen(index, false) };
        self.at_desk(tick, |table, _, desk| {
            if let Some((from, to)) = table.both(index, peer) {
                pass(from, to, desk);
            }
        });
    }
}

/// Passes on what waits for one leg, if the next tick of the pair would do just that with it.
fn pass(from: &mut Session, to: &mut Session, desk: &mut Desk<'_>) {
    let (now, next) = (desk.cx.tick, from.next_tick);
    let in_step = to.next_tick == next && (next == now || next.0 == now.0 + 1);
    let sound = !from.quarantined && !to.quarantined && from.speaks_plainly() && to.edit.is_none();
    if !in_step || !sound || !plain_sender(&to.graph).is_some_and(Send::forwards) {
        return;
    }
    let mut count = 0;
    // What it shall come to is what the next tick would make of it.
    (desk.cx.tick, desk.cx.skipped) = (next, 0);
    desk.cx.exchange.clear();
    desk.far.clear();
    within(from, desk, |session, cx| {
        let first = 0;
        session.graph.visit(first, cx, |receive: &mut Receive, io| count = receive.take_ahead(io));
    });
    if count == 0 {
        return;
    }
    Exchange::cross(&mut desk.cx.exchange, desk.far);
    desk.change_legs();
    within(to, desk, |session, cx| {
        let last = session.graph.nodes.len() - 1;
        session.graph.visit(last, cx, |send: &mut Send, io| send.forward(io));
    });
}

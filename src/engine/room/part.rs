//! One worker's part of a room: its share of the mix, and the rings to the parts of other workers.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use crate::engine::room::{PartFigures, RoomSpec};
use crate::mixer::talkers::{Choice, TalkEvent, Told};
use crate::mixer::{Partial, Room};
use crate::rt::{Consumer, Producer, ring};
use crate::types::{RoomId, Tick, WorkerId};

/// What one part tells another.
#[expect(
    clippy::large_enum_variant,
    reason = "it lies in a ring's place, whatever it is; a box would be freed on a worker"
)]
pub(crate) enum Message {
    Sum(Partial),
    /// Who has talked in a turn.
    Talk(u64, Told),
    /// All of a turn was told.
    End(u64),
}

/// Messages that may be on their way to a worker besides a tick of all zones at all rates.
const ON_THE_WAY: usize = 6;

/// The way to and from the same room's part on another worker.
struct Link {
    to: Producer<Message>,
    from: Consumer<Message>,
    /// The turn from which on the other part takes part.
    since: Option<u64>,
}

/// A part of a room. Everything but its making is real-time.
pub(crate) struct Part {
    pub id: RoomId,
    pub room: Room,
    /// Who is heard, in a room that chooses.
    pub choice: Option<Choice>,
    /// By worker; none to itself.
    links: Vec<Option<Link>>,
    /// Whether this worker takes part.
    active: bool,
    /// Sums that did not come in time, or did not fit.
    missed: u64,
    pub figures: Arc<PartFigures>,
}

/// Bytes of the rings between the parts of a room.
pub(crate) fn ring_bytes(spec: &RoomSpec, workers: usize) -> usize {
    workers * workers.saturating_sub(1) * (ON_THE_WAY + spec.most_sums()) * size_of::<Message>()
}

/// A room's parts, one for each worker, with rings between all of them. Allocates.
pub(crate) fn parts(id: RoomId, spec: &RoomSpec, shares: Vec<Room>) -> Vec<Part> {
    let (workers, on_the_way) = (shares.len(), ON_THE_WAY + spec.most_sums());
    let mut links: Vec<Vec<Option<Link>>> = (0..workers).map(|_| (0..workers).map(|_| None).collect()).collect();
    for (a, b) in (0..workers).flat_map(|a| (a + 1..workers).map(move |b| (a, b))) {
        let (there, here) = (ring(on_the_way), ring(on_the_way));
        links[a][b] = Some(Link { to: there.0, from: here.1, since: None });
        links[b][a] = Some(Link { to: here.0, from: there.1, since: None });
    }
    let choice = || spec.choice(workers);
    let part =
        |(links, room)| Part { id, room, choice: choice(), links, active: false, missed: 0, figures: Arc::default() };
    links.into_iter().zip(shares).map(part).collect()
}

/// The room's turn in a tick.
fn turn_of(tick: Tick) -> u64 {
    tick.0 + 1
}

impl Part {
    /// A worker takes part from `tick` on; `me` is the one that this part is of.
    pub fn span(&mut self, me: WorkerId, worker: WorkerId, tick: Tick) {
        match self.links.get_mut(usize::from(worker.0)) {
            _ if me == worker => self.active = true,
            Some(Some(link)) => _ = link.since.get_or_insert(turn_of(tick)),
            _ => {}
        }
    }

    /// Makes ready for `tick`: what was said in the tick before, here and elsewhere, is heard now.
    ///
    /// Tells who is heard from now on, and who not any more.
    pub fn gather(&mut self, tick: Tick, tell: impl FnMut(TalkEvent)) {
        let before = tick.0;
        for (worker, link) in self.links.iter_mut().enumerate() {
            let Some(link) = link else { continue };
            let mut ended = false;
            while let Some(Message::Sum(Partial { turn, .. }) | Message::Talk(turn, _) | Message::End(turn)) =
                link.from.peek()
            {
                if *turn > before {
                    break;
                }
                match link.from.pop() {
                    Some(Message::Sum(partial)) if partial.turn == before => {
                        self.missed += u64::from(!self.room.add_partial(&partial));
                    }
                    Some(Message::Talk(turn, told)) if turn == before => {
                        if let Some(choice) = &mut self.choice {
                            choice.hear(worker, &told);
                        }
                    }
                    Some(Message::End(turn)) => ended |= turn == before,
                    _ => {}
                }
            }
            let expected = self.active && link.since.is_some_and(|since| since <= before);
            self.missed += u64::from(expected && !ended);
        }
        self.figures.missed.store(self.missed, Relaxed);
        self.room.turn_to(turn_of(tick));
        if let Some(choice) = &mut self.choice {
            choice.turn(tell);
        }
    }

    /// Tells the other workers what this part's members said in `tick`, which has run.
    pub fn publish(&mut self, me: WorkerId, tick: Tick) {
        let told = self.choice.as_mut().map(|choice| choice.close(usize::from(me.0)));
        if !self.active || self.links.iter().flatten().all(|link| link.since.is_none()) {
            return;
        }
        let Self { room, links, missed, .. } = self;
        let mut tell = |message: &dyn Fn() -> Message| {
            for link in links.iter_mut().flatten().filter(|link| link.since.is_some()) {
                // A part that does not take it in time hears silence, and counts it.
                *missed += u64::from(link.to.push(message()).is_err());
            }
        };
        if room.turns() == turn_of(tick) {
            room.partials(|partial| tell(&|| Message::Sum(partial.clone())));
        }
        if let Some(told) = told {
            tell(&|| Message::Talk(turn_of(tick), told));
        }
        tell(&|| Message::End(turn_of(tick)));
    }
}

//! One worker's part of a room: its share of the mix, and the rings to the parts of other workers.

use crate::engine::room::RoomSpec;
use crate::engine::room::stats::{PART_WORDS, words};
use crate::engine::room::stock::Stock;
use crate::mixer::groups::{Groups, Lent};
use crate::mixer::talkers::{Choice, TalkEvent, Told};
use crate::mixer::{Mix, Partial, Room};
use crate::rt::{Consumer, Producer, SeqReader, SeqWriter, ring, seqlock};
use crate::session::Session;
use crate::types::{RoomId, Tick, WorkerId};

/// What one part tells another.
#[expect(clippy::large_enum_variant, reason = "it travels through a ring as it is: nothing is allocated for it")]
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
    /// Members that nobody hears are not decoded.
    pub rests: bool,
    /// Packets that were not decoded.
    pub undecoded: u64,
    /// By worker; none to itself.
    links: Vec<Option<Link>>,
    /// Whether this worker takes part.
    active: bool,
    /// Sums that did not come in time, or did not fit.
    missed: u64,
    /// Encoders for all who hear the same; lent to the member that runs. None where nothing is shared.
    pub groups: Option<Box<Groups>>,
    figures: SeqWriter<PART_WORDS>,
}

/// Encoders that a part has room for.
const GROUPS: usize = 64;

/// Bytes of the rings between the parts of a room.
pub(crate) fn ring_bytes(spec: &RoomSpec, workers: usize) -> usize {
    workers * workers.saturating_sub(1) * (ON_THE_WAY + spec.most_sums()) * size_of::<Message>()
}

/// A room's parts, one for each worker, with rings between all of them, and who reads their figures. Allocates.
pub(crate) fn parts(
    id: RoomId,
    spec: &RoomSpec,
    shares: Vec<Room>,
    grouped: bool,
) -> (Vec<Part>, Vec<SeqReader<PART_WORDS>>) {
    let (workers, on_the_way) = (shares.len(), ON_THE_WAY + spec.most_sums());
    let mut links: Vec<Vec<Option<Link>>> = (0..workers).map(|_| (0..workers).map(|_| None).collect()).collect();
    for (a, b) in (0..workers).flat_map(|a| (a + 1..workers).map(move |b| (a, b))) {
        let (there, here) = (ring(on_the_way), ring(on_the_way));
        links[a][b] = Some(Link { to: there.0, from: here.1, since: None });
        links[b][a] = Some(Link { to: here.0, from: there.1, since: None });
    }
    let part = |(links, room)| {
        let (figures, reader) = seqlock();
        let (groups, choice) = (grouped.then(|| Box::new(Groups::new(GROUPS))), spec.choice(workers));
        let rests = spec.rests();
        (Part { id, room, choice, rests, undecoded: 0, links, active: false, missed: 0, groups, figures }, reader)
    };
    links.into_iter().zip(shares).map(part).unzip()
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
        self.room.turn_to(turn_of(tick));
        if let Some(choice) = &mut self.choice {
            choice.turn(tell);
        }
    }

    /// Takes encoders in for a codec that members have; what does not fit stays in the list.
    pub fn stock(&mut self, stock: &mut Stock) {
        while let (Some(groups), Some(group)) = (&mut self.groups, stock.groups.pop()) {
            if let Err(group) = groups.insert(stock.key, group) {
                // It was there before, so there is room.
                stock.groups.push(group);
                return;
            }
        }
    }

    /// Lends the encoders to a member that hears `mix` in this tick.
    pub fn lend(&mut self, session: &Session, mix: Option<Mix>) -> Option<Lent> {
        let groups = self.groups.take()?;
        let mix = mix.filter(|mix| matches!(mix, Mix::Shared { .. }) && session.listens_plainly());
        Some(Lent { groups, mix })
    }

    /// Tells the other workers what this part's members said in `tick`, which has run.
    pub fn publish(&mut self, me: WorkerId, tick: Tick) {
        if self.active {
            self.figures.write(&words(self.groups.as_deref(), self.missed, self.undecoded));
        }
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

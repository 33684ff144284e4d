//! One worker's part of a room: what its members say, and what all members of all workers said a tick ago.

use crate::rt::{Consumer, Producer, ring};
use crate::types::{RoomId, SampleRate, Tick};

/// What one part summed up in one tick.
pub(crate) struct Partial {
    tick: Tick,
    /// Members that said something.
    voices: u32,
    sums: [i64; MOST_SAMPLES],
}

/// Samples of a tick at the largest rate.
const MOST_SAMPLES: usize = 480;
/// Partial sums that may be on their way to a worker: more than any worker may be ahead of another.
const ON_THE_WAY: usize = 4;

/// The way to and from the same room's part on another worker.
struct Link {
    to: Producer<Partial>,
    from: Consumer<Partial>,
    /// The tick from which on the other part takes part.
    since: Option<Tick>,
}

/// A part of a room. Everything but its making is real-time.
pub(crate) struct Part {
    pub id: RoomId,
    /// By worker; none to itself.
    links: Vec<Option<Link>>,
    /// Whether this worker takes part.
    active: bool,
    /// What this part's members say, by the parity of the tick.
    buses: [Bus; 2],
    /// What was said a tick ago, by everybody.
    total: Vec<i64>,
    voices: u32,
    /// Partial sums that did not come in time.
    pub missed: u64,
}

struct Bus {
    tick: Tick,
    voices: u32,
    sums: Vec<i64>,
}

/// A room's parts, one for each worker, with rings between all of them. Allocates.
pub(crate) fn parts(id: RoomId, rate: SampleRate, workers: usize) -> Vec<Part> {
    let length = rate.per_tick();
    let bus = || Bus { tick: Tick(0), voices: 0, sums: vec![0; length] };
    let mut links: Vec<Vec<Option<Link>>> = (0..workers).map(|_| (0..workers).map(|_| None).collect()).collect();
    for a in 0..workers {
        for b in a + 1..workers {
            let (there, here) = (ring(ON_THE_WAY), ring(ON_THE_WAY));
            links[a][b] = Some(Link { to: there.0, from: here.1, since: None });
            links[b][a] = Some(Link { to: here.0, from: there.1, since: None });
        }
    }
    let part =
        |links| Part { id, links, active: false, buses: [bus(), bus()], total: vec![0; length], voices: 0, missed: 0 };
    links.into_iter().map(part).collect()
}

impl Part {
    /// A worker takes part from `tick` on; `me` is the one that this part is of.
    pub fn span(&mut self, me: usize, worker: usize, tick: Tick) {
        match self.links.get_mut(worker) {
            _ if me == worker => self.active = true,
            Some(Some(link)) => _ = link.since.get_or_insert(tick),
            _ => {}
        }
    }

    /// Makes ready for `tick`: takes together what was said in the tick before.
    pub fn gather(&mut self, tick: Tick) {
        let before = Tick(tick.0.wrapping_sub(1));
        let [even, odd] = &mut self.buses;
        let (now, last) = if tick.0 % 2 == 0 { (even, odd) } else { (odd, even) };
        self.voices = 0;
        self.total.fill(0);
        if last.tick == before && last.voices > 0 {
            self.total.copy_from_slice(&last.sums);
            self.voices = last.voices;
        }
        for link in self.links.iter_mut().flatten() {
            let mut came = false;
            while let Some(partial) = link.from.peek() {
                if partial.tick > before {
                    break;
                }
                if partial.tick == before {
                    came = true;
                    if partial.voices > 0 {
                        self.voices += partial.voices;
                        for (sum, said) in self.total.iter_mut().zip(&partial.sums) {
                            *sum += said;
                        }
                    }
                }
                link.from.pop();
            }
            let expected = link.since.is_some_and(|since| since <= before);
            self.missed += u64::from(expected && !came && self.active);
        }
        (now.tick, now.voices) = (tick, 0);
        now.sums.fill(0);
    }

    /// Adds what a member says in `tick`.
    pub fn say(&mut self, tick: Tick, frame: &[i32]) {
        let bus = &mut self.buses[(tick.0 % 2) as usize];
        if bus.tick != tick {
            return;
        }
        bus.voices += 1;
        for (sum, said) in bus.sums.iter_mut().zip(frame) {
            *sum += i64::from(*said);
        }
    }

    /// What everybody said in the tick before, if somebody did.
    pub fn total(&self) -> Option<&[i64]> {
        (self.voices > 0).then_some(&self.total)
    }

    /// Tells the other workers what this part's members said in `tick`, which has run.
    pub fn publish(&mut self, tick: Tick) {
        if !self.active {
            return;
        }
        let bus = &self.buses[(tick.0 % 2) as usize];
        for link in self.links.iter_mut().flatten().filter(|link| link.since.is_some()) {
            let voices = if bus.tick == tick { bus.voices } else { 0 };
            let mut partial = Partial { tick, voices, sums: [0; MOST_SAMPLES] };
            if voices > 0 {
                partial.sums[..bus.sums.len()].copy_from_slice(&bus.sums);
            }
            // A part that does not take it in time hears silence, and counts it.
            let _ = link.to.push(partial);
        }
    }
}

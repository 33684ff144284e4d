//! Audio of a file that an ordinary thread reads.

use std::any::Any;

use crate::frame::Provenance;
use crate::graph::nodes::source::playhead::{Cues, Playhead};
use crate::graph::nodes::source::portion::{After, Order, PlayEnd, Portion};
use crate::graph::{Io, Node, NodeEventKind, ParamId, ParamInfo, Ports};
use crate::types::{Millis, SampleRate};

/// Marks told in one tick; the rest of them later.
const MOST_MARKS: usize = 8;

/// Plays what a reader hands over, a portion a tick. Where none is there it is silent and tells so; it never waits.
pub struct FileNode {
    rate: SampleRate,
    end: PlayEnd,
    head: Playhead,
    cues: Cues,
    state: State,
    /// Of the order whose portions are played.
    generation: u32,
    /// What the reader has no place for yet.
    order: Option<Order>,
    /// The mark that comes next.
    mark: usize,
    position: u64,
    /// Times that the file began again since the last order.
    passes: u32,
    /// The last sample, from which it fades where no more are there.
    last: f32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nothing was heard yet.
    New,
    /// On its way to another place.
    Seeks,
    Plays,
    /// For so many ticks.
    Starves(u32),
    Ended,
}

impl FileNode {
    /// Plays what comes out of `end`.
    pub(crate) fn new(rate: SampleRate, end: PlayEnd, cues: Cues) -> Self {
        let position = cues.start as u64;
        let mark = cues.marks.partition_point(|mark| *mark < cues.start);
        let (head, state) = (Playhead::new(rate), State::New);
        Self { rate, end, head, cues, state, generation: 0, order: None, mark, position, passes: 0, last: 0.0 }
    }

    fn go_to(&mut self, place: u64, times: u32) {
        self.generation = self.generation.wrapping_add(1);
        self.order = Some(Order { generation: self.generation, place, times });
        (self.position, self.passes, self.state) = (place, 0, State::Seeks);
        self.mark = self.cues.marks.partition_point(|mark| (*mark as u64) < place);
        self.send_order();
    }

    fn send_order(&mut self) {
        if let Some(order) = self.order.take() {
            self.order = self.end.orders.push(order).err();
        }
    }

    /// The next portion of what is to be played. What was read for an earlier place is dropped, as much as the ring holds.
    fn next(&mut self) -> Option<Portion> {
        for _ in 0..self.end.portions.slots() {
            if self.end.portions.peek()?.generation == self.generation {
                break;
            }
            self.end.portions.skip(1, |_| ());
        }
        self.end.portions.pop().filter(|portion| portion.generation == self.generation)
    }

    /// Nothing is there: it fades from its last sample within the tick.
    fn starve(&mut self, io: &mut Io<'_>) {
        match &mut self.state {
            State::Starves(ticks) => *ticks = ticks.saturating_add(1),
            State::Plays => {
                self.state = State::Starves(1);
                io.emit(NodeEventKind::PlayStarved { at: self.position });
                let last = std::mem::take(&mut self.last);
                let Some((info, out)) = io.output(0).filter(|_| last != 0.0) else { return };
                let length = out.len() as f32;
                for (n, sample) in out.iter_mut().enumerate() {
                    *sample = last * (1.0 - (n + 1) as f32 / length);
                }
                (info.provenance, info.silent) = (Provenance::Played, false);
            }
            State::New | State::Seeks | State::Ended => {}
        }
    }

    /// Tells the marks up to the present place.
    fn tell_marks(&mut self, io: &mut Io<'_>) {
        for _ in 0..MOST_MARKS {
            let Some(_) = self.cues.marks.get(self.mark).filter(|mark| **mark as u64 <= self.position) else { break };
            io.emit(NodeEventKind::Mark { id: self.mark as u64 });
            self.mark += 1;
        }
    }
}

impl Node for FileNode {
    fn kind(&self) -> &'static str {
        "file"
    }

    fn ports(&self) -> Ports {
        Ports::source(self.rate)
    }

    fn params(&self) -> &'static [ParamInfo] {
        Playhead::PARAMS
    }

    fn cost(&self) -> u32 {
        100
    }

    fn succeed(&mut self, old: &mut dyn Node) {
        let Some(old) = (old as &mut dyn Any).downcast_mut::<Self>() else { return };
        let place = old.position * u64::from(self.rate.hz()) / u64::from(old.rate.hz());
        let left = self.cues.times.saturating_sub(old.passes).max(u32::from(self.cues.times > 0));
        self.go_to(place, left);
        (self.mark, self.cues.times) = (old.mark.min(self.cues.marks.len()), left);
        if matches!(old.state, State::Ended | State::New) {
            self.state = old.state;
        }
        self.head.succeed(&old.head);
    }

    fn set(&mut self, param: ParamId, value: f32, ramp: Millis) {
        if param == Playhead::SEEK_MS {
            let place = f64::from(value.max(0.0)) * f64::from(self.rate.hz()) / 1_000.0;
            self.go_to(place as u64, self.cues.times);
            self.head.fade_in();
        } else {
            self.head.set(param, value, ramp);
        }
    }

    fn waits(&mut self) -> bool {
        self.state != State::Ended && self.cues.times > 0 && !self.head.rests()
    }

    fn process(&mut self, io: &mut Io<'_>) {
        self.send_order();
        if self.state == State::Ended || self.head.rests() {
            return;
        }
        let Some(portion) = self.next() else { return self.starve(io) };
        match self.state {
            State::New => io.emit(NodeEventKind::PlayStarted),
            State::Starves(ticks) => {
                let samples = u64::from(ticks) * self.rate.per_tick() as u64;
                io.emit(NodeEventKind::PlayResumed { samples });
                self.head.fade_in();
            }
            State::Seeks | State::Plays | State::Ended => {}
        }
        self.state = State::Plays;
        let length = usize::from(portion.length);
        if let Some((info, out)) = io.output(0).filter(|_| length > 0) {
            out[..length].copy_from_slice(&portion.samples[..length]);
            self.head.gain.apply(out);
            self.last = out.last().copied().unwrap_or(0.0);
            (info.provenance, info.silent, info.media_time) = (Provenance::Played, false, portion.place);
        }
        match portion.wrap {
            Some(wrap) => {
                self.position = portion.place + u64::from(wrap);
                self.tell_marks(io);
                (self.mark, self.position) = (0, (length as u64).saturating_sub(u64::from(wrap)));
                self.passes = self.passes.saturating_add(1);
            }
            None => self.position = portion.place + length as u64,
        }
        self.tell_marks(io);
        let ended = match portion.after {
            After::More => return,
            After::End => NodeEventKind::PlayDone { samples: self.position },
            After::Failure(why) => NodeEventKind::PlayFailed { at: self.position, why },
        };
        self.state = State::Ended;
        io.emit(ended);
    }
}

//! One file on its way to one player: read, repeated, converted, cut into ticks.

use std::collections::VecDeque;

use crate::graph::nodes::{After, Cues, Order, PlayEnd, Portion, ReadEnd, play_ring};
use crate::processing::format::{Quality, Resampler};
use crate::session::file::source::FileSource;
use crate::session::file::tape::{Taken, Tape};
use crate::types::SampleRate;

/// Keeps one player's ring filled. For ordinary threads.
pub(crate) struct Reading {
    tape: Tape,
    end: ReadEnd,
    to: SampleRate,
    generation: u32,
    /// Not converted yet, less than a tick.
    chunk: Vec<f32>,
    convert: Resampler,
    /// Converted samples that come before the first one.
    unheard: usize,
    converted: VecDeque<f32>,
    /// Samples taken out of the file since the last order, all times.
    taken: u64,
    /// Samples handed over since then.
    given: u64,
    /// Counted as `given`: where the time that is given began, and where those behind it begin.
    begun: i64,
    begins: VecDeque<u64>,
    ended: bool,
}

impl Reading {
    /// What the file holds at once is in the ring when this returns. Allocates; does not read.
    pub fn begin(file: FileSource, to: SampleRate, cues: &Cues) -> (Self, PlayEnd) {
        let (end, player) = play_ring(file.ahead.ticks() as usize);
        let convert = Resampler::with_quality(file.rate(), to, Quality::High);
        let mut reading = Self {
            tape: Tape::new(file),
            end,
            to,
            generation: 0,
            chunk: Vec::new(),
            convert,
            unheard: 0,
            converted: VecDeque::new(),
            taken: 0,
            given: 0,
            begun: 0,
            begins: VecDeque::new(),
            ended: false,
        };
        reading.go_to(Order { generation: 0, place: cues.start as u64, times: cues.times });
        reading.fill(false);
        (reading, player)
    }

    /// Reads as far ahead as it may. `false`: the player has gone.
    pub fn pump(&mut self) -> bool {
        while let Some(order) = self.end.orders.pop() {
            self.go_to(order);
        }
        self.fill(true);
        !self.end.portions.is_abandoned()
    }

    fn go_to(&mut self, order: Order) {
        self.generation = order.generation;
        self.tape.wind(order.place * u64::from(self.tape.file.rate().hz()) / u64::from(self.to.hz()), order.times);
        self.convert.reset();
        self.unheard = self.convert.delay();
        (self.taken, self.given, self.begun) = (0, 0, -(order.place as i64));
        self.ended = false;
        self.chunk.clear();
        self.converted.clear();
        self.begins.clear();
    }

    fn fill(&mut self, reads: bool) {
        while !self.ended && self.end.portions.slots() > 0 {
            let Some(portion) = self.portion(reads) else { return };
            self.ended = portion.after != After::More;
            // There is room, and only this end takes it.
            let _ = self.end.portions.push(portion);
        }
    }

    /// The next tick; `None` where it would have to be read and must not.
    fn portion(&mut self, reads: bool) -> Option<Portion> {
        let per_tick = self.to.per_tick();
        // One sample more tells that it is not the last portion.
        while self.converted.len() <= per_tick && (self.tape.over.is_none() || self.left() > self.converted.len()) {
            self.convert_more(reads)?;
        }
        let last = self.tape.over.filter(|_| self.left() <= per_tick);
        let length = if last.is_some() { self.left() } else { per_tick };
        let mut portion = Portion {
            generation: self.generation,
            place: u64::try_from(self.given as i64 - self.begun).unwrap_or(0),
            wrap: None,
            after: last.unwrap_or(After::More),
            length: length as u16,
            samples: [0.0; 480],
        };
        for (to, from) in portion.samples.iter_mut().zip(self.converted.drain(..length)) {
            *to = from;
        }
        while let Some(begin) = self.begins.front().copied().filter(|begin| *begin < self.given + length as u64) {
            portion.wrap = Some(begin.saturating_sub(self.given) as u16);
            self.begun = begin as i64;
            self.begins.pop_front();
        }
        self.given += length as u64;
        Some(portion)
    }

    /// Samples that are still to be given, once all are taken.
    fn left(&self) -> usize {
        (self.at_rate(self.taken) - self.given) as usize
    }

    /// A count of the file's samples at the player's rate, rounded up.
    fn at_rate(&self, samples: u64) -> u64 {
        (samples * u64::from(self.to.hz())).div_ceil(u64::from(self.tape.file.rate().hz()))
    }

    /// Another tick through the converter.
    fn convert_more(&mut self, reads: bool) -> Option<()> {
        let wanted = self.tape.file.rate().per_tick();
        while self.chunk.len() < wanted && self.tape.over.is_none() {
            let had = self.chunk.len();
            self.chunk.resize(wanted, 0.0);
            let taken = self.tape.take(&mut self.chunk[had..], reads);
            let count = if let Some(Taken::Samples(count)) = taken { count } else { 0 };
            self.chunk.truncate(had + count);
            if taken? == Taken::Again {
                self.begins.push_back(self.at_rate(self.taken));
            }
            self.taken += count as u64;
        }
        let mut out = [0.0; 480];
        let out = &mut out[..self.to.per_tick()];
        self.convert.process(&self.chunk, out);
        self.chunk.clear();
        let unheard = self.unheard.min(out.len());
        self.unheard -= unheard;
        self.converted.extend(&out[unheard..]);
        Some(())
    }
}

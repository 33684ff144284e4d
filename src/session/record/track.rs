//! One tap's frames, tick by tick.

use std::collections::VecDeque;

use crate::graph::nodes::TapFrame;
use crate::processing::format::Resampler;
use crate::session::TapReader;
use crate::session::record::sidecar::{Origin, TrackRuns};
use crate::types::{SampleRate, Tick};

/// A tap that is recorded.
pub(super) struct Track {
    reader: TapReader,
    resampler: Option<Resampler>,
    /// Read already, for ticks that are still to come.
    read: VecDeque<TapFrame>,
    /// Frames that must have come behind one before it is given.
    hold: usize,
    /// A frame was read: what is missing after it is a gap.
    begun: bool,
    pub runs: TrackRuns,
}

impl Track {
    pub fn new(name: String, reader: TapReader, rate: SampleRate, hold: usize) -> Self {
        let from = reader.rate();
        let resampler = (from != rate).then(|| Resampler::new(from, rate));
        let runs = TrackRuns { name, ..TrackRuns::default() };
        Self { reader, resampler, read: VecDeque::new(), hold, begun: false, runs }
    }

    /// The tick of the frame that comes next, if it may be given.
    pub fn peek(&mut self) -> Option<Tick> {
        while self.read.len() <= self.hold {
            let Some(frame) = self.reader.read() else { break };
            self.read.push_back(frame);
        }
        let may = self.read.len() > self.hold || self.reader.is_finished();
        self.read.front().filter(|_| may).map(|frame| frame.tick)
    }

    /// Holds nothing back any more.
    pub fn let_go(&mut self) {
        self.hold = 0;
    }

    /// Nothing more will come.
    pub fn is_finished(&mut self) -> bool {
        self.peek().is_none() && self.reader.is_finished()
    }

    /// 10 ms of the track in `out`, at the recording's rate, and where they came from.
    pub fn take(&mut self, tick: Tick, out: &mut [f32]) -> Origin {
        let due = self.peek().is_some_and(|next| next <= tick);
        let frame = if due { self.read.pop_front() } else { None };
        let silence = [0.0; 480];
        let (samples, origin) = match &frame {
            Some(frame) => {
                self.begun = true;
                (frame.samples(), Origin::From(frame.info.provenance))
            }
            None if self.begun && !self.is_finished() => (&silence[..self.reader.rate().per_tick()], Origin::Gap),
            None => (&silence[..self.reader.rate().per_tick()], Origin::Absent),
        };
        match &mut self.resampler {
            Some(resampler) => resampler.process(samples, out),
            None => out.copy_from_slice(&samples[..out.len()]),
        }
        origin
    }
}

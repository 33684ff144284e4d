//! One tap's frames, tick by tick.

use crate::graph::nodes::TapFrame;
use crate::processing::format::Resampler;
use crate::session::TapReader;
use crate::session::record::sidecar::{Origin, TrackRuns};
use crate::types::{SampleRate, Tick};

/// A tap that is recorded.
pub(super) struct Track {
    reader: TapReader,
    resampler: Option<Resampler>,
    /// Read already, for a tick that is still to come.
    next: Option<TapFrame>,
    /// A frame was read: what is missing after it is a gap.
    begun: bool,
    pub runs: TrackRuns,
}

impl Track {
    pub fn new(name: String, reader: TapReader, rate: SampleRate) -> Self {
        let from = reader.rate();
        let resampler = (from != rate).then(|| Resampler::new(from, rate));
        Self { reader, resampler, next: None, begun: false, runs: TrackRuns { name, ..TrackRuns::default() } }
    }

    /// The tick of the frame that comes next, if it is there.
    pub fn peek(&mut self) -> Option<Tick> {
        if self.next.is_none() {
            self.next = self.reader.read();
        }
        self.next.as_ref().map(|frame| frame.tick)
    }

    /// Nothing more will come.
    pub fn is_finished(&mut self) -> bool {
        self.peek().is_none() && self.reader.is_finished()
    }

    /// 10 ms of the track in `out`, at the recording's rate, and where they came from.
    pub fn take(&mut self, tick: Tick, out: &mut [f32]) -> Origin {
        let due = self.peek().is_some_and(|next| next <= tick);
        let frame = if due { self.next.take() } else { None };
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

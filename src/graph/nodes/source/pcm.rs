//! PCM held in memory.

use std::any::Any;
use std::sync::Arc;

use crate::frame::Provenance;
use crate::graph::nodes::source::playhead::{Cues, Playhead};
use crate::graph::{Io, Node, NodeEventKind, ParamId, ParamInfo, Ports};
use crate::types::{Millis, SampleRate};

/// Marks told in one tick; the rest of them later.
const MOST_MARKS: usize = 8;

/// Plays samples from memory, once or again and again. After the end it sends nothing.
pub struct PcmSource {
    rate: SampleRate,
    /// Freed with the node, off the worker.
    samples: Arc<[f32]>,
    head: Playhead,
    cues: Cues,
    /// The mark that comes next.
    mark: usize,
    position: usize,
    /// Times that it has come to the end.
    ended: u32,
    done: bool,
}

impl PcmSource {
    /// Gain in decibels, with a ramp.
    pub const GAIN_DB: ParamId = Playhead::GAIN_DB;
    /// 1.0 pauses, 0.0 goes on, each with a fade of 10 ms.
    pub const PAUSE: ParamId = Playhead::PAUSE;
    /// Goes on at this place, in milliseconds.
    pub const SEEK_MS: ParamId = Playhead::SEEK_MS;

    /// A source of `samples` at `rate`, in −1.0..=1.0.
    pub fn new(samples: Arc<[f32]>, rate: SampleRate, repeat: bool) -> Self {
        Self::cued(samples, rate, Cues { times: u32::from(!repeat), ..Cues::default() })
    }

    /// As [`PcmSource::new`], with places to begin and to tell.
    pub fn cued(samples: Arc<[f32]>, rate: SampleRate, cues: Cues) -> Self {
        let position = cues.start.min(samples.len());
        let done = position == samples.len() && (samples.is_empty() || cues.times == 1);
        let mark = cues.marks.partition_point(|mark| *mark < position);
        Self { rate, samples, head: Playhead::new(rate), cues, mark, position, ended: 0, done }
    }

    /// Takes samples into `out` until it is full or the end has come; returns those taken.
    fn take(&mut self, out: &mut [f32]) -> usize {
        let mut filled = 0;
        while filled < out.len() {
            if self.position >= self.samples.len() {
                self.ended = self.ended.saturating_add(1);
                if self.cues.times > 0 && self.ended >= self.cues.times {
                    self.done = true;
                    break;
                }
                (self.position, self.mark) = (0, 0);
            }
            let take = (out.len() - filled).min(self.samples.len() - self.position);
            out[filled..filled + take].copy_from_slice(&self.samples[self.position..self.position + take]);
            filled += take;
            self.position += take;
        }
        // Known in the tick that plays the last sample.
        let last = self.cues.times > 0 && self.ended + 1 >= self.cues.times;
        self.done |= last && self.position >= self.samples.len();
        filled
    }
}

impl Node for PcmSource {
    fn kind(&self) -> &'static str {
        "pcm"
    }

    fn ports(&self) -> Ports {
        Ports::source(self.rate)
    }

    fn params(&self) -> &'static [ParamInfo] {
        Playhead::PARAMS
    }

    fn succeed(&mut self, old: &mut dyn Node) {
        let Some(old) = (old as &mut dyn Any).downcast_mut::<Self>() else { return };
        let position = old.position as u64 * u64::from(self.rate.hz()) / u64::from(old.rate.hz());
        self.position = (position as usize).min(self.samples.len().saturating_sub(1));
        (self.done, self.ended, self.mark) = (old.done, old.ended, old.mark.min(self.cues.marks.len()));
        self.head.succeed(&old.head);
    }

    fn set(&mut self, param: ParamId, value: f32, ramp: Millis) {
        if param == Self::SEEK_MS && !self.samples.is_empty() {
            let to = (f64::from(value.max(0.0)) * f64::from(self.rate.hz()) / 1_000.0) as usize;
            self.position = to.min(self.samples.len() - 1);
            self.mark = self.cues.marks.partition_point(|mark| *mark < self.position);
            (self.done, self.ended) = (false, 0);
            self.head.fade_in();
        } else {
            self.head.set(param, value, ramp);
        }
    }

    fn waits(&mut self) -> bool {
        !self.done && !self.samples.is_empty() && self.cues.times > 0 && !self.head.rests()
    }

    fn process(&mut self, io: &mut Io<'_>) {
        if self.done || self.samples.is_empty() || self.head.rests() {
            return;
        }
        let media_time = self.position as u64;
        let Some((info, out)) = io.output(0) else { return };
        let filled = self.take(out);
        out[filled..].fill(0.0);
        self.head.gain.apply(out);
        info.provenance = Provenance::Played;
        info.silent = false;
        info.media_time = media_time;
        for _ in 0..MOST_MARKS {
            let Some(_) = self.cues.marks.get(self.mark).filter(|mark| **mark <= self.position) else { break };
            io.emit(NodeEventKind::Mark { id: self.mark as u64 });
            self.mark += 1;
        }
        if self.done {
            io.emit(NodeEventKind::PlayDone { samples: self.samples.len() as u64 });
        }
    }
}

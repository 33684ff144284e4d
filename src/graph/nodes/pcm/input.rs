//! A program speaks.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use crate::frame::Provenance;
use crate::graph::nodes::pcm::Lease;
use crate::graph::nodes::pcm::backlog::{Backlog, Bounds};
use crate::graph::nodes::source::Playhead;
use crate::graph::{Io, Node, NodeEventKind, ParamId, ParamInfo, Ports};
use crate::processing::dsp::Ramp;
use crate::processing::format::Resampler;
use crate::quality::SessionStats;
use crate::types::{Millis, SampleRate};

/// Plays what a program writes; says when marks have been played, and when there is nothing left.
pub struct PcmIn {
    /// At which it is written.
    rate: SampleRate,
    backlog: Backlog,
    /// To the session's rate, where that is another one.
    resampler: Option<Box<Resampler>>,
    /// Ticks for which the filter still holds something.
    rings_out: u8,
    head: Playhead,
    /// Something was played in the last tick.
    playing: bool,
    /// The party that hears this speaks; set by the leg's other end.
    interrupted: Option<Arc<AtomicBool>>,
    /// What is flushed fades out within a tick.
    fade: Ramp,
    flush: bool,
    media_time: u64,
    played: u64,
    skipped: u64,
}

impl PcmIn {
    /// Gain in decibels, with a ramp.
    pub const GAIN_DB: ParamId = Playhead::GAIN_DB;
    /// 1.0 pauses, 0.0 goes on, each with a fade of 10 ms. What is written meanwhile waits.
    pub const PAUSE: ParamId = Playhead::PAUSE;
    /// 1.0 drops what waits.
    pub const FLUSH: ParamId = ParamId(3);

    /// Plays what comes out of `ring`; leaves pauses out where more than `target` waits, and anything beyond `most`.
    pub(crate) fn new(rate: SampleRate, ring: Lease, target: Millis, most: Millis) -> Self {
        let bounds = Bounds { target: target.ticks().max(1) as usize, most: most.ticks().max(2) as usize };
        Self {
            rate,
            backlog: Backlog::new(ring, bounds),
            resampler: None,
            rings_out: 0,
            head: Playhead::new(rate),
            playing: false,
            interrupted: None,
            fade: Ramp::new(1.0),
            flush: false,
            media_time: 0,
            played: 0,
            skipped: 0,
        }
    }

    /// For a session at `rate`. Allocates.
    pub(crate) fn heard_at(mut self, rate: SampleRate) -> Self {
        self.resampler = (rate != self.rate).then(|| Box::new(Resampler::new(self.rate, rate)));
        self
    }

    /// Stops as soon as the party speaks.
    pub(crate) fn interrupted_by(mut self, flag: Option<Arc<AtomicBool>>) -> Self {
        self.interrupted = flag;
        self
    }
}

impl Node for PcmIn {
    fn kind(&self) -> &'static str {
        "pcm_in"
    }

    fn ports(&self) -> Ports {
        Ports::source(self.resampler.as_ref().map_or(self.rate, |resampler| resampler.to()))
    }

    fn params(&self) -> &'static [ParamInfo] {
        const PARAMS: &[ParamInfo] = &[
            Playhead::PARAMS[0],
            Playhead::PARAMS[1],
            ParamInfo { id: PcmIn::FLUSH, name: "flush", min: 0.0, max: 1.0 },
        ];
        PARAMS
    }

    fn cost(&self) -> u32 {
        60
    }

    fn succeed(&mut self, old: &mut dyn Node) {
        let Some(old) = (old as &mut dyn Any).downcast_mut::<Self>() else { return };
        std::mem::swap(&mut self.backlog, &mut old.backlog);
        std::mem::swap(&mut self.interrupted, &mut old.interrupted);
        (self.playing, self.flush, self.head) = (old.playing, old.flush, old.head.clone());
        (self.media_time, self.played, self.skipped) = (old.media_time, old.played, old.skipped);
    }

    fn set(&mut self, param: ParamId, value: f32, ramp: Millis) {
        if param == PcmIn::FLUSH {
            self.flush |= value >= 0.5;
        } else {
            self.head.set(param, value, ramp);
        }
    }

    fn waits(&mut self) -> bool {
        (self.playing || self.backlog.ticks() > 0) && !self.head.rests()
    }

    fn process(&mut self, io: &mut Io<'_>) {
        // Taken each tick: who speaks while nothing plays interrupts nothing.
        let spoken = self.interrupted.as_ref().is_some_and(|flag| flag.swap(false, Relaxed));
        let barged = spoken && (self.playing || self.backlog.ticks() > 0);
        let (mut audio, mut marks, mut count) = ([0.0; 480], [0u64; MOST_MARKS], 0);
        let audio = &mut audio[..self.rate.per_tick()];
        let taken = if self.head.rests() {
            Default::default()
        } else {
            self.backlog.take(audio, |id| {
                if let Some(mark) = marks.get_mut(count) {
                    *mark = id;
                    count += 1;
                }
            })
        };
        let ends = barged || std::mem::take(&mut self.flush);
        if ends {
            self.fade.set(0.0, audio.len() as u32);
            self.fade.apply(audio);
            self.fade = Ramp::new(1.0);
            self.skipped += self.backlog.flush() as u64;
        }
        self.media_time = self.media_time.wrapping_add(self.rate.per_tick() as u64);
        self.skipped += (taken.paused + taken.dropped) as u64;
        self.played += taken.samples as u64;
        if taken.samples > 0 {
            self.rings_out = if self.resampler.is_some() { 3 } else { 1 };
            self.head.gain.apply(audio);
        }
        if self.rings_out > 0
            && let Some((info, out)) = io.output(0)
        {
            self.rings_out -= 1;
            match &mut self.resampler {
                Some(resampler) => resampler.process(audio, out),
                None => out.copy_from_slice(audio),
            }
            (info.provenance, info.silent, info.media_time) = (Provenance::Played, false, self.media_time);
        }
        for mark in &marks[..count] {
            io.emit(NodeEventKind::Mark { id: *mark });
        }
        if taken.dropped > 0 {
            io.emit(NodeEventKind::Backlog { dropped: taken.dropped as u32 });
        }
        if barged {
            io.emit(NodeEventKind::BargeIn);
        }
        let goes_on = taken.samples == audio.len() && !ends;
        if self.playing && !goes_on && !ends && !self.head.rests() {
            io.emit(NodeEventKind::Starved);
        }
        self.playing = goes_on;
    }

    fn report(&self, stats: &mut SessionStats) {
        stats.received_samples += self.played;
        stats.skipped_samples += self.skipped;
    }
}

/// Marks told in one tick; what is beyond in the same 10 ms is not told.
const MOST_MARKS: usize = 8;

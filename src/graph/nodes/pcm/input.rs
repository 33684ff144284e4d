//! A program speaks.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use crate::frame::Provenance;
use crate::graph::nodes::pcm::Piece;
use crate::graph::nodes::pcm::backlog::{Backlog, Bounds};
use crate::graph::{Io, Node, NodeEventKind, ParamId, ParamInfo, Ports};
use crate::processing::dsp::Ramp;
use crate::quality::SessionStats;
use crate::rt::Consumer;
use crate::types::{Millis, SampleRate};

/// Plays what a program writes; says when marks have been played, and when there is nothing left.
pub struct PcmIn {
    rate: SampleRate,
    backlog: Backlog,
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
    /// 1.0 drops what waits.
    pub const FLUSH: ParamId = ParamId(0);

    /// Plays what comes out of `ring`; leaves pauses out where more than `target` waits, and anything beyond `most`.
    pub(crate) fn new(rate: SampleRate, ring: Consumer<Piece>, target: Millis, most: Millis) -> Self {
        let bounds = Bounds { target: target.ticks().max(1) as usize, most: most.ticks().max(2) as usize };
        Self {
            rate,
            backlog: Backlog::new(ring, bounds),
            playing: false,
            interrupted: None,
            fade: Ramp::new(1.0),
            flush: false,
            media_time: 0,
            played: 0,
            skipped: 0,
        }
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
        Ports::source(self.rate)
    }

    fn params(&self) -> &'static [ParamInfo] {
        &[ParamInfo { id: PcmIn::FLUSH, name: "flush", min: 0.0, max: 1.0 }]
    }

    fn cost(&self) -> u32 {
        60
    }

    fn set(&mut self, param: ParamId, value: f32, _ramp: Millis) {
        self.flush |= param == PcmIn::FLUSH && value >= 0.5;
    }

    fn process(&mut self, io: &mut Io<'_>) {
        // Taken each tick: who speaks while nothing plays interrupts nothing.
        let spoken = self.interrupted.as_ref().is_some_and(|flag| flag.swap(false, Relaxed));
        let barged = spoken && (self.playing || self.backlog.ticks() > 0);
        let (mut audio, mut marks, mut count) = ([0.0; 480], [0u64; MOST_MARKS], 0);
        let audio = &mut audio[..self.rate.per_tick()];
        let taken = self.backlog.take(audio, |id| {
            if let Some(mark) = marks.get_mut(count) {
                *mark = id;
                count += 1;
            }
        });
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
        if taken.samples > 0
            && let Some((info, out)) = io.output(0)
        {
            out.copy_from_slice(audio);
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
        if self.playing && !goes_on && !ends {
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

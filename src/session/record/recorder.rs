//! Writes taps to a file, tick by tick.

use std::collections::VecDeque;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use crate::session::TapReader;
use crate::session::record::masks::Masks;
use crate::session::record::output::Output;
use crate::session::record::sidecar::{Origin, Sidecar, extend};
use crate::session::record::track::Track;
use crate::session::record::{Gap, Layout, RecordError, RecordSpec, Recorded, Span};
use crate::types::{SampleRate, Tick};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Runs,
    /// Time goes by without samples.
    Paused,
    /// Samples are silence.
    Masked,
}

/// Records taps into one file. For an ordinary thread: allocates, and writes to the disk.
pub struct Recorder {
    output: Output,
    path: PathBuf,
    layout: Layout,
    rate: SampleRate,
    tracks: Vec<Track>,
    pub(super) next: Option<Tick>,
    mode: Mode,
    pub(super) masks: Masks,
    pub(super) hold: u64,
    pub(super) unmasked: u64,
    gaps: VecDeque<Gap>,
    pub(super) side: Sidecar,
    channels: usize,
}

impl Recorder {
    /// Creates the file. The tracks are taps with names of their own.
    pub fn create(
        path: impl AsRef<Path>,
        spec: RecordSpec,
        taps: Vec<(String, TapReader)>,
    ) -> Result<Self, RecordError> {
        if taps.is_empty() || taps.len() > 255 {
            return Err(RecordError::Tracks(taps.len()));
        }
        let highest = taps.iter().map(|(_, tap)| tap.rate()).max().unwrap_or(SampleRate::HZ_8000);
        let rate = spec.rate.unwrap_or(highest);
        let channels = match spec.layout {
            Layout::Mono => 1,
            Layout::Stereo => 2,
            Layout::Tracks => taps.len(),
        };
        let output = Output::create(path.as_ref(), spec, channels, rate)?;
        let hold = spec.hold_back.ticks();
        let tracks = taps.into_iter().map(|(name, tap)| Track::new(name, tap, rate, hold as usize)).collect();
        let side = Sidecar { rate: rate.hz(), ..Sidecar::default() };
        let path = path.as_ref().to_owned();
        Ok(Self {
            output,
            path,
            layout: spec.layout,
            rate,
            tracks,
            next: None,
            mode: Mode::Runs,
            masks: Masks::default(),
            hold: hold.into(),
            unmasked: 0,
            gaps: VecDeque::new(),
            side,
            channels,
        })
    }

    /// Writes every tick that all tracks have, or that can come no more. Call it at least as often as the taps' rings are long.
    pub fn pump(&mut self) -> Result<(), RecordError> {
        while let Some(tick) = self.complete() {
            self.write(tick)?;
        }
        Ok(())
    }

    /// Leaves out what is written from now on.
    pub fn pause(&mut self) {
        self.mode = Mode::Paused;
    }

    /// Silences what is written from now on; its time stays.
    pub fn mask(&mut self) {
        self.mode = Mode::Masked;
    }

    /// Ends a pause or a mask.
    pub fn resume(&mut self) {
        self.mode = Mode::Runs;
    }

    /// A gap that was found since the last call, the earliest first.
    pub fn next_gap(&mut self) -> Option<Gap> {
        self.gaps.pop_front()
    }

    /// All sessions have gone, and all is written.
    pub fn is_finished(&mut self) -> bool {
        self.tracks.iter_mut().all(Track::is_finished)
    }

    /// Writes what is there, and completes both files.
    pub fn finish(mut self) -> Result<Recorded, RecordError> {
        self.tracks.iter_mut().for_each(Track::let_go);
        self.pump()?;
        // What one tap is short of is silence in its track.
        while let Some(tick) = self.earliest() {
            self.write(tick)?;
        }
        self.side.tracks = self.tracks.into_iter().map(|track| track.runs).collect();
        let sidecar = self.path.with_extension("json");
        serde_json::to_writer_pretty(BufWriter::new(File::create(&sidecar)?), &self.side)
            .map_err(std::io::Error::from)?;
        self.output.finish()?;
        let gaps = self.side.tracks.iter().flat_map(|track| &track.gaps).map(|gap| gap.samples).sum();
        Ok(Recorded {
            samples: self.side.samples,
            gap_samples: gaps,
            path: self.path,
            unmasked_ticks: self.unmasked,
            sidecar,
        })
    }

    /// The earliest tick that any track has.
    fn earliest(&mut self) -> Option<Tick> {
        let first = self.tracks.iter_mut().filter_map(Track::peek).min()?;
        Some(self.next.map_or(first, |next| next.min(first)))
    }

    /// The next tick, if no track can still bring anything for it.
    fn complete(&mut self) -> Option<Tick> {
        let waits = self.tracks.iter_mut().any(|track| track.peek().is_none() && !track.is_finished());
        if waits { None } else { self.earliest() }
    }

    fn write(&mut self, tick: Tick) -> Result<(), RecordError> {
        let first = *self.next.get_or_insert(tick);
        if self.side.samples == 0 && self.side.paused.is_empty() {
            self.side.first_tick = first.0;
        }
        let paused = self.mode == Mode::Paused;
        let masked = self.masks.hold(tick) || self.mode == Mode::Masked;
        let mut sums = vec![0.0f32; self.rate.per_tick() * self.channels];
        let whole = Span { start: self.side.samples, samples: self.rate.per_tick() as u64, tick: tick.0, ticks: 1 };
        let kept = Span { samples: if paused { 0 } else { whole.samples }, ..whole };
        for at in 0..self.tracks.len() {
            self.add(at, tick, &kept, &mut sums);
        }
        self.next = Some(Tick(tick.0 + 1));
        if paused {
            extend(&mut self.side.paused, &whole);
            return Ok(());
        }
        if masked {
            extend(&mut self.side.masked, &whole);
            sums.fill(0.0);
        }
        self.output.write(&sums)?;
        self.side.samples += whole.samples;
        Ok(())
    }

    /// Adds a tick of one track to its channel.
    fn add(&mut self, at: usize, tick: Tick, kept: &Span, sums: &mut [f32]) {
        let mut frame = [0.0; 480];
        let frame = &mut frame[..self.rate.per_tick()];
        let track = &mut self.tracks[at];
        let origin = track.take(tick, frame);
        let goes_on = track.runs.gaps.last().is_some_and(|gap| gap.tick + gap.ticks == tick.0);
        track.runs.add(kept, origin);
        if origin == Origin::Gap && !goes_on {
            let ticks = track.peek().map_or(1, |next| next.0 - tick.0);
            self.gaps.push_back(Gap { track: at, first: tick, ticks });
        }
        let channel = match self.layout {
            Layout::Mono => 0,
            Layout::Stereo => at.min(1),
            Layout::Tracks => at,
        };
        for (sum, sample) in sums.iter_mut().skip(channel).step_by(self.channels).zip(frame) {
            *sum += *sample;
        }
    }
}

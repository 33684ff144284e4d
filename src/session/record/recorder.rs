//! Writes taps to a file, tick by tick.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use crate::session::TapReader;
use crate::session::record::sidecar::{Origin, Sidecar, extend};
use crate::session::record::track::Track;
use crate::session::record::{Layout, RecordError, RecordSpec, Span};
use crate::session::tap::word;
use crate::types::{SampleRate, Tick};

/// What became of a recording.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recorded {
    /// Samples of one channel.
    pub samples: u64,
    /// Samples of all tracks that the recorder was too slow for.
    pub gap_samples: u64,
    /// The audio.
    pub path: PathBuf,
    /// What is known about it, in JSON.
    pub sidecar: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Runs,
    /// Time goes by without samples.
    Paused,
    /// Samples are silence.
    Masked,
}

/// Records taps into one WAV file. For an ordinary thread: allocates, and writes to the disk.
pub struct Recorder {
    wav: hound::WavWriter<BufWriter<File>>,
    path: PathBuf,
    layout: Layout,
    rate: SampleRate,
    tracks: Vec<Track>,
    next: Option<Tick>,
    mode: Mode,
    side: Sidecar,
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
        let format = hound::WavSpec {
            channels: channels as u16,
            sample_rate: rate.hz(),
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let wav = hound::WavWriter::create(path.as_ref(), format)?;
        let tracks = taps.into_iter().map(|(name, tap)| Track::new(name, tap, rate)).collect();
        let side = Sidecar { rate: rate.hz(), ..Sidecar::default() };
        let path = path.as_ref().to_owned();
        Ok(Self { wav, path, layout: spec.layout, rate, tracks, next: None, mode: Mode::Runs, side, channels })
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

    /// All sessions have gone, and all is written.
    pub fn is_finished(&mut self) -> bool {
        self.tracks.iter_mut().all(Track::is_finished)
    }

    /// Writes what is there, and completes both files.
    pub fn finish(mut self) -> Result<Recorded, RecordError> {
        self.pump()?;
        // What one tap is short of is silence in its track.
        while let Some(tick) = self.earliest() {
            self.write(tick)?;
        }
        self.side.tracks = self.tracks.into_iter().map(|track| track.runs).collect();
        let sidecar = self.path.with_extension("json");
        serde_json::to_writer_pretty(BufWriter::new(File::create(&sidecar)?), &self.side)
            .map_err(std::io::Error::from)?;
        self.wav.finalize()?;
        let gaps = self.side.tracks.iter().flat_map(|track| &track.gaps).map(|gap| gap.samples).sum();
        Ok(Recorded { samples: self.side.samples, gap_samples: gaps, path: self.path, sidecar })
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
        let length = self.rate.per_tick();
        let mut sums = vec![0.0f32; length * self.channels];
        let (start, samples) = (self.side.samples, length as u64);
        for (at, track) in self.tracks.iter_mut().enumerate() {
            let mut frame = [0.0; 480];
            let frame = &mut frame[..length];
            let origin = track.take(tick, frame);
            if self.mode != Mode::Paused {
                track.runs.add(start, samples, origin);
            } else if origin == Origin::Gap {
                track.runs.gaps.push(Span { start, samples: 0 });
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
        self.next = Some(Tick(tick.0 + 1));
        match self.mode {
            Mode::Paused => {
                match self.side.paused.last_mut().filter(|span| span.start == start) {
                    Some(span) => span.samples += samples,
                    None => self.side.paused.push(Span { start, samples }),
                }
                return Ok(());
            }
            Mode::Masked => {
                extend(&mut self.side.masked, start, samples);
                sums.fill(0.0);
            }
            Mode::Runs => {}
        }
        for sample in sums {
            self.wav.write_sample(word(sample))?;
        }
        self.side.samples += samples;
        Ok(())
    }
}

//! What is known about every sample of a recording, beside the audio.

use serde::{Deserialize, Serialize};

use crate::frame::Provenance;

/// The side-car: written as JSON beside the audio. Places are samples at the recording's rate, counted from its start.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sidecar {
    /// Rate of the recording.
    pub rate: u32,
    /// The engine's tick of the first sample.
    pub first_tick: u64,
    /// Samples of one channel.
    pub samples: u64,
    /// The tracks, in the order of channels.
    pub tracks: Vec<TrackRuns>,
    /// Where the recording was paused: `start` is the sample that follows, `samples` what was left out.
    pub paused: Vec<Span>,
    /// Where the audio was replaced by silence.
    pub masked: Vec<Span>,
}

/// One track's samples by origin.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrackRuns {
    /// The name that it was given.
    pub name: String,
    /// Its samples without a gap between.
    pub runs: Vec<Run>,
    /// What the recorder was too slow for: silence in the recording.
    pub gaps: Vec<Span>,
}

/// Samples of one origin in a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The first one.
    pub start: u64,
    /// How many.
    pub samples: u64,
    /// `silence`, `received`, `repaired`, `concealed`, `comfort_noise`, `stretched`, `played`, `gap` or `absent`.
    pub origin: String,
}

/// A stretch of a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The first sample.
    pub start: u64,
    /// How many.
    pub samples: u64,
    /// The engine's tick of the first.
    pub tick: u64,
    /// Ticks that it takes, also where no samples are left of them.
    pub ticks: u64,
}

/// Where a tick of a track came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    From(Provenance),
    /// The recorder was too slow for it.
    Gap,
    /// The session was not there, or no more.
    Absent,
}

impl Origin {
    fn name(self) -> &'static str {
        match self {
            Origin::Gap => "gap",
            Origin::Absent => "absent",
            Origin::From(provenance) => match provenance {
                Provenance::Silence => "silence",
                Provenance::Received => "received",
                Provenance::Repaired => "repaired",
                Provenance::Concealed => "concealed",
                Provenance::ComfortNoise => "comfort_noise",
                Provenance::Stretched => "stretched",
                Provenance::Played => "played",
            },
        }
    }
}

impl TrackRuns {
    /// So many more samples of one origin.
    pub(super) fn add(&mut self, at: &Span, origin: Origin) {
        match self.runs.last_mut().filter(|run| run.origin == origin.name()) {
            Some(run) => run.samples += at.samples,
            None if at.samples == 0 => {}
            None => self.runs.push(Run { start: at.start, samples: at.samples, origin: origin.name().into() }),
        }
        if origin == Origin::Gap {
            extend(&mut self.gaps, at);
        }
    }
}

/// A tick more of a stretch that goes on, or a new one.
pub(super) fn extend(spans: &mut Vec<Span>, by: &Span) {
    match spans.last_mut().filter(|span| span.tick + span.ticks == by.tick) {
        Some(span) => (span.samples, span.ticks) = (span.samples + by.samples, span.ticks + by.ticks),
        None => spans.push(*by),
    }
}

//! Recordings: any number of taps in one file, aligned by the engine's ticks, with a side-car of where each sample came from.
//!
//! A [`Recorder`] works on an ordinary thread. Every tick of the engine is 10 ms of every track, whatever became of
//! packets, sessions or the disk in the meantime, so that the tracks of a call never drift apart.

mod masks;
#[cfg(feature = "opus")]
mod ogg;
mod outcome;
mod output;
mod recorder;
mod sidecar;
mod spec;
mod thread;
mod track;

pub use outcome::{Gap, Recorded};
pub use recorder::Recorder;
pub use sidecar::{Run, Sidecar, Span, TrackRuns};
pub use spec::{Format, Layout, RecordError, RecordSpec};
pub use thread::{Recording, RecordingEvent};

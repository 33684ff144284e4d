//! A media session: one SIP dialog's media as one graph.
//!
//! `spec` says what a session is to be, `builder` makes its graph, `state` is what a worker owns,
//! `tap` is the way out for recorders.

mod bound;
mod builder;
mod cue;
mod early;
mod error;
mod external;
mod file;
mod hearing;
mod listening;
mod live;
mod machine;
mod opaque;
mod payloads;
pub mod record;
mod resting;
mod seat;
mod sizes;
mod source;
mod spec;
mod standing;
mod state;
mod tap;
mod update;
mod voice;

pub(crate) use bound::memory_bound;
pub(crate) use builder::build;
pub use builder::{BuildError, Built, Legs};
pub use cue::Cue;
pub use error::SpecError;
pub use external::{ExternalPort, ExternalSpec, PcmWriter};
pub use file::FileSource;
pub(crate) use file::Readers;
pub(crate) use listening::{faded_only, plain_sender};
pub use live::LiveSource;
pub use machine::{Company, Gate, Illegal, Link, MediaState, Phase, SessionOp, Step, Told};
pub(crate) use seat::Seat;
pub use source::{Source, SourceError};
pub(crate) use spec::MAX_DATAGRAM;
pub use spec::SessionSpec;
pub use state::Session;
pub(crate) use state::{NODE_WORDS, STAT_WORDS};
pub(crate) use tap::tap_ring;
pub use tap::{TapReader, TapWriter};
pub use update::SessionUpdate;

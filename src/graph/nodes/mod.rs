//! The nodes of a leg: thin adapters between the graph and the pure algorithms.

mod beside;
mod fader;
mod far;
mod pass;
mod pcm;
mod receive;
mod ringback;
mod send;
mod source;
mod sum;
mod tap;
mod tones;
mod voice;

pub use fader::Fader;
pub use far::{FarIn, FarOut};
pub use pass::{PassIn, PassOut};
pub(crate) use pcm::{Home, Lease, Piece};
pub use pcm::{PcmIn, PcmOut};
pub(crate) use receive::ARRIVAL_BYTES;
pub use receive::{Line, MOST_MISSING, Receive, Wanted, WantedReader, wanted};
pub(crate) use ringback::Ringback;
pub use send::Send;
pub(crate) use source::{After, Order, PlayEnd, Portion, ReadEnd, play_ring};
pub use source::{Cues, FileNode, PcmSource, ToneSource};
pub use sum::Sum;
pub use tap::{Tap, TapFrame};
pub use tones::Tones;
pub use voice::{Voice, VoiceReader};

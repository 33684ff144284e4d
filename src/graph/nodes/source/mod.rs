//! Nodes that make audio: a tone, PCM held in memory, and a file that is read meanwhile.

mod file;
mod pcm;
mod playhead;
mod portion;
mod tone;

pub use file::FileNode;
pub use pcm::PcmSource;
pub use playhead::Cues;
pub(in crate::graph::nodes) use playhead::Playhead;
pub(crate) use portion::{After, Order, PlayEnd, Portion, ReadEnd, play_ring};
pub use tone::ToneSource;

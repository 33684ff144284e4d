//! Nodes that make audio: a tone, and PCM held in memory.

mod pcm;
mod playhead;
mod tone;

pub use pcm::PcmSource;
pub use playhead::Cues;
pub use tone::ToneSource;

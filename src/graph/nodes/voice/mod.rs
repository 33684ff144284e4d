//! What is done with a leg's voice, and what is heard in it.

mod digits;
mod node;

pub use node::{Voice, VoiceReader};

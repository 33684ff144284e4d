//! Who has answered a call, a person or a machine, and silence that lasts: by level and time alone.
//!
//! A person says a word or two and waits; a machine says nothing for long, or talks on. `machine.rs` decides that, in the terms that
//! Asterisk's `amd.conf` has made common, with its figures as defaults. The beep of a machine is found by
//! [`call_progress`](super::call_progress). Nothing here knows speech from noise: music and noise above the threshold count as said.

mod config;
mod level;
mod machine;
mod silence;
#[cfg(test)]
mod tests;

pub use config::{AnswerConfig, SilenceConfig};
pub use machine::{AnswerDetector, Answered, MachineSign};
pub use silence::SilenceDetector;

//! What a worker that is loaded beyond its limit does without, step by step, and gets back in reverse.
//!
//! ```text
//! load of each worker ──► Ladder (pure) ──► Degraded, Restored ──► steps in force ──► sweep: each session's cuts, rooms' talkers,
//!  once a window                                                                      figures, places refused
//! ```
//!
//! The ladder decides by numbers alone. What it decided is brought about by a sweep over the sessions, some in each tick: so
//! a worker of thousands gets no burst of edits, and who comes later, or from another worker, is treated like the rest.

mod control;
mod cuts;
mod ladder;
mod ops;
mod policy;
mod state;
mod sweep;
#[cfg(test)]
mod tests;

pub(crate) use cuts::{Curtailed, Cuts};
pub use ladder::{Ladder, Turn};
pub use policy::{Degradation, OverloadPolicy, OverloadStep, PolicyError};
pub(crate) use state::Overload;

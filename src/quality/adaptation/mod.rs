//! How a leg's sender and jitter buffer follow its network: by policy, in steps, and never to and fro.
//!
//! Loss is told by the receiver at the far end (RTCP) for what is sent, and by playout for what is received. It moves a
//! leg up or down a ladder of five rungs (`ladder.rs`); each policy says what a rung means (`policy.rs`), and the controller
//! (`controller.rs`) makes of a change of rung the changes of settings that lead there.

mod controller;
mod ladder;
mod policy;
mod setting;
#[cfg(test)]
mod tests;

pub use controller::Controller;
pub use ladder::{Ladder, RUNGS};
pub use policy::Policy;
pub use setting::{Adjustment, Knobs, Look, Reason, Setting};

//! Support for the whole-engine tests: scripted phones, a scene that ticks an offline engine, and checks of what it sent.
//!
//! Every test binary installs `assert_no_alloc::AllocDisabler`, so that a worker that allocates or
//! frees inside its tick aborts the test. Nothing here depends on a clock, a thread or libm.

mod check;
mod drifting;
mod hash;
mod network;
mod nodes;
mod phone;
mod random;
mod scene;
mod talker;
mod teller;
mod voice;
mod wire;

pub use check::{Packet, audio, check_cadence, check_stream, correlation, largest_step};
pub use drifting::{Drifting, payloads};
pub use hash::{Fnv, hash_packets};
pub use network::Network;
pub use nodes::Scale;
pub use phone::Phone;
pub use random::Random;
pub use scene::{Call, Scene};
pub use talker::Talker;
pub use teller::Teller;
pub use voice::Voice;
pub use wire::Wire;

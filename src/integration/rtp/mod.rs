//! Between sockets and engine: addresses, and who may send to whom.

mod bridge;
mod entrance;
mod kind;
mod leg;
mod policy;

pub use bridge::{RtpBridge, Verdict};
pub use entrance::BridgeEntrance;
pub use leg::{BridgeFigures, LegAddress};
pub use policy::SourcePolicy;

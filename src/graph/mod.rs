//! Session graphs: from the nodes and edges that a user edits to the plan that a worker runs.
//!
//! ```text
//! Topology ── compile ──► Graph { Plan, nodes, links, frame pool } ── run, twice a tick
//!    │                      ▲
//!    └────── edit ──► Edit ─┘  begin, one tick of cross-fade, finish
//! ```
//!
//! A node sees exactly one `process` a tick, edits or not. A frame that a node does not produce is
//! simply missing at its readers, who take that for silence.

mod compile;
mod connect;
mod describe;
mod event;
mod exchange;
mod io;
mod link;
mod node;
mod order;
mod plan;
mod run;
mod shape;
mod slots;
mod solo;
#[cfg(test)]
mod tests;
mod topology;
mod verify;

pub use compile::{CompileError, compile};
pub use connect::{ConnectError, NotConnected, SpliceError};
pub use event::{NodeEvent, NodeEventKind, NodeEvents};
pub use exchange::{Exchange, FarFrame, PacketQueue, RelayPacket};
pub use io::{Io, TickContext};
pub use link::Link;
pub use node::{Node, ParamId, ParamInfo, Ports, Segment};
pub use order::Cycle;
pub use plan::Plan;
pub use run::Graph;
pub use shape::Edge;
pub use solo::Solo;
pub use topology::{AddError, MAX_NODES, MAX_PORTS, NodeEntry, ParamError, Topology, UnknownNode};
pub use verify::PlanFault;

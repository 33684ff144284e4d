//! Session graphs: from the nodes and edges that a user edits to the plan that a worker runs.

mod event;
mod exchange;
mod io;
mod node;

pub use event::{NodeEvent, NodeEventKind, NodeEvents};
pub use exchange::{Exchange, FarFrame, PacketQueue, RelayPacket};
pub use io::{Io, TickContext};
pub use node::{Node, ParamId, ParamInfo, Ports, Segment};

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
//!
//! A node of one's own, heard without an engine:
//!
//! ```
//! use media_core::graph::{Io, Node, NodeEventKind, Ports, Segment, Solo, Topology, compile};
//! use media_core::types::SampleRate;
//!
//! /// Reports the peak of what it hears.
//! struct Peak;
//!
//! impl Node for Peak {
//!     fn kind(&self) -> &'static str {
//!         "peak"
//!     }
//!     fn ports(&self) -> Ports {
//!         Ports::sink(SampleRate::HZ_8000)
//!     }
//!     fn process(&mut self, io: &mut Io<'_>) {
//!         let samples = io.input(0).map_or(&[][..], |(_, samples)| samples);
//!         let peak = samples.iter().fold(0.0f32, |peak, s| peak.max(s.abs()));
//!         io.emit(NodeEventKind::Custom { code: 0, value: peak as f64 });
//!     }
//! }
//!
//! let mut topology = Topology::new();
//! topology.add(Segment::Up, Box::new(Peak))?;
//! let mut graph = compile(&mut topology)?;
//! let mut solo = Solo::new();
//! solo.run(&mut graph);
//! assert_eq!(solo.events().drain().count(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod compile;
mod connect;
mod describe;
mod edit;
mod event;
mod exchange;
mod fade;
mod io;
mod link;
mod node;
pub mod nodes;
mod order;
mod plan;
mod plan_set;
mod run;
mod shape;
mod slots;
mod solo;
mod swap;
#[cfg(test)]
mod tests;
mod topology;
mod transition;
mod verify;

pub use compile::{CompileError, compile};
pub use connect::{ConnectError, NotConnected, SpliceError};
pub use edit::EditError;
pub use event::{NodeEvent, NodeEventKind, NodeEvents, ReadFailure};
pub(crate) use exchange::Sides;
pub use exchange::{Exchange, FarFrame, PacketQueue};
pub use io::{Io, TickContext};
pub use link::Link;
pub use node::{Node, ParamId, ParamInfo, Ports, Segment};
pub use order::Cycle;
pub use plan::Plan;
pub(crate) use plan_set::PlanSet;
pub use run::Graph;
pub use shape::Edge;
pub use solo::Solo;
pub use swap::{Edit, EditState};
pub use topology::{AddError, MAX_NODES, MAX_PORTS, NodeEntry, ParamError, Topology, UnknownNode};
pub use verify::PlanFault;

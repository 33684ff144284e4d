//! What carries the engine in real time: rings, reclaim, clock, threads. It knows no media.

pub use egress::Egress;
mod egress;

//! The real-time audio engine that softswitch builders embed.

#![deny(unsafe_code)]
#![warn(missing_docs)]

pub mod buffer;
pub mod codec;
pub mod frame;
pub mod graph;
pub mod integration;
pub mod processing;
pub mod quality;
pub mod rt;
pub mod sync;
pub mod types;

/// Lets the tests prove that a tick does not allocate.
#[cfg(test)]
#[global_allocator]
static ALLOCATOR: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

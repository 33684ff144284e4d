//! The atomics that our own lock-free structures are written against.
//!
//! `loom-tests` compiles the same source files under a `sync` module of its own that is loom's.

pub use std::hint;
pub use std::sync::Arc;
pub use std::sync::atomic;

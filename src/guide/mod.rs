//! Guides: how to embed the engine, connect it to signalling and sockets, and run it.
//!
//! | guide | for whom |
//! |---|---|
//! | [`embedding`] | who puts the engine into a process of theirs: threads, sessions, operations, events |
//! | [`integration`] | who connects it to SIP and RTP: offer and answer, I/O threads, sources, RTCP |
//! | [`operating`] | who runs it: sizing, priority, figures, alerts, what to do when something sounds wrong |
//!
//! Every piece of code in them is compiled, and where it can, run with the documentation's tests.

#[doc = include_str!("embedding.md")]
pub mod embedding {}

#[doc = include_str!("integration.md")]
pub mod integration {}

#[doc = include_str!("operating.md")]
pub mod operating {}

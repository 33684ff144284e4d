//! Model checks of the engine's lock-free structures and of the protocols built on them.
//!
//! loom runs each model in every order of its threads, and with every value that a relaxed load may
//! see. The engine's own lock-free files are compiled here a second time, against the `sync` module
//! of this crate, which is loom's: what is checked is the file that ships. rtrb and basedrop use the
//! standard atomics, which loom cannot see into, so `ring` and `drop_list` repeat their
//! protocols; `tests/stress.rs` runs the real ones on real threads.
//!
//! Every model has a broken twin that must fail: a model that cannot fail proves nothing. `sync`
//! can take an ordering away under the shipped code (see `sync::without`), the other twins break a
//! step of the protocol.
//!
//! Two threads, capacity 1 or 2 and two or three operations keep each model below a few seconds.
//! loom treats SeqCst loads and stores as AcqRel, so nothing here relies on SeqCst.

#[cfg(test)]
#[path = "../../src/rt/doorbell.rs"]
mod doorbell;
#[cfg(test)]
mod drop_list;
#[cfg(test)]
#[path = "../../src/graph/link.rs"]
mod link;
#[cfg(test)]
mod models;
#[cfg(test)]
#[path = "../../src/rt/record.rs"]
mod record;
#[cfg(test)]
mod ring;
#[cfg(test)]
#[path = "../../src/rt/seqlock.rs"]
mod seqlock;
#[cfg(test)]
mod sync;

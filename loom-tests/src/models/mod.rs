//! The models, each beside its broken twin.

mod byte_ring;
mod command;
mod doorbell;
mod explore;
mod handover;
mod link;
mod plan_swap;
mod reclaim;
mod ring;
mod seqlock;
mod shutdown;

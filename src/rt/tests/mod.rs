//! Tests of the structures that are worth more than a few lines.

mod byte_ring;
mod egress;
mod histogram;
mod seqlock;
mod thread;

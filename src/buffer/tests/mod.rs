//! The contract of the jitter buffer, by a small codec of 16-bit samples.

mod order;
mod support;

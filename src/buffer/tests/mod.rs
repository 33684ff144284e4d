//! The contract of the jitter buffer, by a small codec of 16-bit samples.

mod beside;
mod delay;
mod hostile;
mod loss;
mod order;
mod pause;
mod property;
mod relay;
mod source;
mod speech;
mod support;

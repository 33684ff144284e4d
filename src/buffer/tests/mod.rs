//! The contract of the jitter buffer, by a small codec of 16-bit samples.

mod beside;
mod delay;
mod drift;
mod fifo;
mod fixed;
mod follow;
mod hostile;
mod loss;
mod order;
mod pause;
mod price;
mod property;
mod relay;
mod source;
mod speech;
mod support;

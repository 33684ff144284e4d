//! Tests of rooms.

mod audit;
mod differential;
mod limiter;
mod presets;
mod random;
mod rates;
mod sums;
mod words;

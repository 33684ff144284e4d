//! Tests of rooms.

mod audit;
mod differential;
mod limiter;
mod presets;
mod rates;
mod random;
mod sums;

//! Limits that a host sets while the engine runs: of all, of a worker, of a tenant.
//!
//! A limit is checked when something new comes: what is there already stays, also above a limit that was lowered.

mod book;
mod check;
mod control;
mod spec;

pub(crate) use book::Book;
pub(crate) use check::share_of;
pub use control::Usage;
pub use spec::{Limit, LimitScope, Limits, LimitsError};

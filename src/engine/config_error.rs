//! What can be wrong with a configuration.

use thiserror::Error;

use crate::engine::PolicyError;

/// A configuration that cannot run.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// No worker, or more than 64.
    #[error("{0} workers; allowed are 1 to 64")]
    Workers(usize),
    /// The period cannot be divided like this.
    #[error("{0} phases; allowed are 1, 2, 4 and 8")]
    Phases(u8),
    /// No session, or more than a million.
    #[error("{0} sessions; allowed are 1 to 1 000 000")]
    Sessions(usize),
    /// No I/O group, or more than 64.
    #[error("{0} I/O groups; allowed are 1 to 64")]
    IoGroups(usize),
    /// A ring that could not hold one of the largest datagrams or a few commands.
    #[error("a ring of {0}; needed are at least 64 commands or 16 KiB")]
    Ring(usize),
    /// The overload policy cannot be followed.
    #[error(transparent)]
    Overload(#[from] PolicyError),
}

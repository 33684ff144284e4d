//! Why what was accepted could not be done.

/// Why a worker could not do what it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The session is not here (any more). Nothing was applied to it.
    #[error("the session is gone")]
    Gone,
    /// A node of the session panicked earlier; the session is silent. Nothing was applied to it.
    #[error("the session is in quarantine after a panic")]
    Quarantined,
    /// The node is not in the session's running plan. Nothing was applied.
    #[error("the node is gone")]
    NoSuchNode,
    /// The engine stopped before the operation was carried out.
    #[error("the engine stopped")]
    Stopped,
}

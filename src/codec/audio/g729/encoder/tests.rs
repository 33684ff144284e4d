//! Contracts of the coder that need no vectors.

//! The contract of concealment.

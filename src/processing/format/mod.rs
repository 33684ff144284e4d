//! Changes of format.

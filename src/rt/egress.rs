//! A worker's rings to the I/O threads: one for each group of sessions.

/// Placeholder until the rings are in place.
#[derive(Debug)]
pub struct Egress;

//! Annex B as a whole, over synthetic speech with pauses.

mod packets;
mod signal;
mod streams;

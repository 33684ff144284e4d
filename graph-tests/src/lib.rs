//! Support for the whole-engine tests.

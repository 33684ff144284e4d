//! Tests of compiling, running and editing, on the nodes of `parts`.

mod compiling;
mod editing;
mod parts;
mod property;
mod random;
mod topology;
mod verifying;

//! Tests of compiling, running and editing, on the nodes of `parts`.

mod compiling;
mod parts;

mod registry;
mod spec;

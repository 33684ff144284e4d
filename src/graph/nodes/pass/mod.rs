//! Both ends of a leg whose packets are never decoded: video above all.

mod input;
mod output;

pub use input::PassIn;
pub use output::PassOut;

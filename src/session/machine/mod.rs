//! What a leg is in its call, and what may be asked of it then: states and legal transitions, in one table.
//!
//! Pure: no engine, no thread. `state` has the states, `table` the transitions of one leg, `company` what a
//! transition of one leg does to the others. The engine asks the table before it does anything.

mod company;
mod state;
mod table;
#[cfg(test)]
mod tests;

pub use company::{Company, Illegal};
pub use state::{Gate, Link, MediaState, Phase};
pub use table::{SessionOp, Step, Told};

//! A session whose call has not been answered yet.

use crate::session::SessionSpec;

impl SessionSpec {
    /// The session's call is not answered: nothing passes, either way, until [`Control::early`](crate::Control::early) lets it, or
    /// [`Control::answer`](crate::Control::answer). Answered from the start by default.
    pub fn early(mut self) -> Self {
        self.early = true;
        self
    }
}

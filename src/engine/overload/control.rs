//! How a host says what is done without.

use crate::engine::control::Control;
use crate::engine::overload::{OverloadPolicy, OverloadStep};
use crate::engine::{EngineConfig, Reject};
use crate::types::WorkerId;

impl Control {
    /// Lets loaded workers do without things by a policy from now on, or with `None` no more. What is done without by an earlier
    /// policy comes back first. Each step is told by a `Degraded` event, its end by `Restored`; sessions follow within some ticks.
    ///
    /// A setting that a host changes meanwhile holds when the step ends. Sessions of
    /// [`SessionSpec::essential`](crate::SessionSpec::essential) are left as they are.
    pub fn overload(&self, policy: Option<OverloadPolicy>) -> Result<(), Reject> {
        policy.iter().try_for_each(OverloadPolicy::check)?;
        let mut state = self.state();
        if state.stopped {
            return Err(Reject::Stopped);
        }
        state.follow_policy(policy);
        Ok(())
    }

    /// What a worker does without now, in the order in which it came to it.
    pub fn degraded(&self, worker: WorkerId) -> Result<Vec<OverloadStep>, Reject> {
        let state = self.state();
        if usize::from(worker.0) >= state.workers.len() {
            return Err(Reject::NoSuchWorker(worker));
        }
        Ok(state.overload.steps(worker).to_vec())
    }
}

impl EngineConfig {
    /// Lets loaded workers do without things by this policy; by default they only refuse sessions beyond the limit of load.
    /// See [`Control::overload`].
    pub fn overload(mut self, policy: OverloadPolicy) -> Self {
        self.overload = Some(policy);
        self
    }
}

//! How much a session counts: whose it is, whether it may be let down, what it costs.

use crate::session::SessionSpec;
use crate::types::TenantId;

/// Nanoseconds for what every leg has beside its codecs.
const NODES: u32 = 190;

/// How a session stands among others.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Standing {
    pub tenant: Option<TenantId>,
    /// Must not be refused or let down for load.
    pub essential: bool,
}

impl SessionSpec {
    /// Whose session it is, for limits ([`Control::limits`](crate::Control::limits)).
    pub fn tenant(mut self, tenant: TenantId) -> Self {
        self.standing.tenant = Some(tenant);
        self
    }

    /// A call that must be: it is taken also where workers are loaded beyond the limit, and the overload ladder takes nothing from it. Limits
    /// of sessions, rooms and shares hold for it as well.
    pub fn essential(mut self) -> Self {
        self.standing.essential = true;
        self
    }

    /// Nanoseconds a tick that it is expected to cost.
    pub(crate) fn declared_cost(&self) -> u64 {
        let codecs = self.codec.cost().decode + self.sends().cost().encode;
        let voice = if self.processing.is_needed() { self.processing.cost(self.codec.rate) } else { 0 };
        u64::from(codecs + NODES + voice)
    }
}

//! Whose a room is.

use crate::engine::room::RoomSpec;
use crate::types::TenantId;

impl RoomSpec {
    /// Whose room it is, for limits ([`Control::limits`](crate::Control::limits)).
    pub fn tenant(mut self, tenant: TenantId) -> Self {
        self.tenant = Some(tenant);
        self
    }

    pub(crate) fn tenant_of(&self) -> Option<TenantId> {
        self.tenant
    }
}

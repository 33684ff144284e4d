//! RTCP of the phones.

use media_core::{Control, Micros, SessionId};

/// A report came.
pub fn feed(_control: &Control, _session: SessionId, _report: &[u8], _arrival: Micros) {}

//! The call inside the engine: one session per phone, each with a tap on what it receives, bridged.

use std::error::Error;

use media_core::{Control, EngineConfig, IngressPort, Millis, Pending, SessionId, SessionSpec, TapPoint, TapReader};

use crate::args::Args;
use crate::phone::Profile;
use crate::record::TapLog;

/// The engine's side of one phone.
pub struct Leg {
    /// Its session.
    pub id: SessionId,
    /// Where its datagrams go in, until an I/O thread takes it.
    pub ingress: Option<IngressPort>,
    tap: TapReader,
    /// What the session received from the phone.
    pub log: TapLog,
}

impl Leg {
    /// Takes what the tap has recorded since.
    pub fn read_tap(&mut self) {
        self.log.read(&mut self.tap);
    }
}

/// The configuration of an engine for one call.
pub fn config(args: &Args) -> EngineConfig {
    EngineConfig::new().workers(args.workers.into()).phases(args.phases).seed(args.seed).stats_interval(1)
}

/// Creates and bridges the sessions of two phones; `settle` waits until an operation has taken effect.
pub fn open(
    control: &Control,
    phones: &[Profile; 2],
    mut settle: impl FnMut(Pending) -> Result<(), Box<dyn Error>>,
) -> Result<[Leg; 2], Box<dyn Error>> {
    let mut leg = |phone: &Profile| -> Result<Leg, Box<dyn Error>> {
        let spec = SessionSpec::new(phone.codec).ptime(Millis(phone.ptime));
        let created = control.create(spec)?;
        settle(created.op)?;
        let (_, tap, pending) = control.tap(created.id, TapPoint::Received, TAP_RING)?;
        settle(pending)?;
        Ok(Leg { id: created.id, ingress: Some(created.ingress), tap, log: TapLog::default() })
    };
    let legs = [leg(&phones[0])?, leg(&phones[1])?];
    settle(control.bridge(legs[0].id, legs[1].id)?)?;
    Ok(legs)
}

/// Far more than the time between two readings of the tap.
const TAP_RING: Millis = Millis(2_000);

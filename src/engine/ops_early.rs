//! Media before the answer: who hears what of whom, and ringback until there is something to hear (RFC 3960).

use crate::engine::course::Course;
use crate::engine::leg_event::LegEvent;
use crate::engine::request::{Direction, Request};
use crate::engine::staging::Staging;
use crate::engine::state::State;
use crate::engine::{EventKind, Reject};
use crate::session::{Cue, Gate, Source};
use crate::types::{SessionId, Tick};

/// What passes before a call is answered, for the session's own party.
#[derive(Clone, Debug)]
pub enum EarlyMedia {
    /// Nothing, either way: what a far end sends before the answer is kept back, as billing may ask for.
    Block,
    /// The party hears the source, until media comes from the session that it is bridged to: within that tick the source gives way,
    /// and from then on the party listens to that (a 180, and a 183 behind it: RFC 3960 §3.2). It is not heard.
    Ringback(Source),
    /// The party hears the far one, and is not heard.
    Listen,
    /// Both hear each other: an announcement that takes digits, before anybody has answered.
    Pass,
}

impl EarlyMedia {
    /// What the state says of it.
    pub fn gate(&self) -> Gate {
        match self {
            EarlyMedia::Block => Gate::Block,
            EarlyMedia::Ringback(_) => Gate::Ringback,
            EarlyMedia::Listen => Gate::Listen,
            EarlyMedia::Pass => Gate::Pass,
        }
    }
}

impl Staging<'_> {
    pub fn early(&mut self, id: SessionId, media: EarlyMedia) -> Result<(), Reject> {
        let gate = media.gate();
        self.stop_music(id)?;
        if let EarlyMedia::Ringback(source) = media {
            let ringback = self.play_until_far(id, source, Cue::new())?;
            self.draft(id)?.leg.music = Some(ringback);
        }
        self.set_gate(id, Some(gate))?;
        self.tell(id, LegEvent::Early { gate });
        Ok(())
    }

    pub fn answer(&mut self, id: SessionId) -> Result<(), Reject> {
        self.stop_music(id)?;
        self.set_gate(id, None)?;
        self.tell(id, LegEvent::Answered);
        Ok(())
    }

    /// What ringback has given way to is heard as it is from now on, relayed where it can be.
    pub fn far_media(&mut self, id: SessionId) -> Result<(), Reject> {
        if self.draft(id)?.leg.gate == Some(Gate::Listen) { self.stop_music(id) } else { Ok(()) }
    }

    fn set_gate(&mut self, id: SessionId, gate: Option<Gate>) -> Result<(), Reject> {
        self.draft(id)?.leg.gate = gate;
        self.set_mute(id, Direction::Inbound)?;
        self.set_mute(id, Direction::Outbound)
    }
}

impl State {
    /// Ringback has given way to media of the far party.
    pub fn far_media_heard(&mut self, id: SessionId, tick: Tick) {
        let Some(entry) = self.entry_mut(id).filter(|entry| entry.leg.gate == Some(Gate::Ringback)) else { return };
        entry.leg.gate = Some(Gate::Listen);
        self.sink.send(tick, Some(id), EventKind::Leg(LegEvent::EarlyMedia));
        // A full ring is no loss: the node that is left passes everything.
        let _ = self.submit(vec![Request::Course(id, Course::FarMedia)]);
    }
}

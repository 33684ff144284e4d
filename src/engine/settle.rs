//! Faders come to rest: only then may the packets of two legs pass undecoded, or the ramp would be cut.

use crate::engine::leg::FaderState;
use crate::engine::request::{Direction, Request};
use crate::engine::staging::{Draft, Staging};
use crate::engine::state::State;
use crate::engine::{EventKind, Reject};
use crate::types::{Decibels, Millis, PayloadType, SessionId, Tick};

/// Ticks from an operation to the end of the tick that it takes effect in.
const ON_THE_WAY: u64 = 2;

impl Staging<'_> {
    /// Notes that a fader moves for as long as `ramp` from now on.
    pub fn fader_moves(&mut self, id: SessionId, direction: Direction, ramp: Millis) -> Result<(), Reject> {
        let now = self.state.tick();
        let fader = &mut self.draft(id)?.leg.faders[direction as usize];
        if ramp > Millis(0) {
            fader.at_rest = Tick(now.0 + ON_THE_WAY + u64::from(ramp.ticks()));
        }
        Ok(())
    }
}

impl FaderState {
    /// Whether it lets everything through as it is, and no ramp is under way.
    pub fn is_open(&self, now: Tick) -> bool {
        !self.muted && self.gain == Decibels(0.0) && self.at_rest <= now
    }
}

impl State {
    /// Remembers to look again at a leg whose faders still move.
    pub fn settle_later(&mut self, draft: &Draft) {
        let now = self.tick();
        let last = draft.leg.faders.iter().map(|fader| fader.at_rest).max().filter(|at| *at > now);
        if let (Some(at), Some(peer)) = (last, draft.leg.peer) {
            self.unsettled.retain(|(_, id)| *id != draft.id && *id != peer);
            self.unsettled.push((at, draft.id));
        }
    }

    /// A party sends another codec, or other packets, than before.
    pub fn codec_changed(&mut self, id: SessionId, tick: Tick, payload_type: PayloadType, ptime: Millis) {
        let Some(entry) = self.entry_mut(id) else { return };
        let leg = &mut entry.leg;
        let Some(&codec) = leg.lines.iter().find(|line| line.payload_type == payload_type) else { return };
        let before = std::mem::replace(&mut leg.receives, (codec, ptime));
        if std::mem::replace(&mut leg.told, codec) != codec || before.1 != ptime {
            let direction = Direction::Inbound;
            self.sink.send(tick, Some(id), EventKind::CodecChanged { direction, codec, ptime });
        }
        if self.entry(id).is_ok_and(|entry| entry.leg.peer.is_some()) {
            // A full ring is no loss: the next operation settles the same.
            let _ = self.submit(vec![Request::Settle(id)]);
        }
    }

    /// Looks again at legs whose faders have come to rest by now.
    pub fn settle_due(&mut self) {
        let now = self.tick();
        let due: Vec<_> = self.unsettled.extract_if(.., |(at, _)| *at <= now).collect();
        for (_, id) in due {
            // A leg that has gone, or a full ring, is no loss: the next operation settles the same.
            let _ = self.submit(vec![Request::Settle(id)]);
        }
    }
}

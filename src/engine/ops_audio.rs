//! What a party hears and is heard with: gain, mute, hold, play, taps.

use crate::engine::command::Command;
use crate::engine::leg::Playing;
use crate::engine::reject::TopologyError;
use crate::engine::request::{Direction, PlayControl, PlayId};
use crate::engine::staging::{Draft, Staging};
use crate::engine::state::Effect;
use crate::engine::{EventKind, Reject};
use crate::graph::nodes::{Fader, PcmIn, PcmSource, Receive, Send};
use crate::graph::{Edge, Node, Segment};
use crate::session::{Cue, Source, SourceError};
use crate::types::{Decibels, Millis, NodeId, SessionId};

/// How long mute and hold take to fade.
const FADE: Millis = Millis(20);

impl Staging<'_> {
    pub fn gain(&mut self, id: SessionId, direction: Direction, gain: Decibels, ramp: Millis) -> Result<(), Reject> {
        check(gain)?;
        self.fader_moves(id, direction, ramp)?;
        let draft = self.draft(id)?;
        draft.leg.faders[direction as usize].gain = gain;
        let (session, worker, node) = (draft.id, draft.worker, draft.leg.fader(direction));
        let value = gain.0.max(-96.0);
        self.sets.push((worker, Command::Set { session, node, param: Fader::GAIN_DB, value, ramp }));
        Ok(())
    }

    pub fn mute(&mut self, id: SessionId, direction: Direction, muted: bool) -> Result<(), Reject> {
        self.draft(id)?.leg.faders[direction as usize].muted = muted;
        self.set_mute(id, direction)
    }

    pub fn set_mute(&mut self, id: SessionId, direction: Direction) -> Result<(), Reject> {
        self.fader_moves(id, direction, FADE)?;
        let draft = self.draft(id)?;
        let muted = draft.leg.silences(direction);
        let (worker, node, value) = (draft.worker, draft.leg.fader(direction), f32::from(u8::from(muted)));
        let legs = draft.leg.legs;
        self.sets.push((worker, Command::Set { session: id, node, param: Fader::MUTE, value, ramp: FADE }));
        // Telephone events go past the faders.
        let (node, param) = match direction {
            Direction::Inbound => (legs.receive, Receive::MUTE),
            Direction::Outbound => (legs.send, Send::MUTE),
        };
        self.set_digits(id, direction)?;
        if self.state.entry(id)?.spec.payloads.telephone_event.is_some() {
            self.sets.push((worker, Command::Set { session: id, node, param, value, ramp: Millis(0) }));
        }
        Ok(())
    }

    pub fn hold(&mut self, id: SessionId, music: Option<Source>) -> Result<(), Reject> {
        self.draft(id)?.leg.held = true;
        if let Some(music) = music {
            self.draft(id)?.leg.music = Some(self.play(id, music, Cue::new())?);
        }
        self.effects.push(Effect::Tell(id, EventKind::Held));
        self.set_mute(id, Direction::Inbound)?;
        self.set_mute(id, Direction::Outbound)
    }

    pub fn resume(&mut self, id: SessionId) -> Result<(), Reject> {
        self.draft(id)?.leg.held = false;
        self.stop_music(id)?;
        self.effects.push(Effect::Tell(id, EventKind::Resumed));
        self.set_mute(id, Direction::Inbound)?;
        self.set_mute(id, Direction::Outbound)
    }

    /// Adds a source to what the party hears, behind the fader.
    pub fn play(&mut self, id: SessionId, source: Source, how: Cue) -> Result<Playing, Reject> {
        self.play_by(id, source, how, false)
    }

    /// Plays a source to the party until it has something else to hear.
    pub fn play_until_far(&mut self, id: SessionId, source: Source, how: Cue) -> Result<Playing, Reject> {
        self.play_by(id, source, how, true)
    }

    fn play_by(&mut self, id: SessionId, source: Source, how: Cue, yields: bool) -> Result<Playing, Reject> {
        check(how.gain)?;
        if !source.is_free() {
            return Err(SourceError::Taken.into());
        }
        let (rate, readers) = (self.rate(id, Segment::Down)?, &self.state.readers);
        let draft = self.draft(id)?;
        // What plays beside ringback is no media of the far party.
        let ringback = draft.leg.music.as_ref().filter(|music| music.yields);
        let edge = edge_from(draft, ringback.map_or(draft.leg.legs.fader_down, |ringback| ringback.sum))?;
        let sum = insert(draft, edge, Segment::Down, Playing::joint(yields, &how, rate))?;
        let node = source.clone().node(rate, &how, readers);
        let node = draft.topology.add(Segment::Down, node).map_err(TopologyError::from)?;
        draft.topology.connect((node, 0), (sum, 1)).map_err(TopologyError::from)?;
        Ok(Playing { what: source, how, source: node, sum, yields })
    }

    pub fn stop_play(&mut self, id: SessionId, playing: Playing) -> Result<(), Reject> {
        let draft = self.draft(id)?;
        if draft.leg.legs.contains(playing.source) {
            // What a player plays ends with it.
            return Err(Reject::Reserved(playing.source));
        }
        draft.topology.remove(playing.source).map_err(TopologyError::from)?;
        draft.topology.splice_out(playing.sum).map_err(TopologyError::from)?;
        draft.edited = true;
        Ok(())
    }

    /// Changes how something plays.
    pub fn control_play(&mut self, id: SessionId, play: PlayId, control: PlayControl) -> Result<(), Reject> {
        let (param, value, ramp) = match control {
            PlayControl::Pause => (PcmSource::PAUSE, 1.0, Millis(0)),
            PlayControl::Resume => (PcmSource::PAUSE, 0.0, Millis(0)),
            PlayControl::Flush => (PcmIn::FLUSH, 1.0, Millis(0)),
            PlayControl::Seek(to) => (PcmSource::SEEK_MS, to.0 as f32, Millis(0)),
            PlayControl::Gain(gain, ramp) => {
                check(gain)?;
                (PcmSource::GAIN_DB, gain.0.max(-96.0), ramp)
            }
        };
        let draft = self.draft(id)?;
        let playing = draft.leg.plays.iter().find(|p| p.0 == play).ok_or(Reject::NoSuchHandle(id))?;
        if control == PlayControl::Flush && !matches!(playing.1.what, Source::Live(_)) {
            return Err(Reject::NotExternal(id));
        }
        let (worker, node) = (draft.worker, playing.1.source);
        self.sets.push((worker, Command::Set { session: id, node, param, value, ramp }));
        Ok(())
    }
}

/// A gain that can be set.
pub(crate) fn check(gain: Decibels) -> Result<(), Reject> {
    if gain.0.is_nan() || gain.0 > 24.0 { Err(Reject::Gain(gain.0)) } else { Ok(()) }
}

pub(super) fn insert(draft: &mut Draft, edge: Edge, segment: Segment, node: Box<dyn Node>) -> Result<NodeId, Reject> {
    draft.edited = true;
    Ok(draft.topology.insert_between(edge, segment, node).map_err(TopologyError::from)?)
}

fn edge_from(draft: &Draft, node: NodeId) -> Result<Edge, Reject> {
    draft.topology.edges().find(|e| e.from.0 == node && !e.delayed).ok_or(Reject::NoSuchHandle(draft.id))
}

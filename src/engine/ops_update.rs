//! Another codec, payload type, packet time or jitter buffer in mid-call.
//!
//! A leg's half whose codec changes gets new nodes in the places of the old ones; each succeeds its
//! predecessor at the tick's boundary. Their ids stay, so whatever names them goes on naming them.

use crate::engine::leg::Playing;
use crate::engine::reject::TopologyError;
use crate::engine::request::Direction;
use crate::engine::staging::{Draft, Staging};
use crate::engine::state::Effect;
use crate::engine::{EventKind, Reject};
use crate::graph::nodes::{Fader, FarIn, FarOut, Receive, Send, Tap, Tones};
use crate::graph::{Node, Segment};
use crate::rtp::SendIdentity;
use crate::session::{SessionUpdate, SpecError};
use crate::types::{NodeId, SampleRate, SessionId, Ssrc};

impl Staging<'_> {
    pub fn update(&mut self, id: SessionId, update: &SessionUpdate) -> Result<(), Reject> {
        let draft = self.draft(id)?;
        let (old, new) = (draft.spec.clone(), update.apply(&draft.spec));
        new.validate().map_err(|why: SpecError| Reject::Update(why))?;
        let (heard, said) = (old.receives() != new.receives(), old.sends() != new.sends());
        let bounds = old.jitter_bounds() != new.jitter_bounds();
        let (expects, carries) = (old.expected() != new.expected(), old.payloads != new.payloads);
        draft.spec = new;
        self.set_digits(id, Direction::Inbound)?;
        self.update_forks(id)?;
        if heard || bounds || expects {
            self.receive_anew(id, old.codec.rate)?;
        }
        if said || carries || old.ptime != self.draft(id)?.spec.ptime {
            self.send_anew(id, old.sends().rate)?;
        }
        let spec = &self.draft(id)?.spec;
        let (codec, sends, ptime) = (spec.codec, spec.sends(), spec.ptime);
        if heard {
            self.draft(id)?.leg.told = codec;
            let (direction, ptime) = (Direction::Inbound, self.draft(id)?.leg.receives.1);
            self.effects.push(Effect::Tell(id, EventKind::CodecChanged { direction, codec, ptime }));
        }
        if said || ptime != old.ptime {
            let direction = Direction::Outbound;
            self.effects.push(Effect::Tell(id, EventKind::CodecChanged { direction, codec: sends, ptime }));
        }
        Ok(())
    }

    /// New nodes for the way from the party.
    pub fn receive_anew(&mut self, id: SessionId, old_rate: SampleRate) -> Result<(), Reject> {
        // What runs is succeeded, whatever this transaction has asked for before.
        let before = &self.state.entry(id)?.leg.lines;
        let draft = self.draft(id)?;
        let spec = draft.spec.clone();
        let receive = Receive::after(before, &spec.receives(), draft.leg.receives.1, spec.jitter_bounds());
        let receive = receive.with(spec.expected());
        draft.leg.lines = receive.codecs().collect();
        // Until the party changes, its packets are of the old codec.
        draft.leg.relaying = None;
        replace(draft, draft.leg.legs.receive, Box::new(receive))?;
        let rate = spec.codec.rate;
        if rate == old_rate {
            return Ok(());
        }
        let legs = draft.leg.legs;
        fixed(draft, Segment::Up)?;
        replace(draft, legs.fader_up, Box::new(Fader::new(rate)))?;
        replace(draft, legs.far_out, Box::new(FarOut::new(rate)))?;
        revoice(draft)?;
        retap(draft, Segment::Up, rate)?;
        if let Some(room) = draft.leg.room {
            return self.sit(id, room);
        }
        let Some(peer) = draft.leg.peer else { return Ok(()) };
        let far = self.draft(peer)?;
        let end = FarIn::new(far.spec.sends().rate, rate, far.spec.resampling);
        far.leg.heard_rate = rate;
        replace(far, far.leg.legs.far_in, Box::new(end))
    }

    /// New nodes for the way to the party.
    fn send_anew(&mut self, id: SessionId, old_rate: SampleRate) -> Result<(), Reject> {
        let running = self.state.entry(id)?.spec.sends().rate;
        let readers = &self.state.readers;
        let draft = self.draft(id)?;
        let (codec, ticks, io) = (draft.spec.sends(), draft.spec.packet_ticks(), draft.spec.io);
        // Succeeded at once by the old sender's own.
        let identity = SendIdentity { ssrc: Ssrc(0), sequence: 0, timestamp: 0 };
        let send = Send::new(&codec, ticks, io, identity)
            .with(draft.spec.payloads)
            .suppressing(draft.spec.suppresses)
            .after(running);
        draft.leg.passing = None;
        replace(draft, draft.leg.legs.send, Box::new(send))?;
        let (rate, room) = (codec.rate, draft.leg.room);
        self.new_encoder(id)?;
        if let Some(room) = room
            && self.room(room)?.spec.is_stereo()
        {
            // It may hear other channels from now on.
            self.sit(id, room)?;
        }
        if rate == old_rate {
            return Ok(());
        }
        let draft = self.draft(id)?;
        let legs = draft.leg.legs;
        fixed(draft, Segment::Down)?;
        replace(draft, legs.far_in, Box::new(FarIn::new(rate, draft.leg.heard_rate, draft.spec.resampling)))?;
        replace(draft, legs.fader_down, Box::new(Fader::new(rate)))?;
        let plays: Vec<_> = draft.leg.playing().cloned().collect();
        for playing in plays {
            replace(draft, playing.sum, Playing::joint(playing.yields, &playing.how, rate))?;
            let source = playing.what.node(rate, &playing.how, readers);
            replace(draft, playing.source, source)?;
        }
        revoice(draft)?;
        if let Some(tones) = draft.leg.tones {
            replace(draft, tones, Box::new(Tones::new(rate)))?;
        }
        retap(draft, Segment::Down, rate)
    }
}

/// Whether all nodes of a half are the engine's: a user's own has the rate that it was made for.
fn fixed(draft: &Draft, segment: Segment) -> Result<(), Reject> {
    let leg = &draft.leg;
    let known = |node: NodeId| {
        let playing = leg.playing().any(|p| p.source == node || p.sum == node);
        playing || leg.owns(node) || leg.taps.iter().any(|tap| tap.node == node)
    };
    let foreign = draft.topology.nodes().find(|n| n.segment == segment && !known(n.id));
    foreign.map_or(Ok(()), |node| Err(Reject::FixedRate(node.id)))
}

/// What works on the party's voice goes on at the rates that there are now.
fn revoice(draft: &mut Draft) -> Result<(), Reject> {
    let Some(voice) = draft.leg.voice else { return Ok(()) };
    let (node, figures) = draft.spec.voice();
    draft.leg.voice_figures = Some(figures);
    replace(draft, voice, node)
}

/// Taps go on at the rate that their readers were promised.
fn retap(draft: &mut Draft, segment: Segment, rate: SampleRate) -> Result<(), Reject> {
    for tap in draft.leg.taps.clone() {
        if draft.topology.node(tap.node).map_err(TopologyError::from)?.segment == segment {
            replace(draft, tap.node, Box::new(Tap::after(rate, tap.rate)))?;
        }
    }
    Ok(())
}

pub(super) fn replace(draft: &mut Draft, id: NodeId, node: Box<dyn Node>) -> Result<(), Reject> {
    draft.edited = true;
    Ok(draft.topology.replace(id, node).map_err(TopologyError::from)?)
}

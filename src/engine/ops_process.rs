//! What is done with a leg's voice, in mid-call.

use crate::engine::Reject;
use crate::engine::command::Command;
use crate::engine::ops_detect::Detectors;
use crate::engine::overload::Cuts;
use crate::engine::reject::TopologyError;
use crate::engine::request::Direction;
use crate::engine::staging::{Draft, Staging};
use crate::graph::ParamId;
use crate::graph::nodes::{Tones, Voice};
use crate::processing::audio::ns::NsLevel;
use crate::processing::pipeline::ProcessingSpec;
use crate::types::{Millis, NodeId, SessionId};

/// A change of what is done with a voice.
pub(crate) enum VoiceChange {
    /// Another processor.
    Spec(Box<ProcessingSpec>),
    /// How far noise is let down.
    NoiseLevel(NsLevel),
    /// What is listened for.
    Detect(Box<Detectors>),
    /// What the leg does without, of its voice and of all else.
    Cut(Cuts),
}

impl Staging<'_> {
    pub fn voice(&mut self, id: SessionId, change: VoiceChange) -> Result<(), Reject> {
        match change {
            VoiceChange::Spec(spec) => self.process(id, *spec),
            VoiceChange::NoiseLevel(level) => self.noise_level(id, level),
            VoiceChange::Detect(detectors) => self.detect(id, *detectors),
            VoiceChange::Cut(cuts) => self.cut(id, cuts),
        }
    }

    /// Another processor takes the place of the one there is, comes in or goes.
    pub fn process(&mut self, id: SessionId, processing: ProcessingSpec) -> Result<(), Reject> {
        processing.check()?;
        let runs = self.draft(id)?.wish(processing);
        self.run_processing(id, runs)
    }

    /// As [`Staging::process`], whatever the host wishes.
    pub fn run_processing(&mut self, id: SessionId, processing: ProcessingSpec) -> Result<(), Reject> {
        let draft = self.draft(id)?;
        draft.spec.processing = processing;
        draft.edited = true;
        match (draft.leg.voice, draft.spec.processing.is_needed()) {
            (Some(voice), true) => {
                let (node, figures) = draft.spec.voice();
                draft.topology.replace(voice, node).map_err(TopologyError::from)?;
                draft.leg.voice_figures = Some(figures);
            }
            (None, true) => {
                let (node, figures) = draft.spec.voice();
                let voice = draft.leg.legs.add_voice(&mut draft.topology, node).map_err(TopologyError::from)?;
                draft.leg.voice_figures = Some(figures);
                let to_far = draft.spec.processing.digits.to_far.alone();
                (draft.leg.voice, draft.leg.to_far) = (Some(voice), to_far);
            }
            (voice, false) => {
                splice_out(draft, voice)?;
                (draft.leg.voice, draft.leg.voice_figures) = (None, None);
            }
        }
        let renders = draft.spec.renders();
        if renders {
            self.needs_tones(id)?;
        } else {
            let draft = self.draft(id)?;
            let tones = draft.leg.tones.take();
            splice_out(draft, tones)?;
        }
        self.set_digits(id, Direction::Inbound)?;
        self.set_digits(id, Direction::Outbound)
    }

    /// How far noise is let down, without a new block.
    fn noise_level(&mut self, id: SessionId, level: NsLevel) -> Result<(), Reject> {
        let draft = self.draft(id)?;
        let wished = draft.leg.curtailed.wished.as_mut().and_then(|wished| wished.processing.noise.as_mut());
        let waits = wished.map(|noise| noise.level = level).is_some();
        let (Some(voice), Some(noise)) = (draft.leg.voice, &mut draft.spec.processing.noise) else {
            return if waits { Ok(()) } else { Err(Reject::NotProcessed(id)) };
        };
        noise.level = level;
        self.set_node(id, voice, Voice::NOISE_LEVEL, f32::from(level as u8))
    }

    /// Makes sure that the leg has a player of digits.
    pub fn needs_tones(&mut self, id: SessionId) -> Result<NodeId, Reject> {
        let draft = self.draft(id)?;
        if let Some(tones) = draft.leg.tones {
            return Ok(tones);
        }
        let tones = draft.leg.legs.add_tones(&mut draft.topology, &draft.spec).map_err(TopologyError::from)?;
        (draft.leg.tones, draft.edited) = (Some(tones), true);
        self.set_digits(id, Direction::Outbound)?;
        Ok(tones)
    }

    /// Tells the nodes of one direction whether digits may pass there.
    pub fn set_digits(&mut self, id: SessionId, direction: Direction) -> Result<(), Reject> {
        let draft = self.draft(id)?;
        let muted = f32::from(u8::from(draft.leg.silences(direction)));
        let clean = f32::from(u8::from(draft.leg.held || draft.spec.is_clean()));
        let renders = f32::from(u8::from(draft.spec.renders()));
        let (voice, tones) = (draft.leg.voice, draft.leg.tones);
        match (direction, voice, tones) {
            (Direction::Inbound, Some(voice), _) => {
                self.set_node(id, voice, Voice::CLEAN, clean)?;
                self.set_node(id, voice, Voice::MUTE, muted)
            }
            (Direction::Outbound, _, Some(tones)) => {
                self.set_node(id, tones, Tones::MUTE, muted)?;
                self.set_node(id, tones, Tones::RENDER, renders)
            }
            _ => Ok(()),
        }
    }

    /// Decides anew what the far party gets of digits: telephone events only where it has them.
    pub fn settle_digits(&mut self, id: SessionId) -> Result<(), Reject> {
        let draft = self.draft(id)?;
        let (Some(voice), peer) = (draft.leg.voice, draft.leg.peer) else { return Ok(()) };
        let (wanted, before) = (draft.spec.processing.digits.to_far, draft.leg.to_far);
        let takes =
            peer.is_some_and(|peer| self.draft(peer).is_ok_and(|far| far.spec.payloads.telephone_event.is_some()));
        let to_far = if takes { wanted } else { wanted.alone() };
        if to_far == before {
            return Ok(());
        }
        self.draft(id)?.leg.to_far = to_far;
        self.set_node(id, voice, Voice::DIGITS_TO_FAR, f32::from(to_far as u8))
    }

    fn set_node(&mut self, session: SessionId, node: NodeId, param: ParamId, value: f32) -> Result<(), Reject> {
        let worker = self.draft(session)?.worker;
        self.sets.push((worker, Command::Set { session, node, param, value, ramp: Millis(0) }));
        Ok(())
    }
}

impl Draft {
    /// Lets the canceller of echo hear what the leg is sent, whatever that comes through now.
    pub fn refer(&mut self) -> Result<(), Reject> {
        if let Some(voice) = self.leg.voice {
            let echo = self.spec.processing.echo.is_some();
            self.edited |= self.leg.legs.refer(&mut self.topology, voice, echo).map_err(TopologyError::from)?;
        }
        Ok(())
    }
}

fn splice_out(draft: &mut Draft, node: Option<NodeId>) -> Result<(), Reject> {
    if let Some(node) = node {
        draft.topology.splice_out(node).map_err(TopologyError::from)?;
    }
    Ok(())
}

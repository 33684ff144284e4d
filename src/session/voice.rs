//! The nodes that work on a leg's voice, and their places.

use crate::graph::nodes::{Tones, Voice, VoiceReader};
use crate::graph::{Edge, NotConnected, Segment, SpliceError, Topology};
use crate::processing::format::Quality;
use crate::processing::pipeline::ProcessingSpec;
use crate::session::{Legs, SessionSpec};
use crate::types::NodeId;

impl SessionSpec {
    /// How what this session hears is resampled when the far party's rate differs; by default with 2 ms of delay at most.
    pub fn resampling(mut self, quality: Quality) -> Self {
        self.resampling = quality;
        self
    }

    /// What is done with what comes from the party, before anybody hears it; nothing by default. See
    /// [`Control::process`](crate::Control::process) for a session that runs.
    pub fn processing(mut self, processing: ProcessingSpec) -> Self {
        self.processing = processing;
        self
    }

    /// The processor of the leg's voice, and the reader of its figures. Allocates.
    pub(crate) fn voice(&self) -> (Box<Voice>, VoiceReader) {
        let events = self.expected().telephone_event.is_some();
        let (voice, reader) = Voice::new(self.codec.rate, self.sends().rate, &self.processing, events);
        (Box::new(voice.clean(self.is_clean())), reader)
    }

    /// The jitter buffer is that of a clean channel: nothing may be changed in what comes.
    pub(crate) fn is_clean(&self) -> bool {
        self.jitter.min == self.jitter.max
    }

    /// Digits of the far party are played as tones.
    pub(crate) fn renders(&self) -> bool {
        self.processing.digits.render && self.payloads.telephone_event.is_none()
    }
}

/// The processor of a voice with the reader of its figures, and the player of digits.
type Added = (Option<(NodeId, VoiceReader)>, Option<NodeId>);

impl Legs {
    /// Puts in what a new leg needs: the processor of its voice with the reader of its figures, the player of digits.
    pub(crate) fn add_processing(&self, topology: &mut Topology, spec: &SessionSpec) -> Result<Added, SpliceError> {
        let tones = spec.renders().then(|| self.add_tones(topology, spec)).transpose()?;
        if !spec.processing.is_needed() {
            return Ok((None, tones));
        }
        let (voice, reader) = spec.voice();
        let voice = self.add_voice(topology, voice)?;
        self.refer(topology, voice, spec.processing.echo.is_some())?;
        Ok((Some((voice, reader)), tones))
    }

    /// Puts the processor of the leg's voice right behind its receiver.
    pub(crate) fn add_voice(&self, topology: &mut Topology, voice: Box<Voice>) -> Result<NodeId, SpliceError> {
        let edge = topology.edges().find(|edge| edge.from.0 == self.receive && !edge.delayed);
        topology.insert_between(found(edge, self.fader_up)?, Segment::Up, voice)
    }

    /// Puts a player of digits right before the leg's sender.
    pub(crate) fn add_tones(&self, topology: &mut Topology, spec: &SessionSpec) -> Result<NodeId, SpliceError> {
        let edge = topology.edges().find(|edge| edge.to.0 == self.send);
        let tones = Box::new(Tones::new(spec.sends().rate).rendering(spec.renders()));
        topology.insert_between(found(edge, self.send)?, Segment::Down, tones)
    }

    /// Lets the processor hear what the leg is sent, whatever comes last before the sender now, if it cancels `echo`. Returns
    /// whether that is a change.
    pub(crate) fn refer(&self, topology: &mut Topology, voice: NodeId, echo: bool) -> Result<bool, SpliceError> {
        let feeds = |topology: &Topology, to: (NodeId, usize)| topology.edges().find(|e| e.to == to).map(|e| e.from);
        let (wanted, now) = (feeds(topology, (self.send, 0)).filter(|_| echo), feeds(topology, (voice, 1)));
        if wanted == now {
            return Ok(false);
        }
        if now.is_some() {
            topology.disconnect((voice, 1))?;
        }
        if let Some(from) = wanted {
            topology.connect_delayed(from, (voice, 1))?;
        }
        Ok(true)
    }
}

fn found(edge: Option<Edge>, reader: NodeId) -> Result<Edge, SpliceError> {
    edge.ok_or(NotConnected((reader, 0)).into())
}

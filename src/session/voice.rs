//! The nodes that work on a leg's voice, and their places.

use crate::graph::nodes::{Tones, Voice};
use crate::graph::{Edge, Segment, SpliceError, Topology};
use crate::processing::pipeline::ProcessingSpec;
use crate::session::{Legs, SessionSpec};
use crate::types::NodeId;

impl SessionSpec {
    /// What is done with what comes from the party, before anybody hears it; nothing by default. See
    /// [`Control::process`](crate::Control::process) for a session that runs.
    pub fn processing(mut self, processing: ProcessingSpec) -> Self {
        self.processing = processing;
        self
    }

    /// The processor of the leg's voice. Allocates.
    pub(crate) fn voice(&self) -> Box<Voice> {
        let events = self.expected().telephone_event.is_some();
        Box::new(Voice::new(self.codec.rate, &self.processing, events))
    }

    /// Digits of the far party are played as tones.
    pub(crate) fn renders(&self) -> bool {
        self.processing.digits.render && self.payloads.telephone_event.is_none()
    }
}

impl Legs {
    /// Puts the processor of the leg's voice right behind its receiver.
    pub(crate) fn add_voice(&self, topology: &mut Topology, spec: &SessionSpec) -> Result<NodeId, SpliceError> {
        let edge = topology.edges().find(|edge| edge.from.0 == self.receive && !edge.delayed);
        topology.insert_between(found(edge, self.fader_up)?, Segment::Up, spec.voice())
    }

    /// Puts a player of digits right before the leg's sender.
    pub(crate) fn add_tones(&self, topology: &mut Topology, spec: &SessionSpec) -> Result<NodeId, SpliceError> {
        let edge = topology.edges().find(|edge| edge.to.0 == self.send);
        topology.insert_between(found(edge, self.send)?, Segment::Down, Box::new(Tones::new(spec.sends().rate)))
    }
}

fn found(edge: Option<Edge>, reader: NodeId) -> Result<Edge, SpliceError> {
    edge.ok_or(crate::graph::NotConnected((reader, 0)).into())
}

//! Taps: where they listen, and at which rate.

use crate::engine::Reject;
use crate::engine::leg::OpenTap;
use crate::engine::ops_audio::insert;
use crate::engine::reject::TopologyError;
use crate::engine::staging::Staging;
use crate::engine::state::State;
use crate::graph::nodes::{Tap, TapFrame};
use crate::graph::{Edge, Topology};
use crate::rt::Producer;
use crate::session::Legs;
use crate::types::{NodeId, SampleRate, SessionId};

/// A tap on a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TapId(pub(crate) u64);

/// Where in a session a tap listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TapPoint {
    /// What came from the party, decoded and concealed, before gain and mute. Of a program's leg, or a player's: exactly what
    /// was played of it, after flush, barge-in and what was left out, without anything that it heard.
    Received,
    /// What the far party or the room gets: behind all that processes what came, gain and mute.
    Processed,
    /// What comes from the far party or the room, before gain and mute, and without what plays into the session.
    Heard,
    /// What the party is sent, before it is encoded.
    Sent,
    /// What the node passes on by its first output, such as one that a user's edit added.
    Node(NodeId),
}

impl State {
    /// Rate of the audio at a point.
    pub fn tap_rate(&self, id: SessionId, point: TapPoint) -> Result<SampleRate, Reject> {
        let entry = self.entry(id)?;
        Ok(spot(id, &entry.topology, entry.leg.legs, point)?.1)
    }
}

impl Staging<'_> {
    pub fn open_tap(
        &mut self,
        id: SessionId,
        tap: TapId,
        point: TapPoint,
        (promised, frames): (SampleRate, Producer<TapFrame>),
    ) -> Result<(), Reject> {
        let draft = self.draft(id)?;
        let (edge, rate) = spot(id, &draft.topology, draft.leg.legs, point)?;
        let segment = draft.topology.node(edge.from.0).map_err(TopologyError::from)?.segment;
        // The graph may have changed since the reader was promised a rate.
        let node = insert(draft, edge, segment, Box::new(Tap::new(rate, frames).read_at(promised)))?;
        draft.leg.taps.push(OpenTap { id: tap, node, rate: promised });
        Ok(())
    }

    pub fn close_tap(&mut self, id: SessionId, tap: TapId) -> Result<(), Reject> {
        let draft = self.draft(id)?;
        let at = draft.leg.taps.iter().position(|t| t.id == tap).ok_or(Reject::NoSuchHandle(id))?;
        let OpenTap { node, .. } = draft.leg.taps.remove(at);
        draft.edited = true;
        draft.topology.splice_out(node).map_err(TopologyError::from)?;
        Ok(())
    }
}

/// The edge that a tap listens on, and its rate.
fn spot(id: SessionId, topology: &Topology, legs: Legs, point: TapPoint) -> Result<(Edge, SampleRate), Reject> {
    let mut edges = topology.edges();
    let edge = match point {
        TapPoint::Received => edges.find(|edge| edge.from.0 == legs.receive),
        TapPoint::Processed => edges.find(|edge| edge.to.0 == legs.far_out),
        TapPoint::Heard => edges.find(|edge| edge.from.0 == legs.far_in),
        TapPoint::Sent => edges.find(|edge| edge.to.0 == legs.send),
        TapPoint::Node(node) => {
            topology.node(node).map_err(TopologyError::from)?;
            edges.find(|edge| edge.from.0 == node)
        }
    };
    let edge = edge.ok_or(Reject::NoSuchHandle(id))?;
    let from = topology.node(edge.from.0).map_err(TopologyError::from)?;
    Ok((edge, *from.ports.outputs.get(edge.from.1).ok_or(Reject::NoSuchHandle(id))?))
}

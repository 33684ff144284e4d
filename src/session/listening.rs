//! Whether a session's party hears its room as it is: looked up in what runs, not in what was asked for.

use std::any::Any;

use crate::graph::Graph;
use crate::graph::nodes::{Fader, FarIn, FarOut, Receive, Send, Tap};
use crate::mixer::groups::Groups;
use crate::processing::dsp::Ramp;
use crate::session::Session;

/// The sender of a graph without an edit, where what comes from the far party reaches it untouched in this tick. Real-time.
pub(crate) fn plain_sender(graph: &Graph) -> Option<&Send> {
    let [Some(far), Some(fader), Some(send)] = graph.nodes.get(graph.plan.split..)? else { return None };
    if !graph.plan.delayed.is_empty() {
        // Who hears the last tick, as a canceller of echo does, needs samples.
        return None;
    }
    let (far, fader, send): (&dyn Any, &dyn Any, &dyn Any) = (&**far, &**fader, &**send);
    let plain = far.downcast_ref().is_some_and(FarIn::is_plain) && fader.downcast_ref().is_some_and(Fader::is_open);
    send.downcast_ref().filter(|_| plain)
}

/// The gain that what comes from the far party has in this tick, where nothing else is done to it. Real-time.
pub(crate) fn faded_only(graph: &Graph) -> Option<Ramp> {
    let mut ramp = None;
    for node in graph.nodes.get(graph.plan.split..)? {
        let node: &dyn Any = &**node.as_ref()?;
        match node.downcast_ref::<Fader>() {
            Some(fader) => ramp = Some(fader.ramp()).filter(|_| ramp.is_none()),
            None if node.is::<Tap>() || node.is::<Send>() => {}
            None => _ = node.downcast_ref().filter(|far: &&FarIn| far.is_plain())?,
        }
    }
    ramp
}

impl Session {
    /// What comes from the far party goes to the encoder untouched in this tick. Real-time.
    pub(crate) fn listens_plainly(&self) -> bool {
        self.edit.is_none() && plain_sender(&self.graph).is_some()
    }

    /// What its party says goes nowhere but to the far one. Real-time.
    pub(crate) fn speaks_plainly(&self) -> bool {
        let graph = &self.graph;
        let Some([Some(receive), Some(fader), Some(far)]) = graph.nodes.get(..graph.plan.split) else { return false };
        let (receive, fader, far): (&dyn Any, &dyn Any, &dyn Any) = (&**receive, &**fader, &**far);
        self.edit.is_none() && receive.is::<Receive>() && fader.is::<Fader>() && far.is::<FarOut>()
    }

    /// From now on its party gets nothing from another session's encoder. Real-time.
    pub(crate) fn part(&mut self, groups: &mut Groups) {
        let tick = self.next_tick;
        let nodes = self.graph.nodes.iter_mut().flatten();
        for sender in nodes.filter_map(|node| (&mut **node as &mut dyn Any).downcast_mut::<Send>()) {
            sender.part(groups, tick);
        }
    }
}

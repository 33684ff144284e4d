//! What a node is: typed ports, parameters, and one function that works on 10 ms.

use std::any::Any;

use crate::graph::Io;
use crate::quality::SessionStats;
use crate::types::{Millis, SampleRate};

/// One processing step of a session graph. Users of the crate write their own.
///
/// `kind`, `ports`, `params`, `latency` and `cost` are asked on the control side. Everything else
/// runs on a worker: no allocation, no lock, no system call, no unbounded loop. A panic in a node
/// silences its session, which is then reported; other sessions go on.
pub trait Node: Any + Send {
    /// A short name of the field: `receive`, `fader`, `tone`.
    fn kind(&self) -> &'static str;

    /// The node's inputs and outputs. Must not change during the node's life.
    fn ports(&self) -> Ports;

    /// The parameters that [`Node::set`] understands, with their ranges.
    fn params(&self) -> &'static [ParamInfo] {
        &[]
    }

    /// Delay from input to output, in samples at the output's rate.
    fn latency(&self) -> usize {
        0
    }

    /// Declared cost of one tick in nanoseconds, for placement and admission.
    fn cost(&self) -> u32 {
        20
    }

    /// Works on one tick. Real-time.
    fn process(&mut self, io: &mut Io<'_>);

    /// Asks for what the node's next tick will touch outside of the node itself, with
    /// [`prefetch`](crate::rt::prefetch). Called shortly before that tick. Real-time: a hint, nothing else.
    fn prefetch(&self) {}

    /// Changes a parameter, reaching `value` after `ramp`. The value was checked against
    /// [`Node::params`]. Real-time, before the tick's audio.
    fn set(&mut self, param: ParamId, value: f32, ramp: Millis) {
        let _ = (param, value, ramp);
    }

    /// Takes over from the node in whose place this one runs from now on, between two ticks: counters,
    /// rings, whatever must not break. `old` retires; it does not run again. Real-time.
    fn succeed(&mut self, old: &mut dyn Node) {
        let _ = old;
    }

    /// Whether something waits in it that is to be played or sent before its session goes: asked each tick, from the first tick on that it
    /// is to go, after its work. What has no end, and what comes later, does not count. Real-time.
    fn waits(&mut self) -> bool {
        false
    }

    /// Writes the node's counters into the session's published figures. Real-time.
    fn report(&self, stats: &mut SessionStats) {
        let _ = stats;
    }
}

/// Which half of a session a node runs in. In a bridged pair both `Up` halves run, then both `Down`
/// halves, so that the legs meet within one tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// From the network towards the far party.
    Up,
    /// From the far party towards the network.
    Down,
}

/// The inputs and outputs of a node: one mono frame each, at a fixed rate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ports {
    /// Rate of each input; an unconnected input reads as absent.
    pub inputs: Vec<SampleRate>,
    /// Rate of each output.
    pub outputs: Vec<SampleRate>,
    /// The node can write output 0 over input 0: it reads before it writes.
    pub in_place: bool,
}

impl Ports {
    /// A node with one input and one output at `rate` that works in place.
    pub fn filter(rate: SampleRate) -> Self {
        Self { inputs: vec![rate], outputs: vec![rate], in_place: true }
    }

    /// A node with one output.
    pub fn source(rate: SampleRate) -> Self {
        Self { inputs: Vec::new(), outputs: vec![rate], in_place: false }
    }

    /// A node with one input.
    pub fn sink(rate: SampleRate) -> Self {
        Self { inputs: vec![rate], outputs: Vec::new(), in_place: false }
    }
}

/// Names a parameter of a node kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParamId(pub u16);

/// A parameter that can be set while the session runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ParamInfo {
    /// Its number in [`Node::set`].
    pub id: ParamId,
    /// Its name, with the unit where it has one: `gain_db`.
    pub name: &'static str,
    /// Smallest value accepted.
    pub min: f32,
    /// Largest value accepted.
    pub max: f32,
}

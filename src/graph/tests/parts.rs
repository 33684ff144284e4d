//! Small nodes whose output is easy to predict.
#![expect(clippy::disallowed_types, reason = "tests read what a node saw behind a lock that is never contended")]

use std::sync::{Arc, Mutex};

use assert_no_alloc::assert_no_alloc;

use crate::graph::{Graph, Io, Node, ParamId, ParamInfo, Ports, Segment, Solo, Topology};
use crate::quality::SessionStats;
use crate::types::{Millis, NodeId, SampleRate};

pub const RATE: SampleRate = SampleRate::HZ_8000;
pub const UP: Segment = Segment::Up;
pub const DOWN: Segment = Segment::Down;

/// Sends its value, and adds its second value to it each tick.
pub struct Count(pub f32, pub f32);

impl Node for Count {
    fn kind(&self) -> &'static str {
        "count"
    }

    fn ports(&self) -> Ports {
        Ports::source(RATE)
    }

    fn params(&self) -> &'static [ParamInfo] {
        &[ParamInfo { id: ParamId(1), name: "value", min: -8.0, max: 8.0 }]
    }

    fn process(&mut self, io: &mut Io<'_>) {
        if let Some((info, samples)) = io.output(0) {
            info.silent = false;
            samples.fill(self.0);
        }
        self.0 += self.1;
    }

    fn set(&mut self, _: ParamId, value: f32, _: Millis) {
        self.0 = value;
    }

    fn report(&self, stats: &mut SessionStats) {
        stats.sent += 1;
    }
}

/// A filter that adds a constant.
pub struct Plus(pub f32);

impl Node for Plus {
    fn kind(&self) -> &'static str {
        "plus"
    }

    fn ports(&self) -> Ports {
        Ports::filter(RATE)
    }

    fn process(&mut self, io: &mut Io<'_>) {
        if let Some((_, samples)) = io.through() {
            samples.iter_mut().for_each(|s| *s += self.0);
        }
    }
}

/// A sum of some inputs to one output, able to work in place.
pub struct Sum(pub usize);

impl Node for Sum {
    fn kind(&self) -> &'static str {
        "sum"
    }

    fn ports(&self) -> Ports {
        Ports { inputs: vec![RATE; self.0], outputs: vec![RATE], in_place: true }
    }

    fn process(&mut self, io: &mut Io<'_>) {
        if io.through().is_none()
            && let Some((_, samples)) = io.output(0)
        {
            samples.fill(0.0);
        }
        for port in 1..self.0 {
            if let Some(((_, from), (_, to))) = io.pair(port, 0) {
                to.iter_mut().zip(from).for_each(|(t, f)| *t += f);
            }
        }
    }
}

/// A sink that lets the test see the frame of the last tick, empty when none came.
pub struct Probe(pub Heard);

/// What a [`Probe`] hears. No other thread locks it, so the worker's side never waits.
#[derive(Clone)]
pub struct Heard(Arc<Mutex<(usize, [f32; 80])>>);

impl Heard {
    pub fn frame(&self) -> Vec<f32> {
        let (length, samples) = *self.0.lock().unwrap();
        samples[..length].to_vec()
    }

    /// The value of a constant frame; `None` without a frame.
    pub fn value(&self) -> Option<f32> {
        let frame = self.frame();
        assert!(frame.windows(2).all(|w| w[0] == w[1]), "not constant: {frame:?}");
        frame.first().copied()
    }
}

impl Node for Probe {
    fn kind(&self) -> &'static str {
        "probe"
    }

    fn ports(&self) -> Ports {
        Ports::sink(RATE)
    }

    fn process(&mut self, io: &mut Io<'_>) {
        let mut heard = self.0.0.lock().unwrap();
        heard.0 = 0;
        if let Some((_, samples)) = io.input(0) {
            heard.1.copy_from_slice(&samples[..80]);
            heard.0 = 80;
        }
    }
}

pub fn probe(topology: &mut Topology, segment: Segment, from: NodeId) -> (NodeId, Heard) {
    let heard = Heard(Arc::new(Mutex::new((0, [0.0; 80]))));
    let id = topology.add(segment, Box::new(Probe(heard.clone()))).unwrap();
    topology.connect((from, 0), (id, 0)).unwrap();
    (id, heard)
}

/// Runs a tick, proving that it does not allocate.
pub fn tick(solo: &mut Solo, graph: &mut Graph) {
    assert_no_alloc(|| solo.run(graph));
    solo.advance();
}

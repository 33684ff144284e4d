//! Small nodes whose output is easy to predict.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use assert_no_alloc::assert_no_alloc;

use crate::graph::{Graph, Io, Node, Ports, Segment, Solo, Topology};
use crate::types::{NodeId, SampleRate};

pub const RATE: SampleRate = SampleRate::HZ_8000;
pub const UP: Segment = Segment::Up;
pub const DOWN: Segment = Segment::Down;

/// Sends `start + tick`, counting its own ticks.
pub struct Count(pub f32);

impl Node for Count {
    fn kind(&self) -> &'static str {
        "count"
    }
    fn ports(&self) -> Ports {
        Ports::source(RATE)
    }
    fn process(&mut self, io: &mut Io<'_>) {
        if let Some((info, samples)) = io.output(0) {
            info.silent = false;
            samples.fill(self.0);
        }
        self.0 += 1.0;
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

/// A sum of `inputs` signals to one, able to work in place.
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

/// A sink that keeps each tick's first sample, NaN when no frame came, and the last one.
pub struct Probe(pub Heard);

/// What a [`Probe`] heard: the bits of first and last sample, and the calls.
#[derive(Clone, Default)]
pub struct Heard(Arc<[AtomicU64; 3]>);

impl Heard {
    pub fn first(&self) -> f32 {
        f32::from_bits(self.0[0].load(Ordering::Relaxed) as u32)
    }
    pub fn last(&self) -> f32 {
        f32::from_bits(self.0[1].load(Ordering::Relaxed) as u32)
    }
    /// Frames seen, and among all samples the largest step from one to the next, in bits.
    pub fn calls(&self) -> u64 {
        self.0[2].load(Ordering::Relaxed)
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
        let heard = io.input(0).map_or([f32::NAN; 2], |(_, s)| [s[0], s[RATE.per_tick() - 1]]);
        for (word, value) in self.0.0.iter().zip(heard) {
            word.store(value.to_bits() as u64, Ordering::Relaxed);
        }
        self.0.0[2].fetch_add(1, Ordering::Relaxed);
    }
}

pub fn probe(topology: &mut Topology, segment: Segment, from: NodeId) -> (NodeId, Heard) {
    let heard = Heard::default();
    let id = topology.add(segment, Box::new(Probe(heard.clone()))).unwrap();
    topology.connect((from, 0), (id, 0)).unwrap();
    (id, heard)
}

/// Runs a tick, proving that it does not allocate.
pub fn tick(solo: &mut Solo, graph: &mut Graph) {
    assert_no_alloc(|| solo.run(graph));
    solo.advance();
}

//! What does it cost to hand a frame from node to node, and is a session-tick still cheap when a
//! thousand sessions share the cache?
//!
//! Baselines: a hop through a general ring of indices (rtrb), and a hop that copies the samples. For
//! the session-tick: one session that has the cache to itself. Targets: at most 5 ns a hop through a
//! link, at most 1 µs for an empty session-tick of eight nodes among 1 000 sessions. "Idle" nodes
//! return at once and send nothing: what is left is the cost of running a plan.
#![allow(clippy::print_stdout, reason = "a bench tells what it measured")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use media_core::graph::{Graph, Io, Link, Node, Ports, Segment, Solo, Topology, compile};
use media_core::types::SampleRate;

const RATE: SampleRate = SampleRate::HZ_48000;
const NODES: usize = 8;

/// Passes a frame on; the first of a chain makes it, the last one takes it.
struct Pass(Ports, Work);

#[derive(Clone, Copy)]
enum Work {
    Through,
    Idle,
}

impl Node for Pass {
    fn kind(&self) -> &'static str {
        "pass"
    }

    fn ports(&self) -> Ports {
        self.0.clone()
    }

    fn process(&mut self, io: &mut Io<'_>) {
        if matches!(self.1, Work::Through)
            && io.through().is_none()
            && let Some((info, _)) = io.output(0)
        {
            info.silent = true;
        }
    }
}

fn chain(work: Work) -> Graph {
    let mut topology = Topology::new();
    let mut last = None;
    for n in 0..NODES {
        let ports = match n {
            0 => Ports::source(RATE),
            n if n == NODES - 1 => Ports::sink(RATE),
            _ => Ports::filter(RATE),
        };
        let segment = if n < NODES / 2 { Segment::Up } else { Segment::Down };
        let node = topology.add(segment, Box::new(Pass(ports, work))).expect("eight nodes are not too many");
        if let Some(last) = last {
            topology.connect((last, 0), (node, 0)).expect("the ports fit");
        }
        last = Some(node);
    }
    compile(&mut topology).expect("a chain has no cycle")
}

fn hop(c: &mut Criterion) {
    let mut group = c.benchmark_group("hop");
    let link = Link::new();
    group.bench_function("link", |b| {
        b.iter(|| {
            link.push(black_box(7));
            link.pop()
        });
    });
    let (mut push, mut pop) = rtrb::RingBuffer::<u16>::new(4);
    group.bench_function("rtrb_u16", |b| {
        b.iter(|| {
            push.push(black_box(7)).ok();
            pop.pop()
        });
    });
    let (from, mut to) = (vec![0.5f32; 960], vec![0.0f32; 960]);
    group.bench_function("copy_960_f32", |b| {
        b.iter(|| black_box(&mut to).copy_from_slice(black_box(&from)));
    });
    group.finish();
}

fn session_tick(c: &mut Criterion) {
    let mut group = c.benchmark_group("session_tick_8_nodes");
    for (name, work) in [("through", Work::Through), ("idle", Work::Idle)] {
        for sessions in [1, 200, 1000] {
            let mut graphs: Vec<Box<Graph>> = (0..sessions).map(|_| Box::new(chain(work))).collect();
            let mut solo = Solo::new();
            let mut next = 0;
            group.bench_function(BenchmarkId::new(name, sessions), |b| {
                b.iter(|| {
                    solo.run(&mut graphs[next]);
                    next = (next + 1) % sessions;
                });
            });
        }
    }
    group.finish();
    println!("heap of one such session: {} bytes", chain(Work::Idle).heap_bytes());
}

criterion_group!(benches, hop, session_tick);
criterion_main!(benches);

//! Random topologies and edits, made the same way in several copies.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::parts::RATE;
use crate::graph::{Graph, Io, Node, Ports, Segment, Solo, Topology, compile};
use crate::types::NodeId;

/// A node with state that hears all its inputs, feeds all its outputs, and now and then sends nothing.
struct Any {
    ports: Ports,
    seed: u32,
    state: f32,
    log: Arc<Log>,
}

/// What a node saw so far.
#[derive(Debug, Default)]
pub struct Log {
    pub calls: AtomicU64,
    pub hash: AtomicU64,
}

impl Node for Any {
    fn kind(&self) -> &'static str {
        "any"
    }

    fn ports(&self) -> Ports {
        self.ports.clone()
    }

    fn process(&mut self, io: &mut Io<'_>) {
        let mut hash = self.log.hash.load(Ordering::Relaxed);
        let mut sum = [0.0f32; 80];
        for port in 0..self.ports.inputs.len() {
            let samples = io.input(port).map_or(&[][..], |(_, samples)| &samples[..80]);
            for (sum, &s) in sum.iter_mut().zip(samples) {
                hash = (hash.rotate_left(5) ^ s.to_bits() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
                *sum += 0.5 * s;
            }
            hash = hash.rotate_left(7) ^ samples.len() as u64;
        }
        self.log.hash.store(hash, Ordering::Relaxed);
        let calls = self.log.calls.fetch_add(1, Ordering::Relaxed);
        self.state = 0.5 * self.state + sum[79] + self.seed as f32;
        for port in 0..self.ports.outputs.len() {
            if (calls + self.seed as u64 + port as u64).is_multiple_of(5) {
                continue;
            }
            if let Some((info, samples)) = io.output(port) {
                info.silent = false;
                let out = samples.iter_mut().zip(&sum);
                out.for_each(|(out, sum)| *out = sum + self.state + port as f32);
            }
        }
    }
}

/// One copy of the random session.
pub struct Rig {
    pub topology: Topology,
    pub graph: Graph,
    pub solo: Solo,
    pub logs: Vec<(NodeId, Arc<Log>)>,
    in_place: bool,
}

/// One random step; the bytes choose nodes and ports.
pub type Op = (u8, u8, u8, u8);

impl Rig {
    pub fn new(ops: &[Op], in_place: bool) -> Self {
        let mut topology = Topology::new();
        let graph = compile(&mut Topology::new()).unwrap();
        let mut logs = Vec::new();
        for &op in ops {
            change(&mut topology, &mut logs, op, in_place);
            assert!(topology.dot().ends_with("}\n"));
        }
        let mut rig = Self { topology, graph, solo: Solo::new(), logs, in_place };
        rig.break_cycles();
        rig.graph = compile(&mut rig.topology).unwrap();
        rig
    }

    pub fn change(&mut self, op: Op) {
        change(&mut self.topology, &mut self.logs, op, self.in_place);
    }

    /// Removes edges until the topology compiles.
    pub fn break_cycles(&mut self) {
        while let Err(cycle) = crate::graph::order::order(&self.topology.shape()) {
            let edge = self.topology.edges().find(|e| cycle.uses(e)).expect("a cycle has edges");
            self.topology.disconnect(edge.to).unwrap();
        }
    }
}

fn change(t: &mut Topology, logs: &mut Vec<(NodeId, Arc<Log>)>, (what, a, b, c): Op, in_place: bool) {
    let ids: Vec<NodeId> = t.nodes().map(|n| n.id).collect();
    let pick = |n: u8| ids.get(n as usize % ids.len().max(1)).copied().unwrap_or(NodeId(0));
    let mut any = |inputs: usize, outputs: usize| {
        let log = Arc::new(Log::default());
        let ports = Ports { inputs: vec![RATE; inputs], outputs: vec![RATE; outputs], in_place };
        logs.push((NodeId(u32::MAX), log.clone()));
        Box::new(Any { ports, seed: logs.len() as u32, state: 0.0, log })
    };
    let segment = if c % 3 == 0 { Segment::Down } else { Segment::Up };
    let added = match what % 16 {
        0..4 => t.add(segment, any(a as usize % 4, b as usize % 3)).ok(),
        4 => {
            let edge = t.edges().nth(a as usize % t.edges().count().max(1));
            edge.and_then(|edge| t.insert_between(edge, segment, any(1, 1)).ok())
        }
        5 => {
            t.remove(pick(a)).ok();
            None
        }
        6 => {
            t.splice_out(pick(a)).ok();
            None
        }
        7 => {
            t.disconnect((pick(a), c as usize % 3)).ok();
            None
        }
        8..14 => {
            t.connect((pick(a), c as usize % 2), (pick(b), c as usize / 2 % 4)).ok();
            None
        }
        _ => {
            t.connect_delayed((pick(a), c as usize % 2), (pick(b), c as usize / 2 % 4)).ok();
            None
        }
    };
    logs.retain(|(id, log)| *id != NodeId(u32::MAX) || Arc::strong_count(log) > 1);
    if let (Some(id), Some(last)) = (added, logs.last_mut()) {
        last.0 = id;
    }
}

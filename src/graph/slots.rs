//! Compiler pass: which frame slot each output writes.
//!
//! A slot is free again after its last reader; a node that can work in place takes over the slot of
//! its input if nobody else reads it. A frame on a delayed edge outlives the tick, so its slot is
//! never shared.

use crate::frame::FrameRef;
use crate::graph::shape::Shape;

/// The result of the pass, by index of `shape.nodes`.
#[derive(Debug)]
pub(crate) struct Slots {
    /// Slot of each output.
    pub(crate) outputs: Vec<Vec<FrameRef>>,
    /// Output 0 overwrites input 0.
    pub(crate) in_place: Vec<bool>,
    /// Slots in all.
    pub(crate) count: u16,
}

/// What the pass knows about one output.
#[derive(Clone, Copy, Debug, Default)]
struct Life {
    slot: u16,
    /// Reads still to come in this tick.
    readers: usize,
    /// Somebody reads it in the next tick.
    outlives: bool,
}

/// Assigns slots to nodes that run in `order`.
pub(crate) fn assign(shape: &Shape, order: &[usize]) -> Slots {
    let mut lives: Vec<Vec<Life>> = shape.nodes.iter().map(|n| vec![Life::default(); n.ports.outputs.len()]).collect();
    // For each node the output that feeds each input within the tick, by node index and port.
    let mut feeds: Vec<Vec<Option<(usize, usize)>>> =
        shape.nodes.iter().map(|n| vec![None; n.ports.inputs.len()]).collect();
    for edge in &shape.edges {
        let (Some(from), Some(to)) = (shape.index(edge.from.0), shape.index(edge.to.0)) else { continue };
        let life = &mut lives[from][edge.from.1];
        if edge.delayed {
            life.outlives = true;
        } else {
            life.readers += 1;
            feeds[to][edge.to.1] = Some((from, edge.from.1));
        }
    }
    let mut free = FreeList::default();
    let mut in_place = vec![false; shape.nodes.len()];
    for &at in order {
        let ports = &shape.nodes[at].ports;
        for &(node, port) in feeds[at].iter().flatten() {
            lives[node][port].readers -= 1;
        }
        let taken = feeds[at].first().copied().flatten().filter(|&first| {
            let input = lives[first.0][first.1];
            let alone = feeds[at].iter().filter(|&&f| f == Some(first)).count() == 1;
            let fits = ports.in_place && ports.inputs.first() == ports.outputs.first();
            fits && alone && input.readers == 0 && !input.outlives && !lives[at][0].outlives
        });
        in_place[at] = taken.is_some();
        for port in 0..ports.outputs.len() {
            lives[at][port].slot = match taken {
                Some((node, from)) if port == 0 => lives[node][from].slot,
                _ if lives[at][port].outlives => free.fresh(),
                _ => free.take(),
            };
        }
        let mut read: Vec<_> = feeds[at].iter().flatten().copied().filter(|&f| Some(f) != taken).collect();
        read.sort_unstable();
        read.dedup();
        let unread = (0..ports.outputs.len()).map(|port| (at, port));
        for (node, port) in read.into_iter().chain(unread) {
            let life = lives[node][port];
            if life.readers == 0 && !life.outlives {
                free.put(life.slot);
            }
        }
    }
    let outputs = lives.iter().map(|ports| ports.iter().map(|life| FrameRef(life.slot)).collect()).collect();
    Slots { outputs, in_place, count: free.count }
}

/// Slots that nobody reads any more, lowest first: low slots are the ones still in cache.
#[derive(Debug, Default)]
struct FreeList {
    free: Vec<u16>,
    count: u16,
}

impl FreeList {
    fn take(&mut self) -> u16 {
        let lowest = self.free.iter().enumerate().min_by_key(|&(_, slot)| slot).map(|(at, _)| at);
        lowest.map(|at| self.free.swap_remove(at)).unwrap_or_else(|| self.fresh())
    }

    /// A slot that no step has used or will use.
    fn fresh(&mut self) -> u16 {
        self.count += 1;
        self.count - 1
    }

    fn put(&mut self, slot: u16) {
        self.free.push(slot);
    }
}

//! One tick of one graph: pops each node's frames, lets it work, passes on what it produced.

use std::any::Any;
use std::sync::Arc;

use crate::frame::{FramePool, FrameRef, LENT_SLOTS};
use crate::graph::link::Link;
use crate::graph::plan::{Plan, Step};
use crate::graph::topology::MAX_PORTS;
use crate::graph::{Io, Node, ParamId, Segment, TickContext};
use crate::quality::SessionStats;
use crate::rt::{prefetch, prefetch_start};
use crate::types::{Millis, NodeId};

/// A session's nodes with the plan that runs them: all of the state that one session's audio has.
pub struct Graph {
    /// Shared by all graphs of the same shape, so that it stays in cache.
    pub(crate) plan: Arc<Plan>,
    /// In the order of the plan's steps; a hole where an edit has taken the node away.
    pub(crate) nodes: Box<[Option<Box<dyn Node>>]>,
    pub(crate) links: Box<[Link]>,
    /// The graph's own frames, if some outlive their half of the tick; else the worker lends the slots.
    pub(crate) pool: Option<FramePool>,
    /// Which of its topology's compilations it is, so that an edit meets the graph it was made for.
    pub(crate) serial: u32,
}

impl Graph {
    /// A graph without nodes. Allocates.
    pub(crate) fn new(plan: Arc<Plan>, serial: u32) -> Self {
        let nodes = (0..plan.steps()).map(|_| None).collect();
        let links = (0..plan.links()).map(|_| Link::new()).collect();
        let own = plan.keeps_frames || plan.slots() > LENT_SLOTS;
        let pool = own.then(|| FramePool::new(plan.slots(), plan.rate));
        Self { plan, nodes, links, pool, serial }
    }

    /// Runs one half of one tick: every node of `segment` once. A tick is `Up`, then `Down`.
    ///
    /// Real-time: one virtual call a node, and a few indices passed on.
    pub fn run(&mut self, segment: Segment, cx: &mut TickContext) {
        self.run_observed(segment, cx, |_| ());
    }

    /// As [`Graph::run`], and adds to `busy_ns[i]` what `stamp` advanced by during node `i`, in
    /// nanoseconds if `stamp` counts those. Nodes beyond the end of `busy_ns` are not accounted.
    ///
    /// Real-time if `stamp` is; it is called once a node and once before.
    pub fn run_profiled(
        &mut self,
        segment: Segment,
        cx: &mut TickContext,
        stamp: &mut dyn FnMut() -> u64,
        busy_ns: &mut [u32],
    ) {
        let mut last = stamp();
        self.run_observed(segment, cx, |at| {
            let now = stamp();
            if let Some(busy) = busy_ns.get_mut(at) {
                *busy = busy.saturating_add(now.saturating_sub(last).min(u32::MAX as u64) as u32);
            }
            last = now;
        });
    }

    #[inline(always)]
    fn run_observed(&mut self, segment: Segment, cx: &mut TickContext, mut observe: impl FnMut(usize)) {
        let Self { plan, nodes, links, pool, .. } = self;
        let plan = &**plan;
        let range = match segment {
            Segment::Up => 0..plan.split,
            Segment::Down => plan.split..plan.steps.len(),
        };
        let first = range.start;
        let (own, node) = (pool.as_mut(), NodeId(0));
        let mut io = Io { own, inputs: [None; MAX_PORTS], outputs: &[], produced: 0, node, cx };
        for (at, (step, node)) in plan.steps[range.clone()].iter().zip(&mut nodes[range]).enumerate() {
            if let Some(node) = node {
                run_step(plan, step, node.as_mut(), links, &mut io);
            }
            observe(first + at);
        }
    }

    /// Asks for the tables of the graph's next tick. Real-time.
    pub(crate) fn prefetch_tables(&self) {
        prefetch(&*self.nodes);
        prefetch(&*self.links);
    }

    /// Asks for the nodes of the graph's next tick; the tables should be there already. Real-time.
    pub(crate) fn prefetch_nodes(&self) {
        for node in self.nodes.iter().flatten() {
            prefetch_start(&**node);
        }
    }

    /// Asks for what the nodes point to; they should be there already. Real-time.
    pub(crate) fn prefetch_data(&self) {
        self.nodes.iter().flatten().for_each(|node| node.prefetch());
    }

    /// Position of a node in the running order: its index in `busy_ns`. Real-time: O(nodes).
    pub fn node_index(&self, node: NodeId) -> Option<usize> {
        self.plan.position(node)
    }

    /// A node between two ticks. Real-time: O(nodes).
    pub(crate) fn node_mut(&mut self, node: NodeId) -> Option<&mut dyn Node> {
        let at = self.node_index(node)?;
        Some(&mut **self.nodes[at].as_mut()?)
    }

    /// Lets a node, by its place in the running order, work between two ticks, without frames. Real-time if `work` is.
    pub(crate) fn visit<N: Node>(&mut self, at: usize, cx: &mut TickContext, work: impl FnOnce(&mut N, &mut Io<'_>)) {
        let (Some(step), Some(Some(node))) = (self.plan.steps.get(at), self.nodes.get_mut(at)) else { return };
        let Some(node) = (&mut **node as &mut dyn Any).downcast_mut() else { return };
        let (inputs, node_id) = ([None; MAX_PORTS], step.id);
        work(node, &mut Io { own: None, inputs, outputs: &[], produced: 0, node: node_id, cx });
    }

    /// Changes a node's parameter, reaching `value` after `ramp`; `false` if there is no such node.
    /// The value must have passed [`Topology::check_param`](crate::graph::Topology::check_param).
    ///
    /// Real-time: O(nodes). To be called between ticks.
    pub fn set_param(&mut self, node: NodeId, param: ParamId, value: f32, ramp: Millis) -> bool {
        let node = self.node_index(node).and_then(|at| self.nodes[at].as_mut());
        node.map(|n| n.set(param, value, ramp)).is_some()
    }

    /// Adds all nodes' counters to `stats`. Real-time: O(nodes).
    pub fn report(&self, stats: &mut SessionStats) {
        for node in self.nodes.iter().flatten() {
            node.report(stats);
        }
    }

    /// Whether a node has something to play or send by itself. Real-time: O(nodes).
    pub(crate) fn waits(&mut self) -> bool {
        // All are asked: some count the ticks.
        self.nodes.iter_mut().flatten().fold(false, |waits, node| node.waits() | waits)
    }

    /// The plan that runs.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Bytes on the heap, without the nodes' own.
    pub fn heap_bytes(&self) -> usize {
        let plan = &self.plan;
        let tables = size_of_val(&*plan.inputs) + size_of_val(&*plan.outputs) + size_of_val(&*plan.delayed);
        let parts = size_of_val(&*plan.steps) + size_of_val(&*self.nodes) + size_of_val(&*self.links);
        tables + parts + self.pool.as_ref().map_or(0, FramePool::heap_bytes)
    }
}

impl std::fmt::Debug for Graph {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Graph").field("plan", &self.plan).field("serial", &self.serial).finish_non_exhaustive()
    }
}

#[inline(always)]
fn run_step<'a>(plan: &'a Plan, step: &Step, node: &mut dyn Node, links: &[Link], io: &mut Io<'a>) {
    io.inputs = [None; MAX_PORTS];
    let fed = &plan.inputs[step.first_input as usize..][..step.inputs as usize];
    for (frame, &link) in io.inputs.iter_mut().zip(fed) {
        // `UNCONNECTED` is beyond the last link.
        *frame = links.get(link as usize).and_then(Link::pop).map(FrameRef);
    }
    io.outputs = &plan.outputs[step.first_output as usize..][..step.outputs as usize];
    (io.node, io.produced) = (step.id, 0);
    node.process(io);
    for (at, output) in io.outputs.iter().enumerate() {
        if io.produced & 1 << at != 0 {
            links[output.links()].iter().for_each(|link| _ = link.push(output.slot.0));
        }
    }
}

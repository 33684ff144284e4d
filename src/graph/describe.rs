//! A topology as Graphviz DOT text, to be looked at.

use std::fmt::{self, Write};

use crate::graph::{Segment, Topology};

impl Topology {
    /// The topology in the DOT language: nodes with kind, id, latency in samples and cost in
    /// nanoseconds, edges with their rate, delayed ones dashed. Allocates.
    pub fn dot(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = self.write_dot(&mut text);
        text
    }

    fn write_dot(&self, out: &mut String) -> fmt::Result {
        writeln!(out, "digraph session {{\n  rankdir=LR;\n  node [shape=box];")?;
        for segment in [Segment::Up, Segment::Down] {
            writeln!(out, "  subgraph cluster_{segment:?} {{\n    label=\"{segment:?}\";")?;
            for n in self.nodes().filter(|n| n.segment == segment) {
                let kind = n.kind.escape_default();
                writeln!(out, "    n{} [label=\"{kind} {}\\n{} samples, {} ns\"];", n.id.0, n.id.0, n.latency, n.cost)?;
            }
            writeln!(out, "  }}")?;
        }
        for e in self.edges() {
            let source = self.node(e.from.0).ok().and_then(|n| n.ports.outputs.get(e.from.1));
            let hz = source.map_or(0, |rate| rate.hz());
            let style = if e.delayed { " style=dashed constraint=false" } else { "" };
            let ports = format_args!("taillabel=\"{}\" headlabel=\"{}\"", e.from.1, e.to.1);
            writeln!(out, "  n{} -> n{} [label=\"{hz} Hz\" {ports}{style}];", e.from.0.0, e.to.0.0)?;
        }
        writeln!(out, "}}")
    }
}

//! The receiver as a node.

use std::any::Any;

use crate::graph::nodes::Receive;
use crate::graph::{Io, Node, ParamId, ParamInfo, Ports};
use crate::quality::SessionStats;
use crate::rt::prefetch;
use crate::types::Millis;

impl Node for Receive {
    fn kind(&self) -> &'static str {
        "receive"
    }

    fn ports(&self) -> Ports {
        Ports::source(self.rate)
    }

    fn params(&self) -> &'static [ParamInfo] {
        &[ParamInfo { id: Receive::RELAY, name: "relay", min: 0.0, max: 8.0 }]
    }

    fn cost(&self) -> u32 {
        self.codec.cost().decode + 100
    }

    fn process(&mut self, io: &mut Io<'_>) {
        if io.skipped() > 0 {
            self.playout.skip(io.skipped());
        }
        self.take(io);
        let tick = io.tick();
        if self.relay.is_some() {
            self.playout.pass(tick);
        } else if let Some((info, out)) = io.raw_output(0) {
            *info = self.playout.pull(tick, out);
        }
    }

    fn prefetch(&self) {
        let packet = self.datagrams.prefetch();
        let (samples, payloads) = self.playout.upcoming();
        prefetch(samples);
        if packet {
            prefetch(self);
        }
        payloads.into_iter().for_each(prefetch);
    }

    fn set(&mut self, param: ParamId, value: f32, _ramp: Millis) {
        if param == Receive::RELAY {
            let line = (value as u8).checked_sub(1);
            // A sender that has changed its codec meanwhile is heard until the host knows.
            self.relay = line.filter(|line| *line == self.incoming.line);
        }
    }

    fn succeed(&mut self, old: &mut dyn Node) {
        let Some(old) = (old as &mut dyn Any).downcast_mut::<Self>() else { return };
        std::mem::swap(&mut self.datagrams, &mut old.datagrams);
        self.playout.succeed(&mut old.playout, &self.kept);
        self.incoming.succeed(&old.incoming, &self.kept);
        (self.heard, self.told, self.counts) = (old.heard, old.told, old.counts);
    }

    fn report(&self, stats: &mut SessionStats) {
        self.playout.report(stats);
        stats.datagrams += self.counts.datagrams;
        stats.malformed += self.counts.malformed;
        stats.wrong_payload_type += self.counts.wrong_payload_type;
        stats.relay_dropped += self.counts.relay_dropped;
        stats.ingress_dropped += self.datagrams.dropped();
    }
}

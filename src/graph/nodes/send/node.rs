//! The sender as a node.

use crate::graph::nodes::Send;
use crate::graph::{Io, Node, ParamId, ParamInfo, Ports};
use crate::quality::SessionStats;
use crate::rt::prefetch;
use crate::types::Millis;

impl Node for Send {
    fn kind(&self) -> &'static str {
        "send"
    }

    fn ports(&self) -> Ports {
        Ports::sink(self.rate)
    }

    fn params(&self) -> &'static [ParamInfo] {
        &[ParamInfo { id: Send::RELAY, name: "relay", min: 0.0, max: 1.0 }]
    }

    fn latency(&self) -> usize {
        self.length
    }

    fn cost(&self) -> u32 {
        self.codec.cost().encode + 50
    }

    fn process(&mut self, io: &mut Io<'_>) {
        let tick = self.clock_ticks(self.rate.per_tick());
        if io.skipped() > 0 {
            // What was gathered before the hole does not join what comes after it.
            self.filled = 0;
            self.timeline.skip(tick * u64::from(io.skipped()));
        }
        if self.relay {
            self.pass_on(io);
        } else {
            self.encode(io);
        }
        self.timeline.advance(tick);
    }

    fn prefetch(&self) {
        prefetch(&*self.encoder);
        prefetch(&self.packet[..]);
        prefetch(&self.frame[self.filled.min(self.frame.len())..]);
    }

    fn set(&mut self, param: ParamId, value: f32, _ramp: Millis) {
        if param == Send::RELAY {
            self.relay = value >= 0.5;
            self.filled = 0;
            // What is sent from now on is another source, whatever its numbers say, and maybe after a hole.
            self.timeline.start();
            self.timeline.skip(0);
        }
    }

    fn report(&self, stats: &mut SessionStats) {
        stats.sent += self.sent;
        stats.sent_bytes += self.sent_bytes;
        stats.relayed += self.relayed;
        stats.egress_dropped += self.egress_dropped;
        stats.relay_dropped += self.relay_dropped;
    }
}

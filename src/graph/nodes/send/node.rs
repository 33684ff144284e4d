//! The sender as a node.

use std::any::Any;

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
        if self.has_inherited() {
            self.settle_inheritance(io);
        }
        // Where the far leg has audio instead of packets, its sender has changed the codec.
        let passes = self.relay && !io.exchange().incoming.present;
        if passes != self.passing {
            self.turn();
        }
        match passes {
            true => self.pass_on(io),
            false => self.encode(None, io),
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
        }
    }

    fn succeed(&mut self, old: &mut dyn Node) {
        if let Some(old) = (old as &mut dyn Any).downcast_mut::<Self>() {
            self.take_over(old);
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

//! The far leg's packets go out as they came, renumbered.

use crate::graph::Io;
use crate::graph::nodes::Send;

impl Send {
    pub(super) fn pass_on(&mut self, io: &mut Io<'_>) {
        let session = io.session();
        let (exchange, egress) = io.far_and_egress();
        for packet in exchange.relay_in.iter() {
            let samples = self.codec.payload_samples(packet.payload);
            let Some(header) = self.timeline.relay(&packet, self.clock_ticks(samples)) else {
                self.relay_dropped += 1;
                continue;
            };
            if egress.send(self.io, session.tag(), &[&header.to_bytes(), packet.payload]) {
                self.sent += 1;
                self.relayed += 1;
                self.sent_bytes += packet.payload.len() as u64;
            } else {
                self.egress_dropped += 1;
            }
        }
    }
}

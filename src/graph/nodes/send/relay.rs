//! The far leg's packets go out as they came, renumbered, under this leg's payload types.

use crate::graph::Io;
use crate::graph::nodes::Send;
use crate::graph::nodes::send::ship::Way;
use crate::rtp::{Payload, RtpHeader};

impl Send {
    pub(super) fn pass_on(&mut self, io: &mut Io<'_>) {
        let tag = io.session().tag();
        let (exchange, egress) = io.far_and_egress();
        let audio = self.codec.payload_type;
        let mut way = Way { egress, io: self.io, tag, now: self.timeline.now() };
        for packet in exchange.relay_in.iter() {
            let beside = self.beside.as_mut();
            let known = beside.as_ref().map_or((packet.kind == Payload::Audio).then_some(audio), |beside| {
                beside.payloads.type_of(packet.kind, audio)
            });
            let samples = match packet.kind {
                Payload::Audio => self.codec.payload_samples(packet.payload),
                _ => 0,
            };
            let duration = samples as u64 * u64::from(self.codec.clock_rate) / u64::from(self.rate.hz());
            let numbered = known.and_then(|known| Some((known, self.timeline.relay(&packet, duration)?)));
            let Some((payload_type, header)) = numbered else {
                self.relay_dropped += 1;
                continue;
            };
            let red = beside.and_then(|beside| beside.red.as_mut());
            if way.ship(red, RtpHeader { payload_type, ..header }, packet.payload) {
                self.sent += 1;
                self.relayed += 1;
                self.sent_bytes += packet.payload.len() as u64;
            } else {
                self.egress_dropped += 1;
            }
        }
    }
}

//! The far leg's packets go out as they came or converted byte by byte, renumbered.

use crate::graph::Io;
use crate::graph::nodes::Send;
use crate::rtp::RTP_HEADER_BYTES;

impl Send {
    pub(super) fn pass_on(&mut self, io: &mut Io<'_>) {
        let session = io.session();
        let (exchange, egress) = io.far_and_egress();
        for packet in exchange.relay_in.iter() {
            let bytes = packet.payload.len();
            let payload = match (self.table, self.packet.get_mut(RTP_HEADER_BYTES..RTP_HEADER_BYTES + bytes)) {
                (None, _) => packet.payload,
                (Some(table), Some(converted)) => {
                    for (to, from) in converted.iter_mut().zip(packet.payload) {
                        *to = table[usize::from(*from)];
                    }
                    &*converted
                }
                (Some(_), None) => {
                    // Longer than what was agreed on: the bridge will decode it, when that has proved true.
                    self.relay_dropped += 1;
                    continue;
                }
            };
            let samples = self.codec.payload_samples(payload);
            let ticks = samples as u64 * u64::from(self.codec.clock_rate) / u64::from(self.rate.hz());
            let Some(header) = self.timeline.relay(&packet, ticks) else {
                self.relay_dropped += 1;
                continue;
            };
            if egress.send(self.io, session.tag(), &[&header.to_bytes(), payload]) {
                self.sent += 1;
                self.relayed += 1;
                self.sent_bytes += bytes as u64;
            } else {
                self.egress_dropped += 1;
            }
        }
    }

    /// Turns from passing packets on to encoding, or back.
    pub(super) fn turn(&mut self) {
        self.passing = !self.passing;
        self.filled = 0;
        // What is sent from now on is another source, whatever its numbers say, and maybe after a hole.
        self.timeline.start();
        self.timeline.skip(0);
    }
}

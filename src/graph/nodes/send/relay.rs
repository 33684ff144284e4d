//! The far leg's packets go out as they came or converted byte by byte, renumbered, under this leg's payload types.

use crate::graph::Io;
use crate::graph::nodes::Send;
use crate::graph::nodes::send::ship::Way;
use crate::rtp::{Payload, RTP_HEADER_BYTES, RtpHeader};

impl Send {
    /// Whether all that the next tick does with the far leg's packets is that it passes them on.
    pub(crate) fn forwards(&self) -> bool {
        let quiet = self.beside.as_ref().is_none_or(|beside| beside.events.is_idle());
        self.relay && self.passing && self.transmits && quiet && !self.has_inherited()
    }

    /// Passes on ahead of the next tick. Real-time.
    pub(crate) fn forward(&mut self, io: &mut Io<'_>) {
        self.pass_on(io);
    }

    pub(super) fn pass_on(&mut self, io: &mut Io<'_>) {
        let tag = io.session().tag();
        let (exchange, egress) = io.far_and_egress();
        let audio = self.codec.payload_type;
        let mut way = Way { egress, io: self.io, tag, now: self.timeline.now() };
        for packet in exchange.relay_in.iter() {
            let bytes = packet.payload.len();
            let table = self.table.filter(|_| packet.kind == Payload::Audio);
            let payload = match (table, self.packet.get_mut(RTP_HEADER_BYTES..RTP_HEADER_BYTES + bytes)) {
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
            let beside = self.beside.as_mut();
            let known = beside.as_ref().map_or((packet.kind == Payload::Audio).then_some(audio), |beside| {
                beside.payloads.type_of(packet.kind, audio)
            });
            let samples = match packet.kind {
                Payload::Audio => self.codec.payload_samples(payload),
                _ => 0,
            };
            let duration = samples as u64 * u64::from(self.codec.clock_rate) / u64::from(self.rate.hz());
            let numbered = known.and_then(|known| Some((known, self.timeline.relay(&packet, duration)?)));
            let Some((payload_type, header)) = numbered else {
                self.relay_dropped += 1;
                continue;
            };
            let red = beside.and_then(|beside| beside.red.as_mut());
            if way.ship(red, RtpHeader { payload_type, ..header }, payload) {
                self.sent += 1;
                self.relayed += 1;
                self.sent_bytes += bytes as u64;
            } else {
                self.egress_dropped += 1;
            }
        }
    }

    /// Sends packets from now on, or none. What was gathered for one that does not go out is given up.
    pub(super) fn transmit(&mut self, on: bool) {
        if std::mem::replace(&mut self.transmits, on) != on {
            self.filled = 0;
            // The first packet after it is the next in sequence, whatever a relay's source has counted meanwhile.
            self.timeline.start();
            self.timeline.pause();
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

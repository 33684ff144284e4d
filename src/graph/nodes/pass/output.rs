//! Packets of payloads that nobody decodes go out on a time line of their own.

use crate::graph::{Io, Node, ParamId, ParamInfo, Ports};
use crate::quality::SessionStats;
use crate::rtp::{Payload, RtpHeader, SendIdentity, Timeline};
use crate::types::{IoGroup, Millis, PayloadType, SampleRate};

/// Sends the far leg's packets, renumbered, under this leg's payload types.
pub struct PassOut {
    formats: Box<[(PayloadType, u32)]>,
    timeline: Timeline,
    io: IoGroup,
    relay: bool,
    /// Units of the timestamps in a tick.
    tick: u64,
    sent: u64,
    sent_bytes: u64,
    egress_dropped: u64,
    relay_dropped: u64,
}

impl PassOut {
    /// 1.0 sends the far leg's packets, 0.0 nothing.
    pub const RELAY: ParamId = ParamId(0);

    /// Sends `formats` with timestamps at `clock_rate`. Allocates.
    pub fn new(
        formats: impl IntoIterator<Item = (PayloadType, u32)>,
        clock_rate: u32,
        io: IoGroup,
        identity: SendIdentity,
    ) -> Self {
        let formats: Box<[_]> = formats.into_iter().collect();
        // Each packet gets the type of its own format; the line's is never seen.
        let first = formats.first().map_or(const { PayloadType::new(0).expect("0 is below 128") }, |f| f.0);
        Self {
            formats,
            timeline: Timeline::new(identity, first, clock_rate),
            io,
            relay: false,
            tick: u64::from(clock_rate / 100),
            sent: 0,
            sent_bytes: 0,
            egress_dropped: 0,
            relay_dropped: 0,
        }
    }
}

impl Node for PassOut {
    fn kind(&self) -> &'static str {
        "pass_out"
    }

    /// A leg has a frame of silence at least: nobody reads it.
    fn ports(&self) -> Ports {
        Ports::sink(SampleRate::HZ_8000)
    }

    fn params(&self) -> &'static [ParamInfo] {
        &[ParamInfo { id: PassOut::RELAY, name: "relay", min: 0.0, max: 1.0 }]
    }

    fn cost(&self) -> u32 {
        150
    }

    fn process(&mut self, io: &mut Io<'_>) {
        if io.skipped() > 0 {
            self.timeline.skip(self.tick * u64::from(io.skipped()));
        }
        let tag = io.session().tag();
        let (exchange, egress) = io.far_and_egress();
        for packet in exchange.relay_in.iter().filter(|_| self.relay) {
            let known = self.formats.iter().find(|format| packet.kind == Payload::Opaque(format.1));
            let numbered = known.and_then(|known| Some((known.0, self.timeline.relay(&packet, 0)?)));
            let Some((payload_type, header)) = numbered else {
                self.relay_dropped += 1;
                continue;
            };
            let header = RtpHeader { payload_type, ..header };
            if egress.send(self.io, tag, &[&header.to_bytes(), packet.payload]) {
                self.sent += 1;
                self.sent_bytes += packet.payload.len() as u64;
            } else {
                self.egress_dropped += 1;
            }
        }
        self.timeline.advance(self.tick);
    }

    fn set(&mut self, param: ParamId, value: f32, _ramp: Millis) {
        if param == PassOut::RELAY {
            self.relay = value >= 0.5;
            // What comes from now on is another source, whatever its numbers say.
            self.timeline.start();
        }
    }

    fn report(&self, stats: &mut SessionStats) {
        stats.sent += self.sent;
        stats.sent_bytes += self.sent_bytes;
        stats.relayed += self.sent;
        stats.egress_dropped += self.egress_dropped;
        stats.relay_dropped += self.relay_dropped;
        (stats.sent_ssrc, stats.sent_rtp_time) = (self.timeline.ssrc().0.into(), self.timeline.clock().into());
    }
}

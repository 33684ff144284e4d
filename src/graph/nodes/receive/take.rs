//! A tick's datagrams, out of the ring and into the jitter buffer.

use crate::buffer::{Arrival, Inserted, Placed, unwrap32};
use crate::graph::nodes::Receive;
use crate::graph::nodes::receive::ARRIVAL_BYTES;
use crate::graph::{Io, NodeEventKind};
use crate::rtp::{RelayPacket, RtpPacket};
use crate::types::{Micros, Millis, PayloadType, Ssrc};

/// Datagrams that a session looks at in one tick; a flood waits in its own ring and is dropped there.
const MAX_PER_TICK: usize = 64;

/// Furthest that an arrival may lie after its tick's nominal start, where a worker is a tick late
/// and no more. A time beyond it is a host's mistake, and one would hold the leg's playout back for good.
const LATEST_US: u64 = 100_000;

/// What the host should know of a packet.
#[derive(Default)]
struct News {
    source: Option<Ssrc>,
    codec: Option<(PayloadType, Millis)>,
}

impl Receive {
    pub(super) fn take(&mut self, io: &mut Io<'_>) {
        let latest = Micros(io.tick().start().0.saturating_add(LATEST_US));
        let mut changed = None;
        for _ in 0..MAX_PER_TICK {
            let Self { datagrams, playout, incoming, counts, heard, relay, .. } = self;
            let news = datagrams.pop(|record| {
                counts.datagrams += 1;
                let Some((arrival, datagram)) = record.split_first_chunk::<ARRIVAL_BYTES>() else {
                    counts.malformed += 1;
                    return News::default();
                };
                let Ok(RtpPacket { header, payload }) = RtpPacket::parse(datagram) else {
                    counts.malformed += 1;
                    return News::default();
                };
                let Some(line) = incoming.line_of(&header) else {
                    counts.wrong_payload_type += 1;
                    return News::default();
                };
                let clock = incoming.lines[usize::from(line)].codec.clock_rate;
                let plain = incoming.clocks.is_plain(clock);
                let inserted = {
                    playout.arrives_as(line);
                    playout.insert(&Arrival {
                        sequence: header.sequence,
                        timestamp: incoming.clocks.place(header.sequence, header.timestamp, header.ssrc, clock),
                        marker: header.marker,
                        ssrc: header.ssrc,
                        payload,
                        arrival: Micros(u64::from_le_bytes(*arrival)).min(latest),
                    })
                };
                let Some(place) = inserted.placed() else { return News::default() };
                *heard = true;
                let in_order = !matches!(inserted, Inserted::Reordered(_));
                let codec = incoming.note(line, &header, payload, in_order);
                if relay.is_some_and(|relayed| relayed != line) {
                    // Nobody wants packets of another codec: from here on they are heard.
                    *relay = None;
                } else if relay.is_some() {
                    let Placed { sequence, timestamp, epoch, .. } = place;
                    incoming.raw = if plain { timestamp } else { unwrap32(incoming.raw, header.timestamp) };
                    // Another clock is another time line.
                    let source = epoch ^ incoming.clocks.changes() << 16;
                    let timestamp = incoming.raw;
                    let passed = RelayPacket { sequence, timestamp, marker: header.marker, source, payload };
                    counts.relay_dropped += u64::from(!io.exchange().relay_out.push(&passed));
                }
                let source = matches!(inserted, Inserted::SourceSwitched(_)).then_some(header.ssrc);
                News { source, codec }
            });
            let Some(News { source, codec }) = news else { break };
            if let Some(ssrc) = source {
                io.emit(NodeEventKind::SourceSwitched { ssrc });
            }
            changed = codec.or(changed);
        }
        // Once a tick, however often a sender goes to and fro.
        if let Some((payload_type, ptime)) = changed {
            io.emit(NodeEventKind::CodecChanged { payload_type, ptime });
        }
        if self.heard && !self.told {
            self.told = true;
            io.emit(NodeEventKind::MediaStarted);
        }
    }
}

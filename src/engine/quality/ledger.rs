//! The delay of one way through the engine, out of what runs: codecs, packet times, nodes, resamplers, rooms.

use crate::engine::state::{Entry, State};
use crate::engine::{Control, Conversion, Reject};
use crate::graph::Topology;
use crate::processing::format::Resampler;
use crate::quality::{DelayLedger, SessionStats};
use crate::types::{NodeId, SessionId, TICK_MS, TICK_US};

impl Control {
    /// Where the delay from one session's party to another one's comes from, as of now; of what flows, not of what was
    /// agreed on. They are bridged, or in one room; otherwise they do not hear each other.
    pub fn delay(&self, from: SessionId, to: SessionId) -> Result<DelayLedger, Reject> {
        let state = self.state();
        let (near, far) = (state.entry(from)?, state.entry(to)?);
        let together = near.leg.room.is_some() && near.leg.room == far.leg.room && from != to;
        if near.leg.peer != Some(to) && !together {
            return Err(Reject::NotBridged(from));
        }
        let stats = SessionStats::from_words(&near.stats.read());
        Ok(state.way(from, near, &stats, Some((to, far))))
    }
}

impl State {
    /// The way from a session's party to whom it is bridged to; where it is not, or in a room, to the mix.
    pub fn way_from(&self, id: SessionId, entry: &Entry, stats: &SessionStats) -> DelayLedger {
        let far = entry.leg.peer.and_then(|peer| Some((peer, self.entry(peer).ok()?)));
        self.way(id, entry, stats, far)
    }

    fn way(&self, id: SessionId, near: &Entry, stats: &SessionStats, far: Option<(SessionId, &Entry)>) -> DelayLedger {
        let (codec, ptime) = near.leg.receives;
        let (rate, lookahead) = (codec.rate.hz(), codec.delay());
        let round_trip = near.watch.as_ref().and_then(|watch| watch.link.round_trip());
        let mut ledger = DelayLedger {
            packet_us: u64::from(ptime.0) * 1_000 + us(lookahead.encoder, rate),
            network_us: round_trip.map(|trip| trip.as_micros() as u64 / 2),
            ..DelayLedger::default()
        };
        let passed = far.and_then(|(_, far)| far.leg.passing).filter(|(from, _)| *from == id).map(|way| way.1);
        if passed.is_some_and(Conversion::passes) {
            // Packets wait for the tick, and for nothing else.
            return ledger;
        }
        ledger.buffer_us = stats.delay_us;
        ledger.target_us = stats.target_delay_us;
        ledger.decode_us = us(lookahead.decoder, rate);
        ledger.process_us = longest(&near.topology, near.leg.legs.receive, near.leg.legs.far_out);
        ledger.mix_us = if near.leg.room.is_some() { TICK_US } else { 0 };
        let Some((_, far)) = far else { return ledger };
        let (sends, legs) = (far.spec.sends(), far.leg.legs);
        ledger.process_us += longest(&far.topology, legs.far_in, legs.send);
        if near.leg.room.is_some() && codec.rate != far.leg.heard_rate {
            // The room's own conversion of the sum; what comes behind it is the far end's.
            let conversion = Resampler::new(codec.rate, far.leg.heard_rate);
            ledger.process_us += us(conversion.delay() as u32, far.leg.heard_rate.hz());
        }
        ledger.encode_us = us(sends.delay().encoder, sends.rate.hz());
        ledger.packetise_us = u64::from(far.spec.ptime.0.saturating_sub(TICK_MS)) * 1_000;
        ledger
    }
}

fn us(samples: u32, rate: u32) -> u64 {
    (u64::from(samples) * 1_000_000 + u64::from(rate) / 2) / u64::from(rate)
}

/// Delay of the slowest way from one node to another, in microseconds; that of a last node without outputs is its own affair.
fn longest(topology: &Topology, from: NodeId, to: NodeId) -> u64 {
    let latency = |id: NodeId| {
        let node = topology.node(id).ok()?;
        Some(us(node.latency as u32, node.ports.outputs.first()?.hz()))
    };
    let mut known = vec![(from, latency(from).unwrap_or(0))];
    // As many rounds as there are nodes reach every node of a graph without cycles.
    for _ in topology.nodes() {
        let mut changed = false;
        for edge in topology.edges() {
            let Some(start) = known.iter().find(|(id, _)| *id == edge.from.0).map(|known| known.1) else { continue };
            let late = if edge.delayed { TICK_US } else { 0 };
            let end = start + late + latency(edge.to.0).unwrap_or(0);
            match known.iter_mut().find(|(id, _)| *id == edge.to.0) {
                Some((_, before)) if *before >= end => {}
                Some((_, before)) => (*before, changed) = (end, true),
                None => {
                    known.push((edge.to.0, end));
                    changed = true;
                }
            }
        }
        if !changed {
            break;
        }
    }
    known.iter().find(|(id, _)| *id == to).map_or(0, |known| known.1)
}

//! The receiver as a node.

use std::any::Any;

use crate::graph::nodes::Receive;
use crate::graph::nodes::receive::intake::{ARRIVAL_BYTES, Intake};
use crate::graph::nodes::receive::state::Draining;
use crate::graph::{Io, Node, NodeEventKind, ParamId, ParamInfo, Ports};
use crate::quality::{Level, SessionStats};
use crate::rt::prefetch;
use crate::types::{Micros, Millis};

impl Node for Receive {
    fn kind(&self) -> &'static str {
        "receive"
    }

    fn ports(&self) -> Ports {
        Ports::source(self.rate)
    }

    fn params(&self) -> &'static [ParamInfo] {
        &[
            ParamInfo { id: Receive::RELAY, name: "relay", min: 0.0, max: 8.0 },
            ParamInfo { id: Receive::MUTE, name: "mute_events", min: 0.0, max: 1.0 },
        ]
    }

    fn cost(&self) -> u32 {
        self.codec.cost().decode + 100
    }

    fn waits(&mut self) -> bool {
        if self.relay.is_some() {
            return false;
        }
        let Draining { last, ticks } =
            self.draining.get_or_insert(Draining { last: self.playout.newest(), ticks: None });
        if self.playout.has_yet_to_play(*last) {
            return true;
        }
        let left = ticks.get_or_insert_with(|| self.playout.decoded_ticks());
        *left = left.saturating_sub(1);
        *left > 0
    }

    fn process(&mut self, io: &mut Io<'_>) {
        if io.skipped() > 0 {
            self.playout.skip(io.skipped());
        }
        self.take(io);
        let tick = io.tick();
        let may_rest = io.exchange().may_rest;
        io.exchange().relays = self.relay.is_some() && !self.copied;
        let due = Level::is_due(tick.0, io.session().index().into());
        if self.relay.is_some() {
            self.playout.pass(tick);
        } else if let Some(rested) = may_rest.then(|| self.playout.idle(tick)).flatten() {
            io.exchange().rested = Some(rested.packets);
            if let Some((info, out)) = io.raw_output(0) {
                *info = rested.info;
                out.fill(0.0);
            }
        } else if let Some((info, out)) = io.raw_output(0) {
            *info = self.playout.pull(tick, out);
            if due {
                if info.silent { self.level.silence() } else { self.level.measure(out) }
            }
        }
        if let Some(wanted) = &mut self.wanted {
            wanted.tell(&self.playout, tick);
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
        if let (Receive::MUTE, Some(beside)) = (param, &mut self.beside) {
            beside.muted = value >= 0.5;
        }
        if param == Receive::RELAY {
            let line = (value as u8).checked_sub(1);
            // A sender that has changed its codec meanwhile is heard until the host knows.
            self.relay = line.filter(|line| *line == self.incoming.line);
        }
    }

    fn succeed(&mut self, old: &mut dyn Node) {
        let Some(old) = (old as &mut dyn Any).downcast_mut::<Self>() else { return };
        std::mem::swap(&mut self.datagrams, &mut old.datagrams);
        std::mem::swap(&mut self.wanted, &mut old.wanted);
        self.copied = old.copied;
        self.playout.succeed(&mut old.playout, &self.kept);
        self.incoming.succeed(&old.incoming, &self.kept);
        (self.heard, self.told, self.counts) = (old.heard, old.told, old.counts);
        (self.ahead, self.changed) = (old.ahead, old.changed);
        self.level = old.level.clone();
        // Events under way go on, also where their payload types have changed.
        if let Some(old) = &mut old.beside {
            self.digits += old.digits;
            if let Some(beside) = &mut self.beside {
                beside.succeed(old);
            }
        }
        self.digits += old.digits;
    }

    fn report(&self, stats: &mut SessionStats) {
        self.playout.report(stats);
        stats.datagrams += self.counts.datagrams;
        stats.malformed += self.counts.malformed;
        stats.wrong_payload_type += self.counts.wrong_payload_type;
        stats.relay_dropped += self.counts.relay_dropped;
        stats.received += self.counts.apart;
        stats.digits_received += self.digits + self.beside.as_ref().map_or(0, |beside| beside.digits);
        stats.ingress_dropped += self.datagrams.dropped();
        let reception = &self.counts.reception;
        (stats.source_ssrc, stats.source_highest) = (reception.ssrc.0.into(), reception.highest().into());
        (stats.source_expected, stats.source_received) = (reception.expected(), reception.received);
        let level = &self.level;
        (stats.received_level_frames, stats.received_power) = (level.frames, level.power);
        (stats.received_clipped, stats.window_received_peak) = (level.clipped, level.peak);
    }
}

/// Datagrams that a session looks at in one tick; a flood waits in its own ring and is dropped there.
const MAX_PER_TICK: usize = 64;

/// Furthest that an arrival may lie after its tick's nominal start, where a worker is a tick late
/// and no more. A time beyond it is a host's mistake, and one would hold the leg's playout back for good.
const LATEST_US: u64 = 100_000;

impl Receive {
    fn take(&mut self, io: &mut Io<'_>) {
        if let Some(beside) = &mut self.beside {
            beside.tick(io);
        }
        let taken = std::mem::take(&mut self.ahead);
        self.take_up_to(MAX_PER_TICK - taken, io);
        // Once a tick, however often a sender goes to and fro.
        if let Some((payload_type, ptime)) = self.changed.take() {
            io.emit(NodeEventKind::CodecChanged { payload_type, ptime });
        }
        if self.heard && !self.told {
            self.told = true;
            io.emit(NodeEventKind::MediaStarted);
        }
    }

    /// Takes up to `most` datagrams.
    pub(super) fn take_up_to(&mut self, most: usize, io: &mut Io<'_>) {
        let latest = Micros(io.tick().start().0.saturating_add(LATEST_US));
        let mut intake = Intake {
            playout: &mut self.playout,
            counts: &mut self.counts,
            beside: self.beside.as_deref_mut(),
            heard: &mut self.heard,
            relay: &mut self.relay,
            incoming: &mut self.incoming,
            wanted: self.wanted.as_ref(),
            changed: &mut self.changed,
            io,
        };
        let (copied, now) = (self.copied, intake.io.tick().start().0);
        let due = |record: &[u8]| {
            let stamp = record.first_chunk::<ARRIVAL_BYTES>().filter(|_| copied);
            stamp.is_none_or(|stamp| u64::from_le_bytes(*stamp) <= now)
        };
        for _ in 0..most {
            if self.datagrams.pop_if(due, |record| intake.take(record, latest)).is_none() {
                break;
            }
        }
    }
}

//! What is told, and under which names.

use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;

use crate::engine::RoomStats;
use crate::engine::prometheus::query::Detail;
use crate::engine::prometheus::values::{Values, counter, gauge};
use crate::engine::telemetry::{Telemetry, WorkerTelemetry};
use crate::quality::{LegQuality, SessionStats};
use crate::types::{RoomId, SessionId};

/// Everything that a scrape tells.
#[derive(Debug)]
pub(super) struct Scrape {
    pub telemetry: Telemetry,
    pub sessions: Vec<(SessionId, SessionStats, LegQuality)>,
    pub rooms: Vec<(RoomId, RoomStats)>,
    pub operations: u64,
    pub detail: Detail,
}

impl Collector for Scrape {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let out = &mut encoder;
        gauge(out, "sessions", "Sessions alive", Values::One(self.telemetry.sessions as f64))?;
        counter(out, "operations", "Operations accepted", Values::One(self.operations as f64))?;
        counter(
            out,
            "events_lost",
            "Events that the host did not read in time",
            Values::One(self.telemetry.events_lost as f64),
        )?;
        self.workers(out)?;
        self.rooms(out)?;
        self.totals(out)?;
        if self.detail == Detail::Sessions { self.each(out) } else { Ok(()) }
    }
}

impl Scrape {
    fn workers(&self, out: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let all = |value: fn(&WorkerTelemetry) -> f64| {
            let workers = self.telemetry.workers.iter();
            Values::Many(workers.map(|w| ([("worker", w.worker.0.to_string())], value(w))).collect())
        };
        gauge(out, "worker_load", "Share of the period that the worker is busy", all(|w| f64::from(w.load)))?;
        gauge(out, "worker_degraded_steps", "Steps of the overload ladder in force", all(|w| w.degraded as f64))?;
        gauge(out, "worker_sessions", "Sessions that the worker runs", all(|w| f64::from(w.sessions)))?;
        gauge(out, "worker_busy_p99_seconds", "Busy time of a tick", all(|w| w.busy.quantile(0.99) as f64 / 1e9))?;
        gauge(
            out,
            "worker_late_p99_seconds",
            "Start of a phase behind its deadline",
            all(|w| w.lateness.quantile(0.99) as f64 / 1e9),
        )?;
        counter(out, "worker_ticks", "Ticks begun", all(|w| w.tick.0 as f64))?;
        counter(out, "worker_ticks_skipped", "Ticks left out", all(|w| w.skipped as f64))?;
        counter(
            out,
            "worker_egress_dropped",
            "Datagrams dropped at full egress rings",
            all(|w| w.egress_dropped as f64),
        )
    }

    fn rooms(&self, out: &mut DescriptorEncoder<'_>) -> fmt::Result {
        gauge(out, "rooms", "Rooms open", Values::One(self.rooms.len() as f64))?;
        let all = |value: fn(&RoomStats) -> f64| {
            Values::Many(
                self.rooms
                    .iter()
                    .map(|(room, stats)| ([("room", format!("{}.{}", room.index, room.generation))], value(stats)))
                    .collect(),
            )
        };
        gauge(out, "room_members", "Members of the room", all(|s| s.members as f64))?;
        counter(out, "room_encodes", "Packets encoded once for many", all(|s| s.groups.encodes as f64))?;
        counter(
            out,
            "room_private_encodes",
            "Packets that members encoded for themselves",
            all(|s| s.groups.private_encodes as f64),
        )?;
        counter(out, "room_sums_missed", "Sums of other workers that came late", all(|s| s.missed as f64))
    }

    /// Every figure that is a sum, over all sessions, and how the ratings lie.
    fn totals(&self, out: &mut DescriptorEncoder<'_>) -> fmt::Result {
        for (at, name) in SessionStats::NAMES.iter().enumerate().filter(|(_, name)| SUMS.contains(name)) {
            let sum: u64 = self.sessions.iter().map(|(_, stats, _)| stats.to_words()[at]).sum();
            gauge(
                out,
                &format!("sessions_{name}"),
                "Sum over the sessions alive; see SessionStats",
                Values::One(sum as f64),
            )?;
        }
        let scores: Vec<f64> = self.sessions.iter().filter_map(|(.., quality)| Some(quality.rating?.mos_lq)).collect();
        gauge(out, "sessions_rated", "Sessions whose quality is measured", Values::One(scores.len() as f64))?;
        let bound = |(least, most): (f64, f64)| scores.iter().filter(|mos| (least..most).contains(*mos)).count() as f64;
        let bands = [
            ("bad", (0.0, 2.58)),
            ("poor", (2.58, 3.1)),
            ("fair", (3.1, 3.6)),
            ("good", (3.6, 4.03)),
            ("best", (4.03, 5.0)),
        ];
        let values = bands.map(|(name, limits)| ([("quality", name.to_owned())], bound(limits)));
        gauge(
            out,
            "sessions_by_mos",
            "Sessions by listening MOS, in the categories of ITU-T G.109",
            Values::Many(values.into()),
        )
    }

    fn each(&self, out: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let all = |value: fn(&SessionStats, &LegQuality) -> Option<f64>| {
            let label = |id: &SessionId| [("session", format!("{}.{}", id.index, id.generation))];
            Values::Many(self.sessions.iter().filter_map(|(id, s, q)| Some((label(id), value(s, q)?))).collect())
        };
        gauge(out, "session_mos_lq", "Listening MOS of what came from the party", all(|_, q| Some(q.rating?.mos_lq)))?;
        gauge(out, "session_loss_ratio", "Part of the packets lost", all(|_, q| Some(q.loss)))?;
        gauge(out, "session_discard_ratio", "Part of the packets discarded", all(|_, q| Some(q.discard)))?;
        gauge(out, "session_concealed_ratio", "Part of the audio concealed", all(|_, q| Some(q.concealed)))?;
        gauge(out, "session_jitter_seconds", "Interarrival jitter", all(|_, q| Some(q.jitter_ms / 1e3)))?;
        gauge(
            out,
            "session_buffer_seconds",
            "Delay in the jitter buffer",
            all(|_, q| Some(q.delay.buffer_us as f64 / 1e6)),
        )?;
        gauge(
            out,
            "session_received_level_db",
            "Level of what came, against full scale",
            all(|_, q| q.received_level),
        )?;
        counter(out, "session_received", "Packets received", all(|s, _| Some(s.received as f64)))?;
        counter(out, "session_sent", "Packets sent", all(|s, _| Some(s.sent as f64)))
    }
}

/// The figures that make sense as sums over sessions.
const SUMS: &[&str] = &[
    "received",
    "received_bytes",
    "lost",
    "repaired",
    "late",
    "duplicate",
    "reordered",
    "malformed",
    "discarded",
    "wrong_payload_type",
    "overflow",
    "ingress_dropped",
    "source_switches",
    "expected",
    "absent",
    "bursts",
    "concealment_events",
    "digits_received",
    "sent",
    "sent_bytes",
    "relayed",
    "egress_dropped",
    "relay_dropped",
];

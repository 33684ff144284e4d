//! A scrape: asks for everything, and writes it down.

use std::fmt;

use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;

use crate::engine::control::Control;
use crate::engine::prometheus::scrape::Scrape;
use crate::types::{RoomId, SessionId};

/// What a scrape tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// The engine, its workers and rooms, and the sums over all sessions alive.
    #[default]
    Engine,
    /// That, and each session by itself: a label for each, which not every Prometheus stands with thousands of calls.
    Sessions,
}

impl Control {
    /// The figures of engine, workers, rooms and sessions as text for Prometheus. Takes some microseconds a session, and the
    /// engine's lock for each; for the thread that serves scrapes.
    ///
    /// Sums over sessions are of those alive: they fall when one ends. The workers' counters do not.
    pub fn prometheus(&self, detail: Detail) -> String {
        let (sessions, rooms, operations) = {
            let state = self.state();
            (state.alive().collect::<Vec<SessionId>>(), state.rooms.ids().collect::<Vec<RoomId>>(), state.last_op)
        };
        let known = sessions.into_iter().filter_map(|id| Some((id, self.stats(id).ok()?, self.quality(id).ok()?)));
        let scrape = Scrape {
            telemetry: self.telemetry(),
            sessions: known.collect(),
            rooms: rooms.into_iter().filter_map(|room| self.room_stats(room).ok().map(|stats| (room, stats))).collect(),
            operations,
            detail,
        };
        let mut registry = Registry::with_prefix("media");
        registry.register_collector(Box::new(scrape));
        let mut text = String::new();
        // Writing to a string does not fail.
        let _written: Result<(), fmt::Error> = encode(&mut text, &registry);
        text
    }
}

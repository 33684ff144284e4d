//! Figures of workers and rooms that are told again and again.

use crate::engine::control::Control;
use crate::engine::state::State;
use crate::engine::telemetry::WorkerTelemetry;
use crate::engine::{EventKind, Reject};
use crate::types::{Millis, RoomId, Tick, WorkerId};

/// What is told, and when next.
#[derive(Debug, Default)]
pub(crate) struct Feeds {
    workers: Option<Feed>,
    rooms: Vec<(RoomId, Feed)>,
}

#[derive(Clone, Copy, Debug)]
struct Feed {
    every: u64,
    next: Tick,
}

impl Feed {
    fn new(every: Millis, now: Tick) -> Option<Self> {
        let every = u64::from(every.ticks());
        (every > 0).then_some(Self { every, next: Tick(now.0 + every) })
    }

    /// Whether its time has come; then the next one is set.
    fn is_due(&mut self, now: Tick) -> bool {
        let due = now >= self.next;
        if due {
            self.next = Tick(now.0 + self.every);
        }
        due
    }
}

impl Control {
    /// Tells the figures of every worker by `WorkerStats` events, each `every`; 0: no longer. A full event queue drops these first.
    pub fn subscribe_workers(&self, every: Millis) -> Result<(), Reject> {
        let mut state = self.state();
        if state.stopped {
            return Err(Reject::Stopped);
        }
        state.feeds.workers = Feed::new(every, state.tick());
        Ok(())
    }

    /// Tells the figures of a room, since its opening, by `RoomStats` events, each `every`, as long as it is there; 0: no longer. A full
    /// event queue drops these first.
    pub fn subscribe_room(&self, room: RoomId, every: Millis) -> Result<(), Reject> {
        let mut state = self.state();
        state.rooms.get(room).ok_or(Reject::NoSuchRoom(room))?;
        let feed = Feed::new(every, state.tick());
        state.feeds.rooms.retain(|(id, _)| *id != room);
        state.feeds.rooms.extend(feed.map(|feed| (room, feed)));
        Ok(())
    }
}

impl State {
    /// Tells what is due. Once a turn.
    pub fn feeds_due(&mut self) {
        let now = self.tick();
        if self.feeds.workers.as_mut().is_some_and(|feed| feed.is_due(now)) {
            for worker in (0..self.workers.len()).map(|w| WorkerId(w as u16)) {
                let figures = Box::new(self.worker_telemetry(worker));
                self.sink.send(now, None, EventKind::WorkerStats(figures));
            }
        }
        let rooms = &self.rooms;
        self.feeds.rooms.retain(|(room, _)| rooms.get(*room).is_some());
        for (room, feed) in &mut self.feeds.rooms {
            if let Some(entry) = self.rooms.get(*room).filter(|_| feed.is_due(now)) {
                self.sink.send(now, None, EventKind::RoomStats(*room, Box::new(entry.stats())));
            }
        }
    }

    /// One worker's figures.
    pub fn worker_telemetry(&self, worker: WorkerId) -> WorkerTelemetry {
        let link = &self.workers[usize::from(worker.0)];
        WorkerTelemetry::read(worker, link, self.overload.steps(worker).len())
    }
}

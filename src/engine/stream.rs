//! The host's end of the event stream: ordered and numbered.
#![expect(clippy::disallowed_types, reason = "control side: no worker ever sees these locks")]

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crate::engine::EventKind;
use crate::graph::NodeEventKind;
use crate::types::{SessionId, Tick};

/// One event. Numbers rise by one; a gap is what `EventKind::Lost` counts.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Event {
    /// Place in the engine's stream, from 1.
    pub number: u64,
    /// The tick in which it happened.
    pub tick: Tick,
    /// Whom it concerns, if a session.
    pub session: Option<SessionId>,
    /// What happened.
    pub kind: EventKind,
}

#[derive(Debug, Default)]
struct Queue {
    events: VecDeque<Event>,
    /// Number of the last event.
    number: u64,
    /// Number of the last event that the reader had, or was told is lost.
    told: u64,
    lost: u64,
    waker: Option<Waker>,
    /// The reader has gone.
    closed: bool,
}

#[derive(Debug, Default)]
struct Shared {
    queue: Mutex<Queue>,
    arrived: Condvar,
    capacity: usize,
}

/// The writing end, held by the supervisor.
#[derive(Clone, Debug)]
pub(crate) struct EventSink(Arc<Shared>);

/// The engine's events in order. One reader.
#[derive(Debug)]
pub struct EventStream(Arc<Shared>);

/// Both ends of a stream that keeps `capacity` events, and twice as many that must not be dropped.
pub(crate) fn event_stream(capacity: usize) -> (EventSink, EventStream) {
    let shared = Arc::new(Shared { capacity, ..Shared::default() });
    (EventSink(shared.clone()), EventStream(shared))
}

impl EventSink {
    /// Numbers an event and keeps it for the reader. A queue at its capacity drops statistics; at
    /// twice its capacity nobody reads any more and everything is dropped. Both are counted.
    pub fn send(&self, tick: Tick, session: Option<SessionId>, kind: EventKind) {
        let waker = {
            let mut queue = lock(&self.0);
            queue.number += 1;
            let room = if kind.is_droppable() { self.0.capacity } else { 2 * self.0.capacity };
            if queue.closed || queue.events.len() >= room {
                queue.lost += u64::from(!queue.closed);
                return;
            }
            let number = queue.number;
            queue.events.push_back(Event { number, tick, session, kind });
            queue.waker.take()
        };
        self.0.arrived.notify_one();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Events dropped.
    pub fn lost(&self) -> u64 {
        lock(&self.0).lost
    }
}

impl EventKind {
    /// Whether a full queue may drop it: statistics and a user's own reports, never lifecycle.
    fn is_droppable(&self) -> bool {
        matches!(
            self,
            EventKind::WorkerLate { .. }
                | EventKind::TalkStart { .. }
                | EventKind::TalkStop { .. }
                | EventKind::Dominant { .. }
                | EventKind::Stats { .. }
                | EventKind::WorkerStats(_)
                | EventKind::RoomStats(..)
                | EventKind::Node { kind: NodeEventKind::TapOverrun { .. } | NodeEventKind::Custom { .. }, .. }
        )
    }
}

impl EventStream {
    /// The next event, if one is there.
    pub fn try_next(&mut self) -> Option<Event> {
        take(&mut lock(&self.0))
    }

    /// The next event, waiting up to `limit` for it.
    pub fn next_timeout(&mut self, limit: Duration) -> Option<Event> {
        let queue = lock(&self.0);
        let (mut queue, _) = self
            .0
            .arrived
            .wait_timeout_while(queue, limit, |queue| queue.number == queue.told)
            .unwrap_or_else(PoisonError::into_inner);
        take(&mut queue)
    }

    /// The next event, for hosts that await.
    pub fn next_event(&mut self) -> impl Future<Output = Event> + '_ {
        NextEvent(self)
    }
}

impl Drop for EventStream {
    fn drop(&mut self) {
        let mut queue = lock(&self.0);
        queue.closed = true;
        queue.events.clear();
    }
}

struct NextEvent<'a>(&'a mut EventStream);

impl Future for NextEvent<'_> {
    type Output = Event;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Event> {
        let mut queue = lock(&self.0.0);
        match take(&mut queue) {
            Some(event) => Poll::Ready(event),
            None => {
                queue.waker = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

/// What was lost is told before what came after it.
fn take(queue: &mut Queue) -> Option<Event> {
    let next = queue.events.front().map_or(queue.number + 1, |event| event.number);
    let count = next - queue.told - 1;
    if count > 0 {
        queue.told += count;
        return Some(Event { number: queue.told, tick: Tick(0), session: None, kind: EventKind::Lost { count } });
    }
    queue.told += u64::from(!queue.events.is_empty());
    queue.events.pop_front()
}

fn lock(shared: &Shared) -> MutexGuard<'_, Queue> {
    shared.queue.lock().unwrap_or_else(PoisonError::into_inner)
}

//! A recorder on a thread of its own.
#![expect(clippy::disallowed_types, clippy::disallowed_methods, reason = "between ordinary threads: no worker sees it")]

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::graph::NodeEventKind;
use crate::session::record::{Gap, RecordError, Recorded, Recorder};
use crate::types::{SessionId, Tick};

/// How often the taps are read: a tenth of the shortest ring that makes sense.
const TURN: Duration = Duration::from_millis(20);

/// What a recording tells.
#[derive(Debug)]
#[non_exhaustive]
pub enum RecordingEvent {
    /// The thread or its disk was too slow for some ticks; told when they are known.
    Gap(Gap),
    /// Both files are complete.
    Stopped(Recorded),
    /// The recording cannot go on. The calls do.
    Failed(RecordError),
}

enum Order {
    Pause,
    Mask,
    Resume,
    MaskBetween(Tick, Tick),
    Digit(Tick, SessionId, NodeEventKind),
    Stop,
}

/// A recording under way. It ends by itself when all its sessions have gone, or when this is dropped.
#[derive(Debug)]
pub struct Recording {
    orders: Sender<Order>,
    events: Receiver<RecordingEvent>,
    thread: Option<JoinHandle<()>>,
}

impl Recording {
    /// Starts the thread.
    pub fn start(recorder: Recorder) -> std::io::Result<Self> {
        let ((orders, taken), (tell, events)) = (channel(), channel());
        let thread = thread::Builder::new().name("media-rec".into()).spawn(move || {
            let event = match run(recorder, &taken, &tell) {
                Ok(recorded) => RecordingEvent::Stopped(recorded),
                Err(why) => RecordingEvent::Failed(why),
            };
            // Nobody may be there to hear it.
            let _ = tell.send(event);
        })?;
        Ok(Self { orders, events, thread: Some(thread) })
    }

    /// Leaves out what comes, until [`Recording::resume`].
    pub fn pause(&self) {
        let _ = self.orders.send(Order::Pause);
    }

    /// Silences what comes, as while a card number is keyed in.
    pub fn mask(&self) {
        let _ = self.orders.send(Order::Mask);
    }

    /// Ends a pause or a mask.
    pub fn resume(&self) {
        let _ = self.orders.send(Order::Resume);
    }

    /// Silences some ticks, as [`Recorder::mask_between`]; `Recorded::unmasked_ticks` tells how many were written already.
    pub fn mask_between(&self, from: Tick, to: Tick) {
        let _ = self.orders.send(Order::MaskBetween(from, to));
    }

    /// Silences a telephone event, as [`Recorder::mask_digit`].
    pub fn mask_digit(&self, at: Tick, session: SessionId, event: &NodeEventKind) {
        let _ = self.orders.send(Order::Digit(at, session, *event));
    }

    /// What has happened, if something has.
    pub fn try_event(&self) -> Option<RecordingEvent> {
        self.events.try_recv().ok()
    }

    /// Ends the recording and waits for its files. `None`: it was told before. Gaps that nobody asked for are in the side-car.
    pub fn stop(mut self) -> Option<RecordingEvent> {
        self.end();
        self.events.try_iter().last()
    }

    fn end(&mut self) {
        let _ = self.orders.send(Order::Stop);
        if let Some(thread) = self.thread.take() {
            // A panic of the thread is told by the missing event.
            let _ = thread.join();
        }
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        self.end();
    }
}

fn run(
    mut recorder: Recorder,
    orders: &Receiver<Order>,
    tell: &Sender<RecordingEvent>,
) -> Result<Recorded, RecordError> {
    loop {
        let order = orders.recv_timeout(TURN);
        // What came before the order is recorded as it was.
        recorder.pump()?;
        while let Some(gap) = recorder.next_gap() {
            let _ = tell.send(RecordingEvent::Gap(gap));
        }
        match order {
            Ok(Order::Pause) => recorder.pause(),
            Ok(Order::Mask) => recorder.mask(),
            Ok(Order::Resume) => recorder.resume(),
            Ok(Order::MaskBetween(from, to)) => _ = recorder.mask_between(from, to),
            Ok(Order::Digit(at, session, event)) => recorder.mask_digit(at, session, &event),
            Ok(Order::Stop) => return recorder.finish(),
            Err(_) if recorder.is_finished() => return recorder.finish(),
            Err(_) => {}
        }
    }
}

//! The engine in real time or by hand, behind one face: a tick at a time.

use std::error::Error;
use std::thread;
use std::time::{Duration, Instant};

use media_core::{
    Control, EgressPort, EngineConfig, EventStream, IoGroup, MediaEngine, Micros, OfflineEngine, Pending,
};

const TICK: Duration = Duration::from_millis(10);

enum Engine {
    Live(MediaEngine, Instant, u32),
    Offline(OfflineEngine),
}

/// An engine, and the ends of it that a host has.
pub struct Driver {
    engine: Engine,
    pub control: Control,
    pub egress: EgressPort,
    pub events: EventStream,
}

impl Driver {
    pub fn start(offline: bool, workers: u16) -> Result<Self, Box<dyn Error>> {
        let config = EngineConfig::new().workers(workers.into()).max_sessions(64).max_rooms(4);
        let (mut engine, control) = if offline {
            let engine = OfflineEngine::new(config)?;
            let control = engine.control();
            (Engine::Offline(engine), control)
        } else {
            let engine = MediaEngine::start(config)?;
            let control = engine.control();
            (Engine::Live(engine, Instant::now(), 0), control)
        };
        let (egress, events) = match &mut engine {
            Engine::Live(engine, ..) => (engine.egress(IoGroup(0)), engine.events()),
            Engine::Offline(engine) => (engine.egress(IoGroup(0)), engine.events()),
        };
        let (Some(egress), Some(events)) = (egress, events) else { return Err("taken already".into()) };
        Ok(Self { engine, control, egress, events })
    }

    /// The engine's time, for what arrives now.
    pub fn now(&self) -> Micros {
        match &self.engine {
            Engine::Live(..) => self.control.now(),
            Engine::Offline(engine) => engine.now(),
        }
    }

    /// Lets 10 ms pass.
    pub fn tick(&mut self) {
        match &mut self.engine {
            Engine::Live(_, start, ticks) => {
                *ticks += 1;
                thread::sleep((*start + TICK * *ticks).saturating_duration_since(Instant::now()));
            }
            Engine::Offline(engine) => _ = engine.tick(),
        }
    }

    /// Lets time pass until an operation has taken effect.
    pub fn settle(&mut self, pending: Pending) -> Result<u64, Box<dyn Error>> {
        for _ in 0..200 {
            if let Some(result) = pending.try_result() {
                return Ok(result?.tick.0);
            }
            self.tick();
        }
        Err("an operation was not answered within two seconds".into())
    }

    /// Ends the engine; whether all that it was given came back.
    pub fn stop(self) -> bool {
        match self.engine {
            Engine::Live(engine, ..) => engine.stop().reclaimed,
            Engine::Offline(engine) => engine.stop().reclaimed,
        }
    }
}

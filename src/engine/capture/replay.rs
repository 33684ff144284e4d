//! A capsule, heard again: the same packets at the same ticks, through a session of the same spec in virtual time.

use thiserror::Error;

use crate::engine::capture::Capsule;
use crate::engine::{ConfigError, Direction, EngineConfig, OfflineEngine, Reject, TapPoint};
use crate::quality::SessionStats;
use crate::types::{IoGroup, Micros, Millis, SampleRate, TICK_US, Tick};

/// What the leg heard.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Replay {
    /// The engine's tick, of the captured call, in which the first sample was played.
    pub tick: Tick,
    /// Rate of the audio.
    pub rate: SampleRate,
    /// 10 ms for each tick from there to half a second after the last packet.
    pub samples: Vec<f32>,
    /// The session's figures at the end.
    pub stats: SessionStats,
}

/// A capsule that cannot be played.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// There is no packet of the party in it.
    #[error("nothing was received")]
    Empty,
    /// An offline engine for it cannot be.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The session cannot be.
    #[error(transparent)]
    Session(#[from] Reject),
}

/// Ticks that the session runs before the first packet, and after the last one.
const BEFORE: u64 = 4;
const AFTER: u64 = 50;

impl Capsule {
    /// Plays what was received into a new session of the same spec, offline. Bit for bit what the leg heard, with what was done with
    /// its voice, where the capsule is [`whole`](Self::whole), the worker left out no ticks, and the session was not changed
    /// meanwhile; else as soon as the jitter buffer has come to the same delay. Allocates.
    pub fn replay(&self) -> Result<Replay, ReplayError> {
        let (Some(first), Some(last)) =
            (self.packets(Direction::Inbound).next(), self.packets(Direction::Inbound).last())
        else {
            return Err(ReplayError::Empty);
        };
        let origin = first.tick.0.saturating_sub(BEFORE);
        let mut engine = OfflineEngine::new(EngineConfig::new().workers(1).max_sessions(1).stats_interval(1))?;
        let mut spec = self.spec.clone();
        (spec.io, spec.worker) = (IoGroup(0), None);
        let control = engine.control();
        let mut created = control.create(spec)?;
        let (_, mut tap, op) = control.tap(created.id, TapPoint::Received, Millis(100))?;
        op.detach();
        let (mut samples, mut packets) = (Vec::new(), self.packets(Direction::Inbound).peekable());
        for tick in origin..=last.tick.0 + AFTER {
            while let Some(packet) = packets.next_if(|packet| packet.tick.0 <= tick) {
                let time = packet.time.0.saturating_sub(origin * TICK_US);
                // What does not fit was refused in the call as well.
                let _ = created.ingress.push(&packet.datagram, Micros(time));
            }
            engine.tick();
            while let Some(frame) = tap.read() {
                samples.extend_from_slice(frame.samples());
            }
        }
        let (rate, stats) = (tap.rate(), control.stats(created.id)?);
        engine.stop();
        Ok(Replay { tick: Tick(origin), rate, samples, stats })
    }
}

//! A ring modulator with one parameter and one event.

use std::f32::consts::TAU;

use media_core::graph::{Io, Node, NodeEventKind, ParamId, ParamInfo, Ports};
use media_core::{Millis, SampleRate};

/// Multiplies what passes with a sine.
#[derive(Default)]
pub struct RingModulator {
    hz: f32,
    phase: f32,
    peak: f32,
}

/// The frequency of the carrier; 0 Hz lets everything pass as it is.
pub const CARRIER_HZ: ParamId = ParamId(0);

impl Node for RingModulator {
    fn kind(&self) -> &'static str {
        "ring_modulator"
    }

    fn ports(&self) -> Ports {
        Ports::filter(SampleRate::HZ_8000)
    }

    fn params(&self) -> &'static [ParamInfo] {
        &[ParamInfo { id: CARRIER_HZ, name: "carrier_hz", min: 0.0, max: 2_000.0 }]
    }

    // Runs on a worker, like all of the engine: no allocation, no lock, no system call.
    fn process(&mut self, io: &mut Io<'_>) {
        if let Some((_, samples)) = io.through().filter(|(info, _)| !info.silent) {
            for sample in samples {
                self.phase = (self.phase + self.hz / 8_000.0).fract();
                *sample *= (TAU * self.phase).cos();
                self.peak = self.peak.max(sample.abs());
            }
        }
        if io.tick().0 % 100 == 99 {
            // Becomes an event of this session and node.
            io.emit(NodeEventKind::Custom { code: 1, value: std::mem::take(&mut self.peak).into() });
        }
    }

    // A carrier needs no ramp: its phase goes on where it was.
    fn set(&mut self, _param: ParamId, value: f32, _ramp: Millis) {
        self.hz = value;
    }
}

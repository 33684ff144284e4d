//! Gain and mute with ramps.

use std::any::Any;

use crate::graph::{Io, Node, ParamId, ParamInfo, Ports};
use crate::processing::dsp::Ramp;
use crate::types::{Decibels, Millis, SampleRate};

/// Scales what passes; at unity it touches nothing.
pub struct Fader {
    rate: SampleRate,
    ramp: Ramp,
    gain: f32,
    muted: bool,
}

impl Fader {
    /// Gain in decibels, −96 (which is silence) to +24.
    pub const GAIN_DB: ParamId = ParamId(0);
    /// 1.0 silences, 0.0 restores the gain.
    pub const MUTE: ParamId = ParamId(1);

    /// The lowest gain; it and all below is silence.
    const FLOOR_DB: f32 = -96.0;

    /// A fader at unity.
    pub fn new(rate: SampleRate) -> Self {
        Self { rate, ramp: Ramp::new(1.0), gain: 1.0, muted: false }
    }

    /// The gain of what passes in this tick.
    pub(crate) fn ramp(&self) -> Ramp {
        self.ramp
    }

    /// What passes is untouched.
    pub(crate) fn is_open(&self) -> bool {
        self.ramp.is_unity()
    }
}

impl Node for Fader {
    fn kind(&self) -> &'static str {
        "fader"
    }

    fn ports(&self) -> Ports {
        Ports::filter(self.rate)
    }

    fn params(&self) -> &'static [ParamInfo] {
        &[
            ParamInfo { id: Fader::GAIN_DB, name: "gain_db", min: Fader::FLOOR_DB, max: 24.0 },
            ParamInfo { id: Fader::MUTE, name: "mute", min: 0.0, max: 1.0 },
        ]
    }

    fn cost(&self) -> u32 {
        10
    }

    fn process(&mut self, io: &mut Io<'_>) {
        let Some((info, samples)) = io.through() else { return };
        if self.ramp.is_unity() {
            return;
        }
        // The frame in which a fade ends is not silent yet.
        info.silent |= self.ramp.is_silent();
        self.ramp.apply(samples);
    }

    fn succeed(&mut self, old: &mut dyn Node) {
        let Some(old) = (old as &mut dyn Any).downcast_mut::<Self>() else { return };
        (self.gain, self.muted) = (old.gain, old.muted);
        self.ramp = old.ramp.at_rate(old.rate.hz(), self.rate.hz());
    }

    fn set(&mut self, param: ParamId, value: f32, ramp: Millis) {
        match param {
            Fader::GAIN_DB => self.gain = if value <= Fader::FLOOR_DB { 0.0 } else { Decibels(value).linear() },
            Fader::MUTE => self.muted = value >= 0.5,
            _ => return,
        }
        let samples = (u64::from(ramp.0) * u64::from(self.rate.hz()) / 1_000).min(u64::from(u32::MAX)) as u32;
        self.ramp.set(if self.muted { 0.0 } else { self.gain }, samples);
    }
}

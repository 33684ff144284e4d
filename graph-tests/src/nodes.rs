//! Nodes of a user's own.

use media_core::graph::{Io, Node, NodeEventKind, ParamId, ParamInfo, Ports};
use media_core::{Millis, SampleRate};

/// Multiplies what passes; says so in an event when its factor is set.
pub struct Scale {
    rate: SampleRate,
    factor: f32,
    changed: bool,
}

impl Scale {
    /// The factor, −4 to 4.
    pub const FACTOR: ParamId = ParamId(3);

    /// A node at `rate` that multiplies by `factor`.
    pub fn new(rate: SampleRate, factor: f32) -> Self {
        Self { rate, factor, changed: false }
    }
}

impl Node for Scale {
    fn kind(&self) -> &'static str {
        "scale"
    }

    fn ports(&self) -> Ports {
        Ports::filter(self.rate)
    }

    fn params(&self) -> &'static [ParamInfo] {
        &[ParamInfo { id: Scale::FACTOR, name: "factor", min: -4.0, max: 4.0 }]
    }

    fn process(&mut self, io: &mut Io<'_>) {
        if std::mem::take(&mut self.changed) {
            io.emit(NodeEventKind::Custom { code: 3, value: f64::from(self.factor) });
        }
        let factor = self.factor;
        if let Some((_, samples)) = io.through() {
            samples.iter_mut().for_each(|s| *s *= factor);
        }
    }

    fn set(&mut self, _param: ParamId, value: f32, _ramp: Millis) {
        (self.factor, self.changed) = (value, true);
    }
}

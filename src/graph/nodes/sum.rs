//! Adds what comes from several nodes.

use std::any::Any;

use crate::graph::{Io, Node, Ports};
use crate::processing::dsp::Ramp;
use crate::types::{Decibels, Millis, SampleRate};

/// How long it takes to make room for what plays, and to come back.
const DUCK: Millis = Millis(50);

/// Sums its inputs. The sum may exceed full scale; the encoder clips.
pub struct Sum {
    rate: SampleRate,
    inputs: usize,
    /// Gain of the first input while another one plays, and where it is.
    ducks: f32,
    ducked: Ramp,
}

impl Sum {
    /// A sum of `inputs` frames at `rate`.
    pub fn new(rate: SampleRate, inputs: usize) -> Self {
        Self { rate, inputs, ducks: 1.0, ducked: Ramp::new(1.0) }
    }

    /// While another input plays, the first one is quieter by so much.
    pub fn duck(mut self, by: Option<Decibels>) -> Self {
        self.ducks = by.map_or(1.0, |by| Decibels(-by.0.abs()).linear());
        self
    }
}

impl Node for Sum {
    fn kind(&self) -> &'static str {
        "sum"
    }

    fn ports(&self) -> Ports {
        Ports { inputs: vec![self.rate; self.inputs], outputs: vec![self.rate], in_place: true }
    }

    fn succeed(&mut self, old: &mut dyn Node) {
        if let Some(old) = (old as &mut dyn Any).downcast_mut::<Self>() {
            self.ducked = old.ducked.at_rate(old.rate.hz(), self.rate.hz());
        }
    }

    fn process(&mut self, io: &mut Io<'_>) {
        let plays = (1..self.inputs).any(|port| io.input(port).is_some_and(|(info, _)| !info.silent));
        let wanted = if plays { self.ducks } else { 1.0 };
        if wanted != self.ducked.target() {
            self.ducked.set(wanted, DUCK.0 * self.rate.hz() / 1_000);
        }
        match io.through() {
            Some((_, first)) if !self.ducked.is_unity() => self.ducked.apply(first),
            Some(_) => {}
            None => {
                self.ducked.skip(self.rate.per_tick());
                if let Some((info, out)) = io.output(0) {
                    out.fill(0.0);
                    info.silent = true;
                    info.provenance = Default::default();
                }
            }
        }
        for port in 1..self.inputs {
            let Some(((from, addend), (info, out))) = io.pair(port, 0) else { continue };
            if from.silent {
                continue;
            }
            if info.silent {
                *info = *from;
                out.copy_from_slice(&addend[..out.len()]);
                continue;
            }
            info.speech = None;
            for (sum, sample) in out.iter_mut().zip(addend) {
                *sum += sample;
            }
        }
    }
}

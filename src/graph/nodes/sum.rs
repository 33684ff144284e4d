//! Adds what comes from several nodes.

use crate::graph::{Io, Node, Ports};
use crate::types::SampleRate;

/// Sums its inputs. The sum may exceed full scale; the encoder clips.
pub struct Sum {
    rate: SampleRate,
    inputs: usize,
}

impl Sum {
    /// A sum of `inputs` frames at `rate`.
    pub fn new(rate: SampleRate, inputs: usize) -> Self {
        Self { rate, inputs }
    }
}

impl Node for Sum {
    fn kind(&self) -> &'static str {
        "sum"
    }

    fn ports(&self) -> Ports {
        Ports { inputs: vec![self.rate; self.inputs], outputs: vec![self.rate], in_place: true }
    }

    fn process(&mut self, io: &mut Io<'_>) {
        if io.through().is_none()
            && let Some((info, out)) = io.output(0)
        {
            out.fill(0.0);
            info.silent = true;
            info.provenance = Default::default();
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
            for (sum, sample) in out.iter_mut().zip(addend) {
                *sum += sample;
            }
        }
    }
}

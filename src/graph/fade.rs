//! The node that an edit puts before an input whose source changes, for one tick.

use crate::graph::{Io, Node, Ports};
use crate::types::SampleRate;

/// Fades over one frame from input 0, the old source, to input 1, the new one.
///
/// An absent frame counts as silence; with both absent it sends nothing. Linear, since the two are
/// mostly the same voice before and after a processor: an equal-power fade would swell by 3 dB.
#[derive(Debug)]
pub(crate) struct CrossFade {
    pub(crate) rate: SampleRate,
}

impl Node for CrossFade {
    fn kind(&self) -> &'static str {
        "crossfade"
    }

    fn ports(&self) -> Ports {
        Ports { inputs: vec![self.rate; 2], outputs: vec![self.rate], in_place: true }
    }

    fn process(&mut self, io: &mut Io<'_>) {
        if io.input(0).is_none() && io.input(1).is_none() {
            return;
        }
        if io.through().is_none()
            && let Some((info, samples)) = io.output(0)
        {
            info.silent = true;
            samples.fill(0.0);
        }
        let gain = ramp(self.rate);
        if let Some(((new_info, new), (info, out))) = io.pair(1, 0) {
            let silent = info.silent && new_info.silent;
            *info = *new_info;
            info.silent = silent;
            for ((out, &new), gain) in out.iter_mut().zip(new).zip(gain) {
                *out += gain * (new - *out);
            }
        } else if let Some((_, samples)) = io.through() {
            for (sample, gain) in samples.iter_mut().zip(gain) {
                *sample -= gain * *sample;
            }
        }
    }
}

/// Gains of the new source, evenly spaced between the tick before (0) and the tick after (1).
fn ramp(rate: SampleRate) -> impl Iterator<Item = f32> {
    let step = 1.0 / (rate.per_tick() + 1) as f32;
    (1..=rate.per_tick()).map(move |n| n as f32 * step)
}

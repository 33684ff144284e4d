//! Splits a signal into three bands whose sum is flat: Linkwitz–Riley filters of the fourth order.
//!
//! Each band's edge is a Butterworth filter of the second order, twice; the lowest band goes through the all-pass that
//! the upper two are together (S. Lipshitz and J. Vanderkooy, 1983). The filters of a stage run side by side in four lanes:
//! one after another each would wait for its own last output.

use biquad::{Coefficients, Hertz, Type};

use crate::processing::audio::effects::BUTTERWORTH;
use crate::types::SampleRate;

/// Where the bands meet: below are the first formants' harmonics, above sibilants.
const EDGES: [f32; 2] = [500.0, 2_000.0];

type Lanes = [f32; 4];

/// Four biquads in transposed direct form II.
#[derive(Clone, Copy, Debug)]
struct Stage {
    forward: [Lanes; 3],
    back: [Lanes; 2],
    state: [Lanes; 2],
}

impl Stage {
    fn new(rate: SampleRate, filters: [Option<(Type<f32>, f32)>; 4]) -> Self {
        let mut stage = Self { forward: [[0.0; 4]; 3], back: [[0.0; 4]; 2], state: [[0.0; 4]; 2] };
        for (lane, filter) in filters.into_iter().enumerate() {
            stage.forward[0][lane] = 1.0;
            let Some((shape, hz)) = filter else { continue };
            let hertz = Hertz::from_hz(rate.hz() as f32).ok().zip(Hertz::from_hz(hz).ok());
            // Both edges are below half of 8 kHz, so there is no rate without them.
            let made = hertz.and_then(|(rate, hz)| Coefficients::from_params(shape, rate, hz, BUTTERWORTH).ok());
            if let Some(Coefficients { a1, a2, b0, b1, b2 }) = made {
                (stage.forward[0][lane], stage.forward[1][lane], stage.forward[2][lane]) = (b0, b1, b2);
                (stage.back[0][lane], stage.back[1][lane]) = (a1, a2);
            }
        }
        stage
    }

    #[inline(always)]
    fn run(&mut self, input: Lanes) -> Lanes {
        let mut output = [0.0; 4];
        for lane in 0..4 {
            output[lane] = self.state[0][lane] + self.forward[0][lane] * input[lane];
            self.state[0][lane] =
                self.state[1][lane] + self.forward[1][lane] * input[lane] - self.back[0][lane] * output[lane];
            self.state[1][lane] = self.forward[2][lane] * input[lane] - self.back[1][lane] * output[lane];
        }
        output
    }
}

/// The filters of both edges.
#[derive(Clone, Debug)]
pub(super) struct Crossover {
    stages: [Stage; 4],
}

impl Crossover {
    pub(super) fn new(rate: SampleRate) -> Self {
        let [lower, upper] = EDGES;
        let first = [Some((Type::LowPass, lower)), Some((Type::HighPass, lower)), None, None];
        let middle = [Some((Type::LowPass, upper)), Some((Type::HighPass, upper))];
        let second = [Some((Type::AllPass, upper)), middle[0], middle[1], None];
        let third = [None, middle[0], middle[1], None];
        Self { stages: [first, first, second, third].map(|filters| Stage::new(rate, filters)) }
    }

    pub(super) fn reset(&mut self) {
        for stage in &mut self.stages {
            stage.state = [[0.0; 4]; 2];
        }
    }

    /// Writes the bands of `samples`. Real-time: four stages a sample.
    pub(super) fn split(&mut self, samples: &[f32], [low, middle, high]: [&mut [f32]; 3]) {
        let [mut one, mut two, mut three, mut four] = self.stages;
        for (((sample, low), middle), high) in samples.iter().zip(low).zip(middle).zip(high) {
            let [below, above, ..] = two.run(one.run([*sample; 4]));
            [*low, *middle, *high, _] = four.run(three.run([below, above, above, 0.0]));
        }
        self.stages = [one, two, three, four];
    }
}

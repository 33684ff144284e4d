//! The detector of one signal.

use super::config::{Method, VadConfig};
use super::features::Describer;
use super::hang_over::HangOver;
use super::network::Network;
use super::simple::Energy;
use crate::types::SampleRate;

/// Ticks by which the network's answer lags: it knows what a sound became 20 ms later.
const LAG: usize = 2;

/// What a detector says of 10 ms.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct VadFrame {
    /// Probability of speech, 0 to 1.
    pub probability: f32,
    /// Whether it counts as speech, hang-over included.
    pub speech: bool,
}

/// Tells speech from everything else, frame by frame.
#[derive(Debug)]
pub struct Vad {
    judge: Judge,
    hang_over: HangOver,
    latency: usize,
}

#[derive(Debug)]
enum Judge {
    Network(Box<(Describer, Network)>),
    Energy(Energy),
}

impl Vad {
    /// Allocates.
    pub fn new(rate: SampleRate, config: &VadConfig) -> Self {
        let (judge, lag) = match config.method {
            Method::Network => (Judge::Network(Box::new((Describer::new(rate), Network::new()))), LAG),
            Method::Energy => (Judge::Energy(Energy::new()), 0),
        };
        Self { judge, hang_over: HangOver::new(config), latency: lag * rate.per_tick() }
    }

    /// Takes 10 ms and tells of the 10 ms that lie [`latency`](Self::latency) before them. Samples that are not finite count
    /// as silence.
    ///
    /// Real-time: no allocation, the same work for any frame.
    pub fn process(&mut self, frame: &[f32]) -> VadFrame {
        let probability = match &mut self.judge {
            Judge::Network(parts) => match parts.0.describe(frame) {
                Some(features) => parts.1.judge(&features),
                // What it learnt of nothing would make it take all noise for speech.
                None => {
                    parts.1 = Network::new();
                    0.0
                }
            },
            Judge::Energy(energy) => energy.judge(frame),
        };
        VadFrame { probability, speech: self.hang_over.decide(probability) }
    }

    /// As [`process`](Self::process); what is `known` to be something else, as a digit is, counts as no speech and earns no
    /// hang-over.
    pub fn process_unless(&mut self, known: bool, frame: &[f32]) -> VadFrame {
        let told = self.process(frame);
        if !known {
            return told;
        }
        self.hang_over.reset();
        VadFrame::default()
    }

    /// Forgets the audio so far: as made.
    pub fn reset(&mut self) {
        self.hang_over.reset();
        match &mut self.judge {
            Judge::Network(parts) => {
                parts.0.reset();
                parts.1 = Network::new();
            }
            Judge::Energy(energy) => *energy = Energy::new(),
        }
    }

    /// Samples by which the decision lags the audio: 20 ms, or none with [`Method::Energy`].
    pub const fn latency(&self) -> usize {
        self.latency
    }
}

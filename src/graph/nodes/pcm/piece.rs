//! What a program hands over: audio by the tick, and marks between.

/// Samples of a tick at the largest rate.
const MOST_SAMPLES: usize = 480;

/// One entry of the ring from a program.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "it lies in a ring's place, whatever it is; a box would be freed on a worker"
)]
pub(crate) enum Piece {
    /// Up to a tick of audio.
    Audio {
        /// Of the samples, those that count.
        length: u16,
        /// In −1.0..=1.0.
        samples: [f32; MOST_SAMPLES],
    },
    /// To be told when what came before it has been played.
    Mark(u64),
}

impl Piece {
    /// Up to a tick of audio.
    pub fn audio(from: &[f32]) -> Self {
        let mut samples = [0.0; MOST_SAMPLES];
        let length = from.len().min(MOST_SAMPLES);
        for (to, from) in samples.iter_mut().zip(from) {
            *to = if from.is_finite() { from.clamp(-1.0, 1.0) } else { 0.0 };
        }
        Piece::Audio { length: length as u16, samples }
    }
}

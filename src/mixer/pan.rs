//! Where a mono voice stands between left and right.

use std::f32::consts::FRAC_PI_4;

use super::member::{Channels, PLANES};

/// Gains into the mono, left and right plane of a voice at `position`: −1.0 left, 0.0 centre, 1.0 right.
///
/// A mono voice keeps its power (sine and cosine, −3 dB at the centre). For a stereo voice the position is a balance: one side gets quieter.
/// Not a number is the centre.
pub(super) fn place(position: f32, says: Channels) -> [f32; PLANES] {
    let position = if position.is_finite() { position.clamp(-1.0, 1.0) } else { 0.0 };
    match says {
        Channels::Mono => {
            let (right, left) = ((position + 1.0) * FRAC_PI_4).sin_cos();
            [1.0, left, right]
        }
        Channels::Stereo => [1.0, (1.0 - position).min(1.0), (1.0 + position).min(1.0)],
    }
}

/// The gains of the centre.
pub(super) fn centre(says: Channels) -> [f32; PLANES] {
    place(0.0, says)
}

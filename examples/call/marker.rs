//! End-to-end delay by markers: short chirps in what is said, found again in what was heard.
//!
//! Both ends count time from the start of the call, so that the place where a marker is heard less the
//! place where it was said is the delay from mouth to ear. A marker that concealment or time stretching
//! spoilt no longer looks like one and is left out.

use std::f32::consts::{PI, TAU};
use std::time::Duration;

use crate::phone::{RATE, in_samples};

/// Samples of a marker: 30 ms.
pub const LENGTH: usize = RATE * 30 / 1_000;
/// Peak, −18 dBFS: well above the pauses that it is put into, no louder than speech.
const AMPLITUDE: f32 = 0.125;
/// The chirp goes through the telephone band.
const FROM_HZ: f32 = 700.0;
const TO_HZ: f32 = 3_100.0;
/// Samples: no delay is looked for that is 600 ms or more above the least possible one.
pub const SEARCH: usize = RATE * 600 / 1_000;
/// Least correlation coefficient of a marker that came whole; speech stays below 0.6.
const LIKENESS: f32 = 0.8;

/// What the markers of one way tell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delays {
    /// Delay of each marker found, in milliseconds.
    pub found: Vec<f64>,
    /// Markers sent.
    pub sent: usize,
}

/// Half a sample at 8 kHz: how far a delay measured by one marker can be off, in milliseconds.
pub const ERROR_MS: f64 = 500.0 / RATE as f64;

impl Delays {
    /// The middle one, or `None` when no marker was found.
    pub fn median(&self) -> Option<f64> {
        let mut sorted = self.found.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied()
    }

    /// The shortest and the longest.
    pub fn range(&self) -> Option<(f64, f64)> {
        let shortest = self.found.iter().copied().min_by(f64::total_cmp)?;
        let longest = self.found.iter().copied().max_by(f64::total_cmp)?;
        Some((shortest, longest))
    }
}

/// Adds a marker at the start of `samples`.
pub fn mix_into(samples: &mut [f32]) {
    for (sample, chirp) in samples.iter_mut().zip(chirp()) {
        *sample = (*sample + chirp).clamp(-1.0, 1.0);
    }
}

/// Looks in `heard` for the markers that were sent at these samples and take at least `least` to arrive.
pub fn find(markers: &[usize], heard: &[f32], least: Duration) -> Delays {
    let least = in_samples(least);
    let chirp: Vec<f32> = chirp().collect();
    let found = markers
        .iter()
        .filter_map(|&at| {
            let from = at + least;
            let end = heard.len().min(from + SEARCH + LENGTH);
            let windows = heard.get(from..end)?.windows(LENGTH);
            let (lag, likeness) = windows
                .enumerate()
                .map(|(lag, window)| (lag, likeness(&chirp, window)))
                .max_by(|a, b| a.1.total_cmp(&b.1))?;
            (likeness >= LIKENESS).then_some((least + lag) as f64 * 1e3 / RATE as f64)
        })
        .collect();
    Delays { found, sent: markers.len() }
}

/// A linear chirp under a Hann window.
fn chirp() -> impl Iterator<Item = f32> {
    (0..LENGTH).map(|i| {
        let t = i as f32 / RATE as f32;
        let slope = (TO_HZ - FROM_HZ) * RATE as f32 / LENGTH as f32;
        let window = (PI * (i as f32 + 0.5) / LENGTH as f32).sin().powi(2);
        AMPLITUDE * window * (TAU * (FROM_HZ + 0.5 * slope * t) * t).sin()
    })
}

/// Correlation coefficient; 0 where nothing is heard.
fn likeness(a: &[f32], b: &[f32]) -> f32 {
    let (product, square_a, square_b) =
        a.iter().zip(b).fold((0.0, 0.0, 0.0), |(p, x, y), (a, b)| (p + a * b, x + a * a, y + b * b));
    let scale: f32 = square_a * square_b;
    if scale > 1e-9 { product / scale.sqrt() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::speech::Speech;

    const CLIPS: [&[u8]; 2] = [include_bytes!("../clips/alice.wav"), include_bytes!("../clips/bob.wav")];

    #[test]
    fn every_marker_in_delayed_speech_is_found_where_it_is() {
        for clip in CLIPS {
            let speech = Speech::of_clip(clip, 10).expect("the clip is a WAV");
            let heard = [vec![0.0; 1_000], speech.samples.clone()].concat();
            let delays = find(&speech.markers, &heard, Duration::from_millis(30));
            assert_eq!(delays.range(), Some((125.0, 125.0)));
            assert_eq!(delays.found.len(), 8);
        }
    }

    #[test]
    fn speech_without_markers_holds_none() {
        for clip in CLIPS {
            let speech = Speech::of_clip(clip, 10).expect("the clip is a WAV");
            let anywhere: Vec<usize> = (0..80_000).step_by(SEARCH).collect();
            let mut bare = speech.samples.clone();
            for &at in &speech.markers {
                bare[at..at + LENGTH].fill(0.0);
            }
            assert!(find(&anywhere, &bare, Duration::ZERO).found.is_empty());
        }
    }
}

//! The limits of ITU-T Q.24, hostile audio, and digits that are played beside digits that are found.

mod hostile;
mod limits;
mod player;

use super::{DtmfConfig, DtmfDetector, frequencies};
use crate::types::SampleRate;

/// Amplitude of a sine of 0 dBm0.
const DBM0: f64 = 0.6857;

/// A pair of tones for so many milliseconds, at levels in dBm0.
pub(super) fn pair(rate: u32, code: u8, off: [f64; 2], levels: [f64; 2], ms: u32) -> Vec<f32> {
    let (low, high) = frequencies(code).expect("a digit");
    let sine = |n: u32, hz: f32, off: f64, level: f64| {
        let turns = f64::from(n) / f64::from(rate) * f64::from(hz) * (1.0 + off);
        (std::f64::consts::TAU * turns).sin() * DBM0 * 10f64.powf(level / 20.0)
    };
    let at = |n| (sine(n, low, off[0], levels[0]) + sine(n, high, off[1], levels[1])) as f32;
    (0..rate / 1_000 * ms).map(at).collect()
}

/// A digit as telephones send it.
pub(super) fn plain(rate: u32, code: u8, ms: u32) -> Vec<f32> {
    pair(rate, code, [0.0; 2], [-9.0, -7.0], ms)
}

pub(super) fn silence(rate: u32, ms: u32) -> Vec<f32> {
    vec![0.0; (rate / 1_000 * ms) as usize]
}

/// Digits found and their milliseconds.
pub(super) fn found(rate: u32, audio: &[f32]) -> Vec<(u8, u32)> {
    let rate = SampleRate::new(rate).expect("a rate");
    let mut detector = DtmfDetector::new(rate, &DtmfConfig::default());
    let (mut starts, mut ends) = (Vec::new(), Vec::new());
    let quiet = vec![0.0; rate.per_tick() * 10];
    for frame in audio.chunks(rate.per_tick()).chain(quiet.chunks(rate.per_tick())) {
        let told = assert_no_alloc::assert_no_alloc(|| detector.process(frame, false));
        starts.extend(told.started.map(|(code, _)| code));
        ends.extend(told.ended.map(|end| (end.code, end.duration.0)));
    }
    assert_eq!(starts, ends.iter().map(|end| end.0).collect::<Vec<_>>(), "one end for each start");
    ends
}

/// The codes of the digits found.
pub(super) fn codes(rate: u32, audio: &[f32]) -> Vec<u8> {
    found(rate, audio).iter().map(|digit| digit.0).collect()
}

//! The meter against the cases of the EBU, against its definition, and against garbage.

mod definition;
mod ebu;
mod hostile;

use crate::types::SampleRate;

const RATE: SampleRate = SampleRate::HZ_48000;

/// A sine of `hz` whose peak has `dbfs`, for `seconds`.
fn sine(rate: SampleRate, hz: f64, dbfs: f64, seconds: f64) -> Vec<f32> {
    let amplitude = 10f64.powf(dbfs / 20.0);
    let turn = std::f64::consts::TAU * hz / f64::from(rate.hz());
    let count = (seconds * f64::from(rate.hz())).round() as usize;
    (0..count).map(|n| (amplitude * (turn * n as f64).sin()) as f32).collect()
}

/// Parts of 1 kHz, each of a level and a time.
fn parts(rate: SampleRate, parts: &[(f64, f64)]) -> Vec<f32> {
    parts.iter().flat_map(|&(dbfs, seconds)| sine(rate, 1_000.0, dbfs, seconds)).collect()
}

//! A small recurrent network: what it was told before decides with what it is told now.
//!
//! A dense layer, one of gated recurrent units (K. Cho et al. 2014, with the reset gate after the product), and one
//! output. Some 6 600 products in all, in f32 and always in the same order.

use multiversion::multiversion;

use super::features::FEATURES;

/// Values of the dense layer.
const DENSE: usize = 24;

/// Recurrent units.
const UNITS: usize = 32;

/// Trained on mixtures of our own (ARCHITECTURE.md, "Voice activity").
#[derive(Debug)]
pub(super) struct Weights {
    pub(super) dense: [[f32; DENSE]; FEATURES],
    pub(super) dense_bias: [f32; DENSE],
    pub(super) input: [[f32; 3 * UNITS]; DENSE],
    pub(super) input_bias: [f32; 3 * UNITS],
    pub(super) state: [[f32; 3 * UNITS]; UNITS],
    pub(super) state_bias: [f32; UNITS],
    pub(super) output: [f32; UNITS],
    pub(super) output_bias: f32,
}

/// All weights in the order of [`Weights`], little-endian; one copy for all detectors.
pub(super) static WEIGHTS: Weights = Weights::read(include_bytes!("weights.bin"));

/// The state of one network.
#[derive(Clone, Debug)]
pub(super) struct Network {
    state: [f32; UNITS],
}

impl Network {
    pub(super) const fn new() -> Self {
        Self { state: [0.0; UNITS] }
    }

    /// The probability of speech. Real-time.
    pub(super) fn judge(&mut self, features: &[f32; FEATURES]) -> f32 {
        let odds = step(&WEIGHTS, &mut self.state, features);
        1.0 / (1.0 + (-odds).exp())
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn step(weights: &Weights, state: &mut [f32; UNITS], features: &[f32; FEATURES]) -> f32 {
    let mut dense = weights.dense_bias;
    add_products(&mut dense, features, &weights.dense);
    dense.iter_mut().for_each(|value| *value = bend(*value));

    let mut input = weights.input_bias;
    add_products(&mut input, &dense, &weights.input);
    let mut past = [0.0; 3 * UNITS];
    add_products(&mut past, state, &weights.state);

    let mut odds = weights.output_bias;
    for unit in 0..UNITS {
        let reset = gate(input[unit] + past[unit]);
        let keep = gate(input[UNITS + unit] + past[UNITS + unit]);
        let fresh = bend(input[2 * UNITS + unit] + reset * (past[2 * UNITS + unit] + weights.state_bias[unit]));
        state[unit] = keep * state[unit] + (1.0 - keep) * fresh;
        odds += state[unit] * weights.output[unit];
    }
    odds
}

/// Adds `values` times `rows` to `sums`.
#[inline(always)]
fn add_products<const IN: usize, const OUT: usize>(sums: &mut [f32; OUT], values: &[f32; IN], rows: &[[f32; OUT]; IN]) {
    for (value, row) in values.iter().zip(rows) {
        for (sum, weight) in sums.iter_mut().zip(row) {
            *sum += value * weight;
        }
    }
}

/// Stands for the hyperbolic tangent, in training too: within 0.03 of it, smooth, and exactly ±1 from ±3 on.
#[inline(always)]
fn bend(value: f32) -> f32 {
    let value = value.clamp(-3.0, 3.0);
    let square = value * value;
    value * (27.0 + square) / (27.0 + 9.0 * square)
}

/// 0 to 1.
#[inline(always)]
fn gate(value: f32) -> f32 {
    0.5 + 0.5 * bend(0.5 * value)
}

impl Weights {
    const COUNT: usize = FEATURES * DENSE + DENSE + 3 * UNITS * (DENSE + 1 + UNITS) + 2 * UNITS + 1;

    const fn read(bytes: &[u8; 4 * Self::COUNT]) -> Self {
        let mut at = 0;
        Self {
            dense: rows(bytes, &mut at),
            dense_bias: row(bytes, &mut at),
            input: rows(bytes, &mut at),
            input_bias: row(bytes, &mut at),
            state: rows(bytes, &mut at),
            state_bias: row(bytes, &mut at),
            output: row(bytes, &mut at),
            output_bias: row::<1>(bytes, &mut at)[0],
        }
    }
}

const fn rows<const IN: usize, const OUT: usize>(bytes: &[u8], at: &mut usize) -> [[f32; OUT]; IN] {
    let mut rows = [[0.0; OUT]; IN];
    let mut i = 0;
    while i < IN {
        rows[i] = row(bytes, at);
        i += 1;
    }
    rows
}

const fn row<const N: usize>(bytes: &[u8], at: &mut usize) -> [f32; N] {
    let mut row = [0.0; N];
    let mut i = 0;
    while i < N {
        row[i] = f32::from_le_bytes([bytes[*at], bytes[*at + 1], bytes[*at + 2], bytes[*at + 3]]);
        *at += 4;
        i += 1;
    }
    row
}

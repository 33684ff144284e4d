//! The network beside its equations, one value at a time in double precision.

use super::super::features::FEATURES;
use super::super::network::{Network, WEIGHTS};

fn bend(value: f64) -> f64 {
    let value = value.clamp(-3.0, 3.0);
    value * (27.0 + value * value) / (27.0 + 9.0 * value * value)
}

fn gate(value: f64) -> f64 {
    0.5 + 0.5 * bend(0.5 * value)
}

/// Column `at` of `rows`, times `values`.
fn product<const OUT: usize>(values: &[f64], rows: &[[f32; OUT]], at: usize) -> f64 {
    values.iter().zip(rows).map(|(value, row)| value * f64::from(row[at])).sum()
}

#[test]
fn answers_are_those_of_the_equations() {
    let weights = &WEIGHTS;
    let units = weights.output.len();
    let mut state = vec![0.0f64; units];
    let mut network = Network::new();
    for tick in 0..200 {
        let features: [f32; FEATURES] = std::array::from_fn(|n| ((tick * 7 + n * 13) % 29) as f32 / 10.0 - 0.5);
        let told = features.map(f64::from);
        let dense: Vec<f64> = (0..weights.dense_bias.len())
            .map(|at| bend(f64::from(weights.dense_bias[at]) + product(&told, &weights.dense, at)))
            .collect();
        let past = state.clone();
        for unit in 0..units {
            let input = |at: usize| f64::from(weights.input_bias[at]) + product(&dense, &weights.input, at);
            let before = |at: usize| product(&past, &weights.state, at);
            let reset = gate(input(unit) + before(unit));
            let keep = gate(input(units + unit) + before(units + unit));
            let bias = f64::from(weights.state_bias[unit]);
            let fresh = bend(input(2 * units + unit) + reset * (before(2 * units + unit) + bias));
            state[unit] = keep * past[unit] + (1.0 - keep) * fresh;
        }
        let odds = f64::from(weights.output_bias)
            + state.iter().zip(&weights.output).map(|(state, weight)| state * f64::from(*weight)).sum::<f64>();
        let expected = 1.0 / (1.0 + (-odds).exp());
        assert!((f64::from(network.judge(&features)) - expected).abs() < 1e-4, "{tick}");
    }
}

//! The parts beside what they stand for.

use super::super::decimator::{Decimator, Interpolator, delay};
use super::super::history::{History, Past};
use super::super::kalman::{KalmanFilter, Learning};
use super::super::spectrum::Transform;
use super::*;

/// Beside the convolution with the path that the filter was taught, sample by sample.
#[test]
fn a_filter_that_has_learnt_noise_is_the_path() {
    let (samples, path) = (32, room(50, 8_000, 0.02, 1.0));
    let mut noise = Noise(51);
    let far: Vec<f32> = (0..32 * 800).map(|_| noise.next()).collect();
    let mic = echo(&far, &path, 0);
    let mut transform = Transform::new(2 * samples);
    let mut history = History::new(samples, 6);
    let mut filter =
        KalmanFilter::new(samples, [6, 0], Learning { forget: 0.0, memory: 0.8, prior: 1.0, decay: 1.0, bent: 0.0 });
    let mut error = vec![0.0; samples];
    for (far, mic) in far.chunks_exact(samples).zip(mic.chunks_exact(samples)) {
        history.push(far, &mut transform);
        let past = Past { far: &history, bent: &history, offset: 0 };
        filter.predict(past, &mut transform, &mut error);
        error.iter_mut().zip(mic).for_each(|(error, mic)| *error = mic - *error);
        filter.adapt(past, &mut transform, &error);
    }
    let got = ratio(&mic[mic.len() - samples..], &error);
    assert!(got > 50.0, "{got}");
}

#[test]
fn down_and_up_again_only_delays_what_is_below_the_band_edge() {
    for factor in [2, 3, 4] {
        let wave: Vec<f32> = (0..4_800).map(|n| (n as f32 * 0.3 / factor as f32).sin()).collect();
        let (mut down, mut up) = (Decimator::new(factor, 240), Interpolator::new(factor, 240 / factor));
        let mut low = vec![0.0; 240 / factor];
        let mut back = wave.clone();
        for block in back.chunks_exact_mut(240) {
            down.process(block, &mut low);
            up.process(&low, block);
        }
        let late = delay(factor);
        let apart: Vec<f32> = back[late + 960..].iter().zip(&wave[960..]).map(|(a, b)| a - b).collect();
        assert!(ratio(&wave, &apart) > 40.0, "{factor}: {}", ratio(&wave, &apart));
    }
}

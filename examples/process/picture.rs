//! Spectrograms before and after, one above the other.

#[path = "../support/canvas.rs"]
mod canvas;

use std::error::Error;
use std::path::Path;

use media_core::processing::dsp::{Complex32, Fourier};
use plotters::prelude::*;

use crate::Audio;

const WIDTH: u32 = 1_200;
const HEIGHT: u32 = 720;
/// Decibels from black to white.
const RANGE: f32 = 80.0;

pub fn spectrograms(path: &Path, mic: &Audio, after: &[f32]) -> Result<(), Box<dyn Error>> {
    let (seconds, khz) = (mic.samples.len() as f64 / f64::from(mic.rate.hz()), f64::from(mic.rate.hz()) / 2e3);
    canvas::draw(path, (WIDTH, HEIGHT), |root| {
        let (top, bottom) = root.split_vertically(HEIGHT / 2);
        for (area, name, samples) in [(top, "before", &mic.samples[..]), (bottom, "after", after)] {
            let mut chart = ChartBuilder::on(&area)
                .caption(name, canvas::text(18, &canvas::INK))
                .margin(8)
                .x_label_area_size(24)
                .y_label_area_size(36)
                .build_cartesian_2d(0.0..seconds.max(0.1), 0.0..khz)?;
            let axes = canvas::text(13, &canvas::PALE);
            chart.configure_mesh().disable_mesh().label_style(axes).x_desc("s").y_desc("kHz").draw()?;
            let columns = spectra(samples, mic.rate.per_tick() * 2);
            let (width, height) =
                (seconds / columns.len().max(1) as f64, khz / columns.first().map_or(1, Vec::len) as f64);
            let cells = columns.iter().enumerate().flat_map(|(x, column)| {
                column.iter().enumerate().map(move |(y, level)| {
                    let (left, low) = (x as f64 * width, y as f64 * height);
                    Rectangle::new([(left, low), (left + width, low + height)], shade(*level).filled())
                })
            });
            chart.draw_series(cells)?;
        }
        Ok(())
    })
}

/// Levels in dBFS of windows of 20 ms, as many as the picture has columns.
fn spectra(samples: &[f32], window: usize) -> Vec<Vec<f32>> {
    let mut fourier = Fourier::new(window);
    let mut spectrum = vec![Complex32::default(); fourier.bins()];
    let columns = (samples.len() / (window / 2)).clamp(1, 900);
    let step = samples.len().saturating_sub(window) / columns;
    let weight = |n: usize| 1.0 - (std::f32::consts::TAU * n as f32 / window as f32).cos();
    let column = |at: usize| {
        let mut block: Vec<f32> = samples.iter().skip(at * step).take(window).copied().collect();
        block.resize(window, 0.0);
        block.iter_mut().enumerate().for_each(|(n, x)| *x *= weight(n));
        fourier.forward(&mut block, &mut spectrum);
        let level = |bins: &[Complex32]| {
            let power = bins.iter().map(|bin| bin.norm_sqr()).fold(0.0, f32::max);
            10.0 * (power / (window * window) as f32 * 4.0).max(1e-12).log10()
        };
        spectrum.chunks(spectrum.len().div_ceil(160)).map(level).collect()
    };
    (0..columns).map(column).collect()
}

/// From black over blue and orange to white.
fn shade(level: f32) -> RGBColor {
    let x = ((level + RANGE) / RANGE).clamp(0.0, 1.0);
    let part = |from: f32, to: f32| (((x - from) / (to - from)).clamp(0.0, 1.0) * 255.0) as u8;
    RGBColor(
        part(0.25, 0.75),
        part(0.45, 1.0),
        if x < 0.45 { part(0.0, 0.45) } else { part(1.0, 0.45).max(part(0.7, 1.0)) },
    )
}

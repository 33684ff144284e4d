//! The longest concealed stretch from near: what was said, and what concealment made of its absence.

use std::ops::Range;

use plotters::prelude::*;

use super::{Area, CONCEALED, Drawn, HEARD, INK, PALE, SAID, SHADE, text};
use crate::phone::RATE;
use crate::record::OneWay;

/// Samples shown on both sides of the stretch.
const AROUND: usize = RATE * 60 / 1_000;
/// Samples by which the delay may differ from its median.
const WANDER: usize = RATE * 60 / 1_000;

/// Draws the longest stretch of both directions that has sound in it.
pub fn draw(area: &Area, ways: &[OneWay; 2]) -> Drawn {
    let stretches = ways.iter().flat_map(|way| way.concealed.iter().map(move |s| (way, s)));
    let shown = |way: &OneWay, s: &Range<usize>| {
        let fits = s.start > 2 * AROUND + WANDER && s.end + AROUND < way.speech.samples.len();
        let said = s.start.saturating_sub(median_delay(way));
        // A marker is louder than it is interesting.
        fits && !way.speech.markers.iter().any(|at| at.abs_diff(said) < 2 * AROUND)
    };
    let loudness = |way: &OneWay, s: &Range<usize>| way.heard.samples[s.clone()].iter().map(|s| s.abs()).sum::<f32>();
    let longest = stretches
        .filter(|(way, s)| shown(way, s))
        .max_by(|(way_a, a), (way_b, b)| loudness(way_a, a).total_cmp(&loudness(way_b, b)));
    let Some((way, stretch)) = longest else {
        area.draw_text("Nothing was concealed in this call.", &text(21, &INK), (24, 16))?;
        return Ok(());
    };
    let delay = local_delay(way, stretch);
    let window = stretch.start - AROUND..stretch.end + AROUND;
    let heard = &way.heard.samples[window.clone()];
    let said = &way.speech.samples[window.start - delay..window.end - delay];
    let peak = heard.iter().chain(said).fold(0.02f32, |peak, s| peak.max(s.abs())) * 1.05;
    let ms = |sample: usize| sample as f64 * 1e3 / RATE as f64;
    let title = format!(
        "The loudest concealed stretch: {:.0} ms, {} hears {} at {:.2} s",
        ms(stretch.len()),
        way.to.name,
        way.from.name,
        ms(stretch.start) / 1e3
    );
    let mut chart = ChartBuilder::on(area)
        .caption(title, text(21, &INK))
        .margin(16)
        .y_label_area_size(72)
        .x_label_area_size(46)
        .build_cartesian_2d(-ms(AROUND)..ms(stretch.len() + AROUND), -peak..peak)?;
    let mut mesh = chart.configure_mesh();
    mesh.light_line_style(TRANSPARENT).bold_line_style(PALE.mix(0.18)).axis_style(PALE);
    mesh.label_style(text(15, &PALE)).axis_desc_style(text(17, &INK)).y_labels(5);
    mesh.x_desc("milliseconds from the start of the stretch").y_desc("said (grey), heard");
    mesh.x_label_formatter(&|ms| format!("{ms:.0}")).draw()?;
    chart.draw_series([Rectangle::new([(0.0, -peak), (ms(stretch.len()), peak)], SHADE.filled())])?;
    let line = |samples: &[f32], from: usize| -> Vec<(f64, f32)> {
        samples.iter().enumerate().map(|(i, s)| (ms(from + i) - ms(AROUND), *s)).collect()
    };
    chart.draw_series([PathElement::new(line(said, 0), SAID)])?;
    let (before, rest) = heard.split_at(AROUND);
    let (inside, after) = rest.split_at(stretch.len());
    chart.draw_series([PathElement::new(line(before, 0), HEARD)])?;
    chart.draw_series([PathElement::new(line(inside, AROUND), CONCEALED)])?;
    chart.draw_series([PathElement::new(line(after, AROUND + stretch.len()), HEARD)])?;
    Ok(())
}

/// Delay just before the stretch in samples: the jitter buffer may have changed it since the last marker.
fn local_delay(way: &OneWay, stretch: &Range<usize>) -> usize {
    let median = median_delay(way);
    let heard = &way.heard.samples[stretch.start - AROUND..stretch.start];
    let product = |delay: &usize| -> f32 {
        let from = (stretch.start - AROUND).saturating_sub(*delay);
        heard.iter().zip(&way.speech.samples[from..]).map(|(a, b)| a * b).sum()
    };
    let delays = median.saturating_sub(WANDER)..(median + WANDER).min(stretch.start - AROUND);
    delays.max_by(|a, b| product(a).total_cmp(&product(b))).unwrap_or(median)
}

fn median_delay(way: &OneWay) -> usize {
    (way.delays.median().unwrap_or(0.0) / 1e3 * RATE as f64) as usize
}

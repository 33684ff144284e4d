//! How long the workers were busy in a tick: a histogram over a logarithmic scale, against the period.

use plotters::prelude::*;

use super::{Area, BARS, Drawn, INK, LOST, PALE, text};
use crate::record::EngineFigures;

/// Nanoseconds of a tick.
const PERIOD: f64 = 10e6;

/// Draws the histogram with its percentiles.
pub fn draw(area: &Area, figures: &EngineFigures) -> Drawn {
    let first = figures.classes.first().map_or(1.0, |(from, ..)| (*from as f64).max(100.0)) / 1.5;
    let most = figures.classes.iter().map(|(.., ticks)| *ticks).max().unwrap_or(1) as f64;
    let [p50, p99, max] = figures.busy.map(|ns| ns as f64);
    let title = format!("Busy time of {} ticks", figures.ticks);
    let top = most * 1.35;
    let mut chart = ChartBuilder::on(area)
        .caption(title, text(21, &INK))
        .margin(16)
        .y_label_area_size(72)
        .x_label_area_size(46)
        .build_cartesian_2d((first..PERIOD * 1.6).log_scale(), 0.0..top)?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(PALE.mix(0.18))
        .axis_style(PALE)
        .label_style(text(15, &PALE))
        .axis_desc_style(text(17, &INK))
        .y_labels(5)
        .x_desc("microseconds of a worker's time (the period is 10 000)")
        .y_desc("ticks")
        .x_label_formatter(&|ns| format!("{}", ns / 1e3))
        .y_label_formatter(&|ticks| format!("{ticks:.0}"))
        .draw()?;
    chart.draw_series(figures.classes.iter().filter(|(.., ticks)| *ticks > 0).map(|&(from, to, ticks)| {
        Rectangle::new([((from as f64).max(first), 0.0), (to as f64, ticks as f64)], BARS.filled())
    }))?;
    for (level, (name, ns)) in [("p50", p50), ("p99", p99), ("max", max)].into_iter().enumerate() {
        let height = top * (0.97 - 0.085 * level as f64);
        chart.draw_series([PathElement::new(vec![(ns.max(first), 0.0), (ns.max(first), height)], INK)])?;
        let label = format!(" {name} {:.1} µs", ns / 1e3);
        chart.draw_series([Text::new(label, (ns.max(first), height), text(17, &INK))])?;
    }
    chart.draw_series([PathElement::new(vec![(PERIOD, 0.0), (PERIOD, top)], LOST.stroke_width(2))])?;
    chart.draw_series([Text::new(" period", (PERIOD * 0.36, top * 0.97), text(17, &LOST))])?;
    Ok(())
}

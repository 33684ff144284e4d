//! One direction: the waveform said above the waveform heard, aligned by the end-to-end delay.

use std::ops::Range;

use plotters::prelude::*;

use super::{Area, CONCEALED, Drawn, HEARD, INK, LOST, PALE, SAID, SHADE, WAY_HEIGHT, envelope, text};
use crate::network::Fate;
use crate::phone::RATE;
use crate::record::OneWay;
use crate::report::WayReport;

/// Pixels.
const HEADING: u32 = 32;
const AXIS: u32 = 46;
/// Columns of a waveform: no more than the chart has pixels.
const COLUMNS: usize = 1_480;

/// Draws one direction.
pub fn draw(area: &Area, way: &OneWay, figures: &WayReport) -> Drawn {
    let (head, body) = area.split_vertically(HEADING);
    let delay = figures.delay_ms.unwrap_or(0.0);
    let line = format!(
        "{} ({}) to {} ({}): {} of {} packets lost by the network, {:.0} ms concealed, {:.0} ms buffered, {delay:.0} ms end to end",
        way.from.name,
        figures.format_in,
        way.to.name,
        figures.format_out,
        figures.network_lost,
        figures.sent,
        figures.concealed_ms,
        figures.buffering_ms.unwrap_or(0.0),
    );
    head.draw_text(&line, &text(21, &INK), (24, 8))?;

    let said = &way.speech.samples;
    let shift = ((delay / 1e3 * RATE as f64) as usize).min(way.heard.samples.len());
    let heard = &way.heard.samples[shift..];
    let heard = &heard[..heard.len().min(said.len())];
    let concealed: Vec<Range<f64>> = way
        .concealed
        .iter()
        .map(|Range { start, end }| seconds(*start) - delay / 1e3..seconds(*end) - delay / 1e3)
        .collect();
    let ptime = f64::from(way.from.ptime) / 1e3;
    let lost = way.fates.iter().filter(|(_, fate)| *fate == Fate::Lost);
    // A packet is sent when its audio is complete.
    let lost: Vec<Range<f64>> = lost.map(|(at, _)| at.as_secs_f64() - ptime..at.as_secs_f64()).collect();

    let (upper, lower) = body.split_vertically((WAY_HEIGHT - HEADING - AXIS) / 2);
    let said_by = format!("said by {}", way.from.name);
    row(&upper, &said_by, said, (SAID, &[]), &lost, "")?;
    let heard_by = format!("heard by {}", way.to.name);
    let axis = format!("seconds of the call (heard: drawn {delay:.0} ms earlier)");
    row(&lower, &heard_by, heard, (HEARD, &concealed), &[], &axis)
}

fn row(
    area: &Area,
    name: &str,
    samples: &[f32],
    (colour, shaded): (RGBColor, &[Range<f64>]),
    lost: &[Range<f64>],
    axis: &str,
) -> Drawn {
    let length = seconds(samples.len());
    let peak = samples.iter().fold(0.05f32, |peak, s| peak.max(s.abs()));
    let mut chart = ChartBuilder::on(area)
        .margin_left(16)
        .margin_right(24)
        .margin_top(6)
        .y_label_area_size(72)
        .x_label_area_size(if axis.is_empty() { 0 } else { AXIS })
        .build_cartesian_2d(0.0..length, -peak..peak)?;
    let mut mesh = chart.configure_mesh();
    mesh.light_line_style(TRANSPARENT).bold_line_style(PALE.mix(0.18)).axis_style(PALE);
    mesh.x_labels(length as usize + 1).y_labels(5).label_style(text(15, &PALE)).axis_desc_style(text(17, &INK));
    mesh.y_desc(name).x_desc(axis).x_label_formatter(&|x| format!("{x:.0}")).draw()?;

    let band = |range: &Range<f64>| Rectangle::new([(range.start, -peak), (range.end, peak)], SHADE.filled());
    chart.draw_series(shaded.iter().map(band))?;
    let columns = COLUMNS.min(samples.len());
    chart.draw_series(envelope(samples, columns).enumerate().map(|(column, (low, high))| {
        let x = (column as f64 + 0.5) / columns as f64 * length;
        let colour = if shaded.iter().any(|range| range.contains(&x)) { CONCEALED } else { colour };
        PathElement::new(vec![(x, low), (x, high)], colour)
    }))?;
    chart.draw_series(lost.iter().filter(|range| range.start < length).flat_map(|range| {
        let band = Rectangle::new([(range.start, -peak), (range.end, peak)], LOST.mix(0.35).filled());
        let foot = Rectangle::new([(range.start, -peak), (range.end, -peak * 0.9)], LOST.filled());
        [band, foot]
    }))?;
    Ok(())
}

fn seconds(samples: usize) -> f64 {
    samples as f64 / RATE as f64
}

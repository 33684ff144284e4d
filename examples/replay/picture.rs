//! One picture: for each leg, when packets came, how long what is heard has waited, and what was invented.

use std::path::Path;

use media_core::frame::Provenance;
use plotters::prelude::*;

use crate::canvas::{self, Area, Drawn, INK, PALE, text};
use crate::leg::{LEAD_US, Leg};
use crate::play::{Heard, Moment};
use crate::report::Figures;

/// Pixels.
const WIDTH: u32 = 1_600;
const HEAD: u32 = 64;
const ROW: u32 = 420;
const HEADING: u32 = 34;
/// Legs that are drawn at most.
const MOST: usize = 8;

const ARRIVED: RGBColor = RGBColor(128, 144, 168);
const DELAY: RGBColor = RGBColor(24, 84, 148);
const TARGET: RGBColor = RGBColor(86, 138, 122);
const INVENTED: RGBColor = RGBColor(255, 214, 150);
const LOST: RGBColor = RGBColor(206, 28, 44);
const LATE: RGBColor = RGBColor(232, 120, 0);
const FASTER: RGBColor = RGBColor(130, 60, 160);
const SLOWER: RGBColor = RGBColor(0, 150, 160);

/// Draws the replay into a PNG file.
pub fn draw(path: &Path, title: &str, legs: &[(&Leg, &Heard, &Figures)]) -> Drawn {
    let legs = &legs[..legs.len().min(MOST)];
    canvas::draw(path, (WIDTH, HEAD + ROW * legs.len() as u32), |root| {
        let (head, body) = root.split_vertically(HEAD);
        head.draw_text(title, &text(24, &INK), (24, 6))?;
        let mut x = 24;
        for (colour, meaning) in [
            (ARRIVED, "delay of each packet in the network"),
            (DELAY, "delay of what is heard"),
            (TARGET, "delay aimed at"),
            (INVENTED, "concealed"),
            (LOST, "lost"),
            (LATE, "too late"),
            (FASTER, "played faster"),
            (SLOWER, "played slower"),
        ] {
            head.draw(&Rectangle::new([(x, 42), (x + 14, 56)], colour.filled()))?;
            head.draw_text(meaning, &text(16, &INK), (x + 20, 41))?;
            x += 48 + meaning.len() as i32 * 8;
        }
        for (area, (leg, heard, figures)) in body.split_evenly((legs.len(), 1)).iter().zip(legs) {
            row(area, leg, heard, figures)?;
        }
        Ok(())
    })
}

fn row(area: &Area, leg: &Leg, heard: &Heard, figures: &Figures) -> Drawn {
    let (head, body) = area.split_vertically(HEADING);
    let delay = figures.delay_mean_ms.map_or(String::new(), |ms| format!("delay {ms:.0} ms, "));
    let line = format!(
        "{}: {delay}concealed {:.2} %, lost {}, late {}",
        leg.title, figures.concealed_pct, leg.network.lost, figures.late
    );
    head.draw_text(&line, &text(19, &INK), (24, 10))?;
    let ticks = (heard.audio.ticks.min(heard.moments.len() as u64) as usize).max(1);
    let moments = &heard.moments[..ticks.min(heard.moments.len())];
    let length = (seconds(ticks)).max(0.1);
    let arrived =
        |place: &crate::leg::Place| place.arrived_us.map(|at| (at as f64 / 1e6, (at - place.due_us) as f64 / 1e3));
    let mut heights: Vec<f64> = leg.places.iter().filter_map(|place| arrived(place).map(|(_, ms)| ms)).collect();
    heights.extend(moments.iter().filter_map(|moment| moment.delay_us).map(|us| us as f64 / 1e3));
    heights.sort_by(f64::total_cmp);
    // One packet that came seconds late would make all others a line.
    let most = heights.get(heights.len().saturating_sub(1 + heights.len() / 500)).copied().unwrap_or(0.0);
    let top = (most * 1.15).clamp(40.0, 3_000.0);
    let mut chart = ChartBuilder::on(&body)
        .margin_left(16)
        .margin_right(24)
        .margin_top(4)
        .y_label_area_size(64)
        .x_label_area_size(44)
        .build_cartesian_2d(0.0..length, -top * 0.08..top)?;
    let mut mesh = chart.configure_mesh();
    mesh.light_line_style(TRANSPARENT).bold_line_style(PALE.mix(0.18)).axis_style(PALE);
    mesh.label_style(text(15, &PALE)).axis_desc_style(text(17, &INK)).y_labels(6);
    let decimals = usize::from(length < 5.0);
    let x_label = move |x: &f64| format!("{x:.decimals$}");
    mesh.x_desc("seconds").y_desc("ms behind the fastest packet").x_label_formatter(&x_label);
    mesh.y_label_formatter(&|y| format!("{y:.0}")).draw()?;

    let concealed = |moment: &Moment| moment.provenance == Provenance::Concealed;
    let mut at = 0;
    let mut bands = Vec::new();
    for run in moments.chunk_by(|a, b| concealed(a) == concealed(b)) {
        if concealed(&run[0]) {
            // At least as wide as can be seen.
            let end = seconds(at + run.len()).max(seconds(at) + length / 1_400.0);
            bands.push(Rectangle::new([(seconds(at), -top * 0.08), (end, top)], INVENTED.filled()));
        }
        at += run.len();
    }
    chart.draw_series(bands)?;
    let points = leg.places.iter().filter_map(arrived).map(|(x, y)| Circle::new((x, y.min(top)), 1, ARRIVED.filled()));
    chart.draw_series(points)?;
    let line = |value: &dyn Fn(&Moment) -> Option<f64>| -> Vec<Vec<(f64, f64)>> {
        let all = moments.iter().enumerate().map(|(at, moment)| value(moment).map(|ms| (seconds(at), ms.min(top))));
        let all: Vec<_> = all.collect();
        all.chunk_by(|a, b| a.is_some() == b.is_some()).map(|run| run.iter().flatten().copied().collect()).collect()
    };
    let target = line(&|moment| (moment.target_us > 0).then_some(moment.target_us as f64 / 1e3));
    chart.draw_series(target.into_iter().map(|points| PathElement::new(points, TARGET.stroke_width(1))))?;
    let heard_delay = line(&|moment| moment.delay_us.map(|us| us as f64 / 1e3));
    chart.draw_series(heard_delay.into_iter().map(|points| PathElement::new(points, DELAY.stroke_width(2))))?;
    let foot = |x: f64, row: f64, colour: RGBColor| {
        let (low, high) = (-top * 0.08 + row * top * 0.026, -top * 0.08 + (row + 0.9) * top * 0.026);
        PathElement::new(vec![(x, low), (x, high)], colour.stroke_width(2))
    };
    let lost = leg.places.iter().filter(|place| place.arrived_us.is_none());
    chart.draw_series(lost.map(|place| foot((place.due_us as f64 / 1e6).clamp(0.0, length), 0.0, LOST)))?;
    for (at, moment) in moments.iter().enumerate() {
        let marks = [(moment.late, 1.0, LATE), (moment.accelerated, 2.0, FASTER), (moment.expanded, 2.0, SLOWER)];
        for (_, row, colour) in marks.iter().filter(|(count, ..)| *count > 0) {
            chart.draw_series([foot(seconds(at), *row, *colour)])?;
        }
    }
    Ok(())
}

/// Ticks since the start of the replay.
fn seconds(ticks: usize) -> f64 {
    (ticks as f64 * 10_000.0 - LEAD_US as f64).max(0.0) / 1e6
}

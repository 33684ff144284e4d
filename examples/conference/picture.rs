//! One picture of the meeting: a row for each member with presence, turns and level, whispers and announcements across.

use std::path::Path;

use plotters::prelude::*;

use crate::canvas::{self, Area, Drawn, INK, PALE, text};
use crate::story::{Part, Story};

const WIDTH: u32 = 1_600;
const HEAD: u32 = 92;
const ROW: u32 = 150;
const FOOT: u32 = 40;

const INSIDE: RGBColor = RGBColor(238, 241, 246);
const TALKS: RGBColor = RGBColor(190, 214, 240);
const LEVEL: RGBColor = RGBColor(24, 84, 148);
const WHISPER: RGBColor = RGBColor(232, 120, 0);
const ANNOUNCED: RGBColor = RGBColor(86, 138, 122);

/// Levels shown, dB.
const QUIET: f64 = -70.0;

/// Draws the meeting into a PNG file.
pub fn draw(path: &Path, story: &Story, mode: &str) -> Drawn {
    let rows = story.parts.len() as u32;
    canvas::draw(path, (WIDTH, HEAD + rows * ROW + FOOT), |root| {
        let (head, rest) = root.split_vertically(HEAD);
        title(&head, story, mode)?;
        let (body, _) = rest.split_vertically(rows * ROW + FOOT);
        for (n, (area, part)) in body.split_evenly((rows as usize, 1)).iter().zip(&story.parts).enumerate() {
            row(area, part, story, n + 1 == story.parts.len())?;
        }
        Ok(())
    })
}

fn title(area: &Area, story: &Story, mode: &str) -> Drawn {
    area.draw_text(
        &format!("{:.0} s of a conference through the engine, in {mode}", story.seconds()),
        &text(30, &INK),
        (24, 14),
    )?;
    let mut x = 24;
    for (colour, meaning) in [
        (INSIDE, "in the room"),
        (TALKS, "heard as a talker"),
        (LEVEL, "level of what was said (dBFS)"),
        (WHISPER, "whisper"),
        (ANNOUNCED, "announcement"),
    ] {
        area.draw(&Rectangle::new([(x, 62), (x + 18, 76)], colour.filled()))?;
        area.draw_text(meaning, &text(17, &INK), (x + 26, 60))?;
        x += 60 + 9 * meaning.len() as i32;
    }
    Ok(())
}

fn row(area: &Area, part: &Part, story: &Story, last: bool) -> Drawn {
    let mut chart = ChartBuilder::on(area)
        .margin_left(16)
        .margin_right(24)
        .margin_top(8)
        .y_label_area_size(84)
        .x_label_area_size(if last { 34 } else { 0 })
        .build_cartesian_2d(0.0..story.seconds(), QUIET..0.0)?;
    let band = |(from, to): (u64, u64), (low, high): (f64, f64), style: ShapeStyle| {
        Rectangle::new([(from as f64 / 100.0, low), (to as f64 / 100.0, high)], style)
    };
    chart.draw_series(part.inside.iter().map(|span| band(*span, (QUIET, 0.0), INSIDE.filled())))?;
    chart.draw_series(part.talked.iter().map(|span| band(*span, (QUIET, 0.0), TALKS.filled())))?;
    chart.draw_series(story.spans.iter().map(|(what, from, to)| {
        let colour = if *what == "whisper" { WHISPER } else { ANNOUNCED };
        band((*from, *to), (QUIET, QUIET + 5.0), colour.filled())
    }))?;
    let mut mesh = chart.configure_mesh();
    mesh.light_line_style(TRANSPARENT).bold_line_style(PALE.mix(0.18)).axis_style(PALE);
    mesh.x_labels(16).y_labels(4).label_style(text(15, &PALE)).axis_desc_style(text(19, &INK));
    mesh.y_desc(part.name).x_label_formatter(&|x| format!("{x:.0} s")).draw()?;
    // The loudest of 50 ms, so that a line is a line.
    let levels = part.levels.chunks(5).enumerate().map(|(n, levels)| {
        let loudest = levels.iter().fold(f32::MIN, |most, level| most.max(*level));
        (n as f64 / 20.0, f64::from(loudest).max(QUIET))
    });
    let line = PathElement::new(levels.collect::<Vec<_>>(), LEVEL.stroke_width(2));
    chart.draw_series(std::iter::once(line))?;
    Ok(())
}

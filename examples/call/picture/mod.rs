//! One picture of the call: what was said and heard each way, where concealment stepped in, how busy the engine was.

mod busy;
mod waves;
mod zoom;

use std::path::Path;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::canvas::{self, Area, Drawn, INK, PALE, text};
use crate::record::Call;
use crate::report::Report;

/// Pixels.
const WIDTH: u32 = 1_600;
const HEIGHT: u32 = 1_300;
const TITLE_HEIGHT: u32 = 84;
const WAY_HEIGHT: u32 = 440;

const SAID: RGBColor = RGBColor(128, 144, 168);
const HEARD: RGBColor = RGBColor(24, 84, 148);
const CONCEALED: RGBColor = RGBColor(232, 120, 0);
const SHADE: RGBColor = RGBColor(255, 226, 178);
const LOST: RGBColor = RGBColor(206, 28, 44);
const BARS: RGBColor = RGBColor(86, 138, 122);

/// Draws the call into a PNG file.
pub fn draw(path: &Path, call: &Call, report: &Report) -> Drawn {
    canvas::draw(path, (WIDTH, HEIGHT), |root| {
        let (head, rest) = root.split_vertically(TITLE_HEIGHT);
        title(&head, report)?;
        let (ways, foot) = rest.split_vertically(2 * WAY_HEIGHT);
        for (area, (way, figures)) in ways.split_evenly((2, 1)).iter().zip(call.ways.iter().zip(&report.ways)) {
            waves::draw(area, way, figures)?;
        }
        let (left, right) = foot.split_horizontally(WIDTH / 2);
        busy::draw(&left, &call.engine)?;
        zoom::draw(&right, &call.ways)?;
        Ok(())
    })
}

fn title(area: &Area, report: &Report) -> Drawn {
    let Report { seconds, mode, seed, network, .. } = report;
    area.draw_text(&format!("{seconds} s of a call through the engine, in {mode}"), &text(30, &INK), (24, 14))?;
    let conditions = format!(
        "network: {} % loss, {} ms delay, {} ms jitter; seed {seed}",
        network.loss_percent, network.delay_ms, network.mean_jitter_ms
    );
    let right = text(18, &PALE).pos(Pos::new(HPos::Right, VPos::Top));
    area.draw_text(&conditions, &right, (WIDTH as i32 - 24, 24))?;
    let mut x = 24;
    for (colour, meaning) in [
        (SAID, "said"),
        (HEARD, "heard"),
        (CONCEALED, "heard, invented by concealment"),
        (LOST, "packet lost by the network"),
    ] {
        area.draw(&Rectangle::new([(x, 57), (x + 16, 73)], colour.filled()))?;
        area.draw_text(meaning, &text(18, &INK), (x + 24, 56))?;
        x += 60 + meaning.len() as i32 * 9;
    }
    Ok(())
}

/// Lowest and highest of each of so many equal parts of the samples.
fn envelope(samples: &[f32], columns: usize) -> impl Iterator<Item = (f32, f32)> {
    (0..columns).map(move |column| {
        let part = &samples[column * samples.len() / columns..(column + 1) * samples.len() / columns];
        part.iter().fold((0.0, 0.0), |(low, high), s| (f32::min(low, *s), f32::max(high, *s)))
    })
}

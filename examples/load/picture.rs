//! One picture: what a leg costs, how long ticks take and where the cores go, against the number of legs.

use std::path::Path;

use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;

use crate::canvas::{self, Area, Drawn, INK, PALE, text};
use crate::limit::TICK_SHARE;
use crate::report::Report;
use crate::step::{PERIOD, Step};

type Chart<'a, 'b> = ChartContext<'a, BitMapBackend<'b>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// Pixels.
const WIDTH: u32 = 1_600;
const HEIGHT: u32 = 640;
const TITLE_HEIGHT: u32 = 92;

const ENGINE: RGBColor = RGBColor(24, 84, 148);
const SOCKETS: RGBColor = RGBColor(86, 138, 122);
const PHONES: RGBColor = RGBColor(190, 196, 206);
const LIMIT: RGBColor = RGBColor(206, 28, 44);

/// Engine and sockets per leg and 20 ms, in microseconds: what the engine aims at.
const GOAL: f64 = 5.0;

/// Draws all steps into a PNG file.
pub fn draw(path: &Path, report: &Report) -> Drawn {
    canvas::draw(path, (WIDTH, HEIGHT), |root| {
        let (head, body) = root.split_vertically(TITLE_HEIGHT);
        let legs = report.best().map_or(0, |step| step.legs);
        head.draw_text(&format!("{legs} call legs without an xrun"), &text(30, &INK), (24, 14))?;
        head.draw_text(&format!("{}. Limit: {}.", report.set_up(), report.limit), &text(17, &PALE), (24, 56))?;
        let mut steps: Vec<&Step> = report.steps.iter().chain(report.failed.iter().map(|(_, step)| step)).collect();
        steps.sort_by_key(|step| step.legs);
        let thirds = body.split_evenly((1, 3));
        cost(&thirds[0], &steps)?;
        ticks(&thirds[1], &steps)?;
        cores(&thirds[2], &steps, report.cores)?;
        Ok(())
    })
}

fn cost(area: &Area, steps: &[&Step]) -> Drawn {
    // Few legs carry the whole idle cost of the threads; the scale is for the others.
    let top = (steps.iter().skip(1).map(|s| s.per_leg()).fold(GOAL, f64::max) * 1.7).min(40.0);
    let mut chart = chart(area, "CPU time per leg and 20 ms", "µs", steps, top)?;
    line(&mut chart, steps, "engine and sockets", INK, |s| s.per_leg().min(top))?;
    line(&mut chart, steps, "sockets", SOCKETS, |s| s.cost.sockets.min(top))?;
    line(&mut chart, steps, "engine", ENGINE, |s| s.cost.engine.min(top))?;
    level(&mut chart, steps, "goal, engine and sockets", GOAL)?;
    legend(&mut chart)
}

fn ticks(area: &Area, steps: &[&Step]) -> Drawn {
    let limit = TICK_SHARE * PERIOD / 1e6;
    let most = steps.iter().map(|s| s.busy.max / 1e3).fold(limit, f64::max);
    let top = (most * 1.5).min(16.0);
    let mut chart = chart(area, "Wall time of a tick, all phases", "ms", steps, top)?;
    line(&mut chart, steps, "max", PHONES, |s| (s.busy.max / 1e3).min(top))?;
    line(&mut chart, steps, "p99.9", INK, |s| (s.busy.p999 / 1e3).min(top))?;
    line(&mut chart, steps, "p99", SOCKETS, |s| (s.busy.p99 / 1e3).min(top))?;
    line(&mut chart, steps, "p50", ENGINE, |s| (s.busy.p50 / 1e3).min(top))?;
    level(&mut chart, steps, "80 % of the period", limit)?;
    legend(&mut chart)
}

fn cores(area: &Area, steps: &[&Step], cores: usize) -> Drawn {
    let mut chart = chart(area, "Where the cores go", "cores in use", steps, cores as f64 * 1.5)?;
    let used = |step: &Step, ns: u64| ns as f64 / 1e9 / step.seconds;
    line(&mut chart, steps, "all, as the kernel samples it", LIMIT, |s| cores as f64 * (1.0 - s.idle))?;
    line(&mut chart, steps, "phones", PHONES, |s| used(s, s.cpu.phones))?;
    line(&mut chart, steps, "sockets", SOCKETS, |s| used(s, s.cpu.sockets))?;
    line(&mut chart, steps, "engine", ENGINE, |s| used(s, s.cpu.workers + s.cpu.supervisor))?;
    legend(&mut chart)
}

fn chart<'a, 'b>(
    area: &'a Area<'b>,
    title: &str,
    unit: &str,
    steps: &[&Step],
    top: f64,
) -> Result<Chart<'a, 'b>, Box<dyn std::error::Error>> {
    let most = steps.last().map_or(1.0, |step| step.legs as f64);
    let mut chart = ChartBuilder::on(area)
        .caption(title, text(22, &INK))
        .margin(16)
        .y_label_area_size(60)
        .x_label_area_size(46)
        .build_cartesian_2d(0.0..most * 1.03, 0.0..top)?;
    let mut mesh = chart.configure_mesh();
    mesh.light_line_style(TRANSPARENT).bold_line_style(PALE.mix(0.18)).axis_style(PALE);
    mesh.label_style(text(15, &PALE)).axis_desc_style(text(17, &INK)).x_labels(6);
    mesh.x_label_formatter(&|legs| format!("{legs:.0}")).x_desc("legs").y_desc(unit).draw()?;
    Ok(chart)
}

fn line(chart: &mut Chart<'_, '_>, steps: &[&Step], name: &str, colour: RGBColor, y: impl Fn(&Step) -> f64) -> Drawn {
    let points: Vec<(f64, f64)> = steps.iter().map(|step| (step.legs as f64, y(step))).collect();
    chart.draw_series(points.iter().map(|point| Circle::new(*point, 3, colour.filled())))?;
    let series = chart.draw_series([PathElement::new(points, colour.stroke_width(2))])?;
    series.label(name).legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(3)));
    Ok(())
}

fn level(chart: &mut Chart<'_, '_>, steps: &[&Step], name: &str, y: f64) -> Drawn {
    let most = steps.last().map_or(1.0, |step| step.legs as f64);
    let across = PathElement::new([(0.0, y), (most * 1.03, y)], LIMIT.stroke_width(1));
    let series = chart.draw_series([across])?;
    series.label(name).legend(|(x, y)| PathElement::new([(x, y), (x + 18, y)], LIMIT.stroke_width(2)));
    Ok(())
}

fn legend<'a, 'b: 'a>(chart: &mut Chart<'a, 'b>) -> Drawn {
    let mut labels = chart.configure_series_labels();
    labels.position(SeriesLabelPosition::UpperLeft).background_style(WHITE.mix(0.85)).border_style(TRANSPARENT);
    labels.label_font(text(16, &INK)).draw()?;
    Ok(())
}

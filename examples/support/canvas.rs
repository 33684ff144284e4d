//! A PNG to draw on: one embedded font, no library of the system.

use std::error::Error;
use std::fs::File;
use std::path::Path;

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::{TextStyle, register_font};

pub type Area<'a> = DrawingArea<BitMapBackend<'a>, Shift>;
pub type Drawn = Result<(), Box<dyn Error>>;

pub const INK: RGBColor = RGBColor(38, 44, 56);
pub const PALE: RGBColor = RGBColor(120, 128, 142);

const FONT: &str = "sans-serif";

/// Lets `paint` fill a white canvas of `width` by `height` pixels, and writes it to a PNG file.
pub fn draw(path: &Path, (width, height): (u32, u32), paint: impl FnOnce(&Area) -> Drawn) -> Drawn {
    register_font(FONT, FontStyle::Normal, epaint_default_fonts::UBUNTU_LIGHT).map_err(|_| "the font is unreadable")?;
    let mut pixels = vec![0; (width * height * 3) as usize];
    {
        let root = BitMapBackend::with_buffer(&mut pixels, (width, height)).into_drawing_area();
        root.fill(&WHITE)?;
        paint(&root)?;
        root.present()?;
    }
    let mut encoder = png::Encoder::new(File::create(path)?, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header()?.write_image_data(&pixels)?;
    Ok(())
}

/// Text of the one font.
pub fn text(size: u32, colour: &RGBColor) -> TextStyle<'static> {
    (FONT, size).into_font().color(colour)
}

//! Takes away the echo that the linear filters leave, and hides the holes under noise like the room's.
//!
//! Works on Hann-windowed spectra of two blocks, one block apart: the output is one block behind.

use super::spectrum::{Spectrum, Transform, row};

#[derive(Debug)]
pub(super) struct Suppressor {
    window: Box<[f32]>,
    last: [Box<[f32]>; 2],
    tail: Box<[f32]>,
    error: Spectrum,
    echo: Spectrum,
    pe: Box<[f32]>,
    py: Box<[f32]>,
    ys: Box<[f32]>,
    noise: Box<[f32]>,
    r: Box<[f32]>,
    gain: Box<[f32]>,
    clean: Box<[f32]>,
    bands: Vec<(usize, usize)>,
    leak: Vec<f32>,
    sm: Vec<(f32, f32)>,
    buf: [Box<[f32]>; 2],
    near: f32,
    hold: u32,
    seed: u32,
    pub ticks: u32,
}

fn bands(bins: usize, hz: u32) -> Vec<(usize, usize)> {
    let step = hz as f32 / (2.0 * (bins - 1) as f32);
    let mut out = vec![];
    let mut at = 0usize;
    while at < bins {
        let f = at as f32 * step;
        let width = (150.0f32.max(0.15 * f) / step).round().max(1.0) as usize;
        let end = (at + width).min(bins);
        out.push((at, end));
        at = end;
    }
    out
}

impl Suppressor {
    pub fn new(samples: usize, hz: u32) -> Self {
        let bins = samples + 1;
        let z = |n: usize| -> Box<[f32]> { vec![0.0; n].into() };
        let bands = bands(bins, hz);
        Self {
            window: (0..2 * samples).map(|n| ((n as f32 + 0.5) * std::f32::consts::PI / (2 * samples) as f32).sin()).collect(),
            last: [z(samples), z(samples)],
            tail: z(samples),
            error: Spectrum::new(bins),
            echo: Spectrum::new(bins),
            pe: z(row(bins)), py: z(row(bins)), ys: z(row(bins)), noise: z(row(bins)), r: z(row(bins)), gain: z(row(bins)), clean: z(row(bins)),
            leak: vec![0.1; bands.len()],
            sm: vec![(0.0, 0.0); bands.len()],
            bands,
            buf: [z(samples), z(samples)],
            near: 0.0, hold: 0, seed: 1, ticks: 0,
        }
    }

    fn windowed(&mut self, which: usize, block: &[f32], t: &mut Transform) {
        let n = block.len();
        let (w0, w1) = self.window.split_at(n);
        for k in 0..n { self.buf[0][k] = self.last[which][k] * w0[k]; self.buf[1][k] = block[k] * w1[k]; }
        self.last[which].copy_from_slice(block);
        let s = if which == 0 { &mut self.error } else { &mut self.echo };
        t.forward(&self.buf[0], &self.buf[1], &mut s.re, &mut s.im);
    }

    pub fn process(&mut self, error: &[f32], echo: &[f32], residual: &[f32], t: &mut Transform, out: &mut [f32]) {
        let k = crate::knob;
        self.ticks += 1;
        self.windowed(0, error, t);
        self.windowed(1, echo, t);
        let bins = error.len() + 1;
        for i in 0..bins {
            self.pe[i] = self.error.re[i].powi(2) + self.error.im[i].powi(2) + 1e-12;
            self.py[i] = self.echo.re[i].powi(2) + self.echo.im[i].powi(2);
            self.ys[i] = self.py[i].max(k("TAIL", 0.6) * self.ys[i]);
        }
        // noise floor: fast down, slow up
        for i in 0..bins {
            let p = self.pe[i];
            let n = &mut self.noise[i];
            if self.ticks < 3 { *n = p; }
            *n += (if p < *n { 0.1 } else { 0.0 }) * (p - *n);
            *n *= 1.003; // 1.3 dB/s
        }
        // leak per band
        let (mut unexplained, mut total) = (0.0, 1e-9);
        for (b, &(lo, hi)) in self.bands.iter().enumerate() {
            let width = (hi - lo) as f32;
            let (e, y, n): (f32, f32, f32) = (lo..hi).fold((0.0, 0.0, 0.0), |s, i| (s.0 + self.pe[i], s.1 + self.ys[i], s.2 + self.noise[i]));
            let s: f32 = residual[lo..hi].iter().sum::<f32>() * 0.5;
            let sm = &mut self.sm[b];
            sm.0 += 0.3 * (e - sm.0);
            sm.1 += 0.3 * (y - sm.1);
            // bias of min-tracked noise: ×~4
            if sm.1 > 4.0 * n {
                let ratio = ((sm.0 - 2.0 * n) / sm.1).clamp(1e-4, 4.0);
                let l = &mut self.leak[b];
                if ratio < *l { *l += k("LDOWN", 0.1) * (ratio - *l) } else { *l *= 1.0 + (1.0 - self.near) * k("LUP", 0.02) + 0.001 }
                *l = l.clamp(1e-4, 2.0);
            }
            let r_band = (k("LB", 1.5) * self.leak[b] * y + k("SB", 1.0) * s) / width;
            for i in lo..hi {
                let fine = k("LB", 1.5) * self.leak[b] * self.ys[i] + k("SB", 1.0) * residual[i] * 0.5;
                self.r[i] = 0.5 * fine + 0.5 * r_band;
            }
            let mean_r = r_band * width;
            let weight = 1.0 / (n + 1e-9).sqrt().sqrt(); // flatten
            unexplained += weight * (e - k("QO", 3.0) * mean_r - 4.0 * n).max(0.0);
            total += weight * e;
        }
        let q = unexplained / total;
        let near = ((q - k("Q0", 0.3)) / 0.3).clamp(0.0, 1.0);
        if near >= self.near { self.near += 0.7 * (near - self.near); self.hold = 8; } else if self.hold > 0 { self.hold -= 1 } else { self.near += 0.15 * (near - self.near) }
        let over = k("OST", 12.0) * (1.0 - self.near) + k("ODT", 1.0) * self.near;
        let floor = 0.003 * (1.0 - self.near) + k("FDT", 0.1) * self.near;
        for i in 0..bins {
            let r = over * self.r[i] + 1e-12;
            let post = self.pe[i] / r;
            let prior = k("DD", 0.7) * self.clean[i] / r + (1.0 - k("DD", 0.7)) * (post - 1.0).max(0.0);
            let g = (prior / (1.0 + prior)).clamp(floor, 1.0);
            self.clean[i] = g * g * self.pe[i];
            self.gain[i] = g;
        }
        // apply with comfort noise
        for i in 0..bins {
            let g = self.gain[i];
            let cn = 0.7 * (2.5 * self.noise[i]).sqrt();
            let cn = if self.noise[i] < k("CNMIN", 1e-4) * 0.16 { 0.0 } else { cn } * (1.0 - g * g).max(0.0).sqrt();
            self.seed = self.seed.wrapping_mul(1664525).wrapping_add(1013904223);
            let a = (self.seed >> 8) as f32 / 16777216.0 * std::f32::consts::TAU;
            self.error.re[i] = self.error.re[i] * g + cn * a.cos();
            self.error.im[i] = self.error.im[i] * g + cn * a.sin();
        }
        let n = error.len();
        let y = t.inverse(&self.error.re, &self.error.im);
        for i in 0..n {
            out[i] = self.tail[i] + y[i] * self.window[i];
            self.tail[i] = y[n + i] * self.window[n + i];
        }
        if std::env::var("SHOWS").is_ok() && self.ticks % 20 == 0 {
            eprintln!("{} near {:.2} q {:.2} leak {:?} gain {:.3}", self.ticks, self.near, q, self.leak.iter().map(|l| (10.0 * l.log10()) as i32).collect::<Vec<_>>(), self.gain[..bins].iter().sum::<f32>() / bins as f32);
        }
    }
}

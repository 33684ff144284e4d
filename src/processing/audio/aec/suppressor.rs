//! Takes away the echo that the linear filters leave, and hides the holes under noise like the room's.
//!
//! A Wiener gain on a decision-directed estimate of the near end (Y. Ephraim, D. Malah, IEEE Trans. ASSP 32, 1984), on
//! windowed spectra one block apart: the output is one block behind. Between the far end alone, where everything must
//! go, and double talk, where the voice must stay, it goes over gradually.

use super::comfort::Background;
use super::lapped::Window;
use super::near::NearEnd;
use super::residual::ResidualEcho;
use super::spectrum::{Spectrum, Transform, row};

/// Weight of the last block's result in the estimate of the near end.
const MEMORY: f32 = 0.7;

/// Residual echo is taken this many times while the far end talks alone.
const OVERESTIMATE: f32 = 20.0;

/// The least gain under a voice: −14 dB. Deeper is heard as musical tones and not as less echo.
const VOICE_FLOOR: f32 = 0.2;

/// Hertz below which nothing passes, and over which all does: loudspeakers and codecs leave an offset.
const PASS: (f32, f32) = (20.0, 80.0);

/// The suppressor.
#[derive(Debug)]
pub(super) struct Suppressor {
    window: Window,
    last: [Box<[f32]>; 2],
    tail: Box<[f32]>,
    error: Spectrum,
    echo: Spectrum,
    powers: [Box<[f32]>; 2],
    doubt: Box<[f32]>,
    clean: Box<[f32]>,
    pass: Box<[f32]>,
    background: Background,
    residual: ResidualEcho,
    near: NearEnd,
    floor: f32,
    comfort: bool,
    high_gain: f32,
}

impl Suppressor {
    /// For blocks of `samples` at `hz`, down to the gain `floor`. Allocates.
    pub fn new(samples: usize, hz: u32, floor: f32, comfort: bool) -> Self {
        let bins = samples + 1;
        let step = hz as f32 / (2 * samples) as f32;
        let numbers = |n: usize| -> Box<[f32]> { vec![0.0; n].into() };
        let pass = |bin: usize| ((bin as f32 * step - PASS.0) / (PASS.1 - PASS.0)).clamp(0.0, 1.0);
        Self {
            window: Window::new(samples),
            last: [numbers(samples), numbers(samples)],
            tail: numbers(samples),
            error: Spectrum::new(bins),
            echo: Spectrum::new(bins),
            powers: [numbers(row(bins)), numbers(row(bins))],
            doubt: numbers(row(bins)),
            clean: numbers(row(bins)),
            pass: (0..bins).map(pass).collect(),
            background: Background::new(row(bins), samples),
            residual: ResidualEcho::new(bins, step),
            near: NearEnd::default(),
            floor,
            comfort,
            high_gain: 1.0,
        }
    }

    /// Writes the block before last's `error` without echo into `out`.
    ///
    /// `echo` is what was subtracted, `doubt` the power that the filter thinks it leaves, of two blocks; none where all
    /// must be taken for echo.
    pub fn process(
        &mut self,
        error: &[f32],
        echo: &[f32],
        doubt: Option<&[f32]>,
        transform: &mut Transform,
        out: &mut [f32],
    ) {
        let [last_error, last_echo] = &mut self.last;
        self.window.analyse(last_error, error, transform, &mut self.error);
        self.window.analyse(last_echo, echo, transform, &mut self.echo);
        for (power, spectrum) in self.powers.iter_mut().zip([&self.error, &self.echo]) {
            for ((power, re), im) in power.iter_mut().zip(&spectrum.re).zip(&spectrum.im) {
                *power = re * re + im * im + 1e-12;
            }
        }
        let [error_power, echo_power] = &self.powers;
        self.background.update(error_power, &self.residual.high);
        if let Some(doubt) = doubt {
            self.doubt.iter_mut().zip(doubt).for_each(|(half, whole)| *half = 0.5 * whole);
            let (noise, near) = (self.background.floor(), self.near.level());
            self.near.update(self.residual.update(error_power, echo_power, noise, &self.doubt, near));
        } else {
            self.residual.all(error_power);
            self.near = NearEnd::default();
        }
        self.suppress();
        self.window.resynthesise(&self.error, transform, &mut self.tail, out);
    }

    fn suppress(&mut self) {
        let near = self.near.level();
        let floor = near * VOICE_FLOOR.max(self.floor) + (1.0 - near) * self.floor;
        let mut high = (0.0, 0.0);
        for (k, pass) in self.pass.iter().enumerate() {
            let power = self.powers[0][k];
            let echo = (1.0 - near) * OVERESTIMATE * self.residual.high[k] + near * self.residual.low[k] + 1e-12;
            let prior = MEMORY * self.clean[k] / echo + (1.0 - MEMORY) * (power / echo - 1.0).max(0.0);
            let gain = (prior / (1.0 + prior)).clamp(floor, 1.0);
            self.clean[k] = gain * gain * power;
            let (re, im) = if self.comfort { self.background.fill(k, gain, near) } else { (0.0, 0.0) };
            self.error.re[k] = pass * (self.error.re[k] * gain + re);
            self.error.im[k] = pass * (self.error.im[k] * gain + im);
            if k >= self.pass.len() / 2 {
                high = (high.0 + gain, high.1 + 1.0);
            }
        }
        self.high_gain = high.0 / high.1;
    }

    /// Mean gain of the upper half of the band, which is also what the band above should get.
    pub fn high_gain(&self) -> f32 {
        self.high_gain
    }

    /// How sure it is that the near end talks, from 0 to 1.
    pub fn near(&self) -> f32 {
        self.near.level()
    }

    pub fn clear(&mut self) {
        self.last.iter_mut().chain([&mut self.tail, &mut self.clean]).for_each(|all| all.fill(0.0));
        self.background.clear();
        self.residual.clear();
        (self.near, self.high_gain) = (NearEnd::default(), 1.0);
    }
}

//! The analysis window of linear prediction, made at compile time for the lengths in use.

/// Writes `signal` under a window as long into `windowed`, which has room for it.
///
/// The window rises as a Hann window for five sixths and falls for one, as that of ITU-T G.729 §3.2.1
/// does: what is predicted lies behind the end.
pub fn apply<'a>(signal: &[f32], windowed: &'a mut [f32]) -> &'a mut [f32] {
    let windowed = &mut windowed[..signal.len()];
    match signal.len() {
        160 => windowed.copy_from_slice(&MS20_HZ8000),
        320 => windowed.copy_from_slice(&MS20_HZ16000),
        640 => windowed.copy_from_slice(&MS20_HZ32000),
        960 => windowed.copy_from_slice(&MS20_HZ48000),
        _ => fill(windowed),
    }
    for (weight, sample) in windowed.iter_mut().zip(signal) {
        *weight *= sample;
    }
    windowed
}

static MS20_HZ8000: [f32; 160] = window();
static MS20_HZ16000: [f32; 320] = window();
static MS20_HZ32000: [f32; 640] = window();
static MS20_HZ48000: [f32; 960] = window();

const fn window<const N: usize>() -> [f32; N] {
    let mut window = [0.0; N];
    fill(&mut window);
    window
}

const fn fill(window: &mut [f32]) {
    let length = window.len();
    let rise = length * 5 / 6;
    let (mut up, mut down) = (Phasor::new(rise), Phasor::new(length - rise));
    let mut n = 0;
    while n < rise {
        window[n] = up.weight();
        n += 1;
    }
    n = length;
    while n > rise {
        n -= 1;
        window[n] = down.weight();
    }
}

/// The rising half of a Hann window, by rotation: a call of sin per sample would cost more than the rest.
struct Phasor {
    step: (f32, f32),
    at: (f32, f32),
}

impl Phasor {
    const fn new(length: usize) -> Self {
        let angle = std::f64::consts::PI / (length + 1) as f64;
        let step = (cos(angle) as f32, sin(angle) as f32);
        Self { step, at: step }
    }

    const fn weight(&mut self) -> f32 {
        let ((cos, sin), (x, y)) = (self.step, self.at);
        self.at = (x * cos - y * sin, x * sin + y * cos);
        0.5 - 0.5 * x
    }
}

/// Taylor's series, whose terms beyond the twelfth are below f64's precision up to π.
const fn cos(angle: f64) -> f64 {
    series(angle, 1.0, 1.0)
}

const fn sin(angle: f64) -> f64 {
    series(angle, angle, 2.0)
}

const fn series(angle: f64, first: f64, mut n: f64) -> f64 {
    let (mut sum, mut term, mut count) = (first, first, 0);
    while count < 14 {
        term *= -angle * angle / (n * (n + 1.0));
        sum += term;
        (n, count) = (n + 2.0, count + 1);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_rises_for_five_sixths_and_falls_for_one() {
        for length in [0, 1, 5, 6, 160, 320, 441, 640, 960, 1_440] {
            let mut room = [0.0; 1_440];
            let window = apply(&vec![1.0; length], &mut room);
            let rise = length * 5 / 6;
            let half = |n: usize, of: usize| 0.5 - 0.5 * (std::f64::consts::PI * n as f64 / (of + 1) as f64).cos();
            for (n, weight) in window.iter().enumerate() {
                let want = if n < rise { half(n + 1, rise) } else { half(length - n, length - rise) };
                assert!((f64::from(*weight) - want).abs() < 1e-4, "{n} of {length}: {weight}, not {want}");
            }
        }
    }
}

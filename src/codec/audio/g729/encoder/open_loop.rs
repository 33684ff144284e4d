//! The open-loop pitch search on every second sample of the weighted speech (G.729 clause A.3.4). Real-time.

use multiversion::multiversion;

use super::inner::{cannot_saturate, energy, plain, saturated_energy};
use crate::codec::audio::g729::dpf::Dpf;
use crate::codec::audio::g729::frame::{FRAME, LAG_MAX, SUBFRAME};
use crate::codec::audio::g729::math::inv_sqrt;
use crate::codec::audio::g729::ops::{add, extract_l, l_mac, mult, shl, shr};

/// Weighted speech of the longest delay, and the frame.
pub const WEIGHTED: usize = LAG_MAX as usize + FRAME;

/// The delay, 20 to 143, that the frame's weighted speech suggests.
pub fn open_loop_delay(weighted: &[i16; WEIGHTED]) -> i16 {
    let mut speech = Decimated::of(weighted);
    // Too loud for 31 bits, or softer than 2^20.
    let places = match 2 * energy(&speech.odd) {
        0x8000_0000.. => -3,
        ..0x10_0000 => 3,
        _ => 0,
    };
    speech.scale(places);
    let [mut short, mut middle, long] = speech.peaks();
    // Delays of which a longer one is a multiple gain by it.
    let double = 2 * middle.lag - long.lag;
    for (distance, limit) in [(double, 5), (double + middle.lag, 7)] {
        if distance.abs() < limit {
            middle.height = add(middle.height, shr(long.height, 2));
        }
    }
    let double = 2 * short.lag - middle.lag;
    for (distance, limit) in [(double, 5), (double + short.lag, 7)] {
        if distance.abs() < limit {
            short.height = add(short.height, mult(middle.height, 6554));
        }
    }
    let best = if short.height < middle.height { middle } else { short };
    if best.height < long.height { long.lag } else { best.lag }
}

/// The highest correlation of a range of delays.
#[derive(Clone, Copy)]
struct Peak {
    lag: i16,
    /// Correlation over the root of the energy at that delay.
    height: i16,
}

/// The two halves of the weighted speech by every second sample.
struct Decimated {
    /// Samples −143, −141, … 79.
    odd: [i16; 112],
    /// Samples −142, −140, … 78.
    even: [i16; 111],
}

impl Decimated {
    fn of(weighted: &[i16; WEIGHTED]) -> Self {
        Self { odd: std::array::from_fn(|i| weighted[2 * i]), even: std::array::from_fn(|i| weighted[2 * i + 1]) }
    }

    fn scale(&mut self, places: i16) {
        if places != 0 {
            self.odd.iter_mut().chain(&mut self.even).for_each(|sample| *sample = shl(*sample, places));
        }
    }

    /// Every second sample of the frame, from its first.
    #[inline(always)]
    fn frame(&self) -> &[i16; SUBFRAME] {
        self.even.last_chunk().expect("111 is more than 40")
    }

    /// The same, `lag` samples earlier.
    #[inline(always)]
    fn delayed(&self, lag: i16) -> &[i16; SUBFRAME] {
        let lag = usize::from(lag.clamp(0, LAG_MAX).unsigned_abs());
        let (half, first) =
            if lag % 2 == 0 { (&self.even[..], (142 - lag) / 2) } else { (&self.odd[..], (143 - lag) / 2) };
        half[first..].first_chunk().expect("at most 71, and 40 more are there")
    }

    /// The peaks of 20 to 39, 40 to 79 and 80 to 143: no range has a multiple within itself.
    fn peaks(&self) -> [Peak; 3] {
        if cannot_saturate(energy(self.frame()), energy(&self.even).max(energy(&self.odd))) {
            correlate(self)
        } else {
            self.peaks_with(|lag| self.frame().iter().zip(self.delayed(lag)).fold(0, |sum, (&x, &y)| l_mac(sum, x, y)))
        }
    }

    #[inline(always)]
    fn peaks_with(&self, correlation: impl Fn(i16) -> i32) -> [Peak; 3] {
        let highest = |best: (i32, i16), lag: i16| {
            let height = correlation(lag);
            if height > best.0 { (height, lag) } else { best }
        };
        let short = (20..40).fold((i32::MIN, 20), highest);
        let middle = (40..80).fold((i32::MIN, 40), highest);
        let long = (80..143).step_by(2).fold((i32::MIN, 80), highest);
        let long = [long.1 + 1, long.1 - 1].into_iter().fold(long, highest);
        [short, middle, long].map(|(height, lag)| {
            let energy = saturated_energy(1, energy(self.delayed(lag)));
            Peak { lag, height: extract_l(Dpf::new(height).times(Dpf::new(inv_sqrt(energy)))) }
        })
    }
}

/// The peaks where no correlation can saturate.
#[multiversion(targets("x86_64+avx2"))]
fn correlate(speech: &Decimated) -> [Peak; 3] {
    speech.peaks_with(|lag| 2 * plain(speech.frame(), speech.delayed(lag)))
}

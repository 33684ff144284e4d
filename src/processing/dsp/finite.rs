//! Keeps filters among the numbers they are made for.

/// Under this a sample is silence: −300 dBFS.
const LEAST: f32 = 1e-15;

/// Over this a sample is no audio any more: +24 dBFS.
const MOST: f32 = 16.0;

/// Makes silence of what is not finite and of what is too small to be heard, and clips at +24 dBFS; tells whether
/// anything is left. Real-time.
///
/// A recursive filter that is fed so stays finite, and is slow with denormal numbers for a frame at most if its owner
/// resets it once input and output are silent.
pub fn make_finite(samples: &mut [f32]) -> bool {
    let mut audible = false;
    for sample in samples {
        let magnitude = sample.abs();
        // A NaN is in no range.
        *sample = if (LEAST..f32::INFINITY).contains(&magnitude) { sample.clamp(-MOST, MOST) } else { 0.0 };
        audible |= *sample != 0.0;
    }
    audible
}

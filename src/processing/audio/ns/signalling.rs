//! Tells a signalling tone, which must pass, from noise: one or two lines that hold what there is of power.
//!
//! Tones with more lines, or under noise as loud as they are, are speech or noise to the suppressor.

use std::ops::Range;

/// Bins that may hold a line of signalling, 300 to 3 800 Hz at 25 Hz a bin.
const BAND: Range<usize> = 12..152;

/// Bins to either side of a line that the window spreads it to.
const LOBE: usize = 2;

/// Bins beyond the lobe that must be quiet on one side at least: of a tone of two lines the other is busy, of noise
/// that rises or falls neither is quiet.
const BESIDE: usize = 3;

/// How far down they must be: 15 dB.
const QUIET: f32 = 0.031_6;

/// Share of the tick's power that the lines must hold.
const SHARE: f32 = 0.7;

/// The bins of up to two lines, if `spectrum`, of powers, is a signalling tone.
///
/// Real-time: O(bins).
pub(super) fn lines(spectrum: &[f32]) -> Option<[Range<usize>; 2]> {
    let all: f32 = spectrum.iter().sum();
    let first = strongest(spectrum, 0..0);
    let second = strongest(spectrum, first.clone());
    let held = |line: &Range<usize>| spectrum[line.clone()].iter().sum::<f32>();
    if held(&first) + held(&second) < SHARE * all || !stands_out(spectrum, &first) {
        return None;
    }
    let second = if stands_out(spectrum, &second) { second } else { first.clone() };
    Some([first, second])
}

/// The bins round the band's greatest that is not among `other`.
fn strongest(spectrum: &[f32], other: Range<usize>) -> Range<usize> {
    let mut peak = BAND.start;
    let mut height = f32::NEG_INFINITY;
    for k in BAND.filter(|k| !other.contains(k)) {
        if spectrum[k] > height {
            (peak, height) = (k, spectrum[k]);
        }
    }
    let from = if peak >= other.end { (peak - LOBE).max(other.end) } else { peak - LOBE };
    let to = if peak < other.start { (peak + LOBE + 1).min(other.start) } else { peak + LOBE + 1 };
    from..to
}

fn stands_out(spectrum: &[f32], line: &Range<usize>) -> bool {
    let mean = |bins: Range<usize>| spectrum[bins.clone()].iter().sum::<f32>() / bins.len() as f32;
    let beside = mean(line.start - BESIDE..line.start).min(mean(line.end..line.end + BESIDE));
    let peak = spectrum[line.clone()].iter().fold(0.0f32, |a, &b| a.max(b));
    beside < QUIET * peak
}

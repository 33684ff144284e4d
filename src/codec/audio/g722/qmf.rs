//! The quadrature mirror filters (clauses 3.1, 3.8 and 4.4), a block at a time.
//!
//! Neither filter feeds back, so a block is filtered from one contiguous line of past and new samples:
//! dot products of 16-bit words, which compilers turn into multiply-add instructions.

use super::tables::QMF;

/// Pairs of samples that are filtered at once: 10 ms.
pub(super) const BLOCK: usize = 80;

/// The 8 kHz samples of one band, 15 bits each.
pub(super) type Band = [i16; BLOCK];

/// Past samples that the analysis filter needs.
pub(super) const PAST: usize = 22;

/// Past samples that the synthesis filter needs of each of its two phases, and as many more as make its
/// taps a round number.
const PHASE_PAST: usize = 15;

/// Splits 16 kHz audio into two bands of 8 kHz samples.
#[derive(Clone, Debug)]
pub(super) struct Analysis {
    past: [i16; PAST],
}

impl Analysis {
    pub(super) const fn new() -> Self {
        Self::after([0; PAST])
    }

    /// Goes on after the samples `past`.
    pub(super) const fn after(past: [i16; PAST]) -> Self {
        Self { past }
    }

    /// Writes the lower and the upper band of up to `BLOCK` pairs of samples.
    #[inline(always)]
    pub(super) fn split(&mut self, pairs: &[[i16; 2]], low: &mut Band, high: &mut Band) {
        let mut line = [0; PAST + 2 * BLOCK];
        let count = 2 * pairs.len().min(BLOCK);
        line[..PAST].copy_from_slice(&self.past);
        line[PAST..PAST + count].copy_from_slice(&pairs.as_flattened()[..count]);
        let windows = line.windows(24).step_by(2).take(count / 2);
        for ((low, high), window) in low.iter_mut().zip(high).zip(windows) {
            *low = limited(dot(window, &LOW_TAPS) >> 14) as i16;
            *high = limited(dot(window, &HIGH_TAPS) >> 14) as i16;
        }
        self.past.copy_from_slice(&line[count..count + PAST]);
    }
}

/// Joins two bands of 8 kHz samples to 16 kHz audio.
#[derive(Clone, Debug)]
pub(super) struct Synthesis {
    differences: [i16; PHASE_PAST],
    sums: [i16; PHASE_PAST],
}

impl Synthesis {
    pub(super) const fn new() -> Self {
        Self { differences: [0; PHASE_PAST], sums: [0; PHASE_PAST] }
    }

    /// Writes up to `BLOCK` pairs of samples from as many samples of each band.
    #[inline(always)]
    pub(super) fn join(&mut self, low: &Band, high: &Band, pairs: &mut [[i16; 2]]) {
        let (mut differences, mut sums) = ([0; PHASE_PAST + BLOCK], [0; PHASE_PAST + BLOCK]);
        let count = pairs.len().min(BLOCK);
        differences[..PHASE_PAST].copy_from_slice(&self.differences);
        sums[..PHASE_PAST].copy_from_slice(&self.sums);
        let phases = differences[PHASE_PAST..].iter_mut().zip(&mut sums[PHASE_PAST..]);
        for ((difference, sum), (&low, &high)) in phases.zip(low.iter().zip(high)) {
            // Two values of 15 bits: neither leaves 16.
            (*difference, *sum) = (low.wrapping_sub(high), low.wrapping_add(high));
        }
        let windows = differences.windows(16).zip(sums.windows(16));
        for (pair, (differences, sums)) in pairs.iter_mut().zip(windows) {
            let first = dot(differences, &DIFFERENCE_TAPS) >> 11;
            let second = dot(sums, &SUM_TAPS) >> 11;
            *pair = [first, second].map(|s| s.clamp(i16::MIN.into(), i16::MAX.into()) as i16);
        }
        self.differences.copy_from_slice(&differences[count..count + PHASE_PAST]);
        self.sums.copy_from_slice(&sums[count..count + PHASE_PAST]);
    }
}

/// The taps' sum is 12 964 / 2 at most, so 32 bits hold any result.
#[inline(always)]
fn dot<const N: usize>(samples: &[i16], taps: &[i16; N]) -> i32 {
    samples.iter().zip(taps).map(|(&sample, &tap)| i32::from(sample) * i32::from(tap)).sum()
}

/// Clips to the 15 bits of a sub-band's sample (block LIMIT).
#[inline(always)]
pub(super) fn limited(value: i32) -> i32 {
    value.clamp(-16_384, 16_383)
}

/// Tap `n` of the filter's 24.
const fn tap(n: usize) -> i16 {
    if n < 12 { QMF[n] } else { QMF[23 - n] }
}

/// The sum of both phases is the lower band, oldest sample first.
const LOW_TAPS: [i16; 24] = {
    let mut taps = [0; 24];
    let mut n = 0;
    while n < 24 {
        taps[n] = tap(n);
        n += 1;
    }
    taps
};

/// The phase of the newest sample less the other one is the upper band.
const HIGH_TAPS: [i16; 24] = {
    let mut taps = LOW_TAPS;
    let mut n = 0;
    while n < 24 {
        taps[n] = -taps[n];
        n += 2;
    }
    taps
};

/// Odd taps filter the differences, after four zeros that make the line a round sixteen.
const DIFFERENCE_TAPS: [i16; 16] = every_other(1);

/// Even taps filter the sums.
const SUM_TAPS: [i16; 16] = every_other(0);

const fn every_other(first: usize) -> [i16; 16] {
    let mut taps = [0; 16];
    let mut n = 0;
    while n < 12 {
        taps[4 + n] = tap(first + 2 * n);
        n += 1;
    }
    taps
}

//! Extremes and quantiles of the last few seconds, for whoever looks now and then.
//!
//! Sums of any interval are differences of two looks; a minimum or a quantile is not. So these are
//! taken over windows of fixed length on the leg's own time, and the last complete one is told.

use crate::quality::SessionStats;

/// Length of a window: 5 s.
pub const WINDOW_TICKS: u64 = 500;

/// Bins of 5 ms below this.
const FINE_US: u64 = 200_000;
const FINE_BIN_US: u64 = 5_000;
/// And of 25 ms above, the last of them open.
const COARSE_BIN_US: u64 = 25_000;
const FINE_BINS: usize = (FINE_US / FINE_BIN_US) as usize;
const BINS: usize = 64;

fn bin(delay_us: u64) -> usize {
    let fine = delay_us < FINE_US;
    let bin = if fine { delay_us / FINE_BIN_US } else { FINE_BINS as u64 + (delay_us - FINE_US) / COARSE_BIN_US };
    bin.min(BINS as u64 - 1) as usize
}

/// The upper end of a bin.
fn end_us(bin: usize) -> u64 {
    match bin.checked_sub(FINE_BINS) {
        None => (bin as u64 + 1) * FINE_BIN_US,
        Some(coarse) => FINE_US + (coarse as u64 + 1) * COARSE_BIN_US,
    }
}

/// Figures of one complete window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extremes {
    /// Windows completed, this one included; 0: none yet, and all else is 0.
    pub number: u64,
    /// Packets played.
    pub packets: u64,
    /// Smallest, middle, 95 % and largest buffering delay of a packet, the quantiles to 5 ms (25 ms above 200 ms).
    pub delay_us: [u64; 4],
    /// Smallest and largest delay aimed at.
    pub target_us: [u64; 2],
    /// Samples of the longest stretch of concealment that ended.
    pub longest_concealment: u64,
}

/// Windows of one leg. Its counts saturate.
#[derive(Clone, Debug)]
pub struct Window {
    open: Extremes,
    bins: [u16; BINS],
    ends: u64,
    last: Extremes,
}

impl Default for Window {
    fn default() -> Self {
        Self { open: Extremes::default(), bins: [0; BINS], ends: WINDOW_TICKS, last: Extremes::default() }
    }
}

impl Window {
    /// A packet is played that waited so long, while the delay aimed at was `target_us`. Real-time.
    pub fn played(&mut self, delay_us: u64, target_us: u64) {
        let count = &mut self.bins[bin(delay_us)];
        *count = count.saturating_add(1);
        let open = &mut self.open;
        let first = open.packets == 0;
        open.packets += 1;
        let [least, .., most] = &mut open.delay_us;
        *least = if first { delay_us } else { delay_us.min(*least) };
        *most = delay_us.max(*most);
        let [least, most] = &mut open.target_us;
        *least = if first { target_us } else { target_us.min(*least) };
        *most = target_us.max(*most);
    }

    /// A stretch of concealment has ended. Real-time.
    pub fn concealed(&mut self, samples: u64) {
        self.open.longest_concealment = self.open.longest_concealment.max(samples);
    }

    /// So many ticks have been played. Real-time: one comparison; a pass over the bins where a window ends.
    pub fn tick(&mut self, ticks: u64) {
        if ticks < self.ends {
            return;
        }
        self.ends = ticks + WINDOW_TICKS;
        let number = self.last.number + 1;
        self.last = Extremes { number, ..self.open };
        if self.open.packets > 0 {
            let [least, .., most] = self.open.delay_us;
            let within = |delay: u64| delay.clamp(least, most);
            self.last.delay_us = [least, within(self.quantile(50)), within(self.quantile(95)), most];
        }
        (self.open, self.bins) = (Extremes::default(), [0; BINS]);
    }

    /// The last complete window.
    pub fn last(&self) -> &Extremes {
        &self.last
    }

    /// Samples are of another rate from now on. Real-time.
    pub fn rescale(&mut self, from: u64, to: u64) {
        for longest in [&mut self.open.longest_concealment, &mut self.last.longest_concealment] {
            *longest = *longest * to / from.max(1);
        }
    }

    /// Writes the figures of a session. Real-time.
    pub fn report(&self, stats: &mut SessionStats) {
        let last = &self.last;
        stats.windows = last.number;
        stats.window_packets = last.packets;
        [stats.window_delay_min_us, stats.window_delay_p50_us, stats.window_delay_p95_us, stats.window_delay_max_us] =
            last.delay_us;
        [stats.window_target_min_us, stats.window_target_max_us] = last.target_us;
        stats.window_longest_concealment_samples = last.longest_concealment;
    }

    /// The upper end of the bin with the packet at `percent`.
    fn quantile(&self, percent: u64) -> u64 {
        let total: u64 = self.bins.iter().map(|count| u64::from(*count)).sum();
        let rank = (total * percent).div_ceil(100);
        let mut below = 0;
        let at = self.bins.iter().position(|count| {
            below += u64::from(*count);
            below >= rank
        });
        end_us(at.unwrap_or(BINS - 1))
    }
}

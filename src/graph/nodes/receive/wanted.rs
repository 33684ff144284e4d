//! What a leg misses, told to the host as it comes up: a list in a seqlock, and what was asked for of it in a word back.

use crate::buffer::{Missing, Playout};
use crate::rt::{Mark, SeqReader, SeqWriter, seqlock};
use crate::types::{Micros, Tick};

/// Packets in the list at most, the newest.
pub const MOST_MISSING: usize = 64;
/// Number of packets, time of writing, packets.
const WORDS: usize = 2 + MOST_MISSING;
/// Bits of a packet's time to play and of its age, in microseconds: 16 s.
const TIME_BITS: u32 = 24;
const TIME: u64 = (1 << TIME_BITS) - 1;
/// Bits of the word back beside the newest sequence number asked for: so far it looks back.
const BACK: u16 = 48;

/// The worker's end.
pub struct Wanted {
    words: SeqWriter<WORDS>,
    asked: Mark,
    /// The playout that the list is of.
    mark: (u64, u64, usize),
    /// The list holds something.
    told: bool,
}

/// The host's end. Clone it freely.
#[derive(Clone, Debug)]
pub struct WantedReader {
    words: SeqReader<WORDS>,
    asked: Mark,
}

/// Both ends. Allocates.
pub fn wanted() -> (Wanted, WantedReader) {
    let ((writer, reader), asked) = (seqlock(), Mark::default());
    let worker = Wanted { words: writer, asked: asked.clone(), mark: (0, 0, 0), told: false };
    (worker, WantedReader { words: reader, asked })
}

impl Wanted {
    /// Bytes that both ends share.
    pub(crate) const BYTES: usize = (WORDS + 32) * size_of::<u64>();

    /// Tells what is missing after a tick, if that has changed. Real-time: a comparison while nothing is missing.
    pub(super) fn tell(&mut self, playout: &Playout, now: Tick) {
        let missing = playout.has_missing();
        if !missing && !self.told {
            return;
        }
        let mark = playout.missing_mark();
        if std::mem::replace(&mut self.mark, mark) == mark {
            return;
        }
        let mut list = [Missing::default(); MOST_MISSING];
        let count = if missing { playout.missing(now, &mut list) } else { 0 };
        self.told = count > 0;
        let base = now.start().0;
        let mut words = [0; WORDS];
        (words[0], words[1]) = (count as u64, base);
        for (word, missing) in words[2..].iter_mut().zip(&list[..count]) {
            let age = base.saturating_sub(missing.since.0).min(TIME);
            let left = missing.play_by.0.saturating_sub(base).min(TIME);
            *word = u64::from(missing.sequence) << (2 * TIME_BITS) | age << TIME_BITS | left;
        }
        self.words.write(&words);
    }

    /// Whether a packet was asked for again. Real-time: one load.
    pub(super) fn asked(&self, sequence: u64) -> bool {
        let word = self.asked.load();
        let back = ((word >> BACK) as u16).wrapping_sub(sequence as u16);
        back < BACK && word & 1 << back != 0
    }
}

impl WantedReader {
    /// What was missing when the worker last told, newest first. Not for workers: see [`SeqReader::read`].
    pub fn read(&self) -> impl Iterator<Item = Missing> + use<> {
        let words = self.words.read();
        let (count, base) = (words[0] as usize, words[1]);
        words.into_iter().skip(2).take(count).map(move |word| Missing {
            sequence: (word >> (2 * TIME_BITS)) as u16,
            since: Micros(base.saturating_sub(word >> TIME_BITS & TIME)),
            play_by: Micros(base + (word & TIME)),
        })
    }

    /// Takes note that a packet is asked for again.
    pub fn ask(&self, sequence: u16) {
        self.asked.change(|word| {
            let (newest, bits) = ((word >> BACK) as u16, word & ((1 << BACK) - 1));
            let ahead = sequence.wrapping_sub(newest) as i16;
            let (newest, bits) = match ahead {
                1.. => (sequence, bits.checked_shl(ahead as u32).unwrap_or(0) | 1),
                // Another stream, or the first one.
                ..-1_000 => (sequence, 1),
                _ if word == 0 => (sequence, 1),
                _ => (newest, bits | 1u64.checked_shl(u32::from(ahead.unsigned_abs())).unwrap_or(0)),
            };
            u64::from(newest) << BACK | bits & ((1 << BACK) - 1)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worker_knows_what_was_asked_for() {
        let (worker, host) = wanted();
        assert!(!worker.asked(0) && !worker.asked(65_535));
        for sequence in [40_000, 65_520, 65_534, 65_530, 3] {
            host.ask(sequence);
        }
        let asked: Vec<u64> = (65_500..65_550).filter(|sequence| worker.asked(*sequence)).collect();
        assert_eq!(asked, [65_520, 65_530, 65_534, 65_539]);
        assert!(!worker.asked(40_000) && !worker.asked(30_000));
        host.ask(60_000);
        assert!(worker.asked(60_000) && !worker.asked(65_539), "numbers of another stream");
    }
}

//! What is recorded of a call, and what follows from it: concealed stretches on the listener's time line.

use std::ops::Range;
use std::time::Duration;

use media_core::TapReader;
use media_core::frame::Provenance;
use media_core::graph::nodes::TapFrame;
use media_core::quality::SessionStats;

use crate::args::{Args, in_millis};
use crate::marker::{self, Delays};
use crate::network::Fate;
use crate::phone::{Ear, Heard, Profile, RATE};
use crate::speech::Speech;

/// One direction of the call: from a mouth through the network and the engine to the far ear.
pub struct OneWay {
    /// Who speaks.
    pub from: Profile,
    /// Who hears it.
    pub to: Profile,
    /// What was said.
    pub speech: Speech,
    /// What the network did to each packet, with the time of sending.
    pub fates: Vec<(Duration, Fate)>,
    /// The engine's figures of the speaker's leg.
    pub stats: SessionStats,
    /// What the listener heard.
    pub heard: Heard,
    /// End-to-end delay by the markers.
    pub delays: Delays,
    /// What of it the engine's leg of the speaker had to conceal, in samples of `heard`; empty when
    /// nothing that the leg received was heard.
    pub concealed: Vec<Range<usize>>,
}

/// The engine's own figures.
#[derive(Clone, Debug, Default)]
pub struct EngineFigures {
    /// Ticks run by all workers.
    pub ticks: u64,
    /// Busy time of a tick in nanoseconds: median, 99th percentile, longest.
    pub busy: [u64; 3],
    /// Ticks by busy time: first nanosecond and first one beyond of each class, ticks.
    pub classes: Vec<(u64, u64, u64)>,
    /// Times that a worker was late by a whole period, and the periods left out.
    pub xruns: u64,
    /// Periods left out.
    pub skipped: u64,
    /// Whether all workers had real-time priority; `None` in virtual time.
    pub real_time: Option<bool>,
}

/// A whole call.
pub struct Call {
    /// Alice to Bob, Bob to Alice.
    pub ways: [OneWay; 2],
    /// How the engine fared.
    pub engine: EngineFigures,
    /// How long the call took on the wall clock.
    pub took: Duration,
}

impl OneWay {
    /// Both directions, out of what belongs to each phone: index 0 is Alice, 1 is Bob.
    pub fn pair(
        args: &Args,
        phones: &[Profile; 2],
        speech: [Speech; 2],
        fates: [Vec<(Duration, Fate)>; 2],
        taps: [TapLog; 2],
        stats: [SessionStats; 2],
        ears: [Ear; 2],
    ) -> [Self; 2] {
        let [alice, bob] = *phones;
        let ([said_a, said_b], [fates_a, fates_b], [tap_a, tap_b]) = (speech, fates, taps);
        let ([stats_a, stats_b], [heard_a, heard_b]) = (stats, ears.map(Ear::into_heard));
        let way = |(from, to), speech: Speech, fates, tap: TapLog, stats, heard: Heard| {
            let delays = marker::find(&speech.markers, &heard.samples, in_millis(args.delay));
            let concealed = tap.concealed_in(&heard.samples).unwrap_or_default();
            Self { from, to, speech, fates, stats, heard, delays, concealed }
        };
        [
            way((alice, bob), said_a, fates_a, tap_a, stats_a, heard_b),
            way((bob, alice), said_b, fates_b, tap_b, stats_b, heard_a),
        ]
    }
}

/// Samples in a tick of the engine, 10 ms.
const PER_TICK: usize = RATE / 100;

/// A tap's frames by tick.
#[derive(Default)]
pub struct TapLog {
    first: Option<u64>,
    /// From the first tick on; 0.0 where the tap has a gap.
    samples: Vec<f32>,
    /// Of each tick; `None` for a gap.
    provenance: Vec<Option<Provenance>>,
}

impl TapLog {
    /// Takes what a tap has to give.
    pub fn read(&mut self, tap: &mut TapReader) {
        while let Some(frame) = tap.read() {
            self.add(&frame);
        }
    }

    fn add(&mut self, frame: &TapFrame) {
        let first = *self.first.get_or_insert(frame.tick.0);
        let index = (frame.tick.0 - first) as usize;
        self.provenance.resize(index, None);
        self.provenance.push(Some(frame.info.provenance));
        self.samples.resize(index * PER_TICK, 0.0);
        self.samples.extend(frame.samples());
        self.samples.resize((index + 1) * PER_TICK, 0.0);
    }

    /// The concealed stretches of the tap, in samples of what the far phone heard.
    fn concealed_in(&self, heard: &[f32]) -> Option<Vec<Range<usize>>> {
        let offset = self.offset_in(heard)?;
        let mut stretches: Vec<Range<usize>> = Vec::new();
        for (frame, provenance) in self.provenance.iter().enumerate() {
            let Some(start) = (frame * PER_TICK).checked_add_signed(offset) else { continue };
            if *provenance != Some(Provenance::Concealed) || start + PER_TICK > heard.len() {
                continue;
            }
            match stretches.last_mut() {
                Some(last) if last.end == start => last.end += PER_TICK,
                _ => stretches.push(start..start + PER_TICK),
            }
        }
        Some(stretches)
    }

    /// Where the first tick of the tap is in what the far phone heard: found by correlation of the
    /// loudest second, since only the phones know when they play.
    ///
    /// Negative when the tap was open before the call began.
    fn offset_in(&self, heard: &[f32]) -> Option<isize> {
        let energy = |at: &usize| self.samples[*at..*at + RATE].iter().map(|s| f64::from(s * s)).sum::<f64>();
        let last = self.samples.len().checked_sub(RATE)?;
        let at = (0..=last).step_by(RATE / 10).max_by(|a, b| energy(a).total_cmp(&energy(b)))?;
        let second = &self.samples[at..at + RATE];
        let product = |window: &[f32]| window.iter().zip(second).map(|(a, b)| a * b).sum::<f32>();
        let from = at.saturating_sub(RATE);
        let candidates = heard.get(from..heard.len().min(at + 2 * RATE))?.windows(RATE).map(product).enumerate();
        let (place, likeness) = candidates.max_by(|a, b| a.1.total_cmp(&b.1))?;
        (likeness > 0.0).then_some((from + place).cast_signed() - at.cast_signed())
    }
}

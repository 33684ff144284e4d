//! Digits in a stream of audio, each told once.

use super::DtmfConfig;
use super::bank::{HOP, Spectrum, Tables, WINDOW};
use super::look::{Limits, look};
use super::run::{PAUSE, Run};
use crate::processing::format::Resampler;
use crate::types::{Millis, SampleRate};

/// Most hops in a tick.
const TICK: usize = 80;
/// Looks behind concealment in which decoders are not themselves again: 40 ms, as many as G.729 predicts from.
const RECOVERY: u64 = 8;
/// Looks at a digit from which it is suspected.
const SUSPECTED: u32 = 2;

/// A digit that ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DtmfEnd {
    /// Its event code (RFC 4733 §3.2).
    pub code: u8,
    /// How long it sounded, to 5 ms.
    pub duration: Millis,
    /// Power of both tones in dBm0.
    pub level: f32,
    /// Since its end, in samples of 8 kHz before the end of the frame.
    pub ago: u32,
}

/// What a frame showed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct DtmfFrame {
    /// A digit that was on has ended.
    pub ended: Option<DtmfEnd>,
    /// A digit is on for long enough now: its event code and the power of both tones in dBm0.
    pub started: Option<(u8, f32)>,
    /// A digit is on, or may turn out to be: the tone began at least 15 and at most 30 ms before the end of this frame,
    /// or ended less than 30 ms before it.
    pub suspected: bool,
}

/// Finds digits in 10 ms frames of one rate.
///
/// A digit is told 32 to 45 ms after its tone began, its end 30 to 40 ms after the tone ended.
pub struct DtmfDetector {
    tables: &'static Tables,
    limits: Limits,
    /// To 8 kHz, where the audio is at another rate.
    narrow: Option<Box<Resampler>>,
    window: [f32; WINDOW],
    before: Spectrum,
    hop: u64,
    /// Hop until which windows hold samples that were invented.
    concealed_until: u64,
    /// The digit that is on.
    on: Option<Run>,
    /// The one that may be next.
    next: Run,
}

impl DtmfDetector {
    /// For audio at `rate`. Allocates.
    pub fn new(rate: SampleRate, config: &DtmfConfig) -> Self {
        let narrow = (rate != SampleRate::HZ_8000).then(|| Box::new(Resampler::new(rate, SampleRate::HZ_8000)));
        Self {
            tables: Tables::shared(),
            limits: Limits::new(config),
            narrow,
            window: [0.0; WINDOW],
            before: Spectrum::default(),
            hop: 0,
            concealed_until: 0,
            on: None,
            next: Run::default(),
        }
    }

    /// Takes a frame of 10 ms; shorter ones count as filled up with silence. `concealed`: playout invented it, so that it neither
    /// begins a digit nor ends one.
    ///
    /// Real-time: no allocation, bounded.
    pub fn process(&mut self, frame: &[f32], concealed: bool) -> DtmfFrame {
        let mut narrow = [0.0; TICK];
        match &mut self.narrow {
            Some(resampler) => resampler.process(frame, &mut narrow),
            None => narrow.iter_mut().zip(frame).for_each(|(to, from)| *to = *from),
        }
        let mut told = DtmfFrame::default();
        for part in narrow.as_chunks::<HOP>().0 {
            self.window.copy_within(HOP.., 0);
            for (to, from) in self.window[WINDOW - HOP..].iter_mut().zip(part) {
                *to = if from.is_finite() { from.clamp(-4.0, 4.0) } else { 0.0 };
            }
            self.hop += 1;
            if concealed {
                self.concealed_until = self.hop + (WINDOW / HOP) as u64 - 1;
            }
            self.step(&mut told);
        }
        told.suspected = self.on.is_some() || self.next.seen >= SUSPECTED;
        told
    }

    /// Forgets everything, as after construction.
    pub fn reset(&mut self) {
        if let Some(narrow) = &mut self.narrow {
            narrow.reset();
        }
        (self.window, self.before) = ([0.0; WINDOW], Spectrum::default());
        (self.hop, self.concealed_until, self.on, self.next) = (0, 0, None, Run::default());
    }

    fn step(&mut self, told: &mut DtmfFrame) {
        let concealed = self.hop <= self.concealed_until;
        let energy = self.tables.energy(&self.window);
        let mut now = Spectrum { energy, ..Spectrum::default() };
        // Silence costs no more than this.
        let audible = energy >= super::bank::energy_of(self.limits.least * self.limits.least * 0.5);
        if audible {
            now.bins = self.tables.bins(&self.window);
        }
        let uncertain = self.hop <= self.concealed_until + RECOVERY;
        let mut seen = None;
        if audible {
            seen = look(&now, &self.before, &self.limits, false).filter(|_| !concealed);
            // What was invented, and what is decoded right behind it, can only go on with a digit.
            if seen.is_none() && uncertain {
                let known = |code| self.on.is_some_and(|on| on.code == code) || self.next.is_of(code);
                seen = look(&now, &self.before, &self.limits, true).filter(|look| known(look.code));
            }
        }
        self.before = now;
        match (&seen, &mut self.on) {
            (Some(look), Some(on)) if look.code == on.code => {
                on.take(look, self.hop, uncertain);
                self.next.seen = 0;
            }
            (Some(look), on) => {
                self.next.take(look, self.hop, uncertain);
                on.iter_mut().for_each(|on| on.missed += 1);
            }
            // Nor is it proof of an end.
            (None, _) if uncertain => {}
            (None, on) => {
                self.next.miss();
                on.iter_mut().for_each(|on| on.missed += 1);
            }
        }
        let began = self.next.is_digit();
        if let Some(on) = self.on
            && (on.missed >= PAUSE || began)
        {
            told.ended = Some(end(&on, self.hop));
            self.on = None;
        }
        if began {
            told.started = Some((self.next.code, level(self.next.power)));
            self.on = Some(std::mem::take(&mut self.next));
        }
    }
}

impl std::fmt::Debug for DtmfDetector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DtmfDetector").field("on", &self.on).finish_non_exhaustive()
    }
}

/// The first look saw 15 ms of the tone, and the last one's window reached 5 ms beyond it.
fn end(run: &Run, hop: u64) -> DtmfEnd {
    let hops = (run.last - run.first) as u32 + 2;
    let ago = ((hop - run.last) as u32 + 1) * HOP as u32;
    DtmfEnd { code: run.code, duration: Millis(hops * 5), level: level(run.power), ago }
}

fn level(power: f32) -> f32 {
    // A sine of 0 dBm0 has half its squared amplitude of 0.6857.
    10.0 * (power / 0.2351).max(1e-9).log10()
}

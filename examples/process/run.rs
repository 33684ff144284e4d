//! A file through a leg of an engine in virtual time.

use std::error::Error;

use media_core::engine::Created;
use media_core::graph::NodeEventKind;
use media_core::session::ExternalSpec;
use media_core::{
    EngineConfig, EventKind, Millis, OfflineEngine, ProcessingSpec, SampleRate, SessionSpec, Signal, TapPoint,
    VoiceStats,
};

use crate::Audio;

/// Ticks of silence before the file, in which blocks that delay come in.
const BEFORE: usize = 10;
/// What was sent is known a tick later, so the microphone's file begins a tick after the far one.
const REFERENCE: usize = 1;
/// Milliseconds from the end of a digit to its report: the pause that makes sure of it, and half a tick.
const REPORTED_MS: f64 = 40.0;

/// What came of a file.
pub struct Done {
    /// As long as the file, and beginning with it.
    pub audio: Vec<f32>,
    /// Probability and decision for each 10 ms of the file.
    pub voice: Vec<(f32, bool)>,
    pub digits: Vec<Digit>,
    pub signals: Vec<(f64, Signal)>,
    pub stats: VoiceStats,
}

pub struct Digit {
    pub code: u8,
    pub start_ms: f64,
    pub end_ms: f64,
}

/// Plays `mic` into a leg that is sent `far`, and keeps what comes out behind its processing.
pub fn through(mic: &Audio, far: Option<&Audio>, spec: &ProcessingSpec) -> Result<Done, Box<dyn Error>> {
    let (rate, per_tick) = (mic.rate, mic.rate.per_tick());
    let mut engine = OfflineEngine::new(EngineConfig::new().workers(1))?;
    let control = engine.control();
    let mut events = engine.events().ok_or("taken already")?;
    let leg = |rate: SampleRate, spec: ProcessingSpec| {
        control.create(SessionSpec::external(rate, ExternalSpec::new()).processing(spec))
    };
    let Created { id, external, .. } = leg(rate, spec.clone())?;
    let mut party = external.ok_or("it is a program's")?.writer;
    // The far end at the rate of the leg: converted as a whole, it is no later.
    let sent = far.map(|far| far.at(rate)).unwrap_or_default();
    let other = leg(rate, ProcessingSpec::new())?;
    let mut other_end = other.external.ok_or("it is a program's")?;
    control.bridge(id, other.id)?.detach();
    let (_, mut heard, _) = control.tap(id, TapPoint::Processed, Millis(1_000))?;
    // What has not ended with the file comes out behind it.
    let ticks = mic.samples.len().div_ceil(per_tick) + BEFORE + REFERENCE + AFTER;
    let (mut audio, mut voice, mut stats) = (Vec::new(), Vec::new(), VoiceStats::default());
    let (mut digits, mut signals) = (Vec::new(), Vec::new());
    // Where everybody is connected.
    engine.run(2);
    let start = engine.now().0 / 10_000 + (BEFORE + REFERENCE) as u64;
    while heard.read().is_some() {}
    for tick in 0..ticks {
        other_end.writer.write(&frame(&sent, tick, BEFORE, per_tick));
        party.write(&frame(&mic.samples, tick, BEFORE + REFERENCE, per_tick));
        engine.tick();
        while other_end.reader.read().is_some() {}
        while let Some(frame) = heard.read() {
            audio.extend(frame.samples());
        }
        if let Some(now) = control.processing(id)? {
            stats = now;
            voice.push(now.voice.map_or((0.0, false), |voice| (voice.probability, voice.speech)));
        }
        while let Some(event) = events.try_next() {
            let ms = (event.tick.0 as f64 - start as f64 + 1.0) * 10.0;
            match event.kind {
                EventKind::Node { kind: NodeEventKind::Digit { code, duration, .. }, .. } => {
                    let end_ms = ms - REPORTED_MS;
                    digits.push(Digit { code, start_ms: end_ms - f64::from(duration.0), end_ms });
                }
                EventKind::Node { kind: NodeEventKind::Detected { signal }, .. } => signals.push((ms, signal)),
                _ => {}
            }
        }
    }
    let skipped = (BEFORE + REFERENCE) * per_tick + stats.latency_samples as usize;
    let audio = audio.get(skipped..skipped + mic.samples.len()).ok_or("too little came out")?.to_vec();
    let rows = mic.samples.len().div_ceil(per_tick);
    let skipped = BEFORE + REFERENCE + (stats.voice_age_samples as usize).div_ceil(per_tick);
    let voice = voice.into_iter().skip(skipped).take(rows).collect();
    Ok(Done { audio, voice, digits, signals, stats })
}

/// Ticks behind the file: more than any delay, and the pause behind a digit.
const AFTER: usize = 30;

/// A tick of a file that begins `before` ticks later; silence around it.
fn frame(samples: &[f32], tick: usize, before: usize, per_tick: usize) -> Vec<f32> {
    let start = tick.checked_sub(before).map_or(samples.len(), |tick| tick * per_tick);
    let mut frame = samples.get(start..).unwrap_or(&[]).iter().take(per_tick).copied().collect::<Vec<_>>();
    frame.resize(per_tick, 0.0);
    frame
}

impl Done {
    /// Prints what was done.
    pub fn tell(&self, mic: &Audio) {
        let delay = f64::from(self.stats.latency_samples) * 1e3 / f64::from(mic.rate.hz());
        println!(
            "{:.2} s at {} Hz, delay {delay:.1} ms",
            mic.samples.len() as f64 / f64::from(mic.rate.hz()),
            mic.rate.hz()
        );
        if let Some(echo) = self.stats.echo {
            println!("echo: {:.1} dB of it taken away, {:?} behind", echo.erle.0, echo.delay);
        }
        if let Some(noise) = self.stats.noise {
            println!("noise: {:.0} dBov, let down by {:.0} dB", noise.noise.0, noise.suppression.0);
        }
        if let Some(gain) = self.stats.gain {
            println!("gain: {:.1} dB on speech of {:.1} LUFS", gain.gain.0, gain.loudness.0);
        }
        if !self.voice.is_empty() {
            let spoken = self.voice.iter().filter(|row| row.1).count();
            println!("voice: {:.2} s", spoken as f64 / 100.0);
        }
        if !self.digits.is_empty() {
            let keys: String =
                self.digits.iter().filter_map(|d| media_core::processing::audio::dtmf::key(d.code)).collect();
            println!("digits: {keys}");
        }
        for (ms, signal) in &self.signals {
            println!("{:.2} s: {signal:?}", ms / 1e3);
        }
    }
}

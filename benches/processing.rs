//! What does each block of a leg's voice cost, at each rate, in 10 ms of a leg that speaks and is spoken to?
//!
//! ```sh
//! cargo bench --bench processing
//! ```
//!
//! Ten seconds of speech-like sound with echo and noise, 10 ms a call. Printed: the cheapest tick, the median, and the worst
//! of the medians of each place in the stream over several passes, beside the median (a pass sees other things of this
//! machine, the stream's own dear ticks come in every pass). Declared: what admission counts. That no block
//! allocates is what the tests prove (`graph-tests/tests/process.rs`).
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a bench prints times")]

use std::time::Instant;

use media_core::processing::audio::aec::AecConfig;
use media_core::processing::audio::agc::AgcConfig;
use media_core::processing::audio::dtmf::DtmfConfig;
use media_core::processing::audio::effects::HighPassConfig;
use media_core::processing::audio::ns::NsConfig;
use media_core::processing::audio::vad::VadConfig;
use media_core::processing::pipeline::{VoiceInput, VoiceProcessor};
use media_core::{DigitPolicy, ProcessingSpec, SampleRate};

/// Ticks of a pass.
const TICKS: usize = 1_000;
/// Passes over the same sound.
const PASSES: usize = 7;

fn main() {
    // As a test it runs once, briefly.
    let (ticks, passes) = if std::env::args().any(|arg| arg == "--test") { (50, 1) } else { (TICKS, PASSES) };
    let none = ProcessingSpec::new;
    let digits = DigitPolicy::new().detect(DtmfConfig::default());
    let specs = [
        ("high-pass", none().high_pass(HighPassConfig::default())),
        ("echo, linear", none().echo(AecConfig::linear_only())),
        ("echo, full", none().echo(AecConfig::full())),
        ("noise", none().noise(NsConfig::default())),
        ("gain, simple", none().gain(AgcConfig::simple())),
        ("gain", none().gain(AgcConfig::default())),
        ("voice, simple", none().voice(VadConfig::simple())),
        ("voice", none().voice(VadConfig::default())),
        ("digits", none().digits(digits)),
        ("signals", none().signals(true)),
        (
            "echo, noise, gain, voice",
            none()
                .echo(AecConfig::full())
                .noise(NsConfig::default())
                .gain(AgcConfig::default())
                .voice(VadConfig::default()),
        ),
    ];
    println!("| block | rate | least | median | worst | worst/median | declared |\n|---|---|---|---|---|---|---|");
    for (name, spec) in &specs {
        for rate in [SampleRate::HZ_8000, SampleRate::HZ_16000, SampleRate::HZ_32000, SampleRate::HZ_48000] {
            let (least, median, worst) = measure(spec, rate, ticks, passes);
            let declared = f64::from(spec.cost(rate)) / 1e3;
            println!(
                "| {name} | {} | {least:.2} µs | {median:.2} | {worst:.2} | {:.2} | {declared:.1} |",
                rate.hz(),
                worst / median
            );
        }
    }
}

/// Least, median and worst microseconds of a tick.
fn measure(spec: &ProcessingSpec, rate: SampleRate, ticks: usize, passes: usize) -> (f64, f64, f64) {
    let (far, mic) = sound(rate, ticks);
    let mut times = vec![Vec::with_capacity(passes); ticks];
    for _ in 0..passes {
        let mut voice = VoiceProcessor::new(rate, rate, spec);
        let per_tick = rate.per_tick();
        for (at, (far, mic)) in far.chunks(per_tick).zip(mic.chunks(per_tick)).enumerate() {
            let mut frame = [0.0; 480];
            frame[..per_tick].copy_from_slice(mic);
            let input = VoiceInput { far: Some(far), ..VoiceInput::default() };
            let began = Instant::now();
            voice.process(input, &mut frame[..per_tick]);
            times[at].push(began.elapsed().as_nanos() as f64 / 1e3);
        }
    }
    // The least of the passes is what the tick costs; the rest is the machine's.
    let least = |times: &Vec<f64>| times.iter().copied().fold(f64::INFINITY, f64::min);
    let mut cost: Vec<f64> = times.iter().skip(ticks / 10).map(least).collect();
    cost.sort_by(f64::total_cmp);
    (cost[0], cost[cost.len() / 2], cost[cost.len() - 1])
}

/// What the leg is sent, and what comes back: syllables, their echo 60 ms later, other syllables, noise.
fn sound(rate: SampleRate, ticks: usize) -> (Vec<f32>, Vec<f32>) {
    let (count, hz) = (ticks * rate.per_tick(), rate.hz() as f32);
    let mut state = 1u32;
    let mut noise = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state as f32 / u32::MAX as f32 - 0.5
    };
    let speech = |n: usize, pitch: f32, shift: f32| {
        let t = n as f32 / hz + shift;
        let syllable = (t * 2.1 * std::f32::consts::TAU).sin().max(0.0);
        let pause = if (t / 1.7) as u32 % 3 == 2 { 0.0 } else { 1.0 };
        let harmonic = |k: u32| (std::f32::consts::TAU * pitch * k as f32 * t).sin() / k as f32;
        (1..12).map(harmonic).sum::<f32>() * syllable * pause * 0.1
    };
    let far: Vec<f32> = (0..count).map(|n| speech(n, 120.0, 0.0) + noise() * 0.001).collect();
    let delay = rate.hz() as usize * 60 / 1_000;
    let mic = (0..count)
        .map(|n| n.checked_sub(delay).map_or(0.0, |at| far[at] * 0.3) + speech(n, 190.0, 0.9) + noise() * 0.01)
        .collect();
    (far, mic)
}

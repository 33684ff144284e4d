//! Signals for machines are never stretched: digits, fax and modems, on a network that makes every delay change.
#![expect(clippy::print_stdout, reason = "a test tells what it measured")]

use std::f32::consts::TAU;

use assert_no_alloc::AllocDisabler;
use graph_tests::{Drifting, Network, Random, Scene, audio, payloads};
use media_core::rtp::RtpHeader;
use media_core::{CodecSpec, JitterConfig, Micros, Millis, SessionSpec, SessionStats, SessionUpdate, Ssrc};

#[global_allocator]
static GUARD: AllocDisabler = AllocDisabler;

const RATE: f32 = 8_000.0;
const SECONDS: usize = 60;

/// A signal of a minute by its value at each sample.
fn signal(mut value: impl FnMut(usize) -> f32) -> Vec<f32> {
    (0..SECONDS * 8_000).map(&mut value).collect()
}

fn sine(hz: f32, n: usize) -> f32 {
    (TAU * (hz * n as f32 / RATE).fract()).sin()
}

/// Frequency shift keying with random bits.
fn keyed(zero: f32, one: f32, bits: f32) -> Vec<f32> {
    let (mut random, mut phase, mut bit, mut number) = (Random::new(3), 0.0f32, false, usize::MAX);
    signal(|n| {
        let now = (n as f32 * bits / RATE) as usize;
        if now != number {
            (bit, number) = (random.below(2) == 1, now);
        }
        phase = (phase + if bit { one } else { zero } / RATE).fract();
        0.3 * (TAU * phase).sin()
    })
}

/// Phase shift keying of a carrier with random dibits, each a symbol with rounded edges (ITU-T V.22 and V.26).
fn phased(carrier: f32, symbols: f32) -> Vec<f32> {
    let mut random = Random::new(5);
    let phases: Vec<f32> = (0..SECONDS * symbols as usize + 2).map(|_| random.below(4) as f32 / 4.0).collect();
    signal(|n| {
        let at = n as f32 * symbols / RATE;
        let (number, place) = (at as usize, at.fract());
        let wave = |phase: f32| (TAU * ((carrier * n as f32 / RATE).fract() + phase)).sin();
        // From one symbol to the next by a raised cosine.
        let weight = 0.5 - 0.5 * (TAU * place / 2.0).cos();
        0.3 * ((1.0 - weight) * wave(phases[number]) + weight * wave(phases[number + 1]))
    })
}

/// Every signal by its name; those with pauses tell so.
fn signals() -> Vec<(&'static str, Vec<f32>)> {
    let reversed = |n: usize| if (n / 3_600).is_multiple_of(2) { 1.0 } else { -1.0 };
    vec![
        ("CNG (T.30), 1100 Hz", signal(|n| 0.3 * sine(1_100.0, n))),
        ("CED (T.30), 2100 Hz", signal(|n| 0.3 * sine(2_100.0, n))),
        ("ANS with phase reversals (V.25)", signal(|n| 0.3 * reversed(n) * sine(2_100.0, n))),
        (
            "ANSam (V.8): reversals, and 15 Hz in its level",
            signal(|n| 0.3 * reversed(n) * (1.0 + 0.2 * sine(15.0, n)) * sine(2_100.0, n)),
        ),
        ("V.21 channel 1", keyed(1_180.0, 980.0, 300.0)),
        ("V.21 channel 2 (fax)", keyed(1_850.0, 1_650.0, 300.0)),
        ("V.23", keyed(2_100.0, 1_300.0, 1_200.0)),
        ("Bell 103", keyed(2_025.0, 2_225.0, 300.0)),
        ("V.22, low channel", phased(1_200.0, 600.0)),
        ("V.22, high channel", phased(2_400.0, 600.0)),
        ("V.26 and V.27ter, 1200 baud", phased(1_800.0, 1_200.0)),
        ("V.27ter, 1600 baud", phased(1_800.0, 1_600.0)),
        ("dial tone, 350 and 440 Hz", signal(|n| 0.2 * (sine(350.0, n) + sine(440.0, n)))),
        ("425 Hz", signal(|n| 0.3 * sine(425.0, n))),
    ]
}

/// Plays a signal over a network whose jitter comes and goes, so that the delay wants to change all the time.
fn play(signal: &[f32], jitter: JitterConfig) -> SessionStats {
    let codec = CodecSpec::pcmu();
    let mut scene = Scene::plain();
    scene.call(SessionSpec::new(codec).jitter(jitter), None);
    let mut networks = [0, 60_000, 15_000].map(|jitter_us| Network::new(9, jitter_us, 0, 0));
    let mut stats = SessionStats::default();
    for (number, payload) in payloads(codec, 20, signal).iter().enumerate() {
        let header = RtpHeader {
            marker: false,
            payload_type: codec.payload_type,
            sequence: number as u16,
            timestamp: number as u32 * 160,
            ssrc: Ssrc(1),
        };
        let now = scene.next_tick() * 10_000;
        networks[number / 250 % 3].send(now, [&header.to_bytes()[..], payload].concat());
        for _ in 0..2 {
            let now = scene.next_tick() * 10_000;
            for network in &mut networks {
                while let Some((arrival, datagram)) = network.arrive(now) {
                    scene.calls[0].ingress.push(&datagram, Micros(arrival)).expect("there is room");
                }
            }
            scene.tick();
        }
        stats = scene.control.stats(scene.id(0)).expect("it runs");
    }
    stats
}

#[test]
fn fax_and_modems_are_never_stretched() {
    let mut wrong = Vec::new();
    for (name, signal) in signals() {
        let stats = play(&signal, JitterConfig::new());
        println!("{name}: {} samples stretched, target {} us", stats.stretched_samples, stats.target_delay_us);
        if stats.stretched_samples > 0 {
            wrong.push(name);
        }
        assert_eq!(play(&signal, JitterConfig::fixed(Millis(80))).stretched_samples, 0, "{name}, fixed");
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// Lengths in milliseconds of what is louder than −36 dBFS.
fn sounds(audio: &[f32]) -> Vec<usize> {
    let loud = |block: &[f32]| block.iter().map(|s| s * s).sum::<f32>() / block.len() as f32 > 2.5e-4;
    let (mut lengths, mut run) = (Vec::new(), 0);
    for block in audio.chunks_exact(8) {
        if loud(block) {
            run += 1;
        } else if run > 0 {
            lengths.push(std::mem::take(&mut run));
        }
    }
    lengths
}

#[test]
fn digits_keep_their_length_while_the_pauses_between_them_give_way() {
    let codec = CodecSpec::pcmu();
    let (lows, highs) = ([697.0, 770.0, 852.0, 941.0], [1_209.0, 1_336.0, 1_477.0, 1_633.0]);
    // 100 ms of each digit in turn, and 100 ms of nothing.
    let digits = signal(|n| {
        let digit = n / 1_600 % 16;
        let pair = sine(lows[digit / 4], n) + sine(highs[digit % 4], n);
        if n % 1_600 < 800 { 0.2 * pair } else { 0.0 }
    });
    let jitter = |min: u32| JitterConfig::new().min(Millis(min)).initial(Millis(160));
    let mut scene = Scene::plain();
    scene.call(SessionSpec::new(codec).jitter(jitter(0)), None);
    scene.call(SessionSpec::new(codec).relay(false), None);
    scene.control.bridge(scene.id(0), scene.id(1)).expect("both are free").detach();
    let mut sender = Drifting::new(codec, 20, payloads(codec, 20, &digits), 0, 8_000);
    for tick in 0..SECONDS as u64 * 100 {
        if tick % 300 == 299 {
            let update = SessionUpdate::new().jitter(jitter(if tick / 300 % 2 == 0 { 150 } else { 0 }));
            scene.control.update(scene.id(0), update).expect("the bounds ascend").detach();
        }
        sender.tick(tick, &mut scene.calls[0].ingress);
        scene.tick();
    }
    let stats = scene.control.stats(scene.id(0)).expect("it runs");
    println!("taken out {}, put in {}", stats.accelerated_samples, stats.expanded_samples);
    assert!(stats.accelerated_samples > 8_000 && stats.expanded_samples > 8_000, "the delay went up and down");
    let sounds = sounds(&audio(&codec, &scene.calls[1].sent));
    assert!(sounds.len() >= 295 && stats.concealed_samples == 0, "{} digits, {stats:?}", sounds.len());
    // The first and the last may be cut.
    assert!(sounds[1..sounds.len() - 1].iter().all(|ms| (98..=102).contains(ms)), "{sounds:?}");
}

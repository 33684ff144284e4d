//! Senders whose clocks are not ours: the delay stays where it belongs for hours, and tones stay whole.
#![expect(clippy::print_stdout, reason = "a test tells what it measured")]

use assert_no_alloc::AllocDisabler;
use graph_tests::{Drifting, Scene, Voice, audio, hash_packets, payloads};
use media_core::{CodecSpec, JitterConfig, Millis, PayloadType, SampleRate, SessionSpec, SessionStats, SessionUpdate};

#[global_allocator]
static GUARD: AllocDisabler = AllocDisabler;

const HOUR: u64 = 360_000;

fn linear() -> CodecSpec {
    CodecSpec::l16(SampleRate::HZ_8000, PayloadType::new(97).expect("below 128"))
}

/// A sine of 1 kHz at half of full scale.
fn tone(samples: usize) -> Vec<f32> {
    let half = std::f32::consts::FRAC_1_SQRT_2;
    let period = [0.0, half, 1.0, half, 0.0, -half, -1.0, -half];
    (0..samples).map(|n| 0.5 * period[n % 8]).collect()
}

/// What no sinusoid explains: the largest residual of x[n−1] + x[n+1] = 2·cos(ω)·x[n] with the frequency that suits the
/// 4 ms around each sample best, in dB of the amplitude 0.5; and where.
fn discontinuity(audio: &[f32]) -> (f64, usize) {
    const AROUND: usize = 16;
    let at = |n: usize| f64::from(audio[n]);
    let (mut products, mut squares, mut worst) = (0.0, 0.0, (0.0f64, 0));
    for n in 1..audio.len() - 1 {
        products += at(n) * (at(n - 1) + at(n + 1));
        squares += at(n) * at(n);
        if n > 2 * AROUND {
            let gone = n - 2 * AROUND;
            products -= at(gone) * (at(gone - 1) + at(gone + 1));
            squares -= at(gone) * at(gone);
            let middle = n - AROUND;
            let residual = (at(middle - 1) + at(middle + 1) - products / squares * at(middle)).abs();
            // A silence is explained by anything.
            let residual = if squares < 1.0 { 1.0 } else { residual };
            worst = if residual > worst.0 { (residual, middle) } else { worst };
        }
    }
    (20.0 * (worst.0 / 0.5).log10(), worst.1)
}

fn stats(scene: &Scene, call: usize) -> SessionStats {
    scene.control.stats(scene.id(call)).expect("it runs")
}

/// A leg that hears a drifting sender, bridged to one that sends what is heard.
struct Heard {
    scene: Scene,
    sender: Drifting,
}

impl Heard {
    fn new(workers: usize, jitter: JitterConfig, sender: Drifting) -> Self {
        let mut scene = Scene::of(workers, 4);
        scene.call(SessionSpec::new(linear()).jitter(jitter).relay(false), None);
        scene.call(SessionSpec::new(linear()).ptime(Millis(60)).relay(false), None);
        scene.control.bridge(scene.id(0), scene.id(1)).expect("both are free").detach();
        Self { scene, sender }
    }

    fn run(&mut self, ticks: u64) {
        for _ in 0..ticks {
            let tick = self.scene.next_tick();
            self.sender.tick(tick, &mut self.scene.calls[0].ingress);
            self.scene.tick();
        }
    }

    fn stats(&self) -> SessionStats {
        stats(&self.scene, 0)
    }

    /// What was heard since the last time.
    fn listen(&mut self) -> Vec<f32> {
        audio(&linear(), &std::mem::take(&mut self.scene.calls[1].sent))
    }
}

#[test]
fn a_tone_of_an_hour_is_whole_at_200_ppm_on_a_fixed_and_on_an_adaptive_leg() {
    for (name, jitter) in [("fixed", JitterConfig::fixed(Millis(40))), ("adaptive", JitterConfig::new())] {
        for ppm in [-200, 200] {
            let sender = Drifting::new(linear(), 20, payloads(linear(), 20, &tone(160)), ppm, 0);
            let mut heard = Heard::new(1, jitter, sender);
            heard.run(10);
            heard.listen();
            let before = heard.stats();
            let (mut worst, mut longest, mut last) = (f64::MIN, 0, Vec::new());
            for second in (0..3_600).step_by(10) {
                heard.run(1_000);
                last.extend(heard.listen());
                // The first audio is the end of silence.
                if second > 0 {
                    let (residual, at) = discontinuity(&last);
                    assert!(residual < -60.0, "{name}, {ppm} ppm, {second} s: {residual:.1} dB at {at}");
                    worst = worst.max(residual);
                }
                last.drain(..last.len() - 64);
                longest = longest.max(if second < 600 { 0 } else { heard.stats().delay_us });
            }
            let now = heard.stats();
            println!("{name} {ppm:+} ppm: worst {worst:.1} dB, delay up to {longest} us after 10 min, {now:?}");
            assert_eq!(now.concealed_samples, before.concealed_samples, "{name}, {ppm} ppm");
            assert_eq!((now.lost, now.late, now.discarded, now.stretched_samples), (0, 0, 0, 0), "{name}, {ppm} ppm");
            assert!(now.drift().is_some_and(|drift| drift.abs_diff(ppm) <= 5), "{name}, {ppm} ppm: {:?}", now.drift());
            assert!(longest <= 60_000, "{name}, {ppm} ppm: {longest} us");
            assert!(now.compensated_samples > 28_000_000 / 10_000, "{name}, {ppm} ppm");
        }
    }
}

#[test]
fn speech_of_a_day_at_200_ppm_keeps_its_delay_without_running_dry() {
    let hours = 24;
    let codec = CodecSpec::pcmu();
    let signal = Voice::new(11, 8_000).take(8_000 * 120);
    let talk = payloads(codec, 60, &signal);
    let mut scene = Scene::of(2, 4);
    let mut senders = Vec::new();
    for ppm in [-200, 200] {
        scene.call(SessionSpec::new(codec), None);
        senders.push(Drifting::new(codec, 60, talk.clone(), ppm, 3_000));
    }
    let mut start = Vec::new();
    let mut longest = [0, 0];
    for tick in 0..hours * HOUR {
        for (call, sender) in scene.calls.iter_mut().zip(&mut senders) {
            sender.tick(tick, &mut call.ingress);
        }
        scene.tick();
        if tick == 6_000 {
            start = (0..2).map(|call| stats(&scene, call)).collect();
        }
        if tick > 6_000 && tick.is_multiple_of(100) {
            for (call, longest) in longest.iter_mut().enumerate() {
                *longest = (*longest).max(stats(&scene, call).delay_us);
            }
        }
    }
    for (call, ppm) in [(0, -200i64), (1, 200)] {
        let (now, start) = (stats(&scene, call), &start[call]);
        println!("{ppm:+} ppm, {hours} h: delay up to {} us, {now:?}", longest[call]);
        assert_eq!(now.concealed_samples, start.concealed_samples, "{ppm} ppm");
        assert_eq!((now.lost, now.late, now.discarded), (0, 0, 0), "{ppm} ppm");
        assert!(longest[call] <= 40_000, "{ppm} ppm: {} us", longest[call]);
        let played = now.received_samples + now.concealed_samples + now.silent_samples;
        assert_eq!(played, now.ticks * 80, "{ppm} ppm");
        // What was received was played, taken out, or waits: two packets at most.
        let (taken, put) = (now.accelerated_samples, now.expanded_samples);
        let waits = (now.received * 480 + put).checked_sub(now.received_samples + taken);
        assert!(waits.is_some_and(|waits| waits <= 960), "{ppm} ppm: {waits:?}");
        assert!(now.drift().is_some_and(|drift| drift.abs_diff(ppm) <= 10), "{ppm} ppm: {:?}", now.drift());
    }
}

#[test]
fn the_same_bits_come_from_any_number_of_workers() {
    let of = |workers: usize| {
        let sender = Drifting::new(linear(), 20, payloads(linear(), 20, &tone(160)), -400, 2_000);
        let mut heard = Heard::new(workers, JitterConfig::fixed(Millis(40)), sender);
        heard.run(20_000);
        assert!(heard.stats().compensated_samples > 0, "it follows");
        hash_packets(&heard.scene.calls[1].sent)
    };
    let one = of(1);
    assert_eq!([of(2), of(3)], [one, one]);
}

#[test]
fn a_leg_becomes_a_clean_channel_in_mid_call_and_is_not_stretched_from_then_on() {
    let voice = payloads(linear(), 20, &Voice::new(4, 8_000).take(8_000 * 30));
    let mut heard = Heard::new(1, JitterConfig::new(), Drifting::new(linear(), 20, voice, 100, 15_000));
    heard.run(3_000);
    let before = heard.stats();
    assert!(before.stretched_samples > 0, "the initial delay is given up");
    let fixed = SessionUpdate::new().jitter(JitterConfig::fixed(Millis(60)));
    heard.scene.control.update(heard.scene.id(0), fixed).expect("it is a valid delay").detach();
    heard.run(60_000);
    let now = heard.stats();
    assert!(now.stretched_samples - before.stretched_samples <= 160, "nothing but in the tick of the update");
    assert_eq!((now.target_delay_us, now.lost, now.late, now.discarded), (60_000, 0, 0, 0));
    let adaptive = SessionUpdate::new().jitter(JitterConfig::new());
    heard.scene.control.update(heard.scene.id(0), adaptive).expect("the bounds ascend").detach();
    heard.run(6_000);
    assert!(heard.stats().stretched_samples > now.stretched_samples && heard.stats().delay_us < 50_000);
}

//! The pipeline of a leg's voice through the engine: on, off and otherwise in mid-call, its reference, its rests, its figures.

use assert_no_alloc::AllocDisabler;
use graph_tests::{Network, Phone, Random, Scene, Teller, Voice, audio, hash_packets, largest_step};
use media_core::graph::NodeEventKind;
use media_core::processing::audio::aec::AecConfig;
use media_core::processing::audio::agc::AgcConfig;
use media_core::processing::audio::dtmf::DtmfConfig;
use media_core::processing::audio::effects::{CompressorConfig, EqualizerConfig, HighPassConfig};
use media_core::processing::audio::ns::{NsConfig, NsLevel};
use media_core::processing::audio::vad::VadConfig;
use media_core::rtp::rtcp::{self, Item, VoipBlock};
use media_core::session::{ExternalPort, ExternalSpec};
use media_core::{
    CodecSpec, Decibels, DigitPolicy, DigitsToFar, EventKind, JitterConfig, Millis, PayloadType, ProcessingSpec,
    RoomSpec, SampleRate, SessionId, SessionSpec, SessionUpdate, Source, TapPoint, Thresholds, WorkerId,
};
use proptest::prelude::*;

#[global_allocator]
static GUARD: AllocDisabler = AllocDisabler;

fn linear(rate: SampleRate) -> CodecSpec {
    let payload_type = if rate == SampleRate::HZ_8000 { 96 } else { 97 };
    CodecSpec::l16(rate, PayloadType::new(payload_type).expect("below 128"))
}

fn none() -> ProcessingSpec {
    ProcessingSpec::new()
}

fn all() -> ProcessingSpec {
    let digits = DigitPolicy::new().detect(DtmfConfig::default()).to_far(DigitsToFar::Block);
    none()
        .high_pass(HighPassConfig::default())
        .echo(AecConfig::default())
        .noise(NsConfig::default())
        .equalizer(EqualizerConfig::default())
        .compressor(CompressorConfig::default())
        .gain(AgcConfig::default())
        .voice(VadConfig::default())
        .digits(digits)
        .signals(true)
}

fn sine(count: usize) -> Vec<f32> {
    (0..count).map(|n| (n as f32 * 0.2).sin() * 0.3).collect()
}

fn kinds(scene: &Scene, id: SessionId) -> Vec<NodeEventKind> {
    let kind = |event: &media_core::Event| match event.kind {
        EventKind::Node { kind, .. } => Some(kind),
        _ => None,
    };
    scene.events_of(id).filter_map(kind).collect()
}

fn run(scene: &mut Scene, call: usize, teller: &mut Teller, ticks: u64) {
    for _ in 0..ticks {
        teller.tick(scene, call);
        scene.tick();
    }
}

#[test]
fn packets_are_relayed_only_while_nothing_is_done_with_the_voice() {
    let codec = CodecSpec::pcma();
    let mut scene = Scene::up_to_date();
    let phone = |seed| Some(Phone::new(codec, 20, seed, Network::clean()));
    let a = scene.call(SessionSpec::new(codec), phone(1));
    let b = scene.call(SessionSpec::new(codec), phone(2));
    let _bridged = scene.control.bridge(scene.id(a), scene.id(b)).expect("accepted");
    let relayed = |scene: &Scene| scene.control.stats(scene.id(b)).expect("it lives").relayed;
    for spec in [none().noise(NsConfig::default()), none().voice(VadConfig::simple()), none().signals(true)] {
        scene.run(60);
        let before = relayed(&scene);
        scene.run(40);
        assert!(relayed(&scene) >= before + 19);
        let _op = scene.control.process(scene.id(a), spec).expect("accepted");
        scene.run(6);
        let before = relayed(&scene);
        scene.run(40);
        assert_eq!(relayed(&scene), before);
        let _op = scene.control.process(scene.id(a), none()).expect("accepted");
    }
}

#[test]
fn blocks_come_go_and_change_in_mid_call_without_a_click() {
    let rate = SampleRate::HZ_8000;
    let codec = linear(rate);
    let mut scene = Scene::plain();
    // A relay would leave the jitter buffer's delay out.
    let spec = || SessionSpec::new(codec).relay(false);
    let (a, b) = (scene.call(spec(), None), scene.call(spec(), None));
    let _bridged = scene.control.bridge(scene.id(a), scene.id(b)).expect("accepted");
    let mut says = vec![0.0; 4_000];
    says.extend(sine(8_000 * 8));
    let mut teller = Teller::new(codec, says.clone(), Network::clean());
    run(&mut scene, a, &mut teller, 100);
    let block = DigitPolicy::new().to_far(DigitsToFar::Block);
    let steps = [
        none().noise(NsConfig::default()),
        none().noise(NsConfig::default()).echo(AecConfig::full()),
        none().echo(AecConfig::full()).high_pass(HighPassConfig::default()),
        none().echo(AecConfig::linear_only()).digits(block),
        none().digits(block).noise(NsConfig::new().level(NsLevel::Low)),
        none().noise(NsConfig::new().level(NsLevel::High)),
        none().voice(VadConfig::default()),
        none(),
        none().noise(NsConfig::default()).echo(AecConfig::full()).digits(block),
        none(),
    ];
    for (at, spec) in steps.into_iter().enumerate() {
        let before = scene.calls[b].sent.len();
        let done = scene.control.process(scene.id(a), spec).expect("accepted");
        run(&mut scene, a, &mut teller, 50);
        assert!(done.try_result().is_some_and(|result| result.is_ok()));
        let heard = audio(&codec, &scene.calls[b].sent[before - 1..]);
        let (most, step) = (largest_step(&says), largest_step(&heard));
        assert!(step < 1.5 * most, "change {at}: {step}, the sine itself has {most}");
    }
    let heard = audio(&codec, &scene.calls[b].sent);
    let (most, step) = (largest_step(&says), largest_step(&heard));
    assert!(heard.iter().any(|x| x.abs() > 0.25) && step < 1.5 * most, "{step}, the sine itself has {most}");
}

/// A program's leg of which the party's room says again what it hears.
struct Echoing {
    port: ExternalPort,
    /// What it will say, by ticks.
    air: std::collections::VecDeque<Vec<f32>>,
    said: f64,
}

impl Echoing {
    fn tick(&mut self, scene: &mut Scene) {
        let frame = self.air.pop_front().unwrap_or_default();
        self.said += frame.iter().map(|x| f64::from(x * x)).sum::<f64>();
        self.port.writer.write(&frame);
        scene.tick();
        while let Some(heard) = self.port.reader.read() {
            self.air.push_back(heard.samples().iter().map(|x| x * 0.25).collect());
        }
    }
}

#[test]
fn echo_of_what_the_leg_was_really_sent_goes_whatever_plays_to_it() {
    for far_rate in [SampleRate::HZ_8000, SampleRate::HZ_16000] {
        let rate = SampleRate::HZ_8000;
        let mut scene = Scene::up_to_date();
        let spec = SessionSpec::external(rate, ExternalSpec::new()).processing(none().echo(AecConfig::full()));
        let created = scene.control.create(spec).expect("accepted");
        let (id, port) = (created.id, created.external.expect("a program's"));
        let other =
            scene.call(SessionSpec::new(linear(far_rate)), Some(Phone::new(linear(far_rate), 20, 3, Network::clean())));
        let _bridged = scene.control.bridge(id, scene.id(other)).expect("accepted");
        let (_, mut tap, _) = scene.control.tap(id, TapPoint::Processed, Millis(1_000)).expect("accepted");
        // 60 ms to the room and back.
        let air = (0..6).map(|_| vec![0.0; 80]).collect();
        let mut room = Echoing { port, air, said: 0.0 };
        let mut left = 0.0;
        for tick in 0..1_200u64 {
            match tick {
                100 => {
                    // What plays to the leg is part of what it was sent.
                    let music = Source::Pcm { samples: Voice::new(9, 8_000).take(8_000).into(), rate, repeat: true };
                    let _playing = scene.control.play(id, music).expect("accepted");
                }
                700 => (room.said, left) = (0.0, 0.0),
                _ => {}
            }
            room.tick(&mut scene);
            while let Some(frame) = tap.read() {
                left += frame.samples().iter().map(|x| f64::from(x * x)).sum::<f64>();
            }
        }
        let erle = 10.0 * (room.said / left.max(1e-9)).log10();
        assert!(room.said > 1.0 && erle > 25.0, "{erle} dB at a far rate of {}", far_rate.hz());
        let stats = scene.control.processing(id).expect("it lives").expect("it is processed");
        let echo = stats.echo.expect("it is cancelled");
        assert!(echo.erle.0 > 15.0 && echo.delay.is_some(), "{echo:?}");
        let delay = scene.control.stats(id).expect("it lives").processing_delay_us;
        assert_eq!(delay, u64::from(stats.latency_samples) * 125);
    }
}

#[test]
fn echo_goes_where_listeners_of_a_room_share_an_encode() {
    let codec = CodecSpec::pcmu();
    let mut scene = Scene::up_to_date();
    let (room, _created) = scene.control.create_room(RoomSpec::new()).expect("accepted");
    let a = scene.call(SessionSpec::new(codec).processing(none().echo(AecConfig::full())), None);
    let (b, c) = (scene.call(SessionSpec::new(codec), None), scene.call(SessionSpec::new(codec), None));
    for call in [a, b, c] {
        let _joined = scene.control.join(scene.id(call), room, Decibels(0.0)).expect("accepted");
    }
    let far: Vec<f32> = Voice::new(5, 8_000).take(8 * 8_000);
    let echo: Vec<f32> = std::iter::repeat_n(0.0, 1_600).chain(far.iter().map(|x| 0.25 * x)).collect();
    let mut tellers = [(b, Teller::new(codec, far, Network::clean())), (a, Teller::new(codec, echo, Network::clean()))];
    for _ in 0..800 {
        tellers.iter_mut().for_each(|(call, teller)| teller.tick(&mut scene, *call));
        scene.tick();
    }
    let stats = scene.control.processing(scene.id(a)).expect("it lives").expect("it is processed");
    let echo = stats.echo.expect("it is cancelled");
    assert!(echo.erle.0 > 10.0 && echo.delay.is_some(), "{echo:?}");
}

#[test]
fn the_loss_of_an_echo_is_told_and_what_is_left_of_it() {
    let codec = CodecSpec::pcmu();
    let mut scene = Scene::up_to_date();
    let a = scene.call(SessionSpec::new(codec).processing(none().echo(AecConfig::full())), None);
    let b = scene.call(SessionSpec::new(codec), None);
    let (id, _bridged) = (scene.id(a), scene.control.bridge(scene.id(a), scene.id(b)).expect("accepted"));
    scene.control.thresholds(id, Some(Thresholds::none())).expect("it lives");
    let far: Vec<f32> = Voice::new(5, 8_000).take(8 * 8_000);
    // A room 300 ms behind the far party, of which the leg is some 100 ms: 12 dB down.
    let echo: Vec<f32> = std::iter::repeat_n(0.0, 2_400).chain(far.iter().map(|x| 0.25 * x)).collect();
    let mut tellers = [(b, Teller::new(codec, far, Network::clean())), (a, Teller::new(codec, echo, Network::clean()))];
    assert_eq!(scene.control.quality_record(id).expect("it lives").findings.echo_return_loss, None);
    for _ in 0..800 {
        tellers.iter_mut().for_each(|(call, teller)| teller.tick(&mut scene, *call));
        scene.tick();
    }
    let loss = scene.control.quality_record(id).expect("it lives").findings.echo_return_loss.expect("it was found");
    assert!((loss - 12.0).abs() < 2.5, "{loss}");
    let told = |id| {
        let report = scene.control.rtcp_report(id, scene.control.now()).expect("it lives");
        let mut left = None;
        rtcp::read(&report, |item| {
            if let Item::Voip(voip) = item {
                left = Some(voip.residual_echo);
            }
        })
        .expect("it is RTCP");
        left.expect("it is rated")
    };
    assert!((30..100).contains(&told(id)), "{}", told(id));
    assert_eq!(told(scene.id(b)), VoipBlock::UNKNOWN);
}

#[test]
fn a_machine_is_left_alone_as_soon_as_it_is_heard() {
    let codec = linear(SampleRate::HZ_8000);
    let mut scene = Scene::plain();
    let processing = none().noise(NsConfig::default()).gain(AgcConfig::default()).signals(true);
    let a = scene.call(SessionSpec::new(codec).processing(processing), None);
    let b = scene.call(SessionSpec::new(codec), None);
    let _bridged = scene.control.bridge(scene.id(a), scene.id(b)).expect("accepted");
    let mut says = vec![0.0; 4_000];
    says.extend((0..32_000).map(|n| (std::f32::consts::TAU * 2_100.0 / 8_000.0 * (n % 80) as f32).sin() * 0.2));
    let mut teller = Teller::new(codec, says, Network::clean());
    run(&mut scene, a, &mut teller, 400);
    assert!(scene.control.processing(scene.id(a)).expect("it lives").expect("it is processed").clean);
    let heard = audio(&codec, &scene.calls[b].sent);
    let last = &heard[heard.len() - 8_000..];
    let level = (last.iter().map(|x| x * x).sum::<f32>() / last.len() as f32).sqrt();
    assert!((level - 0.1414).abs() < 1e-3, "as loud as it came: {level}");
}

#[test]
fn a_fixed_jitter_buffer_keeps_the_channel_clean_to_the_bit() {
    let codec = linear(SampleRate::HZ_8000);
    let mut scene = Scene::plain();
    let spec = SessionSpec::new(codec).jitter(JitterConfig::fixed(Millis(40)));
    let processing = none().noise(NsConfig::default()).echo(AecConfig::full()).gain(AgcConfig::default());
    let a = scene.call(spec.processing(processing), None);
    let b = scene.call(SessionSpec::new(codec), None);
    let _bridged = scene.control.bridge(scene.id(a), scene.id(b)).expect("accepted");
    let says: Vec<f32> = Voice::new(4, 8_000).take(16_000);
    let mut teller = Teller::new(codec, says.clone(), Network::clean());
    run(&mut scene, a, &mut teller, 230);
    let heard = audio(&codec, &scene.calls[b].sent);
    let words = |audio: &[f32]| audio.iter().map(|x| (x * 32_768.0).round() as i32).collect::<Vec<_>>();
    let (heard, says) = (words(&heard), words(&says));
    let first = heard.windows(400).position(|part| part == &says[2_000..2_400]).expect("bit by bit");
    assert_eq!(heard[first..first + 8_000], says[2_000..10_000]);
}

#[test]
fn a_leg_on_hold_is_not_worked_on_and_goes_on_afterwards() {
    let codec = linear(SampleRate::HZ_8000);
    let mut scene = Scene::up_to_date();
    let phone = |seed| Some(Phone::new(codec, 20, seed, Network::clean()));
    let a = scene.call(SessionSpec::new(codec).processing(none().noise(NsConfig::default())), phone(1));
    let b = scene.call(SessionSpec::new(codec), phone(2));
    let _bridged = scene.control.bridge(scene.id(a), scene.id(b)).expect("accepted");
    scene.run(100);
    let stats = |scene: &Scene| scene.control.processing(scene.id(a)).expect("it lives").expect("it is processed");
    assert!(stats(&scene).noise.is_some() && !stats(&scene).clean && stats(&scene).latency_samples > 0);
    let _held = scene.control.hold(scene.id(a), None).expect("accepted");
    scene.run(20);
    assert!(stats(&scene).noise.is_none() && stats(&scene).clean && stats(&scene).latency_samples == 0);
    let _resumed = scene.control.resume(scene.id(a)).expect("accepted");
    scene.run(20);
    assert!(stats(&scene).noise.is_some() && !stats(&scene).clean);
}

#[test]
fn who_speaks_is_told() {
    let codec = linear(SampleRate::HZ_16000);
    let mut scene = Scene::plain();
    let processing = none().voice(VadConfig::simple());
    let call = scene.call(SessionSpec::new(codec).processing(processing), None);
    let mut says = vec![0.0; 16_000];
    for seed in 0..3 {
        says.extend(Voice::new(seed, 16_000).take(16_000));
        says.extend(vec![0.0; 16_000]);
    }
    let mut teller = Teller::new(codec, says, Network::clean());
    run(&mut scene, call, &mut teller, 720);
    let told: Vec<_> = kinds(&scene, scene.id(call))
        .into_iter()
        .filter(|kind| matches!(kind, NodeEventKind::VoiceStarted | NodeEventKind::VoiceStopped))
        .collect();
    assert!(told.len() >= 6, "{told:?}");
    for pair in told.chunks(2) {
        assert_eq!(pair, [NodeEventKind::VoiceStarted, NodeEventKind::VoiceStopped]);
    }
}

#[test]
fn the_level_of_noise_is_set_where_noise_is_suppressed() {
    let mut scene = Scene::plain();
    let codec = CodecSpec::pcmu();
    let call = scene.call(SessionSpec::new(codec), Some(Phone::new(codec, 20, 1, Network::clean())));
    let id = scene.id(call);
    assert!(scene.control.noise_level(id, NsLevel::Low).is_err());
    assert_eq!(scene.control.processing(id).expect("it lives"), None);
    let _on = scene.control.process(id, none().noise(NsConfig::default())).expect("accepted");
    scene.run(10);
    let done = scene.control.noise_level(id, NsLevel::Low).expect("accepted");
    scene.run(100);
    assert!(done.try_result().is_some_and(|result| result.is_ok()));
    let noise = scene.control.processing(id).expect("it lives").and_then(|stats| stats.noise).expect("it runs");
    assert!(noise.suppression.0 < 7.0, "{noise:?}");
}

#[test]
fn another_codec_in_mid_call_takes_the_processing_along() {
    let mut scene = Scene::plain();
    let (narrow, wide) = (linear(SampleRate::HZ_8000), linear(SampleRate::HZ_16000));
    let call =
        scene.call(SessionSpec::new(narrow).processing(all()), Some(Phone::new(narrow, 20, 1, Network::clean())));
    scene.run(60);
    for codec in [wide, narrow, wide] {
        let done = scene.control.update(scene.id(call), SessionUpdate::new().codec(codec)).expect("accepted");
        scene.run(40);
        assert!(done.try_result().is_some_and(|result| result.is_ok()));
        assert!(scene.control.processing(scene.id(call)).expect("it lives").is_some_and(|stats| stats.frames > 60));
    }
    scene.stop();
}

#[test]
fn one_worker_and_three_work_alike() {
    let hash = |workers: usize| {
        let codec = linear(SampleRate::HZ_16000);
        let mut scene = Scene::of(workers, 8);
        let phone = |seed| Some(Phone::new(codec, 20, seed, Network::jittery(seed)));
        let calls: Vec<_> =
            (0..4).map(|seed| scene.call(SessionSpec::new(codec).processing(all()), phone(seed))).collect();
        for pair in calls.chunks(2) {
            let _op = scene.control.bridge(scene.id(pair[0]), scene.id(pair[1])).expect("accepted");
        }
        scene.run(120);
        calls.iter().map(|call| hash_packets(&scene.calls[*call].sent)).collect::<Vec<_>>()
    };
    assert_eq!(hash(1), hash(3));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn any_row_of_changes_is_answered_and_given_back(seed in any::<u64>()) {
        let mut random = Random::new(seed);
        let mut scene = Scene::of(2, 8);
        let codec = linear(SampleRate::HZ_8000);
        let phone = |seed| Some(Phone::new(codec, 20, seed, Network::bad(seed)));
        let (a, b) = (scene.call(SessionSpec::new(codec), phone(1)), scene.call(SessionSpec::new(codec), phone(2)));
        let _bridged = scene.control.bridge(scene.id(a), scene.id(b)).expect("accepted");
        let mut asked = Vec::new();
        for _ in 0..25 {
            let id = scene.id([a, b][random.below(2) as usize]);
            let bits = random.below(256);
            let mut spec = none().signals(bits & 1 != 0);
            if bits & 2 != 0 { spec = spec.echo(AecConfig::full()); }
            if bits & 4 != 0 { spec = spec.noise(NsConfig::default()); }
            if bits & 8 != 0 { spec = spec.gain(AgcConfig::default()); }
            if bits & 16 != 0 { spec = spec.voice(VadConfig::simple()); }
            let policy = [DigitsToFar::Pass, DigitsToFar::Block, DigitsToFar::Convert][(bits >> 5) as usize % 3];
            spec = spec.digits(DigitPolicy::new().to_far(policy).render(bits & 128 != 0));
            let control = &scene.control;
            asked.extend(match random.below(8) {
                0 => control.hold(id, None),
                1 => control.resume(id),
                2 => control.migrate(id, WorkerId(random.below(2) as u16)),
                3 => control.unbridge(id),
                4 => control.bridge(scene.id(a), scene.id(b)),
                _ => control.process(id, spec),
            });
            scene.run(random.below(12));
        }
        scene.run(20);
        // What waited for a session on its way may fail, if that was not as it had to be.
        prop_assert!(asked.iter().all(|op| op.try_result().is_some()));
        scene.stop();
    }
}

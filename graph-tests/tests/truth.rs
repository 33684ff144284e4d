//! The figures of a leg through the engine: every packet and sample accounted for, losses as RFC 3611 has them,
//! and what is missing told while it can still come.

use std::time::Duration;

use assert_no_alloc::{AllocDisabler, assert_no_alloc};
use graph_tests::{Network, Phone, Random, Scene, Wire};
use media_core::rtp::RtpHeader;
use media_core::{
    CodecSpec, Digits, JitterConfig, Micros, Millis, PayloadType, SampleRate, SessionSpec, SessionStats, SessionUpdate,
    Ssrc, TapPoint,
};

#[global_allocator]
static GUARD: AllocDisabler = AllocDisabler;

fn pt(value: u8) -> PayloadType {
    PayloadType::new(value).expect("below 128")
}

fn stats(scene: &Scene, call: usize) -> SessionStats {
    scene.control.stats(scene.id(call)).expect("it lives")
}

/// All lines of sums that the figures themselves can show.
fn check(stats: &SessionStats) {
    let s = stats;
    assert_eq!(s.ticks * s.rate_hz / 100, s.received_samples + s.concealed_samples + s.silent_samples, "{s:#?}");
    // Media in is media out, but for what was stretched, dropped, and still waits.
    let gone = s.received_samples + s.accelerated_samples + s.drift_removed_samples + s.dropped_samples;
    let come = s.decoded_samples + s.expanded_samples + s.drift_added_samples;
    let waiting = come.checked_sub(gone).expect("no sample from nowhere");
    assert!(waiting <= s.rate_hz * 180 / 1_000, "{waiting} wait: {s:#?}");
    assert_eq!(s.stretched_samples, s.accelerated_samples + s.expanded_samples);
    assert_eq!(s.compensated_samples, s.drift_removed_samples + s.drift_added_samples);
    assert!(s.comfort_samples <= s.silent_samples);
    let rebuilt = s.repaired_red + s.repaired_fec + s.repaired_dred;
    assert_eq!(s.repaired, rebuilt + s.repaired_copy + s.repaired_nack);
    // Every place in the sequence: played, lost, late, discarded, or still to come.
    let late = s.absent.checked_sub(s.lost + s.discarded).expect("what is lost or discarded is absent");
    assert!(late <= s.late, "{s:#?}");
    let waiting = (s.received + rebuilt + s.lost + late).checked_sub(s.expected).expect("no packet from nowhere");
    assert!(waiting <= 512, "{waiting} packets wait: {s:#?}");
    assert!(s.burst_absent <= s.absent && s.burst_absent <= s.burst_packets && s.burst_packets <= s.expected);
    assert!(s.window_delay_min_us <= s.window_delay_p50_us && s.window_delay_p50_us <= s.window_delay_p95_us);
    assert!(s.window_delay_p95_us <= s.window_delay_max_us && s.window_delay_max_us <= s.delay_max_us);
}

/// A datagram of µ-law, 20 ms a packet.
fn packet(number: u32) -> Vec<u8> {
    let header = RtpHeader {
        marker: false,
        payload_type: pt(0),
        sequence: (number as u16).wrapping_add(65_000),
        timestamp: number.wrapping_mul(160).wrapping_add(u32::MAX - 9_000),
        ssrc: Ssrc(5),
    };
    [&header.to_bytes()[..], &[(number * 7) as u8; 160]].concat()
}

/// A call into which packets go by hand: number `n` is sent at 20·n ms, and arrives with the tick that begins then.
fn leg(scene: &mut Scene, delay: u32) -> usize {
    scene.call(SessionSpec::new(CodecSpec::pcmu()).jitter(JitterConfig::fixed(Millis(delay))), None)
}

fn push(scene: &mut Scene, call: usize, number: u32) {
    let now = Micros(scene.next_tick() * 10_000);
    scene.calls[call].ingress.push(&packet(number), now).expect("the ring has room");
}

#[test]
fn everything_balances_whatever_comes_and_whatever_is_asked_for() {
    let codec = CodecSpec::pcmu();
    let wide = CodecSpec::l16(SampleRate::HZ_16000, pt(97));
    for seed in 0..8 {
        let mut scene = Scene::up_to_date();
        let mut random = Random::new(seed);
        let spec = |levels| {
            let spec = SessionSpec::new(codec).telephone_event(pt(101), 8_000).comfort_noise(pt(13));
            if levels > 0 { spec.redundancy(pt(99), levels) } else { spec }
        };
        let levels = (seed % 3) as u8;
        let phone = Phone::new(codec, [20, 10, 30, 60][seed as usize % 4], seed, Network::jittery(seed));
        let near = scene.call(spec(0), Some(phone));
        let (sender, receiver) = (scene.call(spec(levels), None), scene.call(spec(levels), None));
        let far = scene.call(spec(0), None);
        scene.control.bridge(scene.id(near), scene.id(sender)).expect("both are free").detach();
        let network = Network::new(seed, [60_000, 5_000, 300_000, 20_000][seed as usize % 4], 80, 40);
        let mut wire = Wire::new(sender, receiver, network);
        let (mut bridged, mut rate, mut before) = (false, false, SessionStats::default());
        let mut sums = [0u64; 3];
        for _ in 0..60 {
            wire.run(&mut scene, 5 + random.below(40));
            let now = stats(&scene, receiver);
            check(&now);
            check(&stats(&scene, near));
            let part = now.since(&before);
            // These never turn out otherwise later.
            for (sum, more) in sums.iter_mut().zip([part.expected, part.absent, part.burst_packets]) {
                *sum += more;
            }
            assert_eq!(sums, [now.expected, now.absent, now.burst_packets]);
            before = now;
            let id = scene.id(receiver);
            match random.below(6) {
                0 => {
                    // At once relayed, if nothing needs the audio.
                    let done =
                        if bridged { scene.control.unbridge(id) } else { scene.control.bridge(id, scene.id(far)) };
                    bridged = !bridged;
                    done.expect("accepted").detach();
                }
                1 => {
                    rate = !rate;
                    let update = SessionUpdate::new().codec(if rate { wide } else { codec }).send(codec);
                    let update = if rate { update.also_receive(codec) } else { update };
                    scene.control.update(id, update).expect("accepted").detach();
                }
                2 => {
                    let digits = Digits::new("15").expect("two digits");
                    let _full = scene.control.send_digits(scene.id(sender), digits);
                }
                3 => {
                    let phone = scene.calls[near].phone.as_mut().expect("it speaks");
                    phone.hush(random.below(2) == 0);
                }
                4 => {
                    let phone = scene.calls[near].phone.as_mut().expect("it speaks");
                    phone.switch_source(Ssrc(random.word() as u32));
                }
                _ => {}
            }
        }
        let end = stats(&scene, receiver);
        assert!(end.expected > 200 && end.absent > 0 && end.windows > 0, "{end:#?}");
        assert!(levels == 0 || end.repaired_red > 0, "{end:#?}");
        scene.stop();
    }
}

#[test]
fn losses_are_told_as_rfc_3611_defines_them() {
    const COUNT: u32 = 2_000;
    for seed in 0..4 {
        let mut random = Random::new(seed);
        // What became of each packet: in time, late, or lost. In two states, so that there are bursts.
        let (mut bad, mut fates) = (false, Vec::new());
        for number in 0..COUNT {
            bad = if bad { random.below(10) > 0 } else { random.below(60) == 0 };
            let gone = random.below(100) < if bad { 30 } else { 1 };
            let inner = number > 2 && number < COUNT - 20;
            fates.push(match (gone && inner, random.below(4)) {
                (true, 0) => 'D',
                (true, _) => 'X',
                _ => '.',
            });
        }
        let mut scene = Scene::up_to_date();
        let call = leg(&mut scene, 40);
        for tick in 0..2 * COUNT + 4 {
            let due = |number: u32, fate| fates.get(number as usize) == Some(&fate);
            let number = tick / 2;
            if tick % 2 == 0 && due(number, '.') {
                push(&mut scene, call, number);
            }
            if tick % 2 == 0 && number >= 10 && due(number - 10, 'D') {
                push(&mut scene, call, number - 10);
            }
            scene.tick();
        }
        let stats = stats(&scene, call);
        check(&stats);
        // The reference goes from loss to loss.
        let absent: Vec<usize> = (0..fates.len()).filter(|at| fates[*at] != '.').collect();
        let late = fates.iter().filter(|fate| **fate == 'D').count();
        let mut bursts: Vec<Vec<usize>> = Vec::new();
        for at in &absent {
            match bursts.last_mut() {
                Some(burst) if at - burst[burst.len() - 1] <= 16 => burst.push(*at),
                _ => bursts.push(vec![*at]),
            }
        }
        bursts.retain(|burst| burst.len() > 1);
        let length = |burst: &Vec<usize>| burst[burst.len() - 1] - burst[0] + 1;
        let (within, inside): (usize, usize) = (bursts.iter().map(length).sum(), bursts.iter().map(Vec::len).sum());
        let runs = absent.iter().filter(|at| fates[**at - 1] == '.').count();
        let ratio = |part: usize, whole: usize| part as f64 / whole as f64;
        let near = |told: f64, right: f64| assert!((told - right).abs() < 1e-9, "{told} for {right}: {stats:#?}");
        let (count, gaps) = (fates.len(), bursts.len() + 1);
        assert!(bursts.len() > 5 && late > 10, "the pattern says something");
        near(stats.loss_rate(), ratio(absent.len() - late, count));
        near(stats.discard_rate(), ratio(late, count));
        near(stats.burst_density(), ratio(inside, within));
        near(stats.gap_density(), ratio(absent.len() - inside, count - within));
        near(stats.burst_duration_ms(), ratio(within * 20, bursts.len()));
        near(stats.gap_duration_ms(), ratio((count - within) * 20, gaps));
        near(stats.burst_ratio(), ratio(absent.len(), runs) * (1.0 - ratio(absent.len(), count)));
        assert_eq!(stats.voip_metrics().loss_rate, (stats.loss_rate() * 256.0) as u8);
        assert_eq!((stats.late, stats.lost), (late as u64, (absent.len() - late) as u64));
        assert_eq!(stats.concealed_samples, 160 * absent.len() as u64, "and all that is missing is concealed");
        scene.stop();
    }
}

#[test]
fn what_is_missing_is_told_while_it_can_still_come() {
    const DELAY: u64 = 60;
    let mut scene = Scene::up_to_date();
    let call = leg(&mut scene, DELAY as u32);
    let id = scene.id(call);
    // Across the wrap of sequence numbers, at 536.
    let missing = [50, 52, 53, 530, 531, 537, 550];
    let mut told = Vec::new();
    for tick in 0..1_200u32 {
        if tick % 2 == 0 && !missing.contains(&(tick / 2)) {
            push(&mut scene, call, tick / 2);
        }
        scene.tick();
        let nacks = scene.control.nacks(id, Duration::from_millis(10)).expect("it lives");
        for one in nacks.missing() {
            let number = u64::from(one.sequence.wrapping_sub(65_000));
            // It was sent at 20·n ms, and is played `DELAY` later.
            let left = (20 * number + DELAY) - 10 * scene.next_tick();
            assert_eq!(one.play_in, Duration::from_millis(left), "packet {number}");
            let after = if number == 52 || number == 530 { 2 } else { 1 };
            assert_eq!(one.age, Duration::from_millis(10 * scene.next_tick() - 20 * (number + after)));
            told.push(number as u32);
        }
        let asked: Vec<u16> = nacks.entries().flat_map(|entry| entry.sequences()).collect();
        assert!(asked.iter().eq(nacks.missing().iter().map(|one| &one.sequence)), "all are asked for, in order");
        let far = scene.control.nacks(id, Duration::from_millis(DELAY - 20)).expect("it lives");
        assert!(far.is_empty(), "an answer would come too late");
    }
    told.dedup();
    told.sort_unstable();
    told.dedup();
    assert_eq!(told, missing);
    let stats = stats(&scene, call);
    assert_eq!((stats.lost, stats.repaired, stats.loss_runs), (7, 0, 5));
    scene.stop();
}

#[test]
fn what_was_asked_for_counts_as_repaired_up_to_the_last_tick_and_late_after_it() {
    for (delay, in_time) in [(10u64, true), (30, true), (50, true), (80, false), (200, false)] {
        for asks in [true, false] {
            let mut scene = Scene::up_to_date();
            let call = leg(&mut scene, 60);
            let reader = scene.control.nack_reader(scene.id(call)).expect("it lives");
            let mut deadline = None;
            for tick in 0..300u32 {
                if tick % 2 == 0 && tick != 100 {
                    push(&mut scene, call, tick / 2);
                }
                let now = u64::from(tick) * 10;
                if now == 1_010 + delay {
                    push(&mut scene, call, 50);
                }
                scene.tick();
                if asks && tick == 102 {
                    let now = scene.control.now();
                    let nacks = assert_no_alloc(|| reader.read(now, Duration::ZERO, Duration::from_millis(5)));
                    deadline = nacks.missing().first().map(|one| now.0 + one.play_in.as_micros() as u64);
                }
            }
            let stats = stats(&scene, call);
            check(&stats);
            let told = deadline.is_some_and(|deadline| (1_010 + delay) * 1_000 <= deadline);
            assert!(!asks || delay < 20 || told == in_time, "{deadline:?}: told to be in time or not");
            let asked_before = asks && delay > 20;
            assert_eq!(stats.lost, 0, "it came in the end");
            assert_eq!((stats.late, stats.absent), if in_time { (0, 0) } else { (1, 1) }, "{delay} ms: {stats:#?}");
            assert_eq!(stats.repaired_nack, u64::from(in_time && asked_before), "{delay} ms: {stats:#?}");
            scene.stop();
        }
    }
}

#[test]
fn a_sender_that_sends_all_twice_is_known_to_have_repaired_what_came_once() {
    let mut scene = Scene::up_to_date();
    let call = leg(&mut scene, 80);
    for tick in (0..1_000u32).step_by(2) {
        let number = tick / 2;
        if number % 10 != 7 {
            push(&mut scene, call, number);
        }
        // The copy comes two packets later.
        if number >= 2 {
            push(&mut scene, call, number - 2);
        }
        scene.run(2);
    }
    let stats = stats(&scene, call);
    check(&stats);
    assert_eq!((stats.lost, stats.absent), (0, 0));
    // The first one says what copies look like only with those before it.
    assert_eq!(stats.repaired_copy, 50, "{stats:#?}");
    assert_eq!(stats.repaired, stats.repaired_copy);
    scene.stop();
}

#[test]
fn each_frame_says_what_the_jitter_buffer_delayed_it() {
    let mut scene = Scene::up_to_date();
    let phone = Phone::new(CodecSpec::pcmu(), 20, 3, Network::bad(3));
    let call = scene.call(SessionSpec::new(CodecSpec::pcmu()), Some(phone));
    let (_, mut tap, opened) = scene.control.tap(scene.id(call), TapPoint::Received, Millis(30_000)).expect("accepted");
    opened.detach();
    scene.run(1_600);
    let stats = stats(&scene, call);
    let frames: Vec<_> = std::iter::from_fn(|| tap.read()).collect();
    let delays: Vec<u64> = frames.iter().map(|frame| frame.info.buffered_us.into()).filter(|us| *us > 0).collect();
    assert_eq!(delays.iter().sum::<u64>(), stats.delay_sum_us);
    assert_eq!(stats.mean_delay_us(), stats.delay_sum_us / stats.delay_ticks);
    assert!(delays.iter().max() <= Some(&stats.delay_max_us));
    // 16 s: three windows, and the last is the one of late.
    assert_eq!(stats.windows, 3);
    assert!((240..=251).contains(&(stats.window_packets)), "{stats:#?}");
    assert!(stats.window_delay_min_us >= stats.delay_min_us && stats.window_delay_p95_us > stats.window_delay_p50_us);
    assert!(stats.window_target_min_us <= stats.window_target_max_us && stats.window_target_max_us > 0);
    assert!(stats.longest_concealment_samples >= stats.window_longest_concealment_samples);
    assert!(stats.longest_concealment_samples >= 160);
    scene.stop();
}

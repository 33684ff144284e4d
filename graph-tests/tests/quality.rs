//! Ratings, alerts, adaptation and RTCP of legs through the engine, in virtual time.

use std::time::Duration;

use graph_tests::{Network, Phone, Scene, Wire};
use media_core::engine::{Detail, FeedError};
use media_core::quality::adaptation::{Policy, Setting};
use media_core::quality::{AlertKind, OneWay};
use media_core::rtp::rtcp::{self, Item, NtpTime};
use media_core::{
    CodecSpec, EngineConfig, EventKind, JitterConfig, Micros, Millis, PayloadType, Reject, SampleRate, SessionSpec,
    Thresholds,
};

#[global_allocator]
static GUARD: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

fn pt(value: u8) -> PayloadType {
    PayloadType::new(value).expect("below 128")
}

fn config() -> EngineConfig {
    EngineConfig::new().workers(1).max_sessions(16).stats_interval(1).quality_interval(Millis(1_000)).seed(7)
}

/// A phone, the leg that it calls, and the leg at the other end of a network with the phone that listens.
struct Line {
    scene: Scene,
    near: usize,
    sender: usize,
    receiver: usize,
    wire: Wire,
    /// When each end reports next, in ticks, and what is on its way: when it arrives, at whom, what.
    reports: Vec<(u64, usize, Vec<u8>)>,
}

/// One way from leg to leg takes this long for RTCP.
const WAY: u64 = 4;

impl Line {
    /// `sender` speaks what a phone says over `network` to `receiver`.
    fn new(spec: SessionSpec, network: Network) -> Self {
        let mut scene = Scene::new(config());
        let phone = Phone::new(CodecSpec::pcmu(), 20, 3, Network::clean());
        let near = scene.call(SessionSpec::new(CodecSpec::pcmu()), Some(phone));
        let (sender, receiver) = (scene.call(spec.clone(), None), scene.call(spec, None));
        scene.control.bridge(scene.id(near), scene.id(sender)).expect("both are free").detach();
        let wire = Wire::new(sender, receiver, network);
        Self { scene, near, sender, receiver, wire, reports: Vec::new() }
    }

    /// Runs, with an RTCP report of both ends every second.
    fn run(&mut self, ticks: u64) {
        for _ in 0..ticks {
            self.wire.run(&mut self.scene, 1);
            let (tick, now) = (self.scene.next_tick(), self.scene.control.now());
            for (from, to) in [(self.sender, self.receiver), (self.receiver, self.sender)] {
                if (tick + from as u64 * 20).is_multiple_of(100) {
                    let report = self.scene.control.rtcp_report(self.scene.id(from), now).expect("it lives");
                    self.reports.push((tick + WAY, to, report));
                }
            }
            let due: Vec<_> = self.reports.extract_if(.., |report| report.0 <= tick).collect();
            for (_, to, report) in due {
                self.scene.control.rtcp_feed(self.scene.id(to), &report, now).expect("it is RTCP");
            }
        }
    }

    /// From here on the network is another one.
    fn change(&mut self, network: Network) {
        let mut wire = Wire::new(self.sender, self.receiver, network);
        wire.skip(&self.scene);
        self.wire = wire;
    }

    fn told(&self, call: usize, mut wanted: impl FnMut(&EventKind) -> bool) -> usize {
        self.scene.events_of(self.scene.id(call)).filter(|event| wanted(&event.kind)).count()
    }
}

#[test]
fn a_leg_is_rated_once_it_is_measured_and_as_its_network_deserves() {
    let mut before = f64::INFINITY;
    for loss in [0, 20, 60, 150] {
        let mut line = Line::new(SessionSpec::new(CodecSpec::pcmu()), Network::new(5, 5_000, loss, 0));
        let id = line.scene.id(line.receiver);
        line.run(20);
        assert_eq!(line.scene.control.quality(id).expect("it lives").rating, None, "not measured yet");
        line.run(1_500);
        let quality = line.scene.control.quality(id).expect("it lives");
        let rating = quality.rating.expect("it is measured");
        assert!((quality.loss - loss as f64 / 1_000.0).abs() < 0.02, "{quality:?}");
        assert!(rating.mos_lq < before && (loss > 0 || rating.mos_lq > 4.3), "{loss}: {rating:?}");
        before = rating.mos_lq;
        // RTCP has shown the network's part, so that conversation is rated too.
        let trip = line.scene.control.round_trip(id).expect("it lives").expect("it was shown");
        assert!(trip.abs_diff(Duration::from_millis(20 * WAY)) <= Duration::from_millis(1), "{trip:?}");
        assert!(rating.mos_cq.expect("the delay is known") <= rating.mos_lq);
        assert!(quality.delay.network_us.is_some_and(|us| us.abs_diff(10_000 * WAY) < 100), "{quality:?}");
        assert!(quality.received_level.is_some_and(|db| (-60.0..-5.0).contains(&db)), "{quality:?}");
        line.scene.stop();
    }
}

#[test]
fn reports_say_what_was_sent_and_what_came() {
    let mut line = Line::new(SessionSpec::new(CodecSpec::pcma()), Network::new(9, 8_000, 100, 0));
    line.run(2_000);
    let control = line.scene.control.clone();
    let (sender, receiver) = (line.scene.id(line.sender), line.scene.id(line.receiver));
    let stats = control.stats(sender).expect("it lives");
    let now = Micros(control.now().0 + 3_000);
    let mut items = Vec::new();
    rtcp::read(&control.rtcp_report(sender, now).expect("it lives"), |item| items.push(item)).expect("it is RTCP");
    let sent = &line.scene.calls[line.sender].sent;
    let last = sent.last().expect("it sends");
    let header = last.rtp().header;
    let Item::Sender { ssrc, ntp, rtp, packets, bytes } = items[0] else { panic!("{items:?}") };
    assert_eq!((ssrc, ntp, u64::from(packets)), (header.ssrc, NtpTime::at(NtpTime(0), now), stats.sent));
    assert_eq!(u64::from(bytes), 160 * stats.sent);
    // The last packet was passed on in its tick; 3 ms more than whole ticks, of 24 units, have passed since.
    let ticks = control.now().0 / 10_000 - last.tick;
    assert_eq!(rtp, header.timestamp + ticks as u32 * 80 + 24);
    let told = control.quality_record(sender).expect("it lives").remote.expect("the far end told");
    let (seen, expected) = (control.stats(receiver).expect("it lives"), f64::from(sent.len() as u32));
    assert!((f64::from(told.lost) / expected - 0.1).abs() < 0.03, "{told:?}");
    assert!(told.jitter_ms > 0.5 && told.jitter_ms < 8.0 && told.mos_lq.is_some() && told.r_factor.is_some());
    assert_eq!(seen.source_expected - seen.source_received, seen.lost, "nothing came late or twice: {seen:#?}");
    // The far end sends nothing that anybody hears, so its report is that of a receiver.
    let mut items = Vec::new();
    let bye = control.rtcp_bye(receiver, now).expect("it lives");
    rtcp::read(&bye, |item| items.push(item)).expect("it is RTCP");
    assert!(items.iter().any(|item| matches!(item, Item::Voip(voip) if voip.ssrc == header.ssrc.0)));
    assert!(matches!(items.last(), Some(Item::Bye(_))));
    control.rtcp_feed(sender, &bye, now).expect("it is RTCP");
    control.rtcp_feed(sender, &bye, now).expect("it is RTCP");
    assert!(matches!(control.rtcp_feed(sender, &[1, 2, 3], now), Err(FeedError::Rtcp(_))));
    line.run(2);
    assert_eq!(line.told(line.sender, |kind| matches!(kind, EventKind::SourceLeft)), 1);
    line.scene.stop();
}

#[test]
fn alerts_are_raised_while_limits_are_crossed_and_cleared_after() {
    let mut line = Line::new(SessionSpec::new(CodecSpec::pcmu()), Network::clean());
    let id = line.scene.id(line.receiver);
    line.scene.control.thresholds(id, Some(Thresholds::new().limit(AlertKind::Mos, 3.8))).expect("it lives");
    line.run(1_000);
    assert_eq!(line.told(line.receiver, |kind| matches!(kind, EventKind::QualityAlert { .. })), 0);
    line.change(Network::new(4, 3_000, 200, 0));
    line.run(1_000);
    let recent = line.scene.control.recent_quality(id).expect("it lives").expect("it is watched");
    assert!(recent.loss > 0.1 && recent.ms <= 1_010, "{recent:?}");
    line.change(Network::clean());
    line.run(1_500);
    let recent = line.scene.control.recent_quality(id).expect("it lives").expect("it is watched");
    assert!(recent.loss == 0.0 && line.scene.control.quality(id).expect("it lives").loss > 0.01, "{recent:?}");
    let alerts: Vec<_> = line
        .scene
        .events_of(id)
        .filter_map(|event| match event.kind {
            EventKind::QualityAlert { alert } => Some((alert.kind, true)),
            EventKind::QualityCleared { alert } => Some((alert.kind, false)),
            _ => None,
        })
        .collect();
    for kind in [AlertKind::Mos, AlertKind::Loss] {
        let own: Vec<_> = alerts.iter().filter(|alert| alert.0 == kind).map(|alert| alert.1).collect();
        assert_eq!(own, [true, false], "{kind:?}: once each: {alerts:?}");
    }
    let record = line.scene.control.quality_record(id).expect("it lives");
    assert_eq!(record.alerts.len(), alerts.len());
    line.scene.stop();
}

#[test]
fn one_way_dead_air_and_clipping_are_found() {
    let mut scene = Scene::new(config().thresholds(Thresholds::new().limit(AlertKind::DeadAir, 4_000.0)));
    let spec = || SessionSpec::new(CodecSpec::pcmu()).relay(false);
    let speaks = scene.call(spec(), Some(Phone::new(CodecSpec::pcmu(), 20, 1, Network::clean())));
    let silent = scene.call(spec(), None);
    scene.control.bridge(scene.id(speaks), scene.id(silent)).expect("both are free").detach();
    let loud = scene.call(spec(), None);
    let quiet = [scene.call(spec(), None), scene.call(spec(), None)];
    scene.control.bridge(scene.id(quiet[0]), scene.id(quiet[1])).expect("both are free").detach();
    scene.script(1_000, |scene, tick| {
        for (call, payload) in [(loud, [0x80u8; 160]), (quiet[0], [0xff; 160]), (quiet[1], [0xff; 160])] {
            if tick % 2 == 0 {
                let header = media_core::rtp::RtpHeader {
                    marker: false,
                    payload_type: pt(0),
                    sequence: tick as u16 / 2,
                    timestamp: tick as u32 * 80,
                    ssrc: media_core::Ssrc(call as u32),
                };
                let datagram = [&header.to_bytes()[..], &payload].concat();
                scene.calls[call].ingress.push(&datagram, Micros(tick * 10_000)).expect("there is room");
            }
        }
    });
    let raised = |call| -> Vec<AlertKind> {
        let kinds = scene.events_of(scene.id(call)).filter_map(|event| match event.kind {
            EventKind::QualityAlert { alert } => Some(alert.kind),
            _ => None,
        });
        kinds.collect()
    };
    assert_eq!(raised(speaks), []);
    assert_eq!(raised(silent), [AlertKind::OneWay]);
    assert!(raised(loud).contains(&AlertKind::Clipping), "{:?}", raised(loud));
    assert_eq!(raised(quiet[0]), [AlertKind::DeadAir]);
    let found = scene.control.quality_record(scene.id(silent)).expect("it lives").findings;
    assert!(matches!(found.one_way, Some((OneWay::NothingReceived, 5_000..))), "{found:?}");
    assert_eq!(found.echo_return_loss, None, "no canceller measures it");
    scene.stop();
}

#[test]
fn a_sender_follows_the_loss_that_is_told_and_comes_back() {
    let codec = CodecSpec::opus(SampleRate::HZ_16000, pt(111));
    let spec = SessionSpec::new(codec).redundancy(pt(99), 0).jitter(JitterConfig::new());
    let mut line = Line::new(spec, Network::new(11, 3_000, 0, 0));
    let id = line.scene.id(line.sender);
    line.scene.control.adapt(id, Some(Policy::Balanced)).expect("it can be adapted");
    line.run(1_000);
    assert_eq!(line.told(line.sender, |kind| matches!(kind, EventKind::Adapted { .. })), 0);
    line.change(Network::new(12, 3_000, 120, 0));
    line.run(800);
    let before = line.scene.control.stats(line.scene.id(line.receiver)).expect("it lives");
    line.run(1_500);
    let settings = |line: &Line| -> Vec<Setting> {
        let adapted = line.scene.events_of(id).filter_map(|event| match event.kind {
            EventKind::Adapted { adjustment } => Some(adjustment.setting),
            _ => None,
        });
        adapted.collect()
    };
    let up = settings(&line);
    assert!(up.contains(&Setting::Fec(true)) && up.contains(&Setting::Redundancy(1)), "{up:?}");
    assert!(up.iter().any(|s| matches!(s, Setting::ExpectedLoss(10..=20))), "{up:?}");
    assert!(up.len() <= 8, "no going to and fro: {up:?}");
    // 12 % are lost, and hardly anything of it is missing.
    let part = line.scene.control.stats(line.scene.id(line.receiver)).expect("it lives").since(&before);
    assert!(part.repaired * 10 > part.expected, "{part:#?}");
    assert!(part.loss_rate() + part.discard_rate() < 0.04, "{part:#?}");
    line.change(Network::new(13, 3_000, 0, 0));
    line.run(6_000);
    let all = settings(&line);
    assert_eq!(all.iter().rev().find(|s| matches!(s, Setting::Fec(_))), Some(&Setting::Fec(false)), "{all:?}");
    assert_eq!(all.iter().rev().find(|s| matches!(s, Setting::Redundancy(_))), Some(&Setting::Redundancy(0)));
    assert_eq!(all.iter().rev().find(|s| matches!(s, Setting::ExpectedLoss(_))), Some(&Setting::ExpectedLoss(0)));
    // The stream went on through all of it.
    let sent = &line.scene.calls[line.sender].sent;
    assert!(sent.windows(2).all(|pair| {
        let [before, after] = [0, 1].map(|at| pair[at].rtp().header);
        after.sequence == before.sequence.wrapping_add(1) && after.ssrc == before.ssrc
    }));
    let near = line.scene.id(line.near);
    line.scene.control.adapt(near, Some(Policy::Aggressive)).expect("it has a jitter buffer");
    line.scene.control.adapt(near, None).expect("it lives");
    line.scene.stop();
}

#[test]
fn figures_are_told_in_intervals_and_the_record_comes_with_the_end() {
    let mut line = Line::new(SessionSpec::new(CodecSpec::pcmu()), Network::bad(2));
    let (id, control) = (line.scene.id(line.receiver), line.scene.control.clone());
    control.subscribe(id, Millis(2_000)).expect("it lives");
    line.run(1_000);
    let parts: Vec<u64> = line
        .scene
        .events_of(id)
        .filter_map(|event| match &event.kind {
            EventKind::Stats { stats, quality } => {
                assert!(quality.ms >= 900);
                Some(stats.ticks)
            }
            _ => None,
        })
        .collect();
    assert!((4..=5).contains(&parts.len()) && parts.iter().all(|ticks| (195..=205).contains(ticks)), "{parts:?}");
    control.subscribe(id, Millis(0)).expect("it lives");
    let told = line.told(line.receiver, |kind| matches!(kind, EventKind::Stats { .. }));
    line.run(500);
    assert_eq!(line.told(line.receiver, |kind| matches!(kind, EventKind::Stats { .. })), told);
    control.destroy(id).expect("it lives").detach();
    line.run(5);
    let kinds: Vec<_> = line.scene.events_of(id).map(|event| &event.kind).collect();
    let [.., EventKind::QualityFinal { record }, EventKind::Destroyed { stats }] = &kinds[..] else {
        panic!("{kinds:?}")
    };
    assert!(record.is_final && record.figures == **stats && record.quality.rating.is_some());
    let json = serde_json::to_value(record).expect("it is JSON");
    assert_eq!(json["codecs"], serde_json::json!(["PCMU", "PCMU"]));
    assert_eq!(json["figures"]["expected"], stats.expected);
    assert!(json["quality"]["rating"]["mos_lq"].as_f64().is_some_and(|mos| (1.0..4.5).contains(&mos)), "{json}");
    assert!(matches!(control.quality(id), Err(Reject::NoSuchSession(_))));
    line.scene.stop();
}

#[test]
fn a_scrape_has_engine_workers_rooms_and_sessions() {
    let mut line = Line::new(SessionSpec::new(CodecSpec::pcmu()), Network::bad(2));
    line.run(500);
    let control = &line.scene.control;
    let (engine, sessions) = (control.prometheus(Detail::Engine), control.prometheus(Detail::Sessions));
    for text in [&engine, &sessions] {
        assert!(text.contains("media_sessions 3") && text.ends_with("# EOF\n"), "{text}");
        assert!(text.contains("media_worker_sessions{worker=\"0\"} 3"), "{text}");
        assert!(text.contains("media_sessions_by_mos{quality=\"best\"}"), "{text}");
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines.for_each(|line| {
            assert!(line.rsplit_once(' ').is_some_and(|(_, value)| value.parse::<f64>().is_ok()), "{line}")
        });
    }
    assert!(!engine.contains("session=") && sessions.contains("media_session_mos_lq{session=\"2.0\"}"), "{sessions}");
    line.scene.stop();
}

#[test]
fn the_engine_tells_what_it_can_and_how_much_more() {
    let mut scene = Scene::new(EngineConfig::new().workers(2).max_sessions(4));
    let spec = SessionSpec::new(CodecSpec::pcmu());
    let known = scene.control.capabilities();
    assert_eq!((known.sessions, known.workers), (4, 2));
    let opus = known.codecs.iter().find(|codec| codec.name == "opus").expect("it is among the defaults");
    assert!(opus.tunable && opus.ptimes.contains(&Millis(60)) && !opus.ptimes.contains(&Millis(30)));
    assert!(known.codecs.iter().any(|codec| codec.name == "PCMU" && codec.static_types == [0]));
    for left in (1..=4).rev() {
        let admission = scene.control.can_admit(&spec);
        assert_eq!((admission.slots, admission.refused.is_none()), (left, true), "{admission:?}");
        scene.call(spec.clone(), None);
        scene.tick();
    }
    let full = scene.control.can_admit(&spec);
    assert!(full.slots == 0 && matches!(full.refused, Some(Reject::TooManySessions(4))), "{full:?}");
    let wrong = scene.control.can_admit(&spec.ptime(Millis(15)));
    assert!(matches!(wrong.refused, Some(Reject::Build(_))) && wrong.slots == 0);
    scene.stop();
}

#[test]
fn a_leg_takes_the_place_of_another_and_the_stream_goes_on() {
    let mut scene = Scene::of(2, 8);
    let spec = |worker| SessionSpec::new(CodecSpec::pcmu()).worker(media_core::WorkerId(worker));
    let phone = |seed| Some(Phone::new(CodecSpec::pcmu(), 20, seed, Network::clean()));
    let (far, old, new) = (scene.call(spec(0), phone(1)), scene.call(spec(0), phone(2)), scene.call(spec(1), phone(3)));
    let [f, o, n] = [far, old, new].map(|call| scene.id(call));
    assert!(matches!(scene.control.replace(o, n), Err(Reject::Illegal { .. })));
    scene.control.bridge(f, o).expect("both are free").detach();
    scene.run(200);
    let replaced = scene.control.replace(o, n).expect("accepted");
    scene.run(200);
    assert!(replaced.try_result().is_some_and(|answer| answer.is_ok()));
    let codec = CodecSpec::pcmu();
    graph_tests::check_stream(&codec, &scene.calls[far].sent).expect("one line of numbers");
    let heard = graph_tests::audio(&codec, &scene.calls[far].sent);
    let said = scene.calls[new].phone.as_ref().expect("it speaks").spoken().to_vec();
    let at = heard.len() - 8_000;
    let (like, _) = graph_tests::correlation(&heard[at..at + 4_000], &said[said.len() - 12_000..], 8_000);
    assert!(like > 0.9, "{like}: the new leg is heard");
    scene.stop();
}

#[test]
fn a_drain_waits_for_its_deadline_and_then_ends_what_is_left() {
    for hang_up in [true, false] {
        let mut scene = Scene::plain();
        let calls = [0, 1].map(|_| scene.call(SessionSpec::new(CodecSpec::pcmu()), None));
        scene.run(5);
        scene.control.drain(Millis(1_000)).expect("it runs");
        let refused = scene.try_call(SessionSpec::new(CodecSpec::pcmu()), None);
        assert!(matches!(refused, Err(Reject::Draining)));
        assert!(matches!(
            scene.control.can_admit(&SessionSpec::new(CodecSpec::pcmu())).refused,
            Some(Reject::Draining)
        ));
        if hang_up {
            for call in calls {
                scene.control.destroy(scene.id(call)).expect("it lives").detach();
            }
        }
        scene.run(90);
        assert_eq!(scene.control.telemetry().sessions, if hang_up { 0 } else { 2 });
        scene.run(20);
        let ended: Vec<usize> = scene
            .events
            .iter()
            .filter_map(|event| if let EventKind::Drained { ended } = event.kind { Some(ended) } else { None })
            .collect();
        assert_eq!(ended, [if hang_up { 0 } else { 2 }]);
        scene.stop();
    }
}

//! Everything that a network or a host may throw at an engine: typed errors or counted drops, and
//! nobody else hears a thing.
#![allow(clippy::let_underscore_future, reason = "most operations are known by their effect")]
#![allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "test threads, not workers")]

mod common_hostile;

use common_hostile::{Caller, Noise, Sent, assert_balanced, behind_fader, events, key, pull, rtp};
use media_core::engine::{EventKind, IngressError};
use media_core::graph::{ParamId, Segment};
use media_core::quality::SessionStats;
use media_core::types::{IoGroup, Micros, Millis, PayloadType, SampleRate, SessionId};
use media_core::{
    CodecSpec, Control, Decibels, Direction, EngineConfig, EventStream, IngressPort, OfflineEngine, Reject,
    SessionSpec, Source, TapPoint, WorkerId,
};

#[global_allocator]
static GUARD: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

fn offline(workers: usize) -> (OfflineEngine, Control) {
    let engine = OfflineEngine::new(EngineConfig::new().workers(workers).max_sessions(64)).expect("fits");
    let control = engine.control();
    (engine, control)
}

fn pcmu() -> SessionSpec {
    SessionSpec::new(CodecSpec::pcmu())
}

fn silence() -> Source {
    Source::Pcm { samples: vec![0.0; 800].into(), rate: SampleRate::HZ_8000, repeat: true }
}

/// Lets a session's ring run dry, ends it, and gives its final figures.
fn finish(engine: &mut OfflineEngine, stream: &mut EventStream, id: SessionId) -> SessionStats {
    engine.run(20);
    let _ = engine.control().destroy(id).expect("alive");
    engine.tick();
    let found = events(stream).into_iter().rev().find_map(|event| match event.kind {
        EventKind::Destroyed { stats } if event.session == Some(id) => Some(*stats),
        _ => None,
    });
    found.expect("every session that ends tells its figures")
}

/// Pushes to a port and counts every outcome.
struct Pusher {
    port: IngressPort,
    tried: u64,
    full: u64,
    refused: u64,
}

impl Pusher {
    fn new(port: IngressPort) -> Self {
        Self { port, tried: 0, full: 0, refused: 0 }
    }

    fn push(&mut self, datagram: &[u8], now: Micros) {
        self.tried += 1;
        match self.port.push(datagram, now) {
            Ok(()) => {}
            Err(IngressError::Full) => self.full += 1,
            Err(IngressError::Length(length)) => {
                assert_eq!(length, datagram.len());
                self.refused += 1;
            }
            Err(other) => panic!("{other}"),
        }
    }

    /// What was pushed is in the session's figures or in the port's, once.
    #[track_caller]
    fn assert_balanced(&self, stats: &SessionStats) {
        assert_balanced(stats);
        assert_eq!(self.refused, self.port.rejected());
        assert_eq!(self.full, stats.ingress_dropped);
        assert_eq!(self.tried, stats.datagrams + stats.ingress_dropped + self.refused, "{stats:#?}");
    }
}

#[test]
fn every_bad_datagram_is_in_the_figure_that_names_what_is_wrong() {
    type Figure = fn(&SessionStats) -> u64;
    let malformed: Figure = |s| s.malformed;
    let header = |flags: u8, second: u8, rest: &[u8]| {
        let mut datagram = rtp(0, 1_000, 50_000, 9, rest);
        (datagram[0], datagram[1]) = (flags, second);
        datagram
    };
    let cases: Vec<(&str, Vec<u8>, Figure)> = vec![
        ("version 0", header(0x00, 0, &[0xff; 160]), malformed),
        ("version 1", header(0x40, 0, &[0xff; 160]), malformed),
        ("version 3", header(0xc0, 0, &[0xff; 160]), malformed),
        ("a STUN binding request", [&[0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42][..], &[7; 12]].concat(), malformed),
        ("a DTLS client hello", [&[22, 254, 253][..], &[0; 60]].concat(), malformed),
        ("an RTCP sender report", header(0x80, 200, &[0; 16]), malformed),
        ("an RTCP receiver report", header(0x81, 201, &[0; 20]), malformed),
        ("an RTCP goodbye", header(0x81, 203, &[]), malformed),
        ("RTCP feedback", header(0x81, 206, &[0; 8]), malformed),
        ("15 contributing sources in no room", header(0x8f, 0, &[1; 59]), malformed),
        ("15 contributing sources and no payload", header(0x8f, 0, &[1; 60]), malformed),
        ("an extension without its header", header(0x90, 0, &[1; 3]), malformed),
        ("an extension beyond the end", header(0x90, 0, &[0, 0, 0xff, 0xff, 1, 2, 3, 4]), malformed),
        ("an extension and no payload", header(0x90, 0, &[0, 0, 0, 1, 1, 2, 3, 4]), malformed),
        ("sources, extension and padding that eat all", header(0xb1, 0, &[0, 0, 0, 0, 0, 0, 0, 0, 1]), malformed),
        ("padding of 0", header(0xa0, 0, &[5, 5, 0]), malformed),
        ("padding beyond the payload", header(0xa0, 0, &[5, 5, 4]), malformed),
        ("nothing but padding", header(0xa0, 0, &[0, 0, 3]), malformed),
        ("padding in no payload", header(0xa0, 0, &[]), malformed),
        ("no payload", header(0x80, 0, &[]), malformed),
        ("comfort noise", header(0x80, 13, &[60]), |s| s.wrong_payload_type),
        ("a telephone event", header(0x80, 101, &[1, 10, 0, 160]), |s| s.wrong_payload_type),
        ("another codec, marked", header(0x80, 0x88, &[0xd5; 160]), |s| s.wrong_payload_type),
        ("more than 120 ms", header(0x80, 0, &[0xff; 961]), |s| s.overflow),
        ("a second copy", rtp(0, 500, 80_000, 9, &[0xff; 160]), |s| s.duplicate),
        ("far from the sequence, and alone there", rtp(0, 30_000, 80_000, 9, &[0xff; 160]), malformed),
    ];
    let (mut engine, control) = offline(1);
    let mut stream = engine.events().expect("first take");
    for (name, datagram, figure) in &cases {
        let created = control.create(pcmu()).expect("room");
        let mut port = Pusher::new(created.ingress);
        port.push(&rtp(0, 500, 80_000, 9, &[0xff; 160]), engine.now());
        port.push(datagram, engine.now());
        let stats = finish(&mut engine, &mut stream, created.id);
        port.assert_balanced(&stats);
        assert_eq!((stats.received, figure(&stats)), (1, 1), "{name}: {stats:#?}");
    }
    let odd = CodecSpec::l16(SampleRate::HZ_16000, PayloadType::new(96).expect("below 128"));
    let created = control.create(SessionSpec::new(odd)).expect("room");
    let mut port = Pusher::new(created.ingress);
    port.push(&rtp(96, 1, 1, 1, &[0; 641]), engine.now());
    let stats = finish(&mut engine, &mut stream, created.id);
    port.assert_balanced(&stats);
    assert_eq!((stats.received, stats.malformed), (0, 1), "half a sample");
    assert!(engine.stop().reclaimed);
}

#[test]
fn a_datagram_too_short_or_too_long_is_refused_and_counted_by_the_port_alone() {
    let (mut engine, control) = offline(1);
    let mut stream = engine.events().expect("first take");
    let small = control.create(pcmu().ingress_bytes(4 * 1_024)).expect("room");
    let large = control.create(pcmu().ingress_bytes(64 * 1_024)).expect("room");
    for (created, longest) in [(small, 1_016), (large, 1_500)] {
        let mut port = Pusher::new(created.ingress);
        for length in [0, 1, 11, longest + 1, 9_000, 65_535] {
            port.push(&vec![0x80; length], engine.now());
        }
        assert_eq!(port.refused, 6);
        port.push(&[0x80; 12], engine.now());
        port.push(&vec![0x80; longest], engine.now());
        assert_eq!((port.refused, port.full), (6, 0));
        let stats = finish(&mut engine, &mut stream, created.id);
        port.assert_balanced(&stats);
        assert_eq!(stats.datagrams, 2);
    }
    assert!(engine.stop().reclaimed);
}

#[test]
fn garbage_of_every_kind_balances_and_a_stream_is_heard_after_it() {
    for seed in 1..=12u64 {
        let mut noise = Noise(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let (mut engine, control) = offline(1);
        let mut stream = engine.events().expect("first take");
        let created = control.create(pcmu()).expect("room");
        let mut port = Pusher::new(created.ingress);
        let (mut sequence, mut timestamp, mut ssrc) = (seed as u16, seed as u32, 1u32);
        for _ in 0..1_500 {
            for _ in 0..noise.below(4) {
                match noise.below(16) {
                    0 => sequence = noise.next() as u16,
                    1 => timestamp = noise.next() as u32,
                    2 => ssrc = noise.below(4) as u32,
                    3 => sequence = sequence.wrapping_sub(noise.below(200) as u16),
                    4 => timestamp = timestamp.wrapping_add(noise.below(1 << 31) as u32),
                    _ => {}
                }
                let length = [160, 160, 160, 80, 1, 960, noise.below(1_100) as usize][noise.below(7) as usize];
                let mut datagram = rtp(0, sequence, timestamp, ssrc, &noise.bytes(length));
                for _ in 0..noise.below(3) * noise.below(2) {
                    let at = noise.below(datagram.len().min(16) as u64) as usize;
                    datagram[at] = noise.next() as u8;
                }
                datagram.truncate(noise.below(40 * datagram.len() as u64) as usize);
                let now = match noise.below(40) {
                    0 => Micros(noise.next()),
                    1 => Micros(u64::MAX),
                    2 => Micros(0),
                    _ => engine.now(),
                };
                port.push(&datagram, now);
                sequence = sequence.wrapping_add(1);
                timestamp = timestamp.wrapping_add(160);
            }
            engine.tick();
        }
        engine.run(40);
        let before = control.stats(created.id).expect("alive").received_samples;
        let mut caller = Caller::new(0, 77);
        for _ in 0..400 {
            if let Some(datagram) = caller.tick() {
                port.push(&datagram, engine.now());
            }
            engine.tick();
        }
        let heard = control.stats(created.id).expect("alive").received_samples - before;
        assert!(heard > 300 * 80, "seed {seed}: a good stream after the garbage plays, {heard} samples");
        let stats = finish(&mut engine, &mut stream, created.id);
        port.assert_balanced(&stats);
        let samples = stats.received_samples + stats.concealed_samples + stats.silent_samples;
        assert_eq!(samples, stats.ticks * 80);
        assert!(engine.stop().reclaimed);
    }
}

/// What the other legs send while one leg gets `flood` datagrams in each of some ticks.
fn flooded(flood: usize, datagram: impl Fn(usize, &mut Noise) -> Vec<u8>, relay: bool) -> Sent {
    let (mut engine, control) = offline(1);
    let mut out = engine.egress(IoGroup(0)).expect("first take");
    let mut stream = engine.events().expect("first take");
    let mut legs: Vec<_> = (0..6)
        .map(|i| {
            let created = control.create(pcmu().relay(relay)).expect("room");
            (created.id, created.ingress, Caller::new(0, 100 + i))
        })
        .collect();
    let victim = control.create(pcmu().relay(relay)).expect("room");
    let peer = control.create(pcmu().relay(relay)).expect("room");
    let _ = control.bridge(legs[0].0, legs[1].0).expect("free");
    let _ = control.bridge(legs[2].0, legs[3].0).expect("free");
    let _ = control.bridge(victim.id, peer.id).expect("free");
    let mut port = Pusher::new(victim.ingress);
    let (mut sent, mut noise) = (Sent::new(), Noise(42));
    for tick in 0..120 {
        for (_, port, caller) in &mut legs {
            caller.push(port, engine.now());
        }
        if (30..90).contains(&tick) {
            let count = if tick == 60 { flood } else { flood.min(300) };
            for at in 0..count {
                port.push(&datagram(at + tick * 1_000, &mut noise), engine.now());
            }
        }
        engine.tick();
        pull(&mut out, &mut sent);
    }
    if flood > 0 {
        assert!(port.full > flood as u64 / 2, "a flood is dropped where it enters: {} of {}", port.full, port.tried);
    }
    let stats = finish(&mut engine, &mut stream, victim.id);
    port.assert_balanced(&stats);
    let report = engine.stop();
    assert!(report.reclaimed);
    sent.retain(|session, _| *session < 6);
    assert_eq!(sent.len(), 6);
    sent
}

#[test]
fn ten_thousand_datagrams_in_a_tick_change_no_bit_of_other_legs() {
    let calm = flooded(0, |_, _| Vec::new(), true);
    let garbage = flooded(
        10_000,
        |_, noise| {
            let length = 12 + noise.below(800) as usize;
            noise.bytes(length)
        },
        true,
    );
    assert_eq!(calm, garbage);
    let plausible = flooded(10_000, |at, _| rtp(0, at as u16, at as u32 * 160, 5, &[0x55; 160]), true);
    assert_eq!(calm, plausible);
    let sources = flooded(10_000, |at, _| rtp(0, at as u16, at as u32, at as u32, &[0x55; 80]), true);
    assert_eq!(calm, sources);
    let tiny = flooded(10_000, |at, _| rtp(0, at as u16, at as u32, 5, &[0x55]), true);
    assert_eq!(calm, tiny);
}

#[test]
fn a_flood_of_a_leg_that_is_decoded_changes_no_bit_of_other_legs() {
    let calm = flooded(0, |_, _| Vec::new(), false);
    assert_eq!(calm, flooded(10_000, |at, _| rtp(0, at as u16, at as u32 * 160, 5, &[0x55; 160]), false));
    assert_eq!(calm, flooded(10_000, |at, _| rtp(0, at as u16, at as u32, at as u32, &[0x55]), false));
}

#[test]
fn operations_on_handles_of_the_dead_are_rejected_and_never_reach_the_next_tenant() {
    let (mut engine, control) = offline(2);
    let mut dead = control.create(pcmu()).expect("room");
    let live = control.create(pcmu()).expect("room");
    engine.run(2);
    let (old_play, _) = control.play(dead.id, silence()).expect("alive");
    let (old_tap, mut reader, _) = control.tap(dead.id, TapPoint::Sent, Millis(100)).expect("alive");
    engine.run(5);
    let _ = control.destroy(dead.id).expect("alive");
    // Already when the end is asked for, and all the more when it has come and the slot is let again.
    for round in 0..3 {
        let id = dead.id;
        let gone = |outcome: Result<(), Reject>| {
            assert!(matches!(outcome, Err(Reject::NoSuchSession(of)) if of == id), "round {round}: {outcome:?}");
        };
        gone(control.destroy(id).map(drop));
        gone(control.bridge(id, live.id).map(drop));
        gone(control.bridge(live.id, id).map(drop));
        gone(control.unbridge(id).map(drop));
        gone(control.gain(id, Direction::Inbound, Decibels(0.0), Millis(0)).map(drop));
        gone(control.mute(id, Direction::Outbound, true).map(drop));
        gone(control.hold(id, Some(silence())).map(drop));
        gone(control.resume(id).map(drop));
        gone(control.play(id, silence()).map(drop));
        gone(control.stop_play(id, old_play).map(drop));
        gone(control.tap(id, TapPoint::Received, Millis(10)).map(drop));
        gone(control.close_tap(id, old_tap).map(drop));
        gone(control.edit(id, |_, _| Ok(())).map(drop));
        gone(control.migrate(id, WorkerId(1)).map(drop));
        gone(control.stats(id).map(drop));
        gone(control.busy(id).map(drop));
        gone(control.legs(id).map(drop));
        gone(control.describe(id).map(drop));
        gone(control.worker(id).map(drop));
        gone(control.txn().hold(live.id, None).resume(id).commit().map(drop));
        engine.run(2);
        if round == 1 {
            let next = control.create(pcmu()).expect("room");
            assert_eq!((next.id.index(), next.id.generation()), (id.index(), id.generation() + 1));
            engine.run(2);
        }
    }
    while reader.read().is_some() {}
    assert!(reader.is_finished());
    assert_eq!(dead.ingress.push(&[0x80; 172], engine.now()), Err(IngressError::Gone));
    assert!(dead.ingress.is_closed());
    assert!(matches!(control.stop_play(live.id, old_play), Err(Reject::NoSuchHandle(_))));
    assert!(matches!(control.close_tap(live.id, old_tap), Err(Reject::NoSuchHandle(_))));
    assert!(matches!(control.migrate(live.id, WorkerId(9)), Err(Reject::NoSuchWorker(_))));
    assert!(matches!(control.bridge(live.id, live.id), Err(Reject::SameSession(_))));
    assert!(matches!(control.gain(live.id, Direction::Inbound, Decibels(f32::NAN), Millis(0)), Err(Reject::Gain(_))));
    assert!(matches!(control.gain(live.id, Direction::Inbound, Decibels(25.0), Millis(0)), Err(Reject::Gain(_))));
    let legs = control.legs(live.id).expect("alive");
    let set = control.set(live.id, legs.receive, ParamId(0), 1.0, Millis(0));
    assert!(matches!(set, Err(Reject::Reserved(_))));
    assert!(matches!(control.resume(live.id), Err(Reject::Illegal { .. })), "nothing of it all changed the living");
    assert!(engine.stop().reclaimed);
}

#[test]
fn a_full_command_ring_rejects_and_loses_nothing_that_was_accepted() {
    let config = EngineConfig::new().workers(1).max_sessions(64).command_ring(64);
    let mut engine = OfflineEngine::new(config).expect("fits");
    let control = engine.control();
    let mut stream = engine.events().expect("first take");
    let leg = control.create(pcmu()).expect("room");
    engine.tick();
    let mut accepted = Vec::new();
    for round in 0..200u32 {
        match control.mute(leg.id, Direction::Inbound, round % 2 == 0) {
            Ok(op) => accepted.push(op),
            Err(why) => assert!(matches!(why, Reject::Busy(WorkerId(0))), "{why}"),
        }
    }
    assert_eq!(accepted.len(), 64);
    let sessions = control.telemetry().sessions;
    assert!(matches!(control.create(pcmu()), Err(Reject::Busy(_))));
    assert!(matches!(control.destroy(leg.id), Err(Reject::Busy(_))));
    assert!(matches!(control.hold(leg.id, Some(silence())), Err(Reject::Busy(_))));
    assert!(matches!(
        control.edit(leg.id, behind_fader(Segment::Up, common_hostile::Chatter { each: 1, said: 0 })),
        Err(Reject::Busy(_))
    ));
    assert_eq!(control.telemetry().sessions, sessions, "a rejected creation keeps no place");
    assert!(matches!(control.resume(leg.id), Err(Reject::Illegal { .. })), "a rejected hold holds nobody");
    engine.tick();
    assert!(accepted.iter().all(|op| op.try_result().is_some_and(|outcome| outcome.is_ok())));
    // A rejected operation can simply be repeated.
    let held = control.hold(leg.id, Some(silence())).expect("there is room again");
    let next = control.create(pcmu()).expect("there is room again");
    engine.run(3);
    assert!(held.try_result().expect("answered").is_ok() && next.op.try_result().expect("answered").is_ok());
    let applied = events(&mut stream).iter().filter(|e| matches!(e.kind, EventKind::Applied { .. })).count();
    assert_eq!(applied, 1 + 64 + 2, "each accepted operation is told once");
    assert!(engine.stop().reclaimed);
}

#[test]
fn more_operations_than_a_boundary_takes_are_all_applied_in_order() {
    let (mut engine, control) = offline(1);
    let leg = control.create(pcmu()).expect("room");
    engine.tick();
    let open: Vec<_> =
        (0..900).map(|i| control.mute(leg.id, Direction::Inbound, i % 2 == 0).expect("room for 1 024")).collect();
    engine.run(4);
    let ticks: Vec<_> = open.iter().map(|op| op.try_result().expect("answered").expect("applied").tick).collect();
    assert!(ticks.is_sorted() && ticks[0] < ticks[899]);
    assert!(engine.stop().reclaimed);
}

#[test]
fn places_run_out_as_an_error_and_come_back() {
    let mut engine = OfflineEngine::new(EngineConfig::new().workers(2).max_sessions(8)).expect("fits");
    let control = engine.control();
    for round in 0..50 {
        let ids: Vec<_> = (0..8).map(|_| control.create(pcmu()).expect("eight fit").id).collect();
        assert!(matches!(control.create(pcmu()), Err(Reject::TooManySessions(8))));
        engine.run(round % 3 + 1);
        for id in ids {
            let _ = control.destroy(id).expect("alive");
        }
        engine.tick();
    }
    assert_eq!(control.telemetry().sessions, 0);
    assert!(engine.stop().reclaimed);
}

#[test]
fn a_relay_with_a_hostile_sender_gives_its_peer_a_sound_stream() {
    let (mut engine, control) = offline(1);
    let mut out = engine.egress(IoGroup(0)).expect("first take");
    let mut stream = engine.events().expect("first take");
    let (a, b) = (control.create(pcmu()).expect("room"), control.create(pcmu()).expect("room"));
    let _ = control.bridge(a.id, b.id).expect("free");
    let (mut port, mut noise, mut sent) = (Pusher::new(a.ingress), Noise(7), Sent::new());
    for _ in 0..2_000 {
        for _ in 0..noise.below(5) {
            let payload_length = 1 + noise.below(900) as usize;
            let ssrc = noise.below(3) as u32;
            let datagram =
                rtp(0, noise.next() as u16 & 0x83ff, noise.next() as u32, ssrc, &noise.bytes(payload_length));
            port.push(&datagram, engine.now());
        }
        engine.tick();
        pull(&mut out, &mut sent);
    }
    let datagrams = sent.get(&key(b.id)).expect("some of it is plausible");
    let ssrc = &datagrams[0][8..12];
    assert!(datagrams.iter().all(|d| d[0] == 0x80 && d[1] & 0x7f == 0 && &d[8..12] == ssrc));
    let stats = finish(&mut engine, &mut stream, a.id);
    port.assert_balanced(&stats);
    let stats = finish(&mut engine, &mut stream, b.id);
    let relayed = datagrams.len() as u64;
    assert!(stats.sent >= relayed && stats.relayed <= relayed, "{stats:#?}");
    assert!(engine.stop().reclaimed);
}

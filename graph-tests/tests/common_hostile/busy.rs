//! A host that does everything at once to a running engine, for tests that watch its workers.
#![allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "a host's threads, not workers")]

use std::thread;
use std::time::Duration;

use media_core::graph::Segment;
use media_core::processing::dsp::ToneSpec;
use media_core::types::{IoGroup, Millis, PayloadType, SampleRate};
use media_core::{CodecSpec, Created, Decibels, Direction, MediaEngine, SessionSpec, Source, TapPoint, WorkerId};

use super::{Caller, Chatter, Sent, behind_fader, pull};

/// Sessions come and go, packets good and bad arrive, graphs are edited, taps run, legs move between
/// the two workers. Returns how many operations were answered, and datagrams sent.
pub fn busy_day(engine: &mut MediaEngine, rounds: u64) -> (u64, usize) {
    let control = engine.control();
    let mut out = engine.egress(IoGroup(0)).expect("first take");
    let mut stream = engine.events().expect("first take");
    let wide = CodecSpec::l16(SampleRate::HZ_16000, PayloadType::new(96).expect("below 128"));
    let (mut answered, mut sent) = (0, Sent::new());
    for round in 0..rounds {
        let mut legs: Vec<(Created, Caller)> = [CodecSpec::pcmu(), CodecSpec::pcma(), CodecSpec::pcmu(), wide]
            .into_iter()
            .zip([0, 8, 0, 96])
            .map(|(codec, payload_type)| {
                let created = control.create(SessionSpec::new(codec)).expect("there is room");
                (created, Caller::new(payload_type, round as u32 * 8 + u32::from(payload_type) + 1))
            })
            .collect();
        let ids: Vec<_> = legs.iter().map(|leg| leg.0.id).collect();
        let mut open: Vec<_> = legs.iter().map(|leg| leg.0.op.clone()).collect();
        open.push(control.bridge(ids[0], ids[2]).expect("free"));
        open.push(control.bridge(ids[1], ids[3]).expect("free"));
        let (_, mut reader, tapped) = control.tap(ids[0], TapPoint::Received, Millis(40)).expect("alive");
        open.push(tapped);
        let tone = Source::Tone(ToneSpec::new().partial(440.0, Decibels(-20.0)));
        let (play, played) = control.play(ids[1], tone).expect("alive");
        open.push(played);
        for step in 0..12u64 {
            let now = control.now();
            for (created, caller) in &mut legs {
                let _ = created.ingress.push(&caller.packet(), now);
                let _ = created.ingress.push(&[0x80; 20], now);
                let _ = created.ingress.push(&[0xff; 700], now);
            }
            match step {
                2 => open.push(control.gain(ids[0], Direction::Inbound, Decibels(-6.0), Millis(50)).expect("alive")),
                3 => open.push(control.migrate(ids[0], WorkerId((round % 2) as u16)).expect("alive")),
                4 => {
                    let edit = behind_fader(Segment::Up, Chatter { each: 2, said: 0 });
                    open.push(control.edit(ids[0], edit).expect("fits"));
                }
                5 => open.push(control.hold(ids[2], None).expect("alive")),
                6 => open.push(control.stop_play(ids[1], play).expect("plays")),
                7 => open.push(control.resume(ids[2]).expect("held")),
                8 => open.push(control.migrate(ids[0], WorkerId(((round + 1) % 2) as u16)).expect("alive")),
                10 => open.push(control.unbridge(ids[1]).expect("bridged")),
                _ => {}
            }
            for id in &ids {
                let _op = control.stats(*id).expect("alive");
                let _op = control.busy(*id).expect("alive");
            }
            thread::sleep(Duration::from_millis(10));
            if step % 4 == 0 {
                while reader.read().is_some() {}
                pull(&mut out, &mut sent);
            }
        }
        open.extend(ids.iter().map(|id| control.destroy(*id).expect("alive")));
        for (at, op) in open.into_iter().enumerate() {
            let outcome = op.wait_timeout(Duration::from_secs(60)).expect("answered");
            assert!(outcome.is_ok(), "operation {at} of round {round}: {outcome:?}");
            answered += 1;
        }
        while stream.try_next().is_some() {}
    }
    pull(&mut out, &mut sent);
    (answered, sent.values().map(Vec::len).sum())
}

//! When packets pass undecoded, and when they do not.

use assert_no_alloc::AllocDisabler;
use media_core::rtp::RtpHeader;
use media_core::{CodecSpec, Decibels, Direction, EngineConfig, Millis, OfflineEngine, SessionSpec, Ssrc};

#[global_allocator]
static GUARD: AllocDisabler = AllocDisabler;

#[test]
fn a_ramp_to_unity_ends_before_packets_pass_undecoded() {
    let mut engine = OfflineEngine::new(EngineConfig::new().workers(1).stats_interval(1)).expect("valid");
    let control = engine.control();
    let mut a = control.create(SessionSpec::new(CodecSpec::pcmu())).expect("there is room");
    let b = control.create(SessionSpec::new(CodecSpec::pcmu())).expect("there is room");
    control.bridge(a.id, b.id).expect("both are free").detach();
    let mut relayed = Vec::new();
    for tick in 0..300u32 {
        if tick == 50 {
            control.gain(a.id, Direction::Inbound, Decibels(-20.0), Millis(0)).expect("it lives").detach();
        }
        if tick == 100 {
            control.gain(a.id, Direction::Inbound, Decibels(0.0), Millis(500)).expect("it lives").detach();
        }
        if tick.is_multiple_of(2) {
            let payload_type = CodecSpec::pcmu().payload_type;
            let (sequence, timestamp) = (tick as u16 / 2, tick * 80);
            let header = RtpHeader { marker: tick == 0, payload_type, sequence, timestamp, ssrc: Ssrc(9) };
            let datagram = [&header.to_bytes()[..], &[0x9c; 160]].concat();
            a.ingress.push(&datagram, engine.now()).expect("there is room");
        }
        engine.tick();
        relayed.push(control.stats(b.id).expect("it lives").relayed);
    }
    assert!(relayed[49] >= 24, "plain legs relay at once: {}", relayed[49]);
    assert_eq!(relayed[52], relayed[150], "neither with a gain nor while it ramps away");
    assert!(relayed[299] > relayed[160] + 60, "the relay goes on when the ramp has ended");
}

//! When packets pass undecoded, and when they do not.

use assert_no_alloc::AllocDisabler;
use graph_tests::{Network, Phone, Random};
use media_core::rtp::RtpHeader;
use media_core::{
    CodecSpec, Control, Decibels, Digits, Direction, EgressPort, EngineConfig, IngressPort, IoGroup, Micros, Millis,
    OfflineEngine, PayloadType, SessionId, SessionSpec, Ssrc,
};

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

/// One call in phases of its own: an engine, two bridged legs, and what each was sent.
struct Pair {
    engine: OfflineEngine,
    control: Control,
    egress: EgressPort,
    ids: [SessionId; 2],
    ingress: [IngressPort; 2],
    sent: [Vec<Vec<u8>>; 2],
}

impl Pair {
    fn new() -> Self {
        let config = EngineConfig::new().workers(1).phases(8).stats_interval(1).seed(7);
        let mut engine = OfflineEngine::new(config).expect("valid");
        let (control, egress) = (engine.control(), engine.egress(IoGroup(0)).expect("asked once"));
        let also = |spec: SessionSpec| spec.also_receive(CodecSpec::pcma()).telephone_event(payload_type(101), 8_000);
        let [a, b] = [0, 1].map(|_| control.create(also(SessionSpec::new(CodecSpec::pcmu()))).expect("there is room"));
        control.bridge(a.id, b.id).expect("both are free").detach();
        Self { engine, control, egress, ids: [a.id, b.id], ingress: [a.ingress, b.ingress], sent: Default::default() }
    }

    /// Runs a tick, with these datagrams pushed before the phases that they stand beside; returns how many were sent before its last phase.
    fn tick(&mut self, arrivals: &[(u8, usize, u64, Vec<u8>)]) -> usize {
        let Self { engine, egress, ids, ingress, sent, .. } = self;
        let mut early = 0;
        engine.tick_by_phases(|phase| {
            let before = sent[0].len() + sent[1].len();
            egress.pull(usize::MAX, |id, datagram| {
                sent[usize::from(id == ids[1])].push(datagram.to_vec());
            });
            // What the pair's own phase sends, which is the first one, is none of it.
            early += if phase > 1 { sent[0].len() + sent[1].len() - before } else { 0 };
            for (_, leg, arrival, datagram) in arrivals.iter().filter(|arrival| arrival.0 == phase) {
                ingress[*leg].push(datagram, Micros(*arrival)).expect("there is room");
            }
        });
        early
    }
}

fn payload_type(value: u8) -> PayloadType {
    PayloadType::new(value).expect("below 128")
}

/// What phones and the host do in 6 s: the one call is given each packet in the middle of the tick before, the other one as its tick begins.
#[test]
fn packets_that_do_not_wait_for_their_phase_come_to_the_same() {
    let (mut at_once, mut waiting) = (Pair::new(), Pair::new());
    let mut phones = [
        Phone::new(CodecSpec::pcmu(), 20, 5, Network::bad(5)),
        Phone::new(CodecSpec::pcmu(), 20, 6, Network::jittery(6)),
    ];
    let mut random = Random::new(9);
    let mut early = 0;
    let mut next: Vec<(u8, usize, u64, Vec<u8>)> = Vec::new();
    for tick in 0..600u64 {
        // Where the host acts, or the engine does since the phone has changed, it matters what came before that.
        let acts = [(100, 1), (160, 1), (300, 25), (250, 40), (350, 40), (450, 40)];
        let acts = acts.iter().any(|(at, ticks)| (at - 1..at + ticks - 1).contains(&tick));
        match tick {
            200 => phones[0].switch_source(Ssrc(77)),
            // Another codec that was offered, and packets of another length.
            250 => phones[1] = Phone::new(CodecSpec::pcma(), 20, 8, Network::jittery(8)),
            350 => phones[0] = Phone::new(CodecSpec::pcmu(), 30, 11, Network::bad(11)),
            450 => phones[0] = Phone::new(CodecSpec::pcmu(), 20, 12, Network::bad(12)),
            _ => {}
        }
        for pair in [&at_once, &waiting] {
            let (control, ids) = (&pair.control, pair.ids);
            match tick {
                100 => control.send_digits(ids[0], Digits::new("5#").expect("digits")).expect("it lives").detach(),
                160 => control.hold(ids[1], None).expect("it lives").detach(),
                300 => control.resume(ids[1]).expect("it lives").detach(),
                _ => {}
            }
        }
        let mut arrived = Vec::new();
        for (leg, phone) in phones.iter_mut().enumerate() {
            phone.tick(tick + 1, |arrival, datagram| arrived.push((0, leg, arrival, datagram.to_vec())));
        }
        // A key of four reports, from leg 1.
        if tick % 97 < 8 && tick.is_multiple_of(2) {
            let (n, payload_type) = ((tick % 97 / 2) as u16, payload_type(101));
            let (sequence, timestamp) = (0x7000 + (tick / 97) as u16 * 8 + n, (tick / 97) as u32 * 8_000);
            let header = RtpHeader { marker: n == 0, payload_type, sequence, timestamp, ssrc: Ssrc(1_234) };
            let [high, low] = (160 * (n + 1)).to_be_bytes();
            let report = [4, if n == 3 { 0x80 } else { 0 } | 10, high, low];
            arrived.push((0, 1, tick * 10_000, [&header.to_bytes()[..], &report].concat()));
        }
        // The pair runs in phase 0: what comes behind it belongs to the next tick, unless something else comes before that.
        let phase = if acts { 8 } else { 1 + random.below(7) as u8 };
        let now: Vec<_> = arrived.iter().map(|(_, leg, at, datagram)| (phase, *leg, *at, datagram.clone())).collect();
        early += at_once.tick(&now);
        assert_eq!(waiting.tick(&next), 0, "nothing comes in the middle of a tick");
        next = arrived;
        let figures = |pair: &Pair| pair.ids.map(|id| pair.control.stats(id).expect("it lives"));
        assert_eq!(figures(&at_once), figures(&waiting), "tick {tick}");
    }
    at_once.tick(&[]);
    waiting.tick(&next);
    for leg in 0..2 {
        let different = at_once.sent[leg].iter().zip(&waiting.sent[leg]).position(|(a, b)| a != b);
        assert_eq!(different, None, "leg {leg}");
        assert_eq!(at_once.sent[leg].len(), waiting.sent[leg].len());
    }
    assert!(early > 200, "packets that did not wait: {early}");
}

#[test]
fn a_relayed_packet_leaves_in_the_phase_that_it_comes_before() {
    let config = EngineConfig::new().workers(1).phases(8).max_sessions(256);
    let mut engine = OfflineEngine::new(config).expect("valid");
    let (control, mut egress) = (engine.control(), engine.egress(IoGroup(0)).expect("asked once"));
    // Pairs in every phase.
    let mut calls: Vec<_> = (0..40)
        .map(|_| {
            let [a, b] = [0, 1].map(|_| control.create(SessionSpec::new(CodecSpec::pcmu())).expect("there is room"));
            control.bridge(a.id, b.id).expect("both are free").detach();
            (a, b)
        })
        .collect();
    for tick in 0..100u32 {
        let at = (tick % 8) as u8;
        engine.tick_by_phases(|phase| {
            let mut left = 0;
            egress.pull(usize::MAX, |_, _| left += 1);
            if phase == at + 1 && tick > 10 {
                assert_eq!(left, calls.len(), "tick {tick}");
            }
            for (a, _) in calls.iter_mut().filter(|_| phase == at) {
                let payload_type = CodecSpec::pcmu().payload_type;
                let (sequence, timestamp) = (tick as u16, tick * 160);
                let header = RtpHeader { marker: tick == 0, payload_type, sequence, timestamp, ssrc: Ssrc(9) };
                let datagram = [&header.to_bytes()[..], &[0x9c; 160]].concat();
                a.ingress.push(&datagram, Micros(u64::from(tick) * 10_000)).expect("there is room");
            }
        });
    }
    let last = calls.last().expect("there are some");
    assert!(control.stats(last.1.id).expect("it lives").relayed > 0);
}

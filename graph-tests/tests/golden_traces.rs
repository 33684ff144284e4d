//! Golden hashes of the receive side: what small networks of every kind make of a stream, and the same from one
//! worker and from three.
//!
//! When delay control, concealment or a decoder change, the table changes with them:
//! `GOLDEN_TRACES=print cargo test -p graph-tests --test golden_traces -- --nocapture` prints the new one.
#![allow(clippy::print_stdout, reason = "prints the table that is to be put in")]

use graph_tests::{Fnv, Random, Voice};
use media_core::rtp::RtpHeader;
use media_core::{
    CodecSpec, EngineConfig, IoGroup, JitterConfig, Micros, Millis, OfflineEngine, PayloadType, SampleRate,
    SessionSpec, SessionStats, Ssrc, TapPoint,
};

#[global_allocator]
static GUARD: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

/// Trace, codec, hash of the audio, hash of the main counters.
const GOLDEN: &[(&str, &str, u64, u64)] = &[
    ("clean", "pcmu", 0xb1c1_e3a6_dd7d_b377, 0xe7c3_c841_1c96_d05b),
    ("loss burst", "pcmu", 0xf526_bf38_39ef_daa8, 0x2f06_c0c5_c7e9_1d0a),
    ("jitter gamma", "pcmu", 0xa06b_d1a2_2aba_da46, 0xd8ba_3d3d_51fe_5e2b),
    ("reorder", "pcmu", 0x9e8d_05a5_ecce_5bbd, 0x8acd_ed29_be3a_413a),
    ("dup", "pcmu", 0x77c0_d2ac_84c9_b21c, 0x6e60_01d9_19db_1b67),
    ("dtx", "pcmu", 0xb657_1bf7_a729_4189, 0xe48b_4ccc_81b3_1f2e),
    ("drift", "pcmu", 0xd1c0_645a_83c0_0504, 0xe894_b621_4d5f_9e1d),
    ("step", "pcmu", 0x23ca_6302_22d3_73a7, 0x3110_e90a_0232_eb57),
    ("spikes", "pcmu", 0x10d6_f0e7_7833_7358, 0xfd50_7c44_9d5a_55f8),
    ("clean", "opus", 0x8394_135d_29ff_7b8a, 0xece5_66d6_cd01_c661),
    ("loss burst", "opus", 0x3806_991e_a1b1_1781, 0x96cd_6aa2_9cca_26c4),
    ("jitter gamma", "opus", 0x0e63_b2d1_8bc1_c826, 0x919a_135a_4339_1e05),
    ("reorder", "opus", 0xc71f_9bb8_1419_4f2d, 0x79ce_3bf0_5e42_9648),
    ("dup", "opus", 0xe45c_1fdd_9ab5_a565, 0xb5b3_37e0_2cb8_a159),
    ("dtx", "opus", 0xdb13_08d0_326d_b7e2, 0xbd1b_7272_f30d_09ac),
    ("drift", "opus", 0xf37a_3d6b_85d2_f011, 0x50f1_54ff_e85d_5d2e),
    ("step", "opus", 0xc316_b21d_e0ef_b872, 0x1bbb_7d9a_bdbc_70e6),
    ("spikes", "opus", 0x82c1_b661_77ba_ef56, 0x0666_403c_373d_fb7b),
];

/// One packet: its place on a clock of 8 kHz, and when it comes, more than once if it is repeated.
struct Sent {
    sequence: u16,
    timestamp: u32,
    arrives_us: Vec<u64>,
}

const PACKETS: u64 = 500;

/// The kinds of network, each with what it adds to the delay of packet `n`; `None` is lost.
fn traces() -> Vec<(&'static str, Vec<Sent>)> {
    /// About a gamma distribution of shape 2: the sum of two exponentials, by integers alone.
    fn gamma(random: &mut Random, mean_us: u64) -> u64 {
        let mut exponential = || (0..).take_while(|_| random.below(8) != 0).count() as u64 * mean_us / 14;
        exponential() + exponential()
    }
    let make = |seed: u64, delay: &dyn Fn(u64, &mut Random) -> Option<u64>| -> Vec<Sent> {
        let mut random = Random::new(seed);
        let sent = (0..PACKETS).map(|n| {
            let arrives_us = delay(n, &mut random).map(|us| 20_000 * (n + 1) + us).into_iter().collect();
            Sent { sequence: 65_300u16.wrapping_add(n as u16), timestamp: n as u32 * 160, arrives_us }
        });
        sent.collect()
    };
    let mut twice = make(5, &|_, r| Some(r.below(5_000)));
    for (at, sent) in twice.iter_mut().enumerate().filter(|(at, _)| at % 9 == 0) {
        let again = sent.arrives_us[0] + 5_000 * (at as u64 % 7);
        sent.arrives_us.push(again);
    }
    let mut pauses = make(6, &|_, r| Some(gamma(r, 8_000)));
    pauses.iter_mut().enumerate().for_each(|(n, sent)| {
        // After every 100 packets nothing is sent for a second.
        let paused = n as u32 / 100;
        sent.timestamp += paused * 8_000;
        sent.arrives_us.iter_mut().for_each(|at| *at += u64::from(paused) * 1_000_000);
    });
    let queue = |mut sent: Vec<Sent>| {
        let mut last = 0;
        for at in sent.iter_mut().flat_map(|sent| &mut sent.arrives_us) {
            last = last.max(*at);
            *at = last;
        }
        sent
    };
    vec![
        ("clean", make(1, &|_, _| Some(0))),
        ("loss burst", make(2, &|n, r| (n % 90 > 4 && r.below(50) != 0).then(|| r.below(3_000)))),
        ("jitter gamma", queue(make(3, &|_, r| Some(gamma(r, 30_000))))),
        ("reorder", make(4, &|_, r| Some(if r.below(6) == 0 { 45_000 } else { r.below(4_000) }))),
        ("dup", twice),
        ("dtx", pauses),
        ("drift", make(7, &|n, r| Some(10_000 - n * 20 + r.below(3_000)))),
        ("step", make(8, &|n, r| Some(if n < 200 { 0 } else { 80_000 } + r.below(4_000)))),
        ("spikes", queue(make(9, &|n, r| Some(if n % 120 == 60 { 260_000 } else { r.below(6_000) })))),
    ]
}

fn codecs() -> Vec<(&'static str, CodecSpec)> {
    let payload_type = PayloadType::new(111).expect("below 128");
    vec![("pcmu", CodecSpec::pcmu()), ("opus", CodecSpec::opus(SampleRate::HZ_48000, payload_type))]
}

/// What one stream came to.
struct Heard {
    audio: Fnv,
    stats: SessionStats,
    per_tick: u64,
}

/// Datagrams with their times of arrival in microseconds.
type Arrivals = Vec<(u64, Vec<u8>)>;

/// Arrivals of a coded stream in the order of time.
fn coded(codec: &CodecSpec, sent: &[Sent]) -> Arrivals {
    let (mut voice, mut encoder) = (Voice::new(17, codec.rate.hz()), codec.mono_encoder());
    let length = codec.rate.per_tick() * 2;
    let mut payload = vec![0; encoder.max_payload(length)];
    let mut arrivals = Vec::new();
    for one in sent {
        let encoded = encoder.encode(&voice.take(length), &mut payload).expect("a whole frame");
        let (sequence, timestamp) = (one.sequence, one.timestamp.wrapping_mul(codec.clock_rate / 8_000));
        let payload_type = codec.payload_type;
        let header = RtpHeader { marker: false, payload_type, sequence, timestamp, ssrc: Ssrc(7) };
        let datagram = [&header.to_bytes()[..], &payload[..encoded.bytes]].concat();
        arrivals.extend(one.arrives_us.iter().map(|at| (*at, datagram.clone())));
    }
    arrivals.sort_by_key(|arrival| arrival.0);
    arrivals
}

/// All streams at once, each through a session of its own.
fn render(streams: &[(CodecSpec, Arrivals)], workers: usize) -> Vec<Heard> {
    let config = EngineConfig::new().workers(workers).max_sessions(64).stats_interval(1).seed(7);
    let mut engine = OfflineEngine::new(config).expect("it is valid");
    let (control, mut egress) = (engine.control(), engine.egress(IoGroup(0)).expect("the first"));
    let mut seats: Vec<_> = streams
        .iter()
        .map(|(codec, arrivals)| {
            let created = control.create(SessionSpec::new(*codec)).expect("room");
            let (_, tap, opened) = control.tap(created.id, TapPoint::Received, Millis(50)).expect("room");
            opened.detach();
            created.op.detach();
            let per_tick = codec.rate.per_tick() as u64;
            let heard = Heard { audio: Fnv::default(), stats: SessionStats::default(), per_tick };
            (created.id, created.ingress, tap, arrivals.iter().peekable(), heard)
        })
        .collect();
    let last = streams.iter().filter_map(|(_, arrivals)| Some(arrivals.last()?.0)).max().unwrap_or(0);
    for _ in 0..last / 10_000 + 60 {
        let now = engine.now().0;
        for (_, ingress, _, arrivals, _) in &mut seats {
            while let Some((at, datagram)) = arrivals.next_if(|(at, _)| *at <= now) {
                ingress.push(datagram, Micros(*at)).expect("the ring has room for a second");
            }
        }
        engine.tick();
        egress.pull(usize::MAX, |_, _| {});
        for (_, _, tap, _, heard) in &mut seats {
            while let Some(frame) = tap.read() {
                for sample in frame.samples() {
                    assert!(sample.is_finite());
                    // As 16-bit words, as a listener gets them.
                    heard.audio.write(&media_core::sample::quantize(*sample).to_le_bytes());
                }
            }
        }
    }
    let heard = seats.into_iter().map(|(id, _, _, _, heard)| {
        let stats = control.stats(id).expect("it lives");
        Heard { stats, ..heard }
    });
    let heard = heard.collect();
    assert!(engine.stop().reclaimed);
    heard
}

/// The counters that a host judges a call by.
fn counters(stats: &SessionStats) -> u64 {
    let mut hash = Fnv::default();
    let main = [
        stats.received,
        stats.lost,
        stats.late,
        stats.duplicate,
        stats.reordered,
        stats.repaired,
        stats.discarded,
        stats.received_samples,
        stats.concealed_samples,
        stats.silent_samples,
        stats.accelerated_samples,
        stats.expanded_samples,
        stats.delay_sum_us,
        stats.target_delay_us,
    ];
    main.iter().for_each(|word| hash.write(&word.to_le_bytes()));
    hash.value()
}

fn assert_sound(name: &str, heard: &Heard, arrivals: usize) {
    let stats = &heard.stats;
    assert_eq!(stats.datagrams, arrivals as u64, "{name}: {stats:#?}");
    let placed =
        stats.received + stats.malformed + stats.wrong_payload_type + stats.duplicate + stats.late + stats.overflow;
    assert_eq!(stats.datagrams, placed, "{name}: {stats:#?}");
    let samples = stats.received_samples + stats.concealed_samples + stats.silent_samples;
    assert_eq!(samples, stats.ticks * heard.per_tick, "{name}: {stats:#?}");
    assert!(
        stats.target_delay_us <= u64::from(JitterConfig::new().max.0) * 1_000 && stats.delay_us <= 2_500_000,
        "{name}: {stats:#?}"
    );
    assert!(stats.received_samples > 0, "{name}: {stats:#?}");
}

/// libopus takes other sums on other processors; its bits are pinned where they were made.
fn has_known_opus() -> bool {
    #[cfg(target_arch = "x86_64")]
    return std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma");
    #[cfg(not(target_arch = "x86_64"))]
    return false;
}

#[test]
fn every_kind_of_network_sounds_and_counts_as_ever_for_any_number_of_workers() {
    let (mut names, mut streams) = (Vec::new(), Vec::new());
    for (codec_name, codec) in codecs() {
        for (name, sent) in traces() {
            names.push((name, codec_name));
            streams.push((codec, coded(&codec, &sent)));
        }
    }
    let (one, three) = (render(&streams, 1), render(&streams, 3));
    let mut found = Vec::new();
    for (((name, codec), heard), (other, (_, arrivals))) in names.iter().zip(&one).zip(three.iter().zip(&streams)) {
        assert_sound(name, heard, arrivals.len());
        let bits = (heard.audio.value(), counters(&heard.stats));
        assert_eq!(bits, (other.audio.value(), counters(&other.stats)), "{name}, {codec}: one and three workers");
        found.push((*name, *codec, bits.0, bits.1));
    }
    if std::env::var_os("GOLDEN_TRACES").is_some() {
        println!("const GOLDEN: &[(&str, &str, u64, u64)] = &[");
        let hex = |word: u64| {
            let digits = format!("{word:016x}");
            format!("0x{}_{}_{}_{}", &digits[..4], &digits[4..8], &digits[8..12], &digits[12..])
        };
        found.iter().for_each(|(n, c, a, s)| println!("    ({n:?}, {c:?}, {}, {}),", hex(*a), hex(*s)));
        println!("];");
        return;
    }
    if !has_known_opus() {
        println!("left out: libopus computes otherwise on this processor");
        found.retain(|row| row.1 != "opus");
    }
    let golden: Vec<_> = GOLDEN.iter().copied().filter(|row| has_known_opus() || row.1 != "opus").collect();
    assert_eq!(
        found, golden,
        "what is heard over these networks has changed. If that is meant, put in the table that \
         GOLDEN_TRACES=print prints, and say in the changelog what people hear differently"
    );
}

#[test]
fn recorded_networks_are_bounded_and_balanced() {
    let shared = std::env::var("MEDIA_CORE_SHARED")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared").into());
    let folder = std::path::Path::new(&shared).join("data/traces");
    let Ok(files) = std::fs::read_dir(&folder) else {
        println!("left out: ../shared/data/traces is not there");
        return;
    };
    let mut traces = Vec::new();
    for path in files.map(|file| file.expect("readable").path()) {
        let text = if path.extension().is_some_and(|e| e == "csv") { std::fs::read_to_string(&path) } else { continue };
        let text = text.expect("readable");
        if !text.lines().any(|line| line.starts_with("seq,rtp_timestamp,send_ms,arrival_ms")) {
            continue;
        }
        let rows = text.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit()));
        let sent: Vec<Sent> = rows
            .map(|row| {
                let fields: Vec<&str> = row.split(',').collect();
                let arrives_us = fields[3].parse::<f64>().ok().map(|ms| (ms * 1e3) as u64);
                let sequence = fields[0].parse::<u64>().expect("a number") as u16;
                let timestamp = fields[1].parse::<u64>().expect("a number") as u32;
                Sent { sequence, timestamp, arrives_us: arrives_us.into_iter().collect() }
            })
            .collect();
        traces.push((path.display().to_string(), sent));
    }
    assert!(!traces.is_empty());
    let streams: Vec<_> = traces.iter().map(|(_, sent)| (CodecSpec::pcmu(), coded(&CodecSpec::pcmu(), sent))).collect();
    for (((name, _), heard), (_, arrivals)) in traces.iter().zip(render(&streams, 2)).zip(&streams) {
        assert_sound(name, &heard, arrivals.len());
    }
    println!("{} traces", traces.len());
}

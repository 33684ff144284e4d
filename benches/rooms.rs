//! What does a member of a room cost, does that depend on how many there are, and what do exceptions add?
//!
//! Mix and codec work of G.711 rooms, one round being 20 ms: every member's packet is decoded, added, and his mix encoded.
//! Divide by the members for one of them. Baseline in the same run: `naive`, a mixer that adds all others for each member.
//! Targets: at most 0.10 µs a member, flat from 10 to 5 000 (pjmedia: 0.30, 1.6, 7.8, 17.5 µs at 10, 100, 500, 1 000; a
//! hand-written loop: 0.044); 100 talkers no dearer a member than 3; 50 exceptions among 500 members at most 10 %.
//! With `talkers`, those who only listen share one encode. CPU time of this thread: what else runs does not count.
#![allow(missing_docs, unsafe_code, reason = "a bench reads the thread's CPU clock")]

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use media_core::codec::audio::g711::{decode_u, encode_u};
use media_core::mixer::{Change, MemberId, MemberSpec, Mix, Room, RoomConfig};
use media_core::{Decibels, Millis, SampleRate};

const RATE: SampleRate = SampleRate::HZ_8000;
const TICK: usize = RATE.per_tick();

struct Legs {
    room: Room,
    ids: Vec<MemberId>,
    /// The first so many send.
    talkers: usize,
    received: Vec<[u8; 2 * TICK]>,
    sent: Vec<[u8; 2 * TICK]>,
    shared: [u8; TICK],
}

impl Legs {
    fn new(members: usize, talkers: usize, exceptions: usize) -> Self {
        let config = RoomConfig::new(&[RATE], members).zones(1).exceptions(exceptions);
        let mut room = Room::new(&config).expect("the configuration is valid");
        let join = |room: &mut Room| room.join(room.prepare(MemberSpec::new(RATE)).expect("it fits")).expect("it fits");
        let ids: Vec<MemberId> = (0..members).map(|_| join(&mut room)).collect();
        let pair = |n: usize| Change::Pair(ids[n], ids[(n * 7 + 1) % members], Decibels(-6.0));
        let changes: Vec<Change> = (0..exceptions).map(pair).collect();
        room.apply(&changes, Millis(20)).expect("all are here");
        let mut seed = 1u32;
        let mut byte = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            // Quiet enough that the limiter rests, as in a room of people.
            (seed >> 24) as u8 | 0x70
        };
        let received = (0..members).map(|_| std::array::from_fn(|_| byte())).collect();
        let mut legs = Self { room, ids, talkers, received, sent: vec![[0; 2 * TICK]; members], shared: [0; TICK] };
        for _ in 0..5 {
            legs.round();
        }
        legs
    }

    /// 20 ms.
    fn round(&mut self) {
        let mut frame = [0.0f32; TICK];
        for half in 0..2 {
            let part = half * TICK..(half + 1) * TICK;
            self.room.turn();
            for (id, payload) in self.ids[..self.talkers].iter().zip(&self.received) {
                decode_u(&payload[part.clone()], &mut frame);
                self.room.say(*id, &frame);
            }
            let mut encoded = false;
            for (id, payload) in self.ids.iter().zip(&mut self.sent) {
                let heard = self.room.hear(*id, &mut frame);
                let payload = &mut payload[part.clone()];
                match heard.map(|heard| heard.mix) {
                    Some(Mix::Shared { .. }) => {
                        if !std::mem::replace(&mut encoded, true) {
                            encode_u(&frame, &mut self.shared);
                        }
                        payload.copy_from_slice(&self.shared);
                    }
                    _ => encode_u(&frame, payload),
                }
            }
        }
        black_box(&mut self.sent);
    }
}

/// The mixer that everybody writes first.
fn naive(received: &[[u8; 2 * TICK]], sent: &mut [[u8; 2 * TICK]], frames: &mut [[f32; 2 * TICK]]) {
    for (frame, payload) in frames.iter_mut().zip(received) {
        decode_u(payload, frame);
    }
    for (n, payload) in sent.iter_mut().enumerate() {
        let mut mix = [0.0f32; 2 * TICK];
        for (_, frame) in frames.iter().enumerate().filter(|(other, _)| *other != n) {
            for (mix, sample) in mix.iter_mut().zip(frame) {
                *mix += sample;
            }
        }
        encode_u(&mix, payload);
    }
    black_box(sent);
}

/// CPU time that `rounds` of `work` take.
fn timed(rounds: u64, mut work: impl FnMut()) -> Duration {
    let started = cpu_time();
    (0..rounds).for_each(|_| work());
    cpu_time() - started
}

fn cpu_time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: writes one timespec that outlives the call.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

fn rooms(c: &mut Criterion) {
    let mut group = c.benchmark_group("all_send");
    group.sample_size(20).measurement_time(Duration::from_secs(2)).warm_up_time(Duration::from_millis(500));
    for members in [10, 100, 500, 1_000, 5_000] {
        group.throughput(Throughput::Elements(members as u64));
        let mut legs = Legs::new(members, members, 0);
        group.bench_function(BenchmarkId::new("room", members), |b| {
            b.iter_custom(|rounds| timed(rounds, || legs.round()));
        });
        if members <= 1_000 {
            let (mut sent, mut frames) = (legs.sent.clone(), vec![[0.0; 2 * TICK]; members]);
            group.bench_function(BenchmarkId::new("naive", members), |b| {
                b.iter_custom(|rounds| timed(rounds, || naive(&legs.received, &mut sent, &mut frames)));
            });
        }
    }
    group.finish();

    let mut group = c.benchmark_group("of_1000");
    group.sample_size(20).measurement_time(Duration::from_secs(2)).throughput(Throughput::Elements(1_000));
    for talkers in [3, 100] {
        let mut legs = Legs::new(1_000, talkers, 0);
        group.bench_function(BenchmarkId::new("talkers", talkers), |b| {
            b.iter_custom(|rounds| timed(rounds, || legs.round()));
        });
    }
    group.finish();

    let mut group = c.benchmark_group("of_500");
    group.sample_size(20).measurement_time(Duration::from_secs(2)).throughput(Throughput::Elements(500));
    for exceptions in [0, 50] {
        let mut legs = Legs::new(500, 500, exceptions);
        group.bench_function(BenchmarkId::new("exceptions", exceptions), |b| {
            b.iter_custom(|rounds| timed(rounds, || legs.round()));
        });
    }
    group.finish();
}

criterion_group!(benches, rooms);
criterion_main!(benches);

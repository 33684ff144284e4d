//! Random scripts of rooms against a naive mixer in f64: members come, go and move, change gains, zones and exceptions.
//!
//! At one rate each frame is the sum of what taps heard the others say; at mixed rates each hum has the gain that it should
//! have, and there is nothing else.

use std::collections::BTreeMap;

use graph_tests::{Network, Phone, Random, Scene};
use media_core::graph::nodes::TapFrame;
use media_core::mixer::Change;
use media_core::session::ExternalPort;
use media_core::{
    CodecSpec, Decibels, ExternalSpec, Millis, PayloadType, Pending, Reject, RoomId, RoomSpec, SampleRate, SessionId,
    SessionSpec, TapPoint, TapReader, WorkerId,
};

#[global_allocator]
static GUARD: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

/// A member as the naive mixer sees it.
#[derive(Clone, Copy, Debug)]
struct Place {
    room: usize,
    zone: u8,
    talk: f32,
    duck: f32,
    hear: f32,
    muted: bool,
}

/// What rooms are to be: a matrix of gains.
#[derive(Default)]
struct Naive {
    places: BTreeMap<usize, Place>,
    /// Listener and source.
    pairs: BTreeMap<(usize, usize), f32>,
}

impl Naive {
    /// The gain of one in the ears of another.
    fn gain(&self, listener: usize, source: usize) -> f64 {
        let (Some(hears), Some(says)) = (self.places.get(&listener), self.places.get(&source)) else { return 0.0 };
        if listener == source || hears.room != says.room {
            return 0.0;
        }
        let linear = |gain: f32| f64::from(Decibels(gain).linear());
        if let Some(gain) = self.pairs.get(&(listener, source)) {
            return linear(*gain);
        }
        let audible = hears.zone == says.zone && !says.muted;
        if audible { linear(says.talk) * linear(says.duck) * linear(hears.hear) } else { 0.0 }
    }

    fn leave(&mut self, member: usize) {
        self.places.remove(&member);
        self.pairs.retain(|pair, _| pair.0 != member && pair.1 != member);
    }
}

/// Rooms under a script.
struct Actor {
    scene: Scene,
    ids: Vec<SessionId>,
    rooms: Vec<RoomId>,
    naive: Naive,
    random: Random,
    workers: usize,
    accepted: usize,
}

/// Not above 0 dB, so that no limiter has to work.
const LEVELS: [f32; 6] = [0.0, 0.0, -6.0, -3.0, -20.0, f32::NEG_INFINITY];

impl Actor {
    fn new(workers: usize, seed: u64, spec: &RoomSpec) -> Self {
        let scene = Scene::of(workers, 8);
        let rooms = (0..2).map(|_| scene.control.create_room(spec.clone()).expect("there is room").0).collect();
        let (ids, naive) = Default::default();
        Self { scene, ids, rooms, naive, random: Random::new(seed), workers, accepted: 0 }
    }

    fn pick(&mut self, below: usize) -> usize {
        (self.random.word() >> 33) as usize % below
    }

    /// Whether an operation was accepted, and carried out where it had to wait for one on its way to another worker.
    fn applied(&mut self, outcome: Result<Pending, Reject>) -> bool {
        let Ok(pending) = outcome else { return false };
        while pending.try_result().is_none() {
            self.scene.tick();
        }
        pending.try_result().is_some_and(|result| result.is_ok())
    }

    /// One random operation; the naive mixer follows where it was accepted.
    fn act(&mut self) {
        let (a, b, level) = (self.pick(self.ids.len()), self.pick(self.ids.len()), LEVELS[self.pick(LEVELS.len())]);
        let kind = self.pick(12);
        let Some(place) = self.naive.places.get(&a).copied() else {
            let room = self.pick(3).min(1);
            let joined = self.scene.control.join(self.ids[a], self.rooms[room], Decibels(level.max(-96.0)));
            if self.applied(joined) {
                let talk = level.max(-96.0);
                self.naive.places.insert(a, Place { room, zone: 0, talk, duck: 0.0, hear: 0.0, muted: false });
                self.accepted += 1;
            }
            return;
        };
        let (from, to) = (self.ids[a], self.ids[b]);
        let change = match kind {
            0 => {
                let left = self.scene.control.leave(from);
                if self.applied(left) {
                    self.naive.leave(a);
                }
                return;
            }
            1 => {
                let worker = WorkerId(self.pick(self.workers) as u16);
                // One that is part of an exception stays.
                let _moved = self.scene.control.migrate(from, worker);
                return;
            }
            2 => {
                // From one room to the other at one tick.
                let other = 1 - place.room;
                let txn = self.scene.control.txn().leave(from).join(from, self.rooms[other], Decibels(0.0));
                let moved = txn.commit();
                if self.applied(moved) {
                    self.naive.leave(a);
                    let fresh = Place { room: other, zone: 0, talk: 0.0, duck: 0.0, hear: 0.0, muted: false };
                    self.naive.places.insert(a, fresh);
                }
                return;
            }
            3 => Change::Talk(from, Decibels(level)),
            4 => Change::Duck(from, Decibels(level)),
            5 => Change::Hear(from, Decibels(level)),
            6 => Change::Mute(from, !place.muted),
            7 => Change::Move(from, (kind + a + b) as u8 % 2),
            8 => Change::Clear(from, to),
            _ => Change::Pair(from, to, Decibels(level)),
        };
        let shaped = self.scene.control.shape(self.rooms[place.room], vec![change], Millis(20));
        if !self.applied(shaped) {
            return;
        }
        self.accepted += 1;
        let place = self.naive.places.get_mut(&a).expect("it was there");
        match change {
            Change::Talk(..) => place.talk = level,
            Change::Duck(..) => place.duck = level,
            Change::Hear(..) => place.hear = level,
            Change::Mute(_, muted) => place.muted = muted,
            Change::Move(_, zone) => place.zone = zone,
            Change::Pair(..) => _ = self.naive.pairs.insert((a, b), level),
            _ => _ = self.naive.pairs.remove(&(a, b)),
        }
    }
}

fn wide() -> CodecSpec {
    CodecSpec::l16(SampleRate::HZ_16000, PayloadType::new(96).expect("below 128"))
}

fn drain(readers: &mut [TapReader]) -> Vec<Vec<TapFrame>> {
    readers.iter_mut().map(|reader| std::iter::from_fn(|| reader.read()).collect()).collect()
}

#[test]
fn at_one_rate_everybody_hears_the_sum_of_the_others_by_their_gains() {
    let (mut exact, mut near, mut accepted) = (0, 0, 0);
    for seed in 0..10u64 {
        let workers = 1 + seed as usize % 3;
        let spec = RoomSpec::new().rates(&[SampleRate::HZ_16000]).members(6).exceptions(5);
        let mut actor = Actor::new(workers, 100 + seed, &spec);
        for n in 0..7u64 {
            let phone = Phone::new(wide(), 20, seed * 10 + n, Network::bad(seed + n));
            let spec = SessionSpec::new(wide()).worker(WorkerId((n as usize % workers) as u16));
            let call = actor.scene.call(spec, Some(phone));
            actor.ids.push(actor.scene.id(call));
        }
        let tap = |id: &SessionId, point| actor.scene.control.tap(*id, point, Millis(2_000)).expect("it lives").1;
        let mut said: Vec<_> = actor.ids.iter().map(|id| tap(id, TapPoint::Received)).collect();
        let mut heard: Vec<_> = actor.ids.iter().map(|id| tap(id, TapPoint::Sent)).collect();
        actor.scene.run(10);
        (0..8).for_each(|_| actor.act());
        for _ in 0..40 {
            (0..1 + actor.pick(4)).for_each(|_| actor.act());
            actor.scene.run(26);
            drain(&mut said);
            drain(&mut heard);
            actor.scene.run(10);
            let (said, heard) = (drain(&mut said), drain(&mut heard));
            let (more, also) = check(&actor.naive, &said, &heard, seed);
            (exact, near) = (exact + more, near + also);
        }
        accepted += actor.accepted;
        actor.scene.stop();
    }
    assert!(exact > 1_500 && near > 3_000 && accepted > 500, "{exact} exact, {near} near, {accepted} operations");
}

/// Compares all frames but the first; returns those with gains of 1 and 0 only, where each bit is the same, and the others.
fn check(naive: &Naive, said: &[Vec<TapFrame>], heard: &[Vec<TapFrame>], seed: u64) -> (usize, usize) {
    let (mut exact, mut near) = (0, 0);
    for (me, frames) in heard.iter().enumerate() {
        let gains: Vec<f64> = (0..said.len()).map(|other| naive.gain(me, other)).collect();
        for frame in frames.iter().skip(1) {
            let mut sum = vec![0f64; frame.samples().len()];
            for (said, gain) in said.iter().zip(&gains).filter(|(_, gain)| **gain != 0.0) {
                let before = said.iter().find(|f| f.tick.0 + 1 == frame.tick.0).expect("every tick is tapped");
                for (sum, sample) in sum.iter_mut().zip(before.samples()) {
                    *sum += gain * (f64::from(*sample) * 8_388_608.0).round_ties_even() / 8_388_608.0;
                }
            }
            let peak = sum.iter().fold(0.0f64, |peak, sample| peak.max(sample.abs()));
            if peak >= 0.99 {
                // The limiter's business.
                return (exact, near);
            }
            let plain = gains.iter().all(|gain| *gain == 0.0 || *gain == 1.0);
            let room = if plain { 0.0 } else { 8.0 / 8_388_608.0 };
            for (heard, sum) in frame.samples().iter().zip(&sum) {
                let off = (f64::from(*heard) - f64::from(*sum as f32)).abs();
                assert!(off <= room, "seed {seed}, member {me}, {}: {heard} for {sum}, {gains:?}", frame.tick);
            }
            let loud = usize::from(peak > 0.001);
            (exact, near) = if plain { (exact + loud, near) } else { (exact, near + loud) };
        }
    }
    (exact, near)
}

/// Whole periods fit 100 ms at every rate, and none is near another.
fn pitch(member: usize) -> f64 {
    310.0 + 370.0 * member as f64
}

fn hum(member: usize, rate: SampleRate, tick: usize) -> Vec<f32> {
    let (step, samples) = (std::f64::consts::TAU * pitch(member) / f64::from(rate.hz()), rate.per_tick());
    (tick * samples..(tick + 1) * samples).map(|n| (0.02 * (n as f64 * step).sin()) as f32).collect()
}

/// Takes a hum out of some audio; returns how loud it was.
fn take_out(audio: &mut [f64], member: usize, rate: SampleRate) -> f64 {
    let step = std::f64::consts::TAU * pitch(member) / f64::from(rate.hz());
    let (mut re, mut im) = (0.0, 0.0);
    for (n, sample) in audio.iter().enumerate() {
        let (sin, cos) = (n as f64 * step).sin_cos();
        (re, im) = (re + sample * cos, im + sample * sin);
    }
    let (re, im) = (2.0 * re / audio.len() as f64, 2.0 * im / audio.len() as f64);
    for (n, sample) in audio.iter_mut().enumerate() {
        let (sin, cos) = (n as f64 * step).sin_cos();
        *sample -= re * cos + im * sin;
    }
    (re * re + im * im).sqrt()
}

#[test]
fn at_mixed_rates_every_voice_has_its_gain_and_nothing_is_added() {
    let rates = [SampleRate::HZ_8000, SampleRate::HZ_16000, SampleRate::HZ_48000];
    let (mut worst, mut rest, mut checked) = (0.0f64, 0.0f64, 0);
    for seed in 0..6u64 {
        let workers = 1 + seed as usize % 3;
        let mut actor = Actor::new(workers, 500 + seed, &RoomSpec::new().members(6).exceptions(5));
        let mut ports: Vec<ExternalPort> = Vec::new();
        for n in 0..7 {
            let spec = SessionSpec::external(rates[n % 3], ExternalSpec::new()).worker(WorkerId((n % workers) as u16));
            let created = actor.scene.control.create(spec).expect("there is room");
            actor.ids.push(created.id);
            ports.push(created.external.expect("it is a program's"));
        }
        let mut tick = 0;
        let mut run = |actor: &mut Actor, ports: &mut [ExternalPort], ticks: usize| {
            let mut heard = vec![Vec::new(); ports.len()];
            for _ in 0..ticks {
                for (n, port) in ports.iter_mut().enumerate() {
                    port.writer.write(&hum(n, rates[n % 3], tick));
                }
                tick += 1;
                actor.scene.tick();
                for (port, heard) in ports.iter_mut().zip(&mut heard) {
                    heard.extend(std::iter::from_fn(|| port.reader.read()).flat_map(|f| f.samples().to_vec()));
                }
            }
            heard
        };
        run(&mut actor, &mut ports, 10);
        (0..8).for_each(|_| actor.act());
        for _ in 0..25 {
            (0..1 + actor.pick(4)).for_each(|_| actor.act());
            run(&mut actor, &mut ports, 30);
            for (me, heard) in run(&mut actor, &mut ports, 10).into_iter().enumerate() {
                let mut audio: Vec<f64> = heard.into_iter().map(f64::from).collect();
                for other in 0..ports.len() {
                    let (wanted, level) = (actor.naive.gain(me, other), take_out(&mut audio, other, rates[me % 3]));
                    let off = (level / 0.02 - wanted).abs() / wanted.max(1.0);
                    assert!(off < 0.005, "seed {seed}: {me} hears {other} by {} for {wanted}", level / 0.02);
                    (worst, checked) = (worst.max(off), checked + usize::from(wanted > 0.01));
                }
                let left = audio.iter().fold(0.0f64, |most, sample| most.max(sample.abs()));
                assert!(left < 0.02 * 0.002, "seed {seed}: {me} hears something else: {left}");
                rest = rest.max(left / 0.02);
            }
        }
        actor.scene.stop();
    }
    assert!(checked > 800, "{checked} voices, {worst} off at most, {rest} else");
}

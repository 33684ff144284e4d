//! The real rings and the real reclaim on real threads, for what the models only stand in for.
//!
//! Bounded by counts, never by time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use media_core::rt::{Consumer, Egress, EgressPort, Owned, Producer, Reaper, Shared, byte_ring, ring, seqlock};
use media_core::types::IoGroup;

/// Lets the other thread run, on a machine with fewer cores than threads.
#[expect(clippy::disallowed_methods, reason = "these are ordinary threads")]
fn rest() {
    thread::yield_now();
}

fn push_all<T>(tx: &mut Producer<T>, values: impl Iterator<Item = T>) {
    for mut value in values {
        while let Err(back) = tx.push(value) {
            value = back;
            rest();
        }
    }
}

fn pop_all<T>(rx: &mut Consumer<T>, mut take: impl FnMut(T)) {
    loop {
        // Asked before the ring is drained: afterwards, something may have come in between.
        let last = rx.is_abandoned();
        while let Some(value) = rx.pop() {
            take(value);
        }
        if last {
            return;
        }
        rest();
    }
}

#[test]
fn values_arrive_once_and_in_order() {
    const VALUES: u64 = 300_000;
    let (mut tx, mut rx) = ring(7);
    thread::scope(|scope| {
        scope.spawn(move || push_all(&mut tx, 0..VALUES));
        let mut expected = 0;
        pop_all(&mut rx, |value| {
            assert_eq!(value, expected);
            expected += 1;
        });
        assert_eq!(expected, VALUES);
    });
}

/// Datagram `i` of a worker: its length and all its bytes follow from the number.
fn datagram(i: u64) -> Vec<u8> {
    (0..i * 7_919 % 200).map(|k| (i + k) as u8).collect()
}

#[test]
fn datagrams_of_two_workers_arrive_whole_or_are_counted() {
    const DATAGRAMS: u64 = 60_000;
    let (rings, ports): (Vec<_>, Vec<_>) = (0..2).map(|_| byte_ring(4_096)).unzip();
    let mut port = EgressPort::new(ports);
    let mut seen = [0, 0];
    let mut next = [0, 0];
    thread::scope(|scope| {
        let workers: Vec<_> = rings
            .into_iter()
            .enumerate()
            .map(|(worker, producer)| {
                scope.spawn(move || {
                    let mut egress = Egress::new(vec![producer]);
                    for i in 0..DATAGRAMS {
                        let (head, body) = (&datagram(i)[..], &[worker as u8][..]);
                        if !egress.send(IoGroup(0), i, &[head, body]) {
                            rest();
                        }
                    }
                    egress.dropped()
                })
            })
            .collect();
        let mut pull = |port: &mut EgressPort| {
            port.pull(64, |i, bytes| {
                let (worker, head) = bytes.split_last().expect("the worker's number ends it");
                let worker = usize::from(*worker);
                assert_eq!(head, datagram(i));
                assert!(i >= next[worker], "datagram {i} of worker {worker} overtaken");
                next[worker] = i + 1;
                seen[worker] += 1;
            })
        };
        while !workers.iter().all(|worker| worker.is_finished()) {
            if pull(&mut port) == 0 {
                rest();
            }
        }
        while pull(&mut port) > 0 {}
        let dropped: Vec<_> = workers.into_iter().map(|worker| worker.join().unwrap()).collect();
        assert_eq!(port.dropped(), dropped.iter().sum::<u64>());
        assert_eq!([seen[0] + dropped[0], seen[1] + dropped[1]], [DATAGRAMS; 2]);
    });
}

/// Counts where its values are freed.
struct Witness(Arc<AtomicUsize>, thread::ThreadId);

impl Drop for Witness {
    fn drop(&mut self) {
        assert_eq!(thread::current().id(), self.1, "freed by a worker");
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn what_workers_drop_is_freed_once_by_the_reaper() {
    const VALUES: usize = 40_000;
    let mut reaper = Reaper::new();
    let freed = Arc::new(AtomicUsize::new(0));
    let witness = || Witness(freed.clone(), thread::current().id());
    thread::scope(|scope| {
        let handle = reaper.handle();
        let (mut plans, mut inbox) = ring(16);
        let (mut shares, mut other_inbox) = ring(16);
        scope.spawn(move || {
            let mut current: Option<Owned<Witness>> = None;
            pop_all(&mut inbox, |plan| current = Some(plan));
        });
        scope.spawn(move || pop_all(&mut other_inbox, drop::<Shared<Witness>>));
        for _ in 0..VALUES {
            let shared = Shared::new(&handle, witness());
            push_all(&mut plans, [Owned::new(&handle, witness())].into_iter());
            push_all(&mut shares, [shared.clone()].into_iter());
            drop(shared);
            reaper.collect();
        }
    });
    reaper.finish().expect("the workers are gone and hold nothing");
    assert_eq!(freed.load(Ordering::Relaxed), 2 * VALUES);
}

#[test]
fn snapshots_are_whole_while_a_worker_writes() {
    const WRITES: u64 = 100_000;
    let (mut writer, reader) = seqlock::<8>();
    thread::scope(|scope| {
        scope.spawn(move || (1..=WRITES).for_each(|i| writer.write(&[i; 8])));
        let mut last = 0;
        while last < WRITES {
            let words = reader.read();
            assert!(words.iter().all(|word| *word == words[0]) && words[0] >= last, "torn: {words:?}");
            last = words[0];
        }
    });
}

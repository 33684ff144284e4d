//! The sender's clock: what is known of it, and when.

use crate::buffer::DriftEstimator;

/// A path through a network by its transit, in microseconds.
struct Path {
    estimator: DriftEstimator,
    state: u64,
    now: u64,
}

impl Path {
    fn new() -> Self {
        Self { estimator: DriftEstimator::default(), state: 7, now: 0 }
    }

    fn below(&mut self, most: u64) -> u64 {
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.state >> 33) % most.max(1)
    }

    /// `seconds` of packets of 20 ms from a sender that is `ppm` fast; `more` adds to the transit of each.
    fn run(&mut self, seconds: u64, ppm: i64, mut more: impl FnMut(&mut Self, u64) -> Option<u64>) -> Option<f32> {
        for _ in 0..seconds * 50 {
            self.now += 20_000;
            let now = self.now;
            // Transits count from anywhere.
            let drifted = 5_000_000 - now as i64 * ppm / 1_000_000;
            if let Some(more) = more(self, now) {
                self.estimator.observe(now + more, drifted + more as i64);
            }
        }
        self.estimator.ppm()
    }
}

fn near(ppm: Option<f32>, wanted: i64, within: f32) -> bool {
    ppm.is_some_and(|ppm| (ppm - wanted as f32).abs() <= within)
}

#[test]
fn drift_is_known_after_half_a_minute_of_a_good_network_and_not_before() {
    for ppm in [-500, -200, -20, 0, 5, 200, 800] {
        let mut path = Path::new();
        assert_eq!(path.run(20, ppm, |_, _| Some(0)), None);
        let clean = path.run(10, ppm, |_, _| Some(0));
        assert!(near(clean, ppm, 1.0), "{ppm}: {clean:?}");
        let mut path = Path::new();
        let jittery = path.run(120, ppm, |path, _| Some(path.below(10_000)));
        assert!(near(jittery, ppm, 10.0), "{ppm}: {jittery:?}");
        let mut path = Path::new();
        // Exponential tails, as of queues: some packets are 100 ms late.
        let rough = path.run(900, ppm, |path, _| Some((0..8).map(|_| path.below(15_000)).min().unwrap_or(0) * 8));
        assert!(near(rough, ppm, 10.0), "{ppm}: {rough:?}");
    }
}

#[test]
fn changes_of_route_spikes_pauses_and_losses_are_no_drift() {
    for ppm in [-200, 0, 200] {
        let mut path = Path::new();
        let jitter = |path: &mut Path| path.below(5_000);
        path.run(300, ppm, |path, _| Some(jitter(path)));
        let stepped = path.run(60, ppm, |path, _| Some(30_000 + jitter(path)));
        assert!(near(stepped, ppm, 10.0), "a longer route, {ppm}: {stepped:?}");
        let back = path.run(100, ppm, |path, _| Some(jitter(path)));
        assert!(near(back, ppm, 10.0), "and back, {ppm}: {back:?}");
        let spikes = |path: &mut Path, now: u64| Some(jitter(path) + 2_000_000u64.saturating_sub(now % 10_000_000));
        let spiky = path.run(300, ppm, spikes);
        assert!(near(spiky, ppm, 10.0), "away for 2 s each 10 s, {ppm}: {spiky:?}");
        let talk = |path: &mut Path, now: u64| (now % 7_000_000 < 3_000_000).then(|| jitter(path));
        assert!(near(path.run(300, ppm, talk), ppm, 10.0), "talk and pauses, {ppm}");
        let lossy = |path: &mut Path, _| (path.below(10) < 5).then(|| jitter(path));
        assert!(near(path.run(300, ppm, lossy), ppm, 10.0), "half of it lost, {ppm}");
    }
}

#[test]
fn a_network_that_wanders_and_a_clock_that_is_none_are_not_known() {
    let mut path = Path::new();
    // Queues of up to 80 ms that fill and empty within minutes.
    let wanders = path.run(900, 0, |path, now| {
        Some((now % 70_000_000).abs_diff(35_000_000) / 440 + path.below(3_000) * (1 + now / 9_000_000 % 5))
    });
    assert!(wanders.is_none_or(|ppm| ppm.abs() < 20.0), "{wanders:?}");
    assert_eq!(Path::new().run(300, 5_000, |_, _| Some(0)), None, "somebody counts at another rate");
}

#[test]
fn another_sender_is_not_known_and_hostile_times_do_no_harm() {
    let mut path = Path::new();
    path.run(100, 150, |_, _| Some(0));
    assert!(path.estimator.matters().is_some() && path.estimator.ahead_us() > 0);
    path.estimator.reset();
    assert_eq!((path.estimator.ppm(), path.estimator.ahead_us(), path.estimator.lean_us()), (None, 0, 0));
    for n in 0..10_000u64 {
        let wild = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        path.estimator.observe(wild >> (n % 60), (wild as i64).wrapping_mul(n as i64));
    }
    path.estimator.observe(u64::MAX, i64::MIN);
    path.estimator.observe(0, i64::MAX);
    path.estimator.observe(u64::MAX, i64::MAX);
}

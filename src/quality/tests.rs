//! The figures against slow, plain references.

use proptest::prelude::*;

use super::*;

/// Bursts by their definition: absent packets, grouped where fewer than `GMIN` lie between, two at least.
fn bursts(there: &[bool]) -> Vec<(usize, usize)> {
    let absent: Vec<usize> = (0..there.len()).filter(|at| !there[*at]).collect();
    let mut groups: Vec<(usize, usize)> = Vec::new();
    for at in absent {
        match groups.last_mut() {
            Some((_, last)) if at - *last <= GMIN as usize => *last = at,
            _ => groups.push((at, at)),
        }
    }
    groups.into_iter().filter(|(first, last)| first < last).collect()
}

fn fed(there: &[bool]) -> Bursts {
    let mut counts = Bursts::default();
    for there in there {
        if *there { counts.present(160) } else { counts.absent(1, 160) }
    }
    counts
}

proptest! {
    #[test]
    fn bursts_are_what_the_definition_says(there in prop::collection::vec(prop::bool::weighted(0.85), 0..600)) {
        let counts = fed(&there);
        let reference = bursts(&there);
        let absent = there.iter().filter(|there| !**there).count() as u64;
        let packets: usize = reference.iter().map(|(first, last)| last - first + 1).sum();
        let within: usize = reference.iter().map(|(a, b)| there[*a..=*b].iter().filter(|t| !**t).count()).sum();
        prop_assert_eq!((counts.expected, counts.absent), (there.len() as u64, absent));
        prop_assert_eq!(counts.bursts, reference.len() as u64);
        prop_assert_eq!((counts.burst_packets, counts.burst_absent), (packets as u64, within as u64));
        prop_assert_eq!(counts.burst_samples, 160 * packets as u64);
        let runs: Vec<usize> = there.split(|there| *there).map(<[bool]>::len).filter(|run| *run > 0).collect();
        prop_assert_eq!(counts.runs, runs.len() as u64);
        prop_assert_eq!(counts.longest_run, runs.iter().copied().max().unwrap_or(0) as u64);
    }

    #[test]
    fn a_run_counts_at_once_as_one_by_one(parts in prop::collection::vec((0..40u64, 0..9u64), 0..40)) {
        let (mut at_once, mut single) = (Bursts::default(), Bursts::default());
        for (present, absent) in parts {
            (0..present).for_each(|_| (at_once.present(80), single.present(80)).0);
            at_once.absent(absent, 80);
            (0..absent).for_each(|_| single.absent(1, 80));
        }
        prop_assert_eq!(at_once, single);
    }

    #[test]
    fn sums_of_intervals_are_the_sums_of_the_whole(words in prop::collection::vec(0..1u64 << 40, 3 * SessionStats::WORDS)) {
        let mut looks = [SessionStats::default(); 3];
        let mut sums = [0; SessionStats::WORDS];
        for (look, more) in looks.iter_mut().zip(words.chunks(SessionStats::WORDS)) {
            sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
            *look = SessionStats { rate_hz: 8_000, ..SessionStats::from_words(&sums) };
        }
        let [first, second, third] = looks;
        prop_assert_eq!(second.since(&first).lost + third.since(&second).lost, third.since(&first).lost);
        prop_assert_eq!(third.since(&SessionStats::default()), third);
        prop_assert_eq!(third.since(&second).window_delay_p95_us, third.window_delay_p95_us);
    }

    #[test]
    fn quantiles_are_those_of_the_sorted_delays(delays in prop::collection::vec(0..900_000u64, 1..700)) {
        let mut window = Window::default();
        delays.iter().for_each(|delay| window.played(*delay, 40_000));
        window.tick(WINDOW_TICKS);
        let mut sorted = delays.clone();
        sorted.sort_unstable();
        let [least, half, most_of, most] = window.last().delay_us;
        prop_assert_eq!((least, most), (sorted[0], sorted[sorted.len() - 1]));
        for (told, percent) in [(half, 50), (most_of, 95)] {
            let exact = sorted[(sorted.len() * percent).div_ceil(100) - 1];
            let width = if exact < 200_000 { 5_000 } else { 25_000 };
            prop_assert!(exact >= 775_000 || (exact..=exact + width).contains(&told), "{told} for {exact}");
        }
    }
}

/// The stream of RFC 3611 §4.7.2's kind: an isolated loss in a gap, then a burst of three in seven.
#[test]
fn densities_and_durations_are_those_of_the_definition() {
    let mut there = vec![true; 100];
    for lost in [20, 60, 62, 66] {
        there[lost] = false;
    }
    let mut stats = SessionStats { rate_hz: 8_000, lost: 3, ..SessionStats::default() };
    fed(&there).report(&mut stats);
    assert_eq!((stats.loss_rate(), stats.discard_rate()), (0.03, 0.01), "one of the four came late");
    assert_eq!((stats.bursts, stats.burst_density(), stats.gap_density()), (1, 3.0 / 7.0, 1.0 / 93.0));
    assert_eq!((stats.burst_duration_ms(), stats.gap_duration_ms()), (140.0, 93.0 * 20.0 / 2.0));
    let metrics = stats.voip_metrics();
    assert_eq!((metrics.loss_rate, metrics.discard_rate, metrics.gmin), (7, 2, 16));
    assert_eq!((metrics.burst_density, metrics.gap_density), (109, 2));
    assert_eq!((metrics.burst_duration, metrics.gap_duration), (140, 930));
}

#[test]
fn the_burst_ratio_of_random_loss_is_one_and_grows_with_the_runs() {
    let mut state = 1u64;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / (1u64 << 24) as f64
    };
    let ratio = |there: &[bool]| {
        let mut stats = SessionStats::default();
        fed(there).report(&mut stats);
        stats.burst_ratio()
    };
    let there: Vec<bool> = (0..100_000).map(|_| random() > 0.1).collect();
    assert!((ratio(&there) - 1.0).abs() < 0.02, "{}", ratio(&there));
    let twice: Vec<bool> = there.iter().flat_map(|there| [*there; 2]).collect();
    assert!((ratio(&twice) - 2.0).abs() < 0.04, "{}", ratio(&twice));
    assert_eq!((ratio(&[true; 50]), ratio(&[])), (1.0, 1.0));
}

#[test]
fn windows_begin_anew() {
    let mut window = Window::default();
    window.played(30_000, 20_000);
    window.concealed(160);
    window.tick(WINDOW_TICKS - 1);
    assert_eq!(window.last().number, 0);
    window.tick(WINDOW_TICKS);
    window.played(70_000, 60_000);
    let last = *window.last();
    assert_eq!((last.number, last.packets, last.longest_concealment), (1, 1, 160));
    assert_eq!((last.delay_us, last.target_us), ([30_000; 4], [20_000; 2]));
    window.tick(2 * WINDOW_TICKS);
    assert_eq!((window.last().delay_us[0], window.last().longest_concealment), (70_000, 0));
    window.tick(3 * WINDOW_TICKS);
    assert_eq!((window.last().number, window.last().packets, window.last().delay_us), (3, 0, [0; 4]));
}

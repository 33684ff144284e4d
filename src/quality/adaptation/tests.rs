//! The controller on networks that are steady, change, and stand between two rungs.

use crate::quality::adaptation::{Adjustment, Controller, Knobs, Look, Policy, Reason, Setting};

const OPUS: Knobs = Knobs {
    bitrate: Some(32_000),
    complexity: 9,
    fec: false,
    dtx: false,
    bandwidth: 20_000,
    redundancy: Some(0),
    ptime_ms: 20,
    most_ptime_ms: 60,
    jitter_min_ms: 0,
    jitter_max_ms: 600,
};

fn run(controller: &mut Controller, looks: usize, mut look: impl FnMut(usize) -> Look) -> Vec<(usize, Adjustment)> {
    let mut all = Vec::new();
    for at in 0..looks {
        controller.look(&look(at), |adjustment| all.push((at, adjustment)));
    }
    all
}

fn lossy(loss: f64) -> Look {
    Look { sent_loss: Some(loss), ..Look::default() }
}

/// A generator of numbers from 0 to 1.
fn random(state: &mut u64) -> f64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 40) as f64 / (1u64 << 24) as f64
}

#[test]
fn a_clean_network_changes_nothing() {
    for policy in [Policy::Conservative, Policy::Balanced, Policy::Aggressive] {
        let mut controller = Controller::new(policy, OPUS);
        assert_eq!(run(&mut controller, 1_000, |_| lossy(0.2)), []);
        assert_eq!(run(&mut controller, 1_000, |_| Look::default()), [], "nothing told is no loss");
    }
}

#[test]
fn loss_is_met_by_what_the_policy_allows_and_all_of_it_is_taken_back() {
    for (policy, within) in [(Policy::Conservative, 3), (Policy::Balanced, 2), (Policy::Aggressive, 1)] {
        let mut controller = Controller::new(policy, OPUS);
        let up = run(&mut controller, 20, |_| lossy(12.0));
        assert!(up.iter().any(|(at, a)| *at < within + 2 && a.setting == Setting::Fec(true)), "{policy:?} {up:?}");
        assert!(up.iter().all(|(_, a)| matches!(a.reason, Reason::SentLoss(loss) if loss > 1.0)));
        let has = |wanted: fn(&Setting) -> bool| up.iter().any(|(_, a)| wanted(&a.setting));
        assert_eq!(has(|s| matches!(s, Setting::Bitrate(_))), policy != Policy::Conservative);
        assert_eq!(
            has(|s| matches!(s, Setting::Ptime(_) | Setting::Dtx(_) | Setting::Bandwidth(_))),
            policy == Policy::Aggressive
        );
        let down = run(&mut controller, 200, |_| lossy(0.0));
        assert_eq!(controller.rung(), 0);
        let mut now = Vec::new();
        for (_, Adjustment { setting, .. }) in up.iter().chain(&down) {
            let kind = std::mem::discriminant(setting);
            now.retain(|kept| std::mem::discriminant(kept) != kind);
            now.push(*setting);
        }
        let ended = |setting: &Setting| match *setting {
            Setting::Bitrate(bits) => bits == 32_000,
            Setting::Fec(on) | Setting::Dtx(on) => !on,
            Setting::ExpectedLoss(loss) => loss == 0,
            Setting::Bandwidth(hz) => hz == 20_000,
            Setting::Redundancy(levels) => levels == 0,
            Setting::Ptime(ms) => ms == 20,
            _ => false,
        };
        assert!(now.iter().all(ended), "{policy:?} {now:?}");
    }
}

#[test]
fn random_loss_near_a_rung_does_not_make_it_go_to_and_fro() {
    for policy in [Policy::Conservative, Policy::Balanced, Policy::Aggressive] {
        for mean in [1.0, 4.0, 10.0, 20.0] {
            let (mut controller, mut state) = (Controller::new(policy, OPUS), 7);
            // Reports of 50 packets each.
            let report = |state: &mut u64| 2.0 * (0..50).filter(|_| random(state) < mean / 100.0).count() as f64;
            let all = run(&mut controller, 1_800, |_| lossy(report(&mut state)));
            let late = all.iter().filter(|(at, a)| *at > 200 && !matches!(a.setting, Setting::ExpectedLoss(_))).count();
            assert!(late <= 12, "{policy:?} at {mean} %: {late} changes in an hour: {all:?}");
        }
    }
}

#[test]
fn a_network_that_loses_by_our_own_rate_is_left_alone_longer_each_time() {
    // 12 % are lost at the full rate, nothing below it: each step down of the ladder is regretted.
    let mut controller = Controller::new(Policy::Balanced, OPUS);
    let (mut bits, mut changes) = (32_000, Vec::new());
    for at in 0..1_800 {
        let loss = if bits > 26_000 { 12.0 } else { 0.0 };
        controller.look(&lossy(loss), |a| {
            if let Setting::Bitrate(rate) = a.setting {
                bits = rate;
                changes.push(at);
            }
        });
    }
    let early = changes.iter().filter(|at| **at < 600).count();
    let late = changes.iter().filter(|at| **at >= 1_200).count();
    assert!(late < early && late <= 8, "{changes:?}");
}

#[test]
fn late_packets_hold_the_delay_up_for_a_while() {
    let mut controller = Controller::new(Policy::Balanced, OPUS);
    let late = Look { late: 6.0, delay_p95_ms: 95, ..Look::default() };
    let up = run(&mut controller, 10, |_| late);
    assert_eq!(up.len(), 1);
    assert_eq!(up[0].1, Adjustment { setting: Setting::JitterMin(120), reason: Reason::Late(6.0) });
    let down = run(&mut controller, 100, |_| Look::default());
    assert_eq!(down.len(), 1);
    assert_eq!(down[0].1, Adjustment { setting: Setting::JitterMin(0), reason: Reason::InTime });
}

#[test]
fn a_busy_worker_is_spared_effort_and_gets_it_back() {
    let mut controller = Controller::new(Policy::Balanced, OPUS);
    let all = run(&mut controller, 60, |at| Look { load: if at < 20 { 0.9 } else { 0.5 }, ..Look::default() });
    let settings: Vec<_> = all.iter().map(|(_, a)| a.setting).collect();
    assert_eq!(settings, [Setting::Complexity(5), Setting::Complexity(9)]);
    let between = run(&mut controller, 60, |_| Look { load: 0.7, ..Look::default() });
    assert_eq!(between, []);
}

#[test]
fn a_codec_without_settings_has_redundancy_and_packets_alone() {
    let knobs = Knobs { bitrate: None, most_ptime_ms: 30, ..OPUS };
    let all = run(&mut Controller::new(Policy::Aggressive, knobs), 20, |_| lossy(30.0));
    let settings: Vec<_> = all.iter().map(|(_, a)| a.setting).collect();
    assert_eq!(settings, [Setting::Redundancy(2), Setting::Ptime(30)]);
    assert_eq!(run(&mut Controller::new(Policy::Aggressive, Knobs::fixed(20, 0, 600)), 20, |_| lossy(f64::NAN)), []);
}

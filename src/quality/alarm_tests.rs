//! Ratings of intervals, findings and alerts, by figures that are made up.

use crate::quality::emodel::{Band, CodecQuality, impairment_of};
use crate::quality::{
    Alarms, Alert, AlertKind, Analyzer, DelayLedger, LEAST_PACKETS, LegContext, LegQuality, OneWay, SessionStats,
    Spread, Thresholds,
};

fn context(network_us: Option<u64>) -> LegContext {
    let pcmu = CodecQuality { name: "PCMU", rate_hz: 8_000, bits_per_second: 64_000 };
    let delay =
        DelayLedger { packet_us: 20_000, network_us, buffer_us: 40_000, packetise_us: 10_000, ..Default::default() };
    LegContext { band: Band::Narrow, impairment: impairment_of(pcmu), delay }
}

/// Two seconds of a hundred packets, so many of them lost one by one.
fn part(lost: u64) -> SessionStats {
    SessionStats {
        ticks: 200,
        expected: 100,
        absent: lost,
        lost,
        loss_runs: lost,
        datagrams: 100,
        sent: 100,
        ..Default::default()
    }
}

#[test]
fn nothing_is_rated_before_it_is_measured() {
    let few = SessionStats { expected: LEAST_PACKETS - 1, ..part(0) };
    assert_eq!(LegQuality::of(&few, &context(None)).rating, None);
    let unknown = LegContext { impairment: None, ..context(None) };
    assert_eq!(LegQuality::of(&part(0), &unknown).rating, None);
    let rating = LegQuality::of(&part(0), &context(None)).rating.expect("enough packets");
    assert!((rating.mos_lq - 4.41).abs() < 0.005 && rating.mos_cq.is_none());
    let far = LegQuality::of(&part(0), &context(Some(300_000))).rating.expect("enough packets");
    // 370 ms from mouth to ear.
    assert!(far.mos_lq == rating.mos_lq && far.mos_cq.is_some_and(|mos| mos < 3.8), "{far:?}");
}

#[test]
fn an_alert_needs_its_looks_and_ends_well_within_the_limit() {
    let (limits, mut alarms) = (Thresholds::none().limit(AlertKind::Loss, 5.0).after(2, 3), Alarms::default());
    let mut look = |lost| {
        let (part, mut told) = (part(lost), Vec::new());
        let found = Analyzer::default().look(&part);
        alarms.look(&limits, &LegQuality::of(&part, &context(None)), &found, |alert| {
            told.push(Alert { value: alert.value.round(), ..alert })
        });
        told
    };
    assert!([8, 2, 8, 5].iter().all(|lost| look(*lost).is_empty()), "never twice in a row beyond it");
    assert!(look(6).is_empty());
    assert_eq!(look(7), [Alert { kind: AlertKind::Loss, value: 7.0, limit: 5.0, raised: true }]);
    // 5 is the limit, and not well within it.
    assert!([9, 5, 5, 5, 4, 4, 5, 4, 4].iter().all(|lost| look(*lost).is_empty()));
    assert_eq!(look(3), [Alert { kind: AlertKind::Loss, value: 3.0, limit: 5.0, raised: false }]);
    assert!([0, 0, 9, 0, 9].iter().all(|lost| look(*lost).is_empty()));
}

#[test]
fn findings_grow_while_they_last() {
    let mut analyzer = Analyzer::default();
    let deaf = SessionStats { datagrams: 0, ..part(0) };
    for looks in 1..4 {
        assert_eq!(analyzer.look(&deaf).one_way, Some((OneWay::NothingReceived, 2_000 * looks)));
    }
    let mute = SessionStats { sent: 0, ..part(0) };
    assert_eq!(analyzer.look(&mute).one_way, Some((OneWay::NothingSent, 2_000)));
    assert_eq!((analyzer.look(&part(0)).one_way, analyzer.look(&part(0)).dead_air_ms), (None, None));
    let heard = |power| SessionStats { received_level_frames: 50, received_power: power, ..part(0) };
    assert_eq!(analyzer.look(&heard(0)).dead_air_ms, Some(2_000));
    assert_eq!(analyzer.look(&heard(50)).dead_air_ms, Some(4_000), "−96 dB is nobody");
    assert_eq!(analyzer.look(&heard(50 << 20)).dead_air_ms, Some(0));
    let clipped = SessionStats { received_clipped: 5, ..heard(1 << 32) };
    assert_eq!(analyzer.look(&clipped).clipped, Some(0.1));
}

#[test]
fn a_spread_is_that_of_its_values() {
    let mut spread = Spread::default();
    [4.0, 1.0, 4.0].into_iter().for_each(|value| spread.add(value));
    assert_eq!(spread, Spread { min: 1.0, mean: 3.0, max: 4.0, count: 3 });
}

//! Whatever comes, the figures are finite, and nothing is allocated.

use assert_no_alloc::assert_no_alloc;
use proptest::prelude::*;

use super::RATE;
use crate::processing::audio::loudness::{Lufs, Meter, TruePeak};
use crate::types::SampleRate;

#[test]
fn silence_has_the_least_loudness_and_a_reset_meter_is_as_new() {
    let mut meter = Meter::mono(RATE);
    meter.push(&super::sine(RATE, 500.0, 0.0, 4.0));
    assert!(meter.integrated().is_some() && meter.range().is_some());
    meter.reset();
    meter.push(&vec![0.0; 480_000]);
    assert_eq!((meter.momentary(), meter.short_term()), (Lufs::SILENCE, Lufs::SILENCE));
    assert_eq!((meter.integrated(), meter.range()), (None, None));
}

#[test]
fn after_a_loud_past_silence_is_silence_again() {
    let mut meter = Meter::mono(RATE);
    meter.push(&super::sine(RATE, 500.0, 20.0, 1.0));
    meter.push(&vec![0.0; 480_000]);
    assert!(meter.momentary() <= Lufs(-100.0), "{:?}", meter.momentary());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_samples_at_any_rate_give_finite_figures(
        samples in prop::collection::vec(any::<f32>(), 0..2_000),
        rate in 80u32..=480,
    ) {
        let rate = SampleRate::new(rate * 100).expect("allowed");
        let (mut meter, mut peak) = (Meter::mono(rate), TruePeak::new());
        let highest = assert_no_alloc(|| {
            for _ in 0..40 {
                meter.push(&samples);
            }
            peak.peak(&samples)
        });
        prop_assert!(highest.is_finite());
        let figures = [meter.momentary().0, meter.short_term().0, meter.integrated().unwrap_or(Lufs::SILENCE).0];
        prop_assert!(figures.iter().all(|figure| (-120.0..=40.0).contains(figure)), "{figures:?}");
    }
}

//! Whatever comes, probabilities are probabilities, nothing is allocated, and the detector works on afterwards.

use assert_no_alloc::assert_no_alloc;
use proptest::prelude::*;

use super::{Vad, VadConfig, clip, run, share};
use crate::types::SampleRate;

#[test]
fn garbage_is_forgotten() {
    let rate = SampleRate::HZ_8000;
    for config in [VadConfig::default(), VadConfig::simple()] {
        let expected = share(&run(rate, &config, &clip("bob")));
        for garbage in [f32::NAN, f32::INFINITY, f32::MIN, 1e-40] {
            let after = [vec![garbage; 800], clip("bob")].concat();
            let share = share(&run(rate, &config, &after)[10..]);
            assert!((share - expected).abs() < 0.25, "{config:?} after {garbage}: {share}, else {expected}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_samples_in_frames_of_any_length_give_probabilities(
        samples in prop::collection::vec(any::<f32>(), 0..3_000),
        rate in 80u32..=480,
        length in 1usize..1_000,
        threshold in any::<f32>(),
    ) {
        let rate = SampleRate::new(rate * 100).expect("allowed");
        for config in [VadConfig::default(), VadConfig::simple()] {
            let mut vad = Vad::new(rate, &config.threshold(threshold));
            let fits = assert_no_alloc(|| {
                samples.chunks(length).all(|frame| (0.0..=1.0).contains(&vad.process(frame).probability))
            });
            prop_assert!(fits);
        }
    }
}

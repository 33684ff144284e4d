//! Any audio: no panic, no unending digit, and concealment that decides nothing.

use proptest::prelude::*;

use super::{plain, silence};
use crate::processing::audio::dtmf::{DtmfConfig, DtmfDetector, DtmfFrame};
use crate::types::SampleRate;

fn run(detector: &mut DtmfDetector, audio: &[f32], concealed: bool) -> Vec<DtmfFrame> {
    audio.chunks(80).map(|frame| detector.process(frame, concealed)).collect()
}

fn fresh() -> DtmfDetector {
    DtmfDetector::new(SampleRate::HZ_8000, &DtmfConfig::default())
}

#[test]
fn what_was_invented_neither_begins_a_digit_nor_ends_one() {
    let mut detector = fresh();
    // A tone of which concealment made silence for 40 ms.
    let mut told = run(&mut detector, &plain(8_000, 7, 60), false);
    told.extend(run(&mut detector, &silence(8_000, 40), true));
    told.extend(run(&mut detector, &plain(8_000, 7, 60), false));
    told.extend(run(&mut detector, &silence(8_000, 100), false));
    assert_eq!(told.iter().filter(|t| t.started.is_some()).count(), 1);
    let ends: Vec<_> = told.iter().filter_map(|t| t.ended).collect();
    assert!(ends.len() == 1 && ends[0].duration.0 >= 150, "{ends:?}");
}

#[test]
fn a_digit_is_suspected_within_30_ms_of_its_first_sample_wherever_in_a_frame_that_is() {
    for start in 0..80 {
        let mut detector = fresh();
        let audio = [vec![0.0; 400 + start], plain(8_000, 11, 60), silence(8_000, 200)].concat();
        let told = run(&mut detector, &audio, false);
        let first = told.iter().position(|t| t.suspected).expect("it is");
        assert!((first + 1) * 80 <= 400 + start + 3 * 80, "start {start}: {first}");
        // Until a tick before the last of the tone has left a line of 30 ms.
        let last = told.iter().rposition(|t| t.suspected).expect("it is");
        assert!((last + 1) * 80 + 80 >= 400 + start + 480 + 240, "start {start}: {last}");
    }
}

#[test]
fn reset_is_as_new() {
    let mut used = fresh();
    run(&mut used, &plain(8_000, 3, 45), false);
    used.reset();
    let audio = [silence(8_000, 10), plain(8_000, 3, 45), silence(8_000, 60)].concat();
    assert_eq!(run(&mut used, &audio, false), run(&mut fresh(), &audio, false));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_samples_are_taken(bits in proptest::collection::vec(any::<u32>(), 0..2_000), concealed in any::<bool>()) {
        let mut detector = fresh();
        let audio: Vec<_> = bits.into_iter().map(f32::from_bits).collect();
        assert_no_alloc::assert_no_alloc(|| for frame in audio.chunks(80) { detector.process(frame, concealed); });
        let told = run(&mut detector, &silence(8_000, 200), false);
        prop_assert!(!told[told.len() - 1].suspected, "it ends");
        let told = run(&mut detector, &[plain(8_000, 6, 60), silence(8_000, 80)].concat(), false);
        prop_assert_eq!(told.iter().filter(|t| t.started.is_some()).count(), 1, "it is not deaf afterwards");
    }
}

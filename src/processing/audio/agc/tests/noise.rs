//! The gain is for speech: whatever else is heard does not move it.

use super::{AgcConfig, RATE, control, noise, talk};

#[test]
fn noise_alone_is_not_raised() {
    let quiet: Vec<f32> = noise(16_000 * 20).iter().map(|sample| sample * 0.003).collect();
    for config in [AgcConfig::default(), AgcConfig::simple()] {
        let (_, metrics) = control(RATE, &config, &quiet, None);
        assert!(metrics.gain.0.abs() < 1.0, "{metrics:?}");
        let (_, metrics) = control(RATE, &config, &quiet, Some(0.1));
        assert_eq!(metrics.gain.0, 0.0);
    }
}

#[test]
fn in_a_pause_of_noise_the_gain_rests_where_speech_has_left_it() {
    for config in [AgcConfig::default(), AgcConfig::simple()] {
        let speech = talk(RATE, 5.0, 0.5);
        let (_, before) = control(RATE, &config, &speech, None);
        let pause: Vec<f32> = noise(16_000 * 20).iter().map(|sample| sample * 0.002).collect();
        let (_, after) = control(RATE, &config, &[speech, pause].concat(), None);
        assert!((before.gain.0 - after.gain.0).abs() < 1.5, "{before:?} {after:?}");
    }
}

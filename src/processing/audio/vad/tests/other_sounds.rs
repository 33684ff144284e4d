//! Tones and clicks are no speech to the network; the energy detector does not know them apart.

use super::{RATE, VadConfig, noise, run, scaled, share, sum};

fn sines(parts: &[f32], on: usize, off: usize) -> Vec<f32> {
    (0..64_000)
        .map(|n| {
            let sound: f32 =
                parts.iter().map(|hz| 0.2 * (std::f32::consts::TAU * hz * n as f32 / 16_000.0).sin()).sum();
            if n % (on + off) < on { sound } else { 0.0 }
        })
        .collect()
}

#[test]
fn digits_and_call_progress_are_no_speech() {
    let quiet = scaled(&noise(64_000), 0.0005);
    for (what, tone) in [
        ("dial tone", sines(&[425.0], 64_000, 0)),
        ("busy", sines(&[425.0], 8_000, 8_000)),
        ("busy, North America", sines(&[480.0, 620.0], 8_000, 8_000)),
        ("digits", sines(&[770.0, 1_336.0], 1_600, 1_600)),
        ("long digits", sines(&[941.0, 1_633.0], 8_000, 4_000)),
        ("fax", sines(&[1_100.0], 8_000, 48_000)),
        ("answer", sines(&[2_100.0], 64_000, 0)),
    ] {
        for sound in [tone.clone(), sum(&tone, &quiet), scaled(&tone, 0.05)] {
            let share = share(&run(RATE, &VadConfig::default(), &sound));
            assert!(share < 0.1, "{what}: {share}");
        }
    }
}

#[test]
fn clicks_are_no_speech() {
    let clicks: Vec<f32> = noise(64_000)
        .iter()
        .enumerate()
        .map(|(n, x)| x * 0.5 * (-((n % 5_003) as f32) / 60.0).exp() + 0.0005 * x)
        .collect();
    let share = share(&run(RATE, &VadConfig::default(), &clicks));
    assert!(share < 0.05, "{share}");
}

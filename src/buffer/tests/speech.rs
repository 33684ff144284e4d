//! Real speech over a bad network: prints what it scores. Skipped where the recordings are not.
#![expect(clippy::print_stdout, reason = "a test tells what it measured, and when it is left out")]

use std::path::PathBuf;

use super::support::{Leg, packets};
use crate::buffer::JitterConfig;
use crate::types::Millis;

/// Segmental signal-to-noise ratio over the lost packets alone, each between −10 and 35 dB; pauses left out.
fn segmental_snr(clean: &[f32], played: &[f32], lost: &[usize]) -> f32 {
    let mut sum = (0.0, 0);
    for start in lost.iter().filter(|s| **s + 160 <= played.len().min(clean.len())) {
        let (c, p) = (&clean[*start..][..160], &played[*start..][..160]);
        let signal: f32 = c.iter().map(|s| s * s).sum();
        let noise: f32 = c.iter().zip(p).map(|(c, p)| (c - p) * (c - p)).sum();
        if signal > 160.0 * 1e-5 {
            sum = (sum.0 + (10.0 * (signal / noise.max(1e-9)).log10()).clamp(-10.0, 35.0), sum.1 + 1);
        }
    }
    sum.0 / sum.1.max(1) as f32
}

#[test]
fn concealed_speech_is_no_worse_than_noise_of_its_spectrum() {
    let folder = std::env::var_os("MEDIA_CORE_SPEECH").map_or("../shared/data/speech/8k".into(), PathBuf::from);
    let Ok(files) = std::fs::read_dir(&folder) else {
        println!("skipped: no recordings in {}; set MEDIA_CORE_SPEECH", folder.display());
        return;
    };
    let mut gains = Vec::new();
    for path in files.flatten().map(|f| f.path()).filter(|p| p.extension().is_some_and(|e| e == "wav")) {
        let Ok(mut reader) = hound::WavReader::open(&path) else { continue };
        if reader.spec().sample_rate != 8_000 || reader.spec().bits_per_sample != 16 || reader.spec().channels != 1 {
            continue;
        }
        let signal: Vec<i16> = reader.samples::<i16>().flatten().collect();
        let clean: Vec<f32> = signal.iter().map(|s| f32::from(*s) / 32_768.0).collect();
        let mut state = 3u32;
        let mut lost = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 16 < 3_277
        };
        let (gone, kept): (Vec<_>, Vec<_>) = packets(&signal, 160).into_iter().partition(|_| lost());
        let gone: Vec<_> = gone.iter().map(|p| p.1 as usize).collect();
        let mut leg = Leg::new(JitterConfig::fixed(Millis(20)));
        leg.run(&kept, signal.len() as u64 / 80);
        let played = &leg.played[160..];
        let concealed = segmental_snr(&clean, played, &gone);
        println!("{:?}: {concealed:.2} dB in the lost packets, where holes have 0 dB", path.file_name());
        gains.push(concealed);
    }
    let mean = gains.iter().sum::<f32>() / gains.len().max(1) as f32;
    // Noise of the right spectrum and level, all that unvoiced speech can have, scores −3 dB.
    println!("mean {mean:.2} dB over {} recordings", gains.len());
    assert!(gains.is_empty() || mean > -3.0);
}

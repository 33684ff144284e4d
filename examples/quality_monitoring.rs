//! A call over a network that is bad for a while: its MOS over time, an alert, how the sender adapts, and the call's record.
//!
//! ```sh
//! cargo run --release --example quality_monitoring
//! ```
//!
//! In virtual time. A player speaks into an Opus leg; its packets cross a network to a second leg, whose RTCP reports come
//! back to the first. From the 12th to the 40th second one packet in ten is lost.
#![allow(clippy::print_stdout, reason = "an example tells what it sees")]

use std::collections::BTreeMap;
use std::error::Error;

use media_core::quality::AlertKind;
use media_core::quality::adaptation::Policy;
use media_core::{
    CodecSpec, Cue, EngineConfig, EventKind, IoGroup, Micros, Millis, OfflineEngine, PayloadType, SampleRate,
    SessionSpec, Source, Thresholds,
};

const CLIP: &[u8] = include_bytes!("clips/alice.wav");

fn main() -> Result<(), Box<dyn Error>> {
    let limits = Thresholds::new().limit(AlertKind::Mos, 3.8);
    let mut engine = OfflineEngine::new(EngineConfig::new().workers(1).stats_interval(1).thresholds(limits))?;
    let (control, mut events) = (engine.control(), engine.events().ok_or("taken already")?);
    let mut egress = engine.egress(IoGroup(0)).ok_or("taken already")?;

    let samples: Vec<f32> = hound::WavReader::new(CLIP)?
        .into_samples::<i16>()
        .map(|s| s.map(|s| f32::from(s) / 32_768.0))
        .collect::<Result<_, _>>()?;
    let clip = Source::Pcm { samples: samples.into(), rate: SampleRate::HZ_8000, repeat: true };
    let pt = |value| PayloadType::new(value).ok_or("below 128");
    let spec = SessionSpec::new(CodecSpec::opus(SampleRate::HZ_16000, pt(111)?)).redundancy(pt(99)?, 0);
    let speaker = control.create(SessionSpec::player(SampleRate::HZ_8000, clip, Cue::new()))?;
    let (near, mut far) = (control.create(spec.clone())?, control.create(spec)?);
    control.bridge(speaker.id, near.id)?.detach();
    control.adapt(near.id, Some(Policy::Balanced))?;
    control.subscribe(far.id, Millis(4_000))?;

    let (mut network, mut random, mut sent) = (BTreeMap::new(), 1u64, 0u64);
    for tick in 0..6_000u64 {
        engine.tick();
        let now = engine.now().0;
        let lost = if (1_200..4_000).contains(&tick) { 100 } else { 0 };
        egress.pull(100, |session, datagram| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            if session == near.id && (random >> 33) % 1_000 >= lost {
                sent += 1;
                network.insert((now + 20_000 + (random >> 40) % 15_000, sent), datagram.to_vec());
            }
        });
        while let Some(entry) = network.first_entry().filter(|entry| entry.key().0 <= now) {
            let ((arrival, _), datagram) = entry.remove_entry();
            // Once the leg has gone nobody takes it.
            let _ = far.ingress.push(&datagram, Micros(arrival));
        }
        if tick % 100 == 99 && tick < 5_990 {
            control.rtcp_feed(near.id, &control.rtcp_report(far.id, engine.now())?, engine.now())?;
            control.rtcp_feed(far.id, &control.rtcp_report(near.id, engine.now())?, engine.now())?;
        }
        if tick == 5_990 {
            control.destroy(far.id)?.detach();
        }
        while let Some(event) = events.try_next() {
            let at = event.tick.0 as f64 / 100.0;
            match event.kind {
                EventKind::Stats { quality, .. } => {
                    let mos = quality.rating.map_or("not measured".to_owned(), |r| format!("MOS {:.2}", r.mos_lq));
                    let (lost, mended) = (100.0 * quality.loss, quality.repaired);
                    println!("{at:5.1} s  {mos}, {lost:.1} % lost, {mended} packets repaired");
                }
                EventKind::QualityAlert { alert } => {
                    println!("{at:5.1} s  ALERT {:?}: {:.2}, limit {}", alert.kind, alert.value, alert.limit)
                }
                EventKind::QualityCleared { alert } => {
                    println!("{at:5.1} s  over: {:?} is {:.2}", alert.kind, alert.value)
                }
                EventKind::Adapted { adjustment } => {
                    println!("{at:5.1} s  adapted: {:?}, {:?}", adjustment.setting, adjustment.reason)
                }
                EventKind::QualityFinal { record } if event.session == Some(far.id) => {
                    println!("{}", serde_json::to_string_pretty(&record)?);
                }
                _ => {}
            }
        }
    }
    Ok(())
}

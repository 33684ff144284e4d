//! One listener's session: he listens, talks, and listens again.

use crate::codec::{AudioDecoder, CodecSpec};
use crate::mixer::groups::{Counters, Group, Listener};
use crate::processing::format::resample;
use crate::types::SampleRate;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// What came of it.
pub struct Outcome {
    pub forked_alike: bool,
    /// How close the listener's decoder is to one that had the group's packets always, in dB: in the packet of the rejoin, in the next, and
    /// in all of the second after it.
    pub snr: [f64; 3],
    /// The largest difference of a packet from the rejoin on, in dBov.
    pub error: f64,
    /// Packets from the end of his talk to the rejoin.
    pub waited: usize,
    pub counters: Counters,
}

/// Packets in which he is silent, then talks; the rest is silent again.
const LISTENS: usize = 60;
const TALKS: usize = 80;
/// Packets after his talk for which he goes on as if there were no group.
const HANG_OVER: usize = 25;
const ALL: usize = 700;

/// `far` talks all the time; the group hears both, the listener never himself.
pub fn session(codec: &CodecSpec, far: &[f32], own: &[f32]) -> Outcome {
    let (far, own) = (resample(far, SampleRate::HZ_16000, codec.rate), resample(own, SampleRate::HZ_16000, codec.rate));
    let samples = codec.rate.per_tick() * 2;
    let mut counters = Counters::default();
    let mut group = Group::new(codec, samples);
    let [mut ever, mut listener] = [(); 2].map(|()| Listener::new(codec, samples, 25));
    let mut reference = codec.encoder();
    let (mut his, mut theirs) = (codec.decoder(), codec.decoder());
    let (mut payload, mut forked_alike) = (vec![0; reference.max_payload(samples)], true);
    let (mut each, mut errors, mut waited) = (Vec::new(), Vec::new(), 0);
    let (mut alone, mut heard) = (codec.decoder(), [Vec::new(), Vec::new()]);
    for stamp in 0..ALL {
        let talks = (LISTENS..LISTENS + TALKS).contains(&stamp);
        let far: Vec<f32> = (0..samples).map(|n| far[(stamp * samples + n) % far.len()] * 0.7).collect();
        let own = (0..samples).map(|n| own[(stamp * samples + n) % own.len()]);
        let both: Vec<f32> =
            far.iter().zip(own).map(|(far, own)| far + own * f32::from(u8::from(talks)) * 0.7).collect();
        let shared = ever.packet(&mut group, true, stamp as u64, &both, &mut counters).payload.to_vec();
        let packet = listener.packet(&mut group, !talks, stamp as u64, &far, &mut counters);
        let bytes = reference.encode(&far, &mut payload).expect("room for it").bytes;
        let back = packet.shared && stamp >= LISTENS + TALKS;
        if !back && each.is_empty() && stamp < LISTENS + TALKS + HANG_OVER {
            forked_alike &= packet.payload == &payload[..bytes];
        }
        let (his, theirs) = (decoded(&mut *his, packet.payload, samples), decoded(&mut *theirs, &shared, samples));
        heard[0].extend(decoded(&mut *alone, &payload[..bytes], samples));
        heard[1].extend_from_slice(&his);
        waited += usize::from(stamp >= LISTENS + TALKS && !back && each.is_empty());
        if back || !each.is_empty() {
            let energy = |x: &mut dyn Iterator<Item = f32>| x.map(|x| f64::from(x).powi(2)).sum::<f64>();
            let error = energy(&mut his.iter().zip(&theirs).map(|(a, b)| a - b));
            errors.push(10.0 * (error / samples as f64 + 1e-13).log10());
            each.push(((energy(&mut theirs.iter().copied()) + 1e-12), error + 1e-30));
        }
    }
    assert!(each.len() > 2, "{} has not come back", codec.name());
    keep(codec, &heard);
    let snr = |part: &[(f64, f64)]| {
        let sum = part.iter().fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        10.0 * (sum.0 / sum.1).log10()
    };
    let error = errors.into_iter().fold(-200.0, f64::max);
    let snr = [snr(&each[..1]), snr(&each[1..2]), snr(&each[1..each.len().min(51)])];
    Outcome { forked_alike, snr, error, waited, counters }
}

/// Where a folder is named by `REJOIN_WAVS`: what he would have heard alone, and what he heard, for a scorer.
fn keep(codec: &CodecSpec, heard: &[Vec<f32>; 2]) {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let Some(folder) = std::env::var_os("REJOIN_WAVS").map(PathBuf::from) else { return };
    let number = COUNT.fetch_add(1, Relaxed);
    for (kind, audio) in ["alone", "shared"].iter().zip(heard) {
        let (sample_rate, sample_format) = (codec.rate.hz(), hound::SampleFormat::Int);
        let spec = hound::WavSpec { channels: 1, sample_rate, bits_per_sample: 16, sample_format };
        let path = folder.join(format!("{}-{sample_rate}-{number}-{kind}.wav", codec.name()));
        let mut file = hound::WavWriter::create(path, spec).expect("a folder that can be written to");
        audio.iter().for_each(|x| file.write_sample((x * 32_767.0) as i16).expect("there is room"));
        file.finalize().expect("there is room");
    }
}

fn decoded(decoder: &mut dyn AudioDecoder, payload: &[u8], samples: usize) -> Vec<f32> {
    let mut out = vec![0.0; samples];
    decoder.decode(payload, &mut out).expect("an encoder's own packet");
    out
}

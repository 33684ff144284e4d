//! One listener's session: he listens, talks, and listens again.

use crate::codec::{AudioDecoder, CodecSpec};
use crate::mixer::groups::{Counters, Group, Listener};
use crate::processing::format::resample;
use crate::types::SampleRate;

/// What came of it.
pub struct Outcome {
    pub forked_alike: bool,
    /// Of the packets from the rejoin on: how close the listener's decoder is to one that had the group's packets always.
    pub snr: [f64; 3],
    /// The same packets' differences in dBov.
    pub error: [f64; 3],
    pub counters: Counters,
}

/// Packets in which he is silent, then talks; the rest is silent again.
const LISTENS: usize = 60;
const TALKS: usize = 80;
const ALL: usize = 400;

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
    let (mut snr, mut errors) = (Vec::new(), Vec::new());
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
        if !back && snr.is_empty() {
            forked_alike &= packet.payload == &payload[..bytes];
        }
        let (his, theirs) = (decoded(&mut *his, packet.payload, samples), decoded(&mut *theirs, &shared, samples));
        if (back || !snr.is_empty()) && snr.len() < 3 {
            let energy = |x: &mut dyn Iterator<Item = f32>| x.map(|x| f64::from(x).powi(2)).sum::<f64>();
            let error = energy(&mut his.iter().zip(&theirs).map(|(a, b)| a - b));
            errors.push(10.0 * (error / samples as f64 + 1e-13).log10());
            snr.push(10.0 * ((energy(&mut theirs.iter().copied()) + 1e-12) / (error + 1e-30)).log10());
        }
    }
    assert_eq!(snr.len(), 3, "{} came back", codec.name());
    Outcome { forked_alike, snr: [snr[0], snr[1], snr[2]], error: [errors[0], errors[1], errors[2]], counters }
}

fn decoded(decoder: &mut dyn AudioDecoder, payload: &[u8], samples: usize) -> Vec<f32> {
    let mut out = vec![0.0; samples];
    decoder.decode(payload, &mut out).expect("an encoder's own packet");
    out
}

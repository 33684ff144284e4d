//! What the figures of a leg do not tell: its codec's part of the E-model, its delay, what it can change.

use crate::codec::CodecSpec;
use crate::engine::state::{Entry, State};
use crate::quality::adaptation::Knobs;
use crate::quality::emodel::{Band, CodecQuality, heard_impairment};
use crate::quality::{LegContext, SessionStats};
use crate::types::{Millis, SessionId};

impl State {
    /// What the rating of a leg depends on beside its figures.
    pub fn leg_context(&self, id: SessionId, entry: &Entry, stats: &SessionStats) -> LegContext {
        let codec = entry.leg.receives.0;
        let media_ms = stats.ms(stats.expected_samples);
        let bits = if media_ms > 0.0 { stats.received_bytes as f64 * 8e3 / media_ms } else { 0.0 };
        let known = CodecQuality {
            name: codec.name(),
            rate_hz: codec.rate.hz(),
            // A variable rate is a little below what was set; the next row down would be wrong.
            bits_per_second: (bits * 1.05) as u32,
        };
        LegContext {
            band: Band::of_rate(codec.rate.hz()),
            impairment: if entry.spec.has_network() { heard_impairment(known) } else { None },
            delay: self.way_from(id, entry, stats),
        }
    }
}

/// What a leg of this spec can change.
pub(super) fn knobs(entry: &Entry) -> Knobs {
    let (spec, sends) = (&entry.spec, entry.spec.sends());
    let (ptime, jitter) = (spec.ptime.0, spec.jitter);
    let allowed = [60, 40, 30, 20, 10].map(Millis);
    let longest =
        allowed.into_iter().find(|ptime| sends.kind.codec().allows(*ptime)).map_or(ptime, |longest| longest.0);
    let mut knobs = Knobs::fixed(ptime, jitter.min.0, jitter.max.0);
    knobs.most_ptime_ms = longest.max(ptime);
    knobs.redundancy = spec.payloads.redundancy.map(|(_, levels)| levels);
    encoder(&sends, &mut knobs);
    knobs
}

/// The effort that the encoder of a codec begins with, where it can be set.
pub(in crate::engine) fn effort(sends: &CodecSpec) -> Option<u8> {
    let mut knobs = Knobs::fixed(0, 0, 0);
    encoder(sends, &mut knobs);
    knobs.bitrate.map(|_| knobs.complexity)
}

#[cfg(feature = "opus")]
fn encoder(sends: &CodecSpec, knobs: &mut Knobs) {
    use crate::codec::{CodecKind, CodecParams, audio::opus::OpusParams};
    if sends.kind != CodecKind::Opus {
        return;
    }
    let OpusParams { config, .. } =
        if let CodecParams::Opus(params) = sends.params { params } else { OpusParams::default() };
    // Where nothing was set libopus takes 60 bits a frame and one for each sample, at the usual 20 ms.
    let usual = 60 * 50 + sends.rate.hz() * u32::from(sends.channels);
    knobs.bitrate = Some(config.bitrate.unwrap_or(usual));
    (knobs.complexity, knobs.fec, knobs.dtx) = (config.complexity, config.fec, config.dtx);
    knobs.bandwidth = (sends.rate.hz() as i32 / 2).min(20_000);
}

#[cfg(not(feature = "opus"))]
fn encoder(_: &CodecSpec, _: &mut Knobs) {}

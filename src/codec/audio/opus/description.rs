//! Opus as signalling knows it (RFC 7587).

use std::fmt;

use crate::codec::audio::opus::{Application, OpusConfig, OpusDecoder, OpusEncoder, OpusFmtp, OpusParams, Packet};
use crate::codec::{
    AudioCodec, AudioDecoder, AudioEncoder, AudioFormat, CodecCost, CodecDelay, CodecParams, CodecSpec, FmtpError,
    RtpmapError,
};
use crate::types::{Millis, SampleRate};

/// `opus/48000/2`, under dynamic payload types.
///
/// A spec's rate and channels are what the engine's own side decodes to and encodes from, mono at 48 kHz
/// unless the host says otherwise. Its parameters are a receiver's: what we ask of the peer, or, in the
/// spec that negotiation gives the sender, what the peer asks of us, which the encoder keeps to. At a
/// rate that Opus has not, it runs at 48 kHz.
#[derive(Clone, Copy, Debug)]
pub struct Opus;

/// A decoder's complexity from which on concealment is neural.
const DEEP: u8 = 5;
/// Clock and channels of every rtpmap (RFC 7587 §4.1, §7).
const RTPMAP: (u32, u8) = (48_000, 2);

impl AudioCodec for Opus {
    fn name(&self) -> &'static str {
        "opus"
    }

    fn format(&self, clock_rate: u32, channels: u32) -> Result<AudioFormat, RtpmapError> {
        let (clock, both) = RTPMAP;
        if clock_rate != clock {
            return Err(RtpmapError::ClockRate { got: clock_rate, expected: clock });
        }
        if channels != u32::from(both) {
            return Err(RtpmapError::Channels(channels));
        }
        Ok(AudioFormat { rate: SampleRate::HZ_48000, channels: 1 })
    }

    fn rtpmap(&self, _: &CodecSpec) -> (u32, u8) {
        RTPMAP
    }

    fn params(&self, fmtp: &str) -> Result<CodecParams, FmtpError> {
        let wishes = OpusFmtp::parse(fmtp)?;
        Ok(CodecParams::Opus(OpusParams::default().wishes(wishes)))
    }

    fn fmtp(&self, spec: &CodecSpec, out: &mut dyn fmt::Write) -> fmt::Result {
        write!(out, "{}", params(spec).wishes)
    }

    fn agree(&self, ours: &CodecSpec, theirs: &CodecSpec) -> Option<CodecSpec> {
        // Each side's rate is its own affair, and both take stereo; so there is always common ground.
        let mut send = ours.under(theirs.payload_type);
        let wishes = params(theirs).wishes;
        send.params = CodecParams::Opus(params(ours).wishes(wishes));
        if !wishes.stereo {
            send.channels = 1;
        }
        Some(send)
    }

    fn allows(&self, ptime: Millis) -> bool {
        matches!(ptime.0, 10 | 20 | 40 | 60 | 80 | 100 | 120)
    }

    fn payload_bytes(&self, spec: &CodecSpec, samples: usize) -> usize {
        // One frame at the format's limit, or what a datagram of 1 500 bytes has room for.
        let usual = if samples * 50 <= spec.rate.hz() as usize { 1_276 } else { 1_452 };
        params(spec).config.clamped().max_payload.max(usual)
    }

    fn payload_samples(&self, spec: &CodecSpec, payload: &[u8]) -> usize {
        Packet::parse(payload).map_or(0, |packet| packet.samples(spec.rate))
    }

    fn same_payload(&self, one: &CodecSpec, other: &CodecSpec) -> bool {
        // Any decoder takes any packet; what a receiver may refuse is the bit rate.
        let [one, other] = [params(one).wishes, params(other).wishes];
        (one.max_average_bitrate, one.cbr) == (other.max_average_bitrate, other.cbr)
    }

    fn cost(&self, spec: &CodecSpec) -> CodecCost {
        // At complexity 9 with in-band FEC.
        let (encode, decode) = match spec.rate.hz() {
            8_000 => (70_000, 4_000),
            12_000 | 16_000 => (110_000, 7_000),
            _ => (130_000, 16_000),
        };
        let channels = u32::from(spec.channels.clamp(1, 2));
        let OpusParams { deep_plc, dred, config, .. } = params(spec);
        // Where every packet of a second is lost.
        let neural = match (cfg!(feature = "deep-plc") && deep_plc, cfg!(feature = "dred") && dred) {
            (true, _) => 240_000,
            (_, true) => 110_000,
            _ => 0,
        };
        let redundancy = if config.clamped().dred.0 > 0 { 12_000 } else { 0 };
        CodecCost { encode: encode * channels + redundancy, decode: decode * channels + neural }
    }

    /// libopus's look-ahead: 2.5 ms of overlap, and 4 ms that bring its two inner codecs to one delay.
    fn delay(&self, spec: &CodecSpec) -> CodecDelay {
        let low = params(spec).config.application == Application::LowDelay;
        let hz = form(spec).0.hz();
        CodecDelay { encoder: hz / 400 + if low { 0 } else { hz / 250 }, decoder: 0 }
    }

    fn decoder(&self, spec: &CodecSpec) -> Box<dyn AudioDecoder> {
        let (rate, channels) = form(spec);
        let mut decoder = OpusDecoder::new(rate, channels).expect("form() is one that Opus has");
        if params(spec).deep_plc {
            decoder.set_complexity(DEEP);
        }
        #[cfg(feature = "dred")]
        if params(spec).dred {
            decoder.take_dred();
        }
        Box::new(decoder)
    }

    fn encoder(&self, spec: &CodecSpec) -> Box<dyn AudioEncoder> {
        let (rate, channels) = form(spec);
        let OpusParams { config, wishes, .. } = params(spec);
        let config = wishes.limit(OpusConfig { rate, channels, ..config }).clamped();
        Box::new(OpusEncoder::new(config).expect("form() is one that Opus has, and the rest is clamped"))
    }
}

fn params(spec: &CodecSpec) -> OpusParams {
    if let CodecParams::Opus(params) = spec.params { params } else { OpusParams::default() }
}

fn form(spec: &CodecSpec) -> (SampleRate, usize) {
    let channels = usize::from(spec.channels.clamp(1, 2));
    let known = super::config::check_format(spec.rate, channels).is_ok();
    (if known { spec.rate } else { SampleRate::HZ_48000 }, channels)
}

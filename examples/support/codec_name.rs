//! Codecs by name, with parameters: `g729`, `l16:rate=48000`, `opus:bitrate=24000,fec`.
#![allow(dead_code, reason = "shared by several examples, and not all of it is used by each")]

use std::error::Error;

use media_core::codec::audio::opus::{Application, OpusConfig, RateControl};
use media_core::{CodecSpec, PayloadType, SampleRate};

/// The codec that a user named.
pub fn parse(text: &str) -> Result<CodecSpec, Box<dyn Error>> {
    let (name, options) = text.split_once(':').unwrap_or((text, ""));
    let options: Vec<(&str, &str)> =
        options.split(',').filter(|o| !o.is_empty()).map(|o| o.split_once('=').unwrap_or((o, "1"))).collect();
    let rate = options.iter().find(|(name, _)| *name == "rate").map(|(_, rate)| *rate);
    let rtpmap = match name.to_ascii_lowercase().as_str() {
        "pcmu" | "ulaw" => "PCMU/8000".to_owned(),
        "pcma" | "alaw" => "PCMA/8000".to_owned(),
        "l16" => format!("L16/{}", rate.unwrap_or("16000")),
        "opus" => "opus/48000/2".to_owned(),
        other => format!("{other}/8000"),
    };
    let payload_type = match rtpmap.as_str() {
        "PCMU/8000" => 0,
        "PCMA/8000" => 8,
        "g722/8000" => 9,
        "g729/8000" => 18,
        _ => 96,
    };
    let payload_type = PayloadType::new(payload_type).ok_or("payload types are below 128")?;
    let mut codec = CodecSpec::from_rtpmap(payload_type, &rtpmap).map_err(|e| format!("{text}: {e}"))?;
    let options: Vec<_> = options.into_iter().filter(|(name, _)| *name != "rate").collect();
    if codec.name().eq_ignore_ascii_case("opus") {
        return opus(codec, rate, &options);
    }
    // As the ITU's vectors are: without pauses, unless they are asked for.
    let plain = codec.name() == "G729" && options.is_empty();
    let options = if plain { vec![("annexb", "no")] } else { options };
    let fmtp: Vec<String> = options.iter().map(|(name, value)| format!("{name}={value}")).collect();
    if !fmtp.is_empty() {
        codec = codec.with_fmtp(&fmtp.join("; ")).map_err(|e| format!("{text}: {e}"))?;
    }
    Ok(codec)
}

/// The name without its parameters.
pub fn short(text: &str) -> &str {
    text.split(':').next().unwrap_or(text)
}

/// Opus with settings of its encoder.
fn opus(codec: CodecSpec, rate: Option<&str>, options: &[(&str, &str)]) -> Result<CodecSpec, Box<dyn Error>> {
    let rate = SampleRate::new(rate.unwrap_or("48000").parse()?)?;
    let stereo = options.contains(&("channels", "2"));
    let mut config = OpusConfig::new(rate, if stereo { 2 } else { 1 });
    for &(name, value) in options {
        let on = || value.parse::<u8>().map(|v| v != 0);
        config = match name {
            "bitrate" => config.bitrate(value.parse()?),
            "complexity" => config.complexity(value.parse()?),
            "fec" => config.fec(10),
            "loss" => config.fec(value.parse()?),
            "dtx" => config.dtx(on()?),
            "cbr" => config.rate_control(RateControl::Constant),
            "vbr" => config.rate_control(RateControl::Variable),
            "music" => config.application(Application::Audio),
            "channels" => config,
            other => return Err(format!("Opus has no option {other:?}").into()),
        };
    }
    Ok(CodecSpec::opus_with(config, codec.payload_type))
}

//! The codecs that phones are offered.

use media_core::codec::negotiation::Capabilities;
use media_core::integration::Agreed;
use media_core::{CodecSpec, PayloadType, SampleRate};

/// The codecs of these names.
pub fn codecs(names: &[String]) -> Result<Vec<CodecSpec>, String> {
    let codec = |name: &String| match name.to_ascii_lowercase().as_str() {
        "pcmu" => Ok(CodecSpec::pcmu()),
        "pcma" => Ok(CodecSpec::pcma()),
        "g722" => Ok(CodecSpec::g722()),
        "g729" => Ok(CodecSpec::g729()),
        "opus" => Ok(CodecSpec::opus(SampleRate::HZ_48000, dynamic(111))),
        _ => Err(format!("no codec {name}; there are opus, g722, pcma, pcmu, g729")),
    };
    names.iter().map(codec).collect()
}

/// Codecs in the order of preference, with digits beside them at the clock of each.
pub fn with_digits(codecs: impl Iterator<Item = CodecSpec>) -> Capabilities {
    let all = codecs.fold(Capabilities::new(), Capabilities::codec);
    all.telephone_event(dynamic(101), 8_000).telephone_event(dynamic(110), 48_000)
}

/// The same with the codec first that another party speaks, and with what that party asks of who sends it: where both
/// have it, packets pass as they are.
pub fn like(codecs: &[CodecSpec], other: Option<&Agreed>) -> Capabilities {
    let same = |codec: &&CodecSpec| other.is_some_and(|agreed| codec.name() == agreed.media.send.name());
    let asked = |codec: &CodecSpec| other.map_or(*codec, |agreed| agreed.media.send.under(codec.payload_type));
    let first = codecs.iter().filter(same).map(asked);
    with_digits(first.chain(codecs.iter().filter(|codec| !same(codec)).copied()))
}

fn dynamic(value: u8) -> PayloadType {
    PayloadType::new(value).expect("below 128")
}

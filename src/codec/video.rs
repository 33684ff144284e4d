//! Video codecs as signalling knows them. The engine passes their packets on and never looks inside.

use thiserror::Error;

use crate::codec::negotiation::{FmtpFields, MediaFormats};
use crate::types::PayloadType;

/// A video codec under a payload type.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VideoCodec {
    /// Encoding name of RTP: `H264`.
    pub name: String,
    /// The payload type that its packets carry.
    pub payload_type: PayloadType,
    /// Rate of the timestamps, in hertz: 90 000 for every codec in use.
    pub clock_rate: u32,
    /// The value of its fmtp attribute.
    pub fmtp: String,
}

/// An rtpmap that is no video codec's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("rtpmap is not of the form name/clock")]
pub struct VideoRtpmapError;

impl VideoCodec {
    /// Reads the values of rtpmap and fmtp: `H264/90000`, `profile-level-id=42e01f;packetization-mode=1`.
    pub fn from_rtpmap(payload_type: PayloadType, rtpmap: &str, fmtp: &str) -> Result<Self, VideoRtpmapError> {
        let (name, clock) = rtpmap.trim().split_once('/').ok_or(VideoRtpmapError)?;
        let clock_rate = clock.parse().map_err(|_| VideoRtpmapError)?;
        if name.is_empty() || clock_rate == 0 {
            return Err(VideoRtpmapError);
        }
        Ok(Self { name: name.to_owned(), payload_type, clock_rate, fmtp: fmtp.to_owned() })
    }

    /// Whether a receiver of one takes packets of the other as they are.
    ///
    /// H.264: equal profile and packetization mode (RFC 6184 §8.2.2; levels are the endpoints' affair);
    /// H.265, VP9 and AV1: equal profile; otherwise the same name and clock.
    pub fn same_payload(&self, other: &Self) -> bool {
        self.key() == other.key()
    }

    /// A number that codecs with the same payload share, and practically no others: FNV-1a of what tells them apart.
    pub(crate) fn format(&self) -> u32 {
        let (name, clock_rate, profile, mode) = self.key();
        let text = format!("{name} {clock_rate} {profile} {mode}");
        text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
    }

    /// What codecs with the same payload have in common: name, clock, profile and packetization.
    fn key(&self) -> (String, u32, String, String) {
        let value = |name, default| FmtpFields::find(&self.fmtp, name).unwrap_or(default).to_ascii_lowercase();
        let name = self.name.to_ascii_uppercase();
        let (profile, mode) = match name.as_str() {
            "H264" => (format!("{:?}", self.h264_profile()), value("packetization-mode", "0")),
            "H265" => (value("profile-id", "1"), String::new()),
            "VP9" => (value("profile-id", "0"), String::new()),
            "AV1" => (value("profile", "0"), String::new()),
            _ => (String::new(), String::new()),
        };
        (name, self.clock_rate, profile, mode)
    }

    /// Profile of H.264: `profile_idc` with the constraint flags that make a profile of their own
    /// (RFC 6184 Table 5). Without a parameter it is Baseline (§8.1).
    fn h264_profile(&self) -> (u8, u8) {
        let id = FmtpFields::find(&self.fmtp, "profile-level-id").unwrap_or("42000a");
        let byte = |at: usize| id.get(at..at + 2).and_then(|hex| u8::from_str_radix(hex, 16).ok()).unwrap_or(0);
        let (profile, flags) = (byte(0), byte(2));
        match profile {
            // Constrained Baseline is written in three ways.
            0x42 | 0x4d if flags & 0x80 != 0 && (profile == 0x4d || flags & 0x40 != 0) => (0x42, 0x40),
            0x58 if flags & 0xc0 == 0xc0 => (0x42, 0x40),
            // High, and its constrained form.
            0x64 => (0x64, flags & 0x0c),
            _ => (profile, 0),
        }
    }
}

/// The video codecs that both sides have, in the peer's order: ours, and the payload type to send it under.
pub fn common_video(ours: &[VideoCodec], theirs: &MediaFormats) -> Vec<(VideoCodec, PayloadType)> {
    let read = |f: &crate::codec::negotiation::MediaFormat| {
        VideoCodec::from_rtpmap(f.payload_type, f.encoding(), &f.fmtp).ok()
    };
    let find = |their: VideoCodec| {
        let our = ours.iter().find(|our| our.same_payload(&their))?;
        Some((our.clone(), their.payload_type))
    };
    theirs.formats.iter().filter_map(read).filter_map(find).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pt(value: u8) -> PayloadType {
        PayloadType::new(value).expect("below 128")
    }

    fn h264(fmtp: &str) -> VideoCodec {
        VideoCodec::from_rtpmap(pt(96), "H264/90000", fmtp).expect("well formed")
    }

    #[test]
    fn h264_goes_together_by_profile_and_packetization_whatever_the_level() {
        let one = h264("profile-level-id=42e01f; packetization-mode=1");
        let table = [
            ("packetization-mode=1;profile-level-id=42e00a", true),
            ("profile-level-id=4d8028;packetization-mode=1", true),
            ("profile-level-id=42e01f", false),
            ("profile-level-id=64001f;packetization-mode=1", false),
            ("packetization-mode=1", false),
            ("profile-level-id=zz;packetization-mode=1", false),
        ];
        for (fmtp, together) in table {
            assert_eq!(one.same_payload(&h264(fmtp)), together, "{fmtp}");
            assert_eq!(h264(fmtp).same_payload(&one), together, "{fmtp}");
        }
    }

    #[test]
    fn common_codecs_come_in_the_order_of_the_peer_under_its_payload_types() {
        let vp8 = VideoCodec::from_rtpmap(pt(97), "VP8/90000", "").expect("well formed");
        let ours = [h264("profile-level-id=42e01f;packetization-mode=1"), vp8];
        let offer = MediaFormats::new().format(pt(120), "vp8/90000", "").format(pt(121), "AV1/90000", "").format(
            pt(122),
            "H264/90000",
            "profile-level-id=42e016;packetization-mode=1",
        );
        let common = common_video(&ours, &offer);
        let found: Vec<_> = common.iter().map(|(codec, send)| (codec.name.as_str(), send.value())).collect();
        assert_eq!(found, [("VP8", 120), ("H264", 122)]);
        for rtpmap in ["", "H264", "/90000", "H264/x", "H264/0"] {
            assert_eq!(VideoCodec::from_rtpmap(pt(96), rtpmap, ""), Err(VideoRtpmapError), "{rtpmap:?}");
        }
    }
}

//! Reads the audio section of a description.

use std::net::{IpAddr, SocketAddr};

use sdp_types::{Media, Session};

use crate::codec::negotiation::MediaFormats;
use crate::integration::MediaDirection;
use crate::integration::sdp::SdpError;
use crate::types::{Millis, PayloadType};

/// What is read at most: no softswitch sends more, and a stranger shall not make us.
const MOST_BYTES: usize = 64 * 1_024;

/// Formats of one section that are looked at.
const MOST_FORMATS: usize = 64;

/// An audio section, as its sender described it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct AudioSection {
    /// Its place among the media lines.
    pub line: usize,
    pub rtp: SocketAddr,
    pub rtcp: SocketAddr,
    /// What the sender of the description does.
    pub direction: MediaDirection,
    pub formats: MediaFormats,
    /// It takes RTCP at the port of RTP.
    pub mux: bool,
}

/// Parses a description.
pub(super) fn parse(text: &str) -> Result<Session, SdpError> {
    if text.len() > MOST_BYTES {
        return Err(SdpError::Syntax("longer than 64 KiB"));
    }
    Session::parse(text.as_bytes()).map_err(|_| SdpError::Syntax("a line is malformed"))
}

/// The first audio section that RTP in the clear can serve.
pub(super) fn audio(session: &Session) -> Result<AudioSection, SdpError> {
    let usable = |media: &Media| {
        let plain = ["RTP/AVP", "RTP/AVPF"].iter().any(|proto| media.proto.eq_ignore_ascii_case(proto));
        media.media.eq_ignore_ascii_case("audio") && media.port != 0 && plain
    };
    let line = session.medias.iter().position(usable).ok_or(SdpError::NoAudio)?;
    let media = &session.medias[line];
    let connection = media.connections.first().or(session.connection.as_ref()).ok_or(SdpError::Address)?;
    let address = address(&connection.connection_address)?;
    let mut direction = direction(session, media);
    // The hold of RFC 2543: nothing can be sent there.
    if address.is_unspecified() {
        direction = MediaDirection::new(direction.sends(), false);
    }
    let mux = media.has_attribute("rtcp-mux");
    let rtp = SocketAddr::new(address, media.port);
    let rtcp = if mux { rtp } else { rtcp(media, rtp) };
    Ok(AudioSection { line, rtp, rtcp, direction, formats: formats(media), mux })
}

fn address(text: &str) -> Result<IpAddr, SdpError> {
    // A multicast address may carry its time to live.
    let host = text.split('/').next().unwrap_or_default();
    host.trim().parse().map_err(|_| SdpError::Address)
}

fn direction(session: &Session, media: &Media) -> MediaDirection {
    let mut stated = media.attributes.iter().chain(&session.attributes);
    stated.find_map(|attribute| MediaDirection::named(&attribute.attribute)).unwrap_or_default()
}

/// `a=rtcp` (RFC 3605), or the port after that of RTP.
fn rtcp(media: &Media, rtp: SocketAddr) -> SocketAddr {
    let next = SocketAddr::new(rtp.ip(), rtp.port().saturating_add(1));
    let Some(Some(value)) = media.get_first_attribute_value("rtcp") else { return next };
    let mut words = value.split_whitespace();
    let Some(port) = words.next().and_then(|port| port.parse().ok()) else { return next };
    let host = words.last().and_then(|host| host.parse().ok()).unwrap_or(rtp.ip());
    SocketAddr::new(host, port)
}

fn formats(media: &Media) -> MediaFormats {
    let value = |name: &str, payload_type: PayloadType| {
        let mut values = media.attributes.iter().filter(|a| a.attribute == name).filter_map(|a| a.value.as_deref());
        let found = values.find_map(|value| {
            let (number, rest) = value.trim().split_once(char::is_whitespace)?;
            (number.parse() == Ok(payload_type.value())).then(|| rest.trim())
        });
        found.unwrap_or_default().to_owned()
    };
    let listed = media.fmt.split_whitespace().filter_map(|format| PayloadType::new(format.parse().ok()?));
    let formats = listed.take(MOST_FORMATS).fold(MediaFormats::new(), |formats, payload_type| {
        formats.format(payload_type, &value("rtpmap", payload_type), &value("fmtp", payload_type))
    });
    let millis = |name: &str| {
        let value = media.get_first_attribute_value(name)??;
        // Some write fractions of a millisecond.
        value.trim().parse::<f32>().ok().filter(|ms| (1.0..=1_000.0).contains(ms)).map(|ms| Millis(ms as u32))
    };
    MediaFormats { ptime: millis("ptime"), max_ptime: millis("maxptime"), ..formats }
}

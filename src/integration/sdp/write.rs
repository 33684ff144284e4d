//! Writes a description: our audio, and refusals for whatever else was offered.

use std::net::{IpAddr, SocketAddr};

use sdp_types::{Attribute, Connection, Media, MediaType, Origin, Session, Time, TransportProto};

use crate::codec::negotiation::{MediaFormat, MediaFormats};
use crate::integration::MediaDirection;

/// Our audio.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ours<'a> {
    pub local: SocketAddr,
    pub formats: &'a MediaFormats,
    pub direction: MediaDirection,
    pub mux: bool,
    /// As the offer names it.
    pub proto: &'a str,
}

/// The media line of our audio.
pub(super) fn audio(ours: &Ours<'_>) -> Media {
    let numbers: Vec<String> = ours.formats.formats.iter().map(|f| f.payload_type.value().to_string()).collect();
    let mut media = Media::new(MediaType::Audio, ours.local.port(), TransportProto::RtpAvp, numbers.join(" "));
    media.proto = ours.proto.to_owned();
    for MediaFormat { payload_type, rtpmap, fmtp } in &ours.formats.formats {
        let number = payload_type.value();
        media.attributes.push(Attribute::with_value("rtpmap", format!("{number} {rtpmap}")));
        if !fmtp.is_empty() {
            media.attributes.push(Attribute::with_value("fmtp", format!("{number} {fmtp}")));
        }
    }
    for (name, time) in [("ptime", ours.formats.ptime), ("maxptime", ours.formats.max_ptime)] {
        if let Some(time) = time {
            media.attributes.push(Attribute::with_value(name, time.0));
        }
    }
    media.attributes.push(Attribute::new(ours.direction.name()));
    if ours.mux {
        media.attributes.push(Attribute::new("rtcp-mux"));
    }
    media
}

/// A line that is refused: the same with port 0 (RFC 3264 §6).
pub(super) fn refused(line: &Media) -> Media {
    Media {
        port: 0,
        num_ports: None,
        media_title: None,
        connections: Vec::new(),
        bandwidths: Vec::new(),
        key: None,
        attributes: Vec::new(),
        ..line.clone()
    }
}

/// The whole description, but for its version.
pub(super) fn session(id: u64, address: IpAddr, medias: Vec<Media>) -> Session {
    let mut session = Session::new(Origin::with_ip_addr(id, 0, address), "-");
    session.set_connection(Connection::from_ip_addr(address));
    session.add_time(Time::new(0, 0));
    session.medias = medias;
    session
}

/// Its text.
pub(super) fn text(session: &Session) -> String {
    let mut bytes = Vec::new();
    // A vector takes everything.
    let _ = session.write(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

//! What signalling in the capture says about payload types: any session description in it, whatever carries it.

use std::collections::HashMap;

use crate::capture::Datagram;

/// `a=rtpmap` and `a=fmtp` of one payload type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Format {
    /// `opus/48000/2`.
    pub rtpmap: String,
    pub fmtp: Option<String>,
}

/// The formats that were announced.
#[derive(Default)]
pub struct Announced {
    /// By port to which the media goes, and payload type.
    by_port: HashMap<(u16, u8), Format>,
    /// By payload type alone; `None` where it has two meanings.
    any: HashMap<u8, Option<Format>>,
}

impl Announced {
    /// Reads all session descriptions among the datagrams.
    pub fn read(datagrams: &[Datagram]) -> Self {
        let mut announced = Self::default();
        for datagram in datagrams {
            let Ok(text) = str::from_utf8(&datagram.bytes) else { continue };
            if text.contains("a=rtpmap:") {
                announced.description(text);
            }
        }
        announced
    }

    fn description(&mut self, text: &str) {
        let (mut port, mut formats): (u16, HashMap<u8, Format>) = (0, HashMap::new());
        for line in text.lines().map(str::trim) {
            if let Some(media) = line.strip_prefix("m=") {
                self.media(port, std::mem::take(&mut formats));
                port = media.split([' ', '/']).nth(1).and_then(|port| port.parse().ok()).unwrap_or(0);
            } else if let Some((payload_type, rest)) = attribute(line, "a=rtpmap:") {
                formats.entry(payload_type).or_default().rtpmap = rest;
            } else if let Some((payload_type, rest)) = attribute(line, "a=fmtp:") {
                formats.entry(payload_type).or_default().fmtp = Some(rest);
            }
        }
        self.media(port, formats);
    }

    fn media(&mut self, port: u16, formats: HashMap<u8, Format>) {
        for (payload_type, format) in formats.into_iter().filter(|(_, format)| !format.rtpmap.is_empty()) {
            let known = self.any.entry(payload_type).or_insert_with(|| Some(format.clone()));
            if known.as_ref().is_some_and(|known| !known.rtpmap.eq_ignore_ascii_case(&format.rtpmap)) {
                *known = None;
            }
            self.by_port.insert((port, payload_type), format);
        }
    }

    /// What a payload type means in a stream to a port: as announced for it, or the same everywhere.
    pub fn format(&self, port: u16, payload_type: u8) -> Option<&Format> {
        self.by_port.get(&(port, payload_type)).or_else(|| self.any.get(&payload_type)?.as_ref())
    }
}

fn attribute(line: &str, name: &str) -> Option<(u8, String)> {
    let (payload_type, rest) = line.strip_prefix(name)?.split_once(' ')?;
    Some((payload_type.parse().ok()?, rest.trim().to_owned()))
}

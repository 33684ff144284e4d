//! One party's offers and answers over the life of its dialog.

use std::net::SocketAddr;

use sdp_types::{Media, Session};

use crate::codec::negotiation::{Capabilities, Preference};
use crate::integration::sdp::read::{self, AudioSection};
use crate::integration::sdp::write::{self, Ours};
use crate::integration::{Agreed, MediaDirection, SdpError};

/// The media side of one SIP dialog: makes offers, answers them, takes answers (RFC 3264).
///
/// Control side: allocates. A description that is refused changes nothing.
///
/// ```
/// use media_core::CodecSpec;
/// use media_core::codec::negotiation::Capabilities;
/// use media_core::integration::{MediaDirection, SdpSession};
///
/// let ours = Capabilities::new().codec(CodecSpec::pcma()).codec(CodecSpec::pcmu());
/// let mut bob = SdpSession::new(ours, "192.0.2.2:40000".parse()?, 1);
/// let offer = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n\
///              m=audio 5004 RTP/AVP 0 8\r\na=sendonly\r\n";
/// let (answer, agreed) = bob.answer(offer)?;
/// assert!(answer.contains("m=audio 40000 RTP/AVP 0 8") && answer.contains("a=recvonly"));
/// assert_eq!(agreed.remote, "192.0.2.1:5004".parse()?);
/// assert_eq!((agreed.media.send.name(), agreed.direction), ("PCMU", MediaDirection::RecvOnly));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct SdpSession {
    capabilities: Capabilities,
    preference: Preference,
    local: SocketAddr,
    /// `o=` of all our descriptions.
    id: u64,
    version: u64,
    /// What this side wants to do.
    direction: MediaDirection,
    /// All media lines of the dialog, ours at `line`.
    lines: Vec<Media>,
    line: usize,
    /// The last description sent.
    said: Option<Session>,
    /// Our offer is open.
    offered: bool,
    agreed: Option<Agreed>,
    mux: bool,
}

impl SdpSession {
    /// A dialog without media yet. `local` is where this side receives; `id` is unique among the host's (RFC 8866 §5.2).
    pub fn new(capabilities: Capabilities, local: SocketAddr, id: u64) -> Self {
        Self {
            capabilities,
            preference: Preference::Theirs,
            local,
            id,
            version: 0,
            direction: MediaDirection::SendRecv,
            lines: Vec::new(),
            line: 0,
            said: None,
            offered: false,
            agreed: None,
            mux: false,
        }
    }

    /// Answers in the order of our own codecs, instead of the offer's.
    pub fn prefer(mut self, preference: Preference) -> Self {
        self.preference = preference;
        self
    }

    /// What this side does from the next offer or answer on: `SendOnly` holds the peer.
    pub fn direct(&mut self, direction: MediaDirection) {
        self.direction = direction;
    }

    /// Other codecs from the next offer or answer on.
    pub fn offer_only(&mut self, capabilities: Capabilities) {
        self.capabilities = capabilities;
    }

    /// What is agreed on.
    pub fn agreed(&self) -> Option<&Agreed> {
        self.agreed.as_ref()
    }

    /// Our offer, or a further one. An answer has to be taken by [`accept`](Self::accept), or [`withdraw`](Self::withdraw)n.
    pub fn offer(&mut self) -> Result<String, SdpError> {
        if self.offered {
            return Err(SdpError::Turn("an offer is open already"));
        }
        let formats = self.capabilities.offer();
        let ours = Ours {
            local: self.local,
            formats: &formats,
            direction: self.direction,
            mux: self.mux || self.agreed.is_none(),
            proto: self.lines.get(self.line).map_or("RTP/AVP", |line| &line.proto),
        };
        let ours = write::audio(&ours);
        let mut lines: Vec<Media> = self.lines.iter().map(write::refused).collect();
        match lines.get_mut(self.line) {
            Some(line) => *line = ours,
            None => lines.push(ours),
        }
        self.offered = true;
        Ok(self.say(lines))
    }

    /// Our offer was refused: what was agreed on before holds.
    pub fn withdraw(&mut self) {
        self.offered = false;
    }

    /// Takes the answer to our offer.
    pub fn accept(&mut self, answer: &str) -> Result<Agreed, SdpError> {
        if !self.offered {
            return Err(SdpError::Turn("an answer to no offer of ours"));
        }
        let session = read::parse(answer)?;
        let section = read::audio(&session)?;
        let media = self.capabilities.accept(&section.formats)?;
        self.offered = false;
        self.mux = section.mux;
        Ok(self.settle(&section, session.medias, media))
    }

    /// Answers an offer; the text goes back to the peer.
    pub fn answer(&mut self, offer: &str) -> Result<(String, Agreed), SdpError> {
        if self.offered {
            return Err(SdpError::Turn("an offer of ours is open"));
        }
        let session = read::parse(offer)?;
        let section = read::audio(&session)?;
        let (formats, media) = self.capabilities.answer(&section.formats, self.preference)?;
        self.mux = section.mux;
        let proto = session.medias[section.line].proto.clone();
        let direction = self.direction.towards(section.direction);
        let ours = Ours { local: self.local, formats: &formats, direction, mux: section.mux, proto: &proto };
        let mut lines: Vec<Media> = session.medias.iter().map(write::refused).collect();
        lines[section.line] = write::audio(&ours);
        let agreed = self.settle(&section, session.medias, media);
        Ok((self.say(lines), agreed))
    }

    fn settle(
        &mut self,
        section: &AudioSection,
        lines: Vec<Media>,
        media: crate::codec::negotiation::Negotiated,
    ) -> Agreed {
        (self.lines, self.line) = (lines, section.line);
        let direction = self.direction.towards(section.direction);
        let agreed = Agreed { media, remote: section.rtp, remote_rtcp: section.rtcp, direction };
        self.agreed = Some(agreed.clone());
        agreed
    }

    /// The text of a description; its version rises when it says something new (RFC 3264 §8).
    fn say(&mut self, lines: Vec<Media>) -> String {
        let mut session = write::session(self.id, self.local.ip(), lines);
        session.origin.sess_version = self.version;
        if self.said.as_ref() != Some(&session) {
            self.version += u64::from(self.said.is_some());
            session.origin.sess_version = self.version;
        }
        let text = write::text(&session);
        self.said = Some(session);
        text
    }
}

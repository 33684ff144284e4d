//! The media of a call's legs: their ports and descriptions, and the sessions that run for them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use media_core::codec::negotiation::Capabilities;
use media_core::integration::{Agreed, MediaSessionProvider, SdpSession};
use media_core::quality::adaptation::Policy;
use media_core::{DigitPolicy, DigitsToFar, Millis, ProcessingSpec, Reject, SessionId};

use crate::call::Call;
use crate::io_thread::Sessions;
use crate::party::Party;
use crate::ports::Sockets;
use crate::shown::{ShownLeg, told};
use crate::switch::Switch;

/// How often the quality of a leg is looked at.
const LOOK: Millis = Millis(2_000);

/// A leg's media that are not agreed on yet: its sockets, and its side of offer and answer.
pub struct Prepared {
    pub sdp: SdpSession,
    sockets: Sockets,
}

/// A leg's media that run.
pub struct Media {
    pub session: SessionId,
    pub sdp: SdpSession,
    /// Datagrams that came from its party.
    pub heard: Arc<AtomicU64>,
}

impl Switch {
    /// Ports and capabilities for a leg.
    pub fn prepare(&self, capabilities: Capabilities) -> std::io::Result<Prepared> {
        let (local, sockets) = self.ports.take()?;
        Ok(Prepared { sdp: SdpSession::new(capabilities, local, self.descriptions.fetch_add(1, Relaxed)), sockets })
    }

    /// Media for what a leg of a call has agreed on.
    pub fn open(&self, prepared: Prepared, agreed: &Agreed, call: &Call, party: &str) -> Result<Media, Reject> {
        let Prepared { sdp, sockets } = prepared;
        let asked = self.control().now();
        let session = self.host.start_with(agreed, |spec| spec.jitter(self.jitter))?;
        self.set_ups.asked(session, asked);
        if agreed.media.telephone_event.is_none() {
            // Who has no telephone events presses and hears tones.
            let digits = DigitPolicy::new().to_far(DigitsToFar::Convert).render(true);
            self.control().process(session, ProcessingSpec::new().digits(digits))?.detach();
        }
        self.control().adapt(session, Some(Policy::Balanced))?;
        self.listeners().insert(session, (call.listener.clone(), call.id));
        let heard = sockets.heard.clone();
        self.io(session).open(session, sockets);
        self.control().subscribe(session, LOOK)?;
        let leg = ShownLeg { session, party: party.to_owned(), mos: Vec::new() };
        self.show(call.id, |shown| shown.legs.push(leg));
        Ok(Media { session, sdp, heard })
    }

    /// A party of another call is one of this call's from now on.
    pub fn adopt(&self, party: &Party, call: &Call) {
        let session = party.session;
        let before = self.listeners().insert(session, (call.listener.clone(), call.id));
        if let Some((_, before)) = before {
            self.show(before, |shown| shown.legs.retain(|leg| leg.session != session));
        }
        let leg = ShownLeg { session, party: party.name.clone(), mos: Vec::new() };
        self.show(call.id, |shown| shown.legs.push(leg));
    }

    /// The thread that moves a session's datagrams.
    fn io(&self, session: SessionId) -> &Sessions {
        let group = self.host.group(session).map_or(0, |group| usize::from(group.0));
        self.io.get(group).unwrap_or(&self.io[0])
    }

    /// Ends a leg's media, and keeps the record of it.
    pub fn close(&self, session: SessionId) {
        let control = self.control();
        let call = self.listeners().get(&session).map(|listener| listener.1);
        if let Some((call, record)) = call.zip(control.quality_record(session).ok()) {
            self.say(format_args!("call {call}: {}", told(&record)));
            self.show(call, |shown| {
                shown.legs.retain(|leg| leg.session != session);
                shown.records.push(record);
            });
        }
        self.io(session).close(session, control.rtcp_bye(session, control.now()).ok());
        if let Ok(gone) = self.host.stop_media(session) {
            gone.detach();
        }
    }
}

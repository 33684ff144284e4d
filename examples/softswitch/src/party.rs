//! One party of a call: its dialog, its media, and what it asks for.

use media_core::integration::{Agreed, MediaDirection, MediaSessionProvider, SdpSession};
use media_core::{Digits, SessionId};
use rsipstack::dialog::dialog::{DialogState, DialogStateReceiver, TransactionHandle};
use rsipstack::dialog::invite_dialog::InviteDialog;
use rsipstack::sip::headers::Header;
use rsipstack::sip::{Method, Request, StatusCode};

use crate::alive::Alive;
use crate::legs::Media;
use crate::switch::Switch;

/// A dialog with media.
pub struct Party {
    pub name: String,
    pub dialog: InviteDialog,
    pub states: DialogStateReceiver,
    pub sdp: SdpSession,
    pub session: SessionId,
    /// It has put the other party on hold.
    pub holds: bool,
    /// It asked for an offer, and its answer is to come with the ACK.
    offered: bool,
    alive: Alive,
}

/// What a party wants of its call.
pub enum Wish {
    /// Nothing that concerns others.
    Nothing,
    /// It has put the other one on hold, or ends that.
    Hold(bool),
    /// Digits for the other one.
    Digits(Digits),
    /// The other one shall be connected to whoever has this address.
    Transfer(String),
    /// It is gone.
    Gone,
}

impl Party {
    /// A party whose call is answered.
    pub fn new(name: &str, dialog: InviteDialog, states: DialogStateReceiver, media: Media) -> Self {
        let Media { session, sdp, heard } = media;
        let alive = Alive::watch(dialog.clone(), heard);
        Self { name: name.to_owned(), dialog, states, sdp, session, holds: false, offered: false, alive }
    }

    /// Waits for what the party wants next, and answers what concerns it alone.
    pub async fn wish(&mut self, switch: &Switch) -> Wish {
        let state = tokio::select! {
            state = self.states.recv() => state,
            () = self.alive.gone() => {
                switch.say(format_args!("{} has vanished", self.name));
                None
            }
        };
        match state {
            Some(state) => self.take(state, switch).await,
            None => Wish::Gone,
        }
    }

    async fn take(&mut self, state: DialogState, switch: &Switch) -> Wish {
        match state {
            DialogState::Updated(_, request, handle) => self.update(&request, &handle, switch).await,
            DialogState::Confirmed(..) if self.offered => self.accept(switch),
            DialogState::Info(_, request, handle) => {
                handle.reply(StatusCode::OK).await.ok();
                relayed_digit(&request.body).map_or(Wish::Nothing, Wish::Digits)
            }
            DialogState::Refer(_, request, handle) => {
                use rsipstack::sip::prelude::HeadersExt;
                let target = request.refer_to_header().map(|to| to.value().to_owned());
                let status = if target.is_some() { 202 } else { 400 };
                handle.reply(StatusCode::from(status)).await.ok();
                target.map_or(Wish::Nothing, Wish::Transfer)
            }
            DialogState::Options(_, _, handle) | DialogState::Notify(_, _, handle) => {
                handle.reply(StatusCode::OK).await.ok();
                Wish::Nothing
            }
            DialogState::Message(_, _, handle) | DialogState::Publish(_, _, handle) => {
                handle.reply(StatusCode::MethodNotAllowed).await.ok();
                Wish::Nothing
            }
            DialogState::Terminated(..) => Wish::Gone,
            _ => Wish::Nothing,
        }
    }

    /// A re-INVITE or an UPDATE: another offer, or none.
    async fn update(&mut self, request: &Request, handle: &TransactionHandle, switch: &Switch) -> Wish {
        if std::mem::take(&mut self.offered) {
            self.sdp.withdraw();
        }
        if request.body.is_empty() {
            // A re-INVITE without an offer wants ours; an UPDATE without one only refreshes the session.
            let offer = if request.method == Method::Invite { self.sdp.offer().ok() } else { None };
            self.offered = offer.is_some();
            let headers = offer.as_ref().map(|_| vec![sdp_type()]);
            handle.respond(StatusCode::OK, headers, offer.map(String::into_bytes)).await.ok();
            return Wish::Nothing;
        }
        let answered = self.sdp.answer(&String::from_utf8_lossy(&request.body));
        let changed = answered.map_err(|why| why.to_string()).and_then(|(answer, agreed)| {
            let done = switch.host.update_media(self.session, &agreed).map_err(|why| why.to_string());
            done.map(|()| (answer, agreed))
        });
        match changed {
            Ok((answer, agreed)) => {
                handle.respond(StatusCode::OK, Some(vec![sdp_type()]), Some(answer.into_bytes())).await.ok();
                self.changed(&agreed, switch)
            }
            Err(why) => {
                switch.say(format_args!("{}: an offer was refused: {why}", self.name));
                handle.reply(StatusCode::NotAcceptableHere).await.ok();
                Wish::Nothing
            }
        }
    }

    /// The answer to our offer, in the ACK.
    fn accept(&mut self, switch: &Switch) -> Wish {
        let answer = self.dialog.last_remote_ack().map(|ack| ack.body).unwrap_or_default();
        if answer.is_empty() {
            return Wish::Nothing;
        }
        self.offered = false;
        match self.sdp.accept(&String::from_utf8_lossy(&answer)) {
            Ok(agreed) if switch.host.update_media(self.session, &agreed).is_ok() => self.changed(&agreed, switch),
            _ => {
                self.sdp.withdraw();
                Wish::Nothing
            }
        }
    }

    fn changed(&mut self, agreed: &Agreed, switch: &Switch) -> Wish {
        switch.say(format_args!("{}: {}", self.name, told(agreed)));
        let holds = !agreed.direction.sends();
        if std::mem::replace(&mut self.holds, holds) == holds { Wish::Nothing } else { Wish::Hold(holds) }
    }
}

/// The header of a body with a description.
pub fn sdp_type() -> Header {
    Header::ContentType("application/sdp".to_owned().into())
}

/// What was agreed on, for people.
pub fn told(agreed: &Agreed) -> String {
    let held = if agreed.direction == MediaDirection::SendRecv { "" } else { agreed.direction.name() };
    format!("{} at {}, {} ms {held}", agreed.media.send.name(), agreed.remote, agreed.media.ptime.0)
        .trim_end()
        .to_owned()
}

/// The digit of an INFO with application/dtmf-relay, or with the digit alone (application/dtmf).
fn relayed_digit(body: &[u8]) -> Option<Digits> {
    let text = String::from_utf8_lossy(body);
    let value = |name: &str| {
        let field = |line: &str| {
            Some(line.split_once('=').filter(|f| f.0.trim().eq_ignore_ascii_case(name))?.1.trim().to_owned())
        };
        text.lines().find_map(field)
    };
    let digit = value("signal").or_else(|| Some(text.trim().to_owned()).filter(|text| text.len() == 1))?;
    Digits::new(&digit).ok()
}

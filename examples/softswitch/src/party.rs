//! One party of a call: its dialog, its media, and what it asks for.

use media_core::integration::{Agreed, MediaDirection, MediaSessionProvider, SdpSession};
use media_core::{Digits, SessionId};
use rsipstack::dialog::dialog::{DialogState, DialogStateReceiver, TransactionHandle};
use rsipstack::dialog::invite_dialog::InviteDialog;
use rsipstack::sip::StatusCode;
use rsipstack::sip::headers::Header;

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
    /// Takes what happened in the dialog, and answers it where that concerns this party alone.
    pub async fn take(&mut self, state: DialogState, switch: &Switch) -> Wish {
        match state {
            DialogState::Updated(_, request, handle) => self.update(&request.body, &handle, switch).await,
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
    async fn update(&mut self, offer: &[u8], handle: &TransactionHandle, switch: &Switch) -> Wish {
        if offer.is_empty() {
            // An UPDATE that refreshes the session; a re-INVITE without an offer gets what holds.
            let body = self.sdp.offer().ok();
            self.sdp.withdraw();
            handle.respond(StatusCode::OK, Some(vec![sdp_type()]), body.map(String::into_bytes)).await.ok();
            return Wish::Nothing;
        }
        let answered = self.sdp.answer(&String::from_utf8_lossy(offer));
        let changed = answered.map_err(|why| why.to_string()).and_then(|(answer, agreed)| {
            let done = switch.host.update_media(self.session, &agreed).map_err(|why| why.to_string());
            done.map(|()| (answer, agreed))
        });
        match changed {
            Ok((answer, agreed)) => {
                handle.respond(StatusCode::OK, Some(vec![sdp_type()]), Some(answer.into_bytes())).await.ok();
                switch.say(format_args!("{}: {}", self.name, told(&agreed)));
                let holds = !agreed.direction.sends();
                if std::mem::replace(&mut self.holds, holds) == holds { Wish::Nothing } else { Wish::Hold(holds) }
            }
            Err(why) => {
                switch.say(format_args!("{}: an offer was refused: {why}", self.name));
                handle.reply(StatusCode::NotAcceptableHere).await.ok();
                Wish::Nothing
            }
        }
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

//! One phone that is rung: its INVITE, and what comes of it.

use media_core::integration::Agreed;
use rsipstack::dialog::dialog::{DialogState, DialogStateReceiver};
use rsipstack::dialog::invitation::{InviteAsyncResult, InviteOption};
use rsipstack::dialog::invite_dialog::InviteDialog;
use rsipstack::platform::JoinHandle;
use rsipstack::sip::{Auth, Response, StatusCode, StatusCodeKind, Uri};

use crate::call::{Call, hang_up};
use crate::codecs::like;
use crate::legs::{Media, Prepared};
use crate::party::{Party, told};
use crate::registrar::Binding;

/// A phone that has not answered yet.
pub struct Attempt {
    name: String,
    dialog: InviteDialog,
    states: DialogStateReceiver,
    outcome: JoinHandle<InviteAsyncResult>,
    ours: Option<Prepared>,
    /// From the first description on that the phone sends: with early media, before it answers.
    pub media: Option<Media>,
}

/// What a phone does.
pub enum Progress {
    /// It rings, with media or without.
    Rings,
    /// It has answered; its media run.
    Answers,
    /// It will not.
    Fails(StatusCode),
}

impl Attempt {
    /// Sends the INVITE, with all that we can do as an offer: first the codec that `other` speaks.
    pub fn begin(call: &Call, binding: &Binding, name: &str, other: Option<&Agreed>) -> Result<Self, StatusCode> {
        let switch = &call.switch;
        let unavailable = |why: &dyn std::fmt::Display| {
            switch.say(format_args!("call {}: {name} cannot be called: {why}", call.id));
            StatusCode::ServiceUnavailable
        };
        let mut prepared = switch.prepare(like(&switch.codecs, other)).map_err(|why| unavailable(&why))?;
        let offer = prepared.sdp.offer().map_err(|why| unavailable(&why))?;
        let (sender, states) = switch.dialogs.new_dialog_state_channel();
        let caller = Uri { auth: Some(Auth { user: call.from.clone(), password: None }), ..switch.contact.clone() };
        let option = InviteOption {
            caller,
            callee: binding.contact.clone(),
            destination: Some(binding.address.clone()),
            content_type: Some("application/sdp".into()),
            offer: Some(offer.into_bytes()),
            contact: switch.contact.clone(),
            ..InviteOption::default()
        };
        let invited = switch.dialogs.do_invite_async(option, sender);
        let (dialog, outcome) = invited.map_err(|why| unavailable(&why))?;
        Ok(Self { name: name.to_owned(), dialog, states, outcome, ours: Some(prepared), media: None })
    }

    /// Waits for what the phone does next. Not to be asked after it has answered or failed.
    pub async fn progress(&mut self, call: &Call) -> Progress {
        loop {
            tokio::select! {
                biased;
                Some(state) = self.states.recv() => if let DialogState::Early(_, response) = state {
                    if !response.body.is_empty() && self.media.is_none() && let Err(status) = self.start(call, &response) {
                        return Progress::Fails(status);
                    }
                    return Progress::Rings;
                },
                done = &mut self.outcome => return match done {
                    Ok(Ok((_, Some(response)))) => self.answered(call, &response),
                    Ok(Ok((_, None))) => Progress::Fails(StatusCode::RequestTimeout),
                    _ => Progress::Fails(StatusCode::TemporarilyUnavailable),
                },
            }
        }
    }

    fn answered(&mut self, call: &Call, response: &Response) -> Progress {
        let kind = response.status_code.kind();
        if kind != StatusCodeKind::Successful {
            return Progress::Fails(match (kind, &response.status_code) {
                // What it asks of us is not the caller's to give, and nobody follows redirections here.
                (StatusCodeKind::Redirection, _)
                | (_, StatusCode::Unauthorized | StatusCode::ProxyAuthenticationRequired) => {
                    StatusCode::TemporarilyUnavailable
                }
                (_, status) => status.clone(),
            });
        }
        let started = if self.media.is_some() { Ok(()) } else { self.start(call, response) };
        started.map_or_else(Progress::Fails, |()| Progress::Answers)
    }

    /// Takes the phone's answer and starts its media.
    fn start(&mut self, call: &Call, response: &Response) -> Result<(), StatusCode> {
        let mut prepared = self.ours.take().ok_or(StatusCode::ServerInternalError)?;
        let refused = |why: &dyn std::fmt::Display| {
            call.switch.say(format_args!("call {}: the answer of {} is of no use: {why}", call.id, self.name));
            StatusCode::NotAcceptableHere
        };
        let answer = String::from_utf8_lossy(&response.body);
        let agreed = prepared.sdp.accept(&answer).map_err(|why| refused(&why))?;
        let media = call.switch.open(prepared, &agreed, call, &self.name).map_err(|why| refused(&why))?;
        call.switch.say(format_args!("call {}: {} answers with {}", call.id, self.name, told(&agreed)));
        self.media = Some(media);
        Ok(())
    }

    /// The phone need not answer any more, or has failed: CANCEL, or BYE where it was just answered.
    pub fn give_up(self, call: &Call) {
        if let Some(media) = self.media {
            call.switch.close(media.session);
        }
        hang_up(&call.switch, self.dialog);
    }

    /// The phone that has answered.
    pub fn party(self) -> Option<Party> {
        Some(Party::new(&self.name, self.dialog, self.states, self.media?))
    }
}

//! Rings a phone for a caller who waits.

use media_core::codec::negotiation::{Capabilities, Preference};
use media_core::integration::{Agreed, MediaSessionProvider, SdpSession};
use media_core::{CodecSpec, SessionId};
use rsipstack::dialog::dialog::{DialogState, DialogStateReceiver};
use rsipstack::dialog::invitation::InviteOption;
use rsipstack::dialog::invite_dialog::InviteDialog;
use rsipstack::sip::{Response, StatusCode, StatusCodeKind, Uri};

use crate::call::{Call, next};
use crate::party::{Party, sdp_type, told};
use crate::registrar::Binding;
use crate::switch::Prepared;

/// A phone that has answered, for a caller who has media already or is still to be answered.
pub struct Called {
    pub party: Party,
    caller: Caller,
}

/// The caller's media.
enum Caller {
    /// Not answered yet.
    Waits(Prepared, String),
    /// With early media: answered in a 183, but for the 200.
    Early(String, SessionId, SdpSession),
    /// Has hung up meanwhile.
    Gone,
}

/// Calls the phone; the caller is told how it goes.
pub async fn call(
    call: &mut Call,
    dialog: &InviteDialog,
    states: &mut DialogStateReceiver,
    binding: &Binding,
    name: &str,
    (prepared, offer): (Prepared, &str),
) -> Result<Called, StatusCode> {
    let mut caller = Caller::Waits(prepared, offer.to_owned());
    let (invited, mut theirs, mut ours) = invite(call, binding, name)?;
    let (callee, mut outcome) = invited;
    let mut media: Option<(SessionId, SdpSession)> = None;
    loop {
        tokio::select! {
            state = next(states) => if matches!(state, None | Some(DialogState::Terminated(..))) {
                callee.cancel().await.ok();
                call.close(media, caller);
                return Err(StatusCode::RequestTerminated);
            },
            state = next(&mut theirs) => if let Some(DialogState::Early(_, response)) = state {
                early(call, dialog, &response, &mut ours, &mut media, &mut caller)?;
            },
            done = &mut outcome => {
                let response = done.ok().and_then(Result::ok).and_then(|(_, response)| response);
                let Some(response) = response.filter(|r| r.status_code.kind() == StatusCodeKind::Successful) else {
                    call.close(media, caller);
                    return Err(StatusCode::TemporarilyUnavailable);
                };
                let answered = match media {
                    Some(media) => Ok(media),
                    None => start(call, &response, &mut ours),
                };
                let (session, sdp) = match answered {
                    Ok(media) => media,
                    Err(status) => {
                        callee.bye().await.ok();
                        call.close(None, caller);
                        return Err(status);
                    }
                };
                let party = Party { name: name.to_owned(), dialog: callee, states: theirs, sdp, session, holds: false };
                return Ok(Called { party, caller });
            }
        }
    }
}

type Outcome = rsipstack::platform::JoinHandle<rsipstack::dialog::invitation::InviteAsyncResult>;
type Invited = ((InviteDialog, Outcome), DialogStateReceiver, Option<Prepared>);

/// Sends the INVITE, with all that we can do as an offer.
pub fn invite(call: &Call, binding: &Binding, name: &str) -> Result<Invited, StatusCode> {
    let switch = &call.switch;
    let mut prepared = switch.prepare(switch.capabilities.clone()).map_err(|_| StatusCode::ServiceUnavailable)?;
    let offer = prepared.sdp.offer().map_err(|_| StatusCode::ServerInternalError)?;
    let (sender, states) = switch.dialogs.new_dialog_state_channel();
    let caller: Uri =
        Uri { auth: Some(rsipstack::sip::Auth { user: call.from.clone(), password: None }), ..switch.contact.clone() };
    let option = InviteOption {
        caller,
        callee: binding.contact.clone(),
        destination: Some(binding.address.clone()),
        content_type: Some("application/sdp".into()),
        offer: Some(offer.into_bytes()),
        contact: switch.contact.clone(),
        ..InviteOption::default()
    };
    let invited = switch.dialogs.do_invite_async(option, sender).map_err(|why| {
        switch.say(format_args!("call {}: {name} cannot be called: {why}", call.id));
        StatusCode::ServiceUnavailable
    })?;
    Ok((invited, states, Some(prepared)))
}

/// Takes the answer and starts the phone's media.
pub fn start(
    call: &Call,
    response: &Response,
    ours: &mut Option<Prepared>,
) -> Result<(SessionId, SdpSession), StatusCode> {
    let mut prepared = ours.take().ok_or(StatusCode::ServerInternalError)?;
    let answer = String::from_utf8_lossy(&response.body);
    let agreed = prepared.sdp.accept(&answer).map_err(|_| StatusCode::NotAcceptableHere)?;
    let started = call.switch.open(prepared, &agreed, &call.listener).map_err(|_| StatusCode::ServiceUnavailable)?;
    call.shows(started.0);
    call.switch.say(format_args!("call {}: {} answers with {}", call.id, call.to, told(&agreed)));
    Ok(started)
}

/// 180, or 183 with media before the answer.
fn early(
    call: &Call,
    dialog: &InviteDialog,
    response: &Response,
    ours: &mut Option<Prepared>,
    media: &mut Option<(SessionId, SdpSession)>,
    caller: &mut Caller,
) -> Result<(), StatusCode> {
    call.is("ringing");
    if response.body.is_empty() || media.is_some() {
        dialog.ringing(None, None).ok();
        return Ok(());
    }
    let (session, sdp) = start(call, response, ours)?;
    let agreed = sdp.agreed().cloned();
    *media = Some((session, sdp));
    if let Caller::Waits(prepared, offer) = std::mem::replace(caller, Caller::Gone) {
        let (text, _, near, near_sdp) = call.open(prepared.like(agreed.as_ref(), call), &offer)?;
        dialog.ringing(Some(vec![sdp_type()]), Some(text.clone().into_bytes())).ok();
        call.switch.host.connect(near, session).map(|pending| pending.detach()).ok();
        *caller = Caller::Early(text, near, near_sdp);
    }
    Ok(())
}

impl Called {
    /// Answers the caller and lets both talk; `None` where the caller has gone.
    pub fn connect(
        self,
        call: &Call,
        dialog: InviteDialog,
        states: DialogStateReceiver,
    ) -> Result<Option<(Party, Party)>, StatusCode> {
        let callee = self.party;
        let (text, session, sdp) = match self.caller {
            Caller::Gone => return Ok(None),
            Caller::Early(text, session, sdp) => (text, session, sdp),
            Caller::Waits(prepared, offer) => {
                let prepared = prepared.like(callee.sdp.agreed(), call);
                let (text, _, session, sdp) = call.open(prepared, &offer).inspect_err(|_| {
                    call.switch.close(callee.session);
                    let gone = callee.dialog.clone();
                    tokio::spawn(async move { gone.bye().await });
                })?;
                call.switch.host.connect(session, callee.session).map(|pending| pending.detach()).ok();
                (text, session, sdp)
            }
        };
        dialog.accept(Some(vec![sdp_type()]), Some(text.into_bytes())).map_err(|_| StatusCode::ServerInternalError)?;
        let caller = Party { name: call.from.clone(), dialog, states, sdp, session, holds: false };
        Ok(Some((caller, callee)))
    }
}

impl Call {
    fn close(&self, media: Option<(SessionId, SdpSession)>, caller: Caller) {
        if let Some((session, _)) = media {
            self.switch.close(session);
        }
        if let Caller::Early(_, session, _) = caller {
            self.switch.close(session);
        }
    }
}

impl Prepared {
    /// Prefers what the other party has agreed on: where both have the same codec, packets pass as they are.
    fn like(mut self, other: Option<&Agreed>, call: &Call) -> Self {
        if let Some(agreed) = other {
            let same = |codec: &&CodecSpec| codec.name() == agreed.media.send.name();
            let all = &call.switch.codecs;
            let ordered = all.iter().filter(same).chain(all.iter().filter(|codec| !same(codec)));
            let capabilities: Capabilities = crate::switch::with_digits(ordered.copied());
            self.sdp.offer_only(capabilities);
            self.sdp = self.sdp.prefer(Preference::Ours);
        }
        self
    }
}

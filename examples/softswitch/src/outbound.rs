//! Rings a phone for a caller who waits.

use std::time::Duration;

use media_core::codec::negotiation::Preference;
use media_core::integration::MediaSessionProvider;
use rsipstack::dialog::dialog::{DialogState, DialogStateReceiver};
use rsipstack::dialog::invite_dialog::InviteDialog;
use rsipstack::sip::StatusCode;
use tokio::time::sleep;

use crate::attempt::{Attempt, Progress};
use crate::call::{Call, accept};
use crate::codecs::like;
use crate::legs::{Media, Prepared};
use crate::party::{Party, sdp_type};
use crate::registrar::Binding;
use crate::two;

/// How long a phone rings.
const RINGING: Duration = Duration::from_secs(60);

/// The caller's side.
struct Caller {
    /// What it offers, until that is answered.
    waits: Option<(Prepared, String)>,
    /// Our answer, and its media.
    has: Option<(String, Media)>,
}

/// Calls the phone and lets both talk; the caller is told how it goes.
pub async fn call(
    call: Call,
    dialog: InviteDialog,
    mut states: DialogStateReceiver,
    binding: &Binding,
    name: &str,
    (prepared, offer): (Prepared, String),
) -> Result<(), StatusCode> {
    // What the caller would get, were it for us alone: the phone is offered that first.
    let wanted = match offer.as_str() {
        "" => None,
        offer => Some(prepared.sdp.clone().answer(offer).map_err(|_| StatusCode::NotAcceptableHere)?.1),
    };
    let mut attempt = Attempt::begin(&call, binding, name, wanted.as_ref())?;
    let mut caller = Caller { waits: Some((prepared, offer)), has: None };
    let outcome = ring(&call, &dialog, &mut states, &mut attempt, &mut caller).await;
    let outcome = match outcome {
        Ok(()) if wanted.is_none() => caller.ask(&call, &dialog, &mut states, &attempt).await,
        outcome => outcome.and_then(|()| accept(&dialog, caller.connect(&call, &attempt)?)),
    };
    match (outcome, caller.has) {
        (Ok(()), Some((_, media))) => {
            let from = Party::new(&call.from, dialog, states, media);
            let to = attempt.party().ok_or(StatusCode::ServerInternalError)?;
            two::talk(call, from, to).await;
            Ok(())
        }
        (outcome, has) => {
            attempt.give_up(&call);
            if let Some((_, media)) = has {
                call.switch.close(media.session);
            }
            outcome.and(Err(StatusCode::ServerInternalError))
        }
    }
}

/// Waits for the phone's answer.
async fn ring(
    call: &Call,
    dialog: &InviteDialog,
    states: &mut DialogStateReceiver,
    attempt: &mut Attempt,
    caller: &mut Caller,
) -> Result<(), StatusCode> {
    let mut left = std::pin::pin!(sleep(RINGING));
    loop {
        tokio::select! {
            state = states.recv() => if matches!(state, None | Some(DialogState::Terminated(..))) {
                return Err(StatusCode::RequestTerminated);
            },
            () = &mut left => return Err(StatusCode::TemporarilyUnavailable),
            progress = attempt.progress(call) => match progress {
                Progress::Answers => return Ok(()),
                Progress::Fails(status) => return Err(status),
                Progress::Rings => {
                    call.is("ringing");
                    // 180, or 183 with the phone's early media.
                    let early = (attempt.media.is_some() && caller.offers()).then(|| caller.connect(call, attempt)).transpose()?;
                    let headers = early.as_ref().map(|_| vec![sdp_type()]);
                    dialog.ringing(headers, early.map(String::into_bytes)).ok();
                }
            },
        }
    }
}

impl Caller {
    /// It came with an offer.
    fn offers(&self) -> bool {
        self.waits.as_ref().is_none_or(|(_, offer)| !offer.is_empty())
    }

    /// Offers to a caller who did not, the phone's codec first, and connects both.
    async fn ask(
        &mut self,
        call: &Call,
        dialog: &InviteDialog,
        states: &mut DialogStateReceiver,
        attempt: &Attempt,
    ) -> Result<(), StatusCode> {
        let phone = attempt.media.as_ref().ok_or(StatusCode::ServerInternalError)?;
        let (mut prepared, _) = self.waits.take().ok_or(StatusCode::ServerInternalError)?;
        prepared.sdp.offer_only(like(&call.switch.codecs, phone.sdp.agreed()));
        let media = call.offer(dialog, states, prepared).await?;
        let connected = call.switch.host.connect(media.session, phone.session).map(|pending| pending.detach());
        self.has = Some((String::new(), media));
        connected.map_err(|_| StatusCode::ServerInternalError)
    }

    /// Connects the caller with the phone, if it is not yet, by the phone's codec where it has that too; our answer.
    fn connect(&mut self, call: &Call, attempt: &Attempt) -> Result<String, StatusCode> {
        if let Some((mut prepared, offer)) = self.waits.take() {
            let phone = attempt.media.as_ref().ok_or(StatusCode::ServerInternalError)?;
            prepared.sdp.offer_only(like(&call.switch.codecs, phone.sdp.agreed()));
            prepared.sdp = prepared.sdp.prefer(Preference::Ours);
            let (answer, media) = call.open(prepared, &offer)?;
            let connected = call.switch.host.connect(media.session, phone.session).map(|pending| pending.detach());
            self.has = Some((answer, media));
            connected.map_err(|_| StatusCode::ServerInternalError)?;
        }
        self.has.as_ref().map(|(answer, _)| answer.clone()).ok_or(StatusCode::ServerInternalError)
    }
}

//! A call from its INVITE to its end: the B2BUA between two parties, or one party and what it dialled.

use std::sync::Arc;
use std::time::Duration;

use media_core::{Event, EventKind};
use rsipstack::dialog::dialog::{DialogState, DialogStateReceiver};
use rsipstack::dialog::invite_dialog::InviteDialog;
use rsipstack::sip::StatusCode;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::timeout;

use crate::dialplan::Destination;
use crate::legs::{Media, Prepared};
use crate::party::{Party, sdp_type, told};
use crate::shown::Shown;
use crate::switch::{Switch, lock};
use crate::{features, outbound};

/// How long the ACK to a 200 may take (64 × T1, RFC 3261 §13.3.1.4).
const ACKNOWLEDGED: Duration = Duration::from_secs(32);

/// A call that has begun.
pub struct Call {
    pub switch: Arc<Switch>,
    pub id: u64,
    pub from: String,
    pub to: String,
    /// Events of the call's sessions.
    pub events: UnboundedReceiver<Event>,
    pub listener: UnboundedSender<Event>,
}

/// Serves a call. Ends when it does.
pub async fn run(
    switch: Arc<Switch>,
    dialog: InviteDialog,
    states: DialogStateReceiver,
    from: String,
    dialled: String,
) {
    let (listener, events) = unbounded_channel();
    let id = switch.number();
    lock(&switch.calls).insert(id, Shown::new(&from, &dialled));
    let call = Call { switch: switch.clone(), id, from, to: dialled, events, listener };
    let from = call.from.clone();
    let to = call.to.clone();
    switch.say(format_args!("call {id}: {from} calls {to}"));
    let why = serve(call, dialog.clone(), states).await;
    if let Err(status) = &why {
        dialog.reject(Some(status.clone()), None).ok();
    }
    switch.dialogs.remove_dialog(&dialog.id());
    let end = match why {
        Ok(()) => "over".to_owned(),
        Err(status) => format!("{from} was told {status}"),
    };
    let shown = lock(&switch.calls).remove(&id);
    if let Some(Err(why)) = shown.map(|shown| switch.records.write(id, &shown, &end)) {
        switch.say(format_args!("call {id}: no record was written: {why}"));
    }
    switch.say(format_args!("call {id}: {end}"));
}

async fn serve(call: Call, dialog: InviteDialog, states: DialogStateReceiver) -> Result<(), StatusCode> {
    let offer = String::from_utf8_lossy(&dialog.initial_request().body).into_owned();
    let mut states = states;
    let prepared = call.switch.prepare(call.switch.capabilities.clone()).map_err(|_| StatusCode::ServiceUnavailable)?;
    match Destination::of(&call.to) {
        Destination::Nobody => Err(StatusCode::NotFound),
        Destination::User(name) => {
            let binding = call.switch.registrar.find(&name).ok_or(StatusCode::TemporarilyUnavailable)?;
            outbound::call(call, dialog, states, &binding, &name, (prepared, offer)).await
        }
        feature => {
            let media = match offer.as_str() {
                "" => call.offer(&dialog, &mut states, prepared).await?,
                offer => answer(&call, &dialog, prepared, offer)?,
            };
            let party = Party::new(&call.from, dialog, states, media);
            features::serve(call, party, feature).await;
            Ok(())
        }
    }
}

/// Answers the caller, whose media run from now on.
fn answer(call: &Call, dialog: &InviteDialog, prepared: Prepared, offer: &str) -> Result<Media, StatusCode> {
    let (answer, media) = call.open(prepared, offer)?;
    accept(dialog, answer).inspect_err(|_| call.switch.close(media.session))?;
    Ok(media)
}

/// 200, with our description.
pub fn accept(dialog: &InviteDialog, answer: String) -> Result<(), StatusCode> {
    let accepted = dialog.accept(Some(vec![sdp_type()]), Some(answer.into_bytes()));
    // The caller has cancelled meanwhile.
    accepted.map_err(|_| StatusCode::RequestTerminated)
}

impl Call {
    /// Answers the caller's offer and starts the media for it.
    pub fn open(&self, mut prepared: Prepared, offer: &str) -> Result<(String, Media), StatusCode> {
        let refused = |why: &dyn std::fmt::Display| {
            self.switch.say(format_args!("call {}: the offer was refused: {why}", self.id));
            StatusCode::NotAcceptableHere
        };
        let (text, agreed) = prepared.sdp.answer(offer).map_err(|why| refused(&why))?;
        let media = self.switch.open(prepared, &agreed, self, &self.from).map_err(|why| refused(&why))?;
        self.switch.say(format_args!("call {}: {} speaks {}", self.id, self.from, told(&agreed)));
        Ok((text, media))
    }

    /// Makes the offer to a caller who came without one: it goes with the 200, and the ACK brings the answer (RFC 3261 §13.2.1).
    pub async fn offer(
        &self,
        dialog: &InviteDialog,
        states: &mut DialogStateReceiver,
        mut prepared: Prepared,
    ) -> Result<Media, StatusCode> {
        let offer = prepared.sdp.offer().map_err(|_| StatusCode::ServerInternalError)?;
        accept(dialog, offer)?;
        let outcome = self.answered(dialog, states, prepared).await;
        // Too late for a refusal: the call has been answered.
        outcome.inspect_err(|_| hang_up(&self.switch, dialog.clone()))
    }

    async fn answered(
        &self,
        dialog: &InviteDialog,
        states: &mut DialogStateReceiver,
        mut prepared: Prepared,
    ) -> Result<Media, StatusCode> {
        loop {
            match timeout(ACKNOWLEDGED, states.recv()).await {
                Ok(Some(DialogState::Confirmed(..))) => break,
                Ok(Some(DialogState::Terminated(..)) | None) => return Err(StatusCode::RequestTerminated),
                Ok(Some(_)) => {}
                Err(_) => return Err(StatusCode::RequestTimeout),
            }
        }
        let refused = |why: &dyn std::fmt::Display| {
            self.switch.say(format_args!("call {}: the answer of {} is of no use: {why}", self.id, self.from));
            StatusCode::NotAcceptableHere
        };
        let answer = dialog.last_remote_ack().map(|ack| ack.body).unwrap_or_default();
        let agreed = prepared.sdp.accept(&String::from_utf8_lossy(&answer)).map_err(|why| refused(&why))?;
        let media = self.switch.open(prepared, &agreed, self, &self.from).map_err(|why| refused(&why))?;
        self.switch.say(format_args!("call {}: {} speaks {}", self.id, self.from, told(&agreed)));
        Ok(media)
    }

    /// The call is in another state.
    pub fn is(&self, state: &'static str) {
        self.switch.show(self.id, |shown| shown.state = state);
    }

    /// The next event of a session of this call.
    pub async fn event(&mut self) -> EventKind {
        match self.events.recv().await {
            Some(event) => event.kind,
            // The call itself holds a sender.
            None => std::future::pending().await,
        }
    }
}

/// Ends a dialog, early or not, without waiting for its party, who may be gone.
pub fn hang_up(switch: &Arc<Switch>, dialog: InviteDialog) {
    let switch = switch.clone();
    tokio::spawn(async move {
        dialog.hangup().await.ok();
        switch.dialogs.remove_dialog(&dialog.id());
    });
}

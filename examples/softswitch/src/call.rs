//! A call from its INVITE to its end: the B2BUA between two parties, or one party and what it dialled.

use std::sync::Arc;
use std::time::Instant;

use media_core::integration::{Agreed, SdpSession};
use media_core::{Event, EventKind, SessionId};
use rsipstack::dialog::dialog::{DialogState, DialogStateReceiver};
use rsipstack::dialog::invite_dialog::InviteDialog;
use rsipstack::sip::StatusCode;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::dialplan::Destination;
use crate::outbound;
use crate::party::{Party, sdp_type, told};
use crate::switch::{Prepared, Shown, Switch, lock};
use crate::{features, two};

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
    let shown = Shown {
        from: from.clone(),
        to: dialled.clone(),
        state: "calling",
        since: Instant::now(),
        sessions: Vec::new(),
    };
    lock(&switch.calls).insert(id, shown);
    let call = Call { switch: switch.clone(), id, from, to: dialled, events, listener };
    let from = call.from.clone();
    let to = call.to.clone();
    switch.say(format_args!("call {id}: {from} calls {to}"));
    let why = serve(call, dialog.clone(), states).await;
    if let Err(status) = &why {
        dialog.reject(Some(status.clone()), None).ok();
    }
    switch.dialogs.remove_dialog(&dialog.id());
    lock(&switch.calls).remove(&id);
    match why {
        Ok(()) => switch.say(format_args!("call {id}: over")),
        Err(status) => switch.say(format_args!("call {id}: {from} was told {status}")),
    }
}

async fn serve(mut call: Call, dialog: InviteDialog, mut states: DialogStateReceiver) -> Result<(), StatusCode> {
    let offer = String::from_utf8_lossy(&dialog.initial_request().body).into_owned();
    let prepared = call.switch.prepare(call.switch.capabilities.clone()).map_err(|_| StatusCode::ServiceUnavailable)?;
    match Destination::of(&call.to) {
        Destination::Nobody => Err(StatusCode::NotFound),
        Destination::User(name) => {
            let binding = call.switch.registrar.find(&name).ok_or(StatusCode::TemporarilyUnavailable)?;
            let called = outbound::call(&mut call, &dialog, &mut states, &binding, &name, (prepared, &offer)).await?;
            if let Some((caller, callee)) = called.connect(&call, dialog, states)? {
                two::talk(call, caller, callee).await;
            }
            Ok(())
        }
        feature => {
            let party = answer(&call, dialog, states, prepared, &offer)?;
            features::serve(call, party, feature).await;
            Ok(())
        }
    }
}

/// Answers the caller, whose media run from now on.
fn answer(
    call: &Call,
    dialog: InviteDialog,
    states: DialogStateReceiver,
    prepared: Prepared,
    offer: &str,
) -> Result<Party, StatusCode> {
    let (answer, _, session, sdp) = call.open(prepared, offer)?;
    dialog.accept(Some(vec![sdp_type()]), Some(answer.into_bytes())).map_err(|_| StatusCode::ServerInternalError)?;
    Ok(Party { name: call.from.clone(), dialog, states, sdp, session, holds: false })
}

impl Call {
    /// Answers an offer and starts the media for it.
    pub fn open(
        &self,
        mut prepared: Prepared,
        offer: &str,
    ) -> Result<(String, Agreed, SessionId, SdpSession), StatusCode> {
        let refused = |why: &dyn std::fmt::Display| {
            self.switch.say(format_args!("call {}: the offer was refused: {why}", self.id));
            StatusCode::NotAcceptableHere
        };
        let (text, agreed) = prepared.sdp.answer(offer).map_err(|why| refused(&why))?;
        let (session, sdp) = self.switch.open(prepared, &agreed, &self.listener).map_err(|why| refused(&why))?;
        self.shows(session);
        self.switch.say(format_args!("call {}: {} speaks {}", self.id, self.from, told(&agreed)));
        Ok((text, agreed, session, sdp))
    }

    /// The operator sees a session as one of this call's.
    pub fn shows(&self, session: SessionId) {
        self.switch.show(self.id, |shown| shown.sessions.push(session));
    }

    /// The call is in another state.
    pub fn is(&self, state: &'static str) {
        self.switch.show(self.id, |shown| shown.state = state);
    }

    /// The next event of a session of this call.
    pub async fn event(&mut self) -> (Option<SessionId>, EventKind) {
        match self.events.recv().await {
            Some(event) => (event.session, event.kind),
            // The call itself holds a sender.
            None => std::future::pending().await,
        }
    }
}

/// Waits for a dialog's next state; one that is gone has ended.
pub async fn next(states: &mut DialogStateReceiver) -> Option<DialogState> {
    states.recv().await
}

//! Two parties who talk: hold, digits, transfer, and the end.

use media_core::integration::MediaSessionProvider;
use media_core::session::record::{Layout, RecordSpec, Recorder, Recording};
use media_core::{Millis, TapPoint};
use rsipstack::sip::{StatusCode, StatusCodeKind, Uri};

use crate::call::{Call, next};
use crate::dialplan::Destination;
use crate::outbound;
use crate::party::{Party, Wish};
use crate::registrar::user_of;

/// Serves two parties until one of them has gone.
pub async fn talk(mut call: Call, mut a: Party, mut b: Party) {
    call.is("talking");
    let recording = record(&call, &a, &b);
    loop {
        let (first, state) = tokio::select! {
            state = next(&mut a.states) => (true, state),
            state = next(&mut b.states) => (false, state),
            _ = call.event() => continue,
        };
        let (party, other) = if first { (&mut a, &mut b) } else { (&mut b, &mut a) };
        let wish = match state {
            Some(state) => party.take(state, &call.switch).await,
            None => Wish::Gone,
        };
        let host = &call.switch.host;
        match wish {
            Wish::Nothing => {}
            Wish::Hold(true) => {
                call.is("on hold");
                host.hold(other.session, Some(call.switch.music.clone())).map(|pending| pending.detach()).ok();
            }
            Wish::Hold(false) => {
                call.is("talking");
                host.resume(other.session).map(|pending| pending.detach()).ok();
            }
            Wish::Digits(digits) => {
                host.send_digits(other.session, digits).map(|pending| pending.detach()).unwrap_or(())
            }
            Wish::Transfer(target) => {
                transfer(&mut call, party, other, &target).await;
            }
            Wish::Gone => {
                other.dialog.bye().await.ok();
                break;
            }
        }
    }
    for party in [a, b] {
        call.switch.dialogs.remove_dialog(&party.dialog.id());
        call.switch.close(party.session);
    }
    if let Some(recording) = recording {
        tokio::task::spawn_blocking(move || recording.stop());
    }
}

/// Connects the other party to somebody else, who takes the place of `party`; where that fails, both talk on.
async fn transfer(call: &mut Call, party: &mut Party, other: &Party, target: &str) {
    let name = Uri::try_from(target).map(user_of).unwrap_or_default();
    let switch = call.switch.clone();
    let binding = match Destination::of(&name) {
        Destination::User(name) => switch.registrar.find(&name),
        _ => None,
    };
    let Some(binding) = binding else {
        party.dialog.notify_refer(StatusCode::NotFound, "terminated;reason=noresource").await.ok();
        return;
    };
    switch.say(format_args!("call {}: {} transfers {} to {name}", call.id, party.name, other.name));
    party.dialog.notify_refer(StatusCode::Trying, "active;expires=60").await.ok();
    call.to = name.clone();
    let Ok(((dialog, outcome), states, mut ours)) = outbound::invite(call, &binding, &name) else { return };
    let response = outcome.await.ok().and_then(Result::ok).and_then(|(_, response)| response);
    let answered = response.filter(|response| response.status_code.kind() == StatusCodeKind::Successful);
    let Some((session, sdp)) = answered.and_then(|response| outbound::start(call, &response, &mut ours).ok()) else {
        party.dialog.notify_refer(StatusCode::TemporarilyUnavailable, "terminated;reason=noresource").await.ok();
        return;
    };
    // At one tick: the stream to the one who stays has no break.
    let mut moved = switch.control().txn().unbridge(party.session).bridge(session, other.session);
    if party.holds {
        moved = moved.resume(other.session);
    }
    if let Ok(pending) = moved.commit() {
        pending.detach();
    }
    party.dialog.notify_refer(StatusCode::OK, "terminated;reason=noresource").await.ok();
    let old = std::mem::replace(party, Party { name, dialog, states, sdp, session, holds: false });
    old.dialog.bye().await.ok();
    switch.dialogs.remove_dialog(&old.dialog.id());
    switch.close(old.session);
}

/// Records both parties, each on a channel of its own, where that is wanted.
fn record(call: &Call, a: &Party, b: &Party) -> Option<Recording> {
    let folder = call.switch.record.as_ref()?;
    let control = call.switch.control();
    let tap = |party: &Party| {
        let (_, reader, pending) = control.tap(party.session, TapPoint::Received, Millis(2_000)).ok()?;
        pending.detach();
        Some((party.name.clone(), reader))
    };
    let path = folder.join(format!("call-{}.wav", call.id));
    let taps = vec![tap(a)?, tap(b)?];
    let spec = RecordSpec::new().layout(Layout::Tracks);
    let started = Recorder::create(path, spec, taps).map_err(|why| why.to_string());
    match started.and_then(|recorder| Recording::start(recorder).map_err(|why| why.to_string())) {
        Ok(recording) => Some(recording),
        Err(why) => {
            call.switch.say(format_args!("call {}: not recorded: {why}", call.id));
            None
        }
    }
}

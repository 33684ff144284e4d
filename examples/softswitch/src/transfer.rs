//! Transfer (RFC 3515): the other party is connected to somebody else, who takes the place of who asked for it.

use rsipstack::dialog::invite_dialog::InviteDialog;
use rsipstack::sip::{StatusCode, Uri};

use crate::attempt::{Attempt, Progress};
use crate::attended::{Replaces, attended};
use crate::call::{Call, hang_up};
use crate::dialplan::Destination;
use crate::party::{Party, Wish};
use crate::registrar::user_of;

/// How a transfer came out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Transferred {
    /// `party` is another one now.
    Done,
    /// Both talk on.
    Failed,
    /// One of them has gone meanwhile, and there is no other.
    Over,
}

/// Transfers `other` to `target`, in place of `party`.
pub async fn transfer(call: &mut Call, party: &mut Party, other: &mut Party, target: &str) -> Transferred {
    if let Some(replaces) = Replaces::of(target) {
        return attended(call, party, other, replaces).await;
    }
    let name = Uri::try_from(target).map(user_of).unwrap_or_default();
    let switch = call.switch.clone();
    let binding = match Destination::of(&name) {
        Destination::User(name) => switch.registrar.find(&name),
        _ => None,
    };
    let Some(binding) = binding else {
        refuse(party.dialog.clone(), StatusCode::NotFound);
        return Transferred::Failed;
    };
    switch.say(format_args!("call {}: {} transfers {} to {name}", call.id, party.name, other.name));
    tell(party.dialog.clone(), StatusCode::Trying, "active;expires=60");
    let mut attempt = match Attempt::begin(call, &binding, &name, other.sdp.agreed()) {
        Ok(attempt) => attempt,
        Err(status) => {
            refuse(party.dialog.clone(), status);
            return Transferred::Failed;
        }
    };
    // Who transfers may hang up before the new one answers.
    let mut left = false;
    let failed = loop {
        tokio::select! {
            progress = attempt.progress(call) => match progress {
                Progress::Rings => {}
                Progress::Answers => break None,
                Progress::Fails(status) => break Some(status),
            },
            wish = party.wish(&switch), if !left => left = matches!(wish, Wish::Gone),
            wish = other.wish(&switch) => if matches!(wish, Wish::Gone) {
                attempt.give_up(call);
                refuse(party.dialog.clone(), StatusCode::RequestTerminated);
                return Transferred::Over;
            },
        }
    };
    if let Some(status) = failed {
        attempt.give_up(call);
        refuse(party.dialog.clone(), status);
        return if left { Transferred::Over } else { Transferred::Failed };
    }
    let Some(new) = attempt.party() else { return Transferred::Failed };
    connect(call, party, other, new, left);
    call.to.clone_from(&name);
    Transferred::Done
}

/// Puts `new` in the place of `party`, who goes, unless it has `left` already.
pub fn connect(call: &Call, party: &mut Party, other: &Party, new: Party, left: bool) {
    let switch = call.switch.clone();
    // At one tick: the stream to the one who stays has no break.
    let mut moved = switch.control().txn().unbridge(party.session).bridge(new.session, other.session);
    if party.holds {
        moved = moved.resume(other.session);
    }
    if let Err(why) = moved.commit().map(|pending| pending.detach()) {
        switch.say(format_args!("call {}: the transfer failed: {why}", call.id));
    }
    let old = std::mem::replace(party, new);
    switch.close(old.session);
    if !left {
        let dialog = old.dialog.clone();
        tokio::spawn(async move {
            dialog.notify_refer(StatusCode::OK, "terminated;reason=noresource").await.ok();
            hang_up(&switch, dialog);
        });
    }
}

/// Tells who asked for a transfer that there will be none.
pub fn refuse(dialog: InviteDialog, status: StatusCode) {
    tell(dialog, status, "terminated;reason=noresource");
}

pub fn tell(dialog: InviteDialog, status: StatusCode, state: &'static str) {
    tokio::spawn(async move { dialog.notify_refer(status, state).await });
}

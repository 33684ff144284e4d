//! Attended transfer (RFC 3891): who asks for it has a second call, and the two that it talks to are connected.

use std::sync::Arc;
use std::time::Duration;

use rsipstack::dialog::DialogId;
use rsipstack::sip::StatusCode;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::call::Call;
use crate::party::Party;
use crate::switch::{Switch, lock};
use crate::transfer::{Transferred, connect, refuse, tell};

/// How long the other call may take to let go of its party.
const LETS_GO: Duration = Duration::from_secs(2);

/// A dialog, as a Replaces header names it.
pub struct Replaces {
    call: String,
    tags: [String; 2],
}

/// A call is asked for the one to whom the party of that dialog talks.
pub struct Ask {
    what: Replaces,
    pub answer: oneshot::Sender<Party>,
}

impl Replaces {
    /// Out of the address in a REFER, if that has one.
    pub fn of(target: &str) -> Option<Self> {
        let headers = target.split_once('?')?.1.split(['>', ' ']).next()?;
        let named =
            |header: &str| Some(header.split_once('=').filter(|h| h.0.eq_ignore_ascii_case("replaces"))?.1.to_owned());
        let value = decoded(&headers.split('&').find_map(named)?)?;
        let tag = |name: &str| {
            let params = value.split(';').skip(1).filter_map(|param| param.split_once('='));
            params
                .map(|(key, tag)| (key.trim(), tag.trim()))
                .find(|(key, _)| key.eq_ignore_ascii_case(name))
                .map(|p| p.1.to_owned())
        };
        Some(Self { call: value.split(';').next()?.trim().to_owned(), tags: [tag("to-tag")?, tag("from-tag")?] })
    }

    /// Both ends have the same tags, one's own and the other's.
    fn is(&self, id: &DialogId) -> bool {
        let [a, b] = &self.tags;
        let same = |local: &str, remote: &str| id.local_tag == local && id.remote_tag == remote;
        id.call_id == self.call && (same(a, b) || same(b, a))
    }
}

impl Ask {
    /// Whether the dialog is that of the first or of the second of two parties.
    pub fn of(&self, a: &Party, b: &Party) -> Option<bool> {
        let is = |party: &Party| self.what.is(&party.dialog.id());
        if is(a) { Some(true) } else { is(b).then_some(false) }
    }
}

/// Connects `other` with whoever `party` talks to in the dialog named.
pub async fn attended(call: &mut Call, party: &mut Party, other: &mut Party, what: Replaces) -> Transferred {
    let switch = call.switch.clone();
    tell(party.dialog.clone(), StatusCode::Trying, "active;expires=60");
    let asks = lock(&switch.talks).get(&what.call).cloned();
    let (answer, given) = oneshot::channel();
    let asked = asks.is_some_and(|asks| asks.send(Ask { what, answer }).is_ok());
    let new = if asked { timeout(LETS_GO, given).await.ok().and_then(Result::ok) } else { None };
    let Some(new) = new else {
        refuse(party.dialog.clone(), StatusCode::CallTransactionDoesNotExist);
        return Transferred::Failed;
    };
    switch.say(format_args!("call {}: {} connects {} with {}", call.id, party.name, other.name, new.name));
    switch.adopt(&new, call);
    connect(call, party, other, new, false);
    Transferred::Done
}

/// Two parties that can be asked for while this is kept.
pub struct Listed {
    switch: Arc<Switch>,
    calls: [String; 2],
}

impl Listed {
    /// By the Call-IDs of both dialogs.
    pub fn new(switch: &Arc<Switch>, parties: [&Party; 2], asks: &UnboundedSender<Ask>) -> Self {
        let calls = parties.map(|party| party.dialog.id().call_id);
        lock(&switch.talks).extend(calls.iter().map(|call| (call.clone(), asks.clone())));
        Self { switch: switch.clone(), calls }
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        let mut talks = lock(&self.switch.talks);
        for call in &self.calls {
            talks.remove(call);
        }
    }
}

/// Without the escapes of a URI.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut plain = Vec::new();
    while let Some(byte) = bytes.next() {
        let mut digit = || char::from(bytes.next()?).to_digit(16);
        plain.push(if byte == b'%' { (digit()? * 16 + digit()?) as u8 } else { byte });
    }
    String::from_utf8(plain).ok()
}

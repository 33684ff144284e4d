//! Requests from phones: registrations, new calls, and what belongs to calls that there are.

use std::sync::Arc;

use rsipstack::sip::headers::Header;
use rsipstack::sip::prelude::HeadersExt;
use rsipstack::sip::{Method, StatusCode};
use rsipstack::transaction::TransactionReceiver;
use rsipstack::transaction::transaction::Transaction;

use crate::call;
use crate::registrar::user_of;
use crate::switch::Switch;

/// Takes requests until the endpoint ends.
pub async fn serve(switch: Arc<Switch>, mut incoming: TransactionReceiver) {
    while let Some(tx) = incoming.recv().await {
        let switch = switch.clone();
        tokio::spawn(async move {
            let method = tx.original.method;
            if let Err(why) = take(&switch, tx).await {
                switch.say(format_args!("a {method} was not served: {why}"));
            }
        });
    }
}

async fn take(switch: &Arc<Switch>, mut tx: Transaction) -> rsipstack::Result<()> {
    if tx.original.to_header()?.tag()?.is_some() {
        return match switch.dialogs.match_dialog(&tx) {
            Some(mut dialog) => dialog.handle(&mut tx).await,
            None if tx.original.method == Method::Ack => Ok(()),
            None => tx.reply(StatusCode::CallTransactionDoesNotExist).await,
        };
    }
    match tx.original.method {
        Method::Register => {
            if let Some((name, here)) = switch.registrar.register(&mut tx).await? {
                switch.say(format_args!("{name} {}", if here { "registered" } else { "has left" }));
            }
            Ok(())
        }
        Method::Options => {
            let allow = "INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, INFO, UPDATE, NOTIFY";
            tx.reply_with(StatusCode::OK, vec![Header::Allow(allow.into())], None).await
        }
        Method::Invite => invite(switch, tx).await,
        Method::Ack | Method::Cancel => Ok(()),
        _ => tx.reply(StatusCode::MethodNotAllowed).await,
    }
}

async fn invite(switch: &Arc<Switch>, mut tx: Transaction) -> rsipstack::Result<()> {
    let caller = user_of(tx.original.from_header()?.uri()?);
    // Who has a password has to prove who he is; calls of others are taken, as from a trunk.
    if let Some(challenge) = switch.registrar.challenge(&tx.original, &caller, &Method::Invite) {
        return tx.reply_with(StatusCode::Unauthorized, vec![challenge], None).await;
    }
    let dialled = tx.original.uri.auth.as_ref().map(|auth| auth.user.clone()).unwrap_or_default();
    let (sender, states) = switch.dialogs.new_dialog_state_channel();
    let contact = Some(switch.contact.clone());
    let mut dialog = switch.dialogs.get_or_create_server_invite(&tx, sender, None, contact)?;
    tokio::spawn(call::run(switch.clone(), dialog.clone(), states, caller, dialled));
    dialog.handle(&mut tx).await
}

//! Two parties who talk: hold, digits, transfer, and the end.

use media_core::integration::MediaSessionProvider;
use media_core::session::record::{Layout, RecordSpec, Recorder, Recording};
use media_core::{Millis, TapPoint};
use tokio::sync::mpsc::unbounded_channel;

use crate::attended::{Ask, Listed};
use crate::call::{Call, hang_up};
use crate::party::{Party, Wish};
use crate::transfer::{Transferred, transfer};

/// Serves two parties until one of them has gone.
pub async fn talk(mut call: Call, mut a: Party, mut b: Party) {
    call.is("talking");
    let mut part = 1;
    let mut recording = record(&call, &a, &b, part);
    let switch = call.switch.clone();
    let (asks, mut asked) = unbounded_channel();
    let mut listed = Listed::new(&switch, [&a, &b], &asks);
    loop {
        let (first, wish) = tokio::select! {
            wish = a.wish(&switch) => (true, wish),
            wish = b.wish(&switch) => (false, wish),
            _ = call.event() => continue,
            Some(ask) = asked.recv() => match ask.of(&a, &b) {
                Some(first) => {
                    drop(listed);
                    let (goes, stays) = if first { (a, b) } else { (b, a) };
                    give(&call, goes, stays, ask);
                    return stop(recording);
                }
                None => continue,
            },
        };
        let (party, other) = if first { (&mut a, &mut b) } else { (&mut b, &mut a) };
        let host = &switch.host;
        match wish {
            Wish::Nothing => {}
            Wish::Hold(true) => {
                call.is("on hold");
                host.hold(other.session, Some(switch.music.clone())).map(|pending| pending.detach()).ok();
            }
            Wish::Hold(false) => {
                call.is("talking");
                host.resume(other.session).map(|pending| pending.detach()).ok();
            }
            Wish::Digits(digits) => {
                let sent = host.send_digits(other.session, digits).map(|pending| pending.detach());
                if let Err(why) = sent {
                    switch.say(format_args!("call {}: a digit was not passed on: {why}", call.id));
                }
            }
            Wish::Transfer(target) => {
                match transfer(&mut call, party, other, &target).await {
                    Transferred::Failed => {}
                    Transferred::Over => break,
                    Transferred::Done => {
                        call.is("talking");
                        // Tracks are of sessions: who is new is in another file.
                        part += 1;
                        drop(listed);
                        listed = Listed::new(&switch, [&a, &b], &asks);
                        stop(recording.take());
                        recording = record(&call, &a, &b, part);
                    }
                }
            }
            Wish::Gone => break,
        }
    }
    for party in [a, b] {
        hang_up(&switch, party.dialog.clone());
        switch.close(party.session);
    }
    stop(recording);
}

/// Gives one of two parties to another call; the one who talked to it goes.
fn give(call: &Call, goes: Party, stays: Party, ask: Ask) {
    let switch = &call.switch;
    let parted = switch.control().txn().unbridge(stays.session);
    let parted = if goes.holds { parted.resume(stays.session) } else { parted };
    if let Err(why) = parted.commit().map(|pending| pending.detach()) {
        switch.say(format_args!("call {}: not parted: {why}", call.id));
    }
    hang_up(switch, goes.dialog.clone());
    switch.close(goes.session);
    if let Err(stays) = ask.answer.send(stays) {
        // Whoever asked has waited too long, or has gone.
        hang_up(switch, stays.dialog.clone());
        switch.close(stays.session);
    }
}

fn stop(recording: Option<Recording>) {
    if let Some(recording) = recording {
        // It waits for the disk.
        tokio::task::spawn_blocking(move || recording.stop());
    }
}

/// Records both parties, each on a channel of its own, where that is wanted.
fn record(call: &Call, a: &Party, b: &Party, part: u32) -> Option<Recording> {
    let folder = call.switch.record.as_ref()?;
    let control = call.switch.control();
    let tap = |party: &Party| {
        let (_, reader, pending) = control.tap(party.session, TapPoint::Received, Millis(2_000)).ok()?;
        pending.detach();
        Some((party.name.clone(), reader))
    };
    let part = if part > 1 { format!("-{part}") } else { String::new() };
    let path = folder.join(format!("call-{}{part}.wav", call.id));
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

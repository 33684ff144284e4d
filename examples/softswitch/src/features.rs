//! One party and what it dialled besides phones: echo, music, a conference, a message.

use std::path::Path;

use media_core::graph::NodeEventKind;
use media_core::session::record::{RecordSpec, Recorder, Recording, RecordingEvent};
use media_core::{Cue, Digits, EventKind, Millis, Source, TapPoint};
use rsipstack::sip::StatusCode;
use tokio::time::{Duration, sleep};

use crate::begin::{begin, chime};
use crate::call::{Call, hang_up};
use crate::dialplan::Destination;
use crate::party::{Party, Wish};
use crate::transfer;

/// Longest message.
const MESSAGE: Duration = Duration::from_secs(30);

/// Serves one party and what it dialled until it hangs up.
pub async fn serve(mut call: Call, mut party: Party, feature: Destination) {
    let session = party.session;
    let begun = begin(&call, session, &feature);
    call.is(match feature {
        Destination::Echo => "echo",
        Destination::Music => "music",
        Destination::Room(_) => "conference",
        _ => "message",
    });
    if let Err(why) = begun {
        call.switch.say(format_args!("call {}: {why}", call.id));
    } else if feature == Destination::Message {
        message(&mut call, &mut party).await;
    } else {
        hear_out(&mut call, &mut party).await;
    }
    hang_up(&call.switch, party.dialog.clone());
    call.switch.close(session);
}

/// Waits for the party to hang up; tells its digits.
async fn hear_out(call: &mut Call, party: &mut Party) {
    let switch = call.switch.clone();
    loop {
        tokio::select! {
            wish = party.wish(&switch) => if goes(call, party, wish).is_none() { return },
            kind = call.event() => tell(call, party, &kind),
        }
    }
}

/// Takes what a party wants of a feature: digits, and nothing else. Whether it pressed #, or `None` when it has gone.
fn goes(call: &Call, party: &Party, wish: Wish) -> Option<bool> {
    match wish {
        Wish::Gone => return None,
        Wish::Digits(digits) => {
            let keys: String = digits.tones().map(|tone| key(tone.code)).collect();
            call.switch.say(format_args!("call {}: {} sends {keys} by INFO", call.id, party.name));
            return Some(digits == Digits::new("#").expect("a digit"));
        }
        Wish::Transfer(_) => transfer::refuse(party.dialog.clone(), StatusCode::NotImplemented),
        Wish::Hold(_) | Wish::Nothing => {}
    }
    Some(false)
}

fn tell(call: &Call, party: &Party, kind: &EventKind) {
    match kind {
        EventKind::Node { kind: NodeEventKind::Digit { code, duration, .. }, .. } => {
            call.switch.say(format_args!(
                "call {}: {} pressed {} for {} ms",
                call.id,
                party.name,
                key(*code),
                duration.0
            ));
        }
        EventKind::Panicked => call.switch.say(format_args!("call {}: a node panicked", call.id)),
        _ => {}
    }
}

/// The key of an event's code.
fn key(code: u8) -> char {
    b"0123456789*#ABCD".get(usize::from(code)).map_or('?', |key| char::from(*key))
}

/// Records a message until # or 30 s, and plays it back.
async fn message(call: &mut Call, party: &mut Party) {
    let folder = call.switch.record.clone().unwrap_or_else(std::env::temp_dir);
    let path = folder.join(format!("message-{}-{}.wav", std::process::id(), call.id));
    let kept = call.switch.record.is_some();
    play(call, party, chime(440.0));
    sleep(Duration::from_millis(400)).await;
    let Some(recording) = record(call, party, &path) else { return };
    let mut left = std::pin::pin!(sleep(MESSAGE));
    let switch = call.switch.clone();
    loop {
        tokio::select! {
            () = &mut left => break,
            wish = party.wish(&switch) => match goes(call, party, wish) {
                Some(ends) => if ends { break },
                None => return,
            },
            kind = call.event() => {
                tell(call, party, &kind);
                if matches!(kind, EventKind::Node { kind: NodeEventKind::Digit { code: 11, .. }, .. }) { break }
            }
        }
    }
    let stopped = tokio::task::spawn_blocking(move || recording.stop()).await.ok().flatten();
    if let Some(RecordingEvent::Stopped(recorded)) = stopped {
        call.switch.say(format_args!("call {}: a message of {} samples", call.id, recorded.samples));
        if let Ok(source) = Source::file(&recorded.path) {
            play(call, party, source);
        }
        if !kept {
            std::fs::remove_file(&recorded.path).ok();
            std::fs::remove_file(&recorded.sidecar).ok();
        }
    }
    hear_out(call, party).await;
}

fn record(call: &Call, party: &Party, path: &Path) -> Option<Recording> {
    let control = call.switch.control();
    let (_, reader, pending) = control.tap(party.session, TapPoint::Received, Millis(2_000)).ok()?;
    pending.detach();
    let recorder = Recorder::create(path, RecordSpec::new(), vec![(party.name.clone(), reader)]);
    match recorder.map_err(|why| why.to_string()).and_then(|r| Recording::start(r).map_err(|why| why.to_string())) {
        Ok(recording) => Some(recording),
        Err(why) => {
            call.switch.say(format_args!("call {}: no message can be taken: {why}", call.id));
            None
        }
    }
}

fn play(call: &Call, party: &Party, source: Source) {
    let played = call.switch.control().play_as(party.session, source, Cue::new());
    if let Err(why) = played.map(|(_, pending)| pending.detach()) {
        call.switch.say(format_args!("call {}: {} hears nothing: {why}", call.id, party.name));
    }
}

//! What can be dialled besides phones: echo, music, conferences, a message.

use std::path::Path;

use media_core::graph::nodes::Sum;
use media_core::graph::{NodeEventKind, Segment};
use media_core::session::record::{RecordSpec, Recorder, Recording, RecordingEvent};
use media_core::{Cue, Decibels, Digits, EventKind, Millis, RoomId, RoomSpec, SessionId, Source, TapPoint};
use rsipstack::sip::StatusCode;
use tokio::time::{Duration, sleep};

use crate::call::{Call, hang_up};
use crate::dialplan::Destination;
use crate::party::{Party, Wish};
use crate::switch::{Switch, lock};
use crate::transfer;

/// Longest message.
const MESSAGE: Duration = Duration::from_secs(30);

/// Serves one party and what it dialled until it hangs up.
pub async fn serve(mut call: Call, mut party: Party, feature: Destination) {
    let session = party.session;
    // Keys are keys to what one dials into, as events or as tones.
    if let Err(why) = call.switch.listen(session) {
        call.switch.say(format_args!("call {}: tones are not looked for: {why}", call.id));
    }
    let begun = match feature {
        Destination::Echo => echo(&call, session),
        Destination::Music => play(&call, session, call.switch.music.clone(), Cue::new()),
        Destination::Room(number) => enter(&call, session, number),
        _ => Ok(()),
    };
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

/// The party hears itself: its audio goes from the one half of its graph to the other.
fn echo(call: &Call, session: SessionId) -> Result<(), media_core::Reject> {
    let edit = call.switch.control().edit(session, |graph, legs| {
        let edge =
            graph.edges().find(|edge| edge.to.0 == legs.send).ok_or(media_core::graph::UnknownNode(legs.send))?;
        let rate = graph.node(legs.fader_down)?.ports.outputs[0];
        let sum = graph.insert_between(edge, Segment::Down, Box::new(Sum::new(rate, 2)))?;
        graph.connect((legs.fader_up, 0), (sum, 1))?;
        Ok(())
    });
    edit.map(|pending| pending.detach())
}

fn play(call: &Call, session: SessionId, source: Source, how: Cue) -> Result<(), media_core::Reject> {
    call.switch.control().play_as(session, source, how).map(|(_, pending)| pending.detach())
}

/// A member joins; a chime tells the others and it.
fn enter(call: &Call, session: SessionId, number: u32) -> Result<(), media_core::Reject> {
    let (switch, room) = (&call.switch, room(&call.switch, number)?);
    let members = switch.control().room(room)?.members;
    switch.control().join(session, room, Decibels(0.0))?.detach();
    for member in &members {
        play(call, member.session, chime(660.0), Cue::new().duck(Decibels(12.0)))?;
    }
    let greeting = switch.greeting.clone().unwrap_or_else(|| chime(660.0));
    play(call, session, greeting, Cue::new().duck(Decibels(12.0)))?;
    switch.say(format_args!("call {}: {} is in conference {number}, the {}.", call.id, call.from, members.len() + 1));
    Ok(())
}

/// The room of a number, opened when it is first asked for.
fn room(switch: &Switch, number: u32) -> Result<RoomId, media_core::Reject> {
    let mut rooms = lock(&switch.rooms);
    if let Some(room) = rooms.get(&number) {
        return Ok(*room);
    }
    let (room, opened) = switch.control().create_room(RoomSpec::new())?;
    opened.detach();
    rooms.insert(number, room);
    Ok(room)
}

/// A short tone as PCM, so that it ends by itself.
fn chime(hertz: f32) -> Source {
    let rate = media_core::SampleRate::HZ_16000;
    let sample = |n: u16| {
        let time = f32::from(n) / 16_000.0;
        0.2 * (std::f32::consts::TAU * hertz * time).sin() * (-time * 8.0).exp()
    };
    Source::Pcm { samples: (0..6_400).map(sample).collect(), rate, repeat: false }
}

/// Records a message until # or 30 s, and plays it back.
async fn message(call: &mut Call, party: &mut Party) {
    let folder = call.switch.record.clone().unwrap_or_else(std::env::temp_dir);
    let path = folder.join(format!("message-{}-{}.wav", std::process::id(), call.id));
    let kept = call.switch.record.is_some();
    play(call, party.session, chime(440.0), Cue::new()).ok();
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
            play(call, party.session, source, Cue::new()).ok();
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

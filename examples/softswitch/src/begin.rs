//! What a party gets that dials something else than a phone: in one transaction, so that all of it begins at one tick.

use media_core::engine::{TopologyError, Txn};
use media_core::graph::nodes::Sum;
use media_core::graph::{Segment, Topology, UnknownNode};
use media_core::processing::audio::dtmf::DtmfConfig;
use media_core::session::Legs;
use media_core::{Cue, Decibels, DigitPolicy, ProcessingSpec, Reject, RoomId, RoomSpec, SampleRate, SessionId, Source};

use crate::call::Call;
use crate::dialplan::Destination;
use crate::switch::{Switch, lock};

/// Starts it. Keys are heard as events and as tones.
pub fn begin(call: &Call, session: SessionId, feature: &Destination) -> Result<(), Reject> {
    let digits = DigitPolicy::new().detect(DtmfConfig::default());
    let txn = call.switch.control().txn().process(session, ProcessingSpec::new().digits(digits));
    let txn = match feature {
        Destination::Echo => txn.edit(session, echo),
        Destination::Music => txn.play(session, call.switch.music.clone()).1,
        Destination::Room(number) => enter(call, txn, session, *number)?,
        _ => txn,
    };
    txn.commit().map(|pending| pending.detach())
}

/// The party hears itself: its audio goes from the one half of its graph to the other.
fn echo(graph: &mut Topology, legs: Legs) -> Result<(), TopologyError> {
    let edge = graph.edges().find(|edge| edge.to.0 == legs.send).ok_or(UnknownNode(legs.send))?;
    let rate = graph.node(legs.fader_down)?.ports.outputs[0];
    let sum = graph.insert_between(edge, Segment::Down, Box::new(Sum::new(rate, 2)))?;
    graph.connect((legs.fader_up, 0), (sum, 1))?;
    Ok(())
}

/// A member joins and is greeted; a chime tells the others.
fn enter(call: &Call, txn: Txn, session: SessionId, number: u32) -> Result<Txn, Reject> {
    let (switch, room) = (&call.switch, room(&call.switch, number)?);
    let members = switch.control().room(room)?.members;
    let ducked = || Cue::new().duck(Decibels(12.0));
    let greeting = switch.greeting.clone().unwrap_or_else(|| chime(660.0));
    for member in &members {
        // Who leaves just now need not be told.
        let told = switch.control().play_as(member.session, chime(660.0), ducked());
        told.map(|(_, pending)| pending.detach()).ok();
    }
    switch.say(format_args!("call {}: {} is in conference {number}, the {}.", call.id, call.from, members.len() + 1));
    Ok(txn.join(session, room, Decibels(0.0)).play_as(session, greeting, ducked()).1)
}

/// The room of a number, opened when it is first asked for.
fn room(switch: &Switch, number: u32) -> Result<RoomId, Reject> {
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
pub fn chime(hertz: f32) -> Source {
    let rate = SampleRate::HZ_16000;
    let sample = |n: u16| {
        let time = f32::from(n) / 16_000.0;
        0.2 * (std::f32::consts::TAU * hertz * time).sin() * (-time * 8.0).exp()
    };
    Source::Pcm { samples: (0..6_400).map(sample).collect(), rate, repeat: false }
}

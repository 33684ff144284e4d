//! What all calls share: media, registrations, rooms, ports.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use media_core::codec::negotiation::Capabilities;
use media_core::integration::{Agreed, MediaHost, MediaSessionProvider, SdpSession};
use media_core::processing::dsp::ToneSpec;
use media_core::{
    CodecSpec, Control, Decibels, Event, PayloadType, Reject, RoomId, RoomSpec, SampleRate, SessionId, Source,
};
use rsipstack::dialog::dialog_layer::DialogLayer;
use rsipstack::sip::Uri;
use tokio::sync::mpsc::UnboundedSender;

use crate::io_thread::{Counts, Sessions};
use crate::ports::{Ports, Sockets};
use crate::registrar::Registrar;

/// What the operator is shown of a call.
#[derive(Clone, Debug)]
pub struct Shown {
    pub from: String,
    pub to: String,
    pub state: &'static str,
    pub since: Instant,
    pub sessions: Vec<SessionId>,
}

/// Everything that calls share.
pub struct Switch {
    pub host: MediaHost,
    pub dialogs: Arc<DialogLayer>,
    pub registrar: Registrar,
    pub ports: Ports,
    pub io: Sessions,
    pub counts: Arc<Counts>,
    pub contact: Uri,
    pub capabilities: Capabilities,
    /// What they are made of.
    pub codecs: Vec<CodecSpec>,
    pub music: Source,
    pub record: Option<PathBuf>,
    pub quiet: bool,
    pub started: Instant,
    pub rooms: Mutex<HashMap<u32, RoomId>>,
    pub calls: Mutex<HashMap<u64, Shown>>,
    /// Who is told of a session's events.
    listeners: Mutex<HashMap<SessionId, UnboundedSender<Event>>>,
    next: AtomicU64,
}

/// A leg's media that are not agreed on yet: its sockets, and its side of offer and answer.
pub struct Prepared {
    pub sdp: SdpSession,
    sockets: Sockets,
}

impl Switch {
    #[expect(clippy::too_many_arguments, reason = "what there is, put together once")]
    pub fn new(
        host: MediaHost,
        dialogs: Arc<DialogLayer>,
        registrar: Registrar,
        ports: Ports,
        io: Sessions,
        counts: Arc<Counts>,
        contact: Uri,
        codecs: Vec<CodecSpec>,
        music: Option<Source>,
        args: &crate::args::Args,
    ) -> Self {
        // A chord, where there is no music.
        let chord = [262.0, 330.0, 392.0].into_iter();
        let tone = chord.fold(ToneSpec::new(), |tone, hertz| tone.partial(hertz, Decibels(-30.0)));
        Self {
            host,
            dialogs,
            registrar,
            ports,
            io,
            counts,
            contact,
            capabilities: with_digits(codecs.iter().copied()),
            codecs,
            music: music.unwrap_or(Source::Tone(tone)),
            record: args.record.clone(),
            quiet: args.quiet,
            started: Instant::now(),
            rooms: Mutex::default(),
            calls: Mutex::default(),
            listeners: Mutex::default(),
            next: AtomicU64::new(1),
        }
    }

    pub fn control(&self) -> &Control {
        self.host.control()
    }

    /// A number that nothing had before.
    pub fn number(&self) -> u64 {
        self.next.fetch_add(1, Relaxed)
    }

    /// Ports and capabilities for a leg.
    pub fn prepare(&self, capabilities: Capabilities) -> std::io::Result<Prepared> {
        let (local, sockets) = self.ports.take()?;
        Ok(Prepared { sdp: SdpSession::new(capabilities, local, self.number()), sockets })
    }

    /// Media for what a leg has agreed on; its events go to `listener`.
    pub fn open(
        &self,
        prepared: Prepared,
        agreed: &Agreed,
        listener: &UnboundedSender<Event>,
    ) -> Result<(SessionId, SdpSession), Reject> {
        let Prepared { sdp, sockets } = prepared;
        let session = self.host.start_media(agreed)?;
        lock(&self.listeners).insert(session, listener.clone());
        self.io.open(session, sockets);
        Ok((session, sdp))
    }

    /// Ends a leg's media.
    pub fn close(&self, session: SessionId) {
        self.io.close(session);
        if let Ok(gone) = self.host.stop_media(session) {
            gone.detach();
        }
    }

    /// Passes an event to the call that it is of.
    pub fn tell(&self, event: Event) {
        let Some(session) = event.session else { return };
        let gone = matches!(event.kind, media_core::EventKind::Destroyed { .. });
        let mut listeners = lock(&self.listeners);
        if let Some(listener) = listeners.get(&session) {
            listener.send(event).ok();
        }
        if gone {
            listeners.remove(&session);
        }
    }

    /// The room of a number, opened when it is first asked for.
    pub fn room(&self, number: u32) -> Result<RoomId, Reject> {
        let mut rooms = lock(&self.rooms);
        if let Some(room) = rooms.get(&number) {
            return Ok(*room);
        }
        let (room, opened) = self.control().create_room(RoomSpec::new())?;
        opened.detach();
        rooms.insert(number, room);
        Ok(room)
    }

    /// Shows the operator what a call does now.
    pub fn show(&self, call: u64, change: impl FnOnce(&mut Shown)) {
        if let Some(shown) = lock(&self.calls).get_mut(&call) {
            change(shown);
        }
    }

    /// Tells the console.
    pub fn say(&self, what: impl std::fmt::Display) {
        if !self.quiet {
            println!("{:8.2} s  {what}", self.started.elapsed().as_secs_f32());
        }
    }
}

/// The codecs of these names.
pub fn codecs(names: &[String]) -> Result<Vec<CodecSpec>, String> {
    let codec = |name: &String| match name.to_ascii_lowercase().as_str() {
        "pcmu" => Ok(CodecSpec::pcmu()),
        "pcma" => Ok(CodecSpec::pcma()),
        "g722" => Ok(CodecSpec::g722()),
        "g729" => Ok(CodecSpec::g729()),
        "opus" => Ok(CodecSpec::opus(SampleRate::HZ_48000, dynamic(111))),
        _ => Err(format!("no codec {name}; there are opus, g722, pcma, pcmu, g729")),
    };
    names.iter().map(codec).collect()
}

/// Codecs in the order of preference, with digits beside them at the clock of each.
pub fn with_digits(codecs: impl Iterator<Item = CodecSpec>) -> Capabilities {
    let all = codecs.fold(Capabilities::new(), Capabilities::codec);
    all.telephone_event(dynamic(101), 8_000).telephone_event(dynamic(110), 48_000)
}

fn dynamic(value: u8) -> PayloadType {
    PayloadType::new(value).expect("below 128")
}

pub fn lock<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

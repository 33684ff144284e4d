//! What all calls share: media, registrations, rooms, ports.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use media_core::codec::negotiation::Capabilities;
use media_core::integration::MediaHost;
use media_core::processing::dsp::ToneSpec;
use media_core::{CodecSpec, Control, Decibels, Event, EventKind, JitterConfig, Millis, RoomId, SessionId, Source};
use rsipstack::dialog::dialog_layer::DialogLayer;
use rsipstack::sip::Uri;
use tokio::sync::mpsc::UnboundedSender;

use crate::attended::Ask;
use crate::codecs::with_digits;
use crate::io_thread::{Counts, Sessions};
use crate::ports::Ports;
use crate::registrar::Registrar;
use crate::setup::SetUps;
use crate::shown::{Records, Shown};

/// Everything that calls share.
pub struct Switch {
    pub host: MediaHost,
    pub dialogs: Arc<DialogLayer>,
    pub registrar: Registrar,
    pub ports: Ports,
    /// One for each I/O thread.
    pub io: Vec<Sessions>,
    pub counts: Arc<Counts>,
    pub contact: Uri,
    pub capabilities: Capabilities,
    /// What they are made of.
    pub codecs: Vec<CodecSpec>,
    pub music: Source,
    pub record: Option<PathBuf>,
    pub quiet: bool,
    pub jitter: JitterConfig,
    pub greeting: Option<Source>,
    pub set_ups: SetUps,
    pub started: Instant,
    pub rooms: Mutex<BTreeMap<u32, RoomId>>,
    pub calls: Mutex<BTreeMap<u64, Shown>>,
    /// Calls of two parties, by the Call-IDs of both dialogs.
    pub talks: Mutex<HashMap<String, UnboundedSender<Ask>>>,
    pub records: Records,
    /// Who is told of a session's events, and whose call it is.
    listeners: Mutex<HashMap<SessionId, (UnboundedSender<Event>, u64)>>,
    next: AtomicU64,
    pub descriptions: AtomicU64,
}

impl Switch {
    #[expect(clippy::too_many_arguments, reason = "what there is, put together once")]
    pub fn new(
        host: MediaHost,
        dialogs: Arc<DialogLayer>,
        registrar: Registrar,
        ports: Ports,
        io: Vec<Sessions>,
        counts: Arc<Counts>,
        contact: Uri,
        codecs: Vec<CodecSpec>,
        [music, greeting]: [Option<Source>; 2],
        records: Records,
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
            greeting,
            music: music.unwrap_or(Source::Tone(tone)),
            records,
            record: args.record.clone(),
            quiet: args.quiet,
            jitter: JitterConfig::new().initial(Millis(args.initial)),
            set_ups: SetUps::default(),
            started: Instant::now(),
            rooms: Mutex::default(),
            calls: Mutex::default(),
            talks: Mutex::default(),
            listeners: Mutex::default(),
            next: AtomicU64::new(1),
            descriptions: AtomicU64::new(1),
        }
    }

    pub fn control(&self) -> &Control {
        self.host.control()
    }

    /// The next call's number.
    pub fn number(&self) -> u64 {
        self.next.fetch_add(1, Relaxed)
    }

    /// Passes an event to the call that it is of.
    pub fn tell(&self, event: Event) {
        let Some(session) = event.session else { return };
        if matches!(event.kind, EventKind::Created { .. }) {
            self.set_ups.runs(session, event.tick);
        }
        let gone = matches!(event.kind, EventKind::Destroyed { .. });
        let mut listeners = lock(&self.listeners);
        match (listeners.get(&session), &event.kind) {
            (Some((_, call)), EventKind::Stats { quality, .. }) => {
                let call = *call;
                drop(listeners);
                return self.show(call, |shown| shown.looked(session, quality));
            }
            (Some((listener, _)), _) => _ = listener.send(event),
            _ => {}
        }
        if gone {
            listeners.remove(&session);
        }
    }

    /// Who is told of a session's events, and whose call it is.
    pub fn listeners(&self) -> MutexGuard<'_, HashMap<SessionId, (UnboundedSender<Event>, u64)>> {
        lock(&self.listeners)
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

/// What one thread does with it, another one sees whole, whatever became of the first.
pub fn lock<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

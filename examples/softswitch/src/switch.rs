//! What all calls share: media, registrations, rooms, ports.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use media_core::codec::EncoderParam;
use media_core::codec::negotiation::Capabilities;
use media_core::integration::{Agreed, MediaHost, MediaSessionProvider, SdpSession};
use media_core::processing::dsp::ToneSpec;
use media_core::quality::adaptation::Policy;
use media_core::{
    CodecSpec, Control, Decibels, Event, EventKind, JitterConfig, Millis, Reject, RoomId, SessionId, Source,
};
use rsipstack::dialog::dialog_layer::DialogLayer;
use rsipstack::sip::Uri;
use tokio::sync::mpsc::UnboundedSender;

use crate::call::Call;
use crate::codecs::with_digits;
use crate::io_thread::{Counts, Sessions};
use crate::ports::{Ports, Sockets};
use crate::registrar::Registrar;
use crate::shown::{Records, Shown, ShownLeg, told};

/// How often the quality of a leg is looked at.
const LOOK: Millis = Millis(2_000);

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
    jitter: JitterConfig,
    pub started: Instant,
    pub rooms: Mutex<BTreeMap<u32, RoomId>>,
    pub calls: Mutex<BTreeMap<u64, Shown>>,
    pub records: Records,
    /// Who is told of a session's events, and whose call it is.
    listeners: Mutex<HashMap<SessionId, (UnboundedSender<Event>, u64)>>,
    next: AtomicU64,
    descriptions: AtomicU64,
}

/// A leg's media that are not agreed on yet: its sockets, and its side of offer and answer.
pub struct Prepared {
    pub sdp: SdpSession,
    sockets: Sockets,
}

/// A leg's media that run.
pub struct Media {
    pub session: SessionId,
    pub sdp: SdpSession,
    /// Datagrams that came from its party.
    pub heard: Arc<AtomicU64>,
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
            music: music.unwrap_or(Source::Tone(tone)),
            records,
            record: args.record.clone(),
            quiet: args.quiet,
            jitter: JitterConfig::new().initial(Millis(args.initial)),
            started: Instant::now(),
            rooms: Mutex::default(),
            calls: Mutex::default(),
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

    /// Ports and capabilities for a leg.
    pub fn prepare(&self, capabilities: Capabilities) -> std::io::Result<Prepared> {
        let (local, sockets) = self.ports.take()?;
        Ok(Prepared { sdp: SdpSession::new(capabilities, local, self.descriptions.fetch_add(1, Relaxed)), sockets })
    }

    /// Media for what a leg of a call has agreed on.
    pub fn open(&self, prepared: Prepared, agreed: &Agreed, call: &Call, party: &str) -> Result<Media, Reject> {
        let Prepared { sdp, sockets } = prepared;
        let session = self.host.start_with(agreed, |spec| spec.jitter(self.jitter))?;
        // Correction costs quality where nothing is lost: the reports of the phone decide, not its offer. Other codecs have none.
        if let Ok(pending) = self.control().set_encoder(session, EncoderParam::ExpectedLoss, 0) {
            pending.detach();
        }
        self.control().adapt(session, Some(Policy::Balanced))?;
        lock(&self.listeners).insert(session, (call.listener.clone(), call.id));
        let heard = sockets.heard.clone();
        self.io.open(session, sockets);
        self.control().subscribe(session, LOOK)?;
        let leg = ShownLeg { session, party: party.to_owned(), mos: Vec::new() };
        self.show(call.id, |shown| shown.legs.push(leg));
        Ok(Media { session, sdp, heard })
    }

    /// Ends a leg's media, and keeps the record of it.
    pub fn close(&self, session: SessionId) {
        let control = self.control();
        let call = lock(&self.listeners).get(&session).map(|listener| listener.1);
        if let Some((call, record)) = call.zip(control.quality_record(session).ok()) {
            self.say(format_args!("call {call}: {}", told(&record)));
            self.show(call, |shown| {
                shown.legs.retain(|leg| leg.session != session);
                shown.records.push(record);
            });
        }
        self.io.close(session, control.rtcp_bye(session, control.now()).ok());
        if let Ok(gone) = self.host.stop_media(session) {
            gone.detach();
        }
    }

    /// Passes an event to the call that it is of.
    pub fn tell(&self, event: Event) {
        let Some(session) = event.session else { return };
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

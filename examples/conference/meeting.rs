//! The meeting: a room in an engine, the telephones around it, an announcer and a recorder.

use std::error::Error;
use std::fs;
use std::path::Path;

use media_core::graph::NodeEventKind;
use media_core::mixer::presets;
use media_core::mixer::talkers::TalkersConfig;
use media_core::processing::format::resample;
use media_core::session::record::{Layout, RecordSpec, Recorded, Recorder};
use media_core::{
    CodecSpec, Cue, Decibels, EventKind, Millis, PayloadType, RoomId, RoomSpec, SampleRate, SessionId, SessionSpec,
    Source, TapPoint,
};

use crate::driver::Driver;
use crate::phone::{PTIME, Phone};
use crate::script::{Act, Step};
use crate::story::Story;

const NAMES: [&str; 5] = ["Alice", "Bob", "Carol", "Dave", "Erin"];
/// How quiet all others are under an announcement.
const DUCKED: Decibels = Decibels(-18.0);
/// Gains change within this.
const RAMP: Millis = Millis(80);

type Fallible<T> = Result<T, Box<dyn Error>>;

pub struct Meeting {
    driver: Driver,
    room: RoomId,
    phones: Vec<Phone>,
    announcer: Option<SessionId>,
    announcement: Source,
    recorder: Recorder,
    story: Story,
    first: u64,
    tick: u64,
}

impl Meeting {
    pub fn open(mut driver: Driver, talkers: u8, speech: Option<&Path>, ticks: u64, out: &Path) -> Fallible<Self> {
        let talkers = TalkersConfig { most: talkers.into(), ..TalkersConfig::default() };
        let (room, created) = driver.control.create_room(RoomSpec::new().members(16).talkers(talkers))?;
        driver.settle(created)?;
        let dynamic = PayloadType::new(96).ok_or("below 128")?;
        let g722 = CodecSpec::from_rtpmap(PayloadType::new(9).ok_or("below 128")?, "G722/8000")?;
        let wide = CodecSpec::l16(SampleRate::HZ_16000, dynamic);
        let codecs = [CodecSpec::pcmu(), CodecSpec::pcma(), g722, wide, CodecSpec::pcmu()];
        let clips = clips(speech)?;
        let (mut phones, mut taps) = (Vec::new(), Vec::new());
        for (n, (name, codec)) in NAMES.into_iter().zip(codecs).enumerate() {
            let created = driver.control.create(SessionSpec::new(codec))?;
            driver.settle(created.op)?;
            let (_, tap, opened) = driver.control.tap(created.id, TapPoint::Received, Millis(2_000))?;
            driver.settle(opened)?;
            taps.push((name.to_owned(), tap));
            let (clip, rate) = &clips[n % clips.len()];
            let mut clip = resample(clip, *rate, codec.rate);
            // Where clips are fewer than people, the later ones begin elsewhere.
            let length = clip.len();
            clip.rotate_left(length * (n / clips.len()) / 3);
            phones.push(Phone::new(codec, created.ingress, clip));
        }
        let spec = RecordSpec::new().layout(Layout::Tracks);
        let recorder = Recorder::create(out.join("recording.wav"), spec, taps)?;
        let (clip, rate) = &clips[1 % clips.len()];
        let samples = clip[..clip.len().min(rate.hz() as usize * ticks as usize / 1_000)].into();
        let announcement = Source::Pcm { samples, rate: *rate, repeat: false };
        let story = Story::new(&NAMES, ticks);
        Ok(Self { driver, room, phones, announcer: None, announcement, recorder, story, first: 0, tick: 0 })
    }

    /// Does what the plan says.
    pub fn act(&mut self, step: &Step) -> Fallible<()> {
        let (control, room) = (self.driver.control.clone(), self.room);
        let id = |n: usize| self.phones[n].id;
        match step.act {
            Act::Join(n) => drop(control.join(id(n), room, Decibels(0.0))?),
            Act::Leave(n) => drop(control.leave(id(n))?),
            Act::Talk(n, talks) => self.phones[n].talk(talks),
            Act::Spy(n) => drop(control.shape(room, presets::spy(id(n)), RAMP)?),
            Act::Whisper(from, to, begins) => {
                let whisper = if begins { presets::whisper } else { presets::end_whisper };
                drop(control.shape(room, whisper(id(from), &[id(to)]), RAMP)?);
                // A supervisor goes on listening.
                drop(control.shape(room, presets::spy(id(from)), RAMP)?);
            }
            Act::Announce => {
                let spec = SessionSpec::player(SampleRate::HZ_16000, self.announcement.clone(), Cue::new());
                let created = control.create(spec)?;
                let inside = control.room(room)?;
                let all: Vec<SessionId> = inside.members.iter().map(|member| member.session).collect();
                let changes = presets::priority(created.id, &all, DUCKED);
                drop(control.txn().join(created.id, room, Decibels(0.0)).shape(room, changes, RAMP).commit()?);
                self.announcer = Some(created.id);
                self.story.announcer(created.id);
            }
        }
        self.story.acted(self.tick, step.act);
        Ok(())
    }

    /// Lets 10 ms pass: the telephones speak, the engine runs, the telephones listen.
    pub fn tick(&mut self) -> Fallible<()> {
        if self.tick.is_multiple_of(PTIME as u64) {
            let now = self.driver.now();
            self.phones.iter_mut().try_for_each(|phone| phone.speak(now))?;
        }
        self.driver.tick();
        self.tick += 1;
        let phones = &mut self.phones;
        self.driver.egress.pull(usize::MAX, |id, datagram| {
            if let Some(phone) = phones.iter_mut().find(|phone| phone.id == id) {
                phone.listen(datagram);
            }
        });
        self.recorder.pump()?;
        while let Some(event) = self.driver.events.try_next() {
            if let EventKind::Joined { .. } = event.kind
                && self.first == 0
            {
                self.first = event.tick.0;
            }
            let time = event.tick.0.saturating_sub(self.first);
            let ids: Vec<_> = self.phones.iter().map(|phone| phone.id).collect();
            self.story.told(time, &event, &ids);
            let done = matches!(event.kind, EventKind::Node { kind: NodeEventKind::PlayDone { .. }, .. });
            if done && event.session == self.announcer {
                self.end_announcement()?;
            }
        }
        Ok(())
    }

    fn end_announcement(&mut self) -> Fallible<()> {
        let Some(announcer) = self.announcer.take() else { return Ok(()) };
        let inside = self.driver.control.room(self.room)?;
        let others = inside.members.iter().map(|member| member.session).filter(|id| *id != announcer);
        let changes = presets::end_priority(&others.collect::<Vec<_>>());
        drop(self.driver.control.txn().shape(self.room, changes, RAMP).destroy(announcer).commit()?);
        self.story.announced(self.tick);
        Ok(())
    }

    /// Ends the meeting.
    pub fn close(mut self) -> Fallible<(Story, Recorded)> {
        let inside = self.driver.control.room(self.room)?;
        println!(
            "The room ran on {} workers, {} sums came too late; it takes {} KiB.",
            inside.workers.len(),
            inside.missed_sums,
            inside.bytes / 1_024
        );
        let mut latest = self.driver.control.destroy_room(self.room)?;
        for phone in &self.phones {
            latest = self.driver.control.destroy(phone.id)?;
        }
        self.driver.settle(latest)?;
        let recorded = self.recorder.finish()?;
        self.story.end(self.phones);
        match self.driver.stop() {
            true => Ok((self.story, recorded)),
            false => Err("the engine kept something that it was given".into()),
        }
    }
}

/// What people say, at some rate.
fn clips(folder: Option<&Path>) -> Fallible<Vec<(Vec<f32>, SampleRate)>> {
    let mut found: Vec<Vec<u8>> = Vec::new();
    if let Some(folder) = folder {
        let mut paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
        paths.retain(|path| path.extension().is_some_and(|ext| ext == "wav"));
        paths.sort();
        // Files of one speaker stand side by side; take them from all over.
        let step = (paths.len() / NAMES.len()).max(1);
        for path in paths.iter().step_by(step).take(NAMES.len()) {
            found.push(fs::read(path)?);
        }
    }
    if found.is_empty() {
        let (alice, bob) = (include_bytes!("../clips/alice.wav"), include_bytes!("../clips/bob.wav"));
        found = vec![alice.to_vec(), bob.to_vec()];
    }
    let clip = |wav: &Vec<u8>| match Source::wav_bytes(wav)? {
        Source::Pcm { samples, rate, .. } => Ok((samples.to_vec(), rate)),
        other => Err(format!("a clip was expected, not {other:?}").into()),
    };
    found.iter().map(clip).collect()
}

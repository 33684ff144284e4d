//! What a leg's playout consists of.

use crate::buffer::fifo::Fifo;
use crate::buffer::playout::adapt::PATIENCE_US;
use crate::buffer::playout::beside::Pause;
use crate::buffer::playout::copies::Copies;
use crate::buffer::playout::follow::Follow;
use crate::buffer::playout::mend::Reach;
use crate::buffer::playout::rest::Rest;
use crate::buffer::playout::units::steps;
use crate::buffer::stream::Stream;
use crate::buffer::{Account, DelayEstimator, DriftEstimator, Entry, JitterConfig, PacketBuffer};
use crate::codec::audio::comfort::ComfortNoise;
use crate::codec::{AudioDecoder, MAX_PACKET_MS};
use crate::processing::audio::plc::{Concealer, past_length};
use crate::processing::audio::stretch::Evidence;
use crate::processing::format::Resampler;
use crate::quality::Window;
use crate::types::{Millis, SampleRate};

/// Decoded audio that can wait besides one packet: what a stretch looks at and adds, and a tick.
const SPARE_MS: u32 = 60;

/// Jitter buffer, decoder, concealment and time stretch of one leg.
///
/// Fed with packets by [`Playout::insert`], pulled once per tick by [`Playout::pull`] (audio) or
/// [`Playout::pass`] (none: the packets are relayed).
/// What every tick touches lies first, then what every packet touches.
#[repr(C)]
pub struct Playout {
    pub(super) per_tick: usize,
    /// Samples that a tick must find decoded.
    pub(super) need: usize,
    pub(super) fifo: Fifo,
    /// Samples of playout that the worker skipped and that are still to be dropped.
    pub(super) debt: u64,
    /// Of the samples at the front of the FIFO, those that are concealment.
    pub(super) front_concealed: usize,
    /// And behind those, the ones that are silence or comfort noise.
    pub(super) front_silent: usize,
    pub(super) since_stretch_us: i64,
    /// Tries in vain since the last stretch.
    pub(super) futile: u8,
    /// Speech that a change of the delay still lets go by in the wait for a pause.
    pub(super) patience_us: i64,
    /// Timestamp that the next packet should have: the end of the decoded audio.
    pub(super) cursor: u64,
    /// Samples concealed since the last packet.
    pub(super) concealed: u64,
    /// Samples at the decoder's rate per `clock_step` units of the RTP clock.
    pub(super) sample_step: u32,
    pub(super) clock_step: u32,
    pub(super) rate: SampleRate,
    pub(super) passing: bool,
    pub(super) stretched: bool,
    pub(super) silent: bool,
    /// The sender's drift is known to matter, or playout follows it.
    pub(super) drifts: bool,
    /// What waits in the FIFO was rebuilt from redundancy.
    pub(super) mended: bool,
    /// The sender pauses, as its last packet told.
    pub(super) pause: Pause,
    /// The packet taken last could not be decoded; its span is still to be concealed.
    pub(super) hole: bool,
    /// Samples of the packet with audio taken last.
    pub(super) each: u16,
    pub(super) account: Account,
    pub(super) window: Window,
    pub(super) packets: PacketBuffer,
    pub(super) decoder: Box<dyn AudioDecoder>,
    /// The codec that plays, and the one that packets arrive in.
    pub(super) line: u8,
    pub(super) arriving: u8,
    /// Headers of the packets that arrive say that nobody talks in them.
    pub(super) arriving_calm: bool,
    pub(super) concealer: Concealer,
    /// Sequence number of the packet that comes next.
    pub(super) next: u64,
    /// First sequence number of the epoch.
    pub(super) first: u64,
    /// Bit `i`: the packet `next − 1 − i` never came.
    pub(super) missing: u128,
    /// Bit `i`: the packet `next − 1 − i` was rebuilt.
    pub(super) rebuilt: u128,
    /// The last packet lost that a later one carried again, and how far back the first packet reaches.
    pub(super) repeated: u64,
    pub(super) reach: Reach,
    /// Epoch of the packet taken last.
    pub(super) epoch: u32,
    /// The codec has no concealment of its own.
    pub(super) bare_codec: bool,
    pub(super) config: JitterConfig,
    pub(super) stream: Stream,
    pub(super) drift: DriftEstimator,
    pub(super) delay: DelayEstimator,
    /// While the leg is relayed the FIFO counts but holds no audio; this packet can bring it back.
    pub(super) passed: Option<Entry>,
    pub(super) rest: Rest,
    pub(super) clock_rate: u32,
    pub(super) copies: Copies,
    /// Decoders of the codecs that do not play.
    pub(super) others: Vec<(u8, Box<dyn AudioDecoder>)>,
    /// For the audio of a playout of another rate that this one is to succeed.
    pub(super) converter: Option<Box<Resampler>>,
    /// Where the leg may receive comfort noise.
    pub(super) comfort: Option<Box<ComfortNoise>>,
    pub(super) follow: Follow,
    /// Whether what plays is a voice.
    pub(super) evidence: Evidence,
}

impl Playout {
    /// A leg whose packets carry `decoder`'s codec with timestamps at `clock_rate`. Bounds that
    /// [`JitterConfig::validate`] would reject are clamped. Allocates.
    pub fn new(config: JitterConfig, decoder: Box<dyn AudioDecoder>, clock_rate: u32) -> Self {
        let config = config.clamped();
        let clock_rate = clock_rate.max(1);
        let rate = decoder.rate();
        let (sample_step, clock_step) = steps(rate, clock_rate);
        Self {
            per_tick: rate.per_tick(),
            need: rate.per_tick(),
            sample_step,
            clock_step,
            rate,
            fifo: Fifo::new(past_length(rate), (rate.hz() / 1_000 + 1) as usize * (MAX_PACKET_MS + SPARE_MS) as usize),
            packets: PacketBuffer::new(config.capacity, config.max_payload),
            decoder,
            concealer: Concealer::new(rate),
            next: 0,
            cursor: 0,
            epoch: 0,
            first: 0,
            missing: 0,
            rebuilt: 0,
            repeated: 0,
            reach: Reach::default(),
            hole: false,
            silent: true,
            drifts: false,
            mended: false,
            pause: Pause::None,
            comfort: None,
            bare_codec: false,
            concealed: 0,
            front_concealed: 0,
            front_silent: 0,
            each: 0,
            window: Window::default(),
            copies: Copies::default(),
            debt: 0,
            since_stretch_us: 0,
            futile: 0,
            patience_us: PATIENCE_US,
            stretched: false,
            passed: None,
            rest: Rest::default(),
            passing: false,
            drift: DriftEstimator::default(),
            delay: DelayEstimator::new(&config),
            stream: Stream::new(clock_rate),
            account: Account::default(),
            config,
            clock_rate,
            line: 0,
            arriving: 0,
            arriving_calm: false,
            others: Vec::new(),
            converter: None,
            follow: Follow::new(rate),
            evidence: Evidence::default(),
        }
    }

    /// Rate of the audio.
    pub fn rate(&self) -> SampleRate {
        self.rate
    }

    /// The delay aimed at, now.
    pub fn target(&self) -> Millis {
        Millis(self.delay.target_us() / 1_000)
    }

    /// Packets that wait.
    pub fn waiting(&self) -> usize {
        self.packets.len()
    }

    /// What became of all packets and samples.
    pub fn account(&self) -> &Account {
        &self.account
    }
}

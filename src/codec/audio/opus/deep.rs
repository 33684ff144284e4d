//! How far back a packet's redundancy reaches for a decoder, in-band and deep.

use crate::codec::Recovered;
use crate::codec::audio::opus::decoder::OpusDecoder;
#[cfg(feature = "dred")]
use crate::codec::audio::opus::dred::DeepRedundancy;
use crate::codec::audio::opus::packet::{Mode, Packet};

/// Deep redundancy, where this libopus and this decoder take it.
#[derive(Clone, Default)]
pub(super) struct Deep {
    #[cfg(feature = "dred")]
    taken: Option<DeepRedundancy>,
}

impl Deep {
    pub(super) fn bytes(&self) -> usize {
        #[cfg(feature = "dred")]
        return self.taken.as_ref().map_or(0, DeepRedundancy::bytes);
        #[cfg(not(feature = "dred"))]
        0
    }
}

impl OpusDecoder {
    /// Repairs losses out of deep redundancy too, where packets carry it. Allocates.
    #[cfg(feature = "dred")]
    pub fn take_dred(&mut self) {
        self.deep.taken = Some(DeepRedundancy::new());
    }

    /// Samples before a packet that its in-band error correction gives back.
    pub(super) fn in_band(&self, following: &[u8]) -> Option<usize> {
        let packet = Packet::parse(following).filter(Packet::has_redundancy)?;
        // libopus takes it only in a stream of speech (its decoder conceals behind a transform frame).
        matches!(self.mode, Some(Mode::Silk | Mode::Hybrid)).then(|| packet.frame_samples(self.rate))
    }

    /// Samples before a packet that it gives back, as far as `most` are wanted. Deep redundancy of a stream that
    /// never spoke gives nothing: there is no voice to go on with.
    pub(super) fn reach(&mut self, following: &[u8], most: usize) -> usize {
        let in_band = self.in_band(following).unwrap_or(0);
        #[cfg(feature = "dred")]
        if let Some(deep) = self.deep.taken.as_mut().filter(|_| in_band < most && self.mode.is_some()) {
            let tick = self.rate.per_tick();
            return in_band.max(deep.read(following, most, self.rate) / tick * tick);
        }
        in_band.min(most)
    }

    /// 10 ms that begin `back` samples before the packet read last.
    #[cfg(feature = "dred")]
    pub(super) fn recover_deep(&mut self, back: usize, out: &mut [f32]) -> Option<Recovered> {
        let samples = self.rate.per_tick().min(back);
        let out = out.get_mut(..samples * self.channels)?;
        let made = self.deep.taken.as_ref()?.decode(&mut self.state, back, out, self.channels);
        if made != Some(samples) {
            return None;
        }
        (self.left, self.paused) = (0, false);
        self.bound(out);
        Some(Recovered { samples, deep: true })
    }

    #[cfg(not(feature = "dred"))]
    pub(super) fn recover_deep(&mut self, _: usize, _: &mut [f32]) -> Option<Recovered> {
        None
    }
}

//! Which loudspeaker each channel is for, and the gains from one layout to another.

/// Most channels of a matrix on either side.
pub const MAX_CHANNELS: usize = 8;

/// An order of interleaved channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Layout {
    /// One channel.
    Mono,
    /// Left, right.
    Stereo,
    /// Left, right, centre, low frequencies, left and right surround: the order of WAV and SMPTE.
    Surround51,
}

impl Layout {
    /// Channels of the layout.
    pub const fn channels(self) -> usize {
        match self {
            Self::Mono => 1,
            Self::Stereo => 2,
            Self::Surround51 => 6,
        }
    }
}

/// Gains from each input channel to each output channel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GainMatrix {
    inputs: usize,
    outputs: usize,
    /// By output, then input; 0 beyond the channels.
    gains: [[f32; MAX_CHANNELS]; MAX_CHANNELS],
}

impl GainMatrix {
    /// All gains 0. Channels beyond [`MAX_CHANNELS`] are left out, and there is at least one on either side.
    pub const fn silent(inputs: usize, outputs: usize) -> Self {
        Self { inputs: bounded(inputs), outputs: bounded(outputs), gains: [[0.0; MAX_CHANNELS]; MAX_CHANNELS] }
    }

    /// The gains that convert a layout to another.
    ///
    /// From 5.1 down they are those of ITU-R BS.775-3, table 2, without the channel of low frequencies: correlated
    /// channels at full scale sum up to 2.4, for which [`Self::scaled`] makes room. Stereo to mono is the mean, so
    /// that full scale stays full scale; mono to stereo is the same on both sides.
    pub const fn between(from: Layout, to: Layout) -> Self {
        const HALF_POWER: f32 = std::f32::consts::FRAC_1_SQRT_2;
        let rows: &[&[f32]] = match (from, to) {
            (Layout::Mono, Layout::Mono) => &[&[1.0]],
            (Layout::Mono, Layout::Stereo) => &[&[1.0], &[1.0]],
            (Layout::Stereo, Layout::Mono) => &[&[0.5, 0.5]],
            // Speech from the middle.
            (Layout::Mono, Layout::Surround51) => &[&[0.0], &[0.0], &[1.0]],
            (Layout::Surround51, Layout::Mono) => &[&[HALF_POWER, HALF_POWER, 1.0, 0.0, 0.5, 0.5]],
            (Layout::Surround51, Layout::Stereo) => {
                &[&[1.0, 0.0, HALF_POWER, 0.0, HALF_POWER, 0.0], &[0.0, 1.0, HALF_POWER, 0.0, 0.0, HALF_POWER]]
            }
            (Layout::Stereo, Layout::Stereo | Layout::Surround51) => &[&[1.0, 0.0], &[0.0, 1.0]],
            (Layout::Surround51, Layout::Surround51) => return Self::silent(6, 6).with_diagonal(),
        };
        let mut matrix = Self::silent(from.channels(), to.channels());
        let mut row = 0;
        while row < rows.len() {
            let mut column = 0;
            while column < rows[row].len() {
                matrix.gains[row][column] = rows[row][column];
                column += 1;
            }
            row += 1;
        }
        matrix
    }

    /// One channel of `inputs` as mono: 0 is the left of stereo, 1 the right. Silence when there is no such channel.
    pub const fn select(channel: usize, inputs: usize) -> Self {
        Self::silent(inputs, 1).with(0, channel, 1.0)
    }

    /// With another gain, an amplitude factor; one that is not finite is taken as 0.0. Without effect beyond the
    /// channels.
    pub const fn with(mut self, output: usize, input: usize, gain: f32) -> Self {
        if output < self.outputs && input < self.inputs {
            self.gains[output][input] = if gain.is_finite() { gain } else { 0.0 };
        }
        self
    }

    /// With all gains multiplied.
    pub fn scaled(mut self, factor: f32) -> Self {
        for gain in self.gains.as_flattened_mut() {
            let scaled = *gain * factor;
            *gain = if scaled.is_finite() { scaled } else { 0.0 };
        }
        self
    }

    /// Input channels.
    pub const fn inputs(&self) -> usize {
        self.inputs
    }

    /// Output channels.
    pub const fn outputs(&self) -> usize {
        self.outputs
    }

    /// Gains of the inputs into one output; empty when there is no such output.
    pub fn row(&self, output: usize) -> &[f32] {
        self.gains[..self.outputs].get(output).map_or(&[], |row| &row[..self.inputs])
    }

    /// Gains on the straight line to `other`: at `part` 0 these, at 1 the other's.
    pub(super) fn towards(&self, other: &Self, part: f32) -> Self {
        let mut gains = *self;
        for (gain, end) in gains.gains.as_flattened_mut().iter_mut().zip(other.gains.as_flattened()) {
            *gain += (end - *gain) * part;
        }
        gains
    }

    const fn with_diagonal(mut self) -> Self {
        let mut n = 0;
        while n < self.inputs && n < self.outputs {
            self.gains[n][n] = 1.0;
            n += 1;
        }
        self
    }
}

const fn bounded(channels: usize) -> usize {
    if channels == 0 {
        1
    } else if channels > MAX_CHANNELS {
        MAX_CHANNELS
    } else {
        channels
    }
}

//! What a phone's microphone hears: a clip of real speech, repeated, with markers in its pauses.

use std::ops::Range;

use crate::marker;
use crate::phone::RATE;

/// What is said during the call, at 8 kHz, and where the markers in it begin.
pub struct Speech {
    /// From the start of the call, in −1.0 to 1.0.
    pub samples: Vec<f32>,
    /// First sample of each marker.
    pub markers: Vec<usize>,
}

impl Speech {
    /// `seconds` of the clip, an 8 kHz 16-bit mono WAV.
    pub fn of_clip(wav: &[u8], seconds: u32) -> Result<Self, hound::Error> {
        let reader = hound::WavReader::new(wav)?;
        let clip = reader.into_samples::<i16>().collect::<Result<Vec<_>, _>>()?;
        let length = seconds as usize * RATE;
        let mut samples: Vec<f32> = clip.iter().cycle().take(length).map(|&s| f32::from(s) / 32_768.0).collect();
        let markers: Vec<usize> =
            (0..length).step_by(MARKER_EVERY).filter_map(|from| pause(&samples, from..length)).collect();
        for &at in &markers {
            marker::mix_into(&mut samples[at..]);
        }
        Ok(Self { samples, markers })
    }
}

/// One marker in each stretch of this many samples.
const MARKER_EVERY: usize = RATE * 5 / 4;

/// Where the quietest place for a marker begins near the start of the range, so that no other marker
/// comes while this one is looked for; `None` if the range is too short.
fn pause(samples: &[f32], range: Range<usize>) -> Option<usize> {
    let end = (range.start + MARKER_EVERY - marker::SEARCH).min(range.end.checked_sub(marker::LENGTH)?);
    let loudness = |at: usize| samples[at..at + marker::LENGTH].iter().map(|s| s * s).sum::<f32>();
    (range.start..end).step_by(40).min_by(|&a, &b| loudness(a).total_cmp(&loudness(b)))
}

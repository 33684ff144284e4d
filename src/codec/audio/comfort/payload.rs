//! The payload of comfort noise (RFC 3389 §3): a level in dBov, and reflection coefficients.

/// Reflection coefficients that are used at most; further ones in a payload are ignored, as §3 allows.
pub const MAX_ORDER: usize = 10;

/// A description of noise.
///
/// The sign of the coefficients is that of `A(z) = 1 + a₁z⁻¹ + …` with `a₁ = k₁` at order 1, as in ITU-T
/// G.711 Appendix II: noise that is strongest at low frequencies has a negative first one.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ComfortPayload {
    /// Power below the overload point, 0 to 127 dB, as −dBov: 0 is a square wave at full scale.
    level: u8,
    order: u8,
    reflection: [f32; MAX_ORDER],
}

/// One step of a quantised coefficient (§3.2): k = 258 (N − 127) / 32768.
const STEP: f32 = 258.0 / 32_768.0;

impl ComfortPayload {
    /// Noise of `level` −dBov with up to [`MAX_ORDER`] reflection coefficients; what is beyond ±0.99 is limited.
    pub fn new(level: u8, reflection: &[f32]) -> Self {
        let mut this = Self { level: level.min(127), ..Self::default() };
        for (to, from) in this.reflection.iter_mut().zip(reflection) {
            // The comparison, and not a clamp alone, also takes what is no number.
            *to = if from.abs() <= LIMIT { *from } else { LIMIT.copysign(*from) };
            *to = if to.is_nan() { 0.0 } else { *to };
            this.order += 1;
        }
        this
    }

    /// Reads a payload; `None` if it is empty. Real-time: any bytes are safe.
    pub fn parse(payload: &[u8]) -> Option<Self> {
        let (level, spectrum) = payload.split_first()?;
        let mut reflection = [0.0; MAX_ORDER];
        for (to, from) in reflection.iter_mut().zip(spectrum) {
            // 255 is reserved: it would be an unstable filter.
            *to = if *from == 255 { 0.0 } else { (f32::from(*from) - 127.0) * STEP };
        }
        Some(Self::new(level & 0x7f, &reflection[..spectrum.len().min(MAX_ORDER)]))
    }

    /// Writes the payload into the start of `out`; returns its length: 1 and the order. What does not
    /// fit `out` is left out, from the highest coefficient on. Real-time.
    pub fn write(&self, out: &mut [u8]) -> usize {
        let values = self.reflection().iter().map(|k| (k / STEP + 127.0).round().clamp(0.0, 254.0) as u8);
        let bytes = std::iter::once(self.level).chain(values);
        out.iter_mut().zip(bytes).map(|(to, from)| *to = from).count()
    }

    /// Power in −dBov.
    pub fn level(&self) -> u8 {
        self.level
    }

    /// The reflection coefficients, all within ±0.99.
    pub fn reflection(&self) -> &[f32] {
        &self.reflection[..usize::from(self.order)]
    }

    /// All coefficients, those that the payload left out as zeros.
    pub(super) fn all(&self) -> [f32; MAX_ORDER] {
        self.reflection
    }
}

/// Largest coefficient: a filter nearer to its edge rings for longer than any noise keeps its spectrum.
const LIMIT: f32 = 0.99;

//! Ie and Bpl of codecs, by name and bit rate.

use crate::quality::emodel::{Band, Impairment, Origin};

/// A codec as the model has to know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodecQuality<'a> {
    /// Encoding name of RTP, in any case.
    pub name: &'a str,
    /// Rate of the audio in hertz.
    pub rate_hz: u32,
    /// Bits per second of the payload.
    pub bits_per_second: u32,
}

/// Rows of one codec at rising bit rates; the last one not above the stream's counts.
type Rows = &'static [(u32, f64, f64)];

const APPENDIX_I: Origin = Origin::Itu("G.113 Appendix I (05/2002)");
const APPENDIX_IV: Origin =
    Origin::Itu("Ie: G.113 Appendix IV; Bpl: that of G.711 Appendix I, whose concealment it has");
const BY_PESQ: Origin = Origin::Estimated("PESQ of clean speech against that of G.722, which has 13");
const TRANSPARENT: Origin = Origin::Estimated("no coding; Bpl of G.711 Appendix I");

/// Concealment as in G.711 Appendix I.
const CONCEALED: f64 = 25.1;

/// The codec's part of the model on the scale of its band; `None` where nobody has measured it.
///
/// Narrow band by G.113 Appendix I: G.711 with concealment 0 and 25.1, G.729 10 and 19 (those of G.729A with VAD, 11
/// and 19, where it pauses), G.726 2 to 50. Wide band by Appendix IV: G.722 at 64, 56 and 48 kbit/s 13, 20 and 31.
/// Opus is in no Recommendation.
pub fn impairment_of(codec: CodecQuality<'_>) -> Option<Impairment> {
    let is = |names: &[&str]| names.iter().any(|name| codec.name.eq_ignore_ascii_case(name));
    let band = Band::of_rate(codec.rate_hz);
    let (rows, origin): (Rows, Origin) = if is(&["PCMU", "PCMA"]) {
        (&[(0, 0.0, CONCEALED)], APPENDIX_I)
    } else if is(&["G729"]) {
        (&[(0, 11.0, 19.0), (8_000, 10.0, 19.0)], APPENDIX_I)
    } else if is(&[
        "G726-16",
        "G726-24",
        "G726-32",
        "G726-40",
        "AAL2-G726-16",
        "AAL2-G726-24",
        "AAL2-G726-32",
        "AAL2-G726-40",
    ]) {
        let bits = codec.name.get(codec.name.len().saturating_sub(2)..).and_then(|digits| digits.parse::<u32>().ok());
        return g726(bits? * 1_000);
    } else if is(&["G722"]) {
        (&[(0, 31.0, CONCEALED), (56_000, 20.0, CONCEALED), (64_000, 13.0, CONCEALED)], APPENDIX_IV)
    } else if is(&["L16"]) {
        (&[(0, 0.0, CONCEALED)], TRANSPARENT)
    } else if is(&["opus"]) {
        (opus(band), BY_PESQ)
    } else {
        return None;
    };
    pick(rows, codec.bits_per_second, origin)
}

fn g726(bits_per_second: u32) -> Option<Impairment> {
    const ROWS: Rows =
        &[(0, 50.0, CONCEALED), (24_000, 25.0, CONCEALED), (32_000, 7.0, CONCEALED), (40_000, 2.0, CONCEALED)];
    pick(ROWS, bits_per_second, APPENDIX_I)
}

/// Measured on clean speech, in steps between which PESQ changes by 0.1.
fn opus(band: Band) -> Rows {
    match band {
        Band::Narrow => {
            &[(0, 20.0, 15.0), (8_000, 12.0, 15.0), (10_000, 6.0, 15.0), (12_000, 3.0, 15.0), (16_000, 1.0, 15.0)]
        }
        Band::Wide => &[
            (0, 35.0, 15.0),
            (10_000, 27.0, 15.0),
            (12_000, 22.0, 15.0),
            (16_000, 14.0, 15.0),
            (24_000, 8.0, 15.0),
            (32_000, 5.0, 15.0),
            (48_000, 2.0, 15.0),
        ],
        Band::Full => &[
            (0, 45.0, 15.0),
            (12_000, 36.0, 15.0),
            (16_000, 26.0, 15.0),
            (24_000, 16.0, 15.0),
            (32_000, 9.0, 15.0),
            (48_000, 4.0, 15.0),
            (64_000, 2.0, 15.0),
        ],
    }
}

fn pick(rows: Rows, bits_per_second: u32, origin: Origin) -> Option<Impairment> {
    let row = rows.iter().rev().find(|row| row.0 <= bits_per_second)?;
    Some(Impairment { ie: row.1, bpl: row.2, origin })
}

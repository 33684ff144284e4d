//! cfg
/// x
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct AecConfig { /// a
 pub a: f32, /// b
 pub b: f32, /// c
 pub c:f32 , /// d
 pub d: f32, /// e
 pub parts: f32}

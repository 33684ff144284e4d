//! proto
use super::{config::*, linear::*, spectrum::*,delay::*, suppressor::*};
use crate::types::SampleRate;
/// x
#[derive(Debug)]
pub struct EchoCanceller { t: Transform, l: LinearCanceller, d: DelaySearch, s: Suppressor, on: bool, n: usize }
impl EchoCanceller {
    /// x
    pub fn new(rate: SampleRate, _: &AecConfig) -> Self {
        let n = rate.per_tick();
        Self { t: Transform::new(2*n), l: LinearCanceller::new(n), d: DelaySearch::new(n, rate.hz()), s: Suppressor::new(n, rate.hz()), on: crate::knob("SUP",1.0)>0., n }
    }
    /// x
    pub fn process(&mut self, far:&[f32], mic:&mut [f32]) {
        self.d.process(far, mic);
        if let Some(d)=self.d.found() { self.l.align(d); }
        self.l.process(far, mic, &mut self.t);
        if self.on { self.s.process(self.l.error(), self.l.echo(), self.l.residual(), &mut self.t, mic); } else {
        mic.copy_from_slice(self.l.error()); }
    }
    /// x
    pub fn latency(&self)->usize{if self.on {self.n} else {0}}
}

//! How one session comes to do without something, or gets it back.

use crate::codec::EncoderParam;
use crate::engine::Reject;
use crate::engine::command::Command;
use crate::engine::ops_update::replace;
use crate::engine::overload::Cuts;
use crate::engine::overload::cuts::Wished;
use crate::engine::quality::effort;
use crate::engine::staging::{Draft, Staging};
use crate::graph::nodes::FarIn;
use crate::processing::format::Quality;
use crate::processing::pipeline::ProcessingSpec;
use crate::types::SessionId;

impl Staging<'_> {
    /// Takes from a session what it is to do without, and gives back the rest.
    pub fn cut(&mut self, id: SessionId, cuts: Cuts) -> Result<(), Reject> {
        let draft = self.draft(id)?;
        let before = std::mem::replace(&mut draft.leg.curtailed.cuts, cuts);
        let runs = || Wished { processing: draft.spec.processing.clone(), resampling: draft.spec.resampling };
        let wished = draft.leg.curtailed.wished.take().unwrap_or_else(|| Box::new(runs()));
        let (processing, resampling) = (cuts.processing(&wished.processing), cuts.resampling(wished.resampling));
        let same = processing == draft.spec.processing;
        draft.leg.curtailed.wished = (cuts != Cuts::default()).then_some(wished);
        draft.resample(resampling)?;
        if !same {
            self.run_processing(id, processing)?;
        }
        if before.effort == cuts.effort { Ok(()) } else { self.settle_effort(id) }
    }

    /// The host sets an encoder: what a cut leaves of its effort is what runs. The value to send.
    pub fn note_encoder(&mut self, id: SessionId, param: EncoderParam, value: i32) -> Result<i32, Reject> {
        let curtailed = &mut self.draft(id)?.leg.curtailed;
        if param != EncoderParam::Complexity {
            return Ok(value);
        }
        curtailed.effort = Some(value);
        Ok(curtailed.cuts.effort(value))
    }

    /// A new sender has a new encoder, of which the host has set nothing.
    pub fn new_encoder(&mut self, id: SessionId) -> Result<(), Reject> {
        let curtailed = &mut self.draft(id)?.leg.curtailed;
        curtailed.effort = None;
        if curtailed.cuts.effort.is_some() { self.settle_effort(id) } else { Ok(()) }
    }

    fn settle_effort(&mut self, id: SessionId) -> Result<(), Reject> {
        let draft = self.draft(id)?;
        let Some(usual) = effort(&draft.spec.sends()) else { return Ok(()) };
        let wished = draft.leg.curtailed.effort.unwrap_or_else(|| usual.into());
        let value = draft.leg.curtailed.cuts.effort(wished);
        let (worker, node) = (draft.worker, draft.leg.legs.send);
        self.sets.push((worker, Command::Effort { session: id, node, value, cut: value != wished }));
        Ok(())
    }
}

impl Draft {
    /// Takes note of what the host wishes to be done with a voice; what is left of it.
    pub fn wish(&mut self, wished: ProcessingSpec) -> ProcessingSpec {
        let runs = self.leg.curtailed.cuts.processing(&wished);
        if let Some(before) = &mut self.leg.curtailed.wished {
            before.processing = wished;
        }
        runs
    }

    fn resample(&mut self, quality: Quality) -> Result<(), Reject> {
        if std::mem::replace(&mut self.spec.resampling, quality) == quality {
            return Ok(());
        }
        let (rate, from) = (self.spec.sends().rate, self.leg.heard_rate);
        if rate == from {
            return Ok(());
        }
        replace(self, self.leg.legs.far_in, Box::new(FarIn::new(rate, from, quality)))
    }
}

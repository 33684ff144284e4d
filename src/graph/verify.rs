//! Checks a plan against the rules that running it relies on, by playing two ticks of it with marks
//! in place of frames. It shares no code with the passes that made the plan.

use thiserror::Error;

use crate::frame::FrameRef;
use crate::graph::plan::{Output, Plan, Step, UNCONNECTED};
use crate::graph::topology::MAX_PORTS;

/// A rule that a plan breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PlanFault {
    /// A table is too short for the index in it.
    #[error("step {step}: index out of range")]
    Range {
        /// The step concerned.
        step: usize,
    },
    /// An input waits for a frame that no earlier step sends.
    #[error("step {step}: an input is not fed by an earlier step")]
    Unfed {
        /// The step concerned.
        step: usize,
    },
    /// A slot is overwritten while somebody still has to read it.
    #[error("step {step}: writes slot {slot}, which is still to be read")]
    Overwritten {
        /// The step concerned.
        step: usize,
        /// The slot concerned.
        slot: u16,
    },
    /// Two ports of a step share a slot and are not its in-place pair.
    #[error("step {step}: uses slot {slot} twice")]
    Shared {
        /// The step concerned.
        step: usize,
        /// The slot concerned.
        slot: u16,
    },
    /// A link is not emptied within its tick.
    #[error("link {link} fills up")]
    Unread {
        /// The link concerned.
        link: usize,
    },
}

impl Plan {
    /// Checks all rules. Allocates.
    pub fn verify(&self) -> Result<(), PlanFault> {
        if self.split > self.steps.len() {
            return Err(PlanFault::Range { step: self.split });
        }
        let wide = |step: &Step| step.inputs.max(step.outputs) as usize > MAX_PORTS;
        if let Some(step) = self.steps.iter().position(wide) {
            return Err(PlanFault::Range { step });
        }
        // The slot that each link holds.
        let mut held: Vec<Option<u16>> = vec![None; self.links()];
        for tick in 0..2 {
            for (at, step) in self.steps.iter().enumerate() {
                let read = self.read(at, step, &mut held, tick == 0)?;
                self.write(at, step, &mut held, &read)?;
            }
            let unread = |link: &usize| held[*link].is_some() != self.delayed.contains(&(*link as u16));
            if let Some(link) = (0..held.len()).find(unread) {
                return Err(PlanFault::Unread { link });
            }
        }
        Ok(())
    }

    /// Pops a step's inputs; returns their slots.
    fn read(
        &self,
        at: usize,
        step: &Step,
        held: &mut [Option<u16>],
        first: bool,
    ) -> Result<Vec<Option<u16>>, PlanFault> {
        let range = step.first_input as usize..step.first_input as usize + step.inputs as usize;
        let links = self.inputs.get(range).ok_or(PlanFault::Range { step: at })?;
        let pop = |&link: &u16| {
            if link == UNCONNECTED {
                return Ok(None);
            }
            let slot = held.get_mut(link as usize).ok_or(PlanFault::Range { step: at })?.take();
            let late = first && self.delayed.contains(&link);
            if slot.is_none() && !late { Err(PlanFault::Unfed { step: at }) } else { Ok(slot) }
        };
        links.iter().map(pop).collect()
    }

    /// Writes a step's outputs and pushes them to their links.
    fn write(&self, at: usize, step: &Step, held: &mut [Option<u16>], read: &[Option<u16>]) -> Result<(), PlanFault> {
        let first = step.first_output as usize;
        let range = Err(PlanFault::Range { step: at });
        for port in first..first + step.outputs as usize {
            let Some(output) = self.outputs.get(port) else { return range };
            let Output { slot: FrameRef(slot), length, first_link: start, end_link: end } = *output;
            if slot >= self.slots || length as usize > self.rate.per_tick() || end < start || end as usize > held.len()
            {
                return range;
            }
            let twin = self.outputs[first..port].iter().any(|other| other.slot.0 == slot);
            let pair = |input| step.in_place && port == first && input == 0;
            let alias = read.iter().enumerate().any(|(input, &s)| s == Some(slot) && !pair(input));
            if twin || alias {
                return Err(PlanFault::Shared { step: at, slot });
            }
            if held.contains(&Some(slot)) {
                return Err(PlanFault::Overwritten { step: at, slot });
            }
        }
        for port in first..first + step.outputs as usize {
            let output = &self.outputs[port];
            let links = output.links();
            for (link, held) in links.clone().zip(&mut held[links]) {
                if held.replace(output.slot.0).is_some() {
                    return Err(PlanFault::Unread { link });
                }
            }
        }
        Ok(())
    }
}

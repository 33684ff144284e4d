//! Settings become operations.

use crate::codec::EncoderParam;
use crate::engine::request::Request;
use crate::engine::state::Entry;
use crate::quality::adaptation::Setting;
use crate::session::SessionUpdate;
use crate::types::{Millis, SessionId};

/// The operation that brings a setting about.
pub(super) fn request(session: SessionId, entry: &Entry, setting: Setting) -> Request {
    let encoder = |param, value| Request::SetEncoder { session, param, value };
    let update = |update| Request::Update { session, update: Box::new(update) };
    match setting {
        Setting::Bitrate(bits) => encoder(EncoderParam::Bitrate, bits as i32),
        Setting::Fec(on) => encoder(EncoderParam::Fec, on.into()),
        Setting::ExpectedLoss(loss) => encoder(EncoderParam::ExpectedLoss, loss.into()),
        Setting::Complexity(effort) => encoder(EncoderParam::Complexity, effort.into()),
        Setting::Bandwidth(hz) => encoder(EncoderParam::Bandwidth, hz),
        Setting::Dtx(on) => encoder(EncoderParam::Dtx, on.into()),
        Setting::Redundancy(levels) => update(SessionUpdate::new().redundancy_levels(levels)),
        Setting::Ptime(ms) => update(SessionUpdate::new().ptime(Millis(ms))),
        Setting::JitterMin(ms) => {
            let bounds = entry.spec.jitter;
            let min = Millis(ms.min(bounds.max.0));
            update(SessionUpdate::new().jitter(bounds.min(min).initial(bounds.initial.max(min))))
        }
    }
}

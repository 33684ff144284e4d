//! One metric: a name, and a value or one for each label.

use std::fmt;

use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

/// The label of one of many.
pub(super) type Label = [(&'static str, String); 1];

/// One value, or one for each label.
pub(super) enum Values {
    One(f64),
    Many(Vec<(Label, f64)>),
}

pub(super) fn counter(out: &mut DescriptorEncoder<'_>, name: &str, help: &str, values: Values) -> fmt::Result {
    write(out, name, help, values, ConstCounter::new)
}

pub(super) fn gauge(out: &mut DescriptorEncoder<'_>, name: &str, help: &str, values: Values) -> fmt::Result {
    write(out, name, help, values, ConstGauge::new)
}

fn write<M: EncodeMetric>(
    out: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    values: Values,
    make: fn(f64) -> M,
) -> fmt::Result {
    let mut encoder = out.encode_descriptor(name, help, None, make(0.0).metric_type())?;
    match values {
        Values::One(value) => make(value).encode(encoder),
        Values::Many(values) => {
            values.iter().try_for_each(|(label, value)| make(*value).encode(encoder.encode_family(label)?))
        }
    }
}

//! Contracts of the coder that need no vectors.

use super::Encoder;
use crate::codec::audio::g729::frame::FRAME;

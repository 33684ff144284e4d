//! What delay costs a conversation.

/// Idd of a one-way delay from mouth to ear in milliseconds, echo-free (G.107 eqs. 7-27 and 7-28, default delay
/// sensitivity: sT = 1, mT = 100 ms).
pub fn delay_impairment(ta_ms: f64) -> f64 {
    const LEAST_MS: f64 = 100.0;
    if ta_ms.is_nan() || ta_ms <= LEAST_MS {
        return 0.0;
    }
    let x = (ta_ms / LEAST_MS).log2();
    let root = |x: f64| (1.0 + x.powi(6)).powf(1.0 / 6.0);
    25.0 * (root(x) - 3.0 * root(x / 3.0) + 2.0)
}

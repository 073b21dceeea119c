//! What happens to a reference that its owner releases.

#[cfg(not(feature = "ledger"))]
use super::off::Token;
#[cfg(feature = "ledger")]
use super::on::Token;

/// The ledger's answer to an owner that wants to release its reference. Without the feature it is always `Now`,
/// and the compiler knows that.
#[cfg_attr(not(feature = "ledger"), allow(dead_code))]
pub(crate) enum Release {
    /// Release it now.
    Now,
    /// Do not release it: it is not held any more. The misuse has been noted.
    Never,
    /// Release it when a thread is attached; this one is not. The misuse has been noted; the record stays open.
    Later(Token),
}

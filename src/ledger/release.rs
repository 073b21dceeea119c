//! What is to happen to a reference that its owner gives up.

#[cfg(not(feature = "ledger"))]
use super::off::Token;
#[cfg(feature = "ledger")]
use super::on::Token;

/// Whether a reference may be released: the ledger's answer to an owner that ends. Without the feature it is always
/// `Now`, and the compiler knows that.
#[cfg_attr(not(feature = "ledger"), allow(dead_code))]
pub(crate) enum Release {
    /// It may.
    Now,
    /// It was not held any more, and releasing it would harm. The misuse has been noted.
    Never,
    /// The thread is not attached: it may, once one is. The misuse has been noted; the record stays open.
    Later(Token),
}

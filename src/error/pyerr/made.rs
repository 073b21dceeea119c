//! An exception that exists, with its summary.

use crate::error::escaped::to_text;
use crate::error::{SavedIndicator, name_of_type, room};
use crate::markers::{PyBaseException, PyString};
use crate::refs::{Borrowed, Owned, Python, Shared};

/// An exception, and what is shown of it without Python code.
pub(super) struct Made {
    pub(super) exception: Shared<PyBaseException>,
    pub(super) summary: Box<str>,
}

impl Made {
    /// The reference passes to the result.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub(super) fn new(exception: Owned<'_, PyBaseException>) -> Made {
        let summary = summarise(&exception).into_boxed_str();
        Made {
            exception: exception.into_shared(),
            summary,
        }
    }

    /// One more reference. Without memory for a copy of the summary, that of the result is empty.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub(super) fn clone_ref(&self, py: Python<'_>) -> Made {
        Made {
            exception: self.exception.clone_ref(py),
            summary: room::copy_of(&self.summary)
                .unwrap_or_default()
                .into_boxed_str(),
        }
    }
}

/// `ValueError: message`, or only `ValueError` if the message cannot be read without running Python code, or there
/// is no memory for a copy.
#[inline]
fn summarise(exception: &Borrowed<'_, PyBaseException>) -> String {
    let summary = name_of_type(&exception.type_of());
    let Some(args) = exception.args() else {
        return summary;
    };
    if args.len() != 1 {
        return summary;
    }
    // `to_str` may raise and clear: an exception that is set now must stay set.
    let _saved = SavedIndicator::save(exception.py());
    let message = args
        .get(0)
        .and_then(|first| first.cast_exact::<PyString>().ok());
    // Exactly as much as is needed: it becomes a `Box<str>` without another allocation.
    let whole = message.and_then(|message| {
        if let Ok(message) = message.to_str() {
            return room::joined(&[&summary, ": ", message]);
        }
        // The error of `to_str` is cleared by now.
        room::joined(&[&summary, ": ", &to_text(message).ok()?])
    });
    whole.unwrap_or(summary)
}

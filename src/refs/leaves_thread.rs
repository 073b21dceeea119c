//! That pointers stay on their thread: what the compiler says of it.
#![forbid(unsafe_code)]

/// What may be on another thread, or on one that is detached: never implemented, and unreachable for other crates. The
/// tokens and pointers are `Send` and `Sync` on this condition, so that the compiler's error for them is this sentence.
#[diagnostic::on_unimplemented(
    message = "this is for an attached thread alone: it goes neither to another thread, nor into `detach`, nor into a static",
    label = "`{Self}` stays on its thread",
    note = "a `Shared` of a pointer may go there: `let shared = pointer.to_owned().into_shared()`, or `owned.into_shared()`",
    note = "it is used by `shared.bind(py)`, with the token of `Python::attach(|py| ..)`"
)]
pub trait LeavesThread {}

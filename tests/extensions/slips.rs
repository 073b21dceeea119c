//! Wrong counts of objects that live on: what `pytest --refs` says about them is in
//! `tests/python/test_slips.py`, which finds each line by its `// slip:` comment.

use pyptr::ledger::CountingAllocator;
use pyptr::types::PyAny;
use pyptr::{Borrowed, Owned};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::new();

/// Releases a reference that is somebody else's.
fn drops(object: &Borrowed<'_, PyAny>) -> bool {
    // SAFETY: there is none: the caller's reference is taken for one's own.
    let own: Owned<'_, PyAny> = unsafe { Owned::from_owned_ptr(object.py(), object.as_ptr()) }; // slip: drops
    own.is_none()
}

/// The same, correct.
fn takes(object: &Borrowed<'_, PyAny>) -> bool {
    // SAFETY: a live object.
    let own: Owned<'_, PyAny> = unsafe { Owned::from_borrowed_ptr(object.py(), object.as_ptr()) };
    // SAFETY: a reference that is ours, given away here and taken back.
    let own: Owned<'_, PyAny> = unsafe { Owned::from_owned_ptr(object.py(), own.into_ptr()) };
    own.is_none()
}

pyptr::module! {
    /// Slips.
    mod slips {
        gil: not_used;
        fn drops(object, /);
        fn takes(object, /);
    }
}

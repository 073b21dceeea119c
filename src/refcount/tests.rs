//! Compares each way of counting with C's own: `Py_IncRef` and `Py_DecRef` of libpython.
//!
//! The tests count on object headers without an object. Counting accesses only the header as long as no count
//! reaches zero, and none does here.

use std::mem;

#[cfg(not(Py_GIL_DISABLED))]
use super::hold_mortal;
use super::{decref, hold, incref, is_unique, unhold};
use crate::ffi;
use crate::refs::Python;

/// An object header without an object.
type Head = ffi::PyObject;

/// All bytes of a header: the counts, and everything that must stay as it was.
fn bytes(head: &Head) -> [u8; size_of::<Head>()] {
    // SAFETY: a header has no padding, and no other code writes it meanwhile.
    unsafe { mem::transmute_copy(head) }
}

/// Calls our function and C's on two equal headers, `times` times; the results must be equal each time.
fn compare(
    make: impl Fn() -> Head,
    ours: unsafe fn(*mut Head),
    theirs: unsafe extern "C" fn(*mut Head),
    times: usize,
) {
    let (mut own, mut expected) = (make(), make());
    for round in 1..=times {
        // SAFETY: counting accesses only the header as long as no count reaches zero.
        unsafe { ours(&raw mut own) }
        // SAFETY: as above.
        unsafe { theirs(&raw mut expected) }
        assert_eq!(bytes(&own), bytes(&expected), "from {:?}, {round}", make());
    }
}

/// What `is_unique` returns for an object with this header.
fn unique(mut head: Head) -> bool {
    // SAFETY: `is_unique` only reads the header, which stands for an object with a reference of this thread.
    unsafe { is_unique(&raw mut head) }
}

fn attached(f: impl FnOnce(Python<'_>)) {
    Python::initialize();
    Python::attach(f);
}

#[cfg(not(Py_GIL_DISABLED))]
mod one_count {
    use std::ptr;

    use super::*;

    #[cfg(Py_3_12)]
    fn head(count: ffi::Py_ssize_t) -> Head {
        Head {
            ob_refcnt: ffi::PyObjectObRefcnt { ob_refcnt: count },
            ob_type: ptr::null_mut(),
        }
    }

    #[cfg(not(Py_3_12))]
    fn head(count: ffi::Py_ssize_t) -> Head {
        Head {
            ob_refcnt: count,
            ob_type: ptr::null_mut(),
        }
    }

    #[test]
    fn counts_as_c_does() {
        attached(|_| {
            for count in [3, 4, 1000, 0x7fff_ff00] {
                compare(|| head(count), incref, ffi::Py_IncRef, 3);
                compare(|| head(count), decref, ffi::Py_DecRef, 2);
            }
        });
    }

    #[test]
    fn holding_counts_as_incref_does() {
        attached(|_| {
            for count in [1, 2, 1000, 0x7fff_ff00] {
                let mut held = head(count);
                // SAFETY: holding only accesses the header.
                assert!(unsafe { hold(&raw mut held) });
                assert_eq!(bytes(&held), bytes(&head(count + 1)));
                // SAFETY: as above, since the count does not reach zero.
                unsafe { unhold(&raw mut held) }
                assert_eq!(bytes(&held), bytes(&head(count)));
                // SAFETY: as above.
                assert!(unsafe { hold_mortal(&raw mut held) });
                assert_eq!(bytes(&held), bytes(&head(count + 1)));
                // SAFETY: as above.
                unsafe { unhold(&raw mut held) }
                assert_eq!(bytes(&held), bytes(&head(count)));
            }
        });
    }

    #[test]
    #[cfg(all(
        Py_3_12,
        target_pointer_width = "64",
        not(py_sys_config = "Py_REF_DEBUG")
    ))]
    fn immortal_objects_are_not_held() {
        attached(|_| {
            for count in [0x8000_0000, 0xc000_0000, 0xffff_ffff] {
                let mut held = head(count);
                // SAFETY: holding only accesses the header.
                assert!(!unsafe { hold(&raw mut held) });
                assert_eq!(bytes(&held), bytes(&head(count)));

                // One that becomes immortal while it is held stays so.
                let mut held = head(1);
                // SAFETY: as above.
                assert!(unsafe { hold(&raw mut held) });
                held = head(count | 1 << 30);
                // SAFETY: as above, since the count does not reach zero.
                unsafe { unhold(&raw mut held) }
                // SAFETY: as above.
                assert!(!unsafe { hold(&raw mut held) });
            }
        });
    }

    #[test]
    #[cfg(all(
        Py_3_12,
        target_pointer_width = "64",
        not(py_sys_config = "Py_REF_DEBUG")
    ))]
    fn what_is_held_without_a_test_stays_immortal() {
        attached(|_| {
            // On 3.14 no increment goes beyond the second.
            let counts = [0x8000_0000, 0xc000_0000, 0xffff_ffff];
            for count in &counts[..if cfg!(Py_3_14) { 2 } else { 3 }] {
                let mut held = head(*count);
                // SAFETY: holding only accesses the header.
                assert!(unsafe { hold_mortal(&raw mut held) });
                for _ in 0..3 {
                    // SAFETY: as above, since the count does not reach zero.
                    unsafe { ffi::Py_DecRef(&raw mut held) }
                }
                // SAFETY: as above.
                unsafe { unhold(&raw mut held) }
                // SAFETY: as above.
                assert!(!unsafe { hold(&raw mut held) });
            }
        });
    }

    #[test]
    fn one_reference_is_unique() {
        assert!(unique(head(1)));
        for count in [2, 3, 1000, 0x7fff_ff00] {
            assert!(!unique(head(count)), "{count}");
        }
        // Immortal objects.
        #[cfg(all(Py_3_12, target_pointer_width = "64"))]
        for count in [0x8000_0000, 0xc000_0000, 0xffff_ffff] {
            assert!(!unique(head(count)), "{count}");
        }
        // Flags in the upper half, which pyo3-ffi takes for a part of the count.
        #[cfg(all(
            Py_3_14,
            target_pointer_width = "64",
            not(py_sys_config = "Py_REF_DEBUG")
        ))]
        assert!(unique(head(1 | 5 << 48)) && !unique(head(2 | 5 << 48)));
    }

    #[test]
    #[cfg(all(Py_3_12, target_pointer_width = "64"))]
    fn stops_where_c_stops() {
        // The last mortal count and the first immortal one, where increments stop (on 3.14, then on 3.12), each
        // with flags in the upper half as well.
        let boundaries = [0x8000_0000_u32, 0xc000_0000, 0xffff_ffff];
        attached(|_| {
            for flags in [0_isize, 1, 0x0005_0000] {
                for boundary in boundaries {
                    for step in -2..=2 {
                        let low = boundary.wrapping_add_signed(step);
                        // No count may reach zero, and debug builds take a count this high for that of a freed
                        // object.
                        if low < 8 || cfg!(py_sys_config = "Py_REF_DEBUG") && low > 0xfff0_0000 {
                            continue;
                        }
                        let count = flags << 32 | low as isize;
                        compare(|| head(count), incref, ffi::Py_IncRef, 4);
                        compare(|| head(count), decref, ffi::Py_DecRef, 4);
                    }
                }
            }
        });
    }
}

#[cfg(Py_GIL_DISABLED)]
mod two_counts {
    use std::sync::atomic::{AtomicIsize, AtomicU32};

    use super::*;
    use crate::types::PyString;

    fn head(owner: usize, local: u32, shared: isize) -> Head {
        Head {
            ob_tid: owner,
            ob_ref_local: AtomicU32::new(local),
            ob_ref_shared: AtomicIsize::new(shared),
            ..ffi::PyObject_HEAD_INIT
        }
    }

    /// This thread's identifier: the owner of an object that it has just made.
    fn this_thread(py: Python<'_>) -> usize {
        let fresh = PyString::new(py, "made by this thread").expect("memory for a short str");
        // SAFETY: a live object, to which only this thread has a reference.
        unsafe { (*fresh.as_ptr()).ob_tid }
    }

    #[test]
    fn the_owner_counts_as_c_does() {
        attached(|py| {
            let owner = this_thread(py);
            for local in [2, 3, 1000, 0x7fff_ffff, 0x8000_0000] {
                for shared in [0, 4, 8] {
                    compare(|| head(owner, local, shared), incref, ffi::Py_IncRef, 3);
                    compare(|| head(owner, local, shared), decref, ffi::Py_DecRef, 1);
                }
            }
            // The last local reference: only the shared count is used from now on.
            compare(|| head(owner, 1, 2 << 2), decref, ffi::Py_DecRef, 1);
        });
    }

    #[test]
    fn holding_leaves_what_it_finds() {
        attached(|py| {
            let owner = this_thread(py);
            for (owner, local, shared) in [(owner, 1, 0), (owner + 8, 1, 4), (0, u32::MAX, 0)] {
                let mut held = head(owner, local, shared);
                // SAFETY: holding only accesses the header.
                if unsafe { hold(&raw mut held) } {
                    // SAFETY: as above, since no count reaches zero.
                    unsafe { unhold(&raw mut held) }
                }
                assert_eq!(bytes(&held), bytes(&head(owner, local, shared)));
            }
        });
    }

    #[test]
    fn one_reference_of_the_owner_is_unique() {
        attached(|py| {
            let owner = this_thread(py);
            // `by_ffi` never answers `true` on free-threaded builds.
            let known = cfg!(all(
                not(py_sys_config = "Py_REF_DEBUG"),
                any(target_arch = "x86_64", target_arch = "aarch64")
            ));
            assert_eq!(unique(head(owner, 1, 0)), known);
            for (owner, local, shared) in [
                (owner, 2, 0),
                (owner, 0, 0),
                (owner, u32::MAX, 0),
                // A shared reference, with and without a local one; then the flags of the shared count: a weak
                // reference may exist, queued for a merge, merged.
                (owner, 1, 4),
                (owner, 0, 4),
                (owner, 1, 1),
                (owner, 1, 2),
                (owner, 1, 3),
                (owner + 8, 1, 0),
                (0, 1, 0),
                (0, 0, 7),
            ] {
                let head = head(owner, local, shared);
                assert!(!unique(head), "{owner} {local} {shared}");
            }
        });
    }

    #[test]
    fn saturated_counts_are_immortal() {
        attached(|py| {
            for owner in [this_thread(py), 0] {
                compare(|| head(owner, u32::MAX, 0), incref, ffi::Py_IncRef, 2);
                compare(|| head(owner, u32::MAX, 0), decref, ffi::Py_DecRef, 2);
            }
            // One step before the last.
            let owner = this_thread(py);
            compare(|| head(owner, u32::MAX - 1, 0), incref, ffi::Py_IncRef, 2);
        });
    }

    #[test]
    fn other_threads_count_as_c_does() {
        attached(|py| {
            // Objects that this thread does not own: without an owner, and owned by a thread that does not
            // exist.
            for owner in [0, this_thread(py) + 8] {
                for local in [0, 1, 1000] {
                    for shared in [3 << 2, 3 << 2 | 1, 3 << 2 | 3] {
                        compare(|| head(owner, local, shared), incref, ffi::Py_IncRef, 3);
                        compare(|| head(owner, local, shared), decref, ffi::Py_DecRef, 2);
                    }
                }
            }
        });
    }
}

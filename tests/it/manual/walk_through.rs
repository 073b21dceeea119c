//! The example of the module's documentation, and a manual function that Python calls.

use pyptr::error::PyTypeError;
use pyptr::manual::Ptr;
use pyptr::types::{PyAny, PyString};
use pyptr::{Owned, ffi};

use super::{assert_raised, count, fresh_float, owned};
use crate::common::{attached, fresh_str};

/// The example of the module's documentation, line by line, with the counts that its table claims.
#[test]
fn the_walk_through_has_the_counts_of_its_table() {
    attached(|py| {
        let caller = fresh_str(py, "hello ");
        let left = Ptr::from_borrowed(&caller);
        let n = caller.refcount();
        let witness;
        let result = {
            // SAFETY: attached.
            let right = unsafe { Ptr::new_str("right") }.unwrap(); // 1
            assert_eq!((count(left), count(right)), (n, 1));
            // SAFETY: the reference from line 1.
            let _release = unsafe { right.defer_decref() }; // 2
            assert_eq!((count(left), count(right)), (n, 1));
            // SAFETY: stolen on line 4.
            unsafe { left.incref() }; // 3
            assert_eq!((count(left), count(right)), (n + 1, 1));
            // SAFETY: the reference from line 3.
            let result = unsafe { left.append(right) }; // 4
            assert_eq!((count(left), count(right)), (n, 1));
            // One more reference, to see line 5 release its own.
            // SAFETY: alive; `witness` releases it.
            let more = unsafe { right.new_ref() };
            // SAFETY: the reference taken just now.
            witness = unsafe { more.into_owned(py) };
            assert_eq!(witness.refcount(), 2);
            result
        }; // 5
        assert_eq!((count(left), witness.refcount()), (n, 1));
        let result = owned(py, result);
        assert_eq!(result.refcount(), 1);
        assert_eq!(result.to_str().unwrap(), "hello right");
    });
}

/// (The ledger makes up for it, see tests/ledger/misuse.rs.)
#[test]
#[cfg(not(feature = "ledger"))]
fn without_the_incref_the_caller_loses_a_reference() {
    attached(|py| {
        let caller = fresh_str(py, "hello ");
        // Two more references, so that the one that is lost is not the last.
        let (extra, lost) = (caller.new_ref(), caller.new_ref());
        let right = fresh_str(py, "right");
        let left = Ptr::from_borrowed(&caller);
        // SAFETY: what is stolen here is the reference of `lost`, which is forgotten below.
        let result = owned(py, unsafe { left.append(Ptr::from_borrowed(&right)) });
        assert_eq!(caller.refcount(), 2, "three holders, two references");
        std::mem::forget(lost);
        drop(extra);
        assert_eq!((caller.refcount(), result.refcount()), (1, 1));
        assert_eq!(result.to_str().unwrap(), "hello right");
    });
}

/// Called by Python: METH_O.
#[deny(improper_ctypes_definitions)]
unsafe extern "C" fn shout(_module: Option<Ptr<PyAny>>, text: Ptr<PyAny>) -> Option<Ptr<PyString>> {
    // SAFETY: Python calls attached, and keeps the argument alive.
    let text = unsafe { text.cast::<PyString>() }?;
    // SAFETY: as above.
    unsafe { text.concat_str("!") }
}

#[test]
fn a_manual_function_is_a_c_function() {
    type Typed = unsafe extern "C" fn(Option<Ptr<PyAny>>, Ptr<PyAny>) -> Option<Ptr<PyString>>;
    type Raw = unsafe extern "C" fn(*mut ffi::PyObject, *mut ffi::PyObject) -> *mut ffi::PyObject;
    attached(|py| {
        let method = Box::leak(Box::new(ffi::PyMethodDef {
            ml_name: c"shout".as_ptr(),
            ml_meth: ffi::PyMethodDefPointer {
                // SAFETY: one word for each pointer, NULL being `None`; METH_O passes no NULL argument.
                PyCFunction: unsafe { std::mem::transmute::<Typed, Raw>(shout) },
            },
            ml_flags: ffi::METH_O,
            ml_doc: std::ptr::null(),
        }));
        // SAFETY: the definition lives for ever; there is no module.
        let function =
            unsafe { ffi::PyCFunction_NewEx(method, std::ptr::null_mut(), std::ptr::null_mut()) };
        // SAFETY: a new reference, or NULL.
        let function: Owned<'_, PyAny> = owned(py, unsafe { Ptr::from_owned_ptr(function) });
        let call = |argument: Ptr<PyAny>| {
            let arguments = [argument];
            // SAFETY: live objects, borrowed for the call; the array is one of pointers.
            let result = unsafe {
                ffi::PyObject_Vectorcall(
                    function.as_ptr(),
                    arguments.as_ptr().cast(),
                    1,
                    std::ptr::null_mut(),
                )
            };
            Ptr::<PyString>::from_ptr(result)
        };

        let text = fresh_str(py, "hey");
        let result = owned(py, call(Ptr::from_borrowed(text.as_any())));
        assert_eq!(result.to_str().unwrap(), "hey!");
        assert_eq!((text.refcount(), result.refcount()), (1, 1));

        let float = fresh_float(py);
        assert_raised::<_, PyTypeError>(py, call(Ptr::from_borrowed(float.as_any())));
        assert_eq!(float.refcount(), 1);
    });
}

//! Those who ask to hear of every object made and destroyed hear of one that grows, too.

use std::ffi::{c_int, c_void};
use std::sync::atomic::{AtomicUsize, Ordering};

use pyptr::ffi;
use pyptr::types::PyString;

use crate::common::attached;

type Tracer = unsafe extern "C" fn(*mut ffi::PyObject, c_int, *mut c_void) -> c_int;

libpython! {
    fn PyRefTracer_SetTracer(tracer: Option<Tracer>, data: *mut c_void) -> c_int;
}

static MADE: AtomicUsize = AtomicUsize::new(0);

/// Counts the `str` made.
unsafe extern "C" fn tracer(object: *mut ffi::PyObject, event: c_int, _: *mut c_void) -> c_int {
    const CREATE: c_int = 0;
    // SAFETY: the object is alive.
    if event == CREATE && unsafe { ffi::PyUnicode_CheckExact(object) } != 0 {
        MADE.fetch_add(1, Ordering::Relaxed);
    }
    0
}

fn set(tracer: Option<Tracer>) {
    // SAFETY: attached, as the caller is; a function that needs no data.
    let status = unsafe { PyRefTracer_SetTracer(tracer, std::ptr::null_mut()) };
    assert_eq!(status, 0);
}

/// A `str` that grows in place is told as one made each time, as C does it.
pub fn strings_that_grow() {
    attached(|py| {
        let grow = |text: &str| {
            let mut longer = PyString::new(py, text).unwrap();
            for _ in 0..100 {
                longer = longer.append_str("\u{e9}").unwrap();
            }
            assert_eq!(longer.len(), 111);
        };
        set(Some(tracer));
        for text in ["ten \u{e9} chars", "ten \u{20ac} chars"] {
            let before = MADE.load(Ordering::Relaxed);
            grow(text);
            let made = MADE.load(Ordering::Relaxed) - before;
            assert!(made > 100, "{made}");
        }
        set(None);
        grow("ten \u{e9} chars");
    });
}

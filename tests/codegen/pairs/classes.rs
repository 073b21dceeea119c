//! Classes: the value of an instance, and a method that reads it.

use pyptr::Borrowed;
use pyptr::ffi::{self, PyObject};

use crate::export::held;

pub struct Point {
    x: i64,
    y: i64,
}

pyptr::traverse!(Point { x, y });

impl Point {
    fn new(x: i64, y: i64) -> Point {
        Point { x, y }
    }

    fn y(&self) -> i64 {
        self.y
    }
}

pyptr::class! {
    class Point {
        new(x, y);
        fn y(self);
    }
}

pyptr::module! {
    mod points {
        class Point;
    }
}

#[repr(C)]
struct Raw {
    head: PyObject,
    x: i64,
    y: i64,
}

// The pointer plus an offset.

#[unsafe(no_mangle)]
pub extern "C" fn typed_payload(point: &Borrowed<'_, Point>) -> i64 {
    let point = point.payload();
    point.x ^ point.y
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_payload(point: *mut PyObject) -> i64 {
    unsafe {
        let point = point.cast::<Raw>();
        (*point).x ^ (*point).y
    }
}

// The method of the class above.

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_method(point: *mut PyObject, _none: *mut PyObject) -> *mut PyObject {
    unsafe { held(point, || ffi::PyLong_FromLongLong((*point.cast::<Raw>()).y)) }
}

//! A marker that lies about its objects makes safe code read wrong memory: the traits are `unsafe`.

use pyptr::error::Exception;
use pyptr::types::PyAny;
use pyptr::{Borrowed, Object, Python, Subtype, TypeCheck, TypeObject, ffi};

enum Mine {}

unsafe impl Object for Mine {
    const NAME: &'static str = "Mine";
}

unsafe impl Subtype for Mine {
    type Base = PyAny;
}

unsafe impl TypeCheck for Mine {
    fn is_type_of(_object: &Borrowed<'_, PyAny>) -> bool {
        false
    }
    fn is_exact_type_of(_object: &Borrowed<'_, PyAny>) -> bool {
        false
    }
}

unsafe impl TypeObject for Mine {
    fn type_ptr(_py: Python<'_>) -> *mut ffi::PyTypeObject {
        &raw mut ffi::PyBaseObject_Type
    }
}

unsafe impl Exception for Mine {}

fn main() {}

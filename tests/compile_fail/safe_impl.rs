//! A marker that lies about its objects makes safe code read wrong memory: the traits are `unsafe`.

use pyptr::error::Exception;
use pyptr::types::PyAny;
use pyptr::{Borrowed, Object, Python, Subtype, TypeCheck, TypeObject, ffi};

enum Mine {}

impl Object for Mine {
    //~^ E0200
    const NAME: &'static str = "Mine";
}

impl Subtype for Mine {
    //~^ E0200
    type Base = PyAny;
}

impl TypeCheck for Mine {
    //~^ E0200
    fn is_type_of(_object: &Borrowed<'_, PyAny>) -> bool {
        false
    }
    fn is_exact_type_of(_object: &Borrowed<'_, PyAny>) -> bool {
        false
    }
}

impl TypeObject for Mine {
    //~^ E0200
    fn type_ptr(_py: Python<'_>) -> *mut ffi::PyTypeObject {
        &raw mut ffi::PyBaseObject_Type
    }
}

impl Exception for Mine {} //~ E0200

fn main() {}

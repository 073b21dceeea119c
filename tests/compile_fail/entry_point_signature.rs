//! An entry point has the signature of its calling convention, or of its slot.

use std::ffi::c_int;

use pyptr::export::by_hand::{meth_o, slots};
use pyptr::ffi;
use pyptr::types::{PyAny, PyTuple};
use pyptr::{Borrowed, Returned};

type Any<'py> = Borrowed<'py, PyAny>;

extern "C" fn two<'py>(_: &Any<'py>, _: &Any<'py>, _: &Any<'py>) -> Returned<'py, PyAny> {
    unimplemented!()
}

extern "C" fn of_a_tuple<'py>(
    _: Option<&Any<'py>>,
    _: &Borrowed<'py, PyTuple>,
) -> Returned<'py, PyAny> {
    unimplemented!()
}

extern "C" fn of_static(_: Option<&Any<'static>>, _: &Any<'static>) -> Returned<'static, PyAny> {
    unimplemented!()
}

fn no_c<'py>(_: Option<&Any<'py>>, _: &Any<'py>) -> Returned<'py, PyAny> {
    unimplemented!()
}

extern "C" fn length(_: &Any<'_>) -> c_int {
    0
}

extern "C" fn hash(_: &Any<'_>) -> ffi::Py_hash_t {
    0
}

const A: ffi::PyMethodDef = unsafe { meth_o(c"two", two, c"") }; //~ E0308
const B: ffi::PyMethodDef = unsafe { meth_o(c"of_a_tuple", of_a_tuple, c"") }; //~ E0308
const C: ffi::PyMethodDef = unsafe { meth_o(c"of_static", of_static, c"") }; //~ E0308
const D: ffi::PyMethodDef = unsafe { meth_o(c"no_c", no_c, c"") }; //~ E0308
const E: ffi::PyType_Slot = unsafe { slots::lenfunc(ffi::Py_sq_length, length) }; //~ E0308

fn main() {
    let _ = (A, B, C, D, E, hash);
}

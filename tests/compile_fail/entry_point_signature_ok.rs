//! An entry point has the signature of its calling convention, or of its slot.

use pyptr::export::by_hand::{meth_o, meth_varargs, slots};
use pyptr::ffi;
use pyptr::types::{PyAny, PyTuple};
use pyptr::{Borrowed, Returned};

type Any<'py> = Borrowed<'py, PyAny>;

extern "C" fn one<'py>(_: Option<&Any<'py>>, _: &Any<'py>) -> Returned<'py, PyAny> {
    unimplemented!()
}

extern "C" fn of_a_tuple<'py>(
    _: Option<&Any<'py>>,
    _: &Borrowed<'py, PyTuple>,
) -> Returned<'py, PyAny> {
    unimplemented!()
}

extern "C" fn length(_: &Any<'_>) -> ffi::Py_ssize_t {
    0
}

const A: ffi::PyMethodDef = unsafe { meth_o(c"one", one, c"") };
const B: ffi::PyMethodDef = unsafe { meth_varargs(c"of_a_tuple", of_a_tuple, c"") };
const C: ffi::PyType_Slot = unsafe { slots::lenfunc(ffi::Py_sq_length, length) };

fn main() {
    let _ = (A, B, C);
}

//! [`PyAny`]: the kind of every object.

use super::Object;

/// Any Python object (`object`). A `Borrowed` of every other type derefs to `Borrowed<PyAny>`.
///
#[cfg_attr(doc, doc = include_str!("../types/pages/PyAny.md"))]
#[doc(alias = "PyObject")]
#[doc(alias = "PyBaseObject_Type")]
pub enum PyAny {}

// SAFETY: `IMMORTAL` is false.
unsafe impl Object for PyAny {
    const NAME: &'static str = "object";
}

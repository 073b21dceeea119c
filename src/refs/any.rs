//! [`PyAny`]: the kind of every object.

use super::Object;

/// Any Python object (`object`). Every other type derefs to it.
///
#[cfg_attr(doc, doc = include_str!("../types/pages/PyAny.md"))]
#[doc(alias = "PyObject")]
#[doc(alias = "PyBaseObject_Type")]
pub enum PyAny {}

// SAFETY: not all objects are immortal.
unsafe impl Object for PyAny {
    const NAME: &'static str = "object";
}

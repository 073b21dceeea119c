//! [`TypeAddr`]: the identity of an object's type, without a reference to the type.

use std::fmt;
use std::ptr::NonNull;

use crate::ffi;
use crate::refs::{Borrowed, Python, TypeObject};
use crate::types::PyType;

/// The address of a type object, for comparisons. `Copy`, one word, holds no reference.
///
/// Equal addresses are the same type if both types were alive at the same time. A new class can get the
/// address of a class that was freed: keep a reference to the class (in module state, or a
/// [`OnceObject`](crate::sync::OnceObject)) as long as its address is compared with others.
///
/// ```
/// # use pyptr::{Python, types::{PyInt, PyString, TypeAddr}};
/// # Python::initialize();
/// # Python::attach(|py| {
/// let int = TypeAddr::of::<PyInt>(py);
/// let number = PyInt::new(py, 3).unwrap();
/// assert_eq!(number.type_addr(), int);
/// assert_ne!(TypeAddr::of::<PyString>(py), int);
/// # });
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeAddr(NonNull<ffi::PyTypeObject>);

// SAFETY: a number; nothing is read through it.
unsafe impl Send for TypeAddr {}
// SAFETY: as above.
unsafe impl Sync for TypeAddr {}

impl TypeAddr {
    /// The address of a builtin type.
    #[inline]
    pub fn of<T: TypeObject>(py: Python<'_>) -> TypeAddr {
        py.assert_attached();
        TypeAddr::from_ptr(T::type_ptr(py))
    }

    /// The type object's address, for the C API: use it only while something keeps the type alive.
    #[inline]
    pub fn as_ptr(self) -> *mut ffi::PyTypeObject {
        self.0.as_ptr()
    }

    #[inline]
    pub(in crate::types) fn from_ptr(kind: *mut ffi::PyTypeObject) -> TypeAddr {
        TypeAddr(NonNull::new(kind).expect("every object has a type"))
    }
}

/// ## type: its address
impl Borrowed<'_, PyType> {
    /// The address of this type, to compare with the [`type_addr`](Borrowed::type_addr) of objects.
    #[inline]
    pub fn addr(&self) -> TypeAddr {
        TypeAddr::from_ptr(self.as_ptr().cast())
    }
}

impl fmt::Debug for TypeAddr {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TypeAddr({:p})", self.0)
    }
}

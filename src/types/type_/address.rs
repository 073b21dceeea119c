//! [`TypeAddr`]: which type an object has, without owning the type.

use std::fmt;
use std::ptr::NonNull;

use crate::ffi;
use crate::refs::{Borrowed, Python, TypeObject};
use crate::types::PyType;

/// The address of a type object, to compare with others: `Copy`, one word, no reference.
///
/// Two equal addresses of types that were alive at the same time are the same type. The address of a
/// class that has been freed can belong to a later one: keep a reference to a class (in module state,
/// or a [`OnceObject`](crate::sync::OnceObject)) for as long as its address is compared with.
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

    /// The type object's address, for the C API: it may be used only while something keeps it alive.
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
    /// The type's own address, to compare with that of objects.
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

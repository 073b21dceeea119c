//! Capsules: pointers of C, or Rust values, as Python objects.

use std::any::TypeId;
use std::ffi::{CStr, CString, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::{self, NonNull};

use crate::error::{PyResult, PyTypeError, PyValueError, Raised, SavedIndicator, check_status};
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::PyCapsule;

/// What a capsule with a Rust value points to.
#[repr(C)]
struct Payload<T> {
    /// First, to be read before the rest is known.
    head: Head,
    value: T,
}

struct Head {
    kind: TypeId,
    /// What the maker calls it.
    name: &'static CStr,
}

/// What C calls a Rust value. Code in C trusts a capsule for its name, such as `datetime.datetime_CAPI`, and
/// reads what that stands for: from a value to which safe code can give any name it has to keep off.
const NAME_IN_C: &CStr = c"pyptr: a Rust value";

/// Its address marks the capsules that this copy of the crate has made of Rust values, as their context.
static MARKER: u8 = 0;

#[inline]
fn marker() -> *mut c_void {
    (&raw const MARKER).cast_mut().cast()
}

impl PyCapsule {
    /// A new capsule that owns a Rust value, which is dropped with it, on whatever thread that is. A panic in
    /// that drop is reported to `sys.unraisablehook`.
    ///
    /// `name` says what it is, by convention `c"module.attribute"`; it has to be given again to get at the
    /// value. Only this library can, as Rust has no stable layout: for C the capsule has another name, so that
    /// nobody takes it for a pointer that they know. For others, see [`from_pointer`](PyCapsule::from_pointer).
    ///
    /// # Errors
    /// `MemoryError`; the value is dropped then, too.
    ///
    /// ```
    /// # use pyptr::{PyResult, Python, types::PyCapsule};
    /// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    /// let capsule = PyCapsule::new(py, c"example.primes", vec![2, 3, 5])?;
    /// assert_eq!(capsule.get::<Vec<i32>>(c"example.primes")?.len(), 3);
    /// assert!(capsule.get::<Vec<u8>>(c"example.primes").is_err());
    /// assert!(capsule.get::<Vec<i32>>(c"example.squares").is_err());
    /// # Ok(()) }
    /// # Python::initialize();
    /// # Python::attach(|py| run(py).unwrap());
    /// ```
    #[doc(alias = "PyCapsule_New")]
    #[doc(alias = "PyCapsule_SetContext")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn new<'py, T: Send + Sync + 'static>(
        py: Python<'py>,
        name: &'static CStr,
        value: T,
    ) -> PyResult<'py, Owned<'py, PyCapsule>> {
        py.assert_attached();
        let head = Head {
            kind: TypeId::of::<T>(),
            name,
        };
        let payload = Box::into_raw(Box::new(Payload { head, value }));
        // SAFETY: attached; the pointer is not NULL, the name lives for ever.
        let capsule = unsafe {
            ffi::PyCapsule_New(payload.cast(), NAME_IN_C.as_ptr(), Some(drop_payload::<T>))
        };
        if capsule.is_null() {
            // SAFETY: comes from `Box::into_raw` above, and no capsule has it.
            drop(unsafe { Box::from_raw(payload) });
            return Err(Raised::set(py));
        }
        // SAFETY: a new reference to a capsule.
        let capsule: Owned<'_, PyCapsule> = unsafe { Owned::from_new_ptr(py, capsule) };
        // SAFETY: a live capsule; the context is nothing but a number to compare with.
        let status = unsafe { ffi::PyCapsule_SetContext(capsule.as_ptr(), marker()) };
        check_status(py, status)?;
        Ok(capsule)
    }

    /// A new capsule for a pointer of C, with a destructor or none. `name` is what others have to ask for.
    ///
    /// # Errors
    /// `MemoryError`; the destructor is not called then.
    ///
    /// # Safety
    /// The pointer is what the name promises to those who import it, for as long as the capsule lives. The
    /// destructor may be called with the capsule on any attached thread, and does not unwind.
    #[doc(alias = "PyCapsule_New")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub unsafe fn from_pointer<'py>(
        py: Python<'py>,
        name: Option<&'static CStr>,
        pointer: NonNull<c_void>,
        destructor: Option<ffi::PyCapsule_Destructor>,
    ) -> PyResult<'py, Owned<'py, PyCapsule>> {
        py.assert_attached();
        let name = name.map_or(ptr::null(), CStr::as_ptr);
        // SAFETY: attached; the pointer is not NULL, the name lives for ever; the rest is the caller's promise.
        let result = unsafe { ffi::PyCapsule_New(pointer.as_ptr(), name, destructor) };
        // SAFETY: a new reference to a capsule, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }

    /// The pointer in the capsule that an attribute of a module holds: `c"datetime.datetime_CAPI"`. The
    /// module is imported.
    ///
    /// It is good for as long as the capsule lives, of which nothing says how long that is: a module's
    /// attribute can be deleted. What it points to, the name has to tell.
    ///
    /// # Errors
    /// What the import raises, `AttributeError` if it is no capsule of that name.
    #[doc(alias = "PyCapsule_Import")]
    #[inline]
    pub fn import<'py>(py: Python<'py>, name: &CStr) -> PyResult<'py, NonNull<c_void>> {
        py.assert_attached();
        // SAFETY: attached; a NUL-terminated string.
        let pointer = unsafe { ffi::PyCapsule_Import(name.as_ptr(), 0) };
        NonNull::new(pointer).ok_or_else(|| Raised::set(py))
    }
}

/// # Methods of capsules
impl<'py> Borrowed<'py, PyCapsule> {
    /// The Rust value of a capsule that [`PyCapsule::new`] has made, in this library, of the same type and
    /// name. Borrowed from the capsule.
    ///
    /// # Errors
    /// `ValueError` if the name is another one, `TypeError` if it is a capsule of something else.
    #[doc(alias = "PyCapsule_GetPointer")]
    #[doc(alias = "PyCapsule_GetContext")]
    #[inline]
    pub fn get<T: 'static>(&self, name: &CStr) -> PyResult<'py, &T> {
        let Some(head) = self.head() else {
            self.pointer(Some(name))?;
            return Err(self.wrong_kind());
        };
        // SAFETY: it is in a payload, which lives and stays as it is until the capsule is freed, and which
        // `self` borrows.
        let Head { kind, name: own } = unsafe { head.as_ref() };
        if *own != name {
            let message = "PyCapsule object holds a value of another name";
            return Err(self.py().raise::<PyValueError>(message));
        }
        if *kind != TypeId::of::<T>() {
            return Err(self.wrong_kind());
        }
        // SAFETY: as above: a payload of this very type, which is `Send + Sync`.
        let payload = unsafe { head.cast::<Payload<T>>().as_ref() };
        Ok(&payload.value)
    }

    #[cold]
    fn wrong_kind(&self) -> Raised<'py> {
        let message = "PyCapsule object holds a value of another type";
        self.py().raise::<PyTypeError>(message)
    }

    /// What a Rust value's payload begins with, if it is one that [`PyCapsule::new`] has made.
    #[inline]
    fn head(&self) -> Option<NonNull<Head>> {
        if self.context() != marker() {
            return None;
        }
        // SAFETY: a live capsule. Only `PyCapsule::new` sets this context, for payloads, with this name.
        let payload = unsafe { ffi::PyCapsule_GetPointer(self.as_ptr(), NAME_IN_C.as_ptr()) };
        NonNull::new(payload.cast())
    }

    /// The pointer of a capsule of that name, which is C's or of [`from_pointer`](PyCapsule::from_pointer).
    /// Good for as long as the capsule lives.
    ///
    /// # Errors
    /// `ValueError` if the name is another one, or it is a Rust value's.
    #[doc(alias = "PyCapsule_GetPointer")]
    #[inline]
    pub fn pointer(&self, name: Option<&CStr>) -> PyResult<'py, NonNull<c_void>> {
        let name = name.map_or(ptr::null(), CStr::as_ptr);
        // SAFETY: a live capsule; a NUL-terminated string or NULL.
        let pointer = unsafe { ffi::PyCapsule_GetPointer(self.as_ptr(), name) };
        NonNull::new(pointer).ok_or_else(|| Raised::set(self.py()))
    }

    /// Whether the capsule has that name. Cannot fail.
    #[doc(alias = "PyCapsule_IsValid")]
    #[inline]
    pub fn is_valid(&self, name: Option<&CStr>) -> bool {
        if let Some(head) = self.head() {
            // SAFETY: in a payload, which lives as long as the capsule.
            return name == Some(unsafe { head.as_ref() }.name);
        }
        let name = name.map_or(ptr::null(), CStr::as_ptr);
        // SAFETY: a live capsule; a NUL-terminated string or NULL.
        unsafe { ffi::PyCapsule_IsValid(self.as_ptr(), name) != 0 }
    }

    /// The capsule's name, if it has one: a copy, as whoever made it may change it.
    #[doc(alias = "PyCapsule_GetName")]
    #[inline]
    pub fn name(&self) -> Option<CString> {
        if let Some(head) = self.head() {
            // SAFETY: in a payload, which lives as long as the capsule.
            return Some(unsafe { head.as_ref() }.name.to_owned());
        }
        // SAFETY: a live capsule, which has a pointer: the call does not fail.
        let name = unsafe { ffi::PyCapsule_GetName(self.as_ptr()) };
        // SAFETY: a NUL-terminated string that lives as long as the capsule, by the rules of capsules.
        (!name.is_null()).then(|| unsafe { CStr::from_ptr(name) }.to_owned())
    }

    /// The capsule's context, which those who made it are free to use; NULL if it has none.
    #[doc(alias = "PyCapsule_GetContext")]
    #[inline]
    pub fn context(&self) -> *mut c_void {
        // SAFETY: a live capsule, which has a pointer: the call does not fail.
        unsafe { ffi::PyCapsule_GetContext(self.as_ptr()) }
    }
}

/// Drops the value of a capsule that is being freed.
extern "C" fn drop_payload<T>(capsule: *mut ffi::PyObject) {
    // SAFETY: destructors are called on an attached thread, and the token does not leave this function.
    let py = unsafe { Python::assume_attached() };
    // The value's drop may run any code; what is set now stays set.
    let _saved = SavedIndicator::save(py);
    // SAFETY: a capsule that is being freed, with its name and pointer still in place.
    let payload = unsafe { ffi::PyCapsule_GetPointer(capsule, NAME_IN_C.as_ptr()) };
    if !payload.is_null() {
        // SAFETY: `PyCapsule::new` made the capsule with this destructor out of a box of this type.
        let payload = unsafe { Box::from_raw(payload.cast::<Payload<T>>()) };
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
            crate::error::raise_panic(py, panic).write_unraisable(None);
        }
    }
}

//! Capsules: Python objects that hold a C pointer or a Rust value.

use std::any::TypeId;
use std::ffi::{CStr, CString, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::{self, NonNull};

use crate::error::{PyResult, PyTypeError, PyValueError, Raised, SavedIndicator, check_status};
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::PyCapsule;

/// The memory that a capsule with a Rust value points to.
#[repr(C)]
struct Payload<T> {
    /// First, because it is read before the type of the value is known.
    head: Head,
    value: T,
}

struct Head {
    kind: TypeId,
    /// The name given to [`PyCapsule::new`].
    name: &'static CStr,
}

/// The name that C sees for every Rust value. C code trusts a capsule's name, such as
/// `datetime.datetime_CAPI`, and reads its memory accordingly. Safe code can give a Rust value any name, so C
/// must not see that name.
const NAME_IN_C: &CStr = c"pyptr: a Rust value";

/// Its address marks the capsules that this copy of the crate has made of Rust values, as their context.
static MARKER: u8 = 0;

#[inline]
fn marker() -> *mut c_void {
    (&raw const MARKER).cast_mut().cast()
}

impl PyCapsule {
    /// A new capsule that owns a Rust value. The value is dropped with the capsule, on any thread; a panic
    /// while it is dropped is reported to `sys.unraisablehook`.
    ///
    /// `name` is by convention `c"module.attribute"`; [`get`](Borrowed::get) asks for it. Only the same
    /// library can read the value, because Rust has no stable layout. C code therefore sees another name, and
    /// cannot mistake the value for a pointer that it knows. To share a pointer with C code, use
    /// [`from_pointer`](PyCapsule::from_pointer).
    ///
    /// # Errors
    /// `MemoryError`; the value is dropped in this case, too.
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
            // SAFETY: from `Box::into_raw` above, and no capsule holds it.
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

    /// A new capsule for a C pointer, with an optional destructor. Other code must ask for the pointer by
    /// `name`.
    ///
    /// # Errors
    /// `MemoryError`; the destructor is not called in this case.
    ///
    /// # Safety
    /// While the capsule lives, the pointer is what code that asks for `name` expects. The destructor may be
    /// called with the capsule on any attached thread, and does not unwind.
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

    /// Imports a module, and returns the pointer in the capsule that is its attribute:
    /// `c"datetime.datetime_CAPI"`.
    ///
    /// The pointer is valid while the capsule lives. Nothing keeps the capsule alive: the module's attribute
    /// can be deleted. The type behind the pointer is a convention between the libraries, for this name.
    ///
    /// # Errors
    /// What the import raises, or `AttributeError` if the attribute is missing or is no capsule of this name.
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
    /// The Rust value in the capsule, borrowed from the capsule. [`PyCapsule::new`] must have made the
    /// capsule in this library, with a value of type `T` and this name.
    ///
    /// # Errors
    /// `ValueError` if the name differs, `TypeError` if the capsule holds anything else than a `T` of this
    /// library.
    #[doc(alias = "PyCapsule_GetPointer")]
    #[doc(alias = "PyCapsule_GetContext")]
    #[inline]
    pub fn get<T: 'static>(&self, name: &CStr) -> PyResult<'py, &T> {
        let Some(head) = self.head() else {
            self.pointer(Some(name))?;
            return Err(self.wrong_kind());
        };
        // SAFETY: the head is in a payload, which lives and does not change until the capsule is freed, and
        // which `self` borrows.
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

    /// The head of the Rust value's payload, if [`PyCapsule::new`] made the capsule.
    #[inline]
    fn head(&self) -> Option<NonNull<Head>> {
        if self.context() != marker() {
            return None;
        }
        // SAFETY: a live capsule. Only `PyCapsule::new` sets this context, for payloads, with this name.
        let payload = unsafe { ffi::PyCapsule_GetPointer(self.as_ptr(), NAME_IN_C.as_ptr()) };
        NonNull::new(payload.cast())
    }

    /// The pointer in the capsule, which was made by C code or by [`from_pointer`](PyCapsule::from_pointer).
    /// It is valid while the capsule lives.
    ///
    /// # Errors
    /// `ValueError` if the name differs, or if the capsule holds a Rust value.
    #[doc(alias = "PyCapsule_GetPointer")]
    #[inline]
    pub fn pointer(&self, name: Option<&CStr>) -> PyResult<'py, NonNull<c_void>> {
        let name = name.map_or(ptr::null(), CStr::as_ptr);
        // SAFETY: a live capsule; a NUL-terminated string or NULL.
        let pointer = unsafe { ffi::PyCapsule_GetPointer(self.as_ptr(), name) };
        NonNull::new(pointer).ok_or_else(|| Raised::set(self.py()))
    }

    /// Whether the capsule has this name. Cannot fail.
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

    /// A copy of the capsule's name, if it has one. (C code can change the name.)
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

    /// The capsule's context, a pointer that its creator may set; NULL if none was set.
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
    // Dropping the value may run any code; an exception that is set now stays set.
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

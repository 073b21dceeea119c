//! [`Borrowed`]: the place at which a Python object lives.

use std::cell::UnsafeCell;
use std::marker::{PhantomData, PhantomPinned};

use static_assertions::{assert_eq_align, assert_eq_size, assert_not_impl_any};

use super::Object;
use super::leaves_thread::LeavesThread;
use crate::refs::{PyAny, Python};
use crate::{ffi, refcount};

/// The place at which a Python object of kind `T` lives. Always used behind a reference:
/// `&'a Borrowed<'py, T>` is C's *borrowed reference*.
///
/// The reference is one word, the object's address, and changes no reference count. The compiler makes sure
/// that it does not outlive what keeps the object alive: an [`Owned`](crate::Owned), a tuple that holds the
/// object, the arguments of a call. `Borrowed` is to [`Owned`](crate::Owned) what `str` is to `String`;
/// [`new_ref`](Borrowed::new_ref) and `to_owned()` take a new strong reference.
///
/// Because the reference is only a pointer, `&[&Borrowed<PyAny>]` has the layout of a vectorcall's array, and
/// `&Borrowed<T>` and `Option<&Borrowed<T>>` (C's nullable argument) can stand in `extern "C"` signatures.
///
/// # Methods by type
///
/// All pointers have these methods, through deref. An object of any type also has the methods of any object. The page of
/// each type, such as [`PyString`](crate::types::PyString), has a table of its methods and constructors.
///
/// | of | methods |
/// |---|---|
/// | every pointer | [address, token, identity, count](#methods-of-every-pointer) · [a reference of one's own](#every-pointer-a-reference-of-ones-own) · [casts](#every-pointer-casts) · [slices and options](#every-pointer-slices-and-options) · [from C](#every-pointer-from-c) · [counting by hand](#every-pointer-counting-by-hand) |
/// | any object | [attributes](#methods-of-any-object-attributes) · [items](#any-object-items) · [iteration](#any-object-iteration) · [calls](#any-object-calls) · [comparison and truth](#any-object-comparison-and-truth) · [as text](#any-object-as-text) · [class](#any-object-its-class) · [casts to a class](#any-object-casts-to-a-class) · [numbers](#any-object-arithmetic) · [sequences](#any-object-sequences) · [mappings](#any-object-mappings) · [to Rust values](#any-object-to-rust-values) · [as a scalar](#any-object-as-a-scalar) · [buffers](#any-object-buffers) · [protocols](#any-object-protocols-and-the-collector) · [paths and codecs](#any-object-paths-and-codecs) · [files](#any-object-files) · [fast sequences](#any-object-fast-sequences) · [marshal](#any-object-marshal) |
/// | text, bytes | [`str`](#methods-of-str) · [`bytes`](#methods-of-bytes) · [`bytearray`](#methods-of-bytearray) |
/// | numbers | [`int`](#methods-of-int) · [`float`](#methods-of-float) · [`bool`](#methods-of-bool) · [`complex`](#methods-of-complex) |
/// | containers | [`list`](#methods-of-list) · [`tuple`](#methods-of-tuple) · [`dict`](#methods-of-dict) · [`set`](#methods-of-set) · [`frozenset`](#methods-of-set-and-frozenset) · [`slice`](#methods-of-slice) · [`range`](#methods-of-range) · [iterators](#methods-of-iterators) |
#[cfg_attr(
    Py_3_15,
    doc = "| since 3.15 | [`frozendict`](#methods-of-frozendict) |"
)]
/// | programs | [`type`](#methods-of-type) · [modules](#methods-of-modules) · [exceptions](#methods-of-exceptions) · [Unicode errors](#methods-of-unicode-errors) · [code objects](#methods-of-code-objects) · [functions](#methods-of-functions) · [bound methods](#methods-of-bound-methods) · [C functions](#methods-of-c-functions) · [C methods](#methods-of-c-methods) · [frames](#methods-of-frames) · [tracebacks](#methods-of-tracebacks) · [cells](#methods-of-cells) |
/// | time | [`date`](#methods-of-date) · [`datetime`](#methods-of-datetime) · [`time`](#methods-of-time) · [`timedelta`](#methods-of-timedelta) |
/// | more | [capsules](#methods-of-capsules) · [weak references](#methods-of-weak-references) · [contexts](#methods-of-contexts) · [context variables](#methods-of-context-variables) |
#[repr(C)]
pub struct Borrowed<'py, T: Object> {
    // The cell must be a field: inside `PhantomData` it does not count as interior mutability. rustc would mark
    // `&Borrowed` as `noalias readonly`, and a program that read, incremented and read a count again was
    // miscompiled at -O3; tests/codegen/layout.rs has that program.
    _object: UnsafeCell<[ffi::PyObject; 0]>,
    _marker: PhantomData<(Python<'py>, Kind<T>, PhantomPinned)>,
}

// SAFETY: for no type: nothing has `LeavesThread`, which is there for its sentence.
unsafe impl<'py, T: Object> Send for Borrowed<'py, T> where Borrowed<'py, T>: LeavesThread {}
// SAFETY: as above.
unsafe impl<'py, T: Object> Sync for Borrowed<'py, T> where Borrowed<'py, T>: LeavesThread {}

/// Covariant in `T`, without owning a `T`.
pub(super) type Kind<T> = fn() -> T;

/// [`&Borrowed`](Borrowed) with one lifetime in place of two, for structs: both are covariant.
pub type Ref<'a, T> = &'a Borrowed<'a, T>;

assert_eq_size!(&'static Borrowed<'static, PyAny>, *mut ffi::PyObject);
assert_eq_size!(
    Option<&'static Borrowed<'static, PyAny>>,
    *mut ffi::PyObject
);
assert_eq_size!(Borrowed<'static, PyAny>, ());
assert_eq_align!(Borrowed<'static, PyAny>, ffi::PyObject);
assert_not_impl_any!(Borrowed<'static, PyAny>: Send, Sync, Unpin, Clone, Copy, Default, PartialEq, std::hash::Hash);
assert_not_impl_any!(&'static Borrowed<'static, PyAny>: Send);

/// Covariant in `'py` and in the borrow.
const _: fn() = || {
    fn _covariant<'short, 'long: 'short, T: Object>(
        place: &'long Borrowed<'long, T>,
    ) -> &'short Borrowed<'short, T> {
        place
    }
};

/// # Methods of every pointer
impl<'py, T: Object> Borrowed<'py, T> {
    /// The object's address, for the C API. No reference count changes: the pointer is borrowed, and valid for
    /// as long as `self`.
    #[inline(always)]
    pub const fn as_ptr(&self) -> *mut ffi::PyObject {
        // The only place where a reference to the zero-sized place becomes a pointer to the object. Under Tree
        // Borrows, the pointer's provenance reaches beyond the place; see the soundness chapter.
        self._object.get().cast()
    }

    /// The token of the attached thread that this reference belongs to.
    #[inline(always)]
    pub fn py(&self) -> Python<'py> {
        // SAFETY: a `Borrowed<'py, _>` is only made from a token for 'py, and is not `Send`.
        unsafe { Python::assume_attached() }
    }

    /// Whether both are the same object (Python's `is`).
    #[doc(alias = "Py_Is")]
    #[inline(always)]
    pub fn is<U: Object>(&self, other: &Borrowed<'_, U>) -> bool {
        self.as_ptr() == other.as_ptr()
    }

    /// The object's reference count, for diagnosis and tests.
    ///
    /// No unsafe code may rely on it: on free-threaded builds other threads change it at any time, and immortal
    /// objects report a constant.
    #[doc(alias = "Py_REFCNT")]
    #[inline]
    pub fn refcount(&self) -> isize {
        // SAFETY: `self` is alive and its thread attached, by the type's contract.
        unsafe { refcount::refcount(self.as_ptr()) }
    }

    /// The same reference as one to any object, [`PyAny`]: the explicit form of deref.
    #[inline(always)]
    pub fn as_any(&self) -> &Borrowed<'py, PyAny> {
        // SAFETY: every object is of kind `PyAny`; the lifetime is that of `self`.
        unsafe { self.cast_unchecked() }
    }
}

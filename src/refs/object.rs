//! [`Object`]: the markers that stand for the `T` of a pointer, and what the crate relies on.

/// A marker for a kind of Python object: the `T` of [`Owned<'py, T>`](crate::Owned).
///
/// # Safety
/// If `IMMORTAL` is true, every object that a pointer with this `T` can point to is immortal in CPython's
/// sense, on the version that the crate is built for. The crate then does not count references to it.
pub unsafe trait Object: Sized + 'static {
    /// The type's name in error messages, such as `str`.
    const NAME: &'static str;
    /// Whether references to objects of this kind are not counted, because all of them are immortal. With the feature
    /// `ledger` they are recorded all the same.
    const IMMORTAL: bool = false;
}

/// Whether references to objects of this kind are taken and released without counting. The ledger records all of them,
/// so that what is lost is named, whether or not a count shows it.
#[inline(always)]
pub(crate) const fn uncounted<T: Object>() -> bool {
    T::IMMORTAL && !cfg!(feature = "ledger")
}

/// A kind of object whose objects are also of another kind: `&Borrowed<Self>` derefs to
/// `&Borrowed<Self::Base>`.
///
/// # Safety
/// Every object of kind `Self` is one of kind `Base`.
pub unsafe trait Subtype: Object {
    /// The next more general kind. Each chain of bases ends with [`PyAny`](crate::types::PyAny).
    type Base: Object;
}

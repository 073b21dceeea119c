//! What the `T` of a pointer may be, and what the crate may conclude from it.

/// A marker for a kind of Python object: the `T` of [`Owned<'py, T>`](crate::Owned).
///
/// # Safety
/// Where `IMMORTAL` is true, every object of this kind (every one for which a pointer with this `T`
/// may exist) is immortal in CPython's sense on the version built for: its reference count is never
/// written. Pointers to it are then copied and dropped without counting.
pub unsafe trait Object: Sized + 'static {
    /// The type's name in error messages, such as `str`.
    const NAME: &'static str;
    /// Whether reference counting can be left out altogether.
    const IMMORTAL: bool = false;
}

/// A kind of object that is also of another kind: `&Borrowed<Self>` derefs to `&Borrowed<Self::Base>`.
///
/// # Safety
/// Every object of kind `Self` is one of kind `Base`.
pub unsafe trait Subtype: Object {
    /// The next more general kind, [`PyAny`](crate::types::PyAny) in the end.
    type Base: Object;
}

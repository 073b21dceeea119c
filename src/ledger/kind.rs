//! How a reference was taken.

/// How a reference was taken: the word in brackets after the line in a report.
#[derive(Clone, Copy)]
#[cfg_attr(
    feature = "ledger",
    derive(Debug, PartialEq, Eq, Hash, PartialOrd, Ord)
)]
#[repr(u8)]
#[non_exhaustive]
#[cfg_attr(not(feature = "ledger"), allow(dead_code, unreachable_pub))]
pub enum Kind {
    /// The result of a function of this crate: a constructor, a look-up, a call.
    New,
    /// [`new_ref`](crate::Borrowed::new_ref).
    NewRef,
    /// `to_owned()` and the conversions from a borrowed reference.
    ToOwned,
    /// `clone()` and `clone_ref()`.
    Clone,
    /// [`Owned::from_borrowed_ptr`](crate::Owned::from_borrowed_ptr) and similar functions.
    FromBorrowed,
    /// [`Owned::from_owned_ptr`](crate::Owned::from_owned_ptr) and similar functions: the raw C API made the
    /// reference.
    Adopted,
    /// `incref()`, counted by hand.
    Incref,
    /// Not a reference that is held, but a raw pointer that [`Borrowed::from_ptr`](crate::Borrowed::from_ptr)
    /// made into a borrowed reference. Only while [everything is watched](crate::ledger::Watch::All).
    Borrowed,
    /// A buffer that the raw `PyObject_GetBuffer` filled in.
    Buffer,
    /// A raw `Py_INCREF`. Only while objects are watched.
    RawIncref,
    /// A raw `Py_DECREF`. Only while objects are watched.
    RawDecref,
    /// An exception, or a part of it, that the raw `PyErr_Fetch` returned. Only while objects are watched.
    Fetched,
    /// An item that the raw `PyList_SET_ITEM` or `PyTuple_SET_ITEM` has overwritten. Only while objects are watched.
    Replaced,
    /// An argument of an exported function whose count the call has changed. Only while objects are watched.
    Argument,
}

#[cfg(feature = "ledger")]
impl Kind {
    const ALL: [Kind; 14] = [
        Kind::New,
        Kind::NewRef,
        Kind::ToOwned,
        Kind::Clone,
        Kind::FromBorrowed,
        Kind::Adopted,
        Kind::Incref,
        Kind::Borrowed,
        Kind::Buffer,
        Kind::RawIncref,
        Kind::RawDecref,
        Kind::Fetched,
        Kind::Replaced,
        Kind::Argument,
    ];

    /// The word for this kind in reports.
    #[inline]
    pub const fn name(self) -> &'static str {
        match self {
            Kind::New => "new",
            Kind::NewRef => "new_ref",
            Kind::ToOwned => "to_owned",
            Kind::Clone => "clone",
            Kind::FromBorrowed => "from borrowed",
            Kind::Adopted => "adopted",
            Kind::Incref => "incref",
            Kind::Borrowed => "borrowed",
            Kind::Buffer => "buffer",
            Kind::RawIncref => "raw incref",
            Kind::RawDecref => "raw decref",
            Kind::Fetched => "fetched",
            Kind::Replaced => "overwritten",
            Kind::Argument => "argument",
        }
    }

    /// The kind with the number that records store.
    #[inline]
    pub(super) fn of(number: u8) -> Kind {
        Kind::ALL[usize::from(number)]
    }
}

//! How a reference was taken.

/// How a reference was taken: what a report shows in brackets behind the line.
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
    /// [`Owned::from_borrowed_ptr`](crate::Owned::from_borrowed_ptr) and its like.
    FromBorrowed,
    /// [`Owned::from_owned_ptr`](crate::Owned::from_owned_ptr) and its like: made by the raw C API.
    Adopted,
    /// `incref()`, counted by hand.
    Incref,
    /// Not a reference that is held: a raw pointer taken for a borrowed one, by
    /// [`Borrowed::from_ptr`](crate::Borrowed::from_ptr). Only where everything is
    /// [watched](crate::ledger::Watch::All).
    Borrowed,
}

#[cfg(feature = "ledger")]
impl Kind {
    const ALL: [Kind; 8] = [
        Kind::New,
        Kind::NewRef,
        Kind::ToOwned,
        Kind::Clone,
        Kind::FromBorrowed,
        Kind::Adopted,
        Kind::Incref,
        Kind::Borrowed,
    ];

    /// The word for it in reports.
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
        }
    }

    /// The kind with this number; the numbers are those of records.
    #[inline]
    pub(super) fn of(number: u8) -> Kind {
        Kind::ALL[usize::from(number)]
    }
}

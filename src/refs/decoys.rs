//! Methods that a borrowed pointer does not have: what the compiler says of them.

use super::{Borrowed, Object, Owned, PyAny, Shared};

/// What is only borrowed cannot be given away: never implemented.
#[diagnostic::on_unimplemented(
    message = "this gives a reference away, and `{Self}` is only borrowed here",
    label = "for an `Owned`",
    note = "`.to_owned()` takes a reference of its own, which can be given away: `object.to_owned().into_shared()`",
    note = "`.as_any()` is the same borrowed pointer as one to any object"
)]
pub trait GivenAway<T> {
    #[doc(hidden)]
    fn never<R>() -> R;
}

macro_rules! decoys {
    ($($name:ident -> $result:ty;)*) => {
        impl<'py, T: Object> Borrowed<'py, T> { $(
            #[doc(hidden)]
            #[inline]
            pub fn $name<Marker>(&self) -> $result
            where
                Self: GivenAway<Marker>,
            {
                <Self as GivenAway<Marker>>::never()
            }
        )* }
    };
}

decoys! {
    into_any -> Owned<'py, PyAny>;
    into_shared -> Shared<T>;
}

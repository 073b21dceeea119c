//! Methods that a borrowed `str` does not have: what the compiler says of them.

use crate::error::PyResult;
use crate::refs::{Borrowed, Owned};
use crate::types::PyString;

/// What is only borrowed cannot be consumed: never implemented.
#[diagnostic::on_unimplemented(
    message = "this consumes the str, which is only borrowed here",
    label = "not for `&Borrowed<PyString>`",
    note = "`.to_owned()` takes a reference of its own, which can be consumed: `text.to_owned().append(&other)`",
    note = "`.concat(&other)` and `.concat_str(\"text\")` leave the str as it is, and return a new one"
)]
pub trait Consumed<T> {
    #[doc(hidden)]
    fn never<R>() -> R;
}

macro_rules! decoys {
    ($($name:ident),*) => {
        impl<'py> Borrowed<'py, PyString> {
            $(
            #[doc(hidden)]
            #[inline]
            pub fn $name<T>(&self, _other: T) -> PyResult<'py, Owned<'py, PyString>>
            where
                Self: Consumed<T>,
            {
                <Self as Consumed<T>>::never()
            }
            )*
        }
    };
}

decoys! { append, append_str }

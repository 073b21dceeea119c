//! What a call may return, and what is wrong with it.

use std::collections::HashMap;
use std::ffi::{CStr, CString};

use pyptr::buffer::{BufferCell, BufferElement, PyBuffer, ReadOnlyCell};
use pyptr::error::PyErr;
use pyptr::types::*;
use pyptr::{Borrowed, CastError, CastIntoError, Object, Owned, Python, Raised, Shared, TypeCheck};

/// A result. A public function whose result is of another kind needs a line here.
#[diagnostic::on_unimplemented(
    message = "tests/hostile/program/inspect.rs does not say how to look at a result of type `{Self}`"
)]
pub trait Inspect<'py>: Sized {
    fn look_at(self, py: Python<'py>, wrong: &mut Option<String>);
}

/// These can be nothing else than what they are.
macro_rules! plain {
    ($($kind:ty),* $(,)?) => { $(
        impl<'py> Inspect<'py> for $kind {
            fn look_at(self, _: Python<'py>, _: &mut Option<String>) {}
        }
    )* };
}

plain! {
    (), bool, char, u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, f32, f64, String, CString,
    std::cmp::Ordering, TypeAddr, SliceIndices, &CStr, &[isize], &[u16], &[u32], CompareOp,
    Python<'_>, &u64,
}

impl<'py, T: ?Sized> Inspect<'py> for *mut T {
    fn look_at(self, _: Python<'py>, _: &mut Option<String>) {}
}

impl<'py, T> Inspect<'py> for std::ptr::NonNull<T> {
    fn look_at(self, _: Python<'py>, _: &mut Option<String>) {}
}

impl<'py> Inspect<'py> for pyptr::ffi::vectorcallfunc {
    fn look_at(self, _: Python<'py>, _: &mut Option<String>) {}
}

/// Text is read as a whole.
impl<'py> Inspect<'py> for &str {
    fn look_at(self, py: Python<'py>, wrong: &mut Option<String>) {
        self.as_bytes().look_at(py, wrong);
    }
}

impl<'py> Inspect<'py> for &[u8] {
    fn look_at(self, _: Python<'py>, _: &mut Option<String>) {
        std::hint::black_box(self.iter().fold(0_u8, |sum, byte| sum ^ byte));
    }
}

fn check<'py, T: TypeCheck>(object: &Borrowed<'py, T>, wrong: &mut Option<String>) {
    if !T::is_type_of(object.as_any()) {
        *wrong = Some(format!("a result is no {}: {object:?}", T::NAME));
    }
    if object.refcount() < 1 {
        *wrong = Some(format!("a result has no reference: {object:?}"));
    }
}

impl<'py, T: TypeCheck> Inspect<'py> for &Borrowed<'py, T> {
    fn look_at(self, _: Python<'py>, wrong: &mut Option<String>) {
        check(self, wrong);
    }
}

impl<'py, T: TypeCheck> Inspect<'py> for Owned<'py, T> {
    fn look_at(self, _: Python<'py>, wrong: &mut Option<String>) {
        check(&self, wrong);
    }
}

impl<'py, T: TypeCheck> Inspect<'py> for &Owned<'py, T> {
    fn look_at(self, _: Python<'py>, wrong: &mut Option<String>) {
        check(self, wrong);
    }
}

impl<'py, T: TypeCheck> Inspect<'py> for Shared<T> {
    fn look_at(self, py: Python<'py>, wrong: &mut Option<String>) {
        self.into_owned(py).look_at(py, wrong);
    }
}

/// The exception is set, and is taken.
impl<'py> Inspect<'py> for Raised<'py> {
    fn look_at(self, py: Python<'py>, wrong: &mut Option<String>) {
        // SAFETY: attached.
        if unsafe { pyptr::ffi::PyErr_Occurred() }.is_null() {
            *wrong = Some("an error without an exception".into());
        }
        self.into_exception().look_at(py, wrong);
    }
}

impl<'py> Inspect<'py> for PyErr {
    fn look_at(self, py: Python<'py>, wrong: &mut Option<String>) {
        self.into_exception(py).look_at(py, wrong);
    }
}

impl<'py, T: Object, U: TypeCheck> Inspect<'py> for CastIntoError<'py, T, U> {
    fn look_at(self, py: Python<'py>, wrong: &mut Option<String>) {
        Raised::from(self).look_at(py, wrong);
    }
}

impl<'py, U: TypeCheck> Inspect<'py> for CastError<'_, 'py, U> {
    fn look_at(self, py: Python<'py>, wrong: &mut Option<String>) {
        Raised::from(self).look_at(py, wrong);
    }
}

impl<'py, T: Inspect<'py>, E: Inspect<'py>> Inspect<'py> for Result<T, E> {
    fn look_at(self, py: Python<'py>, wrong: &mut Option<String>) {
        match self {
            Ok(value) => {
                // SAFETY: attached.
                if !unsafe { pyptr::ffi::PyErr_Occurred() }.is_null() {
                    *wrong = Some("a result with an exception set".into());
                }
                value.look_at(py, wrong);
            }
            Err(error) => error.look_at(py, wrong),
        }
    }
}

impl<'py, T: Inspect<'py>> Inspect<'py> for Option<T> {
    fn look_at(self, py: Python<'py>, wrong: &mut Option<String>) {
        if let Some(value) = self {
            value.look_at(py, wrong);
        }
    }
}

/// Containers of results: some of them are looked at.
macro_rules! many {
    ($([$($generics:tt)*] $kind:ty;)*) => { $(
        impl<'py, $($generics)*> Inspect<'py> for $kind {
            fn look_at(self, py: Python<'py>, wrong: &mut Option<String>) {
                for item in self.into_iter().take(20) {
                    item.look_at(py, wrong);
                }
            }
        }
    )* };
}

many! {
    [T: Inspect<'py>] Vec<T>;
    [T: Inspect<'py>, const N: usize] [T; N];
    [K: Inspect<'py>, V: Inspect<'py>] HashMap<K, V>;
    [] DictIter<'_, 'py>;
    [] ListIter<'_, 'py>;
    [] TupleIter<'_, 'py>;
    ['a, T: TypeCheck] &[&'a Borrowed<'py, T>];
}

impl<'py, T: TypeCheck> Inspect<'py> for &&Borrowed<'py, T> {
    fn look_at(self, py: Python<'py>, wrong: &mut Option<String>) {
        (*self).look_at(py, wrong);
    }
}

impl<'py, A: Inspect<'py>, B: Inspect<'py>> Inspect<'py> for (A, B) {
    fn look_at(self, py: Python<'py>, wrong: &mut Option<String>) {
        self.0.look_at(py, wrong);
        self.1.look_at(py, wrong);
    }
}

impl<'py> Inspect<'py> for Loaded<'_, 'py> {
    fn look_at(self, py: Python<'py>, wrong: &mut Option<String>) {
        match self {
            Loaded::Str(object) => object.look_at(py, wrong),
            Loaded::Object(object) => object.look_at(py, wrong),
            _ => {}
        }
    }
}

impl<'py> Inspect<'py> for Sent<'py> {
    fn look_at(self, py: Python<'py>, wrong: &mut Option<String>) {
        let (Sent::Yielded(object) | Sent::Returned(object)) = self;
        object.look_at(py, wrong);
    }
}

impl<'py> Inspect<'py> for FastSequence<'py> {
    fn look_at(self, py: Python<'py>, wrong: &mut Option<String>) {
        (0..self.len().min(20)).for_each(|index| self.get(index).look_at(py, wrong));
    }
}

impl<'py> Inspect<'py> for PyBuffer<'py> {
    fn look_at(self, py: Python<'py>, wrong: &mut Option<String>) {
        self.to_vec().look_at(py, wrong);
    }
}

impl<'py> Inspect<'py> for ReprGuard<'_, 'py> {
    fn look_at(self, _: Python<'py>, _: &mut Option<String>) {}
}

impl<'py> Inspect<'py> for CodeUnits<'_> {
    fn look_at(self, py: Python<'py>, wrong: &mut Option<String>) {
        match self {
            CodeUnits::One(units) => units.look_at(py, wrong),
            CodeUnits::Two(units) => units.look_at(py, wrong),
            CodeUnits::Four(units) => units.look_at(py, wrong),
        }
    }
}

impl<'py> Inspect<'py> for OwnedStr<'py> {
    fn look_at(self, py: Python<'py>, wrong: &mut Option<String>) {
        self.as_str().look_at(py, wrong);
        self.owner().look_at(py, wrong);
        self.into_owner().look_at(py, wrong);
    }
}

impl<'py> Inspect<'py> for OwnedBytes<'py> {
    fn look_at(self, py: Python<'py>, wrong: &mut Option<String>) {
        self.as_bytes().look_at(py, wrong);
        self.owner().look_at(py, wrong);
        self.into_owner().look_at(py, wrong);
    }
}

impl<'py, T: BufferElement> Inspect<'py> for &[ReadOnlyCell<T>] {
    fn look_at(self, _: Python<'py>, _: &mut Option<String>) {
        self.iter().for_each(|cell| {
            std::hint::black_box(cell.get());
        });
    }
}

impl<'py, T: BufferElement> Inspect<'py> for &[BufferCell<T>] {
    fn look_at(self, _: Python<'py>, _: &mut Option<String>) {
        self.iter().for_each(|cell| cell.set(cell.get()));
    }
}

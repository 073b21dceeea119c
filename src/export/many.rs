//! What a call lends for `*args` and `**kwargs`: held as one argument is, in an array of its own.

use std::marker::PhantomData;
use std::ptr::NonNull;
use std::slice;

use super::arguments::{Arguments, Call};
use super::function::Function;
use crate::error::{PyResult, with_room};
use crate::refs::{Borrowed, Object, Owned, Python};
use crate::types::{PyAny, PyDict, PyString};
use crate::{ffi, refcount};

/// The arguments by name of a call: what a Rust function gets for `**kwargs` in [`module!`](crate::module).
///
/// A view of names and values, borrowed for the call: no dict is made. `Copy`.
///
/// ```
/// use pyptr::export::Keywords;
/// use pyptr::{Borrowed, PyResult, types::PyAny};
///
/// fn style<'py>(items: &[&Borrowed<'py, PyAny>], options: Keywords<'_, 'py>) -> PyResult<'py, String> {
///     let mut text = format!("{} items", items.len());
///     for (name, value) in options {
///         text += &format!(", {}={}", name.to_str()?, value.repr()?.to_str()?);
///     }
///     Ok(text)
/// }
///
/// pyptr::module! { mod styles { fn style(*items, **options); } }
/// # fn main() {
/// # styles().append_to_inittab();
/// # pyptr::Python::initialize();
/// # let code = c"import styles; assert styles.style(1, 2, width=3) == '2 items, width=3'";
/// # pyptr::Python::attach(|py| py.run(code, None, None).map(drop).unwrap());
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct Keywords<'a, 'py> {
    py: Python<'py>,
    names: &'a [&'a Borrowed<'py, PyString>],
    values: &'a [&'a Borrowed<'py, PyAny>],
}

impl<'a, 'py> Keywords<'a, 'py> {
    /// The number of arguments.
    #[inline]
    pub fn len(self) -> usize {
        self.names.len()
    }

    /// Whether there is none.
    #[inline]
    pub fn is_empty(self) -> bool {
        self.names.is_empty()
    }

    /// The names, in the order of the call.
    #[inline]
    pub fn names(self) -> &'a [&'a Borrowed<'py, PyString>] {
        self.names
    }

    /// The values, in the same order.
    #[inline]
    pub fn values(self) -> &'a [&'a Borrowed<'py, PyAny>] {
        self.values
    }

    /// The value of the argument with this name. Borrowed.
    #[inline]
    pub fn get(self, name: &str) -> Option<&'a Borrowed<'py, PyAny>> {
        let position = self.names.iter().position(|other| other.eq_str(name))?;
        self.values.get(position).copied()
    }

    /// The names and values. Borrowed.
    #[inline]
    pub fn iter(
        self,
    ) -> impl ExactSizeIterator<Item = (&'a Borrowed<'py, PyString>, &'a Borrowed<'py, PyAny>)>
    + use<'a, 'py> {
        self.names.iter().copied().zip(self.values.iter().copied())
    }

    /// A new dict of them. A new reference; the dict takes references to names and values.
    ///
    /// # Errors
    /// `MemoryError`.
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn to_dict(self) -> PyResult<'py, Owned<'py, PyDict>> {
        let dict = PyDict::new(self.py)?;
        for (name, value) in self {
            dict.set_item(name, value)?;
        }
        Ok(dict)
    }
}

impl<'a, 'py> IntoIterator for Keywords<'a, 'py> {
    type Item = (&'a Borrowed<'py, PyString>, &'a Borrowed<'py, PyAny>);
    type IntoIter = std::iter::Zip<
        std::iter::Copied<slice::Iter<'a, &'a Borrowed<'py, PyString>>>,
        std::iter::Copied<slice::Iter<'a, &'a Borrowed<'py, PyAny>>>,
    >;

    #[inline]
    fn into_iter(self) -> Self::IntoIter {
        self.names.iter().copied().zip(self.values.iter().copied())
    }
}

/// The boundary's own references for a call of `F`: to the arguments for `*args`, or to the names and then the values of
/// those for `**kwargs`. No references are taken for a function that is declared to do without.
pub struct HeldMany<'py, F: Function> {
    objects: Vec<NonNull<ffi::PyObject>>,
    /// How many of them are names.
    names: usize,
    py: Python<'py>,
    _function: PhantomData<fn() -> F>,
}

impl<'py, F: Function> HeldMany<'py, F> {
    fn with_room(py: Python<'py>, len: usize, names: usize) -> PyResult<'py, HeldMany<'py, F>> {
        Ok(HeldMany {
            objects: with_room(py, len)?,
            names,
            py,
            _function: PhantomData,
        })
    }

    /// There is room for it.
    #[inline]
    fn push(&mut self, object: &Borrowed<'py, PyAny>) {
        let Some(object) = NonNull::new(object.as_ptr()) else {
            return; // A reference is never NULL.
        };
        if F::HOLDS {
            // SAFETY: alive, since it was lent and no other code has run; its lifetime 'py proves the attachment.
            unsafe { refcount::incref(object.as_ptr()) }
        }
        self.objects.push(object);
    }

    /// The objects of kind `T` from `start` on, as many as `len`.
    ///
    /// # Safety
    /// There are so many, and they are of this kind.
    #[inline]
    unsafe fn slice<T: Object>(&self, start: usize, len: usize) -> &[&Borrowed<'py, T>] {
        // SAFETY: the caller's promise for the place.
        let first = unsafe { self.objects.as_ptr().add(start) };
        // SAFETY: a `&Borrowed` is the object's address and nothing else; `self` has a reference to each, or whoever declared
        // `F` promised that its callers have; the caller promises the rest.
        unsafe { slice::from_raw_parts(first.cast(), len) }
    }

    /// The arguments for `*args`.
    #[inline]
    pub fn positional(&self) -> &[&Borrowed<'py, PyAny>] {
        // SAFETY: all of them; every object is of this kind.
        unsafe { self.slice(self.names, self.objects.len() - self.names) }
    }

    /// The arguments for `**kwargs`.
    #[inline]
    pub fn keywords(&self) -> Keywords<'_, 'py> {
        Keywords {
            py: self.py,
            // SAFETY: the names are first, and were checked to be strs.
            names: unsafe { self.slice(0, self.names) },
            values: self.positional(),
        }
    }
}

impl<F: Function> Drop for HeldMany<'_, F> {
    fn drop(&mut self) {
        if F::HOLDS {
            for object in &self.objects {
                // SAFETY: `push` took a reference; 'py proves the attachment.
                unsafe { refcount::decref(object.as_ptr()) }
            }
        }
    }
}

/// Holds the arguments for `*args`.
///
/// # Errors
/// `MemoryError`.
pub fn take_rest<'a, 'py, F: Function>(
    call: &Call<'a, 'py, F>,
    arguments: &impl Arguments<'a, 'py>,
) -> PyResult<'py, HeldMany<'py, F>> {
    let rest = arguments.rest();
    let mut held = HeldMany::with_room(call.py(), rest.len(), 0)?;
    rest.iter().for_each(|argument| held.push(argument));
    Ok(held)
}

/// Holds the arguments for `**kwargs`.
///
/// # Errors
/// `MemoryError`.
pub fn take_keywords<'a, 'py, F: Function>(
    call: &Call<'a, 'py, F>,
    arguments: &impl Arguments<'a, 'py>,
) -> PyResult<'py, HeldMany<'py, F>> {
    let keywords = arguments.keywords();
    let mut held = HeldMany::with_room(call.py(), 2 * keywords.len(), keywords.len())?;
    keywords.iter().for_each(|(name, _)| held.push(name));
    keywords.iter().for_each(|(_, value)| held.push(value));
    Ok(held)
}

//! The items of a dict, lent: scalars by value.

use super::lender::Lender;
use crate::error::Raised;
use crate::ledger::Site;
use crate::refs::Borrowed;
use crate::sync::with_critical_section;
use crate::types::any::Held;
use crate::types::{Loaded, PyDict};

/// ## dict: items that are lent
impl<'py> Borrowed<'py, PyDict> {
    /// Calls `f` with each key and value, up to the first error: scalars by value, the rest lent until `f` returns. The fastest
    /// way to iterate over a dict that is safe, on every build.
    ///
    /// What the dict itself holds, in its order. A subclass may iterate in another, such as an `OrderedDict` after
    /// `move_to_end`: [`as_any().items()`](Borrowed::items) asks it, and the conversion to a [map](crate::convert) reads it as
    /// `dict(object)` would.
    ///
    /// What is lent stays alive until `f` returns, whatever happens to the dict: as for [lists](Borrowed::for_each_loaded), or
    /// because the dict is watched, as for [`try_for_each`](Borrowed::try_for_each).
    ///
    /// `f` may run any code. On free-threaded builds the dict is locked once for all items, as by
    /// [`with_critical_section`](crate::sync::with_critical_section).
    ///
    /// # Errors
    /// The first error of `f`; Python's own `RuntimeError` if the dict's size or keys change meanwhile, see
    /// [`DictIter`](crate::types::DictIter).
    ///
    /// ```
    /// # use pyptr::{PyResult, Python, types::{Loaded, PyDict}};
    /// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    /// let dict = py.eval(c"{'spam': 3, 'eggs': 4}", None, None)?.cast_into::<PyDict>()?;
    /// let mut order = String::new();
    /// dict.for_each_loaded(|key, value| {
    ///     if let (Loaded::Str(name), Loaded::Int(number)) = (key, value) {
    ///         order += &format!("{number} {} ", name.to_str()?);
    ///     }
    ///     PyResult::Ok(())
    /// })?;
    /// assert_eq!(order, "3 spam 4 eggs ");
    /// # Ok(()) }
    /// # Python::initialize();
    /// # Python::attach(|py| run(py).unwrap());
    /// ```
    #[doc(alias = "PyDict_Next")]
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn for_each_loaded<E: From<Raised<'py>>>(
        &self,
        f: impl FnMut(Loaded<'_, 'py>, Loaded<'_, 'py>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.for_each_loaded_or(E::from, f)
    }

    /// [`for_each_loaded`](Borrowed::for_each_loaded) for any error type: `lost` makes one of the loop's own
    /// `RuntimeError`, as for [`try_for_each_or`](Borrowed::try_for_each_or).
    ///
    /// # Errors
    /// The first error of `f`, or what `lost` makes.
    #[doc(alias = "PyDict_Next")]
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn for_each_loaded_or<E>(
        &self,
        lost: impl FnOnce(Raised<'py>) -> E,
        mut f: impl FnMut(Loaded<'_, 'py>, Loaded<'_, 'py>) -> Result<(), E>,
    ) -> Result<(), E> {
        let (py, site) = (self.py(), Site::here());
        let cursor = Lender::cursor(py);
        with_critical_section(self, || {
            // SAFETY: the dict is locked until the lender is dropped; a lock that `f` releases for a time is held again
            // when `f` returns.
            let mut lender = unsafe { Lender::begin(self, cursor) };
            // SAFETY: as above.
            while let Some(lent) = match unsafe { lender.next() } {
                Ok(lent) => lent,
                Err(raised) => return Err(lost(raised)),
            } {
                let (mut key, mut value) = (Held::nothing(), Held::nothing());
                // The key last, at which most closures look first: then the optimiser joins the two looks at it.
                // SAFETY: the dict has the value now, and the lender keeps it until `next` if it is not to be counted.
                let value = unsafe { value.lend(py, lent.value, lent.counted, site) };
                // SAFETY: as above.
                let key = unsafe { key.lend(py, lent.key, lent.counted, site) };
                f(key, value)?;
            }
            Ok(())
        })
    }
}

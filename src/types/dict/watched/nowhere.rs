//! Where dicts are not watched: nobody gets here.

use std::convert::Infallible;
use std::marker::PhantomData;

use crate::ffi;
use crate::refs::Borrowed;
use crate::types::PyDict;
use crate::types::dict::entries::Cursor;

/// There is none.
pub(super) struct Watched<'a, 'py>(Infallible, PhantomData<&'a Borrowed<'py, PyDict>>);

impl<'a, 'py> Watched<'a, 'py> {
    /// # Safety
    /// None is needed here.
    #[inline(always)]
    pub(super) unsafe fn begin(
        _dict: &'a Borrowed<'py, PyDict>,
        _size: usize,
        _cursor: &Cursor,
    ) -> Option<Watched<'a, 'py>> {
        None
    }

    #[inline(always)]
    pub(super) fn has_changed(&self) -> bool {
        match self.0 {}
    }

    #[inline(always)]
    pub(super) fn lend(&self, _key: *mut ffi::PyObject, _value: *mut ffi::PyObject) -> bool {
        match self.0 {}
    }
}

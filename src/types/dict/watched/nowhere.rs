//! Where dicts are not watched: nobody gets here.

use std::convert::Infallible;
use std::marker::PhantomData;

use crate::refs::Borrowed;
use crate::types::dict::entries::Cursor;
use crate::types::{PyAny, PyDict};

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
    pub(super) fn each<E>(
        self,
        _cursor: &mut Cursor,
        _remaining: &mut usize,
        _f: &mut impl FnMut(&Borrowed<'py, PyAny>, &Borrowed<'py, PyAny>) -> Result<(), E>,
    ) -> Result<bool, E> {
        match self.0 {}
    }
}

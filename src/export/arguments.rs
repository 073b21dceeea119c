//! What the interpreter passes to a function.

use std::marker::PhantomData;

use crate::refs::{Borrowed, Python};
use crate::types::{PyAny, PyString};

/// The arguments of one call, one for each parameter in order.
///
/// Whoever called holds them, and the array that they come from, only until other code runs: all of them are
/// [taken](super::held::take) before any is converted.
pub trait Arguments<'a, 'py> {
    /// The argument for the next parameter; `None` if it was not passed.
    fn next(&mut self) -> Option<&'a Borrowed<'py, PyAny>>;
    /// The number of arguments taken so far.
    fn taken(&self) -> usize;
    /// The arguments for `*args`.
    #[inline(always)]
    fn rest(&self) -> &'a [&'a Borrowed<'py, PyAny>] {
        &[]
    }
    /// The arguments for `**kwargs`: names, which are strs, and values.
    #[inline(always)]
    fn keywords(&self) -> &[Keyword<'a, 'py>] {
        &[]
    }
}

/// The name and the value of an argument for `**kwargs`.
pub type Keyword<'a, 'py> = (&'a Borrowed<'py, PyString>, &'a Borrowed<'py, PyAny>);

/// Arguments passed by position.
pub struct Positional<'a, 'py> {
    arguments: &'a [&'a Borrowed<'py, PyAny>],
    taken: usize,
}

impl<'a, 'py> Positional<'a, 'py> {
    #[inline(always)]
    pub(crate) fn new(arguments: &'a [&'a Borrowed<'py, PyAny>]) -> Self {
        Positional {
            arguments,
            taken: 0,
        }
    }
}

impl<'a, 'py> Arguments<'a, 'py> for Positional<'a, 'py> {
    #[inline(always)]
    fn next(&mut self) -> Option<&'a Borrowed<'py, PyAny>> {
        let argument = self.arguments.get(self.taken).copied();
        self.taken += 1;
        argument
    }

    #[inline(always)]
    fn taken(&self) -> usize {
        self.taken
    }
}

/// Arguments passed by position and by name, sorted into one slot for each parameter.
pub struct Sorted<'a, 'py> {
    slots: &'a [Option<&'a Borrowed<'py, PyAny>>],
    taken: usize,
}

impl<'a, 'py> Sorted<'a, 'py> {
    #[inline(always)]
    pub(crate) fn new(slots: &'a [Option<&'a Borrowed<'py, PyAny>>]) -> Self {
        Sorted { slots, taken: 0 }
    }
}

impl<'a, 'py> Arguments<'a, 'py> for Sorted<'a, 'py> {
    #[inline(always)]
    fn next(&mut self) -> Option<&'a Borrowed<'py, PyAny>> {
        let argument = self.slots.get(self.taken).copied().flatten();
        self.taken += 1;
        argument
    }

    #[inline(always)]
    fn taken(&self) -> usize {
        self.taken
    }
}

/// As [`Sorted`], and what is left for `*args` and `**kwargs`.
pub struct Variable<'s, 'a, 'py> {
    pub(super) sorted: Sorted<'a, 'py>,
    pub(super) rest: &'a [&'a Borrowed<'py, PyAny>],
    pub(super) keywords: &'s [Keyword<'a, 'py>],
}

impl<'a, 'py> Arguments<'a, 'py> for Variable<'_, 'a, 'py> {
    #[inline(always)]
    fn next(&mut self) -> Option<&'a Borrowed<'py, PyAny>> {
        self.sorted.next()
    }

    #[inline(always)]
    fn taken(&self) -> usize {
        self.sorted.taken()
    }

    #[inline(always)]
    fn rest(&self) -> &'a [&'a Borrowed<'py, PyAny>] {
        self.rest
    }

    #[inline(always)]
    fn keywords(&self) -> &[Keyword<'a, 'py>] {
        self.keywords
    }
}

/// A call of `F` without its arguments: the token and the module.
pub struct Call<'a, 'py, F> {
    pub(super) py: Python<'py>,
    pub(super) module: Option<&'a Borrowed<'py, PyAny>>,
    _function: PhantomData<fn() -> F>,
}

impl<'a, 'py, F> Call<'a, 'py, F> {
    #[inline(always)]
    pub(crate) fn new(py: Python<'py>, module: Option<&'a Borrowed<'py, PyAny>>) -> Self {
        Call {
            py,
            module,
            _function: PhantomData,
        }
    }

    /// The token.
    #[inline(always)]
    pub fn py(&self) -> Python<'py> {
        self.py
    }
}

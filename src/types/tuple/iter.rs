//! Iterating over a tuple.

use std::iter::FusedIterator;

use crate::refs::Borrowed;
use crate::types::{PyAny, PyTuple};

/// The items of a tuple, borrowed from the tuple: created by [`iter`](Borrowed::iter).
///
/// # Panics
/// If an item is still NULL: up to 3.13, Python code can find a tuple through `gc` while C code builds it.
#[derive(Clone)]
#[must_use = "iterators do nothing unless they are used"]
pub struct TupleIter<'a, 'py> {
    tuple: &'a Borrowed<'py, PyTuple>,
    /// The next item from the front.
    front: usize,
    /// One after the next item from the back; never less than `front`.
    back: usize,
}

impl<'a, 'py> TupleIter<'a, 'py> {
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub(super) fn new(tuple: &'a Borrowed<'py, PyTuple>) -> TupleIter<'a, 'py> {
        TupleIter {
            tuple,
            front: 0,
            back: tuple.len(),
        }
    }

    #[inline]
    fn item(&self, index: usize) -> &'a Borrowed<'py, PyAny> {
        match self.tuple.get(index) {
            Some(item) => item,
            None => missing(index),
        }
    }
}

#[cold]
#[inline]
fn missing(index: usize) -> ! {
    panic!("item {index} of the tuple is missing: the tuple is still under construction")
}

impl<'a, 'py> Iterator for TupleIter<'a, 'py> {
    type Item = &'a Borrowed<'py, PyAny>;

    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn next(&mut self) -> Option<Self::Item> {
        if self.front == self.back {
            return None;
        }
        let index = self.front;
        self.front += 1;
        Some(self.item(index))
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        let len = self.back - self.front;
        (len, Some(len))
    }

    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn nth(&mut self, n: usize) -> Option<Self::Item> {
        // Compared with what is left instead of added to the index: `n` may be anything.
        if n >= self.len() {
            self.front = self.back;
            return None;
        }
        self.front += n;
        self.next()
    }
}

impl DoubleEndedIterator for TupleIter<'_, '_> {
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn next_back(&mut self) -> Option<Self::Item> {
        if self.front == self.back {
            return None;
        }
        self.back -= 1;
        Some(self.item(self.back))
    }

    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn nth_back(&mut self, n: usize) -> Option<Self::Item> {
        if n >= self.len() {
            self.back = self.front;
            return None;
        }
        self.back -= n;
        self.next_back()
    }
}

impl ExactSizeIterator for TupleIter<'_, '_> {}
impl FusedIterator for TupleIter<'_, '_> {}

impl<'a, 'py> IntoIterator for &'a Borrowed<'py, PyTuple> {
    type Item = &'a Borrowed<'py, PyAny>;
    type IntoIter = TupleIter<'a, 'py>;

    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn into_iter(self) -> TupleIter<'a, 'py> {
        self.iter()
    }
}

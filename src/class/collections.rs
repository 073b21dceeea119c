//! [`Traverse`] for numbers, text and collections.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::marker::PhantomData;
use std::sync::atomic;

use super::scalar::{Scalar, ScalarValue};
use super::visit::{Traverse, Visit};
use crate::refs::{Object, Python, Slot};

macro_rules! plain {
    ($($type:ty),* $(,)?) => { $(
        // SAFETY: it holds no reference to an object, and dropping it frees memory and nothing else.
        unsafe impl Traverse for $type {
            const HOLDS: bool = false;
            const QUIET: bool = true;

            #[inline(always)]
            fn traverse(&self, _visit: &mut Visit) {}

            #[inline(always)]
            fn clear(&self, _py: Python<'_>) {}
        }
    )* };
}

plain! {
    (), bool, char, i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, f32, f64,
    String, Box<str>, &'static str, std::time::Duration, std::time::Instant, std::time::SystemTime,
    std::path::PathBuf, std::ffi::OsString, std::ffi::CString,
    atomic::AtomicBool, atomic::AtomicI8, atomic::AtomicI16, atomic::AtomicI32, atomic::AtomicI64,
    atomic::AtomicIsize, atomic::AtomicU8, atomic::AtomicU16, atomic::AtomicU32, atomic::AtomicU64,
    atomic::AtomicUsize,
}

// SAFETY: a number.
unsafe impl<T: ScalarValue> Traverse for Scalar<T> {
    const HOLDS: bool = false;
    const QUIET: bool = true;

    #[inline(always)]
    fn traverse(&self, _visit: &mut Visit) {}

    #[inline(always)]
    fn clear(&self, _py: Python<'_>) {}
}

// SAFETY: nothing is in it.
unsafe impl<T> Traverse for PhantomData<T> {
    const HOLDS: bool = false;
    const QUIET: bool = true;

    #[inline(always)]
    fn traverse(&self, _visit: &mut Visit) {}

    #[inline(always)]
    fn clear(&self, _py: Python<'_>) {}
}

/// Types that own values of one or two other types, and lend them by `iter()`.
macro_rules! collections {
    ($($type:ident<$($parameter:ident $(: $bound:ident)* $(+ $more:ident)*),*> $(with $hasher:ident)?: $item:pat => [$($each:ident),*];)*) => { $(
        // SAFETY: it shows what its items show, each once, and changes only by `&mut`: in a cell whose change needs
        // an attached thread. Its drop drops the items.
        unsafe impl<$($parameter: Traverse $(+ $bound)* $(+ $more)*),* $(, $hasher)?> Traverse
            for $type<$($parameter),* $(, $hasher)?>
        {
            const HOLDS: bool = false $(|| $parameter::HOLDS)*;
            const QUIET: bool = true $(&& $parameter::QUIET)*;

            #[inline]
            fn traverse(&self, visit: &mut Visit) {
                if Self::HOLDS {
                    for $item in self {
                        $($each.traverse(visit);)*
                    }
                }
            }

            #[inline]
            fn clear(&self, py: Python<'_>) {
                if Self::HOLDS {
                    for $item in self {
                        $($each.clear(py);)*
                    }
                }
            }

            #[inline]
            fn release(self, py: Python<'_>) {
                if Self::HOLDS {
                    for $item in self {
                        $($each.release(py);)*
                    }
                }
            }
        }
    )* };
}

collections! {
    Vec<T>: item => [item];
    VecDeque<T>: item => [item];
    LinkedList<T>: item => [item];
    BinaryHeap<T: Ord>: item => [item];
    BTreeSet<T: Ord>: item => [item];
    BTreeMap<K: Ord, V>: (key, value) => [key, value];
    HashSet<T> with S: item => [item];
    HashMap<K, V> with S: (key, value) => [key, value];
}

// SAFETY: as the value in it.
unsafe impl<T: Traverse> Traverse for Option<T> {
    const HOLDS: bool = T::HOLDS;
    const QUIET: bool = T::QUIET;

    #[inline(always)]
    fn traverse(&self, visit: &mut Visit) {
        if let Some(value) = self {
            value.traverse(visit);
        }
    }

    #[inline(always)]
    fn clear(&self, py: Python<'_>) {
        if let Some(value) = self {
            value.clear(py);
        }
    }

    #[inline(always)]
    fn release(self, py: Python<'_>) {
        if let Some(value) = self {
            value.release(py);
        }
    }
}

// SAFETY: as the value in the box.
unsafe impl<T: Traverse> Traverse for Box<T> {
    const HOLDS: bool = T::HOLDS;
    const QUIET: bool = T::QUIET;

    #[inline]
    fn traverse(&self, visit: &mut Visit) {
        (**self).traverse(visit);
    }

    #[inline]
    fn clear(&self, py: Python<'_>) {
        (**self).clear(py);
    }

    #[inline]
    fn release(self, py: Python<'_>) {
        (*self).release(py);
    }
}

macro_rules! arrays {
    ($($type:ty $(where const $length:ident)?: |$this:ident| $items:expr;)*) => { $(
        // SAFETY: as its items.
        unsafe impl<T: Traverse $(, const $length: usize)?> Traverse for $type {
            const HOLDS: bool = T::HOLDS;
            const QUIET: bool = T::QUIET;

            #[inline]
            fn traverse(&self, visit: &mut Visit) {
                for item in self {
                    item.traverse(visit);
                }
            }

            #[inline]
            fn clear(&self, py: Python<'_>) {
                for item in self {
                    item.clear(py);
                }
            }

            #[inline]
            fn release(self, py: Python<'_>) {
                let $this = self;
                for item in $items {
                    item.release(py);
                }
            }
        }
    )* };
}

arrays! {
    Box<[T]>: |items| items.into_vec();
    [T; N] where const N: |items| items;
}

macro_rules! tuples {
    ($($($name:ident),+;)*) => { $(
        // SAFETY: as its items.
        #[allow(non_snake_case)]
        unsafe impl<$($name: Traverse),+> Traverse for ($($name,)+) {
            const HOLDS: bool = $($name::HOLDS)||+;
            const QUIET: bool = $($name::QUIET)&&+;

            #[inline]
            fn traverse(&self, visit: &mut Visit) {
                let ($($name,)+) = self;
                $($name.traverse(visit);)+
            }

            #[inline]
            fn clear(&self, py: Python<'_>) {
                let ($($name,)+) = self;
                $($name.clear(py);)+
            }

            #[inline]
            fn release(self, py: Python<'_>) {
                let ($($name,)+) = self;
                $($name.release(py);)+
            }
        }
    )* };
}

tuples! { A; A, B; A, B, C; A, B, C, D; A, B, C, D, E; A, B, C, D, E, F; }

// SAFETY: the object in the slot; what is in it changes only while attached. The collector runs on an attached thread,
// with the GIL or with all other threads stopped where none is between the lock and the unlock of a slot, which is
// no place to stop.
unsafe impl<T: Object> Traverse for Slot<T> {
    const HOLDS: bool = true;
    const QUIET: bool = true;

    #[inline(always)]
    fn traverse(&self, visit: &mut Visit) {
        // SAFETY: owned by the slot.
        unsafe { visit.object(self.peek()) }
    }

    #[inline]
    fn clear(&self, py: Python<'_>) {
        drop(self.take(py));
    }

    #[inline(always)]
    fn release(self, py: Python<'_>) {
        if let Some(shared) = self.into_inner() {
            shared.release(py);
        }
    }
}

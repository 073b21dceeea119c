//! [`Scalar`]: a number that changes.

use std::fmt;
use std::sync::atomic::{
    AtomicBool, AtomicI8, AtomicI16, AtomicI32, AtomicI64, AtomicIsize, AtomicU8, AtomicU16,
    AtomicU32, AtomicU64, AtomicUsize, Ordering,
};

mod sealed {
    pub trait Sealed {}
}

/// A value of at most eight bytes that a [`Scalar`] can have: an integer, a float, a `bool` or a `char`.
pub trait ScalarValue: Copy + Send + 'static + sealed::Sealed {
    #[doc(hidden)]
    type Cell: Send + Sync;
    #[doc(hidden)]
    fn cell(value: Self) -> Self::Cell;
    #[doc(hidden)]
    fn load(cell: &Self::Cell) -> Self;
    #[doc(hidden)]
    fn store(cell: &Self::Cell, value: Self);
    #[doc(hidden)]
    fn swap(cell: &Self::Cell, value: Self) -> Self;
    /// Stores `new` if the value is `old`, bit for bit.
    #[doc(hidden)]
    fn exchange(cell: &Self::Cell, old: Self, new: Self) -> bool;
}

/// A number that changes, in a struct that threads share: a plain load and store in machine code.
///
/// Loads and stores are relaxed: they order nothing else. [`update`](Scalar::update) loses no change of another thread; a
/// [`get`](Scalar::get) and a [`set`](Scalar::set) after it may. For two numbers that belong together, there is
/// [`Locked`](super::Locked).
///
/// ```
/// use pyptr::class::Scalar;
///
/// let hits = Scalar::new(0_u32);
/// hits.set(1);
/// hits.update(|hits| hits + 1);
/// assert_eq!(hits.get(), 2);
/// ```
pub struct Scalar<T: ScalarValue>(T::Cell);

impl<T: ScalarValue> Scalar<T> {
    /// A cell with this value.
    #[inline(always)]
    pub fn new(value: T) -> Scalar<T> {
        Scalar(T::cell(value))
    }

    /// The value.
    #[inline(always)]
    pub fn get(&self) -> T {
        T::load(&self.0)
    }

    /// Stores a value.
    #[inline(always)]
    pub fn set(&self, value: T) {
        T::store(&self.0, value);
    }

    /// Stores a value, and returns the one from before, in one step.
    #[inline]
    pub fn replace(&self, value: T) -> T {
        T::swap(&self.0, value)
    }

    /// Stores what `f` makes of the value, and returns the one from before. `f` is called again if another thread has
    /// changed the value meanwhile, so it only computes.
    #[inline]
    pub fn update(&self, mut f: impl FnMut(T) -> T) -> T {
        loop {
            let old = self.get();
            if T::exchange(&self.0, old, f(old)) {
                return old;
            }
        }
    }
}

impl<T: ScalarValue + Default> Default for Scalar<T> {
    fn default() -> Scalar<T> {
        Scalar::new(T::default())
    }
}

impl<T: ScalarValue> From<T> for Scalar<T> {
    fn from(value: T) -> Scalar<T> {
        Scalar::new(value)
    }
}

impl<T: ScalarValue + fmt::Debug> fmt::Debug for Scalar<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Scalar").field(&self.get()).finish()
    }
}

macro_rules! scalars {
    ($($type:ty: $cell:ty, $to:expr, $from:expr;)*) => { $(
        impl sealed::Sealed for $type {}

        impl ScalarValue for $type {
            type Cell = $cell;

            #[inline(always)]
            fn cell(value: $type) -> $cell {
                <$cell>::new($to(value))
            }

            #[inline(always)]
            fn load(cell: &$cell) -> $type {
                $from(cell.load(Ordering::Relaxed))
            }

            #[inline(always)]
            fn store(cell: &$cell, value: $type) {
                cell.store($to(value), Ordering::Relaxed);
            }

            #[inline(always)]
            fn swap(cell: &$cell, value: $type) -> $type {
                $from(cell.swap($to(value), Ordering::Relaxed))
            }

            #[inline(always)]
            fn exchange(cell: &$cell, old: $type, new: $type) -> bool {
                let (old, new) = ($to(old), $to(new));
                cell.compare_exchange_weak(old, new, Ordering::Relaxed, Ordering::Relaxed).is_ok()
            }
        }
    )* };
}

use std::convert::identity as same;

scalars! {
    bool: AtomicBool, same, same;
    i8: AtomicI8, same, same;
    i16: AtomicI16, same, same;
    i32: AtomicI32, same, same;
    i64: AtomicI64, same, same;
    isize: AtomicIsize, same, same;
    u8: AtomicU8, same, same;
    u16: AtomicU16, same, same;
    u32: AtomicU32, same, same;
    u64: AtomicU64, same, same;
    usize: AtomicUsize, same, same;
    f32: AtomicU32, f32::to_bits, f32::from_bits;
    f64: AtomicU64, f64::to_bits, f64::from_bits;
    char: AtomicU32, u32::from, char_from;
}

#[inline(always)]
fn char_from(number: u32) -> char {
    // Only a `char` was stored.
    char::from_u32(number).unwrap_or_default()
}

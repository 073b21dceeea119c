//! Where the elements of a buffer are: the numbers of its exporter, checked before anything is reached by them.
//!
//! C's own functions for buffers believe these numbers. They read strides that are not there, divide by an item
//! size of zero, and walk through one buffer by the shape of another. So the crate calls none of them.

use std::slice;

use crate::ffi;

/// As many dimensions as the protocol allows.
const MOST: usize = 64;

/// One number for each dimension.
enum Numbers {
    /// The exporter's, which stay in place and do not change while the buffer is held.
    Theirs(*const [isize]),
    /// What the exporter has left out; empty if it means nothing.
    Ours(Box<[isize]>),
}

impl Numbers {
    #[inline]
    fn get(&self) -> &[isize] {
        match self {
            // SAFETY: see there; a `Layout` is dropped before its buffer is released.
            Numbers::Theirs(numbers) => unsafe { &**numbers },
            Numbers::Ours(numbers) => numbers,
        }
    }
}

/// The checked numbers of a buffer.
pub(super) struct Layout {
    shape: Numbers,
    strides: Numbers,
    suboffsets: Numbers,
}

impl Layout {
    /// The numbers of `view`, or what is wrong with them.
    ///
    /// Afterwards: no number is negative, except strides and suboffsets; there are at most 64 dimensions, each
    /// with an extent and a stride; `len` is the product of the extents and the item size; the distance from
    /// `buf` to every element fits into an `isize`. That there is memory at these distances is what an exporter
    /// promises.
    ///
    /// # Safety
    /// An exporter has filled `view` in. The result is not used after the view is released.
    pub(super) unsafe fn of(view: &ffi::Py_buffer) -> Result<Layout, &'static str> {
        let dimensions = usize::try_from(view.ndim).unwrap_or(usize::MAX);
        if dimensions > MOST {
            return Err("buffer has a wrong number of dimensions");
        }
        if view.len < 0 || view.itemsize < 0 {
            return Err("buffer has a negative length or item size");
        }
        let given = |numbers: *mut ffi::Py_ssize_t| {
            // A scalar has none.
            let there = dimensions > 0 && !numbers.is_null();
            there.then(|| {
                // SAFETY: as many numbers as dimensions.
                let numbers = unsafe { slice::from_raw_parts(numbers, dimensions) };
                Numbers::Theirs(numbers)
            })
        };
        let shape = match given(view.shape) {
            Some(shape) => shape,
            None => Numbers::Ours(left_out(view, dimensions)?),
        };
        if size_of_all(shape.get(), view.itemsize) != Some(view.len) {
            return Err("buffer has another length than its shape and item size say");
        }
        if view.len > 0 && view.buf.is_null() {
            return Err("buffer has no memory");
        }
        let in_a_row = || Numbers::Ours(strides_in_a_row(shape.get(), view.itemsize));
        let strides = given(view.strides).unwrap_or_else(in_a_row);
        if view.len > 0 && !is_within_reach(shape.get(), strides.get(), view.itemsize) {
            return Err("buffer has strides beyond any memory");
        }
        let suboffsets = given(view.suboffsets).unwrap_or_else(|| Numbers::Ours(Box::default()));
        Ok(Layout {
            shape,
            strides,
            suboffsets,
        })
    }

    #[inline]
    pub(super) fn shape(&self) -> &[isize] {
        self.shape.get()
    }

    #[inline]
    pub(super) fn strides(&self) -> &[isize] {
        self.strides.get()
    }

    #[inline]
    pub(super) fn suboffsets(&self) -> &[isize] {
        self.suboffsets.get()
    }
}

/// The shape of a buffer whose exporter gives none: allowed for at most one dimension.
#[cold]
fn left_out(view: &ffi::Py_buffer, dimensions: usize) -> Result<Box<[isize]>, &'static str> {
    match dimensions {
        0 => Ok(Box::default()),
        // An item size of zero makes nothing, whatever the extent; other lengths do not pass the next check.
        1 => Ok(Box::new([view.len.checked_div(view.itemsize).unwrap_or(0)])),
        _ => Err("buffer has no shape"),
    }
}

/// The number of bytes of all elements; `None` if an extent is negative or the number does not fit.
fn size_of_all(shape: &[isize], item_size: isize) -> Option<isize> {
    if shape.iter().any(|&extent| extent < 0) {
        return None;
    }
    // First: the others may be of any size then.
    if item_size == 0 || shape.contains(&0) {
        return Some(0);
    }
    shape
        .iter()
        .try_fold(item_size, |size, &extent| size.checked_mul(extent))
}

/// The strides of elements that follow one another, the last index varying fastest.
#[cold]
fn strides_in_a_row(shape: &[isize], item_size: isize) -> Box<[isize]> {
    let mut strides: Box<[isize]> = shape.into();
    let mut size = item_size;
    for stride in strides.iter_mut().rev() {
        let extent = std::mem::replace(stride, size);
        // Too large only beside an extent of zero, where no stride is used.
        size = size.saturating_mul(extent);
    }
    strides
}

/// Whether the distance to each byte of each element fits into an `isize`. No extent is zero.
fn is_within_reach(shape: &[isize], strides: &[isize], item_size: isize) -> bool {
    let farthest = shape.iter().zip(strides).map(|(&extent, stride)| {
        let last = isize::checked_abs(*stride)?;
        last.checked_mul(extent - 1)
    });
    let distance = farthest
        .into_iter()
        .try_fold(item_size, |sum, distance| sum.checked_add(distance?));
    distance.is_some()
}

/// The way to the elements.
#[derive(Clone, Copy)]
pub(super) struct Way<'a> {
    shape: &'a [isize],
    strides: &'a [isize],
    suboffsets: &'a [isize],
    item_size: isize,
}

impl<'a> Way<'a> {
    #[inline]
    pub(super) fn new(layout: &'a Layout, item_size: isize) -> Way<'a> {
        Way {
            shape: layout.shape(),
            strides: layout.strides(),
            suboffsets: layout.suboffsets(),
            item_size,
        }
    }

    /// Whether no element is reached through a pointer.
    #[inline]
    fn is_direct(self) -> bool {
        self.suboffsets.iter().all(|&suboffset| suboffset < 0)
    }

    /// Whether the elements, of which there are some, follow one another without gaps, where the first of
    /// these dimensions varies fastest.
    #[inline]
    pub(super) fn is_in_a_row(self, mut dimensions: impl Iterator<Item = usize>) -> bool {
        let mut size = self.item_size;
        self.is_direct()
            && dimensions.all(|dimension| {
                let (extent, expected) = (self.shape[dimension], size);
                // Not too large: the product of all extents is checked.
                size *= extent;
                extent == 1 || self.strides[dimension] == expected
            })
    }

    /// The address behind one index of `dimension`.
    ///
    /// # Safety
    /// `place` is where the indices of the dimensions before lead, and `index` is below the extent. The buffer
    /// is held and has elements.
    #[inline]
    pub(super) unsafe fn step(self, place: *mut u8, dimension: usize, index: isize) -> *mut u8 {
        let place = place.wrapping_offset(self.strides[dimension] * index);
        match self.suboffsets.get(dimension) {
            Some(&suboffset @ 0..) => {
                let pointer = place.cast::<*mut u8>();
                // SAFETY: where a suboffset is not negative, the exporter has a pointer to the memory.
                let memory = unsafe { pointer.read_unaligned() };
                memory.wrapping_offset(suboffset)
            }
            _ => place,
        }
    }

    /// Calls `each` with the address of one run of bytes after another, in C order, and with the number of
    /// bytes in each run, which is always the same.
    ///
    /// # Safety
    /// The buffer, of which `buf` is the address, is held and has elements.
    pub(super) unsafe fn for_each_run(self, buf: *mut u8, mut each: impl FnMut(*mut u8, usize)) {
        let (mut size, mut steps) = (self.item_size, self.shape.len());
        // The last dimensions without gaps are in one run.
        while let Some(last) = steps.checked_sub(1) {
            let indirect = self.suboffsets.get(last).is_some_and(|&offset| offset >= 0);
            let extent = self.shape[last];
            if indirect || (extent != 1 && self.strides[last] != size) {
                break;
            }
            size *= extent;
            steps = last;
        }
        // SAFETY: the caller's promise.
        unsafe { self.walk(buf, 0, steps, &mut |place| each(place, size as usize)) }
    }

    /// Calls `each` with the address behind all indices of the dimensions from `dimension` up to `steps`.
    ///
    /// # Safety
    /// As for [`step`](Way::step).
    unsafe fn walk(
        self,
        place: *mut u8,
        dimension: usize,
        steps: usize,
        each: &mut dyn FnMut(*mut u8),
    ) {
        if dimension == steps {
            return each(place);
        }
        for index in 0..self.shape[dimension] {
            // SAFETY: the caller's promise; an index of this dimension.
            let place = unsafe { self.step(place, dimension, index) };
            // SAFETY: where that leads.
            unsafe { self.walk(place, dimension + 1, steps, each) };
        }
    }
}

//! Blocks of the C library's `malloc`, where nothing counts allocations.
//!
//! With glibc, the size of a block stands in front of it. A word in memory may point to anything, so nothing here is
//! read through a pointer: the kernel copies, and refuses what is not mapped. What looks like a block and is none does
//! no harm: a reference in it is found only if a pointer to an object stands beside the number of its own record.
//! Elsewhere no block is found.

use std::collections::HashMap;
use std::mem;

use crate::ffi;

/// A block: its address and size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) start: usize,
    pub(super) size: usize,
}

/// The blocks that were looked for.
#[derive(Default)]
pub(super) struct Blocks {
    known: HashMap<usize, Option<Block>>,
    /// How often a start was looked for.
    searches: usize,
}

const WORD: usize = size_of::<usize>();

/// How many words are looked at, at the most.
const MOST: usize = 200_000;
/// How many pointers into the middle of something are looked at.
const MOST_SEARCHES: usize = 5_000;
/// How far before such a pointer a block may begin.
const REACH: usize = 1 << 16;
/// The size of a chunk's header: the size of the free chunk before it, and its own size with three flags.
const HEADER: usize = 2 * WORD;
/// How large blocks are at the most.
const LARGEST: usize = usize::MAX >> 24;
const PAGE: usize = 4096;
/// How many chunks behind a block have to be ones, too.
const CHAIN: usize = 3;

const PREVIOUS_IN_USE: usize = 1;
const MAPPED: usize = 2;
const OTHER_ARENA: usize = 4;

impl Blocks {
    /// The block to which, or into which, a word points; `None` if it points to an object.
    pub(super) fn containing(&mut self, word: usize) -> Option<Block> {
        // Not an address of user space.
        if !cfg!(target_pointer_width = "64") || word < 1 << 16 || word as u64 >> 47 != 0 {
            return None;
        }
        if let Some(known) = self.known.get(&word) {
            return *known;
        }
        if self.known.len() == MOST {
            return None;
        }
        let block = self
            .find(word)
            .filter(|block| !is_object(word) && !is_object(block.start));
        self.known.insert(word, block);
        block
    }

    fn find(&mut self, word: usize) -> Option<Block> {
        if word % HEADER == 0 {
            let header = copy(word - HEADER, 2);
            if let [before, size] = header[..] {
                if let Some(block) = block(word - HEADER, before, size) {
                    return Some(block);
                }
            }
        }
        if self.searches == MOST_SEARCHES {
            return None;
        }
        self.searches += 1;
        let last = word / HEADER * HEADER;
        // From there on down: what is not mapped ends it.
        let before = copy_down(last, REACH);
        (0..before.len() / 2).find_map(|number| {
            let at = before.len() - 2 * (number + 1);
            let chunk = last - HEADER * (number + 1);
            block(chunk, before[at], before[at + 1]).filter(|block| word < block.start + block.size)
        })
    }
}

/// The block of a chunk in use, if there is a chunk.
fn block(chunk: usize, before: usize, field: usize) -> Option<Block> {
    let size = field & !7;
    if size < 2 * HEADER || size % HEADER != 0 || size > LARGEST {
        return None;
    }
    if field & MAPPED != 0 {
        if before >= PAGE {
            return None;
        }
        let pages_end_at = |size: usize| (before + size) % PAGE == 0;
        // From glibc 2.43 on the header is not counted.
        let usable = match pages_end_at(size) {
            true => size - HEADER,
            false => size,
        };
        let is_mapped = chunk.checked_sub(before)? % PAGE == 0 && pages_end_at(usable + HEADER);
        return is_mapped.then_some(Block {
            start: chunk + HEADER,
            size: usable,
        });
    }
    let mut next = chunk + size;
    for number in 0..CHAIN {
        let header = copy(next + WORD, 1);
        let &[field_of_next] = header.as_slice() else {
            return None;
        };
        let size_of_next = field_of_next & !7;
        let is_chunk = size_of_next >= HEADER
            && size_of_next % HEADER == 0
            && size_of_next < LARGEST
            && field_of_next & MAPPED == 0
            && (field_of_next ^ field) & OTHER_ARENA == 0;
        let is_in_use = number > 0 || field_of_next & PREVIOUS_IN_USE != 0;
        if !is_chunk || !is_in_use {
            return None;
        }
        next += size_of_next;
        if next % PAGE == 0 {
            // The last chunk of an arena.
            break;
        }
    }
    Some(Block {
        start: chunk + HEADER,
        // The first word of the chunk behind it is this one's.
        size: size - WORD,
    })
}

/// Whether an object is there: its type is a type, as the flags of that type's own type say.
fn is_object(address: usize) -> bool {
    let at = |address: usize, offset: usize| {
        let place = address.checked_add(offset)?;
        copy(place, 1).first().copied()
    };
    let type_of = |object: usize| at(object, mem::offset_of!(ffi::PyObject, ob_type));
    let is_type = || {
        let metaclass = type_of(type_of(address)?)?;
        let flags = at(metaclass, mem::offset_of!(ffi::PyTypeObject, tp_flags))?;
        let is_type = flags as std::ffi::c_ulong & ffi::Py_TPFLAGS_TYPE_SUBCLASS != 0;
        // The class of a metaclass is nearly always `type`.
        Some(is_type && type_of(metaclass)? == (&raw const ffi::PyType_Type).addr())
    };
    is_type().unwrap_or(false)
}

/// So many words at an address, or fewer, if not all of them can be read.
pub(super) fn copy(address: usize, words: usize) -> Vec<usize> {
    let mut copied = vec![0_usize; words];
    let bytes = sys::copy(address, &mut copied);
    copied.truncate(bytes / WORD);
    copied
}

/// The words before an address, up to so many bytes.
fn copy_down(end: usize, bytes: usize) -> Vec<usize> {
    let start = end.saturating_sub(bytes);
    let whole = copy(start, (end - start) / WORD);
    if whole.len() * WORD == end - start {
        return whole;
    }
    // Page by page.
    let mut pages: Vec<Vec<usize>> = Vec::new();
    let mut at = end;
    while at > start {
        let from = ((at - 1) / PAGE * PAGE).max(start);
        let page = copy(from, (at - from) / WORD);
        if page.len() * WORD < at - from {
            break;
        }
        pages.push(page);
        at = from;
    }
    pages.into_iter().rev().flatten().collect()
}

#[cfg(all(target_os = "linux", target_env = "gnu", not(miri)))]
mod sys {
    use std::ffi::{c_int, c_ulong};

    #[repr(C)]
    struct Range {
        start: usize,
        size: usize,
    }

    unsafe extern "C" {
        fn process_vm_readv(
            process: c_int,
            local: *const Range,
            local_count: c_ulong,
            remote: *const Range,
            remote_count: c_ulong,
            flags: c_ulong,
        ) -> isize;
    }

    /// Copies from an address in this process, which may be any, and returns the number of bytes.
    pub(super) fn copy(address: usize, to: &mut [usize]) -> usize {
        let size = size_of_val(to);
        let local = Range {
            start: to.as_mut_ptr().expose_provenance(),
            size,
        };
        let remote = Range {
            start: address,
            size,
        };
        let process = std::process::id() as c_int;
        // SAFETY: writes to memory that is borrowed mutably here; what it reads, the kernel checks.
        let copied = unsafe { process_vm_readv(process, &local, 1, &remote, 1, 0) };
        copied.try_into().unwrap_or(0)
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu", not(miri))))]
mod sys {
    pub(super) fn copy(_address: usize, _to: &mut [usize]) -> usize {
        0
    }
}

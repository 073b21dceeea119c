//! Blocks of the C library's `malloc`, where nothing counts allocations.
//!
//! With glibc on 64-bit Linux, the size of a block stands in front of it, and the blocks of an arena follow one another from
//! the arena's start. A word in memory may point to anything, so nothing here is read through a pointer: the kernel copies,
//! and refuses what is not mapped. What looks like a block and is none does no harm: a reference in it is found only if a
//! pointer to an object stands beside the number of its own record. Elsewhere no block is found.

use std::collections::HashMap;
use std::mem;
use std::ops::Range;

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
    arenas: Option<Vec<Arena>>,
}

/// Memory that chunks follow one another in.
struct Arena {
    memory: Range<usize>,
    /// Where each chunk begins; the last one is unused. `None` before a word was looked for in this memory.
    chunks: Option<Vec<usize>>,
}

const WORD: usize = size_of::<usize>();

/// How many words are looked at, at the most.
const MOST: usize = 200_000;
/// The size of a chunk's header: the size of the free chunk before it, and its own size with three flags.
const HEADER: usize = 2 * WORD;
const PAGE: usize = 4096;
/// A thread's arena is in pieces, and each begins at a multiple of this.
const PIECE: usize = 64 << 20;
/// In how much memory the chunks of an arena are counted, at the most.
const LARGEST: usize = 1 << 30;
/// How far behind the beginning of a piece its first chunk is, at the most: the arena itself comes before it.
const ARENA: usize = PAGE;
/// How many chunks have to follow one another where the first one is looked for.
const CHAIN: usize = 8;

const PREVIOUS_IN_USE: usize = 1;
const MAPPED: usize = 2;

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
        let arenas = self.arenas.get_or_insert_with(arenas);
        let mut arenas = arenas.iter_mut();
        let arena = arenas.find(|arena| arena.memory.contains(&word));
        // What is mapped on its own may begin where a piece of an arena would.
        let block = arena.and_then(|arena| arena.block(word));
        block.or_else(|| mapped(word))
    }
}

impl Arena {
    fn new(memory: Range<usize>) -> Arena {
        Arena {
            memory,
            chunks: None,
        }
    }

    fn block(&mut self, word: usize) -> Option<Block> {
        let memory = &self.memory;
        let chunks = self.chunks.get_or_insert_with(|| chunks(memory));
        let behind = chunks.partition_point(|&chunk| chunk + HEADER <= word);
        let (&chunk, &next) = (chunks.get(behind.checked_sub(1)?)?, chunks.get(behind)?);
        let is_in_use = copy(next + WORD, 1).first()? & PREVIOUS_IN_USE != 0;
        is_in_use.then_some(Block {
            start: chunk + HEADER,
            // The first word of the chunk behind it is this one's.
            size: next - chunk - WORD,
        })
    }
}

/// Where the chunks in this memory begin.
fn chunks(memory: &Range<usize>) -> Vec<usize> {
    let end = memory.end.min(memory.start.saturating_add(LARGEST));
    let mut reader = Reader::new();
    let last = memory.start + if memory.start % PIECE == 0 { ARENA } else { 0 };
    // The words of an arena's own are pointers, counts and flags: none of them is a size after which chunks follow.
    let mut places = (memory.start..=last).step_by(HEADER);
    let Some(first) = places.find(|&place| reader.walk(place, end).take(CHAIN).count() == CHAIN)
    else {
        return Vec::new();
    };
    // What is allocated meanwhile may be in this memory and change it: so they are counted first.
    let mut chunks = Vec::with_capacity(reader.walk(first, end).count() + CHAIN);
    reader.read = 0;
    let most = chunks.capacity();
    chunks.extend(reader.walk(first, end).take(most));
    chunks
}

/// Copies memory piece by piece, into memory that it has from the beginning.
struct Reader {
    start: usize,
    words: Vec<usize>,
    /// How many of the words were copied.
    read: usize,
}

impl Reader {
    fn new() -> Reader {
        Reader {
            start: 0,
            words: vec![0; 16 * PAGE / WORD],
            read: 0,
        }
    }

    /// Where chunks begin, from a first one on; the last one ends the memory, or is followed by none.
    fn walk(&mut self, first: usize, end: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(first), move |&chunk| {
            let next = chunk + self.size(chunk)?;
            (next < end).then_some(next)
        })
    }

    /// The size of the chunk that begins there.
    fn size(&mut self, chunk: usize) -> Option<usize> {
        let place = chunk + WORD;
        if !(self.start..self.start + WORD * self.read).contains(&place) {
            self.start = place / PAGE * PAGE;
            self.read = copy_into(self.start, &mut self.words);
        }
        let field = *self.words[..self.read].get((place - self.start) / WORD)?;
        let size = field & !7;
        let is_size = size >= 2 * HEADER && size % HEADER == 0 && size <= LARGEST;
        (is_size && field & MAPPED == 0).then_some(size)
    }
}

/// The block of a chunk that is mapped on its own, if the word points to one.
fn mapped(word: usize) -> Option<Block> {
    let chunk = word.checked_sub(HEADER)?;
    let &[before, field] = copy(chunk, 2).as_slice() else {
        return None;
    };
    let size = field & !7;
    if field & MAPPED == 0 || before >= PAGE || chunk.checked_sub(before)? % PAGE != 0 {
        return None;
    }
    // From glibc 2.43 on the header is not counted.
    let sizes = [size.checked_sub(HEADER)?, size];
    let mut ends = sizes.into_iter();
    let size = ends.find(|size| (before + HEADER).wrapping_add(*size) % PAGE == 0)?;
    Some(Block { start: word, size })
}

/// The memory of the arenas: what the kernel calls the heap, and what begins where a piece of a thread's arena would.
fn arenas() -> Vec<Arena> {
    let Ok(maps) = std::fs::read_to_string("/proc/self/maps") else {
        return Vec::new();
    };
    let mut arenas = Vec::new();
    for line in maps.lines() {
        let Some((memory, is_heap)) = writable(line) else {
            continue;
        };
        if is_heap {
            arenas.push(Arena::new(memory));
            continue;
        }
        // What is mapped side by side may be one line, and only a whole piece begins where the next one would.
        let begins = (memory.start.next_multiple_of(PIECE)..memory.end).step_by(PIECE);
        arenas.extend(begins.map(|start| Arena::new(start..memory.end.min(start + PIECE))));
    }
    arenas
}

/// The memory of a line of the table of mappings, and whether it is the heap, if it is writable and no file's.
fn writable(line: &str) -> Option<(Range<usize>, bool)> {
    let mut words = line.split_ascii_whitespace();
    let (start, end) = words.next()?.split_once('-')?;
    let address = |text| usize::from_str_radix(text, 16).ok();
    let memory = address(start)?..address(end)?;
    let permissions = words.next()?;
    let name = words.nth(3);
    let is_heap = name == Some("[heap]");
    (permissions == "rw-p" && (is_heap || name.is_none())).then_some((memory, is_heap))
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
    let words = copy_into(address, &mut copied);
    copied.truncate(words);
    copied
}

/// The number of words that could be read.
fn copy_into(address: usize, words: &mut [usize]) -> usize {
    sys::copy(address, words) / WORD
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

#[cfg(all(
    test,
    target_os = "linux",
    target_env = "gnu",
    target_pointer_width = "64",
    not(miri)
))]
mod tests {
    use super::*;

    const SMALL: usize = 2000;

    /// The header of a block that was freed and is a part of a larger one now is not taken for a block.
    #[test]
    fn blocks_of_the_past() {
        let mut blocks: Vec<Box<[u8; SMALL]>> = (0..64).map(|_| Box::new([1; SMALL])).collect();
        let address = |block: &[u8; SMALL]| block.as_ptr().expose_provenance();
        let size = copy(address(&blocks[0]) - WORD, 1)[0] & !7;
        let adjacent = |pair: &[Box<[u8; SMALL]>]| address(&pair[0]) + size == address(&pair[1]);
        // Two with one in use on each side, so that nothing else becomes one with them.
        let row = blocks
            .windows(4)
            .position(|four| four.windows(2).all(adjacent));
        let first = row.expect("four blocks beside each other") + 1;
        let [left, right] = [first, first + 1].map(|number| address(&blocks[number]));
        let mut many: Vec<Vec<u8>> = Vec::with_capacity(64);
        blocks.drain(first..=first + 1);
        // As large as both.
        many.extend((0..64).map(|_| Vec::with_capacity(2 * size - HEADER)));
        let is_there = |one: &&Vec<u8>| one.as_ptr().expose_provenance() == left;
        let large = many.iter().find(is_there).expect("both blocks as one");
        assert_eq!(
            copy(right - WORD, 1)[0] & !7,
            size,
            "the header is not there any more"
        );
        for inside in [left, left + 1, right, right + HEADER, right + 100] {
            let found = Blocks::default().containing(inside);
            assert_eq!(found.map(|block| block.start), Some(left), "{found:x?}");
            assert!(found.is_some_and(|block| block.size >= large.capacity()));
        }
    }

    /// Those of this thread's arena, and what is mapped on its own.
    #[test]
    fn blocks_of_every_kind() {
        let many: Vec<Box<[u8; 100]>> = (0..1000).map(|_| Box::new([1; 100])).collect();
        let large = vec![1_u8; 1 << 20];
        for (start, size) in [
            (many[500].as_ptr().expose_provenance(), 100),
            (large.as_ptr().expose_provenance(), 1 << 20),
        ] {
            let found = Blocks::default().containing(start).unwrap();
            assert!(
                found.start == start && found.size >= size,
                "{found:x?} is not {start:x}"
            );
        }
        let on_the_stack = [0_u64; 4];
        let word = on_the_stack.as_ptr().expose_provenance();
        assert_eq!(Blocks::default().containing(word), None);
    }
}

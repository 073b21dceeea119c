//! The records: their memory, who writes them, and how they are read while they change.
//!
//! Records are in chunks that are never freed. Each chunk belongs to the slab of one thread, and only that
//! thread opens records in it, without a lock. The holder of the token closes a record: on the slab's own
//! thread the record returns to the slab's list of free records; on another thread it goes to a second list,
//! which the owning thread takes over as a whole. When a thread ends, a new thread takes its slab.
//!
//! A record's `state` is its generation, which is odd while the record is open. It tells a reader whether the
//! fields that it has read belong together, and whether a token is stale.

use std::alloc::{GlobalAlloc, Layout, System};
use std::ffi::c_char;
use std::panic::Location;
use std::ptr;
use std::sync::atomic::{
    AtomicBool, AtomicPtr, AtomicU8, AtomicU32, AtomicU64, AtomicUsize, Ordering::*, fence,
};
use std::sync::{Mutex, PoisonError};

use super::Kind;
use super::alive::looks_alive;
use super::free::Slab;
use super::thread::Quiet;
use super::token::{NIL, Token};
use crate::ffi;

/// One reference. All fields are atomic because snapshots read them from other threads; the owner's accesses
/// compile to plain loads and stores on common machines.
pub(super) struct Record {
    /// The generation: odd while open.
    state: AtomicU32,
    next: AtomicU32,
    object: AtomicPtr<ffi::PyObject>,
    site: AtomicPtr<Location<'static>>,
    near: AtomicPtr<Location<'static>>,
    handed: AtomicPtr<Location<'static>>,
    type_object: AtomicPtr<ffi::PyTypeObject>,
    type_name: AtomicPtr<c_char>,
    function: AtomicPtr<c_char>,
    sequence: AtomicU64,
    thread: AtomicU32,
    kind: AtomicU8,
    leaked: AtomicBool,
    building: AtomicBool,
    /// For references counted by hand: the record below on the object's stack.
    pub(super) below: AtomicToken,
}

/// A token in a record, accessed under the lock of its stack.
pub(super) struct AtomicToken(AtomicU64);

impl AtomicToken {
    pub(super) fn load(&self) -> Token {
        let word = self.0.load(Relaxed);
        Token {
            index: word as u32,
            generation: (word >> 32) as u32,
        }
    }

    pub(super) fn store(&self, token: Token) {
        let word = u64::from(token.generation) << 32 | u64::from(token.index);
        self.0.store(word, Relaxed);
    }
}

/// A copy of a record's content.
#[derive(Clone, Copy)]
pub(crate) struct Content {
    pub(crate) object: *mut ffi::PyObject,
    pub(crate) site: &'static Location<'static>,
    /// The last call in the user's code before this one.
    pub(crate) near: Option<&'static Location<'static>>,
    pub(crate) handed: Option<&'static Location<'static>>,
    /// Only for comparison: the type may have been freed.
    pub(crate) type_object: *mut ffi::PyTypeObject,
    pub(crate) type_name: *const c_char,
    pub(crate) function: *const c_char,
    pub(crate) sequence: u64,
    pub(crate) thread: u32,
    pub(crate) kind: Kind,
    pub(crate) leaked: bool,
    /// Whether the object is under construction, so that no other code may see it.
    pub(crate) building: bool,
}

impl Content {
    /// Whether the object is still there and of the same type. An object that was released too often may have
    /// been freed while its record is open, and its memory may hold another object or other data.
    pub(crate) fn is_there(&self) -> bool {
        // SAFETY: memory that held a live object once stays mapped, or nearly always does.
        looks_alive(self.object) && unsafe { ffi::Py_TYPE(self.object) } == self.type_object
    }
}

const CHUNK: usize = 1024;
const CHUNKS: usize = 16 * 1024;

struct Chunk {
    owner: AtomicPtr<Slab>,
    records: [Record; CHUNK],
}

/// All chunks. A record's index is the chunk's number times `CHUNK`, plus the place in the chunk.
static DIRECTORY: [AtomicPtr<Chunk>; CHUNKS] = [const { AtomicPtr::new(ptr::null_mut()) }; CHUNKS];
static CHUNKS_USED: AtomicUsize = AtomicUsize::new(0);
/// Slabs of threads that have ended.
static IDLE: Mutex<Vec<&'static Slab>> = Mutex::new(Vec::new());

impl Slab {
    /// A slab for this thread.
    pub(super) fn acquire() -> &'static Slab {
        let _quiet = Quiet::begin();
        let idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.unwrap_or_else(|| Box::leak(Box::new(Slab::new())))
    }

    /// Called when this thread ends.
    pub(super) fn retire(&'static self) {
        let _quiet = Quiet::begin();
        IDLE.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(self);
    }

    /// Opens a record; [`Token::NONE`] if there is no memory for one.
    #[inline]
    pub(super) fn open(&'static self, content: &Content) -> Token {
        let index = match self.free.load(Relaxed) {
            NIL => match self.more() {
                NIL => return Token::NONE,
                index => index,
            },
            index => index,
        };
        let Some(record) = record(index) else {
            return Token::NONE;
        };
        self.free.store(record.next.load(Relaxed), Relaxed);
        Token {
            index,
            generation: record.write(content),
        }
    }

    /// Refills the list of free records, and returns the first of them.
    #[cold]
    fn more(&'static self) -> u32 {
        let returned = self.remote.swap(NIL, Acquire);
        if returned != NIL {
            self.free.store(returned, Relaxed);
            return returned;
        }
        let layout = Layout::new::<Chunk>();
        // SAFETY: the layout is not empty. From the system's allocator, so that no allocator counts the chunk.
        let chunk = unsafe { System.alloc_zeroed(layout) }.cast::<Chunk>();
        // SAFETY: NULL, or zeroed memory of the right size, which is a valid chunk of closed records.
        let Some(fields) = (unsafe { chunk.as_ref() }) else {
            return NIL;
        };
        let number = CHUNKS_USED.fetch_add(1, Relaxed);
        if number >= CHUNKS {
            CHUNKS_USED.store(CHUNKS, Relaxed);
            // SAFETY: allocated above with this layout; no other code has a pointer to it.
            unsafe { System.dealloc(chunk.cast(), layout) };
            return NIL;
        }
        let first = (number * CHUNK) as u32;
        for (place, record) in fields.records.iter().enumerate() {
            let next = match place + 1 {
                CHUNK => NIL,
                next => first + next as u32,
            };
            record.next.store(next, Relaxed);
        }
        fields.owner.store(ptr::from_ref(self).cast_mut(), Relaxed);
        DIRECTORY[number].store(chunk, Release);
        self.free.store(first, Relaxed);
        first
    }

    /// Takes back a closed record, on the slab's own thread.
    #[inline]
    fn reuse(&self, index: u32, record: &Record) {
        record.next.store(self.free.load(Relaxed), Relaxed);
        self.free.store(index, Relaxed);
    }

    /// Takes back a closed record, on another thread.
    #[cold]
    fn reuse_remote(&self, index: u32, record: &Record) {
        let mut head = self.remote.load(Relaxed);
        loop {
            record.next.store(head, Relaxed);
            match self
                .remote
                .compare_exchange_weak(head, index, Release, Relaxed)
            {
                Ok(_) => return,
                Err(newer) => head = newer,
            }
        }
    }
}

#[inline]
fn chunk(index: u32) -> Option<&'static Chunk> {
    let chunk = DIRECTORY.get(index as usize / CHUNK)?.load(Acquire);
    // SAFETY: NULL, or a chunk, which is never freed.
    unsafe { chunk.as_ref() }
}

#[inline]
fn record(index: u32) -> Option<&'static Record> {
    chunk(index).map(|chunk| &chunk.records[index as usize % CHUNK])
}

impl Record {
    /// Fills a free record and opens it; returns its new generation.
    #[inline]
    fn write(&self, content: &Content) -> u32 {
        let generation = self.state.load(Relaxed).wrapping_add(1);
        // Orders the closing before the new fields: a reader that sees a new field sees a new state.
        fence(Release);
        self.object.store(content.object, Relaxed);
        self.site
            .store(ptr::from_ref(content.site).cast_mut(), Relaxed);
        self.near.store(pointer(content.near), Relaxed);
        self.handed.store(pointer(content.handed), Relaxed);
        self.type_object.store(content.type_object, Relaxed);
        self.type_name.store(content.type_name.cast_mut(), Relaxed);
        self.function.store(content.function.cast_mut(), Relaxed);
        self.sequence.store(content.sequence, Relaxed);
        self.thread.store(content.thread, Relaxed);
        self.kind.store(content.kind as u8, Relaxed);
        self.leaked.store(content.leaked, Relaxed);
        self.building.store(content.building, Relaxed);
        self.state.store(generation, Release);
        generation
    }

    /// The record's content, if the record is open.
    fn read(&self) -> Option<(u32, Content)> {
        let state = self.state.load(Acquire);
        if state & 1 == 0 {
            return None;
        }
        let site = self.site.load(Relaxed);
        let content = Content {
            object: self.object.load(Relaxed),
            // SAFETY: the field holds NULL or a location, and locations are static.
            site: unsafe { site.as_ref() }?,
            near: location(&self.near),
            handed: location(&self.handed),
            type_object: self.type_object.load(Relaxed),
            type_name: self.type_name.load(Relaxed),
            function: self.function.load(Relaxed),
            sequence: self.sequence.load(Relaxed),
            thread: self.thread.load(Relaxed),
            kind: Kind::of(self.kind.load(Relaxed)),
            leaked: self.leaked.load(Relaxed),
            building: self.building.load(Relaxed),
        };
        fence(Acquire);
        (self.state.load(Relaxed) == state).then_some((state, content))
    }
}

fn pointer(location: Option<&'static Location<'static>>) -> *mut Location<'static> {
    location.map_or(ptr::null_mut(), |location| {
        ptr::from_ref(location).cast_mut()
    })
}

fn location(field: &AtomicPtr<Location<'static>>) -> Option<&'static Location<'static>> {
    // SAFETY: the field holds NULL or a location, and locations are static.
    unsafe { field.load(Relaxed).as_ref() }
}

impl Token {
    /// The record, if it is still open for the token's reference.
    #[inline]
    pub(super) fn record(self) -> Option<&'static Record> {
        let record = record(self.index)?;
        (record.state.load(Relaxed) == self.generation).then_some(record)
    }

    /// The record's content, if it is open.
    pub(crate) fn content(self) -> Option<Content> {
        let (generation, content) = self.record()?.read()?;
        (generation == self.generation).then_some(content)
    }

    /// The name of the object's type, if the record is open; NULL otherwise.
    #[inline]
    pub(super) fn type_name(self) -> *const c_char {
        self.record()
            .map_or(ptr::null(), |record| record.type_name.load(Relaxed))
    }

    /// Closes the record; `false` if it was closed already. `slab` is this thread's, if it has one.
    #[inline]
    pub(super) fn close(self, slab: Option<&'static Slab>) -> bool {
        let Some(chunk) = chunk(self.index) else {
            return false;
        };
        let record = &chunk.records[self.index as usize % CHUNK];
        if record.state.load(Relaxed) != self.generation {
            return false;
        }
        record.state.store(self.generation.wrapping_add(1), Release);
        let owner = chunk.owner.load(Relaxed);
        match slab {
            Some(slab) if ptr::eq(slab, owner) => slab.reuse(self.index, record),
            // SAFETY: a chunk in the directory has an owner, which is never freed.
            _ => unsafe { &*owner }.reuse_remote(self.index, record),
        }
        true
    }

    /// Notes where the reference was handed over to another pointer. The record stays open.
    #[inline]
    pub(super) fn set_handed(self, site: &'static Location<'static>) {
        if let Some(record) = self.record() {
            record.handed.store(ptr::from_ref(site).cast_mut(), Relaxed);
        }
    }

    /// Marks the reference as one that is never released on purpose.
    pub(super) fn set_leaked(self) {
        if let Some(record) = self.record() {
            record.leaked.store(true, Relaxed);
        }
    }

    /// Marks the object as one under construction, or as complete.
    pub(super) fn set_building(self, building: bool) {
        if let Some(record) = self.record() {
            record.building.store(building, Relaxed);
        }
    }
}

/// Calls `f` with each open record, in no order.
pub(crate) fn for_each_open(mut f: impl FnMut(Content)) {
    let chunks = CHUNKS_USED.load(Acquire).min(CHUNKS);
    for chunk in &DIRECTORY[..chunks] {
        // SAFETY: NULL while the chunk is being made, or a chunk, which is never freed.
        let Some(chunk) = (unsafe { chunk.load(Acquire).as_ref() }) else {
            continue;
        };
        for record in &chunk.records {
            if let Some((_, content)) = record.read() {
                f(content);
            }
        }
    }
}

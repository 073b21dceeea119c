//! References counted by hand. A manual pointer has no room for a token, so that its record is found by the
//! object's address; of several records, the last one is taken first.
//!
//! Only a recorded reference can be released or given away. A release without a record is refused; for a gift
//! without a record a new reference is taken. So a program with a wrong count continues, and the line is
//! reported.
//!
//! An object without a record may have been freed long ago. Nothing is read of it, not even its type or whether it is
//! immortal: what a message says of it was noted while it was known to be alive.

use std::cell::Cell;
use std::collections::HashMap;
use std::ffi::c_char;
use std::hash::{BuildHasherDefault, Hasher};
use std::mem;
use std::panic::Location;
use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering, fence};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::alive::looks_alive;
use super::misuse::{self, MisuseKind};
use super::record::{self, Content};
use super::site::Site;
use super::thread::{self, Quiet};
use super::token::Token;
use super::used::lives_by_pins;
use super::{Kind, Release, names, slab, watch};
use crate::{ffi, refcount};

/// The last open records of objects, by address: the records of one object are linked to a stack.
///
/// Nearly always there is at most one object of a bucket, which is found without a search and without an allocation.
struct Heads {
    /// An address, or 0.
    object: usize,
    record: Token,
    /// Those for which there was no room.
    others: Option<HashMap<usize, Token, BuildHasherDefault<AddressHasher>>>,
}

const BUCKETS: usize = 4096;
static HEADS: [Mutex<Heads>; BUCKETS] = [const { Mutex::new(Heads::new()) }; BUCKETS];

impl Heads {
    const fn new() -> Heads {
        Heads {
            object: 0,
            record: Token::NONE,
            others: None,
        }
    }

    fn get(&self, object: usize) -> Token {
        if self.object == object {
            return self.record;
        }
        let others = self.others.as_ref();
        let record = others.and_then(|others| others.get(&object));
        record.copied().unwrap_or(Token::NONE)
    }

    /// Sets the last record of an object, or none; returns the one before.
    #[inline]
    fn replace(&mut self, object: usize, record: Token) -> Token {
        let is_here = self.object == object;
        if is_here || (self.object == 0 && self.others.is_none()) {
            self.object = if record.is_none() { 0 } else { object };
            let before = mem::replace(&mut self.record, record);
            return if is_here { before } else { Token::NONE };
        }
        self.replace_other(object, record)
    }

    #[cold]
    fn replace_other(&mut self, object: usize, record: Token) -> Token {
        let _quiet = Quiet::begin();
        let others = self.others.get_or_insert_default();
        let before = match record.is_none() {
            true => others.remove(&object),
            false => others.insert(object, record),
        };
        if others.is_empty() {
            self.others = None;
        }
        before.unwrap_or(Token::NONE)
    }
}

/// An object whose last reference was released by hand, and the name of its type.
struct Released {
    /// An address, or 0.
    object: AtomicUsize,
    type_name: AtomicPtr<c_char>,
}

/// By address: of the objects that share a place, the one that was released last.
static RELEASED: [Released; BUCKETS] = [const {
    Released {
        object: AtomicUsize::new(0),
        type_name: AtomicPtr::new(ptr::null_mut()),
    }
}; BUCKETS];

impl Released {
    #[inline]
    fn at(object: NonNull<ffi::PyObject>) -> &'static Released {
        &RELEASED[bucket(object)]
    }

    #[inline]
    fn is(&self, object: NonNull<ffi::PyObject>) -> bool {
        self.object.load(Ordering::Relaxed) == object.addr().get()
    }

    /// Remembers that the last reference to an object is being released.
    fn remember(&self, object: NonNull<ffi::PyObject>, type_name: *const c_char) {
        self.object.store(0, Ordering::Relaxed);
        // Whoever reads the new name reads the 0 then.
        fence(Ordering::Release);
        self.type_name
            .store(type_name.cast_mut(), Ordering::Relaxed);
        self.object.store(object.addr().get(), Ordering::Release);
    }

    /// The name of the object's type, if it is the one that is remembered here.
    fn type_name(&self, object: NonNull<ffi::PyObject>) -> Option<*const c_char> {
        if self.object.load(Ordering::Acquire) != object.addr().get() {
            return None;
        }
        let type_name = self.type_name.load(Ordering::Relaxed).cast_const();
        fence(Ordering::Acquire);
        self.is(object).then_some(type_name)
    }
}

#[derive(Default)]
struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _bytes: &[u8]) {
        unreachable!("addresses are hashed as `usize`")
    }

    fn write_usize(&mut self, address: usize) {
        self.0 = (address as u64 >> 4).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

/// The bucket of an address: objects lie at multiples of 16.
#[inline]
fn bucket(object: NonNull<ffi::PyObject>) -> usize {
    object.addr().get() / 16 % BUCKETS
}

/// The bucket of the object, locked.
#[inline]
fn heads(object: NonNull<ffi::PyObject>) -> MutexGuard<'static, Heads> {
    let heads = &HEADS[bucket(object)];
    heads.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Pushes the record of a reference on the object's stack: the reference is counted by hand from here on.
#[track_caller]
pub(crate) fn put(object: NonNull<ffi::PyObject>, token: Token) {
    seen(object);
    let Some(record) = token.record() else { return };
    token.hand_over();
    push(object, token, record);
}

#[inline(always)]
fn push(object: NonNull<ffi::PyObject>, token: Token, record: &super::record::Record) {
    let below = heads(object).replace(object.addr().get(), token);
    record.below.store(below);
}

/// Pops the last record off the object's stack, if there is one.
#[inline(always)]
fn pop(object: NonNull<ffi::PyObject>) -> Option<Token> {
    let mut heads = heads(object);
    let address = object.addr().get();
    let token = heads.get(address);
    if token.is_none() {
        return None;
    }
    let below = token
        .record()
        .map_or(Token::NONE, |record| record.below.load());
    // A record below that was closed in another way ends the stack.
    let below = below.record().map_or(Token::NONE, |_| below);
    heads.replace(address, below);
    Some(token)
}

/// The contents of the object's records for references counted by hand, the last one first.
pub(crate) fn held(object: *mut ffi::PyObject) -> Vec<Content> {
    let mut held = Vec::new();
    let Some(object) = NonNull::new(object) else {
        return held;
    };
    let heads = heads(object);
    let mut next = heads.get(object.addr().get());
    while let (Some(record), Some(content)) = (next.record(), next.content()) {
        held.push(content);
        next = record.below.load();
    }
    held
}

/// Opens a record for a reference that is counted by hand.
#[inline(always)]
#[track_caller]
pub(crate) fn open(object: NonNull<ffi::PyObject>, kind: Kind) {
    open_at(object, kind, Site::here());
}

fn open_at(object: NonNull<ffi::PyObject>, kind: Kind, site: Site) {
    let token = Token::open(object, kind, site);
    if let Some(record) = token.record() {
        push(object, token, record);
    }
}

/// The record of a reference that leaves manual mode for an `Owned`. If there is no record, a new reference is
/// taken.
///
/// # Safety
/// The object is alive and the thread attached.
#[track_caller]
pub(crate) unsafe fn take(object: NonNull<ffi::PyObject>) -> Token {
    match pop(object) {
        Some(token) => {
            token.hand_over();
            token
        }
        None if is_singleton(object) => Token::NONE,
        None => {
            let site = Site::here();
            // SAFETY: the caller's promise.
            unsafe { make_up(object, site.0) };
            Token::open(object, Kind::Adopted, site)
        }
    }
}

/// Decides whether a reference may be released by hand. If there is no record, notes the misuse.
pub(crate) fn release(object: NonNull<ffi::PyObject>, site: Site) -> Release {
    match pop(object) {
        Some(token) => release_recorded(object, token, site.0),
        None => release_unrecorded(object, site.0),
    }
}

/// [`release`], for an object that is alive.
pub(crate) fn release_alive(object: NonNull<ffi::PyObject>, site: Site) -> Release {
    match pop(object) {
        Some(token) => release_recorded(object, token, site.0),
        None => {
            seen_alive(object);
            release_unrecorded(object, site.0)
        }
    }
}

#[inline(always)]
fn release_recorded(
    object: NonNull<ffi::PyObject>,
    token: Token,
    site: &'static Location<'static>,
) -> Release {
    thread::with(|local| local.called_from(site));
    let type_name = token.type_name();
    let how = token.release(object);
    // SAFETY: the object is alive: its record was open until now.
    if matches!(how, Release::Now) && unsafe { refcount::refcount(object.as_ptr()) } == 1 {
        Released::at(object).remember(object, type_name);
    }
    how
}

#[cold]
fn release_unrecorded(object: NonNull<ffi::PyObject>, site: &'static Location<'static>) -> Release {
    if !may_use_at(object, true, site) {
        return Release::Never;
    }
    if is_singleton(object) {
        return Release::Now;
    }
    refuse(MisuseKind::ReleaseNotHeld, object, site);
    Release::Never
}

/// Closes the record of a reference that is given to code that steals it. If there is no record, a new
/// reference is taken.
///
/// # Safety
/// The object is alive and the thread attached.
#[track_caller]
pub(crate) unsafe fn give(object: NonNull<ffi::PyObject>) {
    let site = Location::caller();
    match pop(object) {
        Some(token) => {
            watch::given(object.as_ptr(), token, site);
            thread::with(|local| local.called_from(site));
            token.close(slab::own());
        }
        None if is_singleton(object) => {}
        // SAFETY: the caller's promise.
        None => unsafe { make_up(object, site) },
    }
}

/// Notes that a reference is given away without being held, and takes one for it.
///
/// # Safety
/// The object is alive and the thread attached.
#[cold]
unsafe fn make_up(object: NonNull<ffi::PyObject>, site: &'static Location<'static>) {
    must_use_at(object, site);
    refuse(MisuseKind::GiveNotHeld, object, site);
    // SAFETY: the caller's promise.
    unsafe { refcount::incref(object.as_ptr()) }
}

#[cold]
fn refuse(kind: MisuseKind, object: NonNull<ffi::PyObject>, site: &'static Location<'static>) {
    misuse::note(kind, object.as_ptr(), known_name(object), Some(site));
}

/// The name of the object's type, if that is known without reading the object.
fn known_name(object: NonNull<ffi::PyObject>) -> Option<&'static str> {
    let mut name = met_name(object);
    // Whoever has another reference has noted it.
    record::for_each_open(|content| {
        if content.object == object.as_ptr() {
            name = Some(content.type_name);
        }
    });
    names::text(name?)
}

/// Those that are documented to be immortal from 3.12 on, so that counting them is optional.
const SINGLETONS: [unsafe fn() -> *mut ffi::PyObject; 5] = [
    ffi::Py_None,
    ffi::Py_True,
    ffi::Py_False,
    ffi::Py_Ellipsis,
    ffi::Py_NotImplemented,
];

fn is_singleton(object: NonNull<ffi::PyObject>) -> bool {
    cfg!(Py_3_12) && is_optional(object.as_ptr())
}

/// Whether the object is one of [`SINGLETONS`].
pub(crate) fn is_optional(object: *mut ffi::PyObject) -> bool {
    let is = |singleton: &unsafe fn() -> *mut ffi::PyObject| {
        // SAFETY: the address of a static.
        let singleton = unsafe { singleton() };
        singleton == object
    };
    SINGLETONS.iter().any(is)
}

thread_local! {
    /// Objects to which pointers were made from borrowed references, with the names of their types, by address.
    static MET: [Cell<(usize, *const c_char)>; 16] = const { [const { Cell::new((0, ptr::null())) }; 16] };
}

fn met<R>(object: NonNull<ffi::PyObject>, f: impl FnOnce(&Cell<(usize, *const c_char)>) -> R) -> R {
    MET.with(|met| f(&met[object.addr().get() / 16 % met.len()]))
}

fn met_name(object: NonNull<ffi::PyObject>) -> Option<*const c_char> {
    let (address, name) = met(object, Cell::get);
    (address == object.addr().get()).then_some(name)
}

/// A pointer is made: if another object was remembered at this address, forgets it.
#[inline]
pub(crate) fn seen(object: NonNull<ffi::PyObject>) {
    met(object, |met| met.set((0, ptr::null())));
    let released = Released::at(object);
    if released.is(object) {
        released.object.store(0, Ordering::Relaxed);
    }
}

/// [`seen`], for an object that is alive.
#[inline]
pub(crate) fn seen_alive(object: NonNull<ffi::PyObject>) {
    seen(object);
    let name = names::of(object.as_ptr());
    met(object, |met| met.set((object.addr().get(), name)));
}

/// Whether the object has not been destroyed, by a release by hand or elsewhere. If it has, notes the misuse.
#[inline]
#[track_caller]
pub(crate) fn may_use(object: NonNull<ffi::PyObject>) -> bool {
    let is_alive = looks_alive(object.as_ptr()) && !lives_by_pins(object.as_ptr());
    is_alive && !Released::at(object).is(object) || may_use_at(object, is_alive, Location::caller())
}

/// Panics if the object has been destroyed by a release by hand.
#[inline]
#[track_caller]
pub(crate) fn must_use(object: NonNull<ffi::PyObject>) {
    if Released::at(object).is(object) {
        must_use_at(object, Location::caller());
    }
}

#[cold]
fn must_use_at(object: NonNull<ffi::PyObject>, site: &'static Location<'static>) {
    assert!(
        may_use_at(object, true, site),
        "an object is used after its release, at {site}"
    );
}

#[cold]
fn may_use_at(
    object: NonNull<ffi::PyObject>,
    is_alive: bool,
    site: &'static Location<'static>,
) -> bool {
    let name = match Released::at(object).type_name(object) {
        Some(type_name) => names::text(type_name),
        None if is_alive => return true,
        None => None,
    };
    misuse::note(
        MisuseKind::UseAfterRelease,
        object.as_ptr(),
        name,
        Some(site),
    );
    false
}

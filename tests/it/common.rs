//! What the tests share.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Barrier, Once};
use std::thread;

use pyptr::types::{PyInt, PyString};
use pyptr::{Borrowed, Object, Owned, Python, Shared, ffi};

/// Starts the interpreter, once.
///
/// By a thread that never ends: a test's own may be followed by one of the same id, and free-threaded builds
/// would hand objects of the second to the thread state that the first has left behind.
fn start() {
    static START: std::sync::Once = std::sync::Once::new();
    START.call_once(|| {
        let (started, wait) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            crate::before_start();
            Python::initialize();
            started.send(()).expect("the test waits");
            loop {
                std::thread::park();
            }
        });
        wait.recv().expect("the interpreter starts");
    });
}

/// Runs `f` attached, on an interpreter that is started once.
pub fn attached<R>(f: impl for<'py> Fn(Python<'py>) -> R) -> R {
    repeated(|| Python::attach(&f))
}

/// Set for the child process of `totals.rs`, which asks whether the tests keep references.
pub const REPEAT: &str = "PYPTR_TEST_REPEAT";
/// How often a test does what may go wrong at any time: less often where all of it is repeated, which is about what one time
/// keeps.
pub fn times(often: usize) -> usize {
    match std::env::var_os(REPEAT) {
        Some(_) => often.div_ceil(10),
        None => often,
    }
}

/// What `f` makes of an object on four threads that begin together.
pub fn four_at_once<T: Object, R: Send>(
    py: Python<'_>,
    shared: &Shared<T>,
    f: impl Fn(&Borrowed<'_, T>) -> R + Sync,
) -> Vec<R> {
    let barrier = Barrier::new(4);
    let (barrier, f) = (&barrier, &f);
    py.detach(|| {
        thread::scope(|scope| {
            let one = || {
                barrier.wait();
                Python::attach(|py| f(shared.bind(py)))
            };
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(one)).collect();
            threads.into_iter().map(|one| one.join().unwrap()).collect()
        })
    })
}

/// What comes before a result in its output.
pub const KEPT: &str = "references kept: ";
/// How often `f` runs before its references are counted, to fill caches, and how often while they are.
const ROUNDS: (i64, i64) = (2, 2);

/// Runs `f`, which attaches by itself, on an interpreter that is started once. In the child process of
/// `totals.rs`, repeatedly: what the debug interpreter's count of all references gains is written out.
pub fn repeated<R>(f: impl Fn() -> R) -> R {
    static REPEATING: AtomicBool = AtomicBool::new(false);
    start();
    // Tests run one after the other there. What `f` itself repeats is a part of its own rounds.
    if std::env::var_os(REPEAT).is_some() && !REPEATING.swap(true, Ordering::SeqCst) {
        prepare();
        (0..ROUNDS.0).for_each(|_| drop(f()));
        let before = total_references();
        (0..ROUNDS.1).for_each(|_| drop(f()));
        println!("{KEPT}{} in {}", total_references() - before, ROUNDS.1);
        REPEATING.store(false, Ordering::SeqCst);
    }
    f()
}

/// Once for all tests: counting fills caches, too. What is there before has not to be looked through in each collection,
/// which is most of the time otherwise. (On free-threaded builds freezing saves nothing.)
fn prepare() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        total_references();
        if !cfg!(Py_GIL_DISABLED) {
            Python::attach(|py| {
                let gc = py.import(c"gc").expect("gc");
                drop(gc.call_method0(c"freeze").expect("frozen"));
            });
        }
    });
}

/// `sys.gettotalrefcount()` without what waits for the garbage collector.
fn total_references() -> i64 {
    Python::attach(|py| {
        let gc = py.import(c"gc").expect("gc");
        // Twice if it found something: what that releases may have been the last to refer to another cycle.
        for _ in 0..2 {
            let found = gc.call_method0(c"collect").expect("a collection");
            if !found.is_truthy().expect("an int") {
                break;
            }
        }
        // The cache of attributes holds their names, once for each class that came and went.
        // SAFETY: attached.
        unsafe { ffi::PyType_ClearCache() };
        let sys = py.import(c"sys").expect("sys");
        let total = sys.call_method0(c"gettotalrefcount");
        let total = total.expect("a debug build").cast_into::<PyInt>();
        total.expect("an int").to_i64().expect("an i64")
    })
}

/// A str that nobody else refers to: not interned, not immortal, reference count 1.
pub fn fresh_str<'py>(py: Python<'py>, text: &str) -> Owned<'py, PyString> {
    assert!(text.len() > 1, "one-character strings are shared");
    let fresh = PyString::new(py, text).expect("memory for a short string");
    assert_eq!(fresh.refcount(), 1);
    fresh
}

/// How `f` changes the reference count of `object`, by the time its result has been dropped.
#[track_caller]
pub fn delta_after_drop<T: Object, R>(object: &Borrowed<'_, T>, f: impl FnOnce() -> R) -> isize {
    let before = object.refcount();
    drop(f());
    object.refcount() - before
}

/// How `f` changes the reference count of `object` while its result is alive.
#[track_caller]
pub fn delta_while_held<T: Object, R>(object: &Borrowed<'_, T>, f: impl FnOnce() -> R) -> isize {
    let before = object.refcount();
    let result = f();
    let delta = object.refcount() - before;
    drop(result);
    delta
}

/// An iterator that announces a length that it does not have.
pub struct Liar<I>(pub I, pub usize);

impl<I: Iterator> Iterator for Liar<I> {
    type Item = I::Item;

    fn next(&mut self) -> Option<I::Item> {
        self.0.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.1, Some(self.1))
    }
}

impl<I: Iterator> ExactSizeIterator for Liar<I> {}

/// What no `Send` bound can see: the wrapper's promise is broken. What one like `SendWrapper` comes down to:
/// the thread is the same, after all.
pub struct Smuggled<T>(pub T);
// SAFETY: none; this is what the check is there for.
unsafe impl<T> Send for Smuggled<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for Smuggled<T> {}

impl<T: Copy> Smuggled<T> {
    pub fn get(&self) -> T {
        self.0
    }
}

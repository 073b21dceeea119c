//! The modules under test. Registered before the interpreter starts.

use std::num::ParseIntError;
use std::sync::atomic::{AtomicI64, Ordering};

use pyptr::error::{PyKeyError, PyValueError};
use pyptr::export::{ModuleRef, Slot};
use pyptr::types::{PyAny, PyList, PyModule, PyString, PyTuple};
use pyptr::{Borrowed, IntoRaised, Owned, PyErr, PyResult, Python, Raised, Shared, ffi};

/// Called once, before the interpreter is initialised.
pub fn register() {
    super::hygiene::hygiene().append_to_inittab();
    shapes().append_to_inittab();
    counters().append_to_inittab();
    broken_state().append_to_inittab();
    panicking_state().append_to_inittab();
    executing_itself().append_to_inittab();
    plain_state().append_to_inittab();
    fails_by_ones_own().append_to_inittab();
    fails_by_std().append_to_inittab();
    fails_by_io().append_to_inittab();
    fails_by_stored().append_to_inittab();
}

fn nothing() {}
fn version(py: Python<'_>) -> String {
    py.import(c"sys")
        .unwrap()
        .name()
        .unwrap()
        .to_rust_string()
        .unwrap()
}
fn same<'a, 'py>(object: &'a Borrowed<'py, PyAny>) -> &'a Borrowed<'py, PyAny> {
    object
}
fn same_owned<'py>(object: Owned<'py, PyString>) -> Owned<'py, PyString> {
    object
}
fn pair<'py>(
    a: &Borrowed<'py, PyAny>,
    b: &Borrowed<'py, PyAny>,
) -> PyResult<'py, Owned<'py, PyTuple>> {
    PyTuple::from_owned(a.py(), [a.to_owned(), b.to_owned()])
}
fn positional(a: i64, b: Option<i64>, c: &str) -> String {
    format!("{a} {b:?} {c}")
}
fn everything(a: i64, b: f64, c: &str, d: bool, e: Option<i64>) -> String {
    format!("{a} {b} {c} {d} {e:?}")
}
fn only_keywords(x: i64, y: i64) -> i64 {
    x - y
}
fn raises<'py>(key: &Borrowed<'py, PyString>) -> PyResult<'py, ()> {
    Err(key.py().raise::<PyKeyError>(key.to_str()?))
}
fn raises_stored(message: &str) -> Result<i64, PyErr> {
    Python::attach(|py| Err(py.raise::<PyValueError>(message))?)
}
fn length(list: &Borrowed<'_, PyList>) -> usize {
    list.len()
}
fn panics(message: &str) -> i64 {
    panic!("{message}")
}
fn panics_holding<'py>(object: &Borrowed<'py, PyAny>) -> PyResult<'py, ()> {
    let _held = object.to_owned();
    let _raised = object
        .py()
        .raise::<PyValueError>("set when the panic comes");
    panic!("while an exception is set")
}

pyptr::module! {
    /// Shapes of functions.
    ///
    /// The second paragraph.
    pub mod shapes {
        gil: not_used;
        const ANSWER = 42;
        const NAME = "shapes";
        const PAIR = "pair";

        /// Does nothing.
        fn nothing();
        fn version(py: Python);
        fn same(object, /);
        fn same_owned(object, /);
        fn pair(a, b, /);
        fn positional(a, b = None, c = "see", /);
        /// Takes one of each.
        fn everything(a, /, b, c = "see", *, d, e = None);
        fn only_keywords(*, x, y = -1);
        fn raises(key, /);
        fn raises_stored(message);
        fn length(list, /);
        fn renamed(list, /) = self::length;
        fn panics(message, /);
        fn panics_holding(object, /);
    }
}

/// How many states are alive.
pub static STATES: AtomicI64 = AtomicI64::new(0);

pub struct Counter {
    count: AtomicI64,
    cache: Slot<PyAny>,
    kept: Shared<PyString>,
}

impl Drop for Counter {
    fn drop(&mut self) {
        STATES.fetch_sub(1, Ordering::SeqCst);
    }
}

fn new_counter<'py>(module: &Borrowed<'py, PyModule>) -> PyResult<'py, Counter> {
    let kept = PyString::new(module.py(), "kept by the state")?;
    module.add(c"kept", kept.new_ref().into_any())?;
    STATES.fetch_add(1, Ordering::SeqCst);
    Ok(Counter {
        count: AtomicI64::new(0),
        cache: Slot::new(),
        kept: kept.into_shared(),
    })
}

type Self_<'a, 'py> = ModuleRef<'a, 'py, Counter>;

fn count(module: Self_<'_, '_>, by: i64) -> i64 {
    module.state().count.fetch_add(by, Ordering::SeqCst) + by
}
fn remember<'py>(
    module: Self_<'_, 'py>,
    object: &Borrowed<'py, PyAny>,
) -> Option<Owned<'py, PyAny>> {
    module.state().cache.set(object.to_owned())
}
fn recall<'py>(module: Self_<'_, 'py>) -> Option<Owned<'py, PyAny>> {
    module.state().cache.get(module.py())
}
fn forget<'py>(module: Self_<'_, 'py>) -> Option<Owned<'py, PyAny>> {
    module.state().cache.take(module.py())
}
fn kept<'py>(module: Self_<'_, 'py>) -> Owned<'py, PyString> {
    module.state().kept.bind(module.py()).to_owned()
}
fn own_name<'py>(module: Self_<'_, 'py>) -> PyResult<'py, Owned<'py, PyString>> {
    module.name()
}

pyptr::module! {
    /// Counts.
    mod counters {
        state: Counter = new_counter;
        gil: used;
        fn count(self, by = 1);
        fn remember(self, object, /);
        fn recall(self);
        fn forget(self);
        fn kept_by_state(self) = kept;
        fn own_name(self);
    }
}

fn fails<'py>(module: &Borrowed<'py, PyModule>) -> PyResult<'py, Counter> {
    // A function of the module, called before there is a state.
    let error = module.getattr(c"count")?.call0().unwrap_err();
    module.setattr(c"error_without_state", &error.into_exception())?;
    let modules = module.py().import(c"sys")?.getattr(c"modules")?;
    modules.set_item(
        &*PyString::intern(module.py(), c"broken_state_seen")?,
        module,
    )?;
    Err(module.py().raise::<PyValueError>("no state today"))
}

pyptr::module! {
    mod broken_state {
        state: Counter = fails;
        fn count(self, by = 1);
    }
}

fn panics_on_import<'py>(_module: &Borrowed<'py, PyModule>) -> PyResult<'py, Counter> {
    panic!("no import today")
}

pyptr::module! {
    mod panicking_state {
        state: Counter = panics_on_import;
    }
}

/// How many states of `executing_itself` were made.
pub static MADE: AtomicI64 = AtomicI64::new(0);

/// Executes the module that is being executed, as C code can.
fn executes<'py>(module: &Borrowed<'py, PyModule>) -> PyResult<'py, String> {
    if MADE.fetch_add(1, Ordering::SeqCst) == 0 {
        // SAFETY: a live module.
        let definition = unsafe { ffi::PyModule_GetDef(module.as_ptr()) };
        // SAFETY: a live module, and its own definition.
        let status = unsafe { ffi::PyModule_ExecDef(module.as_ptr(), definition) };
        assert_eq!(status, 0);
    }
    Ok("made".to_owned())
}

fn made(module: ModuleRef<'_, '_, String>) -> String {
    module.state().clone()
}

pyptr::module! {
    mod executing_itself {
        state: String = executes;
        fn made(self);
    }
}

fn plain(_module: &Borrowed<'_, PyModule>) -> String {
    "plain".to_owned()
}

fn parsed(_module: &Borrowed<'_, PyModule>) -> Result<i64, ParseIntError> {
    "41".parse()
}

/// A state that is a `Result` itself.
fn kept_result(_module: &Borrowed<'_, PyModule>) -> Result<i64, String> {
    Err("kept".to_owned())
}

fn number(module: ModuleRef<'_, '_, i64>) -> i64 {
    *module.state()
}

fn text_of_error(module: ModuleRef<'_, '_, Result<i64, String>>) -> String {
    module.state().clone().unwrap_err()
}

pyptr::module! {
    mod plain_state {
        state: String = plain;
        fn made(self);
        mod with_number {
            state: i64 = parsed;
            fn number(self);
        }
        mod with_result {
            state: Result<i64, String> = kept_result;
            fn text_of_error(self);
        }
    }
}

struct Broken(&'static str);

impl IntoRaised<'_> for Broken {
    fn into_raised(self, py: Python<'_>) -> Raised<'_> {
        py.raise::<PyKeyError>(self.0)
    }
}

fn of_ones_own(_module: &Borrowed<'_, PyModule>) -> Result<i64, Broken> {
    Err(Broken("of one's own"))
}

fn of_std(_module: &Borrowed<'_, PyModule>) -> Result<i64, ParseIntError> {
    "x".parse()
}

fn of_io(_module: &Borrowed<'_, PyModule>) -> std::io::Result<i64> {
    std::fs::read("/no/such/file").map(|content| content.len() as i64)
}

fn stored(module: &Borrowed<'_, PyModule>) -> Result<i64, PyErr> {
    let _: i64 = "1".parse()?;
    Ok(module
        .py()
        .import(c"no_such_module")?
        .getattr(c"x")?
        .extract()?)
}

pyptr::module! { mod fails_by_ones_own { state: i64 = of_ones_own; } }
pyptr::module! { mod fails_by_std { state: i64 = of_std; } }
pyptr::module! { mod fails_by_io { state: i64 = of_io; } }
pyptr::module! { mod fails_by_stored { state: i64 = stored; } }

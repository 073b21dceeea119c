//! What a call lends lives until the function has returned, whatever whoever called does meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use pyptr::export::{Holding, ModuleRef};
use pyptr::types::{PyAny, PyBool, PyBytes, PyInt, PyModule, PyString};
use pyptr::{Borrowed, Owned, PyResult};

use crate::common::{attached, delta_after_drop, fresh_str};
use crate::python::{exec, holds, namespace};

/// Called once, before the interpreter is initialised.
pub fn register() {
    lent().append_to_inittab();
}

/// Whether it has been dropped, for whoever has a share in it.
#[derive(Default)]
struct State(Arc<AtomicBool>);

impl Drop for State {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

fn new_state<'py>(_module: &Borrowed<'py, PyModule>) -> PyResult<'py, State> {
    Ok(State::default())
}

type Hook<'a, 'py> = &'a Borrowed<'py, PyAny>;
type Result<'py> = PyResult<'py, Owned<'py, PyAny>>;

/// Calls `hook()`, and uses both arguments afterwards.
fn object<'py>(object: &Borrowed<'py, PyAny>, hook: Hook<'_, 'py>) -> Result<'py> {
    let result = hook.call0();
    drop((object.new_ref(), hook.new_ref()));
    result
}

fn before_another<'py>(
    object: &Borrowed<'py, PyAny>,
    hook: Hook<'_, 'py>,
    _other: &Borrowed<'py, PyAny>,
) -> Result<'py> {
    self::object(object, hook)
}

fn before_others<'py>(
    object: &Borrowed<'py, PyAny>,
    hook: Hook<'_, 'py>,
    _name: &str,
    _attributes: &Borrowed<'py, PyAny>,
) -> Result<'py> {
    self::object(object, hook)
}

fn optional<'py>(object: Option<&Borrowed<'py, PyAny>>, hook: Hook<'_, 'py>) -> Result<'py> {
    self::object(object.unwrap(), hook)
}

fn text<'py>(text: &str, hook: Hook<'_, 'py>) -> Result<'py> {
    let result = hook.call0();
    assert_eq!(text, "lent text");
    result
}

fn bytes<'py>(bytes: &[u8], hook: Hook<'_, 'py>) -> Result<'py> {
    let result = hook.call0();
    assert_eq!(bytes, b"lent bytes");
    result
}

fn pair<'py>(pair: (&str, &Borrowed<'py, PyAny>), hook: Hook<'_, 'py>) -> Result<'py> {
    let result = hook.call0();
    assert_eq!(pair.0, "lent text");
    drop(pair.1.new_ref());
    result
}

fn callable<'py>(hook: Hook<'_, 'py>) -> Result<'py> {
    let result = hook.call0();
    drop(hook.new_ref());
    result
}

/// `number.__index__` runs before `object` is converted.
fn after_number<'py>(number: i64, object: &Borrowed<'py, PyAny>) -> Result<'py> {
    assert_eq!(number, 5);
    Ok(object.new_ref())
}

fn after_numbers<'py>(numbers: Vec<i64>, text: &str) -> Result<'py> {
    assert_eq!((numbers, text), (vec![5, 5], "lent text"));
    panic!("too far");
}

fn two_numbers(first: i64, second: i64) -> i64 {
    first + second
}

fn of_state<'py>(module: ModuleRef<'_, 'py, State>, hook: Hook<'_, 'py>) -> PyResult<'py, bool> {
    let dropped = module.state().0.clone();
    drop(hook.call0()?);
    let dropped = dropped.load(Ordering::SeqCst);
    let _: (&State, _) = (module.state(), module.module().new_ref());
    Ok(dropped)
}

fn count_of(object: &Borrowed<'_, PyAny>) -> isize {
    object.refcount()
}

fn count_of_owned(object: Owned<'_, PyAny>) -> isize {
    object.refcount()
}

fn fails<'py>(object: &Borrowed<'py, PyAny>, way: i64) -> PyResult<'py, bool> {
    match way {
        0 => panic!("on purpose"),
        1 => object.cast::<PyBytes>().map(|_| true).map_err(Into::into),
        _ => Ok(object.cast::<PyBool>().is_ok()),
    }
}

pyptr::module! {
    mod lent {
        state: State = new_state;
        gil: not_used;

        fn object(object, hook, /);
        fn by_name(object, hook) = object;
        fn before_another(object, hook, other, /);
        fn before_others(object, hook, name, attributes, /);
        fn optional(object, hook, /);
        fn text(text, hook, /);
        fn bytes(bytes, hook, /);
        fn pair(pair, hook, /);
        fn callable(hook, /);
        fn after_number(number, object, /);
        fn after_numbers(numbers, text, /);
        fn two_numbers(first, second, /);
        fn of_state(self, hook, /);
        fn count_of(object, /);
        fn count_of_two(object, other = None);
        fn count_of_owned(object, /);
        fn fails(object, way, /);
        /// Holds nothing.
        // SAFETY: neither the function nor the conversions run other code.
        #[holding(unsafe { Holding::nothing() })]
        fn count_of_borrowed(object, /) = count_of;
    }
}

fn count_of_two(object: &Borrowed<'_, PyAny>, other: Option<&Borrowed<'_, PyAny>>) -> isize {
    assert!(other.is_none_or(|other| other.is(object)));
    object.refcount()
}

/// What the situations below have in common.
const COMMON: &str = "
import collections, functools, gc, itertools, types, weakref
import lent

class Window:
    pass
class Text(str):
    pass
class Bytes(bytes):
    pass

class Watched:
    def __init__(self, target):
        if isinstance(target, (bytes, tuple)):
            # There are no weak references to these: to what dies with it, then.
            target.window = target = Window()
        self.dead = weakref.ref(target)
    # Whether the target is still alive after the last reference to it that this side knows of is gone.
    def is_alive(self):
        gc.collect()
        return self.dead() is not None

def in_defaultdict(function, target):
    watched, table = Watched(target), collections.defaultdict()
    def hook():
        table.default_factory = None
        return watched.is_alive()
    table.default_factory = functools.partial(function, target, hook)
    del target
    return table['key']
";

/// Runs a situation, the last line of which is an expression that is true if the target has lived.
#[track_caller]
fn alive(code: &str, expression: &str) {
    attached(|py| {
        let namespace = namespace(py);
        exec(&namespace, COMMON);
        exec(&namespace, code);
        assert!(holds(&namespace, expression), "{code}{expression}");
    });
}

macro_rules! in_defaultdict {
    ($($name:ident: $function:ident, $target:literal;)*) => { $(
        #[test]
        fn $name() {
            alive("", concat!("in_defaultdict(lent.", stringify!($function), ", ", $target, ")"));
        }
    )* };
}

in_defaultdict! {
    an_object: object, "Window()";
    an_object_by_name: by_name, "Window()";
    an_optional_object: optional, "Window()";
    a_text: text, "Text('lent text')";
    some_bytes: bytes, "Bytes(b'lent bytes')";
}

#[test]
fn items_of_a_tuple() {
    alive(
        "class Pair(tuple):\n    pass\n",
        "in_defaultdict(lent.pair, Pair(['lent ' + 'text', Window()]))",
    );
}

#[test]
fn the_second_argument_of_a_partial() {
    let code = "
table = collections.defaultdict()
class Hook:
    def __call__(self):
        table.default_factory = None
        return watched.is_alive()
hook = Hook()
watched = Watched(hook)
table.default_factory = functools.partial(lent.object, Window(), hook)
del hook
";
    alive(code, "table['key']");
}

/// A partial that gets a new state while it is called.
#[track_caller]
fn in_a_new_state(partial: &str) {
    let code = format!(
        "
target = Window()
watched = Watched(target)
def hook():
    partial.__setstate__((print, (), {{}}, {{}}))
    return watched.is_alive()
partial = {partial}
del target
"
    );
    alive(&code, "partial()");
}

#[test]
fn a_partial_that_gets_a_new_state() {
    in_a_new_state("functools.partial(lent.object, target, hook)");
}

#[test]
fn keywords_of_a_partial() {
    in_a_new_state("functools.partial(lent.by_name, object=target, hook=hook)");
}

#[test]
fn an_iterator_that_ends_inside_its_own_call() {
    let code = "
target, sentinel = Window(), object()
watched, calls, alive = Watched(target), [], []
def hook():
    calls.append(1)
    if len(calls) == 2:
        return sentinel
    assert next(iterator, None) is None
    alive.append(watched.is_alive())
    return sentinel
iterator = iter(functools.partial(lent.object, target, hook), sentinel)
del target
# Some versions compare with a sentinel that is gone by then.
try:
    next(iterator, None)
except SystemError:
    pass
";
    alive(code, "alive == [True]");
}

#[test]
fn a_property_made_anew_inside_its_getter() {
    let code = "
target = Window()
watched = Watched(target)
def hook():
    attribute.__init__()
    return watched.is_alive()
attribute = property(functools.partial(lent.before_another, target, hook))
class Owner:
    attribute = attribute
del target
";
    alive(code, "Owner().attribute");
}

#[test]
fn the_self_of_a_bound_method() {
    let code = "
table = collections.defaultdict()
class Target:
    def __call__(self):
        table.default_factory = None
        return watched.is_alive()
target = Target()
watched = Watched(target)
table.default_factory = types.MethodType(lent.callable, target)
del target
";
    alive(code, "table['key']");
}

#[test]
fn a_handler_that_is_replaced_inside_itself() {
    let code = "
try:
    from xml.parsers import expat
except ImportError:
    alive = [True]
else:
    alive, target = [], Window()
    watched, parser = Watched(target), expat.ParserCreate()
    def hook():
        parser.StartElementHandler = None
        alive.append(watched.is_alive())
    # Called with a name and a dict of attributes.
    parser.StartElementHandler = functools.partial(lent.before_others, target, hook)
    del target
    parser.Parse('<a/>', True)
";
    alive(code, "alive == [True]");
}

#[test]
fn the_argument_behind_a_number_with_code_of_its_own() {
    let code = "
def after(function, first, target):
    watched, table = Watched(target), collections.defaultdict()
    class Number:
        def __index__(self):
            table.default_factory = None
            alive.append(watched.is_alive())
            return 5
    alive = []
    table.default_factory = functools.partial(function, first(Number), target)
    del target
    return table['key'], alive
result, alive = after(lent.after_number, lambda number: number(), Window())
";
    alive(code, "type(result) is Window and alive == [True]");
    let code = format!(
        "{code}
class Index:
    def __index__(self):
        return 6
result, alive = after(lent.two_numbers, lambda number: number(), Index())
"
    );
    alive(&code, "result == 11 and alive == [True]");
    let code = format!(
        "{code}
try:
    after(lent.after_numbers, lambda number: [number(), 5], Text('lent text'))
except BaseException as error:
    message = str(error)
"
    );
    alive(&code, "'too far' in message");
}

/// The module is not in `sys.modules`: only the function has it, and only the property has that.
#[test]
fn the_state_of_a_module_that_the_function_alone_has() {
    let code = "
import importlib.util
spec = importlib.util.find_spec('lent')
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
watched, table = Watched(module), collections.defaultdict()
class Hook:
    def __call__(self):
        table.default_factory = None
        alive.append(watched.is_alive())
alive = []
table.default_factory = functools.partial(module.of_state, Hook())
del module
dropped = table['key']
";
    alive(code, "(dropped, alive) == (False, [True])");
}

#[test]
fn each_argument_has_one_reference_for_the_call() {
    attached(|py| {
        let (module, object) = (py.import(c"lent").unwrap(), fresh_str(py, "counted"));
        let count = |name, arguments: &[&Borrowed<'_, PyAny>]| {
            let result = module.getattr(name).unwrap().call_slice(arguments).unwrap();
            result.cast::<PyInt>().unwrap().to_i64().unwrap()
        };
        assert_eq!(count(c"count_of", &[&object]), 2);
        assert_eq!(count(c"count_of_two", &[&object]), 2);
        assert_eq!(count(c"count_of_two", &[&object, py.none()]), 2);
        assert_eq!(count(c"count_of_two", &[&object, &object]), 3);
        assert_eq!(count(c"count_of_owned", &[&object]), 2);
        assert_eq!(count(c"count_of_borrowed", &[&object]), 1);
        let borrowed = module.getattr(c"count_of_borrowed").unwrap();
        let doc = borrowed.getattr(c"__doc__").unwrap();
        assert!(doc.cast::<PyString>().unwrap().eq_str("Holds nothing."));
        assert_eq!(object.refcount(), 1);
    });
}

#[test]
fn it_is_released_however_the_function_ends() {
    attached(|py| {
        let module = py.import(c"lent").unwrap();
        let fails = module.getattr(c"fails").unwrap();
        let object = fresh_str(py, "released");
        for way in [0, 1, 2] {
            let way = PyInt::new(py, way).unwrap();
            let arguments: [&Borrowed<'_, PyAny>; 2] = [&object, &way];
            let call = || fails.call_slice(&arguments).map(drop).map_err(drop);
            assert_eq!(delta_after_drop(&object, call), 0);
        }
        // The conversion of another argument fails.
        let call = || fails.call([&object, &object]).map(drop).map_err(drop);
        assert_eq!(delta_after_drop(&object, call), 0);
    });
}

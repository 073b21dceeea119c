//! What the declaration of a module can say: names, variable arguments, structs of parameters, conditions, submodules.

use std::sync::atomic::{AtomicI64, Ordering};

use pyptr::export::{Keywords, ModuleRef};
use pyptr::types::{PyAny, PyDict, PyModule, PyString};
use pyptr::{Borrowed, Owned, PyResult, Python};

use crate::common::attached;
use crate::python::namespace;

/// Called once, before the interpreter is initialised.
pub fn register() {
    grammar().append_to_inittab();
    enclosing().append_to_inittab();
}

fn typed(r#type: i64, r#match: i64) -> i64 {
    r#type * 10 + r#match
}
fn r#match(x: i64) -> i64 {
    x
}
fn same(x: i64) -> i64 {
    x
}

fn rest<'py>(items: &[&Borrowed<'py, PyAny>]) -> Vec<Owned<'py, PyAny>> {
    items.iter().map(|item| (*item).to_owned()).collect()
}
fn by_name<'py>(options: Keywords<'_, 'py>) -> PyResult<'py, Owned<'py, PyDict>> {
    assert_eq!(options.len(), options.iter().len());
    assert_eq!(options.is_empty(), options.names().is_empty());
    options.to_dict()
}
type Mixed<'py> = (
    i64,
    i64,
    Vec<Owned<'py, PyAny>>,
    Option<i64>,
    Vec<(Owned<'py, PyString>, Owned<'py, PyAny>)>,
);
fn mixed<'py>(
    a: i64,
    b: i64,
    items: &[&Borrowed<'py, PyAny>],
    key: Option<i64>,
    options: Keywords<'_, 'py>,
) -> Mixed<'py> {
    let options = options.into_iter();
    let options = options.map(|(name, value)| (name.to_owned(), value.to_owned()));
    (a, b, rest(items), key, options.collect())
}
fn only_some<'py>(options: Keywords<'_, 'py>, x: i64) -> i64 {
    let more = options
        .get("more")
        .map_or(0, |more| more.extract().unwrap());
    x + more
}
/// Runs code that releases the caller's arguments.
fn lose<'py>(
    release: &Borrowed<'py, PyAny>,
    items: &[&Borrowed<'py, PyAny>],
    options: Keywords<'_, 'py>,
) -> PyResult<'py, Vec<Owned<'py, PyString>>> {
    release.call0()?;
    let items = items
        .iter()
        .copied()
        .chain(options.values().iter().copied());
    let mut all: Vec<_> = items.map(Borrowed::repr).collect::<Result<_, _>>()?;
    all.extend(options.names().iter().map(|name| (*name).to_owned()));
    Ok(all)
}
fn raw<'py>(
    module: ModuleRef<'_, 'py, AtomicI64>,
    items: &[&Borrowed<'py, PyAny>],
    options: Keywords<'_, 'py>,
) -> PyResult<'py, i64> {
    let calls = module.state().fetch_add(1, Ordering::Relaxed) + 1;
    match (items.len(), options.len()) {
        (2, 0) => Ok(calls),
        (items, options) => Err(module.py().raise::<pyptr::error::PyTypeError>(format_args!(
            "raw() takes two, and not {items} and {options}"
        ))),
    }
}

#[derive(Debug)]
struct Style<'a> {
    width: usize,
    indent: u8,
    mark: &'a str,
    r#type: Option<f64>,
}
const WIDTH: usize = 79;
fn wrap(text: &str, style: Style<'_>, deep: bool) -> String {
    let Style {
        width,
        indent,
        mark,
        r#type,
    } = style;
    format!("{text} {width} {indent} {mark} {type:?} {deep}")
}

mod constants {
    pub const LIMIT: i64 = -3;
    pub const NAME: &str = "né\n";
    pub const DATA: &[u8] = b"\x00\"";
    pub const SCALE: f64 = 0.1;
    pub const SMALL: f64 = 5e-324;
    pub const LARGE: f64 = f64::MAX;
    pub const SINGLE: f32 = 0.1;
    pub const LETTER: char = '\'';
    pub const ON: bool = true;
    pub const ITEMS: Vec<i64> = Vec::new();
    pub const NONE: Option<i64> = Some(3);
    pub static STATIC: u16 = 77;
}
use constants::LIMIT;
#[allow(clippy::too_many_arguments)]
fn defaults(
    limit: i64,
    name: &str,
    data: &[u8],
    scale: f64,
    small: f64,
    large: f64,
    single: f32,
    letter: char,
    on: bool,
    items: Vec<i64>,
    none: Option<i64>,
    fixed: u16,
    max: u64,
    least: i128,
    infinite: f64,
    nan: f64,
) -> bool {
    let _ = (data, letter, items, none, fixed, max, least, single);
    limit == -3
        && name == "né\n"
        && scale == 0.1
        && small == 5e-324
        && large == f64::MAX
        && on
        && infinite == f64::INFINITY
        && nan.is_nan()
}

fn new_count<'py>(_module: &Borrowed<'py, PyModule>) -> PyResult<'py, AtomicI64> {
    Ok(AtomicI64::new(0))
}
fn new_name<'py>(module: &Borrowed<'py, PyModule>) -> PyResult<'py, String> {
    module.name()?.to_rust_string()
}
fn name(module: ModuleRef<'_, '_, String>) -> String {
    module.state().clone()
}
fn fails<'py>(module: &Borrowed<'py, PyModule>) -> PyResult<'py, ()> {
    let fail = module.py().import(c"sys")?.getattr(c"grammar_fails");
    match fail.is_ok_and(|fail| fail.is_truthy().unwrap_or(false)) {
        true => Err(module.py().raise::<pyptr::error::PyValueError>("not today")),
        false => Ok(()),
    }
}

pyptr::module! {
    /// The grammar.
    pub mod grammar {
        state: AtomicI64 = new_count;
        gil: not_used;

        fn typed(r#type, r#match = 2);
        /// A name that Rust has as a keyword.
        fn r#match(x);
        const r#loop = 3;
        fn lambda(x) = same;
        fn größe(x) = same;

        fn rest(*items);
        fn by_name(**options);
        fn mixed(a, /, b = 2, *items, key = None, **options);
        fn only_some(**options) = only_nothing;
        fn keyword_only(*, x = 1, **options) = swapped;
        fn lose(release, /, *items, **options);
        fn raw(self, ..);
        fn wrap(text, /, Style { width = WIDTH, indent = 2, mark = "-", r#type = None, }, *, deep = false);

        fn defaults(
            limit = LIMIT, name = constants::NAME, data = constants::DATA, scale = constants::SCALE,
            small = constants::SMALL, large = self::constants::LARGE, single = constants::SINGLE,
            letter = constants::LETTER, on = constants::ON, items = constants::ITEMS, none = constants::NONE,
            fixed = constants::STATIC, max = u64::MAX, least = i128::MIN, infinite = f64::INFINITY, nan = f64::NAN,
        );

        #[cfg(all())]
        /// Here.
        fn here() = crate::export::grammar::nothing;
        /// Not here.
        #[cfg(any())]
        fn not_here(x) = no_such_function;
        #[cfg(not(any()))]
        #[cfg(all())]
        const HERE = 1;
        #[cfg(any())]
        const NOT_HERE = NO_SUCH_CONSTANT;
        /// Twice declared, and once here.
        #[cfg(any())]
        fn either() = no_such_function;
        #[cfg(all())]
        fn either() = nothing;
    }
}

pyptr::module! {
    /// With submodules.
    mod enclosing {
        gil: not_used;
        /// A submodule.
        mod inner {
            state: String = new_name;
            const LEVEL = 2;
            /// Its own name.
            fn name(self);
            mod deeper {
                state: String = new_name;
                fn name(self);
            }
        }
        #[cfg(any())]
        mod not_here_either {
            fn f() = no_such_function;
        }
        mod failing {
            state: () = fails;
        }
    }
}

fn nothing() {}
fn only_nothing(options: Keywords<'_, '_>) -> bool {
    options.is_empty()
}
fn swapped<'py>(x: i64, options: Keywords<'_, 'py>) -> i64 {
    only_some(options, x)
}

/// Runs the lines with the module in scope.
#[track_caller]
fn check(code: &str) {
    attached(|py: Python<'_>| {
        let names = namespace(py);
        let code = format!(
            "import sys, inspect, pydoc, grammar\nfrom grammar import *\ndef told(f, *args, **kwargs):\n    try:\n        f(*args, **kwargs)\n    except Exception as error:\n        return f'{{type(error).__name__}}: {{error}}'\n{code}"
        );
        let code = std::ffi::CString::new(code).unwrap();
        if let Err(raised) = py.run(&code, Some(&names), None) {
            panic!("{}", pyptr::PyErr::from(raised).display(py));
        }
    });
}

#[test]
fn names_of_rust_and_python() {
    check(
        "
assert typed(1) == 12 and typed(type=1, match=5) == 15 and grammar.match(2) == 2 and grammar.loop == 3
assert str(inspect.signature(typed)) == '(type, match=2)'
assert grammar.match.__name__ == 'match' and grammar.match.__doc__ == 'A name that Rust has as a keyword.'
assert getattr(grammar, 'lambda')(4) == 4 and str(inspect.signature(getattr(grammar, 'lambda'))) == '(x)'
assert grammar.größe(x=5) == 5 and str(inspect.signature(grammar.größe)) == '(x)'
text = pydoc.plain(pydoc.render_doc(grammar))
assert 'r#' not in text and 'match(x)' in text and 'größe(x)' in text, text
assert told(typed, 'x') == \"TypeError: typed() argument 'type' must be int, not str\"
",
    );
}

#[test]
fn any_number_of_arguments() {
    check(
        "
assert rest() == [] and rest(1, 'x', None) == [1, 'x', None]
assert str(inspect.signature(rest)) == '(*items)' and str(inspect.signature(by_name)) == '(**options)'
assert str(inspect.signature(mixed)) == '(a, /, b=2, *items, key=None, **options)'
assert by_name() == {} and list(by_name(b=1, a=2).items()) == [('b', 1), ('a', 2)]
assert told(rest, x=1) in ('TypeError: rest() got an unexpected keyword argument \\'x\\'', 'TypeError: \\'x\\' is an invalid keyword argument for rest()')
assert told(by_name, 1) == 'TypeError: by_name() takes no positional arguments (1 given)'
assert mixed(1) == (1, 2, [], None, [])
assert mixed(1, 3, 4, 5, key=6, more=7) == (1, 3, [4, 5], 6, [('more', 7)])
# A positional-only parameter leaves its name to others.
assert mixed(1, a=2, b=3) == (1, 3, [], None, [('a', 2)])
name = type('Name', (str,), {})
assert mixed(1, **{name('b'): 4, name('x'): 5}) == (1, 4, [], None, [('x', 5)])
assert told(mixed) == \"TypeError: mixed() missing required argument 'a' (pos 1)\"
assert told(mixed, 1, 2, b=3) == \"TypeError: argument for mixed() given by name ('b') and position (2)\"
assert told(lambda: mixed(1, **{1: 2})) == 'TypeError: keywords must be strings'
assert told(mixed, 1, b='x') == \"TypeError: mixed() argument 'b' must be int, not str\"
assert by_name(**{'\\ud800': 1}) == {'\\ud800': 1}
assert only_some() is True and only_some(x=1) is False
assert keyword_only(more=2) == 3 and keyword_only(x=5, more=2) == 7
assert str(inspect.signature(keyword_only)) == '(*, x=1, **options)'
big = list(range(1000))
assert rest(*big) == big and len(by_name(**{f'k{i}': i for i in big})) == 1000
",
    );
}

#[test]
fn variable_arguments_are_held_and_released() {
    check(
        "
import functools
class Item:
    def __repr__(self): return 'item'
def attempt(keywords):
    class Holder: pass
    holder = Holder()
    def release():
        holder.call.__setstate__((print, (), {}, {}))
    kwargs = {'key' + str(i): Item() for i in range(3)} if keywords else {}
    holder.call = functools.partial(lose, release, Item(), Item(), **kwargs)
    del kwargs
    return holder.call()
assert attempt(False) == ['item', 'item']
assert attempt(True) == ['item'] * 5 + ['key0', 'key1', 'key2']
item = Item()
before = sys.getrefcount(item)
for call in (lambda: rest(item, item), lambda: by_name(x=item), lambda: mixed(1, 2, item, y=item), lambda: mixed('x', 2, item, y=item), lambda: raw(item, y=item), lambda: mixed(1, 2, item, b=item, y=item)):
    try: call()
    except TypeError: pass
    assert sys.getrefcount(item) == before
",
    );
}

#[test]
fn the_raw_form_raises_errors_of_its_own() {
    check(
        "
first = raw(1, 2)
assert raw(1, 2) == first + 1
assert told(raw, 1, x=3) == 'TypeError: raw() takes two, and not 1 and 1'
assert str(inspect.signature(raw)) == '(*args, **kwargs)'
",
    );
}

#[test]
fn parameters_are_gathered_into_a_struct() {
    check(
        "
assert wrap('a') == 'a 79 2 - None false' and wrap('a', 3, 4, '*', 5.5, deep=True) == 'a 3 4 * Some(5.5) true'
assert wrap('a', type=1, mark='é') == 'a 79 2 é Some(1.0) false'
assert str(inspect.signature(wrap)) == \"(text, /, width=79, indent=2, mark='-', type=None, *, deep=False)\"
assert told(wrap, 'a', indent=300) == \"OverflowError: wrap() argument 'indent' must be int from 0 to 255, not 300\"
",
    );
}

#[test]
fn constants_are_shown_by_their_values() {
    check(
        "
import math
assert defaults() is True
shown = {name: p.default for name, p in inspect.signature(defaults).parameters.items()}
assert shown.pop('items') is ... and shown.pop('none') is ... and shown.pop('nan') is ...
assert shown == dict(limit=-3, name='né\\n', data=b'\\0\"', scale=0.1, small=5e-324, large=sys.float_info.max, single=0.10000000149011612, letter=\"'\", on=True, fixed=77, max=2**64 - 1, least=-2**127, infinite=math.inf), shown
assert shown['on'] is True and defaults(**shown)
",
    );
}

#[test]
fn conditions_decide_what_there_is() {
    check(
        "
assert here() is None and here.__doc__ == 'Here.' and grammar.HERE == 1 and either() is None
for name in ('not_here', 'NOT_HERE'):
    assert not hasattr(grammar, name), name

",
    );
}

#[test]
fn submodules_can_be_imported() {
    check(
        "
import enclosing.inner, enclosing.inner.deeper as deeper
from enclosing.inner import name, LEVEL
assert name() == 'enclosing.inner' and deeper.name() == 'enclosing.inner.deeper' and LEVEL == 2
assert enclosing.inner is sys.modules['enclosing.inner'] and enclosing.inner.__doc__ == 'A submodule.'
assert name.__module__ == 'enclosing.inner' and name.__doc__ == 'Its own name.'
assert enclosing.inner.__spec__.name == enclosing.inner.__name__ == 'enclosing.inner' and enclosing.inner.__package__ == 'enclosing'
import pickle
assert pickle.loads(pickle.dumps(deeper.name)) is deeper.name
assert enclosing.__doc__ == 'With submodules.' and 'inner' in pydoc.plain(pydoc.render_doc(enclosing))
# Imported anew, it has submodules of its own.
old = {name: sys.modules.pop(name) for name in list(sys.modules) if name.split('.')[0] == 'enclosing'}
assert sorted(old) == ['enclosing', 'enclosing.failing', 'enclosing.inner', 'enclosing.inner.deeper']
import enclosing as new
assert new is not old['enclosing'] and not hasattr(new, 'not_here_either')
assert sys.modules['enclosing.inner'] is new.inner is not old['enclosing.inner']
assert old['enclosing.inner'].name() == 'enclosing.inner'
# All of them, or none.
for name in old: sys.modules.pop(name)
sys.grammar_fails = True
try:
    import enclosing
except ValueError as error:
    assert str(error) == 'not today'
else:
    raise AssertionError
finally:
    sys.grammar_fails = False
assert not [name for name in sys.modules if name.split('.')[0] == 'enclosing']
sys.modules.update(old)
",
    );
}

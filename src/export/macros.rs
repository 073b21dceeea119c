//! `module!`, which declares a module. What it expands to: declaration.rs, parameters.rs, call.rs, refused.rs.

/// Declares a Python module whose functions are Rust functions.
///
/// ```
/// use std::sync::atomic::{AtomicUsize, Ordering};
///
/// use pyptr::export::ModuleRef;
/// use pyptr::types::{PyModule, PyString};
/// use pyptr::{Borrowed, Owned, PyResult};
///
/// struct Calls(AtomicUsize);
///
/// fn new_calls<'py>(_module: &Borrowed<'py, PyModule>) -> PyResult<'py, Calls> {
///     Ok(Calls(AtomicUsize::new(0)))
/// }
///
/// fn shout<'py>(text: &Borrowed<'py, PyString>) -> PyResult<'py, Owned<'py, PyString>> {
///     text.concat_str("!")
/// }
///
/// fn repeat(module: ModuleRef<'_, '_, Calls>, text: &str, times: usize, end: Option<&str>) -> String {
///     module.state().0.fetch_add(1, Ordering::Relaxed);
///     text.repeat(times) + end.unwrap_or("")
/// }
///
/// fn count(module: ModuleRef<'_, '_, Calls>) -> usize {
///     module.state().0.load(Ordering::Relaxed)
/// }
///
/// pyptr::module! {
///     /// Functions of strings.
///     mod words {
///         state: Calls = new_calls;
///         const VERSION = "1.0";
///
///         /// Returns `text` with an exclamation mark.
///         fn shout(text, /);
///         /// Repeats `text`, and appends `end`.
///         fn repeat(self, text, times = 2, *, end = None);
///         /// Returns how often `repeat` was called.
///         fn calls(self) = count;
///     }
/// }
/// # fn main() {
/// # words().append_to_inittab();
/// # pyptr::Python::initialize();
/// # let script = c"
/// # import inspect, words
/// # assert words.VERSION == '1.0' and words.__doc__ == 'Functions of strings.'
/// # assert words.shout('hello') == 'hello!'
/// # assert words.repeat('ab') == 'abab' and words.repeat('ab', times=1, end='.') == 'ab.'
/// # assert words.calls() == 2
/// # assert str(inspect.signature(words.repeat)) == '(text, times=2, *, end=None)'
/// # try:
/// #     words.shout(1)
/// # except TypeError as error:
/// #     assert str(error) == \"shout() argument 'text' must be str, not int\"
/// # ";
/// # pyptr::Python::attach(|py| py.run(script, None, None).map(drop).unwrap());
/// # }
/// ```
///
/// ```pycon
/// >>> import words
/// >>> words.repeat("ab", end=".")
/// 'abab.'
/// >>> words.shout(1)
/// TypeError: shout() argument 'text' must be str, not int
/// ```
///
/// In a crate of type `cdylib`, the declaration is all that `import` needs: the macro exports the function
/// `PyInit_words`. A program that embeds Python calls `words().append_to_inittab()` before it starts the
/// interpreter.
///
/// # The declaration
///
/// Only `mod` is required. `state` and `gil` come first, in this order; the other lines may follow in any order. Doc
/// comments on modules and functions become the docstrings.
///
/// | line | declares |
/// |---|---|
/// | `pub mod name { .. }` | the module, and a Rust function `name()` with this visibility, which returns the [`Module`](crate::export::Module) |
/// | `state: Type = function;` | the module's state, a Rust value: see below |
/// | `gil: not_used;` | that the module needs no GIL. Without this line, importing the module into a free-threaded interpreter enables the GIL, as `gil: used;` does |
/// | `class Name;` | a class that [`class!`](crate::class!) declares for the struct `Name`, which is in scope. Any number of them |
/// | `const NAME = value;` | a constant: an expression of a type that implements [`IntoPyObject`](crate::IntoPyObject). Any number of them |
/// | `fn name(parameters);` | a function of this name, which calls the Rust function `name`. Any number of them |
/// | `fn name(parameters) = path;` | a function of this name, which calls the Rust function `path` |
/// | `mod name { .. }` | a submodule: see [below](#submodules). Any number of them |
/// | `#[cfg(condition)]` | before a constant, a function or a submodule: it exists under this condition only. Any number of them |
/// | `#[holding(value)]` | before a function: what its calls hold, a [`Holding`](crate::export::Holding), see [below](#what-a-call-holds) |
///
/// # Parameters
///
/// A parameter list is written as in Python, without types: the types and the conversions are those of the
/// Rust function, which gets one argument for each entry other than `/` and `*`, in the same order. What each type
/// accepts, and what it raises otherwise, is in [a table](#types).
///
/// | entry | means |
/// |---|---|
/// | `name` | a parameter. Python code passes it by position or by name |
/// | `name = value` | a parameter with a default: a Rust expression of the parameter's type, such as `None` for an `Option`. It is evaluated in each call that leaves the argument out. `inspect.signature` shows [its value](#signatures), or `...` |
/// | `/` | the parameters before it are positional-only. A call is fastest if all parameters are |
/// | `*` | the parameters after it are keyword-only |
/// | `*args` | what is passed by position beyond the parameters before it: `&[&Borrowed<'_, PyAny>]`. The parameters after it are keyword-only |
/// | `**kwargs` | what is passed by names that no parameter has: [`Keywords`](crate::export::Keywords), a view for which no dict is made |
/// | `..` | the raw form, for functions that check their calls themselves: short for `*args, **kwargs` |
/// | `Struct { name, name = value }` | a Rust struct of several parameters, each of which goes to the field of its name |
/// | `self` | the [`ModuleRef`](crate::export::ModuleRef) of the module, with its state. Not a parameter in Python |
/// | `py: Python` | the [`Python`](crate::Python) token. Not a parameter in Python |
///
/// ```
/// use pyptr::export::Keywords;
/// use pyptr::{Borrowed, types::PyAny};
///
/// struct Style<'a> {
///     width: usize,
///     mark: &'a str,
/// }
///
/// const WIDTH: usize = 79;
///
/// fn wrap(text: &str, style: Style<'_>) -> String {
///     format!("{}{text:>1$}", style.mark, style.width)
/// }
///
/// fn count(items: &[&Borrowed<'_, PyAny>], options: Keywords<'_, '_>) -> usize {
///     items.len() + options.len()
/// }
///
/// pyptr::module! {
///     mod texts {
///         fn wrap(text, /, *, Style { width = WIDTH, mark = "-" });
///         fn count(*items, **options);
///         fn raw_count(..) = count;
///     }
/// }
/// # fn main() {
/// # texts().append_to_inittab();
/// # pyptr::Python::initialize();
/// # let script = c"
/// # import inspect, texts
/// # assert texts.wrap('a', width=3) == '-  a' and texts.count(1, 2, a=3) == texts.raw_count(1, 2, a=3) == 3
/// # assert str(inspect.signature(texts.wrap)) == \"(text, /, *, width=79, mark='-')\"
/// # ";
/// # pyptr::Python::attach(|py| py.run(script, None, None).map(drop).unwrap());
/// # }
/// ```
///
/// The name of a parameter is ASCII. The names of functions, constants and parameters may be keywords of Rust, which are
/// written as raw identifiers (`r#type`) and have no `r#` in Python. That of a parameter cannot be a keyword of Python, and
/// that of a module neither.
///
/// # Types
///
/// A parameter has a type with [`FromPyObject`](crate::FromPyObject), and a result one with
/// [`IntoPyObject`](crate::IntoPyObject): these, and your own.
///
#[doc = include_str!("../convert/table.md")]
///
/// The errors say the function, the parameter and the place: `total() argument 'numbers', item 2 must be int from 0 to 255,
/// not 300`.
///
/// A function may also return a `Result` of such a type, with [`Raised`](crate::Raised), [`PyErr`](crate::PyErr), or any
/// error that has [`IntoRaised`](crate::IntoRaised): [those of std](crate::guide::errors#errors-of-rust), and your own.
///
/// # Signatures
///
/// What `inspect.signature` and `help` show of a default is equal to it: a literal is translated (numbers of any base with
/// underscores and suffixes, texts and bytes with escape sequences, continued lines and raw literals, chars, `true`, `None`,
/// `Some` of one of these), and of a constant, which is written as a path without arguments (`WIDTH`, `i64::MAX`), the value
/// is shown if it is a number, `bool`, `char`, `&str` or `&[u8]`. Everything else is shown as `...`.
///
/// # Submodules
///
/// A submodule has a state, constants, functions and submodules of its own, and says nothing about the GIL. It is made
/// while the outer module is imported, after that has its state, and is found by `import outer.inner`. Its `__name__` begins
/// with that of the outer module. If the import of a submodule fails, so does that of the outer one, and none is left in
/// `sys.modules`.
///
/// ```
/// fn level() -> u8 {
///     2
/// }
///
/// pyptr::module! {
///     mod outer {
///         /// The inner one.
///         mod inner {
///             fn level();
///         }
///     }
/// }
/// # fn main() {
/// # outer().append_to_inittab();
/// # pyptr::Python::initialize();
/// # let script = c"import outer.inner; from outer.inner import level; assert level() == 2";
/// # pyptr::Python::attach(|py| py.run(script, None, None).map(drop).unwrap());
/// # }
/// ```
///
/// # What a call holds
///
/// Python code that a function runs may release the arguments meanwhile: those of a `functools.partial` die with
/// it. So a call takes a reference of its own to each argument that the function borrows from (`&Borrowed`, `&str`,
/// `&[u8]`, and any type of which this crate does not know better), and to the module if its state is asked for, and
/// releases them when the function has returned. For numbers, `bool`, `None`, `Owned` and `Shared` there is nothing
/// to hold: the first are read at once, if that runs no other code, and the last are references of their own.
///
/// `#[holding(unsafe { Holding::nothing() })]` before a function does without; what that asks for is said at
/// [`Holding::nothing`](crate::export::Holding::nothing).
///
/// # State
///
/// `function` is a `fn(&Borrowed<'py, PyModule>)` that returns `Type`, or a `Result` of it with an error that a function may
/// return, too. It is called once for each module object, when the module is imported and after the constants were added;
/// it may add attributes to the module. If it returns an error, the import fails with that exception. `Type` must be
/// `Send + Sync + 'static`, because all threads share the state. The state is dropped when the module object is freed.
///
/// # Rules
///
/// - The macro can be used under `#![forbid(unsafe_code)]`. An `unsafe fn` can be neither an exported
///   function nor the `state` function: the declaration does not compile (E0133).
/// - An exported function must accept arguments of any lifetime, because they are borrowed for the call
///   only. One that asks for `'static` could keep an argument or the token, and does not compile:
///
/// ```compile_fail
/// use pyptr::{Borrowed, types::PyAny};
///
/// fn keep(object: &'static Borrowed<'static, PyAny>) { }
///
/// pyptr::module! { mod keeper { fn keep(object, /); } }
/// # fn main() {}
/// ```
///
/// - A module cannot have the name of one that an interpreter has built in: the exported function would stand in
///   for the interpreter's own.
///
/// ```compile_fail,E0277
/// fn exit() {}
///
/// pyptr::module! { mod _thread { fn exit(); } }
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! module {
    ($(#[$($attribute:tt)*])* $visibility:vis mod $module:ident { $($body:tt)* }) => {
        $(#[$($attribute)*])*
        #[allow(missing_docs, non_snake_case)]
        $visibility fn $module() -> &'static $crate::export::Module {
            use $crate::export::expansion as __pyptr;

            $crate::__module_header!(exported [$([$($attribute)*])*] $module $($body)*)
        }
    };
    ($($other:tt)*) => {
        $crate::export::expansion::compile_error!(
            "`module!` takes one declaration: `mod name { .. }`, with doc comments and a visibility before it"
        );
    };
}

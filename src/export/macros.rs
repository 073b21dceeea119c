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
/// Only `mod` is required. Everything else is optional, and is written in the order of this table. Doc
/// comments on the module and on the functions become the docstrings.
///
/// | line | declares |
/// |---|---|
/// | `pub mod name { .. }` | the module, and a Rust function `name()` with this visibility, which returns the [`Module`](crate::export::Module) |
/// | `state: Type = function;` | the module's state, a Rust value: see below |
/// | `gil: not_used;` | that the module needs no GIL. Without this line, importing the module into a free-threaded interpreter enables the GIL, as `gil: used;` does |
/// | `const NAME = value;` | a constant: an expression of a type that implements [`IntoPyObject`](crate::IntoPyObject). Any number of them |
/// | `fn name(parameters);` | a function of this name, which calls the Rust function `name`. Any number of them |
/// | `fn name(parameters) = path;` | a function of this name, which calls the Rust function `path` |
/// | `#[holding(value)]` | before a function: what its calls hold, a [`Holding`](crate::export::Holding), see [below](#what-a-call-holds) |
///
/// # Parameters
///
/// A parameter list is written as in Python, without types: the types and the conversions are those of the
/// Rust function, which gets one argument for each entry other than `/` and `*`, in the same order.
///
/// | entry | means |
/// |---|---|
/// | `name` | a parameter. Python code passes it by position or by name |
/// | `name = value` | a parameter with a default: a Rust expression of the parameter's type, such as `None` for an `Option`. It is evaluated in each call that leaves the argument out. `inspect.signature` shows a literal as its value, and any other expression as `...` |
/// | `/` | the parameters before it are positional-only. A call is fastest if all parameters are |
/// | `*` | the parameters after it are keyword-only |
/// | `self` | the [`ModuleRef`](crate::export::ModuleRef) of the module, with its state. Not a parameter in Python |
/// | `py: Python` | the [`Python`](crate::Python) token. Not a parameter in Python |
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
/// `function` is a `fn(&Borrowed<'py, PyModule>) -> PyResult<'py, Type>`. It is called once for each module
/// object, when the module is imported and after the constants were added; it may add attributes to the
/// module. If it returns an error, the import fails with that exception. `Type` must be `Send + Sync + 'static`, because
/// all threads share the state. The state is dropped when the module object is freed.
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
/// ```compile_fail,E0080
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

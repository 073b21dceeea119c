//! `module!`, which declares a module, and the internal rules that it expands to.

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
    (
        $(#[doc = $module_doc:expr])*
        $visibility:vis mod $module:ident {
            $(state: $state:ty = $new_state:expr;)?
            $(gil: $gil:ident;)?
            $(const $constant:ident = $value:expr;)*
            $(
                $(#[$attribute:ident $($content:tt)*])*
                fn $function:ident ($($entry:tt $(: $token:ident)? $(= $default:expr)?),* $(,)?) $(= $path:path)?;
            )*
        }
    ) => {
        $(#[doc = $module_doc])*
        #[allow(missing_docs, non_snake_case)]
        $visibility fn $module() -> &'static $crate::export::Module {
            use $crate::export::expansion as __pyptr;

            type __State = $crate::__module!(@state $($state)?);

            struct __Module;

            const __MODULE_DOC: __pyptr::DocText = &[$(__pyptr::Some($module_doc)),*];
            const __MODULE_DOC_BYTES: [__pyptr::u8; __pyptr::doc_len(__MODULE_DOC)] =
                __pyptr::doc_bytes(__MODULE_DOC);

            impl __pyptr::ModuleSpec for __Module {
                type State = __State;
                const NAME: &'static [__pyptr::u8] = __pyptr::concat!(__pyptr::stringify!($module), "\0").as_bytes();
                const DOC: &'static [__pyptr::u8] = &__MODULE_DOC_BYTES;
                const GIL_USED: __pyptr::bool = $crate::__module!(@gil $($gil)?);
                const METHODS: &'static [__pyptr::MethodDef<__State>] = &[
                    $({
                        const __SIGNATURE: __pyptr::Signature = __pyptr::Signature::new(
                            __pyptr::stringify!($function),
                            &[$($crate::__module!(@item $entry $(: $token)? $(= $default)?)),*],
                        );
                        const __DOC: __pyptr::DocText =
                            &[$($crate::__module!(@doc $attribute $($content)*)),*];
                        const __DOC_BYTES: [__pyptr::u8; __pyptr::method_doc_len(&__SIGNATURE, __DOC)] =
                            __pyptr::method_doc_bytes(&__SIGNATURE, __DOC);

                        struct __Function;

                        // SAFETY: `@call` takes all before it converts any, and `@holds` reads the declaration.
                        unsafe impl __pyptr::Function for __Function {
                            type State = __State;
                            const SIGNATURE: &'static __pyptr::Signature = &__SIGNATURE;
                            const DOC: &'static [__pyptr::u8] = &__DOC_BYTES;
                            const NAME: &'static [__pyptr::u8] =
                                __pyptr::concat!(__pyptr::stringify!($function), "\0").as_bytes();
                            const HOLDS: __pyptr::bool =
                                true $(&& $crate::__module!(@holds $attribute $($content)*))*;

                            #[inline(always)]
                            fn names() -> &'static [__pyptr::Interned] {
                                static __NAMES: [__pyptr::Interned; __SIGNATURE.by_name()] =
                                    __SIGNATURE.interned();
                                &__NAMES
                            }

                            #[inline(always)]
                            fn call<'a, 'py>(
                                call: &__pyptr::Call<'a, 'py, Self>,
                                arguments: &mut impl __pyptr::Arguments<'a, 'py>,
                            ) -> __pyptr::PyResult<'py, __pyptr::Owned<'py, __pyptr::PyAny>> {
                                $crate::__module!(
                                    @call ($crate::__module!(@path $function $(= $path)?))
                                    call arguments []
                                    $([$entry $(: $token)? $(= $default)?])*
                                )
                            }
                        }

                        __pyptr::MethodDef::new::<__Function, { __SIGNATURE.parameters() }>()
                    },)*
                    __pyptr::MethodDef::END,
                ];

                fn add_ledger<'py>(
                    module: &__pyptr::Borrowed<'py, __pyptr::PyModule>,
                ) -> __pyptr::PyResult<'py, ()> {
                    $crate::add_ledger(module)
                }

                fn state<'py>(
                    module: &__pyptr::Borrowed<'py, __pyptr::PyModule>,
                ) -> __pyptr::PyResult<'py, __State> {
                    $crate::__module!(@new_state module $($new_state)?)
                }

                fn add_constants<'py>(
                    module: &__pyptr::Borrowed<'py, __pyptr::PyModule>,
                ) -> __pyptr::PyResult<'py, ()> {
                    $(__pyptr::add_constant(
                        module,
                        __pyptr::concat!(__pyptr::stringify!($constant), "\0").as_bytes(),
                        $value,
                    )?;)*
                    let _ = module;
                    __pyptr::Ok(())
                }
            }

            #[unsafe(export_name = __pyptr::concat!("PyInit_", __pyptr::stringify!($module)))]
            extern "C" fn __init() -> __pyptr::Initialised {
                $module().init()
            }

            static __MODULE: $crate::export::Module =
                $crate::export::Module::new::<__Module>(__init);
            &__MODULE
        }
    };
}

/// The internal rules of [`module!`](crate::module). Not for direct use: they may change at any time.
#[doc(hidden)]
#[macro_export]
macro_rules! __module {
    // The optional parts of the declaration, and their defaults.
    (@state) => { () };
    (@state $state:ty) => { $state };
    (@new_state $module:ident) => {{ let _ = $module; __pyptr::Ok(()) }};
    (@new_state $module:ident $new_state:expr) => { $new_state($module) };
    (@gil) => { true };
    (@gil used) => { true };
    (@gil not_used) => { false };
    (@path $function:ident) => { $function };
    (@path $function:ident = $path:path) => { $path };

    // An attribute of a function: a line of its doc comment, or that calls hold nothing.
    (@doc doc = $doc:expr) => { __pyptr::Some($doc) };
    (@doc $($attribute:tt)*) => { __pyptr::None };
    (@holds doc = $doc:expr) => { true };
    (@holds holding($holding:expr)) => { __pyptr::Holding::arguments($holding) };
    (@holds $($attribute:tt)*) => {
        __pyptr::compile_error!("a function of `module!` takes doc comments and `#[holding(..)]`, and no other attribute")
    };

    // An entry of a parameter list, as data.
    (@item /) => { __pyptr::Item::Slash };
    (@item *) => { __pyptr::Item::Star };
    (@item self) => { __pyptr::Item::Hidden };
    (@item $name:ident: Python) => { __pyptr::Item::Hidden };
    (@item $name:ident) => {
        __pyptr::Item::Parameter { name: __pyptr::stringify!($name), default: __pyptr::None }
    };
    (@item $name:ident = $default:expr) => {
        __pyptr::Item::Parameter { name: __pyptr::stringify!($name), default: __pyptr::Some(__pyptr::Default::Source(__pyptr::stringify!($default))) }
    };

    // The call of the Rust function. Each step takes one argument, and adds its conversion to those that are made
    // when all are taken.
    (@call ($($path:tt)*) $call:ident $arguments:ident [$($done:tt)*]) => {
        __pyptr::finish($call.py(), ($($path)*)($($done)*))
    };
    (@call $path:tt $call:ident $arguments:ident [$($done:tt)*] [/] $($rest:tt)*) => {
        $crate::__module!(@call $path $call $arguments [$($done)*] $($rest)*)
    };
    (@call $path:tt $call:ident $arguments:ident [$($done:tt)*] [*] $($rest:tt)*) => {
        $crate::__module!(@call $path $call $arguments [$($done)*] $($rest)*)
    };
    (@call $path:tt $call:ident $arguments:ident [$($done:tt)*] [self] $($rest:tt)*) => {
        match __pyptr::take_module($call) {
            held => $crate::__module!(
                @call $path $call $arguments
                [$($done)* __pyptr::module($call, &held)?,]
                $($rest)*
            ),
        }
    };
    (@call $path:tt $call:ident $arguments:ident [$($done:tt)*] [$name:ident: Python] $($rest:tt)*) => {
        $crate::__module!(@call $path $call $arguments [$($done)* $call.py(),] $($rest)*)
    };
    (@call $path:tt $call:ident $arguments:ident [$($done:tt)*] [$name:ident] $($rest:tt)*) => {
        // What is plain goes first, since it may be of a type that borrows from what is held.
        match __pyptr::take($call, $arguments) {
            (held, plain) => $crate::__module!(
                @call $path $call $arguments
                [$($done)* __pyptr::required($call, &held, plain)?,]
                $($rest)*
            ),
        }
    };
    (@call $path:tt $call:ident $arguments:ident [$($done:tt)*] [$name:ident = $default:expr] $($rest:tt)*) => {
        match __pyptr::take($call, $arguments) {
            (held, plain) => $crate::__module!(
                @call $path $call $arguments
                [$($done)* match __pyptr::optional($call, &held, plain)? {
                    __pyptr::Some(value) => value,
                    __pyptr::None => $default,
                },]
                $($rest)*
            ),
        }
    };
}

//! `module!`: the declaration. It declares; the functions that it names do.

/// Declares a Python module made of Rust functions.
///
/// ```text
/// module! {
///     /// The module's docstring.
///     pub mod name {
///         state: Type = function;       // optional: typed module state
///         gil: not_used;                // optional: sound without the GIL on free-threaded builds
///         const NAME = value;           // any number of constants
///         /// A docstring.
///         fn function(parameters);      // any number of functions
///         fn python_name(parameters) = rust::path;
///     }
/// }
/// ```
///
/// Everything stands in this order. A parameter list is written as Python writes it, without types: they
/// are those of the Rust function.
///
/// | in the list | means |
/// |---|---|
/// | `name` | a parameter, by position or by name |
/// | `name = value` | with a default: a Rust expression of the parameter's type, or `None` for an `Option` |
/// | `/` | what stands before it is positional-only (the fastest) |
/// | `*` | what stands behind it is keyword-only |
/// | `self` | the Rust function gets the [`ModuleRef`](crate::export::ModuleRef) here; Python does not see it |
/// | `py: Python` | the Rust function gets the [`Python`](crate::Python) token here; Python does not see it |
///
/// `state: Type = function` calls `fn(&Borrowed<'py, PyModule>) -> PyResult<'py, Type>` when the module is
/// imported, once for each module object, after the constants were added; it may add more to the module.
/// `Type` is `Send + Sync + 'static`. It is dropped with the module.
///
/// `gil: not_used` tells free-threaded builds that the module needs no GIL; without it, importing the
/// module enables the GIL there. (`gil: used` says the default.)
///
/// The macro expands to a function of the module's name, which returns the [`Module`](crate::export::Module),
/// and to the exported function `PyInit_name`. It uses no `unsafe` of the caller's: it works under
/// `#![forbid(unsafe_code)]`, and a function that is itself `unsafe` does not fit in.
///
/// A function must accept references of any lifetime. One that asks for `'static` could keep an argument
/// or a token, and does not compile:
///
/// ```compile_fail
/// use pyptr::{Borrowed, types::PyAny};
///
/// fn keep(object: &'static Borrowed<'static, PyAny>) { }
///
/// pyptr::module! { mod keeper { fn keep(object, /); } }
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
                $(#[doc = $doc:expr])*
                fn $function:ident ($($item:tt $(: $token:ident)? $(= $default:expr)?),* $(,)?) $(= $path:path)?;
            )*
        }
    ) => {
        $(#[doc = $module_doc])*
        #[allow(missing_docs, non_snake_case)]
        $visibility fn $module() -> &'static $crate::export::Module {
            use $crate::export::expansion as __pyptr;

            type __State = $crate::module!(@state $($state)?);

            struct __Module;

            const __MODULE_DOC: __pyptr::DocText = &[$($module_doc),*];
            const __MODULE_DOC_BYTES: [__pyptr::u8; __pyptr::doc_len(__MODULE_DOC)] =
                __pyptr::doc_bytes(__MODULE_DOC);

            impl __pyptr::ModuleSpec for __Module {
                type State = __State;
                const NAME: &'static [__pyptr::u8] = __pyptr::concat!(__pyptr::stringify!($module), "\0").as_bytes();
                const DOC: &'static [__pyptr::u8] = &__MODULE_DOC_BYTES;
                const GIL_USED: __pyptr::bool = $crate::module!(@gil $($gil)?);
                const METHODS: &'static [__pyptr::MethodDef<__State>] = &[
                    $({
                        const __SIGNATURE: __pyptr::Signature = __pyptr::Signature::new(
                            __pyptr::stringify!($function),
                            &[$($crate::module!(@item $item $(: $token)? $(= $default)?)),*],
                        );
                        const __DOC: __pyptr::DocText = &[$($doc),*];
                        const __DOC_BYTES: [__pyptr::u8; __pyptr::method_doc_len(&__SIGNATURE, __DOC)] =
                            __pyptr::method_doc_bytes(&__SIGNATURE, __DOC);

                        struct __Function;

                        impl __pyptr::Function for __Function {
                            type State = __State;
                            const SIGNATURE: &'static __pyptr::Signature = &__SIGNATURE;
                            const DOC: &'static [__pyptr::u8] = &__DOC_BYTES;
                            const NAME: &'static [__pyptr::u8] =
                                __pyptr::concat!(__pyptr::stringify!($function), "\0").as_bytes();

                            #[inline(always)]
                            fn names() -> &'static [__pyptr::Interned] {
                                static __NAMES: [__pyptr::Interned; __SIGNATURE.by_name()] =
                                    __SIGNATURE.interned();
                                &__NAMES
                            }

                            #[inline(always)]
                            fn call<'a, 'py>(
                                call: &__pyptr::Call<'a, 'py, __State>,
                                arguments: &mut impl __pyptr::Arguments<'a, 'py>,
                            ) -> __pyptr::PyResult<'py, __pyptr::Owned<'py, __pyptr::PyAny>> {
                                __pyptr::finish(
                                    call.py(),
                                    $crate::module!(
                                        @call ($crate::module!(@path $function $(= $path)?))
                                        call arguments []
                                        $([$item $(: $token)? $(= $default)?])*
                                    ),
                                )
                            }
                        }

                        __pyptr::MethodDef::new::<__Function, { __SIGNATURE.parameters() }>()
                    },)*
                    __pyptr::MethodDef::END,
                ];

                fn install_ledger<'py>(
                    module: &__pyptr::Borrowed<'py, __pyptr::PyModule>,
                ) -> __pyptr::PyResult<'py, ()> {
                    $crate::install_ledger(module)
                }

                fn state<'py>(
                    module: &__pyptr::Borrowed<'py, __pyptr::PyModule>,
                ) -> __pyptr::PyResult<'py, __State> {
                    $crate::module!(@new_state module $($new_state)?)
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

    // What is optional, and what stands for it.
    (@state) => { () };
    (@state $state:ty) => { $state };
    (@new_state $module:ident) => {{ let _ = $module; __pyptr::Ok(()) }};
    (@new_state $module:ident $new_state:expr) => { $new_state($module) };
    (@gil) => { true };
    (@gil used) => { true };
    (@gil not_used) => { false };
    (@path $function:ident) => { $function };
    (@path $function:ident = $path:path) => { $path };

    // One item of a parameter list, as data.
    (@item /) => { __pyptr::Item::Slash };
    (@item *) => { __pyptr::Item::Star };
    (@item self) => { __pyptr::Item::Hidden };
    (@item $name:ident: Python) => { __pyptr::Item::Hidden };
    (@item $name:ident) => {
        __pyptr::Item::Parameter { name: __pyptr::stringify!($name), default: __pyptr::None }
    };
    (@item $name:ident = $default:expr) => {
        __pyptr::Item::Parameter { name: __pyptr::stringify!($name), default: __pyptr::Some(__pyptr::stringify!($default)) }
    };

    // The call of the Rust function: one argument after the other.
    (@call ($($path:tt)*) $call:ident $arguments:ident [$($done:tt)*]) => {
        ($($path)*)($($done)*)
    };
    (@call $path:tt $call:ident $arguments:ident [$($done:tt)*] [/] $($rest:tt)*) => {
        $crate::module!(@call $path $call $arguments [$($done)*] $($rest)*)
    };
    (@call $path:tt $call:ident $arguments:ident [$($done:tt)*] [*] $($rest:tt)*) => {
        $crate::module!(@call $path $call $arguments [$($done)*] $($rest)*)
    };
    (@call $path:tt $call:ident $arguments:ident [$($done:tt)*] [self] $($rest:tt)*) => {
        $crate::module!(@call $path $call $arguments [$($done)* $call.module()?,] $($rest)*)
    };
    (@call $path:tt $call:ident $arguments:ident [$($done:tt)*] [$name:ident: Python] $($rest:tt)*) => {
        $crate::module!(@call $path $call $arguments [$($done)* $call.py(),] $($rest)*)
    };
    (@call $path:tt $call:ident $arguments:ident [$($done:tt)*] [$name:ident] $($rest:tt)*) => {
        $crate::module!(
            @call $path $call $arguments
            [$($done)* __pyptr::required($call, $arguments)?,]
            $($rest)*
        )
    };
    (@call $path:tt $call:ident $arguments:ident [$($done:tt)*] [$name:ident = $default:expr] $($rest:tt)*) => {
        $crate::module!(
            @call $path $call $arguments
            [$($done)* match __pyptr::optional($call, $arguments)? {
                __pyptr::Some(value) => value,
                __pyptr::None => $default,
            },]
            $($rest)*
        )
    };
}

//! What a parameter list of `module!` expands to: the function that is described by it.

/// Goes through a parameter list. The first argument is `[name path attributes]`; then come the entries so far, as data
/// and as steps of the call; then what is left of the list. Not for direct use.
#[doc(hidden)]
#[macro_export]
macro_rules! __module_parameters {
    ($function:tt $items:tt $steps:tt ()) => { $crate::__module_function!($function $items $steps) };
    ($function:tt $items:tt $steps:tt (,)) => { $crate::__module_function!($function $items $steps) };
    ($function:tt [$($item:tt)*] [$($step:tt)*] (self, $($rest:tt)*)) => {
        $crate::__module_parameters!($function [$($item)* __pyptr::Item::Hidden,] [$($step)* [self]] ($($rest)*))
    };
    ($function:tt [$($item:tt)*] [$($step:tt)*] ($name:ident: Python, $($rest:tt)*)) => {
        $crate::__module_parameters!(
            $function [$($item)* __pyptr::Item::Hidden,] [$($step)* [$name: Python]] ($($rest)*)
        )
    };
    ($function:tt [$($item:tt)*] $steps:tt (/, $($rest:tt)*)) => {
        $crate::__module_parameters!($function [$($item)* __pyptr::Item::Slash,] $steps ($($rest)*))
    };
    ($function:tt [$($item:tt)*] $steps:tt (*, $($rest:tt)*)) => {
        $crate::__module_parameters!($function [$($item)* __pyptr::Item::Star,] $steps ($($rest)*))
    };
    ($function:tt [$($item:tt)*] [$($step:tt)*] (* * $name:ident, $($rest:tt)*)) => {
        $crate::__module_parameters!(
            $function
            [$($item)* __pyptr::Item::Keywords { name: __pyptr::python_name(__pyptr::stringify!($name)) },]
            [$($step)* [* * $name]]
            ($($rest)*)
        )
    };
    ($function:tt [$($item:tt)*] [$($step:tt)*] (* $name:ident, $($rest:tt)*)) => {
        $crate::__module_parameters!(
            $function
            [$($item)* __pyptr::Item::Rest { name: __pyptr::python_name(__pyptr::stringify!($name)) },]
            [$($step)* [* $name]]
            ($($rest)*)
        )
    };
    ($function:tt $items:tt $steps:tt (.., $($rest:tt)*)) => {
        $crate::__module_parameters!($function $items $steps (* args, * * kwargs, $($rest)*))
    };
    ([$($function:tt)*] [$($item:tt)*] [$($step:tt)*] ($name:ident, $($rest:tt)*)) => {
        $crate::__module_parameters!(
            [$($function)* $name] [$($item)* $crate::__module!(@item $name),] [$($step)* [$name]] ($($rest)*)
        )
    };

    // The struct of some parameters begins, and ends.
    ($function:tt $items:tt [$($step:tt)*] ($($segment:ident)::+ { $($field:tt)* }, $($rest:tt)*)) => {
        $crate::__module_parameters!(
            $function $items [$($step)* [{ ($($segment)::+) }]] ($($field)*, @, $($rest)*)
        )
    };
    ($function:tt $items:tt $steps:tt (, @, $($rest:tt)*)) => {
        $crate::__module_parameters!($function $items $steps (@, $($rest)*))
    };
    ($function:tt $items:tt [$($step:tt)*] (@, $($rest:tt)*)) => {
        $crate::__module_parameters!($function $items [$($step)* [{}]] ($($rest)*))
    };

    // A default: a literal or any expression, or the path of a constant, whose value is known.
    ($function:tt $items:tt $steps:tt ($name:ident = None, $($rest:tt)*)) => {
        $crate::__module_parameters!(@default $function $items $steps $name [None] $($rest)*)
    };
    ($function:tt $items:tt $steps:tt ($name:ident = Option::None, $($rest:tt)*)) => {
        $crate::__module_parameters!(@default $function $items $steps $name [Option::None] $($rest)*)
    };
    ($function:tt $items:tt $steps:tt ($name:ident = std::option::Option::None, $($rest:tt)*)) => {
        $crate::__module_parameters!(@default $function $items $steps $name [std::option::Option::None] $($rest)*)
    };
    ($function:tt $items:tt $steps:tt ($name:ident = core::option::Option::None, $($rest:tt)*)) => {
        $crate::__module_parameters!(@default $function $items $steps $name [core::option::Option::None] $($rest)*)
    };
    ($function:tt $items:tt $steps:tt ($name:ident = true, $($rest:tt)*)) => {
        $crate::__module_parameters!(@default $function $items $steps $name [true] $($rest)*)
    };
    ($function:tt $items:tt $steps:tt ($name:ident = false, $($rest:tt)*)) => {
        $crate::__module_parameters!(@default $function $items $steps $name [false] $($rest)*)
    };
    ([$($function:tt)*] [$($item:tt)*] [$($step:tt)*] ($name:ident = $($segment:ident)::+, $($rest:tt)*)) => {
        $crate::__module_parameters!(
            [$($function)* $name]
            [$($item)* __pyptr::Item::Parameter {
                name: __pyptr::python_name(__pyptr::stringify!($name)),
                default: __pyptr::Some(__pyptr::Default::Value(__pyptr::Literal::of($($segment)::+))),
            },]
            [$($step)* [$name = $($segment)::+]]
            ($($rest)*)
        )
    };
    ($function:tt $items:tt $steps:tt ($name:ident = $default:expr, $($rest:tt)*)) => {
        $crate::__module_parameters!(@default $function $items $steps $name [$default] $($rest)*)
    };
    (@default [$($function:tt)*] [$($item:tt)*] [$($step:tt)*] $name:ident [$default:expr] $($rest:tt)*) => {
        $crate::__module_parameters!(
            [$($function)* $name]
            [$($item)* $crate::__module!(@item $name = $default),]
            [$($step)* [$name = $default]]
            ($($rest)*)
        )
    };

    ($function:tt $items:tt $steps:tt ($name:ident: $($rest:tt)*)) => { $crate::__module_refuse!(typed_parameter $name) };
    ([$name:ident $($function:tt)*] $items:tt $steps:tt $rest:tt) => { $crate::__module_refuse!(no_parameter $name) };
}

/// The entry of a function. Not for direct use.
#[doc(hidden)]
#[macro_export]
macro_rules! __module_function {
    (
        [$name:ident ($path:expr) [$([$attribute:ident $($content:tt)*])*] $($parameter:ident)*]
        [$($item:tt)*] [$($step:tt)*]
    ) => {{
        const __ITEMS: &[__pyptr::Item] = &[$($item)*];
        const __SIGNATURE: __pyptr::Signature =
            __pyptr::Signature::declared(__pyptr::python_name(__pyptr::stringify!($name)), __ITEMS);
        const __DOC: __pyptr::DocText = &[$($crate::__module!(@doc $attribute $($content)*)),*];
        const __DOC_BYTES: [__pyptr::u8; __pyptr::method_doc_len(&__SIGNATURE, __DOC)] =
            __pyptr::method_doc_bytes(&__SIGNATURE, __DOC);

        struct __Function;

        struct __Parameters;

        #[allow(non_snake_case)]
        impl __Parameters {
            $(
                #[inline(always)]
                fn $parameter<'h, 'py, T: __pyptr::FromPyObject<'h, 'py>>(self) -> __pyptr::PhantomData<T> {
                    __pyptr::PhantomData
                }
            )*
        }

        // SAFETY: `@call` takes all before it converts any, and `@holds` reads the declaration.
        unsafe impl __pyptr::Function for __Function {
            type State = __State;
            const SIGNATURE: &'static __pyptr::Signature = &__SIGNATURE;
            const DOC: &'static [__pyptr::u8] = &__DOC_BYTES;
            const NAME: &'static [__pyptr::u8] =
                __pyptr::python_bytes(__pyptr::concat!(__pyptr::stringify!($name), "\0").as_bytes());
            const HOLDS: __pyptr::bool =
                true $(&& $crate::__module!(@holds $attribute $($content)*))*;

            #[inline(always)]
            fn names() -> &'static [__pyptr::Interned] {
                static __NAMES: [__pyptr::Interned; __SIGNATURE.by_name()] = __SIGNATURE.interned();
                // Only for the compiler's errors, as the methods of `__Parameters`.
                let _ = || -> __pyptr::Verdict<{ __SIGNATURE.verdict() }> { __Names.$name() };
                &__NAMES
            }

            #[inline(always)]
            fn call<'a, 'py>(
                call: &__pyptr::Call<'a, 'py, Self>,
                arguments: &mut impl __pyptr::Arguments<'a, 'py>,
            ) -> __pyptr::PyResult<'py, __pyptr::Owned<'py, __pyptr::PyAny>> {
                $crate::__module_call!(@call ($path) call arguments [] $($step)*)
            }
        }

        __pyptr::MethodDef::new::<__Function, { __SIGNATURE.parameters() }>()
    }};
}

//! What a parameter list of `module!` expands to: the function that is described by it.

/// Goes through a parameter list. The first argument is `[name path attributes [parameters that have names] parameters]`; then
/// come the entries so far, as data and as steps of the call; then what is left of the list. Not for direct use.
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
    ([$f:tt $path:tt $attributes:tt $named:tt $($function:tt)*] [$($item:tt)*] $steps:tt (/, $($rest:tt)*)) => {
        // The parameters so far cannot be passed by name.
        $crate::__module_parameters!(
            [$f $path $attributes [] $($function)*] [$($item)* __pyptr::Item::Slash,] $steps ($($rest)*)
        )
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
    ([$f:tt $path:tt $attributes:tt [$($named:tt)*] $($function:tt)*] [$($item:tt)*] [$($step:tt)*] ($name:ident, $($rest:tt)*)) => {
        $crate::__module_parameters!(
            [$f $path $attributes [$($named)* $name] $($function)* $name]
            [$($item)* __pyptr::Item::Parameter {
                name: __pyptr::python_name(__pyptr::stringify!($name)),
                default: __pyptr::None,
            },]
            [$($step)* [$name]]
            ($($rest)*)
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
    ([$f:tt $path:tt $attributes:tt [$($named:tt)*] $($function:tt)*] [$($item:tt)*] [$($step:tt)*] ($name:ident = $($segment:ident)::+, $($rest:tt)*)) => {
        $crate::__module_parameters!(
            [$f $path $attributes [$($named)* $name] $($function)* $name]
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
    (@default [$f:tt $path:tt $attributes:tt [$($named:tt)*] $($function:tt)*] [$($item:tt)*] [$($step:tt)*] $name:ident [$default:expr] $($rest:tt)*) => {
        $crate::__module_parameters!(
            [$f $path $attributes [$($named)* $name] $($function)* $name]
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
        [$name:ident ($path:expr) [$([$attribute:ident $($content:tt)*])*] [$($named:ident)*] $($parameter:ident)*]
        [$($item:tt)*] [$($step:tt)*]
    ) => {{
        struct __Function;

        $crate::__module_marks!($($parameter)*);

        // SAFETY: `@call` takes all before it converts any, and `__module_holds` reads the declaration.
        unsafe impl __pyptr::Function for __Function {
            type State = __State;
            const SIGNATURE: &'static __pyptr::Signature = &__pyptr::Signature {
                name: __pyptr::python_name(__pyptr::stringify!($name)),
                label: __pyptr::name(__pyptr::concat!(__pyptr::stringify!($name), "\0")),
                doc: &[$($crate::__module!(@doc $attribute $($content)*)),*],
                items: &[$($item)*],
            };
            $crate::__module_holds!($([$attribute $($content)*])*);
            $crate::__module_names!($($named)*);

            #[inline(always)]
            fn call<'a, 'py>(
                call: &__pyptr::Call<'a, 'py, Self>,
                arguments: &mut impl __pyptr::Arguments<'a, 'py>,
            ) -> __pyptr::PyResult<'py, __pyptr::Owned<'py, __pyptr::PyAny>> {
                $crate::__module_verdict!($name [$($item)*]);
                $crate::__module_call!(@call ($path) call arguments [] $($step)*)
            }
        }

        __pyptr::MethodDef::new::<__Function, { $crate::__module_count!($($parameter)*) }>()
    }};
}

/// Methods with the names of the parameters: an error of a type has the place of its parameter. Not for direct use.
#[doc(hidden)]
#[macro_export]
macro_rules! __module_marks {
    () => {};
    ($($parameter:ident)*) => {
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
    };
}

/// What the calls of a function hold, if its attributes say so. Not for direct use.
#[doc(hidden)]
#[macro_export]
macro_rules! __module_holds {
    ($([doc = $doc:expr])*) => {};
    ($([$attribute:ident $($content:tt)*])*) => {
        const HOLDS: __pyptr::bool = true $(&& $crate::__module!(@holds $attribute $($content)*))*;
    };
}

/// The names that a call can say. Not for direct use.
#[doc(hidden)]
#[macro_export]
macro_rules! __module_names {
    () => {};
    ($($named:ident)*) => {
        #[inline(always)]
        fn names() -> &'static [__pyptr::Interned] {
            static __NAMES: [__pyptr::Interned; $crate::__module_count!($($named)*)] =
                [$(__pyptr::Interned::new(__pyptr::python_name(__pyptr::stringify!($named)))),*];
            &__NAMES
        }
    };
}

/// Whether Python could have a parameter list: only for the compiler's errors. Not for direct use.
#[doc(hidden)]
#[macro_export]
macro_rules! __module_verdict {
    ($name:ident []) => {};
    ($name:ident $items:tt) => {
        if false {
            let _: __pyptr::Verdict<{ <__Function as __pyptr::Function>::SIGNATURE.verdict() }> =
                __Names.$name();
        }
    };
}

/// How many names there are: a literal for most lists, which the compiler need not evaluate. Not for direct use.
#[doc(hidden)]
#[macro_export]
macro_rules! __module_count {
    () => { 0 };
    ($a:ident) => { 1 };
    ($a:ident $b:ident) => { 2 };
    ($a:ident $b:ident $c:ident) => { 3 };
    ($a:ident $b:ident $c:ident $d:ident) => { 4 };
    ($a:ident $b:ident $c:ident $d:ident $e:ident) => { 5 };
    ($a:ident $b:ident $c:ident $d:ident $e:ident $f:ident) => { 6 };
    ($a:ident $b:ident $c:ident $d:ident $e:ident $f:ident $($more:ident)*) => { 6 + $crate::__module_count!($($more)*) };
}

//! The internal rules of `module!` for parts of a declaration, and for the call of a Rust function.

/// The internal rules of [`module!`](crate::module). Not for direct use: they may change at any time.
#[doc(hidden)]
#[macro_export]
macro_rules! __module {
    // The optional parts of the declaration, and their defaults.
    (@state) => { () };
    (@state $state:ty) => { $state };
    (@new_state $module:ident) => {{ let _ = $module; __pyptr::Ok(()) }};
    (@new_state $module:ident $new_state:expr) => {
        __pyptr::finish_state::<__State>($module, $new_state($module))
    };
    (@gil) => { true };
    (@gil used) => { true };
    (@gil not_used) => { false };
    (@end exported $module:ident) => {
        #[unsafe(export_name = __pyptr::concat!("PyInit_", __pyptr::stringify!($module)))]
        extern "C" fn __init() -> __pyptr::Initialised {
            $module().init()
        }

        static __MODULE: $crate::export::Module = $crate::export::Module::new::<__Module>(__init);
    };
    (@end inner $module:ident) => {
        static __MODULE: $crate::export::Module = $crate::export::Module::inner::<__Module>();
    };

    // An attribute of a function: a line of its doc comment, or that calls hold nothing.
    (@doc doc = $doc:expr) => { __pyptr::Some($doc) };
    (@doc $($attribute:tt)*) => { __pyptr::None };
    (@holds doc = $doc:expr) => { true };
    (@holds holding($holding:expr)) => { __pyptr::Holding::arguments($holding) };
    (@holds $($attribute:tt)*) => {
        __pyptr::compile_error!(
            "a function of `module!` takes doc comments, `#[cfg(..)]` and `#[holding(..)]`, and no other attribute"
        )
    };

    // An entry of a parameter list, as data.
    (@item /) => { __pyptr::Item::Slash };
    (@item *) => { __pyptr::Item::Star };
    (@item self) => { __pyptr::Item::Hidden };
    (@item $name:ident: Python) => { __pyptr::Item::Hidden };
    (@item $name:ident) => {
        __pyptr::Item::Parameter { name: __pyptr::python_name(__pyptr::stringify!($name)), default: __pyptr::None }
    };
    (@item $name:ident = $default:expr) => {
        __pyptr::Item::Parameter {
            name: __pyptr::python_name(__pyptr::stringify!($name)),
            default: __pyptr::Some(__pyptr::Default::Source(__pyptr::stringify!($default))),
        }
    };
}

/// The call of the Rust function of [`module!`](crate::module), with `__Parameters`, whose methods have the names
/// of the parameters; with `*args`, `**kwargs` and structs of parameters. Not for direct use.
#[doc(hidden)]
#[macro_export]
macro_rules! __module_call {
    // The call of the Rust function. Each step takes one argument, and adds its conversion to those that are made
    // when all are taken. No `?`, which costs the compiler more than a `match`.
    (@call ($($path:tt)*) $call:ident $arguments:ident [$($done:tt)*]) => {
        __pyptr::finish($call.py(), ($($path)*)($($done)*))
    };
    (@call $path:tt $call:ident $arguments:ident [$($done:tt)*] [self] $($rest:tt)*) => {
        match __pyptr::take_module($call) {
            held => $crate::__module_call!(
                @call $path $call $arguments
                [$($done)* __pyptr::module($call, &held)?,]
                $($rest)*
            ),
        }
    };
    (@call $path:tt $call:ident $arguments:ident [$($done:tt)*] [$name:ident: Python] $($rest:tt)*) => {
        $crate::__module_call!(@call $path $call $arguments [$($done)* $call.py(),] $($rest)*)
    };
    (@call $path:tt $call:ident $arguments:ident [$($done:tt)*] [* $name:ident] $($rest:tt)*) => {
        match __pyptr::take_rest($call, $arguments)? {
            held => $crate::__module_call!(
                @call $path $call $arguments
                [$($done)* held.positional(),]
                $($rest)*
            ),
        }
    };
    (@call $path:tt $call:ident $arguments:ident [$($done:tt)*] [* * $name:ident] $($rest:tt)*) => {
        match __pyptr::take_keywords($call, $arguments)? {
            held => $crate::__module_call!(
                @call $path $call $arguments
                [$($done)* held.keywords(),]
                $($rest)*
            ),
        }
    };
    (@call $path:tt $call:ident $arguments:ident $done:tt [{ ($($group:tt)*) }] $($rest:tt)*) => {
        $crate::__module_call!(@group $path $done [$($group)*] $call $arguments [] $($rest)*)
    };
    (@call $path:tt $call:ident $arguments:ident [$($done:tt)*] [$name:ident] $($rest:tt)*) => {
        // What is plain goes first, since it may be of a type that borrows from what is held.
        match __pyptr::take_parameter($call, $arguments, __Parameters.$name()) {
            (held, plain) => $crate::__module_call!(
                @call $path $call $arguments
                [$($done)* match __pyptr::required($call, &held, plain) {
                    __pyptr::Ok(value) => value,
                    __pyptr::Err(raised) => return __pyptr::Err(raised),
                },]
                $($rest)*
            ),
        }
    };
    (@call $path:tt $call:ident $arguments:ident [$($done:tt)*] [$name:ident = $default:expr] $($rest:tt)*) => {
        match __pyptr::take_parameter($call, $arguments, __Parameters.$name()) {
            (held, plain) => $crate::__module_call!(
                @call $path $call $arguments
                [$($done)* match __pyptr::optional($call, &held, plain) {
                    __pyptr::Ok(__pyptr::Some(value)) => value,
                    __pyptr::Ok(__pyptr::None) => $default,
                    __pyptr::Err(raised) => return __pyptr::Err(raised),
                },]
                $($rest)*
            ),
        }
    };

    // The parameters of a struct.
    (@group $path:tt [$($done:tt)*] [$($group:tt)*] $call:ident $arguments:ident [$($field:tt)*] [{}] $($rest:tt)*) => {
        $crate::__module_call!(@call $path $call $arguments [$($done)* $($group)* { $($field)* },] $($rest)*)
    };
    (@group $path:tt $done:tt $group:tt $call:ident $arguments:ident [$($field:tt)*] [$name:ident] $($rest:tt)*) => {
        match __pyptr::take_parameter($call, $arguments, __Parameters.$name()) {
            (held, plain) => $crate::__module_call!(
                @group $path $done $group $call $arguments
                [$($field)* $name: match __pyptr::required($call, &held, plain) {
                    __pyptr::Ok(value) => value,
                    __pyptr::Err(raised) => return __pyptr::Err(raised),
                },]
                $($rest)*
            ),
        }
    };
    (@group $path:tt $done:tt $group:tt $call:ident $arguments:ident [$($field:tt)*] [$name:ident = $default:expr] $($rest:tt)*) => {
        match __pyptr::take_parameter($call, $arguments, __Parameters.$name()) {
            (held, plain) => $crate::__module_call!(
                @group $path $done $group $call $arguments
                [$($field)* $name: match __pyptr::optional($call, &held, plain) {
                    __pyptr::Ok(__pyptr::Some(value)) => value,
                    __pyptr::Ok(__pyptr::None) => $default,
                    __pyptr::Err(raised) => return __pyptr::Err(raised),
                },]
                $($rest)*
            ),
        }
    };
}

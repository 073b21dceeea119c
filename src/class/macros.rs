//! `class!`, and the internal rules that it expands to.

#[doc = include_str!("pages/class.md")]
#[macro_export]
macro_rules! class {
    (
        $(#[$attribute:ident $($content:tt)*])*
        class $class:ident {
            $(
                $(#[$item_attribute:ident $($item_content:tt)*])*
                $word:ident $($name:ident)?
                $(($($entry:tt $(: $token:ident)? $(= $default:expr)?),* $(,)?))?
                $(= $value:expr $(, $more:expr)*)?;
            )*
        }
    ) => {
        const _: () = {
            use $crate::class::expansion as __pyptr;

            // SAFETY: counted as any object.
            unsafe impl __pyptr::Object for $class {
                const NAME: &'static __pyptr::str = __pyptr::stringify!($class);
            }

            // SAFETY: every object is of kind `PyAny`.
            unsafe impl __pyptr::Subtype for $class {
                type Base = __pyptr::PyAny;
            }

            // SAFETY: the tests of the class, which read the type and its bases.
            unsafe impl __pyptr::TypeCheck for $class {
                #[inline(always)]
                fn is_type_of(object: &__pyptr::Borrowed<'_, __pyptr::PyAny>) -> __pyptr::bool {
                    __pyptr::is_instance::<Self>(object)
                }

                #[inline(always)]
                fn is_exact_type_of(object: &__pyptr::Borrowed<'_, __pyptr::PyAny>) -> __pyptr::bool {
                    __pyptr::is_exact_instance::<Self>(object)
                }
            }

            const _: () = __pyptr::check::<$class>();
            $crate::__class!(@joins $class [$([$attribute $($content)*])*]);

            type __Tables = __pyptr::Tables<$class>;
            static __METHODS: __pyptr::Entries<__pyptr::ffi::PyMethodDef, { __Tables::METHODS }> = __Tables::methods();
            static __PROPERTIES: __pyptr::Entries<__pyptr::ffi::PyGetSetDef, { __Tables::PROPERTIES }> =
                __Tables::properties();
            static __FIELDS: __pyptr::Entries<__pyptr::ffi::PyMemberDef, { __Tables::FIELDS }> = __Tables::fields();
            static __SLOTS: __pyptr::Entries<__pyptr::ffi::PyType_Slot, { __Tables::SLOTS }> = __Tables::slots(
                __pyptr::c_str(__DOC),
                __METHODS.as_ptr(),
                __PROPERTIES.as_ptr(),
                __FIELDS.as_ptr(),
            );
            const __DOC_TEXT: __pyptr::DocText = &[$($crate::__module!(@doc $attribute $($content)*)),*];
            const __DOC: &[__pyptr::u8] = $crate::__class!(@class_doc $class
                $([$word $(($([$entry $(: $token)? $(= $default)?])*))?])*);

            // SAFETY: the items of this declaration, and tables made of them.
            unsafe impl __pyptr::Class for $class {
                type State = $crate::__class!(@state $([$attribute $($content)*])*);
                const FLAGS: __pyptr::Flags = __pyptr::Flags::NONE
                    $(.and($crate::__class!(@flags $attribute $($content)*)))*;
                const LINES: &'static [__pyptr::Line] = &[$(
                    $crate::__class!(@entry $class
                        [$($crate::__module!(@doc $item_attribute $($item_content)*)),*]
                        [$word] [$($name)?]
                        [$($([$entry $(: $token)? $(= $default)?])*)?]
                        [$([$value] $([$more])*)?]
                    )
                ),*];

                #[inline(always)]
                fn methods() -> *mut __pyptr::ffi::PyMethodDef {
                    __METHODS.as_ptr()
                }

                #[inline]
                fn slots() -> *mut __pyptr::ffi::PyType_Slot {
                    __SLOTS.as_ptr()
                }
            }
        };
    };
}

/// The internal rules of [`class!`](crate::class!). Not for direct use: they may change at any time.
#[doc(hidden)]
#[macro_export]
macro_rules! __class {
    // Attributes of the class.
    (@flags flags($($flag:ident),* $(,)?)) => { __pyptr::Flags::NONE $(.and($crate::__class!(@flag $flag)))* };
    (@flags doc $($content:tt)*) => { __pyptr::Flags::NONE };
    (@flags state $($content:tt)*) => { __pyptr::Flags::NONE };
    (@flags $($attribute:tt)*) => {
        __pyptr::compile_error!("a class takes doc comments, `#[flags(subclass, weakref, dict)]` and `#[state(Type)]`")
    };
    (@flag subclass) => { __pyptr::Flags { subclass: true, ..__pyptr::Flags::NONE } };
    (@flag weakref) => { __pyptr::Flags { weakref: true, ..__pyptr::Flags::NONE } };
    (@flag dict) => { __pyptr::Flags { dict: true, ..__pyptr::Flags::NONE } };
    (@flag $flag:ident) => {
        __pyptr::compile_error!("this flag is not known: there are `subclass`, `weakref` and `dict`")
    };
    (@state) => { () };
    (@state [state($state:ty)] $($rest:tt)*) => { $state };
    (@state $attribute:tt $($rest:tt)*) => { $crate::__class!(@state $($rest)*) };
    (@joins $class:ident []) => {
        // SAFETY: a class that names no state.
        unsafe impl<S> __pyptr::Joins<S> for $class {}
    };
    (@joins $class:ident [[state($state:ty)] $($rest:tt)*]) => {
        // SAFETY: the state that the class names.
        unsafe impl __pyptr::Joins<$state> for $class {}
    };
    (@joins $class:ident [$attribute:tt $($rest:tt)*]) => { $crate::__class!(@joins $class [$($rest)*]); };

    // The docstring of the class, with the signature of `new` if there is one.
    (@class_doc $class:ident) => { &__pyptr::doc_bytes::<{ __pyptr::doc_len(__DOC_TEXT) }>(__DOC_TEXT) };
    (@class_doc $class:ident [new ($($entry:tt)*)] $($rest:tt)*) => {{
        const __SIGNATURE: __pyptr::Signature = __pyptr::Signature::new(
            __pyptr::stringify!($class),
            c"",
            &[$($crate::__class!(@item $entry)),*],
        );
        &__pyptr::signed_doc_bytes::<{
            __pyptr::signed_doc_len(&__SIGNATURE, __pyptr::First::Nothing, __DOC_TEXT)
        }>(&__SIGNATURE, __pyptr::First::Nothing, __DOC_TEXT)
    }};
    (@class_doc $class:ident $item:tt $($rest:tt)*) => { $crate::__class!(@class_doc $class $($rest)*) };

    // An entry of a parameter list, as data.
    (@item [$name:ident: $hidden:ident]) => { __pyptr::Item::Hidden };
    (@item [$($entry:tt)*]) => { $crate::__module!(@item $($entry)*) };

    // A line of the declaration.
    (@entry $class:ident $doc:tt [new] [] $entries:tt [$([$path:expr])?]) => {
        $crate::__class!(@new $class [] new $entries ($crate::__class!(@path $class new $($path)?)))
    };
    (@entry $class:ident $doc:tt [fn] [$name:ident] $entries:tt [$([$path:expr])?]) => {
        $crate::__class!(@method $class $doc $name $entries
            ($crate::__class!(@path $class $name $($path)?)) of_instance Instance Instance)
    };
    (@entry $class:ident $doc:tt [static] [$name:ident] $entries:tt [$([$path:expr])?]) => {
        $crate::__class!(@method $class $doc $name $entries
            ($crate::__class!(@path $class $name $($path)?)) of_nothing Nothing Static)
    };
    (@entry $class:ident $doc:tt [classmethod] [$name:ident] $entries:tt [$([$path:expr])?]) => {
        $crate::__class!(@method $class $doc $name $entries
            ($crate::__class!(@path $class $name $($path)?)) of_type Class Class)
    };
    (@entry $class:ident $doc:tt [property] [$name:ident] [] [$([$path:expr])*]) => {
        $crate::__class!(@entry $class $doc [property] [$name] [[self]] [$([$path])*])
    };
    (@entry $class:ident $doc:tt [property] [$name:ident] [$($entry:tt)*] [$([$get:expr])?]) => {
        $crate::__class!(@property $class $doc $name [$($entry)*]
            ($crate::__class!(@path $class $name $($get)?)) (__pyptr::None))
    };
    (@entry $class:ident $doc:tt [property] [$name:ident] [$($entry:tt)*] [[$get:expr] [$set:expr]]) => {
        $crate::__class!(@property $class $doc $name [$($entry)*] ($get) ({
            $crate::__class!(@slot_function __Set $class $name [$($entry)* [value]] ($set) ());
            __pyptr::setter::<__Set>()
        }))
    };
    (@entry $class:ident $doc:tt [property] [$name:ident] [$($entry:tt)*] [[$get:expr] [$set:expr] [$delete:expr]]) => {
        $crate::__class!(@property $class $doc $name [$($entry)*] ($get) ({
            $crate::__class!(@slot_function __Set $class $name [$($entry)* [value]] ($set) ());
            $crate::__class!(@slot_function __Delete $class $name [$($entry)*] ($delete) ());
            __pyptr::setter_and_deleter::<__Set, __Delete>()
        }))
    };
    (@entry $class:ident $doc:tt [const] [$name:ident] [] [[$value:expr]]) => {
        __pyptr::Line::Constant(
            __pyptr::name(__pyptr::concat!(__pyptr::stringify!($name), "\0")),
            |py, namespace, name| __pyptr::constant(py, namespace, name, $value),
        )
    };
    (@entry $class:ident [$($doc:expr),*] [field] [$name:ident] [] []) => {{
        const __DOC: __pyptr::DocText = &[$($doc),*];
        const __DOC_BYTES: [__pyptr::u8; __pyptr::doc_len(__DOC)] = __pyptr::doc_bytes(__DOC);
        __pyptr::field::<$class, _, { __pyptr::offset_of!($class, $name) }>(
            __pyptr::name(__pyptr::concat!(__pyptr::stringify!($name), "\0")),
            __pyptr::c_str(&__DOC_BYTES),
            |this: &$class| &this.$name,
        )
    }};
    (@entry $class:ident $doc:tt [__call__] [] $entries:tt [$([$path:expr])?]) => {{
        $crate::__class!(@function __Function $class $doc __call__ $entries
            ($crate::__class!(@path $class __call__ $($path)?)) of_instance Instance);
        __pyptr::slots::call::<__Function, { <__Function as __pyptr::Function>::SIGNATURE.parameters() }>()
    }};
    (@entry $class:ident $doc:tt [__buffer__] [] [[self]] [$([$path:expr])?]) => {{
        struct __Buffer;

        // SAFETY: in the table of this class.
        unsafe impl __pyptr::Buffer for __Buffer {
            type Class = $class;

            #[inline(always)]
            fn bytes(this: &$class) -> &[__pyptr::u8] {
                let bytes: fn(&$class) -> &[__pyptr::u8] = $crate::__class!(@path $class __buffer__ $($path)?);
                bytes(this)
            }
        }

        __pyptr::slots::buffer::<__Buffer>()
    }};
    (@entry $class:ident $doc:tt [__init__] [] $($rest:tt)*) => {
        __pyptr::compile_error!("there is no `__init__`: `new(..)` makes the whole instance")
    };
    (@entry $class:ident $doc:tt [__new__] [] $($rest:tt)*) => {
        __pyptr::compile_error!("`__new__` is `new(..)`")
    };
    (@entry $class:ident $doc:tt [$slot:ident] [] $entries:tt [$([$path:expr])?]) => {{
        $crate::__class!(@slot_function __Function $class $slot $entries
            ($crate::__class!(@path $class $slot $($path)?)) (__pyptr::slots::$slot));
        const __PARAMETERS: __pyptr::usize = __pyptr::slots::checked::<__pyptr::slots::$slot>(
            <__Function as __pyptr::Function>::SIGNATURE.parameters(),
        );
        <__pyptr::slots::$slot as __pyptr::Filled<__Function, __PARAMETERS>>::LINE
    }};
    (@entry $class:ident $doc:tt $($rest:tt)*) => {
        __pyptr::compile_error!(
            "a line of a class is `new(..)`, `fn name(..)`, `static name(..)`, `classmethod name(..)`, `property name = getter, \
            setter, deleter`, `field name`, `const NAME = value` or a slot such as `__len__(self)`"
        )
    };

    (@path $class:ident $name:ident) => { <$class>::$name };
    (@path $class:ident $name:ident $path:expr) => { $path };

    (@method $class:ident $doc:tt $name:ident $entries:tt $path:tt $of:ident $first:ident $binding:ident) => {{
        $crate::__class!(@function __Function $class $doc $name $entries $path $of $first);
        __pyptr::method::<__Function, { <__Function as __pyptr::Function>::SIGNATURE.parameters() }>(
            __pyptr::Binding::$binding,
        )
    }};
    (@property $class:ident [$($doc:expr),*] $name:ident $entries:tt $path:tt ($set:expr)) => {{
        $crate::__class!(@function __Get $class [$($doc),*] $name $entries $path of_instance property);
        __pyptr::property::<__Get>($set)
    }};

    // A function that returns an object.
    (@function $function:ident $class:ident $doc:tt $name:ident [$($entry:tt)*] ($path:expr) $of:ident $first:ident) => {
        struct $function;

        const _: () = {
            $crate::__class!(@declared $function $class $name $name $doc [$($entry)*] $first {
                #[inline(always)]
                fn call<'a, 'py>(
                    call: &__pyptr::Call<'a, 'py, Self>,
                    arguments: &mut impl __pyptr::Arguments<'a, 'py>,
                ) -> __pyptr::PyResult<'py, __pyptr::Owned<'py, __pyptr::PyAny>> {
                    let _ = &arguments;
                    $crate::__class!(@call ($path) $of required finish_object call arguments [] $($entry)*)
                }
            });
        };
    };
    // A function that fills a slot, or sets or deletes a property: `()` for the name of the slot.
    (@slot_function $function:ident $class:ident $name:ident [$($entry:tt)*] ($path:expr) ($($slot:tt)*)) => {
        struct $function;

        const _: () = {
            $crate::__class!(@declared $function $class $name $name [] [$($entry)*] Instance {
                #[inline(always)]
                fn call<'a, 'py>(
                    _call: &__pyptr::Call<'a, 'py, Self>,
                    _arguments: &mut impl __pyptr::Arguments<'a, 'py>,
                ) -> __pyptr::PyResult<'py, __pyptr::Owned<'py, __pyptr::PyAny>> {
                    __pyptr::unreachable!("a slot is not called as a method")
                }
            });

            // SAFETY: as for `Function`.
            unsafe impl __pyptr::SlotFunction for $function {
                type Output<'py> = $crate::__class!(@output $($slot)*);
                const TAKES: __pyptr::Takes = $crate::__class!(@takes $($slot)*);

                #[inline(always)]
                fn enter<'a, 'py>(
                    call: &__pyptr::Call<'a, 'py, Self>,
                    arguments: &mut impl __pyptr::Arguments<'a, 'py>,
                ) -> __pyptr::Result<Self::Output<'py>, __pyptr::Mismatch<'py>> {
                    let _ = &arguments;
                    $crate::__class!(@call ($path) of_instance operand finish_slot call arguments [] $($entry)*)
                }
            }
        };
    };
    (@takes) => { __pyptr::Takes::Value };
    (@takes $($slot:tt)*) => { <$($slot)* as __pyptr::SlotName>::TAKES };
    (@output) => { () };
    (@output $($slot:tt)*) => { <$($slot)* as __pyptr::SlotName>::Output<'py> };
    // `new`.
    (@new $class:ident $doc:tt $name:ident [$($entry:tt)*] ($path:expr)) => {{
        struct __Function;

        const _: () = {
            $crate::__class!(@declared __Function $class new $class $doc [$($entry)*] Nothing {
                #[inline(always)]
                fn call<'a, 'py>(
                    _call: &__pyptr::Call<'a, 'py, Self>,
                    _arguments: &mut impl __pyptr::Arguments<'a, 'py>,
                ) -> __pyptr::PyResult<'py, __pyptr::Owned<'py, __pyptr::PyAny>> {
                    __pyptr::unreachable!("`new` is not called as a method")
                }
            });

            // SAFETY: as for `Function`.
            unsafe impl __pyptr::Constructor for __Function {
                #[inline(always)]
                fn construct<'a, 'py>(
                    call: &__pyptr::Call<'a, 'py, Self>,
                    arguments: &mut impl __pyptr::Arguments<'a, 'py>,
                ) -> __pyptr::PyResult<'py, $class> {
                    let _ = &arguments;
                    $crate::__class!(@call ($path) of_type required finish_new call arguments [] $($entry)*)
                }
            }
        };

        __pyptr::new::<__Function, { <__Function as __pyptr::Function>::SIGNATURE.parameters() }>()
    }};

    // What all functions of a class have: the description, and `call`.
    (@declared $function:ident $class:ident $label:ident $name:ident [$($doc:expr),*] [$($entry:tt)*] $first:ident { $($call:tt)* }) => {
        const __SIGNATURE: __pyptr::Signature = __pyptr::Signature::new(
            __pyptr::stringify!($name),
            __pyptr::name(__pyptr::concat!(__pyptr::stringify!($class), ".", __pyptr::stringify!($label), "\0")),
            &[$($crate::__class!(@item $entry)),*],
        );
        const __DOC: __pyptr::DocText = &[$($doc),*];
        const __DOC_BYTES: &[__pyptr::u8] = $crate::__class!(@doc_bytes $first);

        // SAFETY: `@call` takes all before it converts any.
        unsafe impl __pyptr::Function for $function {
            type State = ();
            const SIGNATURE: &'static __pyptr::Signature = &__SIGNATURE;
            const DOC: &'static [__pyptr::u8] = __DOC_BYTES;
            const NAME: &'static [__pyptr::u8] = __pyptr::concat!(__pyptr::stringify!($name), "\0").as_bytes();
            const BOUND: __pyptr::bool = $crate::__class!(@bound $first);
            const HOLDS: __pyptr::bool = true;

            #[inline(always)]
            fn names() -> &'static [__pyptr::Interned] {
                static __NAMES: [__pyptr::Interned; __SIGNATURE.by_name()] = __SIGNATURE.interned();
                &__NAMES
            }

            $($call)*
        }

        // SAFETY: in the table of this class.
        unsafe impl __pyptr::Member for $function {
            type Class = $class;
        }
    };
    (@bound Nothing) => { false };
    (@bound $first:ident) => { true };
    (@doc_bytes property) => { &__pyptr::doc_bytes::<{ __pyptr::doc_len(__DOC) }>(__DOC) };
    (@doc_bytes $first:ident) => {
        &__pyptr::signed_doc_bytes::<{
            __pyptr::signed_doc_len(&__SIGNATURE, __pyptr::First::$first, __DOC)
        }>(&__SIGNATURE, __pyptr::First::$first, __DOC)
    };

    // The call of the Rust function. Each step takes one argument, and adds its conversion to those that are made
    // when all are taken.
    (@call ($path:expr) $of:ident $required:ident $finish:ident $call:ident $arguments:ident [$($done:tt)*]) => {
        __pyptr::$finish($call, ($path)($($done)*))
    };
    (@call $path:tt $of:ident $required:ident $finish:ident $call:ident $arguments:ident [$($done:tt)*] [/] $($rest:tt)*) => {
        $crate::__class!(@call $path $of $required $finish $call $arguments [$($done)*] $($rest)*)
    };
    (@call $path:tt $of:ident $required:ident $finish:ident $call:ident $arguments:ident [$($done:tt)*] [*] $($rest:tt)*) => {
        $crate::__class!(@call $path $of $required $finish $call $arguments [$($done)*] $($rest)*)
    };
    (@call $path:tt $of:ident $required:ident $finish:ident $call:ident $arguments:ident [$($done:tt)*] [self] $($rest:tt)*) => {
        match __pyptr::take_module($call) {
            held => $crate::__class!(@call $path $of $required $finish $call $arguments
                [$($done)* $crate::__class!(@hidden $of self)($call, &held)?,] $($rest)*),
        }
    };
    (@call $path:tt $of:ident $required:ident $finish:ident $call:ident $arguments:ident [$($done:tt)*] [$name:ident: Python] $($rest:tt)*) => {
        $crate::__class!(@call $path $of $required $finish $call $arguments [$($done)* $call.py(),] $($rest)*)
    };
    (@call $path:tt $of:ident $required:ident $finish:ident $call:ident $arguments:ident [$($done:tt)*] [$name:ident: $token:ident] $($rest:tt)*) => {
        match __pyptr::take_module($call) {
            held => $crate::__class!(@call $path $of $required $finish $call $arguments
                [$($done)* $crate::__class!(@hidden $of $token)($call, &held)?,] $($rest)*),
        }
    };
    (@call $path:tt $of:ident $required:ident $finish:ident $call:ident $arguments:ident [$($done:tt)*] [$name:ident] $($rest:tt)*) => {
        // What is plain goes first, since it may be of a type that borrows from what is held.
        match __pyptr::take($call, $arguments) {
            (held, plain) => $crate::__class!(@call $path $of $required $finish $call $arguments
                [$($done)* __pyptr::$required($call, &held, plain)?,] $($rest)*),
        }
    };
    (@call $path:tt $of:ident $required:ident $finish:ident $call:ident $arguments:ident [$($done:tt)*] [$name:ident = $default:expr] $($rest:tt)*) => {
        match __pyptr::take($call, $arguments) {
            (held, plain) => $crate::__class!(@call $path $of $required $finish $call $arguments
                [$($done)* match __pyptr::optional($call, &held, plain)? {
                    __pyptr::Some(value) => value,
                    __pyptr::None => $default,
                },]
                $($rest)*),
        }
    };
    (@hidden of_instance self) => { __pyptr::instance };
    (@hidden of_instance Class) => { __pyptr::class_of_instance };
    (@hidden of_instance Module) => { __pyptr::module_of_instance };
    (@hidden of_nothing $hidden:ident) => {
        __pyptr::compile_error!("Python passes nothing to a `static` but its arguments: write `classmethod`")
    };
    (@hidden of_type self) => { __pyptr::class_receiver };
    (@hidden of_type Class) => { __pyptr::class_of_type };
    (@hidden of_type Module) => { __pyptr::module_of_type };
    (@hidden $of:ident $hidden:ident) => {
        __pyptr::compile_error!(
            "parameters have no types here, but those of the Rust function. The hidden ones are `self`, `py: Python`, `class: Class` \
            and `module: Module`"
        )
    };
}

//! What `module!` expands to: the module, and an entry for each item of the declaration.

/// The lines at the beginning of a module's declaration. Not for direct use.
#[doc(hidden)]
#[macro_export]
macro_rules! __module_header {
    (inner $attributes:tt $module:ident $(state: $state:ty = $new_state:expr;)? gil: $gil:ident; $($items:tt)*) => {{
        $crate::__module_refuse!(@item gil_of_submodule $gil);
        loop {}
    }};
    ($place:ident $attributes:tt $module:ident state: $state:ty = $new_state:expr; gil: $gil:ident; $($items:tt)*) => {
        $crate::__module_items!($place $attributes $module [$state] [$new_state] [$gil] $($items)*)
    };
    ($place:ident $attributes:tt $module:ident state: $state:ty = $new_state:expr; $($items:tt)*) => {
        $crate::__module_items!($place $attributes $module [$state] [$new_state] [] $($items)*)
    };
    ($place:ident $attributes:tt $module:ident gil: $gil:ident; $($items:tt)*) => {
        $crate::__module_items!($place $attributes $module [] [] [$gil] $($items)*)
    };
    ($place:ident $attributes:tt $module:ident $($items:tt)*) => {
        $crate::__module_items!($place $attributes $module [] [] [] $($items)*)
    };
}

/// A module, as a block's content: the items that make it, and a reference to it. Not for direct use.
#[doc(hidden)]
#[macro_export]
macro_rules! __module_items {
    (
        $place:ident [$([$attribute:ident $($content:tt)*])*] $module:ident [$($state:tt)?] [$($new_state:tt)?] [$($gil:ident)?]
        $(
            $(#[$($item_attribute:tt)*])*
            $kind:ident $name:ident $(($($entry:tt)*))? $({ $($body:tt)* })? $(= $value:expr;)? $(; $($end:lifetime)?)?
        )*
    ) => {{
        type __State = $crate::__module!(@state $($state)?);

        struct __Module;

        const __MODULE_DOC: __pyptr::DocText = &[$($crate::__module!(@doc $attribute $($content)*)),*];
        const __MODULE_DOC_BYTES: [__pyptr::u8; __pyptr::doc_len(__MODULE_DOC)] =
            __pyptr::doc_bytes(__MODULE_DOC);
        // Methods with the names of the declaration: an error of a call of one has the place of its name. Two of one name
        // are one too many for the compiler.
        struct __Names;

        #[allow(dead_code, non_snake_case)]
        impl __Names {
            $($crate::__module_attributes! { (@name $name) [] [] $([$($item_attribute)*])* })*
        }

        $crate::__module_unique! { $([$([$($item_attribute)*])*] $name)* }
        const _: fn() = || {
            struct __Names;

            #[allow(non_snake_case)]
            impl __Names {
                fn $module<V: __pyptr::AcceptedModule>(self) -> V {
                    loop {}
                }
            }

            let _ = || -> __pyptr::Verdict<{ __pyptr::verdict_on_module(__pyptr::stringify!($module)) }> {
                __Names.$module()
            };
        };

        $($crate::__module_has_class!($kind [$([$($item_attribute)*])*] $name);)*

        impl __pyptr::ModuleSpec for __Module {
            type State = __State;
            const NAME: &'static [__pyptr::u8] = __pyptr::concat!(__pyptr::stringify!($module), "\0").as_bytes();
            const DOC: &'static [__pyptr::u8] = &__MODULE_DOC_BYTES;
            const GIL_USED: __pyptr::bool = $crate::__module!(@gil $($gil)?);
            const METHODS: &'static [__pyptr::MethodDef<__State>] = &[$(
                $crate::__module_entry!(
                    $kind [$([$($item_attribute)*])*] $name [$(($($entry)*))?] [$({ $($body)* })?] [$($value)?] [$(; $($end)?)?]
                )
            ),*];
            const CLASSES: &'static [__pyptr::Option<__pyptr::JoinedClass<__State>>] = &[$(
                $crate::__module_class!($module $kind [$([$($item_attribute)*])*] $name)
            ),*];
            const TRAVERSE: __pyptr::Option<__pyptr::StateTraverse<__State>> = {
                #[allow(unused_imports)]
                use $crate::class::expansion::Unknown as _;
                $crate::class::expansion::Probe::<__State>::TRAVERSE
            };

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
                $($crate::__module_constant!(module $kind [$([$($item_attribute)*])*] $name [$($value)?]);)*
                let _ = module;
                __pyptr::Ok(())
            }

            fn submodules(list: &mut __pyptr::Vec<&'static $crate::export::Module>) {
                $($crate::__module_submodule!(list $kind [$([$($item_attribute)*])*] $name [$({ $($body)* })?]);)*
                let _ = list;
            }
        }

        $crate::__module! { @end $place $module }
        &__MODULE
    }};
    ($place:ident $attributes:tt $module:ident $state:tt $new_state:tt $gil:tt $($other:tt)*) => {{
        $crate::__module_refused!($($other)*);
        loop {}
    }};
}

/// The entry of an item in the method table; that of what is no function is left out. Not for direct use.
#[doc(hidden)]
#[macro_export]
macro_rules! __module_entry {
    (fn [$($attribute:tt)*] $name:ident [($($entry:tt)*)] [] [] [;]) => {
        $crate::__module_attributes!((@entry $name ($($entry)*,) ($name)) [] [] $($attribute)*)
    };
    (fn [$($attribute:tt)*] $name:ident [($($entry:tt)*)] [] [$path:expr] []) => {
        $crate::__module_attributes!((@entry $name ($($entry)*,) ($path)) [] [] $($attribute)*)
    };
    (const $attributes:tt $name:ident [] [] [$value:expr] []) => { __pyptr::MethodDef::NONE };
    (mod $attributes:tt $name:ident [] [$body:tt] [] []) => { __pyptr::MethodDef::NONE };
    (class $attributes:tt $name:ident [] [] [] [;]) => { __pyptr::MethodDef::NONE };
    (fn $attributes:tt $name:ident [($($entry:tt)*)] [] [] []) => { $crate::__module_refuse!(missing_semicolon $name) };
    (fn $attributes:tt $name:ident $($other:tt)*) => { $crate::__module_refuse!(no_function $name) };
    (const $attributes:tt $name:ident $($other:tt)*) => { $crate::__module_refuse!(no_constant $name) };
    (mod $attributes:tt $name:ident $($other:tt)*) => { $crate::__module_refuse!(no_module $name) };
    (class $attributes:tt $name:ident $($other:tt)*) => { $crate::__module_refuse!(no_class $name) };
    ($kind:ident $attributes:tt $name:ident $($other:tt)*) => { $crate::__module_refuse!(no_item $name) };
}

/// Adds a constant, and nothing for what is none. Not for direct use.
#[doc(hidden)]
#[macro_export]
macro_rules! __module_constant {
    ($module:ident const [$($attribute:tt)*] $name:ident [$value:expr]) => {
        $crate::__module_attributes!((@constant $module $name ($value)) [] [] $($attribute)*);
    };
    ($($other:tt)*) => {};
}

/// A class among those of its module, and nothing for what is none. Not for direct use.
#[doc(hidden)]
#[macro_export]
macro_rules! __module_class {
    ($module:ident class [$($attribute:tt)*] $name:ident) => {
        $crate::__module_attributes!((@class $module $name) [] [] $($attribute)*)
    };
    ($($other:tt)*) => { __pyptr::None };
}

/// That the module has a class. Not for direct use.
#[doc(hidden)]
#[macro_export]
macro_rules! __module_has_class {
    (class [$($attribute:tt)*] $name:ident) => {
        $crate::__module_attributes!((@has_class $name) [] [] $($attribute)*);
    };
    ($($other:tt)*) => {};
}

/// Lists a submodule, and nothing for what is none. Not for direct use.
#[doc(hidden)]
#[macro_export]
macro_rules! __module_submodule {
    ($list:ident mod [$($attribute:tt)*] $name:ident [$body:tt]) => {
        $crate::__module_attributes!((@submodule $list $name $body) [] [] $($attribute)*);
    };
    ($($other:tt)*) => {};
}

/// An error at the place of the second item of one name, if no condition may remove it. Not for direct use.
#[doc(hidden)]
#[macro_export]
macro_rules! __module_unique {
    ($([$([doc = $doc:expr])* $([holding $holding:tt])?] $name:ident)*) => {
        #[allow(non_camel_case_types, dead_code, clippy::extra_unused_type_parameters)]
        fn __unique<$($name),*>() {}
    };
    ($($other:tt)*) => {};
}

/// The attributes of an item: the conditions of `#[cfg(..)]` go before what is made of it. Not for direct use.
#[doc(hidden)]
#[macro_export]
macro_rules! __module_attributes {
    // Most items have doc comments alone.
    ($what:tt [] [] $([doc = $doc:expr])*) => {
        $crate::__module_conditional! { $what [] [$([doc = $doc])*] }
    };
    ($what:tt $conditions:tt $others:tt) => {
        $crate::__module_conditional! { $what $conditions $others }
    };
    ($what:tt [$($condition:tt)*] $others:tt [cfg($($predicate:tt)*)] $($rest:tt)*) => {
        $crate::__module_attributes! { $what [$($condition)* ($($predicate)*)] $others $($rest)* }
    };
    // In steps of eight, since the depth of recursion is limited.
    (
        $what:tt $conditions:tt [$($other:tt)*]
        [doc = $a:expr] [doc = $b:expr] [doc = $c:expr] [doc = $d:expr]
        [doc = $e:expr] [doc = $f:expr] [doc = $g:expr] [doc = $h:expr] $($rest:tt)*
    ) => {
        $crate::__module_attributes! { $what $conditions
            [$($other)* [doc = $a] [doc = $b] [doc = $c] [doc = $d] [doc = $e] [doc = $f] [doc = $g] [doc = $h]]
            $($rest)* }
    };
    ($what:tt $conditions:tt [$($other:tt)*] $attribute:tt $($rest:tt)*) => {
        $crate::__module_attributes! { $what $conditions [$($other)* $attribute] $($rest)* }
    };
}

/// What is made of an item, under the conditions of its attributes. Not for direct use.
#[doc(hidden)]
#[macro_export]
macro_rules! __module_conditional {
    ((@name $name:ident) [$(($($condition:tt)*))*] $others:tt) => {
        $(#[cfg($($condition)*)])*
        fn $name<V: __pyptr::Accepted>(self) -> V {
            loop {}
        }
    };
    ((@entry $name:ident $entries:tt $path:tt) [] $others:tt) => {
        $crate::__module_parameters!([$name $path $others []] [] [] $entries)
    };
    ((@entry $name:ident $entries:tt $path:tt) [$(($($condition:tt)*))*] $others:tt) => {{
        #[cfg(all($($($condition)*),*))]
        {
            $crate::__module_parameters!([$name $path $others []] [] [] $entries)
        }
        #[cfg(not(all($($($condition)*),*)))]
        {
            __pyptr::MethodDef::NONE
        }
    }};
    ((@constant $module:ident $name:ident $value:tt) [$(($($condition:tt)*))*] $others:tt) => {
        $(#[cfg($($condition)*)])*
        __pyptr::add_constant(
            $module,
            __pyptr::concat!(__pyptr::stringify!($name), "\0").as_bytes(),
            $value,
        )?;
    };
    ((@class $module:ident $name:ident) [] $others:tt) => {
        __pyptr::Some($crate::class::expansion::joined::<__State, $name>(
            __pyptr::name(__pyptr::concat!(__pyptr::stringify!($module), ".", __pyptr::stringify!($name), "\0")),
        ))
    };
    ((@class $module:ident $name:ident) [$(($($condition:tt)*))*] $others:tt) => {{
        #[cfg(all($($($condition)*),*))]
        {
            $crate::__module_conditional!((@class $module $name) [] $others)
        }
        #[cfg(not(all($($($condition)*),*)))]
        {
            __pyptr::None
        }
    }};
    ((@has_class $name:ident) [$(($($condition:tt)*))*] $others:tt) => {
        $(#[cfg($($condition)*)])*
        impl $crate::class::HasClass<$name> for __State {}
    };
    ((@submodule $list:ident $name:ident {$($body:tt)*}) [$(($($condition:tt)*))*] $others:tt) => {
        $(#[cfg($($condition)*)])*
        $list.push({ $crate::__module_header!(inner $others $name $($body)*) });
    };
}

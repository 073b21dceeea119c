//! `traverse!`, and the internal rules that it expands to.

#[doc = include_str!("pages/traverse.md")]
#[macro_export]
macro_rules! traverse {
    (enum $name:ident { $($variants:tt)* }) => { $crate::__traverse!(@variants $name [] $($variants)*); };
    // The pattern as it stands, so that a field that is left out is an error there.
    ($($pattern:tt)*) => { $crate::__traverse!(@split [$($pattern)*] $($pattern)*); };
}

/// The internal rules of [`traverse!`](crate::traverse!). Not for direct use: they may change at any time.
#[doc(hidden)]
#[macro_export]
macro_rules! __traverse {
    (@split [$pattern:pat] $name:ident) => {
        $crate::__traverse!(@impl $name [$pattern] [] []);
    };
    (@split [$pattern:pat] $name:ident { $($fields:tt)* }) => {
        $crate::__traverse!(@fields $name [$pattern] [] [] $($fields)*);
    };
    (@split [$pattern:pat] $name:ident ( $($places:tt)* )) => {
        $crate::__traverse!(@places $name [$pattern] [] [] [0 1 2 3 4 5 6 7 8 9 10 11] $($places)*);
    };

    // The fields of a struct: the names that are shown, and those that are not.
    (@fields $name:ident $pattern:tt $shown:tt $hidden:tt) => {
        $crate::__traverse!(@impl $name $pattern $shown $hidden);
    };
    (@fields $name:ident $pattern:tt $shown:tt $hidden:tt ..) => {
        $crate::__traverse!(@impl $name $pattern $shown [..]);
    };
    (@fields $name:ident $pattern:tt $shown:tt [$($hidden:tt)*] $field:ident: _ $(, $($rest:tt)*)?) => {
        $crate::__traverse!(@fields $name $pattern $shown [$($hidden)* $field] $($($rest)*)?);
    };
    (@fields $name:ident $pattern:tt [$($shown:tt)*] $hidden:tt $field:ident $(, $($rest:tt)*)?) => {
        $crate::__traverse!(@fields $name $pattern [$($shown)* $field] $hidden $($($rest)*)?);
    };

    // The fields of a tuple struct, by place.
    (@places $name:ident $pattern:tt $shown:tt $hidden:tt $places:tt) => {
        $crate::__traverse!(@impl $name $pattern $shown $hidden);
    };
    (@places $name:ident $pattern:tt $shown:tt $hidden:tt $places:tt ..) => {
        $crate::__traverse!(@impl $name $pattern $shown [..]);
    };
    (@places $name:ident $pattern:tt $shown:tt [$($hidden:tt)*] [$place:tt $($places:tt)*] _ $(, $($rest:tt)*)?) => {
        $crate::__traverse!(@places $name $pattern $shown [$($hidden)* $place] [$($places)*] $($($rest)*)?);
    };
    (@places $name:ident $pattern:tt [$($shown:tt)*] $hidden:tt [$place:tt $($places:tt)*] $field:ident $(, $($rest:tt)*)?) => {
        $crate::__traverse!(@places $name $pattern [$($shown)* $field] $hidden [$($places)*] $($($rest)*)?);
    };

    (@impl $name:ident [$pattern:pat] [$($shown:ident)*] [$($hidden:tt)*]) => {
        const _: () = {
            use $crate::class::expansion as __pyptr;

            // SAFETY: each field is shown once, by its own `Traverse`; the pattern in `release` is refused if the
            // struct has a `Drop` and shows anything.
            #[allow(unused_variables, unreachable_patterns)]
            unsafe impl __pyptr::Traverse for $name {
                const HOLDS: __pyptr::bool = false $(|| __pyptr::holds(&|this: &$name| {
                    let $pattern = this;
                    $shown
                }))*;
                const QUIET: __pyptr::bool = true $(&& __pyptr::quiet(&|this: &$name| {
                    let $pattern = this;
                    $shown
                }))* $(&& $crate::__traverse!(@is_quiet $name $hidden))*;

                #[inline]
                fn traverse(&self, visit: &mut __pyptr::Visit) {
                    let $pattern = self;
                    $(__pyptr::Traverse::traverse($shown, visit);)*
                    let _ = visit;
                }

                #[inline]
                fn clear(&self, py: __pyptr::Python<'_>) {
                    let $pattern = self;
                    $(__pyptr::Traverse::clear($shown, py);)*
                    let _ = py;
                }

                #[inline]
                fn release(self, py: __pyptr::Python<'_>) {
                    let $pattern = self;
                    $(__pyptr::Traverse::release($shown, py);)*
                    let _ = py;
                }
            }
        };
    };
    (@is_quiet $name:ident ..) => { !__pyptr::needs_drop::<$name>() };
    (@is_quiet $name:ident $field:tt) => { __pyptr::is_plain(&|this: &$name| &this.$field) };

    // The variants of an enum, one after the other: a list of [variant, pattern, shown names].
    (@variants $name:ident $done:tt) => { $crate::__traverse!(@impl_enum $name $done); };
    (@variants $name:ident [$($done:tt)*] $variant:ident $(, $($rest:tt)*)?) => {
        $crate::__traverse!(@variants $name [$($done)* [$variant {} []]] $($($rest)*)?);
    };
    (@variants $name:ident $done:tt $variant:ident $fields:tt $(, $($rest:tt)*)?) => {
        $crate::__traverse!(@variant $name $done $variant $fields [] $fields $($($rest)*)?);
    };
    (@variant $name:ident $done:tt $variant:ident $pattern:tt $shown:tt { $($fields:tt)* } $($rest:tt)*) => {
        $crate::__traverse!(@variant_fields $name $done $variant $pattern $shown ($($fields)*) $($rest)*);
    };
    (@variant $name:ident $done:tt $variant:ident $pattern:tt $shown:tt ( $($fields:tt)* ) $($rest:tt)*) => {
        $crate::__traverse!(@variant_fields $name $done $variant $pattern $shown ($($fields)*) $($rest)*);
    };
    (@variant_fields $name:ident [$($done:tt)*] $variant:ident $pattern:tt $shown:tt ($(..)?) $($rest:tt)*) => {
        $crate::__traverse!(@variants $name [$($done)* [$variant $pattern $shown]] $($rest)*);
    };
    (@variant_fields $name:ident $done:tt $variant:ident $pattern:tt $shown:tt ($($field:ident:)? _ $(, $($more:tt)*)?) $($rest:tt)*) => {
        $crate::__traverse!(@variant_fields $name $done $variant $pattern $shown ($($($more)*)?) $($rest)*);
    };
    (@variant_fields $name:ident $done:tt $variant:ident $pattern:tt [$($shown:tt)*] ($field:ident $(, $($more:tt)*)?) $($rest:tt)*) => {
        $crate::__traverse!(@variant_fields $name $done $variant $pattern [$($shown)* $field] ($($($more)*)?) $($rest)*);
    };
    (@impl_enum $name:ident [$([$variant:ident $pattern:tt [$($shown:ident)*]])*]) => {
        const _: () = {
            use $crate::class::expansion as __pyptr;

            // SAFETY: as for a struct.
            #[allow(unused_variables, unreachable_patterns)]
            unsafe impl __pyptr::Traverse for $name {
                const HOLDS: __pyptr::bool = false $($(|| __pyptr::holds_in(&|this: &$name| match this {
                    $name::$variant $pattern => {
                            __pyptr::Some($shown)
                    }
                    _ => __pyptr::None,
                }))*)*;
                // Of what is left out nothing is known.
                const QUIET: __pyptr::bool = !__pyptr::needs_drop::<$name>();

                #[inline]
                fn traverse(&self, visit: &mut __pyptr::Visit) {
                    match self {
                        $($name::$variant $pattern => { $(__pyptr::Traverse::traverse($shown, visit);)* })*
                    }
                    let _ = visit;
                }

                #[inline]
                fn clear(&self, py: __pyptr::Python<'_>) {
                    match self {
                        $($name::$variant $pattern => { $(__pyptr::Traverse::clear($shown, py);)* })*
                    }
                    let _ = py;
                }

                #[inline]
                fn release(self, py: __pyptr::Python<'_>) {
                    match self {
                        $($name::$variant $pattern => { $(__pyptr::Traverse::release($shown, py);)* })*
                    }
                    let _ = py;
                }
            }
        };
    };
}

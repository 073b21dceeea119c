//! What `module!` refuses: an error of the compiler at its place, in a sentence.
//!
//! A macro's own errors are placed at the whole of its call. The error of a method call has the place of the method's name,
//! if the method is generic over its result. So there is a method with the name that is to be marked, and the sentence is
//! that of the trait which its result does not implement.

/// Finds the first thing that is wrong with the items of a module. Not for direct use.
#[doc(hidden)]
#[macro_export]
macro_rules! __module_refused {
    () => {};
    ($(#[$($attribute:tt)*])* $word:ident: $($rest:tt)*) => { $crate::__module_refuse!(@item late_line $word); };
    ($(#[$($attribute:tt)*])* $kind:ident $name:ident ($($entry:tt)*); $($rest:tt)*) => {
        $crate::__module_refused!($($rest)*);
    };
    ($(#[$($attribute:tt)*])* $kind:ident $name:ident ($($entry:tt)*) = $value:expr; $($rest:tt)*) => {
        $crate::__module_refused!($($rest)*);
    };
    ($(#[$($attribute:tt)*])* $kind:ident $name:ident = $value:expr; $($rest:tt)*) => {
        $crate::__module_refused!($($rest)*);
    };
    ($(#[$($attribute:tt)*])* $kind:ident $name:ident { $($body:tt)* } $($rest:tt)*) => {
        $crate::__module_refused!($($rest)*);
    };
    ($(#[$($attribute:tt)*])* $qualifier:ident fn $name:ident $($rest:tt)*) => {
        $crate::__module_refuse!(@item no_qualifier $name);
    };
    ($(#[$($attribute:tt)*])* fn $name:ident $($rest:tt)*) => { $crate::__module_refuse!(@item no_function $name); };
    ($(#[$($attribute:tt)*])* const $name:ident $($rest:tt)*) => { $crate::__module_refuse!(@item no_constant $name); };
    ($(#[$($attribute:tt)*])* $kind:ident $name:ident $($rest:tt)*) => { $crate::__module_refuse!(@item no_item $name); };
    ($($other:tt)*) => {
        $crate::export::expansion::compile_error!(
            "in `module!` there are `class Name;`, `const NAME = value;`, `fn name(parameters);`, `fn name(parameters) = path;` \
             and `mod name { .. }`, and before them `state: Type = function;` and `gil: not_used;`"
        );
    };
}

/// An error at the place of a name. Not for direct use.
#[doc(hidden)]
#[macro_export]
macro_rules! __module_refuse {
    (@item $sentence:ident $name:ident) => {
        #[allow(non_snake_case)]
        const _: fn() = || {
            struct __Names;

            impl __Names {
                fn $name<T: __pyptr::refused::$sentence>(self) -> T {
                    loop {}
                }
            }

            let _ = || -> __pyptr::Refused { __Names.$name() };
        };
    };
    ($sentence:ident $name:ident) => {{
        $crate::__module_refuse!(@item $sentence $name);
        __pyptr::MethodDef::NONE
    }};
}

/// What is refused whatever it is.
pub struct Refused;

macro_rules! refused {
    ($($sentence:ident: $text:literal;)*) => {
        /// What no type is.
        #[allow(non_camel_case_types)]
        pub mod refused {
            $(
                #[diagnostic::on_unimplemented(message = $text, label = "refused by `module!`")]
                #[allow(missing_docs)]
                pub trait $sentence {}
            )*
        }
    };
}

refused! {
    missing_semicolon: "a `;` is missing behind this function";
    no_function: "a function is declared by `fn name(parameters);` or `fn name(parameters) = path;`";
    no_qualifier: "a function is declared by `fn` alone: what else it is, says the Rust function";
    no_constant: "a constant is declared by `const NAME = value;`, without a type";
    no_module: "a submodule is declared by `mod name {{ .. }}`";
    no_item: "in `module!` there are `class Name;`, `const NAME = value;`, `fn name(parameters);` and `mod name {{ .. }}`";
    no_class: "a class is declared by `class Name;`, for a struct `Name` that is in scope (`use path as Name` gives it another name)";
    late_line: "`state: Type = function;` and `gil: not_used;` come first, in this order";
    gil_of_submodule: "whether the GIL is used, says the outermost module";
    typed_parameter: "a parameter is declared without its type, which is that of the Rust function";
    no_parameter: "in a parameter list there are `name`, `name = default`, `/`, `*`, `*args`, `**kwargs`, `..`, `self`, `py: Python` and `Struct {{ names }}`";
}

/// What the test of a signature or a name has found: 0 if it is accepted.
#[derive(Clone, Copy)]
pub struct Verdict<const FOUND: u8>;

/// The same, of another type, so that the compiler says the sentence of its trait and not of [`Accepted`].
pub struct Found<const FOUND: u8>;

/// An accepted parameter list.
pub trait Accepted {}

impl<const FOUND: u8> Accepted for Verdict<FOUND> where
    Found<FOUND>: SlashFirst
        + SlashAgain
        + StarLast
        + StarAgain
        + DefaultsFirst
        + SameName
        + KeywordName
        + NameNotAscii
        + UntypedToken
        + BehindKeywords
{
}

/// An accepted name of a module.
pub trait AcceptedModule {}

impl<const FOUND: u8> AcceptedModule for Verdict<FOUND> where
    Found<FOUND>: RawModule + ModuleNotAscii + BuiltInModule + KeywordModule
{
}

macro_rules! verdicts {
    ($($trait:ident $code:ident $number:literal: $sentence:literal;)*) => {
        $(
            pub(super) const $code: u8 = $number;

            #[diagnostic::on_unimplemented(message = $sentence, label = "refused by `module!`")]
            #[allow(missing_docs)]
            pub trait $trait {}
        )*

        verdicts!(@impls [0] $([$trait $number])*);
    };
    // Each trait is implemented for all other verdicts.
    (@impls [$($before:literal)*] [$trait:ident $number:literal] $([$traits:ident $numbers:literal])*) => {
        $(impl $trait for Found<$before> {})*
        $(impl $trait for Found<$numbers> {})*
        verdicts!(@impls [$($before)* $number] $([$traits $numbers])*);
    };
    (@impls [$($before:literal)*]) => {};
}

verdicts! {
    SlashFirst SLASH_FIRST 1: "`/` needs a parameter before it";
    SlashAgain SLASH_AGAIN 2: "`/` may occur only once, and before `*`";
    StarLast STAR_LAST 3: "`*` needs a parameter behind it";
    StarAgain STAR_AGAIN 4: "`*` may occur only once";
    DefaultsFirst DEFAULTS_FIRST 5: "a positional parameter without a default follows one with a default";
    SameName SAME_NAME 6: "two parameters have the same name";
    KeywordName KEYWORD_NAME 7: "a parameter has the name of a keyword of Python";
    NameNotAscii NAME_NOT_ASCII 8: "the name of a parameter is not ASCII, as `inspect.signature` expects it";
    UntypedToken UNTYPED_TOKEN 9: "the token is declared by `py: Python`";
    BehindKeywords BEHIND_KEYWORDS 10: "nothing may follow `**`";
}

verdicts! {
    RawModule RAW_MODULE 11: "a module cannot have the name of a keyword of Rust: it is part of the name `PyInit_..`";
    ModuleNotAscii MODULE_NOT_ASCII 12: "the name of a module is ASCII, as the linker expects it";
    BuiltInModule BUILT_IN_MODULE 13: "the interpreter has a built-in module of this name, for which the library's would stand in";
    KeywordModule KEYWORD_MODULE 14: "a module has the name of a keyword of Python, so that it cannot be imported";
}

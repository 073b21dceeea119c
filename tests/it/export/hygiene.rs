//! The macros in a module in which no name means what it usually does.

/// What the expansions must not fall for.
#[allow(non_camel_case_types, dead_code, unused_macros, unused_imports)]
mod odd {
    #![no_implicit_prelude]

    mod core {}
    mod std {}
    mod pyptr {}
    struct u8;
    struct bool;
    struct str;
    struct usize;
    struct Option;
    struct Result;
    struct Box;
    enum Names {
        Some,
        None,
        Ok,
        Err,
    }
    use self::Names::*;
    macro_rules! concat {
        () => {};
    }
    macro_rules! stringify {
        () => {};
    }

    type Text<'py> = ::pyptr::Borrowed<'py, ::pyptr::types::PyString>;

    fn nothing() {}
    fn length(text: &Text<'_>, more: i64, last: ::std::option::Option<i64>) -> i64 {
        text.len() as i64 + more + last.unwrap_or(0)
    }
    fn state<'py>(
        module: &::pyptr::Borrowed<'py, ::pyptr::types::PyModule>,
    ) -> ::pyptr::PyResult<'py, ::std::string::String> {
        // A local of the module's name.
        let hygiene = module.name()?;
        hygiene.to_rust_string()
    }
    fn name(
        module: ::pyptr::export::ModuleRef<'_, '_, ::std::string::String>,
    ) -> &'static ::std::primitive::str {
        let _own = ::pyptr::intern!(module.py(), "name");
        match module.state().as_str() {
            "hygiene" => "hygiene",
            _ => "another",
        }
    }

    ::pyptr::module! {
        /// A module.
        pub mod hygiene {
            state: ::std::string::String = state;
            gil: used;
            const ANSWER = 42i64;
            /// Nothing.
            fn nothing();
            /// With everything.
            fn length(text, /, more = 1, *, last = ::std::option::Option::None);
            fn name(self);
        }
    }
}

pub use odd::hygiene;

use crate::common::attached;

#[test]
fn names_of_the_surroundings_do_not_matter() {
    attached(|py| {
        let code = c"import hygiene\n\
          assert hygiene.nothing() is None and hygiene.ANSWER == 42 and hygiene.name() == 'hygiene'\n\
          assert hygiene.length('four') == 5 and hygiene.length('four', last=2) == 7\n\
          assert hygiene.length('four', more=3) == 7";
        py.run(code, None, None).unwrap();
    });
}

//! Parameters, defaults, errors, results.

use crate::common::{attached, delta_after_drop, fresh_str};
use crate::python::namespace;
use pyptr::types::PyString;
use pyptr::{PyErr, PyResult, Python};

/// The repr of an expression's value, or the type and text of its exception.
fn shown(py: Python<'_>, code: &str) -> String {
    let names = namespace(py);
    py.run(c"import shapes, inspect", Some(&names), None)
        .unwrap();
    let code = std::ffi::CString::new(code).unwrap();
    let result = py
        .eval(&code, Some(&names), None)
        .and_then(|value| value.repr()?.to_rust_string());
    result.unwrap_or_else(|raised| PyErr::from(raised).display(py))
}

#[track_caller]
fn check(cases: &[(&str, &str)]) {
    attached(|py| {
        for (code, expected) in cases {
            assert_eq!(shown(py, code), *expected, "{code}");
        }
    });
}

#[test]
fn arguments_reach_their_parameters() {
    check(&[
        ("shapes.nothing()", "None"),
        ("shapes.version()", "'sys'"),
        ("shapes.same([1])", "[1]"),
        ("shapes.same_owned('abc')", "'abc'"),
        ("shapes.pair(1, 'x')", "(1, 'x')"),
        ("shapes.positional(1)", "'1 None see'"),
        ("shapes.positional(1, None)", "'1 None see'"),
        ("shapes.positional(1, 2, 'x')", "'1 Some(2) x'"),
        ("shapes.everything(1, 2, d=True)", "'1 2 see true None'"),
        (
            "shapes.everything(1, d=False, b=2.5, e=3, c='x')",
            "'1 2.5 x false Some(3)'",
        ),
        // Names that are not the interned ones, each alone and behind one that is.
        (
            "shapes.everything(1, 2, **{type('Name', (str,), {})('d'): True})",
            "'1 2 see true None'",
        ),
        (
            "shapes.only_keywords(x=1, **{type('Name', (str,), {})('y'): 2})",
            "-1",
        ),
        (
            "shapes.only_keywords(x=1, **{type('Name', (str,), {'__hash__': lambda s: 7})('x'): 2})",
            "TypeError: argument for only_keywords() given by name ('x') and position (1)",
        ),
        ("shapes.only_keywords(x=1)", "2"),
        ("shapes.only_keywords(y=2, x=1)", "-1"),
        ("shapes.length([1, 2])", "2"),
        ("shapes.renamed([1, 2])", "2"),
        ("shapes.renamed.__name__", "'renamed'"),
        (
            "(shapes.ANSWER, shapes.NAME, shapes.PAIR)",
            "(42, 'shapes', 'pair')",
        ),
    ]);
}

#[test]
fn wrong_counts_are_told_as_cpython_tells_them() {
    check(&[
        (
            "shapes.nothing(1)",
            "TypeError: nothing() takes no arguments (1 given)",
        ),
        (
            "shapes.same()",
            "TypeError: shapes.same() takes exactly one argument (0 given)",
        ),
        (
            "shapes.same(1, 2)",
            "TypeError: shapes.same() takes exactly one argument (2 given)",
        ),
        (
            "shapes.same(object=1)",
            "TypeError: shapes.same() takes no keyword arguments",
        ),
        (
            "shapes.pair(1)",
            "TypeError: pair expected 2 arguments, got 1",
        ),
        (
            "shapes.pair(1, 2, 3)",
            "TypeError: pair expected 2 arguments, got 3",
        ),
        (
            "shapes.positional()",
            "TypeError: positional expected at least 1 argument, got 0",
        ),
        (
            "shapes.positional(1, 2, '', 4)",
            "TypeError: positional expected at most 3 arguments, got 4",
        ),
        (
            "shapes.everything()",
            "TypeError: everything() missing required argument 'a' (pos 1)",
        ),
        (
            "shapes.everything(1)",
            "TypeError: everything() missing required argument 'b' (pos 2)",
        ),
        (
            "shapes.everything(1, 2)",
            "TypeError: everything() missing required argument 'd' (pos 4)",
        ),
        (
            "shapes.everything(1, 2, 'x', 4)",
            "TypeError: everything() takes at most 3 positional arguments (4 given)",
        ),
        (
            "shapes.only_keywords(1)",
            "TypeError: only_keywords() takes no positional arguments (1 given)",
        ),
        (
            "shapes.everything(1, 2, d=True, b=2)",
            "TypeError: argument for everything() given by name ('b') and position (2)",
        ),
        (
            "shapes.everything(1, 2, **{1: 2})",
            "TypeError: keywords must be strings",
        ),
    ]);
}

#[test]
fn unknown_keywords_are_told_as_this_version_tells_them() {
    attached(|py| {
        // `a` is positional-only, so that it is unknown as a keyword.
        for keyword in ["z", "a"] {
            let error = shown(py, &format!("shapes.everything(1, 2, d=True, {keyword}=1)"));
            let since_313 =
                format!("TypeError: everything() got an unexpected keyword argument '{keyword}'");
            let before =
                format!("TypeError: '{keyword}' is an invalid keyword argument for everything()");
            assert_eq!(error, if cfg!(Py_3_13) { since_313 } else { before });
        }
        // No Rust text, so no parameter's name.
        for keyword in ["a\\ud800", "\\udfff\\U0001f600"] {
            for key in [
                format!("'{keyword}'"),
                format!("type('Name', (str,), {{}})('{keyword}')"),
            ] {
                let error = shown(
                    py,
                    &format!("shapes.everything(1, 2, d=True, **{{{key}: 1}})"),
                );
                let shown = keyword.replace("\\U0001f600", "\u{1f600}");
                let since_313 =
                    format!("TypeError: everything() got an unexpected keyword argument '{shown}'");
                let before =
                    format!("TypeError: '{shown}' is an invalid keyword argument for everything()");
                assert_eq!(error, if cfg!(Py_3_13) { since_313 } else { before });
            }
        }
    });
}

#[test]
fn wrong_types_name_the_argument_and_both_types() {
    check(&[
        (
            "shapes.same_owned(1)",
            "TypeError: same_owned() argument 'object' must be str, not int",
        ),
        (
            "shapes.positional('x')",
            "TypeError: positional() argument 'a' must be int, not str",
        ),
        (
            "shapes.positional(1, 'x')",
            "TypeError: positional() argument 'b' must be int or None, not str",
        ),
        (
            "shapes.everything(1, 2, None, d=True)",
            "TypeError: everything() argument 'c' must be str, not None",
        ),
        (
            "shapes.everything(1, 2, d=1)",
            "TypeError: everything() argument 'd' must be bool, not int",
        ),
        (
            "shapes.length(())",
            "TypeError: length() argument 'list' must be list, not tuple",
        ),
        (
            "shapes.everything(1, 2, '\\ud800', d=True)",
            "UnicodeEncodeError: 'utf-8' codec can't encode character '\\ud800' in position 0: \
             surrogates not allowed in everything() argument 'c'",
        ),
    ]);
    attached(|py| assert!(shown(py, "shapes.positional(1 << 64)").starts_with("OverflowError: ")));
}

#[test]
fn errors_of_the_function_are_passed_on() {
    check(&[
        ("shapes.raises('k')", "KeyError: 'k'"),
        ("shapes.raises_stored('stored')", "ValueError: stored"),
    ]);
}

#[test]
fn signatures_and_docstrings_are_shown() {
    check(&[
        ("str(inspect.signature(shapes.nothing))", "'()'"),
        ("str(inspect.signature(shapes.version))", "'()'"),
        ("str(inspect.signature(shapes.same))", "'(object, /)'"),
        (
            "str(inspect.signature(shapes.positional))",
            "\"(a, b=None, c='see', /)\"",
        ),
        (
            "str(inspect.signature(shapes.everything))",
            "\"(a, /, b, c='see', *, d, e=None)\"",
        ),
        (
            "str(inspect.signature(shapes.only_keywords))",
            "'(*, x, y=-1)'",
        ),
        ("shapes.nothing.__doc__", "'Does nothing.'"),
        ("shapes.same.__doc__", "None"),
        (
            "shapes.__doc__",
            "'Shapes of functions.\\n\\nThe second paragraph.'",
        ),
    ]);
}

/// Calls `shapes.<function>` with a fresh str in the given places and gives the str's count afterwards.
fn argument_delta<'py>(py: Python<'py>, code: &std::ffi::CStr) -> PyResult<'py, isize> {
    let names = namespace(py);
    py.run(c"import shapes", Some(&names), None)?;
    let fresh = fresh_str(py, "fresh argument");
    names.set_item(&*PyString::intern(py, c"fresh")?, &fresh)?;
    // Once before, for what the interpreter caches.
    drop(py.eval(code, Some(&names), None));
    Ok(delta_after_drop(&fresh, || {
        drop(py.eval(code, Some(&names), None))
    }))
}

#[test]
fn no_call_keeps_a_reference_to_its_argument() {
    attached(|py| {
        for code in [
            c"shapes.same(fresh)",
            c"shapes.same_owned(fresh)",
            c"shapes.pair(fresh, fresh)",
            c"shapes.positional(1, 2, fresh)",
            c"shapes.everything(1, 2, fresh, d=True)",
            c"shapes.everything(1, 2, d=True, c=fresh)",
            // Errors, before, at and after the argument.
            c"shapes.same(fresh, fresh)",
            c"shapes.pair(fresh)",
            c"shapes.positional(fresh, fresh, fresh)",
            c"shapes.positional(1, fresh)",
            c"shapes.everything(1, 2, fresh)",
            c"shapes.everything(1, 2, fresh, c=fresh, d=True)",
            c"shapes.everything(1, 2, fresh, d=fresh)",
            c"shapes.everything(1, 2, fresh, d=True, zzz=fresh)",
            c"shapes.length(fresh)",
            c"shapes.raises(fresh)",
            c"shapes.raises_stored(fresh)",
            c"shapes.panics_holding(fresh)",
        ] {
            assert_eq!(argument_delta(py, code).unwrap(), 0, "{code:?}");
        }
    });
}

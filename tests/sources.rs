//! Rules of the soundness chapter that no program can show to be kept everywhere: the sources are read.

mod source_text;

use std::fs;
use std::path::Path;

use source_text::functions;

/// Calls of functions for which this test holds as well, with the token or an object that has one.
const CHECKING: &[&str] = &[
    ".assert_attached()",
    "PyBytes::new(py,",
    "PyDict::new(py)",
    "PyFloat::new(py,",
    "PyInt::$make(py,",
    "PyInt::new(py,",
    "PyInt::from_bytes(py,",
    "PyModule::import(self,",
    "PyString::new(py,",
    "ListBuilder::with_capacity(py,",
    "TupleBuilder::with_len(py,",
    "PyTuple::from_owned(py,",
    ".into_output(py)",
    ".into_py_object(py)",
    ".into_result(py)",
    ".into_owned(py)",
    ".bind(py)",
    ".clone_ref(py)",
    "dict_of(py,",
    "list_of(py,",
    "set_of(py,",
    "system::to_str(py,",
    "DateTimeApi::get(py)",
    "Raised::from_io_error(py,",
    "py.raise::<",
    "error.into_raised(py)",
    "self.exception(py)",
    "py.bool(",
    "py.none()",
    "self.get(py)",
    "self.try_get(py)",
    "BytesBuilder::new(py)",
    "self.run_source(",
    "self.with(py,",
    "TYPE.get_or_try_init(py,",
    // The token is a closure's, which they attach the thread for.
    "Python::attach(|py|",
    "find_leaks(f)",
    "find_leaks_when_allocations_fail(f)",
    // Never called.
    "match self {}",
    // By the object's own token.
    "self.into()",
    "self.into_any()",
    "self.new_ref()",
];

/// These read an address, and nothing behind it.
const ADDRESSES: &[&str] = &[
    "markers/exceptions.rs: type_ptr",
    "markers/types.rs: type_ptr",
    "refs/type_check.rs: type_ptr",
];

/// These pass the token on to what is inside of a value, and do nothing else with it: the references in it check.
const PASSING_ON: &[&str] = &[
    "class/collections.rs: clear",
    "class/collections.rs: release",
    "class/locked.rs: release",
    "class/output.rs: into_payload",
    "class/output.rs: into_slot",
    "class/traverse.rs: clear",
    "class/traverse.rs: release",
    "class/visit.rs: clear",
    "class/visit.rs: release",
    // Of what is raised.
    "export/state.rs: into_state",
    "error/into_raised.rs: into_raised",
];

/// A token may have been smuggled into `detach`: every function that takes one checks.
#[test]
fn every_function_with_a_token_checks_the_attachment() {
    let mut checked = 0;
    let mut missing = Vec::new();
    for function in functions() {
        let of_token = function.inside.starts_with("impl")
            && function.inside.contains("Python<")
            && function.parameters.starts_with("(self");
        let takes_token = function.parameters.contains("Python<");
        if !(function.is_safe() && function.is_public() && (of_token || takes_token))
            || function.qualifiers.contains("pub(")
            || ADDRESSES.contains(&&*function.name)
            || PASSING_ON.contains(&&*function.name)
        {
            continue;
        }
        checked += 1;
        let body: String = function.body.split_whitespace().collect();
        let calls = |call: &&str| body.contains(&call.replace(' ', ""));
        if !CHECKING.iter().any(calls) {
            missing.push(function.name);
        }
    }
    assert!(missing.is_empty(), "no check in {missing:#?}");
    assert!(checked > 60, "only {checked} functions");
}

/// What lends a reference into an object, and why nobody can take it away. This list is closed: see "Who
/// lends a reference" in the soundness chapter.
const LENDERS: &[&str] = &[
    // Pointers that hold a reference, and casts of a loan.
    "error/pyerr.rs: exception",
    "refs/borrowed.rs: as_any",
    "refs/owned.rs: leak_static",
    "refs/cast.rs: as_borrowed",
    "refs/cast.rs: as_base",
    "refs/cast.rs: cast",
    "refs/cast.rs: cast_exact",
    "refs/shared.rs: bind",
    "types/type_/class_of.rs: class",
    "types/any/class.rs: cast_to",
    "types/any/class.rs: cast_to_exact",
    "refs/traits.rs: deref",
    "refs/traits.rs: deref",
    "refs/traits.rs: borrow",
    "refs/traits.rs: as_ref",
    "refs/traits.rs: as_ref",
    "types/any/loaded.rs: load",
    // Arguments of a call, by the premise on its caller.
    "export/arguments.rs: next",
    "export/arguments.rs: next",
    "export/arguments.rs: next",
    "export/arguments.rs: keywords",
    "export/arguments.rs: rest",
    "export/many.rs: get",
    "export/many.rs: iter",
    "export/many.rs: names",
    "export/many.rs: positional",
    "export/many.rs: values",
    "export/state.rs: module",
    "export/state.rs: deref",
    // A cell that is filled once and never emptied.
    "sync/once.rs: get",
    "sync/once.rs: get_or_import",
    "sync/once.rs: get_or_try_init",
    "sync/once_objects.rs: get",
    "sync/once_objects.rs: get_at",
    "sync/once_objects.rs: get_named",
    // Owners seen as loans, in a slice or an option.
    "refs/upcast.rs: opt_as_any",
    "refs/upcast.rs: slice_as_any",
    "refs/upcast.rs: slice_as_any",
    "refs/upcast.rs: slice_as_base",
    // Singletons and static types, and what is never released.
    "sync/intern.rs: get",
    "types/datetime/make.rs: utc",
    "types/singletons.rs: ellipsis",
    "types/singletons.rs: not_implemented",
    "types/bool_.rs: bool",
    "types/singletons.rs: none",
    "types/type_/basics.rs: of",
    // What no code can change.
    "types/bytes/c_str.rs: as_bytes_with_nul",
    "types/bytes/c_str.rs: to_c_str",
    "types/bytes/basics.rs: as_bytes",
    "types/string/basics.rs: to_str",
    "types/method.rs: function",
    "types/method.rs: object",
    "types/owned_view.rs: as_bytes",
    "types/owned_view.rs: as_str",
    "types/datetime/mod.rs: tzinfo",
    "types/datetime/mod.rs: tzinfo",
    "types/slice.rs: start",
    "types/slice.rs: step",
    "types/slice.rs: stop",
    "types/string/encoding.rs: to_c_str",
    "types/string/code_units.rs: code_units",
    "types/owned_view.rs: as_ref",
    "types/owned_view.rs: borrow",
    "types/owned_view.rs: deref",
    "types/owned_view.rs: owner",
    // A Rust value, which its owner drops.
    "export/state.rs: state",
    "sync/guarded.rs: get_mut",
    "types/capsule.rs: get",
    // The value of an instance, which lives as long.
    "class/instance.rs: payload",
    "class/locked.rs: deref",
    "class/locked.rs: deref_mut",
    "class/macros.rs: bytes",
    "class/receiver.rs: of_instance",
    "class/receiver.rs: of_instance",
    // A type that an instance, a module or the call holds.
    "class/reference.rs: as_type",
    "class/reference.rs: deref",
    // The names in a declaration.
    "export/doc.rs: c_str",
    "export/doc.rs: name",
    // Held in place by the buffer.
    "buffer/content.rs: cells",
    "buffer/content.rs: cells_mut",
    "buffer/mod.rs: format",
    "buffer/mod.rs: shape",
    "buffer/mod.rs: strides",
    "buffer/mod.rs: suboffsets",
    "types/tuple/basics.rs: get",
    "types/tuple/unpack.rs: unpack",
];

#[test]
fn the_lenders_are_a_closed_list() {
    let mut found = Vec::new();
    for function in functions() {
        let result: String = function.result.split_whitespace().collect();
        // A reference, or what has references in it.
        let result = result.replace("&'static[__pyptr::Interned]", "");
        // The names in a declaration.
        let result = match function.name.starts_with("export/name.rs") {
            true => String::new(),
            false => result,
        };
        let lends =
            result.contains('&') || result.contains("CodeUnits<") || result.contains("Loaded<");
        // The ledger's own records; nothing of Python's.
        let lends = lends
            && !function.name.starts_with("ledger/")
            && !function.name.starts_with("testing/");
        if function.is_safe() && function.is_public() && lends {
            found.push(function.name);
        }
    }
    let mut expected = LENDERS.to_vec();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

/// What wraps the C API is compiled where it is called: a crate that uses ten functions compiles ten, and
/// building this one compiles none. Slow paths are `#[cold]`, and compiled here; those that few programs
/// have are `#[inline]` as well, or generic where the optimiser would put them into their caller.
#[test]
fn every_wrapper_is_inline() {
    let wrappers = ["types/", "buffer/", "manual/", "convert/"];
    let mut checked = 0;
    let mut missing = Vec::new();
    for function in functions() {
        if !function.is_public() || !wrappers.iter().any(|part| function.name.starts_with(part)) {
            continue;
        }
        checked += 1;
        if !["#[inline", "#[cold]"]
            .iter()
            .any(|attribute| function.attributes.contains(attribute))
        {
            missing.push(function.name);
        }
    }
    assert!(missing.is_empty(), "not inline: {missing:#?}");
    assert!(checked > 400, "only {checked} functions");
}

/// A thread that forks while another one holds a lock leaves it locked in the child for ever.
#[test]
fn the_release_queue_takes_no_lock() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/interpreter/release_queue.rs");
    let text = fs::read_to_string(path).expect("the release queue");
    for lock in [
        "Mutex",
        "RwLock",
        "Condvar",
        "Barrier",
        "Once",
        "LazyLock",
        "park(",
        "spin_loop",
    ] {
        assert!(!text.contains(lock), "{lock}");
    }
    assert!(text.contains("compare_exchange"), "the queue is elsewhere");
}

/// A pending call that begins says so and then looks into the queue. With a plain store it could look before
/// that is seen: a push in between would not ask for another call, and wait for the next push.
#[test]
fn the_release_queue_changes_its_words_by_reading_them() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/interpreter/release_queue.rs");
    let text = fs::read_to_string(path).expect("the release queue");
    assert!(!text.contains(".store("), "a plain store");
    assert_eq!(text.matches(".swap(").count(), 3, "the queue is elsewhere");
}

/// The chapter says of each rule what guards it.
#[test]
fn the_soundness_chapter_names_tests_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let chapter = fs::read_to_string(root.join("src/guide/soundness.md")).expect("the chapter");
    let paths = chapter
        .split('`')
        .filter(|text| text.starts_with("tests/") || text.starts_with("src/"));
    let (there, missing): (Vec<&str>, Vec<&str>) = paths.partition(|path| root.join(path).exists());
    assert_eq!(missing, [""; 0]);
    assert!(there.len() > 30, "only {} paths", there.len());
    // Within code, a `#` hides a line.
    let text: String = chapter.split("```").step_by(2).collect();
    let mut sections: Vec<&str> = text.split("\n# ").skip(1).collect();
    let premises = sections.pop().expect("the table of premises");
    assert!(premises.starts_with("The premises that are left\n"));
    for section in sections {
        let title = section.lines().next().unwrap_or_default();
        assert!(
            section.contains("Guarded by: "),
            "{title}: guarded by nothing"
        );
        let anchor = title.to_lowercase().replace(' ', "-").replace('`', "");
        assert!(
            !section.contains("**premise**") || premises.contains(&format!("(#{anchor})")),
            "{title}: a premise that is not in the table"
        );
    }
}

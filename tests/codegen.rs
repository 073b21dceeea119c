//! What the typed code costs: the instructions of tests/codegen/pairs, typed against raw
//! `pyo3_ffi`, and the program that once was miscompiled. Both are built in release mode.

#[path = "codegen/listing.rs"]
mod listing;
mod nested;

use std::fmt::Write;
use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use listing::{Length, Listing, Path};
use nested::Nested;

/// The pairs, and how many instructions more than the raw function the typed one may have: on the path
/// on which no object is destroyed, and on the one on which every object is that can be.
const PAIRS: &[(&str, usize, usize)] = &[
    // References.
    ("new_ref", 0, 0),
    ("to_owned", 0, 0),
    ("drop", 0, 0),
    ("hold", 0, JOIN_ON_ARM),
    ("question_mark", 0, 0),
    // The result is read before the right side is dropped, so it is kept in a register across the
    // destruction (two moves), where the raw function reads it afterwards.
    ("append", 0, 2),
    ("upcast", 0, 0),
    ("cast", 0, 0),
    ("cast_exact", 0, 0),
    ("shared_bind", 0, 0),
    ("none", 0, 0),
    ("bool", 0, 0),
    // Containers.
    ("tuple_item", 0, 0),
    ("option", 0, 0),
    ("tuple_build", 0, 0),
    ("list_get", ITEM_INLINE, ITEM_INLINE),
    ("list_set", 0, 0),
    ("list_append", 0, 0),
    ("dict_get", 0, 0),
    ("dict_set", 0, 0),
    ("iterate", ITERATOR_CHECKED, ITERATOR_CHECKED),
    // Attributes, calls, comparisons, numbers.
    ("getattr", 0, 0),
    ("call", 0, 0),
    ("call_method", 0, 0),
    ("compare", 0, 0),
    ("int_new", 0, 0),
    ("int_to_native", ONE_DIGIT, ONE_DIGIT),
    ("float", 0, 0),
    ("type_of", 0, 0),
    // Static types have their namespaces elsewhere from 3.12 on, and a namespace may be missing: a flag and NULL are tested.
    ("has_own", 5, 5),
    // What Python calls. The result is tested: `Err` without an exception set becomes a `SystemError`.
    ("returned", 2, 2),
    // No instruction more than without the guard.
    ("guarded", 2, 2),
    // The same, and for that the last call is no jump; what raises may need a register more.
    ("error", 5, 5),
    // Both hold what is lent. The result is kept in a register across the destruction, see `append`.
    ("exported_one", 2, 4),
    // The same, and the position of the argument at hand, for the message if it is of the wrong type: a
    // constant for each, and the registers that it takes (two moves).
    ("exported_two", 7, 7),
    // The same, and the registers and the room on the stack for values that come by name.
    ("exported_keywords", 14, 14),
    // Classes.
    ("payload", 0, 0),
    // The result is tested, as for `returned`.
    ("method", METHOD, 2),
];

/// Where releasing is one instruction, the result is moved aside before it and not only before a destruction (three moves).
const METHOD: usize = if cfg!(Py_3_12) { 2 } else { 5 };

const ON_ARM: bool = cfg!(target_arch = "aarch64");

/// On Arm the way of what is destroyed and that of what is kept meet again before the result is made a `bool`, with a branch
/// over the destruction; the raw code ends twice.
const JOIN_ON_ARM: usize = ON_ARM as usize;

/// Before 3.14 an iterator's slot is tested before it is called (three instructions, and a register saved
/// where counting is inline): C's `PyIter_Next` crashes after an assignment to `__class__`.
const ITERATOR_CHECKED: usize = if cfg!(Py_3_14) { 0 } else { 3 };

/// On 3.12 and 3.13 an item is taken and counted inline, as C's own increment would make the decrement wait;
/// these are the tests on the way to the call that is left for an index beyond the end.
/// (On Arm the length and the first item's address are loaded for themselves; x86-64 compares with memory.)
const ITEM_INLINE: usize = match (COUNTS_ITSELF, ON_ARM) {
    (true, true) => 7,
    (true, false) => 5,
    (false, _) => 0,
};

/// An int of one digit is read inline, as C's header can since 3.12; these are the tests on the way to the call
/// that is left for longer ones. What is read inline saves the call, twice as many instructions.
/// (On Arm the address of a static is loaded in two steps.)
const ONE_DIGIT: usize = if cfg!(Py_3_12) { 6 } else { 7 } + ON_ARM as usize;

/// On 3.12 and newer what C's look-ups lend is counted inline, for the same reason; on 3.14 the one that
/// counts has more instructions.
const LENT: bool = cfg!(all(Py_3_12, not(Py_GIL_DISABLED)));

/// Where counting is not what C's header has.
const COUNTS_ITSELF: bool = cfg!(all(Py_3_12, not(Py_3_14), not(Py_GIL_DISABLED)));

/// Functions that only count: the typed code may count by other means than the raw code.
const COUNTING: &[&str] = &["_Py_IncRef", "_Py_DecRef", "Py_IncRef", "Py_DecRef"];

/// The instructions inside of such a function, at the least: raw code that calls one is not shorter
/// than typed code that has it inline.
const COUNTING_OUT_OF_LINE: usize = 8;

/// What else typed code may have where counting is a call: every release is one on the success path,
/// around which results are kept in registers, and its address may be, too; both are saved and restored.
const REGISTERS_SAVED: usize = 8;

/// On 3.12 and 3.13, where an increment writes a whole word: the comparison that C's header has for free as
/// the zero flag of its 32-bit addition. It waits for no write to reach the cache, which is what counts;
/// see src/refcount/full_word.rs. No pair takes more than one reference.
const WHOLE_WORD: usize = if COUNTS_ITSELF { 1 } else { 0 };

#[test]
fn typed_code_is_no_longer_than_raw_code() {
    if !cfg!(any(target_arch = "x86_64", target_arch = "aarch64")) {
        let arch = std::env::consts::ARCH;
        println!("skipped: tests/codegen/listing.rs does not read {arch}");
        return;
    }
    if cfg!(py_sys_config = "Py_REF_DEBUG") {
        println!("skipped: debug builds of CPython check every count");
        return;
    }
    let mut table = format!("{:18}{:>16}{:>20}\n", "", "kept", "destroyed");
    let _ = writeln!(
        table,
        "{:18}{:>8}{:>8}{:>12}{:>8}",
        "pair", "typed", "raw", "typed", "raw"
    );
    let mut failures = String::new();
    for &(name, extra, extra_destroying) in PAIRS {
        let typed = typed(&BUILT.assembly, name);
        let raw = match name {
            "dict_get" if LENT => "raw_dict_get_counted".to_owned(),
            "guarded" => "raw_returned".to_owned(),
            _ => format!("raw_{name}"),
        };
        let raw = function(&BUILT.assembly, &raw);
        let _ = write!(table, "{name:18}");
        let length = match name {
            // Called by position, and of a class: the shorter ways through the same function.
            "exported_keywords" | "has_own" => Length::Shortest,
            _ => Length::Longest,
        };
        let counts_out_of_line = |path: &Path| path.instructions.len() != cost(path);
        let raw_kept = raw
            .success_path(length, keeps)
            .expect("raw code calls C only");
        let out_of_line = counts_out_of_line(&raw_kept);
        let extra = extra + WHOLE_WORD + if out_of_line { REGISTERS_SAVED } else { 0 };
        compare(
            name,
            typed.success_path(length, keeps),
            raw_kept,
            extra,
            &mut table,
            &mut failures,
        );
        // Where counting is a call, destroying happens inside.
        if !out_of_line {
            let raw = raw
                .success_path(length, succeeds)
                .expect("raw code calls C only");
            let typed = typed.success_path(length, succeeds);
            table.push_str("    ");
            compare(
                name,
                typed,
                raw,
                extra_destroying + WHOLE_WORD,
                &mut table,
                &mut failures,
            );
        }
        table.push('\n');
    }
    println!("instructions on the success path\n{table}");
    assert!(failures.is_empty(), "\n{table}\n{failures}");
}

/// A reference to an immortal singleton of one's own is its address, and nothing is counted.
#[test]
fn immortal_singletons_are_not_counted() {
    if !cfg!(Py_3_12) || !cfg!(any(target_arch = "x86_64", target_arch = "aarch64")) {
        println!("skipped: singletons are counted before 3.12");
        return;
    }
    let none = function(&BUILT.assembly, "typed_none").success_path(Length::Longest, |_| false);
    let none = none.expect("a path without a call").instructions;
    // Arm loads an address in two steps.
    assert!(none.len() <= 3, "{none:#?}");
    let bool = function(&BUILT.assembly, "typed_bool").success_path(Length::Longest, |_| false);
    let bool = bool.expect("a path without a call").instructions;
    let writes = |text: &&String| text.ends_with(')') || text.starts_with("st");
    assert_eq!(bool.iter().find(writes), None, "{bool:#?}");
}

/// Where nothing can happen to an argument, a call takes no reference to it. (Atomic counts are not optimised away; before
/// 3.12 the reference to `None` that is returned may be one to the argument.)
#[test]
fn what_cannot_die_is_not_held() {
    if !cfg!(any(target_arch = "x86_64", target_arch = "aarch64"))
        || cfg!(any(Py_GIL_DISABLED, py_sys_config = "Py_REF_DEBUG"))
    {
        println!("skipped: counts are atomic, or checked");
        return;
    }
    // `idle` and `same`, and `one`, which is longer.
    let [shortest, second, ..] = &instances(&BUILT.assembly, "10trampoline3one")[..] else {
        panic!("`idle` and `same` are not in the listing");
    };
    let length = |listing: &Listing| {
        let path = listing.success_path(Length::Longest, |_| false);
        path.expect("a path without a call").instructions.len()
    };
    // Since 3.12 the address of `None` (Arm loads an address in two steps) and the return.
    let least = if cfg!(Py_3_12) { 3 } else { 5 };
    assert!(length(shortest) <= least, "{}", length(shortest));
    // One count, its test, and the return; two counts before 3.12.
    assert!(length(second) <= 9, "{}", length(second));
}

/// ASCII is UTF-8 as it is, and nothing is called to read it.
#[test]
fn ascii_is_read_in_place() {
    if !cfg!(any(target_arch = "x86_64", target_arch = "aarch64")) {
        return;
    }
    let text = function(&BUILT.assembly, "typed_text").success_path(Length::Shortest, |_| false);
    let text = text.expect("a path without a call").instructions;
    // Address, state, two flags, length; the last ones restore what the call needs. 10 on x86-64.
    assert!(text.len() <= 16, "{text:#?}");
}

/// What else is read or written without a call, and in how many instructions at most, on x86-64 and on Arm.
#[test]
fn paths_without_a_call_are_short() {
    if !cfg!(any(target_arch = "x86_64", target_arch = "aarch64")) {
        return;
    }
    for (name, most) in [
        // Type, hash. On Arm the address of the type is loaded in two steps, and the registers of the frame are saved before it
        // is known that nothing is called.
        ("hash", if ON_ARM { 15 } else { 12 }),
        // The table, three tests of a type, of which the longest way without a call is the one of a subclass of another type.
        ("date", 24),
        ("date_exact", if ON_ARM { 15 } else { 12 }),
        // Room, ten bytes, the new length.
        ("slices", 24),
    ] {
        let path = function(&BUILT.assembly, &format!("typed_{name}"))
            .success_path(Length::Shortest, |_| false);
        let path = path.expect("a path without a call").instructions;
        println!("{name}: {}", path.len());
        assert!(path.len() <= most, "{name}: {path:#?}");
    }
}

/// A loop that lends, and its closure, are compiled into the function that has them, and three loops as well as one.
#[test]
fn loops_are_compiled_where_they_are() {
    if !cfg!(any(target_arch = "x86_64", target_arch = "aarch64")) {
        return;
    }
    let of = |name| function(&BUILT.assembly, name);
    for name in [
        "loop_list",
        "loops_list",
        "loop_tuple",
        "loop_dict",
        "loops_dict",
        "loop_set",
    ] {
        let listing = of(name);
        let mut calls: Vec<&str> = listing.calls().collect();
        calls.sort();
        calls.dedup();
        println!("{name}: {} instructions", listing.len());
        let inlined = |name: &&str| name.contains("for_each_loaded") || name.contains("closure");
        assert_eq!(calls.iter().find(|name| inlined(name)), None, "{name}");
    }
    for (one, three) in [("loop_list", "loops_list"), ("loop_dict", "loops_dict")] {
        let (one, three) = (of(one).len(), of(three).len());
        // All of it is counted here, what is cold, too.
        assert!(three <= 3 * one + one / 5, "{three}, one of them {one}");
    }
}

/// Notes two paths in the table, and a typed one that has more than `extra` instructions more, or that
/// calls other functions, in `failures`.
fn compare(
    name: &str,
    typed: Option<Path>,
    raw: Path,
    extra: usize,
    table: &mut String,
    failures: &mut String,
) {
    let Some(typed) = typed else {
        let _ = writeln!(failures, "{name}: no path without a call into Rust\n");
        return;
    };
    let _ = write!(table, "{:8}{:8}", cost(&typed), cost(&raw));
    if cost(&typed) > cost(&raw) + extra || work(&typed) != work(&raw) {
        let _ = writeln!(
            failures,
            "{name}: {} instructions, raw {}, {extra} more are allowed\n{}",
            cost(&typed),
            cost(&raw),
            side_by_side(&typed, &raw)
        );
    }
}

/// What is compiled of tests/codegen: the assembly of pairs/, and the programs of layout.rs and cells.rs.
struct Built {
    assembly: String,
    layout: PathBuf,
    cells: PathBuf,
}

/// Whether there are cells, and pipes that C code reads from.
const HAS_CELLS: bool = cfg!(all(unix, not(Py_GIL_DISABLED)));

static BUILT: LazyLock<Built> = LazyLock::new(|| {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/codegen");
    let targets = format!(
        "[[example]]\nname = \"pairs\"\ncrate-type = [\"lib\"]\npath = \"{dir}/pairs/lib.rs\"\n\n\
         [[bin]]\nname = \"layout\"\npath = \"{dir}/layout.rs\"\n\n\
         [[bin]]\nname = \"cells\"\npath = \"{dir}/cells.rs\"\n\n\
         [profile.release]\nopt-level = 3\ncodegen-units = 1\nstrip = true\n"
    );
    let nested = Nested::new("codegen", &targets);
    let cargo = |arguments: &[&str]| {
        let status = nested.cargo(&["--quiet"]).args(arguments).status();
        assert!(
            status.expect("cargo runs").success(),
            "cargo {arguments:?} failed"
        );
    };
    let listing = nested::target_dir().join("pairs.s");
    let emit = format!("asm={}", listing.display());
    // Cargo does not know of the listing: let it forget the rest, so that it is written anew.
    cargo(&["clean", "--release", "--package", "codegen"]);
    // An example: the programs would be linked to a library, so that it is compiled for them once more.
    let pairs = ["--example", "pairs", "--", "--emit", &emit];
    cargo(&[&["rustc", "--release"], &pairs[..]].concat());
    let cells: &[&str] = if HAS_CELLS { &["--bin", "cells"] } else { &[] };
    cargo(&[&["build", "--release", "--bin", "layout"], cells].concat());
    Built {
        assembly: fs::read_to_string(&listing).expect("rustc writes the listing"),
        layout: nested::built("release/layout"),
        cells: nested::built("release/cells"),
    }
});

fn function(assembly: &str, name: &str) -> Listing {
    Listing::of(assembly, name).unwrap_or_else(|| panic!("no {name} in the listing"))
}

/// The typed half of a pair. Those that `module!` makes are instances of the trampolines, whose names do not tell of which
/// function they are.
fn typed(assembly: &str, name: &str) -> Listing {
    let longest = |trampoline| instances(assembly, trampoline).pop().expect("an instance");
    match name {
        "exported_one" => longest("10trampoline3one"),
        "exported_two" => longest("10trampoline10positional"),
        "exported_keywords" => longest("10trampoline8keywords"),
        "method" => longest("6member12no_arguments"),
        _ => function(assembly, &format!("typed_{name}")),
    }
}

/// All instances of a generic function, the longest one last.
fn instances(assembly: &str, generic: &str) -> Vec<Listing> {
    let labels = assembly.lines().filter_map(|line| line.strip_suffix(':'));
    let symbols = labels.filter(|label| label.contains(generic));
    let symbols = symbols.map(|label| label.strip_prefix(listing::PREFIX).expect("a symbol"));
    let mut listings: Vec<Listing> = symbols.map(|symbol| function(assembly, symbol)).collect();
    listings.sort_by_key(Listing::length);
    listings
}

/// A call that is part of success: into C, and no complaint about a count.
fn succeeds(function: &str) -> bool {
    // What is neither is Rust's, or of the C library.
    let c_api = ["Py", "_Py", listing::BY_POINTER];
    c_api.iter().any(|prefix| function.starts_with(prefix)) && function != "_Py_NegativeRefcount"
}

/// ... and which destroys nothing.
fn keeps(function: &str) -> bool {
    let destroying = [
        "_Py_Dealloc",
        "_Py_DecRefShared",
        "_Py_MergeZeroLocalRefcount",
    ];
    succeeds(function) && !destroying.contains(&function)
}

fn counts(function: &str) -> bool {
    COUNTING.contains(&function)
}

/// The instructions of a path, with those of counting out of line.
fn cost(path: &Path) -> usize {
    let calls = path.calls.iter().filter(|name| counts(name)).count();
    path.instructions.len() + calls * COUNTING_OUT_OF_LINE
}

/// The C functions that a path calls, but for those that count.
fn work(path: &Path) -> Vec<&str> {
    let others = path.calls.iter().filter(|name| !counts(name));
    others.map(String::as_str).collect()
}

fn side_by_side(typed: &Path, raw: &Path) -> String {
    let lines = typed.instructions.len().max(raw.instructions.len());
    (0..lines)
        .map(|line| {
            let at = |path: &Path| path.instructions.get(line).cloned().unwrap_or_default();
            format!("    {:60}{}\n", at(typed), at(raw))
        })
        .collect()
}

/// The reader of listings reads both architectures: the functions called, and the path on which none of
/// them fails.
#[test]
fn listings_are_read() {
    let x86 = "\
other:\n\tretq\n\t.cfi_endproc\n\
f:\n\t.cfi_startproc\n\tpushq\t%rbx\n\tcallq\t*PyA@GOTPCREL(%rip)\n\ttestq\t%rax, %rax\n\tje\t.LBB1_2\n\
\tmovq\t_Py_B@GOTPCREL(%rip), %r12\n\tcallq\t*%r12\n\tjmp\t.LBB1_3\n\
.LBB1_2:\n\txorl\t%eax, %eax  # NULL\n\tcallq\t_ZN5pyptr4cold@PLT\n\
.LBB1_3:\n\tpopq\t%rbx\n\tretq\n\t.cfi_endproc\n";
    let arm = "\
f:\n\t.cfi_startproc\n\tstr\tx30, [sp, #-16]!\n\tbl\tPyA\n\tcbz\tx0, .LBB1_2\n\
\tadrp\tx8, :got:_Py_B\n\tldr\tx8, [x8, :got_lo12:_Py_B]\n\tblr\tx8\n\tb\t.LBB1_3\n\
.LBB1_2:\n\tmov\tx0, xzr\n\tbl\t_ZN5pyptr4cold\n\
.LBB1_3:\n\tldr\tx30, [sp], #16\n\tret\n\t.cfi_endproc\n";
    for (assembly, length) in [(x86, 8), (arm, 8)] {
        let path = function(assembly, "f")
            .success_path(Length::Longest, succeeds)
            .expect("a path");
        assert_eq!(path.calls, ["PyA", "_Py_B"]);
        assert_eq!(path.instructions.len(), length, "{path:?}");
        assert!(
            path.instructions.iter().all(|text| !text.contains("cold")),
            "{path:?}"
        );
    }
    for alias in [".set\tg, f", "g = f"] {
        let alias = format!("{x86}\t.globl\tg\n\t{alias}\n");
        assert!(Listing::of(&alias, "g").is_some());
    }
    assert!(Listing::of(x86, "h").is_none());
}

/// Runs a program; what it prints.
fn output_of(program: &std::path::Path) -> String {
    let output = nested::program(program)
        .envs(nested::library_path())
        .output()
        .expect("the program starts");
    assert!(
        output.status.success(),
        "{}: {}",
        program.display(),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Reading a count, taking a reference and reading again gives one more, at -O3.
#[test]
fn counts_are_read_again() {
    assert_eq!(output_of(&BUILT.layout), "[1, 1, 1]");
}

/// What C code writes without the GIL is read, at -O3.
#[test]
fn cells_are_read_again() {
    if HAS_CELLS {
        assert_eq!(output_of(&BUILT.cells), "[true, true]");
    }
}

//! The audit itself: each kind of contradiction is found.

use crate::check::contradiction;
use crate::signature::{Mode, modes, parts};
use crate::table::{Row, rows_by_name};
use crate::wrappers::{Wrapper, wrappers, wrappers_of};

/// What C does: what it returns, and what becomes of its arguments.
fn row(returns: &str, arguments: &[&str]) -> Row {
    let mut row = Row {
        function: "PyX_Y".into(),
        returns: returns.into(),
        ..Row::default()
    };
    for argument in arguments {
        row.argue(argument);
    }
    row
}

fn wrapper(owner: &str, signature: &str) -> Wrapper {
    let text = format!(
        "/// ## x: y\n{owner} {{\n    /// What it does.\n    #[doc(alias = \"PyX_Y\")]\n    #[inline]\n    {signature} {{\n    }}\n}}\n"
    );
    let mut found = Vec::new();
    wrappers_of("src/x.rs", &text, &mut found);
    assert_eq!((found.len(), found[0].name.as_str()), (1, "y"));
    assert_eq!(found[0].docs, ["What it does."]);
    assert_eq!(found[0].heading, "x: y");
    found.remove(0)
}

/// Whether a method of `Borrowed<'py, PyX>` contradicts what C does.
fn wrong(row: &Row, signature: &str) -> bool {
    contradiction(row, &wrapper("impl<'py> Borrowed<'py, PyX>", signature)).is_some()
}

#[test]
fn results() {
    let new = row("new", &["borrowed"]);
    let lent = row("borrowed", &["borrowed"]);
    let through_a_pointer = row("int", &["borrowed", "out(new)"]);
    for owner in [
        "PyResult<'py, Owned<'py, PyAny>>",
        "Option<Owned<'py, PyAny>>",
        "OwnedStr<'py>",
    ] {
        let signature = format!("pub fn y(&self) -> {owner}");
        assert!(!wrong(&new, &signature));
        assert!(!wrong(&lent, &signature));
        assert!(!wrong(&through_a_pointer, &signature));
    }
    for loan in ["&Borrowed<'py, PyAny>", "Option<&Borrowed<'py, PyAny>>"] {
        let signature = format!("pub fn y(&self) -> {loan}");
        assert!(wrong(&new, &signature));
        assert!(!wrong(&lent, &signature));
        assert!(wrong(&through_a_pointer, &signature));
    }
    for neither in ["PyResult<'py, ()>", "*mut ffi::PyObject"] {
        let signature = format!("pub fn y(&self) -> {neither}");
        assert!(wrong(&new, &signature));
        assert!(wrong(&lent, &signature));
        assert!(wrong(&through_a_pointer, &signature));
    }
    let immortal = row("borrowed-immortal", &["borrowed"]);
    assert!(!wrong(
        &immortal,
        "pub fn y(&self) -> &'py Borrowed<'py, PyAny>"
    ));
    assert!(wrong(&immortal, "pub fn y(&self) -> &Borrowed<'py, PyAny>"));
}

#[test]
fn what_null_means() {
    let of = |null: &str, result: &str| {
        let row = Row {
            null: null.into(),
            ..row("new", &["borrowed"])
        };
        wrong(&row, &format!("pub fn y(&self) -> {result}"))
    };
    let (plain, optional) = ("Owned<'py, PyX>", "Option<Owned<'py, PyX>>");
    let (fallible, both) = (
        format!("PyResult<'py, {plain}>"),
        format!("PyResult<'py, {optional}>"),
    );
    let found = ["no", "err", "opt", "opt|err"]
        .map(|null| [plain, optional, &fallible, &both].map(|result| of(null, result)));
    assert_eq!(
        found,
        [
            [false, false, false, false],
            [true, true, false, false],
            [true, false, true, false],
            [true, true, true, false],
        ]
    );
}

#[test]
fn arguments() {
    let borrows = row("int", &["borrowed", "borrowed", "-"]);
    let steals = row("int", &["borrowed", "-", "stolen-always"]);
    let one = row("int", &["borrowed"]);
    let taking = [
        "pub fn y(&self, item: Owned<'_, PyAny>) -> PyResult<'py, ()>",
        "pub fn y(\n        &self,\n        item: Option<Owned<'_, PyAny>>,\n    ) -> PyResult<'py, ()>",
    ];
    for signature in taking {
        assert!(wrong(&borrows, signature));
        assert!(!wrong(&steals, signature));
        assert!(wrong(&one, signature));
    }
    let borrowing = [
        "pub fn y(&self, item: &Borrowed<'_, PyAny>) -> PyResult<'py, ()>",
        "pub fn y(&self, item: Option<&'a Borrowed<'_, PyAny>>, n: usize) -> bool",
        "pub fn y(&self, n: (usize, u8), item: Ref<'_, PyAny>) -> bool",
    ];
    for signature in borrowing {
        assert!(!wrong(&borrows, signature));
        assert!(wrong(&steals, signature));
        assert!(wrong(&one, signature));
    }
    // One too few, and one too many.
    let few = "pub fn y(&self) -> bool";
    assert!(wrong(&borrows, few));
    assert!(!wrong(&one, few));
    let many = "pub fn y(&self, a: &Borrowed<'_, PyAny>, b: &Borrowed<'_, PyAny>) -> bool";
    assert!(wrong(&borrows, many));
    // A type parameter may stand for an object, and for one only.
    let open = "pub fn y<A: Name>(&self, item: A) -> bool";
    assert!(!wrong(&borrows, open));
    assert!(!wrong(&one, open));
    assert!(wrong(
        &row("int", &["borrowed", "borrowed", "borrowed"]),
        open
    ));
    // The name says that it takes over what C borrows.
    let owned = wrapper(
        "impl<'py> Borrowed<'py, PyX>",
        "pub fn y(&self, item: Owned<'_, PyAny>) -> bool",
    );
    let owned = Wrapper {
        name: "y_owned".into(),
        ..owned
    };
    assert!(contradiction(&borrows, &owned).is_none());
    assert!(contradiction(&one, &owned).is_some());
}

#[test]
fn the_receiver_counts() {
    let replaces = row("none", &["in-out(owned;NULL on error)", "borrowed"]);
    let signature = "pub fn y(self, right: &Borrowed<'_, PyX>) -> PyResult<'py, Owned<'py, PyX>>";
    let of = |owner: &str, signature: &str| {
        contradiction(&replaces, &wrapper(owner, signature)).is_some()
    };
    assert!(!of("impl<'py> Owned<'py, PyX>", signature));
    assert!(!of("unsafe impl<'py> Do for Owned<'py, PyX>", signature));
    assert!(of(
        "impl<'py> Borrowed<'py, PyX>",
        &signature.replace("self", "&self")
    ));
    assert!(of("impl<'py> Python<'py>", signature));
}

#[test]
fn what_is_read_of_a_signature() {
    let signature = "pub unsafe fn y<'py, F, const N: usize>(py: Python<'py>, f: F, a: [Owned<'py, A>; N]) -> Option<B> where F: FnMut(usize) -> PyResult<'py, Owned<'py, A>>";
    assert_eq!(
        parts(signature),
        (
            "'py, F, const N: usize",
            "py: Python<'py>, f: F, a: [Owned<'py, A>; N]",
            "Option<B>"
        )
    );
    let found = modes(&wrapper("impl PyX", signature));
    let expected = [("f", Mode::ManyTaken), ("a", Mode::ManyTaken)];
    assert_eq!(found, expected.map(|(name, mode)| (name.to_owned(), mode)));
    let called =
        "pub fn y(f: impl FnMut(Owned<'py, A>) -> Result<(), E>, g: impl Fn() -> Owned<'py, A>)";
    let found = modes(&wrapper("impl PyX", called));
    assert_eq!(found, [("g".to_owned(), Mode::ManyTaken)]);
    let text = "macro_rules! unary {\n    ($($name:ident;)*) => {\n        /// # x\n        impl<'py> Borrowed<'py, PyX> { $(\n            pub fn $name(&self) -> Owned<'py, PyX> {\n            }\n        )* }\n    };\n}\n\nunary! {\n    /// Minus.\n    #[doc(alias = \"PyX_Y\")]\n    neg: PyX_Y;\n}\n";
    let mut declared = Vec::new();
    wrappers_of("src/x.rs", text, &mut declared);
    let declared = declared.into_iter().find(|w| w.name == "neg");
    let declared = declared.expect("what a macro declares is found");
    assert_eq!(declared.owner, "impl<'py> Borrowed<'py, PyX>");
    assert_eq!(declared.heading, "x");
    assert_eq!(declared.signature, "pub fn neg(&self) -> Owned<'py, PyX>");
}

/// The crate's own wrappers, each with its signature changed so that it contradicts the table.
#[test]
fn changed_wrappers_are_found() {
    let rows = rows_by_name();
    let (mut changed, mut missed) = (0, Vec::new());
    for wrapper in wrappers() {
        for function in &wrapper.aliases {
            let Some(row) = rows.get(function) else {
                continue;
            };
            if wrapper.signature.is_empty() || contradiction(row, &wrapper).is_some() {
                continue; // Excused.
            }
            for (what, signature) in changes(row, &wrapper) {
                changed += 1;
                let wrapper = Wrapper {
                    signature,
                    ..wrapper.clone()
                };
                if contradiction(row, &wrapper).is_none() {
                    missed.push(format!("{what}: {function}: {}", wrapper.signature));
                }
            }
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    assert!(changed > 500, "only {changed} changes");
}

/// What contradicts: a stolen reference that is borrowed, a borrowed one that is taken over, a new one that
/// is lent, NULL that is not told of, a parameter too few.
fn changes(row: &Row, wrapper: &Wrapper) -> Vec<(&'static str, String)> {
    let signature = &wrapper.signature;
    let (_, parameters, result) = parts(signature);
    let mut changes = Vec::new();
    let with = |new: String| signature.replacen(parameters, &new, 1);
    let modes = modes(wrapper);
    let says_so = wrapper.name.contains("owned") || wrapper.name == "try_from_fn";
    let has = |mode| modes.iter().any(|(name, m)| *m == mode && name != "self");
    if row.stolen > 0 && has(Mode::Taken) {
        changes.push(("borrowed", with(parameters.replace("Owned<", "&Borrowed<"))));
    }
    if row.stolen == 0 && has(Mode::Borrowed) && !says_so {
        let owned = parameters.replace("&Borrowed<", "Owned<");
        changes.push(("taken over", with(owned)));
    }
    if row.returns == "new" && result.contains("Owned<") && !result.contains("'static") {
        let lent = result.replace("Owned<", "&Borrowed<");
        changes.push(("lent", signature.replace(result, &lent)));
    }
    if let Some(value) = result.strip_prefix("PyResult<'py, ") {
        let value = value.strip_suffix('>').unwrap_or(value);
        if ["new", "borrowed"].contains(&row.returns.as_str()) && row.null.contains("err") {
            changes.push(("infallible", signature.replace(result, value)));
        }
    }
    if result.contains("Option<Owned<") && row.null.contains("opt") && row.returns != "int" {
        changes.push((
            "always there",
            signature.replace(result, &result.replace("Option<", "Box<")),
        ));
    }
    let open = |(_, mode): &(String, Mode)| matches!(mode, Mode::Open | Mode::OpenBorrowed);
    if !row.many && has(Mode::Borrowed) && !modes.iter().any(open) {
        let number = parameters.replace("&Borrowed<'_, ", "Vec<");
        if number != parameters {
            changes.push(("left out", with(number)));
        }
    }
    changes
}

//! Each type's documentation page has a table of its methods, which are inherent ones of
//! `Borrowed<'py, PyX>` and would otherwise stand on the page of `Borrowed` alone.
//!
//! The tables are `src/types/pages/PyX.md`, made from the sources: after a change,
//! `PYPTR_BLESS=1 cargo test --test pages` brings them up to date. (A new type's has to be there before,
//! empty: the type's documentation includes it.)

#[allow(dead_code)] // The audit's readers, of which it uses all.
#[path = "../audit/signature.rs"]
mod signature;
#[allow(dead_code)]
#[path = "../audit/wrappers.rs"]
mod wrappers;

mod built;
#[path = "../nested/mod.rs"]
mod nested;
mod order;
mod page;
mod types;

use std::collections::{BTreeMap, BTreeSet};
use std::{env, fs};

use page::Page;
use wrappers::{read, root};

/// What each file has to say.
fn pages() -> BTreeMap<String, Page> {
    let all = order::in_order_of_modules(wrappers::wrappers());
    let mut pages: BTreeMap<String, Page> = types::types()
        .into_iter()
        .map(|(name, base)| {
            let page = Page::new(&name, base.as_deref(), &all);
            (name, page)
        })
        .collect();
    // Of the exceptions those that have methods.
    pages.retain(|name, page| !page.is_empty() || !types::is_exception(name));
    pages
}

fn bless() -> bool {
    env::var_os("PYPTR_BLESS").is_some()
}

#[test]
fn the_pages_are_what_the_sources_say() {
    let directory = root().join("src/types/pages");
    let pages = pages();
    assert!(pages.len() > 40, "only {} types were found", pages.len());
    let bless = bless();
    let mut stale = BTreeSet::new();
    for (name, page) in &pages {
        let path = directory.join(format!("{name}.md"));
        let text = page.text();
        if fs::read_to_string(&path).ok().as_deref() != Some(&text) {
            match bless {
                true => fs::write(path, text).expect("a page"),
                false => drop(stale.insert(name.clone())),
            }
        }
    }
    for entry in fs::read_dir(&directory).expect("the pages") {
        let name = entry.expect("an entry").file_name();
        let name = name.to_string_lossy().replace(".md", "");
        if !pages.contains_key(&name) {
            stale.insert(name);
        }
    }
    assert!(
        stale.is_empty(),
        "{stale:?}: `PYPTR_BLESS=1 cargo test --test pages` brings them up to date, but for those of types \
         that are gone"
    );
}

/// The documentation is built, and every link of every table leads to a method of that type.
#[test]
fn the_links_lead_to_the_methods() {
    if bless() {
        return; // The pages are being written.
    }
    let docs = built::documentation();
    let pointers = [
        ("Borrowed", read(&docs.join("struct.Borrowed.html"))),
        ("Owned", read(&docs.join("struct.Owned.html"))),
    ];
    let mut links = 0;
    for (name, page) in &pages() {
        // The type is not in builds for older versions.
        if name == "PyFrozenDict" && !cfg!(Py_3_15) {
            continue;
        }
        let file = format!("enum.{name}.html");
        let path = ["types", "error"]
            .map(|folder| docs.join(folder).join(&file))
            .into_iter()
            .find(|path| path.exists());
        let html = read(&path.unwrap_or_else(|| panic!("no page of {name}")));
        for link in page.links() {
            links += 1;
            let href = format!("href=\"{}\"", link.replace('\'', "&#x27;"));
            assert!(
                html.contains(&href),
                "{name}: the page has no table with {link}; is `pages/{name}.md` included?"
            );
            let found = match link.strip_prefix('#') {
                Some(method) => html.contains(&format!("id=\"{method}\"")),
                None => pointers.iter().any(|(pointer, html)| {
                    let place = format!("../struct.{pointer}.html#");
                    let target = link.strip_prefix(&place);
                    target.is_some_and(|target| built::leads_somewhere(html, target))
                }),
            };
            assert!(found, "{name}: {link} leads nowhere");
        }
    }
    assert!(links > 300, "only {links} links");
    for (pointer, html) in &pointers {
        let (missing, dead) = built::contents(html);
        assert_eq!(missing, [""; 0], "not in the table of {pointer}");
        assert_eq!(dead, [""; 0], "the table of {pointer} leads nowhere");
    }
    let html = &pointers[0].1;
    let target = "impl-Borrowed%3C'py,+PyList%3E/method.append";
    assert!(built::leads_somewhere(html, target));
    assert!(!built::leads_somewhere(
        html,
        &target.replace("append", "co_name")
    ));
    assert!(!built::leads_somewhere(
        html,
        &target.replace("PyList", "PyTuple")
    ));
}

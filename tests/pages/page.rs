//! The table of one type.

use std::collections::BTreeSet;

use crate::signature::{Mode, modes, parts};
use crate::wrappers::Wrapper;

/// More rows than one table should have.
const LONG: usize = 20;

pub struct Page {
    base: Option<String>,
    /// Associated functions of the marker.
    constructors: Vec<Row>,
    /// Methods of `Borrowed`, which all pointers have.
    methods: Vec<Row>,
    /// Methods of `Owned`.
    taking: Vec<Row>,
}

struct Row {
    name: String,
    /// Of the block that it stands in: `str: encoding`.
    heading: String,
    link: String,
    summary: String,
    functions: Vec<String>,
    references: String,
}

impl Page {
    pub fn new(name: &str, base: Option<&str>, all: &[Wrapper]) -> Page {
        let mut page = Page {
            base: base.map(str::to_owned),
            constructors: Vec::new(),
            methods: Vec::new(),
            taking: Vec::new(),
        };
        let mut seen = BTreeSet::new();
        for wrapper in all {
            let header = wrapper.owner.split(" where ").next().unwrap_or("").trim();
            let public = wrapper.signature.starts_with("pub ");
            if !public || header.contains(" for ") || !header.starts_with("impl") {
                continue;
            }
            // `impl<'py> Borrowed<'py, PyX>`: what comes after the lifetimes.
            let kind = header.trim_start_matches("impl<'py> ");
            let kind = kind.trim_start_matches("impl ");
            let of = |pointer: &str| {
                ["'py", "'_"]
                    .iter()
                    .any(|life| kind == format!("{pointer}<{life}, {name}>"))
            };
            let rows = match (kind == name, of("Borrowed"), of("Owned")) {
                (true, _, _) => &mut page.constructors,
                (_, true, _) => &mut page.methods,
                (_, _, true) => &mut page.taking,
                _ => continue,
            };
            // One of several versions.
            if seen.insert((kind.to_owned(), wrapper.name.clone())) {
                rows.push(Row::new(wrapper, kind, name));
            }
        }
        // `new` before what makes objects in other ways.
        page.constructors.sort_by_key(|row| row.name != "new");
        page
    }

    pub fn is_empty(&self) -> bool {
        self.constructors.is_empty() && self.methods.is_empty() && self.taking.is_empty()
    }

    pub fn links(&self) -> impl Iterator<Item = &str> {
        let rows = self.constructors.iter().chain(&self.methods);
        rows.chain(&self.taking).map(|row| row.link.as_str())
    }

    pub fn text(&self) -> String {
        let mut text = String::from("<!-- Made by `PYPTR_BLESS=1 cargo test --test pages`. -->\n");
        section(&mut text, "Constructors", "", &self.constructors);
        let pointers =
            "Every pointer has them: [`&Borrowed`](crate::Borrowed) and what derefs to it.";
        section(&mut text, "Methods", pointers, &self.methods);
        let owned = "These take over the reference that they are called on.";
        section(&mut text, "Methods of `Owned`", owned, &self.taking);
        let none = match self.is_empty() {
            true => "No methods of its own. ",
            false => "",
        };
        let general =
            "[`Borrowed`](crate::Borrowed) and [`Owned`](crate::Owned) have for every kind";
        text.push_str(&match &self.base {
            Some(base) => format!(
                "\n{none}The methods of [`{base}`] are there too, and those that {general}.\n"
            ),
            None => format!("\nThere are also those that {general}, such as the casts.\n"),
        });
        text
    }
}

fn section(text: &mut String, title: &str, introduction: &str, rows: &[Row]) {
    if rows.is_empty() {
        return;
    }
    text.push_str(&format!("\n# {title}\n\n"));
    if !introduction.is_empty() {
        text.push_str(&format!("{introduction}\n\n"));
    }
    // Long tables are cut where a heading stands between the blocks.
    let mut subject = "";
    for (index, row) in rows.iter().enumerate() {
        let own = row.subject();
        let cut = rows.len() > LONG && !own.is_empty() && own != subject;
        if cut {
            subject = own;
            let (first, rest) = own.split_at(1);
            text.push_str(&format!(
                "{}## {}{rest}\n\n",
                if index == 0 { "" } else { "\n" },
                first.to_uppercase()
            ));
        }
        if cut || index == 0 {
            text.push_str("| | | C | references |\n|---|---|---|---|\n");
        }
        let functions: Vec<_> = row.functions.iter().map(|f| format!("`{f}`")).collect();
        text.push_str(&format!(
            "| [`{}`](<{}>) | {} | {} | {} |\n",
            row.name,
            row.link,
            row.summary,
            functions.join(", "),
            row.references
        ));
    }
}

impl Row {
    /// What a block is about: `encoding`, and nothing for the first one of a type.
    fn subject(&self) -> &str {
        self.heading.split_once(": ").map_or("", |(_, rest)| rest)
    }

    fn new(wrapper: &Wrapper, kind: &str, name: &str) -> Row {
        let method = format!("method.{}", wrapper.name);
        let (pointer, _) = kind.split_once('<').unwrap_or((kind, ""));
        let place = kind
            .replace('<', "%3C")
            .replace('>', "%3E")
            .replace(' ', "+");
        let unsafety = match wrapper.signature.contains("unsafe fn ") {
            true => "**unsafe**: ",
            false => "",
        };
        Row {
            name: wrapper.name.clone(),
            heading: wrapper.heading.clone(),
            link: match kind == name {
                true => format!("#{method}"),
                false => format!("../struct.{pointer}.html#impl-{place}/{method}"),
            },
            summary: format!("{unsafety}{}", summary(&wrapper.docs)),
            functions: wrapper.aliases.clone(),
            references: references(wrapper),
        }
    }
}

/// The first sentence, with the links taken out and what would end a cell escaped.
fn summary(docs: &[String]) -> String {
    let paragraph: Vec<&str> = docs
        .iter()
        .map(|line| line.as_str())
        .take_while(|line| !line.is_empty())
        .collect();
    let text = without_links(&paragraph.join(" "));
    let end = sentence(&text);
    let text = text[..end].trim_end_matches('.');
    text.replace('|', "\\|")
}

/// Where the first sentence ends.
fn sentence(text: &str) -> usize {
    let mut in_code = false;
    for (index, char) in text.char_indices() {
        in_code ^= char == '`';
        let rest = &text[index + char.len_utf8()..];
        let ends = rest.starts_with(' ') && !rest[1..].starts_with(char::is_lowercase);
        if char == '.' && !in_code && ends {
            return index;
        }
    }
    text.len()
}

/// `[text](target)` and `[text]` become `text`.
fn without_links(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some(start) = rest.find('[') {
        let Some(end) = rest[start..].find(']').map(|end| start + end) else {
            break;
        };
        let (inner, after) = (&rest[start + 1..end], &rest[end + 1..]);
        let target = after.starts_with('(').then(|| after.split_once(')'));
        out.push_str(&rest[..start]);
        match target.flatten() {
            Some((_, after)) => {
                out.push_str(inner);
                rest = after;
            }
            None if inner.starts_with('`') => {
                out.push_str(inner);
                rest = after;
            }
            None => {
                out.push_str(&rest[start..=end]);
                rest = after;
            }
        }
    }
    out + rest
}

/// What happens to references, by the signature.
fn references(wrapper: &Wrapper) -> String {
    let mut parts_of: Vec<String> = Vec::new();
    let named = |wanted: &[Mode]| {
        let modes = modes(wrapper).into_iter();
        let names = modes.filter(|(_, mode)| wanted.contains(mode));
        let names: Vec<_> = names.map(|(name, _)| format!("`{name}`")).collect();
        names
    };
    let taken = named(&[Mode::Taken, Mode::ManyTaken]);
    if !taken.is_empty() {
        parts_of.push(format!("takes {} over", taken.join(", ")));
    }
    let mut borrowed = named(&[Mode::Borrowed, Mode::ManyBorrowed]);
    borrowed.retain(|name| name != "`self`");
    if !borrowed.is_empty() {
        parts_of.push(format!("borrows {}", borrowed.join(", ")));
    }
    let (_, _, result) = parts(&wrapper.signature);
    if result.contains("Owned") || result.contains("Sent<") {
        parts_of.push("returns a new reference".into());
    } else if ["PyBuffer<", "FastSequence<"]
        .iter()
        .any(|kind| result.contains(kind))
    {
        parts_of.push("the result keeps a reference".into());
    } else if result.contains("&'py Borrowed<") {
        parts_of.push("lends for `'py`".into());
    } else if result.contains("Borrowed<") || result.contains("Loaded<") {
        parts_of.push("lends".into());
    } else if result.contains("Iter<") {
        parts_of.push("borrows `self`".into());
    }
    parts_of.join("; ")
}

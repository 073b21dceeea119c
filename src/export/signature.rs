//! A function's declared parameters, and the numbers that are computed from them at compile time.

use std::ffi::CStr;

use super::literal::Default;
use crate::sync::Interned;

/// The attributes of a declaration: the lines of its doc comment, and `None` for what is no such line.
pub type DocText = &'static [Option<&'static str>];

/// One item of a declared parameter list.
#[derive(Clone, Copy)]
pub enum Item {
    /// A parameter, with its default value if it has one.
    Parameter {
        /// Its name in Python.
        name: &'static str,
        /// What its signature shows of the default.
        default: Option<Default>,
    },
    /// `/`: the parameters before it are positional-only.
    Slash,
    /// `*`: the parameters after it are keyword-only.
    Star,
    /// `*args`: what is passed by position beyond the parameters before it. Those after it are keyword-only.
    Rest {
        /// Its name in Python.
        name: &'static str,
    },
    /// `**kwargs`: what is passed by names that no parameter has.
    Keywords {
        /// Its name in Python.
        name: &'static str,
    },
    /// The module or the token: passed to the Rust function, and not a parameter in Python.
    Hidden,
}

/// A function's name and parameters.
#[derive(Clone, Copy)]
pub struct Signature {
    /// The function's name in Python.
    pub name: &'static str,
    /// The same in the ledger's reports: `Class.name` for one of a class.
    pub label: &'static CStr,
    /// The doc comment.
    pub doc: DocText,
    /// The parameter list, in order.
    pub items: &'static [Item],
}

impl Signature {
    /// Checks the declaration at compile time.
    #[inline]
    pub const fn new(
        name: &'static str,
        label: &'static CStr,
        items: &'static [Item],
    ) -> Signature {
        let signature = Signature {
            name,
            label,
            doc: &[],
            items,
        };
        assert!(
            signature.verdict() == 0,
            "a parameter list that Python could not have"
        );
        signature
    }

    /// The number of parameters that Python sees.
    #[inline]
    pub const fn parameters(&self) -> usize {
        self.count(self.items.len(), false)
    }

    /// The number of positional-only parameters.
    #[inline]
    pub(crate) const fn positional_only(&self) -> usize {
        let mut i = 0;
        while i < self.items.len() {
            if let Item::Slash = self.items[i] {
                return self.count(i, false);
            }
            i += 1;
        }
        0
    }

    /// The number of parameters that can be passed by position.
    #[inline]
    pub(crate) const fn positional(&self) -> usize {
        let mut i = 0;
        while i < self.items.len() {
            if let Item::Star | Item::Rest { .. } | Item::Keywords { .. } = self.items[i] {
                break;
            }
            i += 1;
        }
        self.count(i, false)
    }

    /// The number of positional parameters without a default.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub(crate) const fn required(&self) -> usize {
        let mut i = 0;
        while i < self.items.len() {
            if let Item::Star | Item::Rest { .. } | Item::Keywords { .. } = self.items[i] {
                break;
            }
            i += 1;
        }
        self.count(i, true)
    }

    /// Whether there is `*args`.
    #[inline]
    pub const fn takes_rest(&self) -> bool {
        let mut i = 0;
        while i < self.items.len() {
            if let Item::Rest { .. } = self.items[i] {
                return true;
            }
            i += 1;
        }
        false
    }

    /// Whether there is `**kwargs`.
    #[inline]
    pub const fn takes_keywords(&self) -> bool {
        let mut i = 0;
        while i < self.items.len() {
            if let Item::Keywords { .. } = self.items[i] {
                return true;
            }
            i += 1;
        }
        false
    }

    /// The number of parameters that can be passed by name.
    #[inline]
    pub const fn by_name(&self) -> usize {
        self.parameters() - self.positional_only()
    }

    /// The names of the parameters that can be passed by name. `COUNT` is [`by_name`](Signature::by_name).
    pub const fn interned<const COUNT: usize>(&self) -> [Interned; COUNT] {
        assert!(COUNT == self.by_name());
        let mut names = [const { Interned::new("") }; COUNT];
        let (mut i, mut parameters) = (0, 0);
        while i < self.items.len() {
            if let Item::Parameter { name, .. } = self.items[i] {
                if parameters >= self.positional_only() {
                    names[parameters - self.positional_only()] = Interned::new(name);
                }
                parameters += 1;
            }
            i += 1;
        }
        names
    }

    /// The number of parameters among the first `end` items; only those without a default if `required`.
    #[inline]
    const fn count(&self, end: usize, required: bool) -> usize {
        let (mut i, mut count) = (0, 0);
        while i < end {
            if let Item::Parameter { default, .. } = self.items[i] {
                if !required || default.is_none() {
                    count += 1;
                }
            }
            i += 1;
        }
        count
    }

    /// The name of the parameter at `index`; `?` beyond the last.
    pub(super) fn name_of(&self, mut index: usize) -> &'static str {
        for item in self.items {
            match item {
                Item::Parameter { name, .. } if index == 0 => return name,
                Item::Parameter { .. } => index -= 1,
                _ => {}
            }
        }
        "?"
    }
}

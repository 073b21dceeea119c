//! Whether Python could have a declaration: found at compile time, and told by the traits of refused.rs.

use super::built_in::{is_built_in, same};
use super::name::python_name;
use super::refused::*;
use super::signature::{Item, Signature};

impl Signature {
    /// What is wrong with the parameter list; 0 if nothing is.
    pub const fn verdict(&self) -> u8 {
        let (mut i, mut parameters, mut slash, mut star, mut defaults) =
            (0, 0, false, false, false);
        while i < self.items.len() {
            if i > 0 && matches!(self.items[i - 1], Item::Keywords { .. }) {
                return BEHIND_KEYWORDS;
            }
            match self.items[i] {
                Item::Slash if slash || star => return SLASH_AGAIN,
                Item::Slash if parameters == 0 => return SLASH_FIRST,
                Item::Slash => slash = true,
                Item::Star | Item::Rest { .. } if star => return STAR_AGAIN,
                Item::Star => {
                    star = true;
                    if !self.is_parameter(i + 1) {
                        return STAR_LAST;
                    }
                }
                Item::Rest { .. } => star = true,
                Item::Parameter { default, .. } => {
                    parameters += 1;
                    match default {
                        Some(_) => defaults = true,
                        None if defaults && !star => return DEFAULTS_FIRST,
                        None => {}
                    }
                }
                Item::Keywords { .. } | Item::Hidden => {}
            }
            let found = self.verdict_on_name(i);
            if found != 0 {
                return found;
            }
            i += 1;
        }
        0
    }

    /// Whether the next item that Python sees is a parameter.
    const fn is_parameter(&self, mut i: usize) -> bool {
        while i < self.items.len() {
            match self.items[i] {
                Item::Parameter { .. } => return true,
                Item::Hidden => i += 1,
                _ => return false,
            }
        }
        false
    }

    const fn verdict_on_name(&self, index: usize) -> u8 {
        let Some(name) = self.items[index].name() else {
            return 0;
        };
        if !name.is_ascii() {
            return NAME_NOT_ASCII;
        }
        if is_keyword(name) {
            return KEYWORD_NAME;
        }
        if same(name, "py") {
            return UNTYPED_TOKEN;
        }
        let mut i = 0;
        while i < index {
            if let Some(other) = self.items[i].name() {
                if same(name, other) {
                    return SAME_NAME;
                }
            }
            i += 1;
        }
        0
    }
}

impl Item {
    const fn name(&self) -> Option<&'static str> {
        match *self {
            Item::Parameter { name, .. } | Item::Rest { name } | Item::Keywords { name } => {
                Some(name)
            }
            Item::Slash | Item::Star | Item::Hidden => None,
        }
    }
}

/// What is wrong with the name of a module, as `stringify!` has it; 0 if nothing is.
pub const fn verdict_on_module(name: &str) -> u8 {
    if python_name(name).len() != name.len() {
        return RAW_MODULE;
    }
    if !name.is_ascii() {
        return MODULE_NOT_ASCII;
    }
    if is_built_in(name) {
        return BUILT_IN_MODULE;
    }
    if is_keyword(name) {
        return KEYWORD_MODULE;
    }
    0
}

/// Whether it is a keyword of Python, in all places.
#[rustfmt::skip]
const fn is_keyword(name: &str) -> bool {
    // A pattern: a loop over a list takes the compiler a hundred times as long, for each parameter of each function.
    matches!(
        name.as_bytes(),
        b"False" | b"None" | b"True" | b"and" | b"as" | b"assert" | b"async" | b"await" | b"break" | b"class"
            | b"continue" | b"def" | b"del" | b"elif" | b"else" | b"except" | b"finally" | b"for" | b"from"
            | b"global" | b"if" | b"import" | b"in" | b"is" | b"lambda" | b"nonlocal" | b"not" | b"or" | b"pass"
            | b"raise" | b"return" | b"try" | b"while" | b"with" | b"yield"
    )
}

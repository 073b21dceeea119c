//! Writing JSON.

use std::fmt::Write;

use crate::ledger::Place;

/// One object or array being written.
pub(super) struct Json {
    text: String,
    /// Whether a comma has to come before the next item.
    more: bool,
}

impl Json {
    pub(super) fn object(write: impl FnOnce(&mut Json)) -> String {
        let mut json = Json {
            text: String::from("{"),
            more: false,
        };
        write(&mut json);
        json.text.push('}');
        json.text
    }

    fn comma(&mut self) {
        if std::mem::replace(&mut self.more, true) {
            self.text.push(',');
        }
    }

    fn key(&mut self, key: &str) {
        self.comma();
        self.string(key);
        self.text.push(':');
    }

    /// `"key":value`, for a value that displays as JSON: a number, a truth value, or an object.
    pub(super) fn raw(&mut self, key: &str, value: impl std::fmt::Display) {
        self.key(key);
        let _ = write!(self.text, "{value}");
    }

    pub(super) fn text(&mut self, key: &str, value: Option<&str>) {
        self.key(key);
        match value {
            Some(value) => self.string(value),
            None => self.text.push_str("null"),
        }
    }

    pub(super) fn place(&mut self, key: &str, place: Option<Place>) {
        self.key(key);
        match place {
            None => self.text.push_str("null"),
            Some(place) => self.text.push_str(&of_place(place)),
        }
    }

    /// An array of values that are JSON already.
    pub(super) fn array(&mut self, key: &str, items: impl Iterator<Item = String>) {
        self.key(key);
        self.text.push('[');
        for (index, item) in items.enumerate() {
            if index > 0 {
                self.text.push(',');
            }
            self.text.push_str(&item);
        }
        self.text.push(']');
    }

    fn string(&mut self, value: &str) {
        self.text.push('"');
        for char in value.chars() {
            match char {
                '"' => self.text.push_str("\\\""),
                '\\' => self.text.push_str("\\\\"),
                '\n' => self.text.push_str("\\n"),
                control if control < ' ' => {
                    let _ = write!(self.text, "\\u{:04x}", u32::from(control));
                }
                other => self.text.push(other),
            }
        }
        self.text.push('"');
    }
}

pub(super) fn of_text(value: &str) -> String {
    let mut json = Json {
        text: String::new(),
        more: false,
    };
    json.string(value);
    json.text
}

pub(super) fn of_place(place: Place) -> String {
    Json::object(|json| {
        json.text("file", Some(place.file));
        json.raw("line", place.line);
        json.raw("column", place.column);
    })
}

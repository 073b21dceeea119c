//! The text of a stored exception, as a traceback shows it.

use super::PyErr;
use crate::error::escaped::to_text;
use crate::error::{PyResult, Raised, copy_of, joined, name_of_type};
use crate::markers::PyType;
use crate::refs::{Borrowed, Python};

impl PyErr {
    /// The text of the last line of a traceback, `ValueError: ...`, made with the exception's `__str__`. Runs
    /// Python code; if that fails, the summary. Without memory for the message, the name alone.
    #[inline]
    pub fn display(&self, py: Python<'_>) -> String {
        let exception = self.exception(py);
        let kind = exception.type_of();
        let name = qualified_name(&kind).unwrap_or_else(|_| name_of_type(&kind));
        match exception.str().and_then(|text| to_text(&text)) {
            Ok(text) if text.is_empty() => name,
            Ok(text) => joined(&[&name, ": ", &text]).unwrap_or(name),
            Err(_) => copy_of(self.summary()).unwrap_or(name),
        }
    }
}

/// `ValueError`, `module.Class`: the name that a traceback shows.
#[inline]
fn qualified_name<'py>(kind: &Borrowed<'py, PyType>) -> PyResult<'py, String> {
    let name = to_text(&*kind.getattr(c"__qualname__")?.str()?)?;
    let module = to_text(&*kind.getattr(c"__module__")?.str()?)?;
    match module.as_str() {
        "builtins" | "__main__" => Ok(name),
        _ => joined(&[&module, ".", &name]).ok_or_else(|| Raised::no_memory(kind.py())),
    }
}

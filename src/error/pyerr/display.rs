//! The text of a stored exception, as a traceback shows it.

use super::PyErr;
use crate::error::{PyResult, name_of_type};
use crate::markers::PyType;
use crate::refs::{Borrowed, Python};

impl PyErr {
    /// The text of the last line of a traceback, `ValueError: ...`, made with the exception's `__str__`. Runs
    /// Python code; if that fails, the summary.
    #[inline]
    pub fn display(&self, py: Python<'_>) -> String {
        let exception = self.exception.bind(py);
        let kind = exception.type_of();
        let name = qualified_name(&kind).unwrap_or_else(|_| name_of_type(&kind));
        match exception.str().and_then(|text| text.to_rust_string()) {
            Ok(text) if text.is_empty() => name,
            Ok(text) => format!("{name}: {text}"),
            Err(_) => self.summary.to_string(),
        }
    }
}

/// `ValueError`, `module.Class`: the name that a traceback shows.
#[inline]
fn qualified_name<'py>(kind: &Borrowed<'py, PyType>) -> PyResult<'py, String> {
    let name = kind.getattr(c"__qualname__")?.str()?.to_rust_string()?;
    let module = kind.getattr(c"__module__")?.str()?.to_rust_string()?;
    Ok(match module.as_str() {
        "builtins" | "__main__" => name,
        _ => format!("{module}.{name}"),
    })
}

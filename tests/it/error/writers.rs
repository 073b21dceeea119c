//! Formatting into a writer that is not a plain buffer, but runs Python code while it holds the text.

use std::fmt::{self, Write};

use pyptr::error::{PyKeyError, PyValueError};
use pyptr::types::{PyAny, PyInt, PyString};
use pyptr::{Borrowed, Raised};

use crate::common::attached;
use crate::python::run;

/// Renames a class each time it is given text, and keeps the text as it is afterwards.
struct Renames<'a, 'py> {
    class: &'a Borrowed<'py, PyAny>,
    text: String,
}

impl Write for Renames<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let name = PyString::new(self.class.py(), "Renamed").unwrap();
        self.class.setattr(c"__name__", &name).unwrap();
        // What takes the memory of the old name, if it was freed.
        let _others: Vec<_> = (0..100)
            .map(|_| PyString::new(self.class.py(), &"#".repeat(text.len())).unwrap())
            .collect();
        self.text.push_str(text);
        Ok(())
    }
}

#[test]
fn the_name_in_a_cast_error_survives_a_writer_that_renames_the_class() {
    attached(|py| {
        let object = run(py, "result = type('Some' + str(12345) * 3, (), {})()");
        let class = object.type_of();
        let error = object.cast::<PyInt>().err().unwrap();
        let mut writer = Renames {
            class: &class,
            text: String::new(),
        };
        // The first piece renames: the name is had before.
        write!(writer, "{error}").unwrap();
        assert!(!writer.text.contains('#'), "{}", writer.text);
        assert!(writer.text.starts_with("expected int, got "));
    });
}

/// Replaces the exception each time it is given text.
struct Clears<'py>(pyptr::Python<'py>, String);

impl Write for Clears<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if let Some(raised) = Raised::occurred(self.0) {
            raised.clear();
            // Frees the class, and takes its memory.
            let _ = run(self.0, "import gc; gc.collect(); result = None");
            let _ = run(
                self.0,
                "result = [type('Other', (Exception,), {}) for _ in range(20)]",
            );
        }
        let _ = self.0.raise::<PyKeyError>("newer");
        self.1.push_str(text);
        Ok(())
    }
}

#[test]
fn debug_of_raised_survives_a_writer_that_clears_it() {
    attached(|py| {
        let raised = {
            let class = run(py, "class Gone(Exception): pass\nresult = Gone");
            let class = class.cast::<pyptr::types::PyType>().unwrap();
            Raised::from_type(class, None)
        };
        // The exception holds the last reference to its class, which the first piece releases. A class is
        // part of cycles: a collection frees it.
        let mut writer = Clears(py, String::new());
        write!(writer, "{raised:?}").unwrap();
        assert!(writer.1.starts_with("Raised(Gone at 0x"), "{}", writer.1);
        drop(raised);
        assert!(!super::is_set(py));
        assert!(py.raise::<PyValueError>("usable").is::<PyValueError>());
    });
}

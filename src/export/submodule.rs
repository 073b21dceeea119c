//! A module within a module: made, executed and entered in `sys.modules` while the module around it is imported.

use crate::error::{PyResult, check_status};
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyAny, PyModule, PyString};

/// Adds the submodule `name` to `parent`: `import parent.name` finds it in `sys.modules`.
///
/// # Safety
/// `definition` is a module definition that lives for ever, with that name.
pub(super) unsafe fn add<'py>(
    parent: &Borrowed<'py, PyModule>,
    definition: *mut ffi::PyModuleDef,
    name: &str,
) -> PyResult<'py, ()> {
    let py = parent.py();
    // Not the declared one: the parent may be part of a package itself.
    let package = parent.name()?;
    let full_name = full_name(&package, name)?;
    let spec = py.import(c"importlib.machinery")?.getattr(c"ModuleSpec")?;
    let spec = spec.call([&*full_name, py.none().as_any()])?;
    // SAFETY: the caller's promise.
    let module = unsafe { PyModule::from_definition_and_spec(definition, &spec) }?;
    module.setattr(c"__spec__", &spec)?;
    module.setattr(c"__package__", &package)?;
    let modules = modules(py)?;
    // Before it is executed, as `import` does.
    modules.set_item(&full_name, &module)?;
    // SAFETY: a live module, and the definition that it was made from.
    let status = unsafe { ffi::PyModule_ExecDef(module.as_ptr(), definition) };
    check_status(py, status)
        .and_then(|()| parent.setattr(&*PyString::new(py, name)?, &module))
        .map_err(|raised| {
            let error = raised.into_exception();
            let _ = modules.del_item(&full_name);
            error.raise()
        })
}

/// Takes a submodule back, whose siblings cannot be imported, and its own submodules.
pub(super) fn forget<'py>(parent: &Borrowed<'py, PyModule>, name: &str) -> PyResult<'py, ()> {
    let modules = modules(parent.py())?;
    let name = full_name(&*parent.name()?, name)?;
    let inner = name.cast::<PyString>()?.concat_str(".")?;
    for key in modules.call_method0(c"copy")?.iter()? {
        let key = key?;
        let is_inner = match key.cast::<PyString>() {
            Ok(key) => key.starts_with(&inner)?,
            Err(_) => false,
        };
        if is_inner {
            modules.del_item(&key)?;
        }
    }
    modules.del_item(&name)
}

/// `parent.name`.
fn full_name<'py>(
    package: &Borrowed<'py, PyString>,
    name: &str,
) -> PyResult<'py, Owned<'py, PyAny>> {
    Ok(package.concat_str(".")?.append_str(name)?.into_any())
}

/// `sys.modules`.
fn modules<'py>(py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
    py.import(c"sys")?.getattr(c"modules")
}

//! More of what fails for want of memory, or for the want of something that the whole process shares.

use pyptr::Owned;
use pyptr::error::{PyMemoryError, PyRuntimeError, PyTypeError, PyUnicodeError};
use pyptr::types::{PyBytes, PyDict, PyFloat, PyFrame, PyFunction, PyString, PyTuple, PyType};

use super::{Call, each_stops, in_a_child};
use crate::common::fresh_str;
use crate::python::{eval, exec, namespace};

/// Attributes by a name that is not a str yet, and objects that no list of free ones has.
#[test]
fn wrappers_stop() {
    in_a_child("wrappers::wrappers_stop", |py, without_memory| {
        let ns = namespace(py);
        exec(
            &ns,
            "import sys\ndef f(a, b=1): return sys._getframe()\nframe, C = f(2), type('C', (), {})",
        );
        let function = eval(&ns, "f").cast_into::<PyFunction>().unwrap();
        let frame = eval(&ns, "frame").cast_into::<PyFrame>().unwrap();
        let class = eval(&ns, "C").cast_into::<PyType>().unwrap();
        let code = function.code().unwrap();
        let error = eval(&ns, "UnicodeDecodeError('ascii', b'', 0, 0, 'why')");
        let error = error.cast_into::<PyUnicodeError>().unwrap();
        let (tuple, dict) = (
            PyTuple::from_owned(py, [ns.new_ref().into_any()]).unwrap(),
            PyDict::new(py).unwrap(),
        );
        let bytes = PyBytes::new(py, b"it's").unwrap();
        let (wide, part) = (fresh_str(py, "wide \u{20ac} text"), fresh_str(py, "text"));
        let counts = || {
            [
                function.refcount(),
                frame.refcount(),
                class.refcount(),
                code.refcount(),
                error.refcount(),
                tuple.refcount(),
                dict.refcount(),
                bytes.refcount(),
                wide.refcount(),
                part.refcount(),
            ]
        };
        let before = counts();
        let none = || py.none().to_owned().into_any();
        let each_fails: &[Call<'_, '_>] = &[
            ("function.set_defaults", &|| {
                function.set_defaults(Some(&tuple)).map(|()| none())
            }),
            ("function.set_kw_defaults", &|| {
                function.set_kw_defaults(Some(&dict)).map(|()| none())
            }),
            ("function.set_annotations", &|| {
                function.set_annotations(&dict).map(|()| none())
            }),
            ("function.as_class_method", &|| function.as_class_method()),
            ("function.as_static_method", &|| function.as_static_method()),
            ("code.line_at", &|| code.line_at(0).map(|_| none())),
            ("frame.last_instruction", &|| {
                frame.last_instruction().map(|_| none())
            }),
            ("frame.var", &|| frame.var(&part).map(|_| none())),
            ("class.full_name", &|| {
                class.full_name().map(Owned::into_any)
            }),
            ("error.set_end", &|| error.set_end(1).map(|()| none())),
            ("error.set_reason", &|| {
                error.set_reason(&part).map(|()| none())
            }),
            ("bytes.literal", &|| {
                bytes.literal(true).map(Owned::into_any)
            }),
            ("PyBytes::decode_escape", &|| {
                PyBytes::decode_escape(py, br"escaped\n", None).map(Owned::into_any)
            }),
            ("PyFloat::info", &|| PyFloat::info(py).map(Owned::into_any)),
            ("PyString::decode_fs", &|| {
                PyString::decode_fs(py, b"spam.txt").map(Owned::into_any)
            }),
            // The part is made as wide as the text.
            ("str.count_str", &|| wide.count_str(&part).map(|_| none())),
            ("str.contains_str", &|| {
                wide.contains_str(&part).map(|_| none())
            }),
            ("str.find", &|| wide.find(&part).map(|_| none())),
            ("str.rfind", &|| wide.rfind(&part).map(|_| none())),
            ("dict.contains_str", &|| {
                dict.contains_str("key").map(|_| none())
            }),
            ("dict.pop_str", &|| dict.pop_str("key").map(|_| none())),
            ("x_options", &|| py.x_options().map(Owned::into_any)),
        ];
        each_stops(without_memory, each_fails, |name| {
            assert_eq!(counts(), before, "{name}");
        });
        assert!(function.defaults().unwrap().is_some() && dict.is_empty());
        assert!(error.reason().unwrap().eq_str("why"));
    });
}

/// The list of what is being shown grows, until it cannot.
#[test]
fn entering_a_repr_stops() {
    in_a_child("wrappers::entering_a_repr_stops", |py, without_memory| {
        let items: Vec<Owned<'_, PyString>> = (0..1000)
            .map(|number| fresh_str(py, &format!("item {number}")))
            .collect();
        // Without the list, which is made once for a thread, C says that nothing is being shown.
        drop(items[0].enter_repr().unwrap());
        let (mut guards, mut failed) = (Vec::with_capacity(items.len()), None);
        without_memory(&mut || {
            while failed.is_none() && guards.len() < items.len() {
                match items[guards.len()].enter_repr() {
                    Ok(guard) => guards.push(guard),
                    Err(raised) => failed = Some(raised.is::<PyMemoryError>()),
                }
            }
        });
        assert_eq!(failed, Some(true));
        let refused = &items[guards.len()];
        assert_eq!(refused.refcount(), 1);
        assert!(refused.enter_repr().unwrap().is_some(), "not entered yet");
        drop(guards);
        assert!(items.iter().all(|item| item.refcount() == 1));
    });
}

/// In a process of its own: others read the options.
#[test]
fn options_that_sys_has_lost() {
    in_a_child("wrappers::options_that_sys_has_lost", |py, _| {
        let (options, other) = (py.x_options().unwrap(), fresh_str(py, "no dict"));
        let before = options.refcount();
        py.set_sys(c"_xoptions", Some(&other)).unwrap();
        assert!(py.x_options().unwrap_err().is::<PyTypeError>());
        assert_eq!(other.refcount(), 2);
        py.set_sys(c"_xoptions", None).unwrap();
        assert!(py.x_options().unwrap_err().is::<PyRuntimeError>());
        assert_eq!((other.refcount(), options.refcount()), (1, before - 1));
        py.set_sys(c"_xoptions", Some(&options)).unwrap();
        assert_eq!(options.refcount(), before);
    });
}

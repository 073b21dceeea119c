//! `Shared`. What counts exactly what is in the release queue has a process to itself: tests/process.

use pyptr::error::PyValueError;
use pyptr::types::PyString;
use pyptr::{Python, Shared};

use crate::common::{attached, delta_after_drop, fresh_str};
use crate::python::run;

#[test]
fn every_conversion_counts_as_its_name_says() {
    attached(|py| {
        let text = fresh_str(py, "shared");
        let shared: Shared<PyString> = Shared::from(text.as_borrowed());
        assert_eq!(text.refcount(), 2);
        assert!(shared.bind(py).is(&text));
        assert_eq!((text.refcount(), shared.as_ptr()), (2, text.as_ptr()));
        let second = shared.clone_ref(py);
        assert_eq!(text.refcount(), 3);
        assert!(shared.is(&second));
        second.release(py);
        assert_eq!(text.refcount(), 2);
        let owned = shared.into_owned(py);
        assert_eq!(text.refcount(), 2);
        let shared = owned.into_shared();
        assert_eq!(text.refcount(), 2);
        // SAFETY: the reference that `into_ptr` gives away.
        drop(unsafe { pyptr::Owned::<PyString>::from_owned_ptr(py, shared.into_ptr()) });
        assert_eq!(text.refcount(), 1);
        assert_eq!(delta_after_drop(&text, || text.new_ref().into_shared()), 0);
    });
}

#[test]
fn dropped_with_an_exception_set() {
    attached(|py| {
        let code = "class Noisy:\n    def __del__(self):\n        try: {}['k']\n        except KeyError: pass\nresult = Noisy()";
        let (here, queued) = (run(py, code).into_shared(), run(py, code).into_shared());
        let raised = py.raise::<PyValueError>("set all the time");
        drop(here);
        assert!(raised.is::<PyValueError>());
        py.detach(|| drop(queued));
        assert!(raised.is::<PyValueError>());
        Python::attach(|py| assert!(!crate::error::is_set(py)));
        assert!(raised.is::<PyValueError>());
        drop(raised);
        assert!(!crate::error::is_set(py));
    });
}

//! Classes known at run time.

use pyptr::types::PyType;

use crate::common::attached;
use crate::python::{eval, exec, namespace};

#[test]
fn classes_known_at_run_time() {
    use pyptr::types::{ClassOf, PyAny};
    use pyptr::{Object, Owned, Subtype};
    enum Spam {}
    // SAFETY: counted like any object.
    unsafe impl Object for Spam {
        const NAME: &'static str = "Spam";
    }
    // SAFETY: every object is of kind `PyAny`.
    unsafe impl Subtype for Spam {
        type Base = PyAny;
    }
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "class Spam: pass\nclass Sub(Spam): pass\nclass Liar:\n __class__ = Spam",
        );
        let class = eval(&ns, "Spam").cast_into::<PyType>().unwrap();
        let before = class.refcount();
        // SAFETY: nothing is read on the strength of it.
        let spam = unsafe { ClassOf::<Spam>::new(class.new_ref()) };
        assert_eq!(class.refcount(), before + 1);
        assert!(spam.class(py).is(&class));
        assert!(format!("{spam:?}").starts_with("ClassOf(Spam at 0x"));
        let (object, sub, liar) = (eval(&ns, "Spam()"), eval(&ns, "Sub()"), eval(&ns, "Liar()"));
        assert!(object.cast_to(&spam).unwrap().is(&object));
        assert!(sub.cast_to(&spam).is_some() && liar.cast_to(&spam).is_none());
        assert!(object.cast_to_exact(&spam).is_some() && sub.cast_to_exact(&spam).is_none());
        let kept: Owned<'_, Spam> = sub.cast_into_to(&spam).unwrap();
        assert_eq!(kept.refcount(), 1);
        let back = liar.cast_into_to(&spam).unwrap_err();
        assert_eq!((back.refcount(), object.refcount()), (1, 1));
        drop((kept, object));
        let before = class.refcount();
        drop(spam);
        assert_eq!(class.refcount(), before - 1);
    });
}

//! What a type itself has, and its name for messages.

use std::thread;

use pyptr::error::PyValueError;
use pyptr::types::{PyAny, PyDate, PyDict, PyInt, PyList, PyString, PyTime, PyType};
use pyptr::{Borrowed, Python, Raised, intern};

use crate::common::{attached, delta_after_drop, delta_while_held};
use crate::python::{eval, exec, namespace};

fn class<'py>(py: Python<'py>, code: &str) -> pyptr::Owned<'py, PyType> {
    let ns = namespace(py);
    exec(&ns, code);
    eval(&ns, "result").cast_into().unwrap()
}

#[test]
fn only_what_the_type_itself_has_is_told() {
    attached(|py| {
        let class = class(
            py,
            "class Base:\n inherited = 1\nclass result(Base):\n own = 2\n __slots__ = ('slot',)",
        );
        for (name, expected) in [
            (c"own", true),
            (c"slot", true),
            (c"__module__", true),
            (c"inherited", false),
            (c"__dict__", false),
            (c"missing", false),
        ] {
            assert_eq!(class.has_own(name).unwrap(), expected, "{name:?}");
            let name = PyString::new(py, name.to_str().unwrap()).unwrap();
            assert_eq!(class.has_own(&name).unwrap(), expected, "{name:?}");
            assert_eq!(delta_after_drop(&name, || class.has_own(&name)), 0);
            assert_eq!(delta_after_drop(&class, || class.has_own(&name)), 0);
        }
        assert!(class.has_own(intern!(py, "own")).unwrap());
        class.setattr(c"later", py.none()).unwrap();
        assert!(class.has_own(c"later").unwrap());
        class.delattr(c"later").unwrap();
        assert!(!class.has_own(c"later").unwrap());
    });
}

/// The namespaces of static types are elsewhere from 3.12 on.
#[test]
fn static_types_have_theirs() {
    attached(|py| {
        for kind in [
            PyType::of::<PyInt>(py),
            PyType::of::<PyList>(py),
            PyType::of::<PyDict>(py),
            PyType::of::<PyType>(py),
            PyType::of::<PyValueError>(py),
        ] {
            assert!(kind.has_own(c"__new__").unwrap() || kind.has_own(c"__init__").unwrap());
            assert!(!kind.has_own(c"missing").unwrap());
        }
        assert!(PyType::of::<PyInt>(py).has_own(c"bit_length").unwrap());
        assert!(!PyType::of::<PyValueError>(py).has_own(c"args").unwrap());
        let date = py.import(c"datetime").unwrap().getattr(c"date").unwrap();
        let date = date.cast::<PyType>().unwrap();
        assert!(date.has_own(c"isoformat").unwrap() && !date.has_own(c"__class__").unwrap());
        assert_eq!(delta_after_drop(date, || date.has_own(c"today")), 0);
        assert!(Raised::occurred(py).is_none());
    });
}

/// Names that run code when they are hashed or compared, while the type loses all that it has.
#[test]
fn hostile_names() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "class Name(str):\n def __hash__(self):\n  global kind\n  kind.__bases__ = (Other,)\n  \
             del kind\n  return str.__hash__(self)\n def __eq__(self, other):\n  raise ValueError('no')\n\
             class Other: pass\nclass Third: pass\nclass kind(Third):\n a = 1\n\
             holder = kind()\nname = Name('a')\n\
             class Key:\n def __hash__(self): return hash('b')\n def __eq__(self, other): raise ValueError('key')\n\
             odd = type('odd', (), {Key(): 1})",
        );
        let kind = eval(&ns, "kind").cast_into::<PyType>().unwrap();
        let name = eval(&ns, "name").cast_into::<PyString>().unwrap();
        assert!(kind.has_own(&name).unwrap_err().is::<PyValueError>());
        let odd = eval(&ns, "odd").cast_into::<PyType>().unwrap();
        assert!(odd.has_own(c"b").unwrap_err().is::<PyValueError>());
        assert!(!odd.has_own(c"c").unwrap());
        // The metaclass is not asked.
        exec(
            &ns,
            "class Meta(type):\n def __getattribute__(self, name): raise ValueError(name)\n\
             class asked(metaclass=Meta):\n a = 1",
        );
        let asked = eval(&ns, "asked").cast_into::<PyType>().unwrap();
        assert!(asked.has_own(c"a").unwrap() && !asked.has_own(c"b").unwrap());
    });
}

#[test]
fn a_type_is_counted_once() {
    attached(|py| {
        let class = class(py, "class result: pass");
        let object = class.call([]).unwrap();
        assert!(object.type_of().is(&class));
        assert_eq!(delta_while_held(&class, || object.type_of()), 1);
        assert_eq!(delta_after_drop(&class, || object.type_of()), 0);
        assert!(py.none().type_of().is(&py.none().type_of()));
    });
}

#[test]
fn names_for_messages() {
    attached(|py| {
        let name = |object: &Borrowed<'_, PyAny>| object.type_name();
        assert_eq!(name(&PyInt::new(py, 1).unwrap()), "int");
        assert_eq!(name(py.none()), "NoneType");
        assert_eq!(name(PyType::of::<PyInt>(py)), "type");
        assert_eq!(PyType::of::<PyInt>(py).name_lossy(), "int");
        let ns = namespace(py);
        exec(
            &ns,
            "import datetime\nclass Meta(type):\n def __getattribute__(self, name): raise ValueError\n\
             class Outer:\n class N\u{e4}me(metaclass=Meta): pass\nday = datetime.date(2000, 1, 2)",
        );
        assert_eq!(name(&eval(&ns, "Outer.N\u{e4}me()")), "N\u{e4}me");
        assert_eq!(name(&eval(&ns, "Outer.N\u{e4}me")), "Meta");
        let day = eval(&ns, "day");
        assert!(day.cast::<PyDate>().is_ok());
        assert_eq!(name(&day), "datetime.date");
        assert_eq!(delta_after_drop(&day, || day.type_name()), 0);
        let kind = day.type_of();
        assert_eq!(kind.name_lossy(), "datetime.date");
        assert_eq!(delta_after_drop(&kind, || kind.name_lossy()), 0);
        let class = class(py, "class result: pass\nresult.__name__ = 'x' * 100_000");
        assert_eq!(class.name_lossy().len(), 100_000);
        assert!(Raised::occurred(py).is_none());
    });
}

/// Types are asked while other threads change what they have, their names, their bases and the class of the object.
#[test]
fn types_that_change_meanwhile() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "import datetime\nclass A(datetime.date): pass\nclass B(datetime.date): pass\nclass kind(A): pass\n\
             class Plain: pass\nclass Other: pass\nobject = kind(2000, 1, 2)\nplain = Plain()\n\
             def attributes():\n for n in range(300):\n  kind.own = n\n  kind.__name__ = 'kind%d' % n\n  del kind.own\n\
             def bases():\n for n in range(300):\n  kind.__bases__ = (B,)\n  kind.__bases__ = (A,)\n\
             def classes():\n for n in range(300):\n  plain.__class__ = Other\n  plain.__class__ = Plain\n\
             def replaced():\n global fresh\n for n in range(300):\n  fresh = type('Fresh', (datetime.date,), {'own': n})(2000, 1, 2)\nreplaced()",
        );
        let shared = |name: &str| eval(&ns, name).into_shared();
        let (object, plain) = (shared("object"), shared("plain"));
        let programs = ["attributes", "bases", "classes", "replaced"].map(shared);
        let ns = ns.new_ref().into_shared();
        let (object, plain, ns) = (&object, &plain, &ns);
        py.detach(|| {
            thread::scope(|scope| {
                for program in &programs {
                    scope.spawn(move || {
                        Python::attach(|py| drop(program.bind(py).call([]).unwrap()));
                    });
                }
                for _ in 0..2 {
                    scope.spawn(move || {
                        Python::attach(|py| {
                            for _ in 0..300 {
                                let object = object.bind(py);
                                object.type_of().has_own(c"own").unwrap();
                                assert!(object.cast::<PyDate>().is_ok());
                                assert!(object.cast::<PyTime>().is_err());
                                assert!(object.type_name().starts_with("kind"));
                                let plain = plain.bind(py);
                                assert!(!plain.type_of().has_own(c"own").unwrap());
                                assert!(plain.cast::<PyDate>().is_err());
                                assert!(["Plain", "Other"].contains(&&*plain.type_name()));
                                let fresh = eval(ns.bind(py), "fresh");
                                assert!(fresh.type_of().has_own(c"own").unwrap());
                                assert_eq!(fresh.cast::<PyDate>().unwrap().year(), 2000);
                            }
                        });
                    });
                }
            });
        });
    });
}

//! Classes in modules: several, without state, with one of their own.

use std::sync::atomic::{AtomicUsize, Ordering};

use pyptr::class::ClassRef;
use pyptr::export::ModuleRef;
use pyptr::types::{PyModule, PyString};
use pyptr::{Borrowed, Owned, PyResult, Python};

use super::run;
use crate::common::attached;

struct Ticket {
    number: usize,
}
pyptr::traverse!(Ticket { number });

struct Office {
    issued: AtomicUsize,
}

impl Ticket {
    fn new<'py>(module: ModuleRef<'_, 'py, Office>) -> Ticket {
        let number = module.state().issued.fetch_add(1, Ordering::Relaxed);
        Ticket { number }
    }

    fn next<'py>(
        this: &Borrowed<'py, Ticket>,
        class: ClassRef<'_, 'py, Ticket>,
        module: ModuleRef<'_, 'py, Office>,
    ) -> PyResult<'py, Owned<'py, Ticket>> {
        assert!(this.own_class().is(&class));
        class.instance(Ticket::new(module))
    }

    fn number(&self) -> usize {
        self.number
    }

    fn name<'py>(py: Python<'py>) -> PyResult<'py, Owned<'py, PyString>> {
        PyString::new(py, "ticket")
    }
}

pyptr::class! {
    #[state(Office)]
    class Ticket {
        new(module: Module);
        fn next(self, class: Class, module: Module);
        static name(py: Python);
        property number = Ticket::number;
        const NAMES = ["a", "b"];
    }
}

fn open<'py>(module: &Borrowed<'py, PyModule>) -> PyResult<'py, Office> {
    // The classes are there before the state is made.
    module.getattr(c"Ticket")?;
    Ok(Office {
        issued: AtomicUsize::new(100),
    })
}

fn issued(module: ModuleRef<'_, '_, Office>) -> usize {
    module.state().issued.load(Ordering::Relaxed)
}

pyptr::module! {
    pub mod class_office {
        state: Office = open;
        gil: not_used;
        class Ticket;
        const SIZE = 3;
        fn issued(self);
    }
}

mod inner {
    /// In another module, under another name.
    pub struct Inner(pub u8);
    pyptr::traverse!(Inner(value));

    impl Inner {
        fn new(value: u8) -> Inner {
            Inner(value)
        }

        fn value(&self) -> u8 {
            self.0
        }
    }

    pyptr::class! {
        class Inner {
            new(value = 7);
            fn value(self);
        }
    }
}

use inner::Inner as Outer;

pyptr::module! {
    pub mod class_other {
        gil: not_used;
        class Outer;
    }
}

/// Called once, before the interpreter is initialised.
pub fn register() {
    class_office().append_to_inittab();
    class_other().append_to_inittab();
}

#[test]
fn a_class_reaches_the_state_of_its_module() {
    attached(|py| {
        run(
            py,
            "
import importlib.util
spec = importlib.util.find_spec('class_office')
o = importlib.util.module_from_spec(spec)
spec.loader.exec_module(o)
assert o.Ticket().number == 100 and o.Ticket().next().number == 102 and o.issued() == 103
assert o.Ticket.name() == 'ticket' and o.Ticket.NAMES == ['a', 'b'] and o.SIZE == 3
t = o.Ticket()
del o
gc.collect()
assert t.next().number == 104
",
        );
    });
}

#[test]
fn a_class_under_another_name() {
    attached(|py| {
        run(
            py,
            "
import class_other
assert class_other.Outer(3).value() == 3 and class_other.Outer().value() == 7
assert class_other.Outer.__name__ == 'Outer' and class_other.Outer.__module__ == 'class_other'
",
        );
    });
}

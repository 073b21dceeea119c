//! Containers that change while pyptr iterates over them, looks something up in them or compares them: from
//! `__eq__`, `__hash__`, `__repr__` and `__del__` of what is in them, and from `__next__` of what they take
//! items from.
//!
//! Each operation runs with each of these methods changing the container in each of several ways. What is
//! expected is that nothing crashes (`memory.rs` asks valgrind), that in the end every item is released once,
//! and that the methods ran that the operation is here for.

mod builders;
mod dict;
mod list;
mod memory;
mod set;

use pyptr::types::{PyAny, PyString};
use pyptr::{Borrowed, Object, Owned, PyResult};

use crate::common::attached;
use crate::python::{eval, exec, namespace};

const ITEMS: &str = "
armed, budget, same, live, items = '', 0, False, 0, None
fired = set()

def strike(method):
    global budget
    if method == armed and budget:
        budget -= 1
        fired.add(method)
        try:
            change(items)
        except (LookupError, RuntimeError, StopIteration):
            pass

def prepare():
    global same, items
    same = False
    items = make()
    return items, Item(), make()

def arm(*given):
    global armed, change, same, budget
    armed, change, same = given
    budget = 3

def disarm():
    global budget, items
    budget, items = 0, None

class Item:
    def __init__(self):
        global live
        live += 1
    def __eq__(self, other):
        strike('eq')
        return same
    def __lt__(self, other):
        strike('eq')
        return True
    def __hash__(self):
        strike('hash')
        return 42
    def __repr__(self):
        strike('repr')
        return 'an item'
    def __del__(self):
        global live
        live -= 1
        strike('del')

class Steps:
    def __init__(self):
        self.left = 5
    def __iter__(self):
        return self
    def __next__(self):
        strike('next')
        if not self.left:
            raise StopIteration
        self.left -= 1
        return Item()

def fresh(count):
    return [Item() for _ in range(count)]
";

/// What an operation has besides the container.
struct Scene<'py> {
    /// An item that is not in the container.
    probe: Owned<'py, PyAny>,
    /// Another container of the same kind, with as many items.
    other: Owned<'py, PyAny>,
    item: Owned<'py, PyAny>,
    steps: Owned<'py, PyAny>,
}

impl<'py> Scene<'py> {
    /// An iterator over five more.
    fn steps(&self) -> Owned<'py, PyAny> {
        self.steps.call0().unwrap()
    }

    /// One more item.
    fn item(&self) -> Owned<'py, PyAny> {
        self.item.call0().unwrap()
    }
}

type Operation<C> = for<'py> fn(&Borrowed<'py, C>, &Scene<'py>) -> PyResult<'py, ()>;

/// An operation's name, the methods that have to run in it, and itself.
type Case<C> = (&'static str, &'static [&'static str], Operation<C>);

/// How containers of a kind are made and changed: Python functions `make()`, and a list of `change`s.
struct Kind {
    make: &'static str,
    changes: &'static [&'static str],
}

const METHODS: [&str; 5] = ["eq", "hash", "repr", "del", "next"];

fn check<C: Object + pyptr::TypeCheck>(kind: &Kind, cases: &[Case<C>]) {
    attached(|py| {
        let mut idle = Vec::new();
        for (name, fires, operation) in cases {
            let ns = namespace(py);
            exec(&ns, ITEMS);
            exec(&ns, kind.make);
            let [prepare, arm, disarm, item, steps] =
                ["prepare", "arm", "disarm", "Item", "Steps"].map(|name| eval(&ns, name));
            for change in kind.changes {
                let code = eval(&ns, &format!("lambda items: {change}"));
                for (method, same) in METHODS.iter().flat_map(|m| [(m, false), (m, true)]) {
                    let prepared: (Owned<'_, PyAny>, Owned<'_, PyAny>, Owned<'_, PyAny>) =
                        prepare.call0().unwrap().extract().unwrap();
                    let items = prepared.0.cast_into::<C>().unwrap();
                    let scene = Scene {
                        probe: prepared.1,
                        other: prepared.2,
                        item: item.to_owned(),
                        steps: steps.to_owned(),
                    };
                    let method_name = PyString::new(py, method).unwrap();
                    drop(arm.call([method_name.as_any(), &code, py.bool(same).as_any()]));
                    // An error, such as that of an item that is missing, is a result like any other.
                    drop(operation(&items, &scene));
                    drop(disarm.call0().unwrap());
                    // Still what it says it is.
                    assert!(items.as_any().repr().is_ok());
                    assert_eq!(items.refcount(), 1, "{name}, {method}: {change}");
                    drop((items, scene));
                    let live: i64 = eval(&ns, "live").extract().unwrap();
                    assert_eq!(live, 0, "{name}, {method}: {change}");
                }
            }
            let fired = eval(&ns, "' '.join(sorted(fired))").str().unwrap();
            let fired = fired.to_str().unwrap();
            if !fires.iter().all(|method| fired.contains(method)) {
                idle.push(format!("{name}: {fired}"));
            }
        }
        assert!(idle.is_empty(), "these alone ran: {idle:#?}");
    });
}

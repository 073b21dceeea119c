//! The classes in pyptr.

#![forbid(unsafe_code)]

use pyptr::class::{ClassRef, Scalar, Slot};
use pyptr::error::{PyIndexError, PyValueError};
use pyptr::export::ModuleRef;
use pyptr::types::{PyAny, PyTuple};
use pyptr::{Borrowed, Owned, PyResult, Python, Shared};

#[allow(dead_code)]
pub struct Empty {
    value: i64,
}
pyptr::traverse!(Empty { value });

impl Empty {
    fn new() -> Empty {
        Empty { value: 0 }
    }
}

pub struct Num {
    value: i64,
}
pyptr::traverse!(Num { value });

impl Num {
    fn new(value: i64) -> Num {
        Num { value }
    }

    fn touch<'py>(&self, py: Python<'py>) -> PyResult<'py, ()> {
        if self.value < 0 {
            return Err(py.raise::<PyValueError>("negative"));
        }
        Ok(())
    }

    fn plus(&self, other: i64) -> i64 {
        self.value.wrapping_add(other)
    }

    fn value(&self) -> i64 {
        self.value
    }

    fn eq(&self, other: &Borrowed<'_, Num>) -> bool {
        self.value == other.payload().value
    }

    fn add<'py>(
        &self,
        other: &Borrowed<'py, Num>,
        class: ClassRef<'_, 'py, Num>,
    ) -> PyResult<'py, Owned<'py, Num>> {
        class.instance(Num {
            value: self.value.wrapping_add(other.payload().value),
        })
    }

    fn hash(&self) -> isize {
        self.value as isize
    }

    fn bool(&self) -> bool {
        self.value != 0
    }
}

pub struct Node {
    left: Shared<PyAny>,
    any: Slot<PyAny>,
}
pyptr::traverse!(Node { left, any });

impl Node {
    fn new(left: Shared<PyAny>, any: Shared<PyAny>) -> Node {
        Node {
            left,
            any: any.into(),
        }
    }

    fn any<'py>(this: &Borrowed<'py, Node>) -> Option<Owned<'py, PyAny>> {
        this.payload().any.get(this.py())
    }

    fn set_any(&self, value: Owned<'_, PyAny>) {
        self.any.set(value);
    }
}

pub struct Upto {
    end: i64,
}
pyptr::traverse!(Upto { end });

impl Upto {
    fn new(end: i64) -> Upto {
        Upto { end }
    }

    fn iter<'py>(&self, module: ModuleRef<'_, 'py, ()>) -> PyResult<'py, Owned<'py, Counter>> {
        module.class::<Counter>()?.instance(Counter {
            next: Scalar::new(0),
            end: self.end,
        })
    }
}

pub struct Counter {
    next: Scalar<i64>,
    end: i64,
}
pyptr::traverse!(Counter { next, end });

impl Counter {
    fn iter<'py>(this: &Borrowed<'py, Counter>) -> Owned<'py, Counter> {
        this.to_owned()
    }

    fn next(&self) -> Option<i64> {
        let next = self.next.get();
        if next >= self.end {
            return None;
        }
        self.next.set(next + 1);
        Some(next)
    }
}

pub struct Items {
    items: Box<[Shared<PyAny>]>,
}
pyptr::traverse!(Items { items });

impl Items {
    fn new(items: &Borrowed<'_, PyTuple>) -> Items {
        Items {
            items: items
                .iter()
                .map(|item| item.to_owned().into_shared())
                .collect(),
        }
    }

    fn len(&self) -> usize {
        self.items.len()
    }

    fn get<'py>(&self, py: Python<'py>, index: isize) -> PyResult<'py, Owned<'py, PyAny>> {
        let at = if index < 0 {
            index.wrapping_add_unsigned(self.items.len())
        } else {
            index
        };
        match self.items.get(at as usize) {
            Some(item) => Ok(item.bind(py).to_owned()),
            None => Err(py.raise::<PyIndexError>("out of range")),
        }
    }
}

pyptr::class! {
    class Empty {
        new();
    }
}

pyptr::class! {
    #[flags(subclass)]
    class Num {
        new(value, /);
        fn touch(self, py: Python);
        fn plus(self, other, /);
        property value = Num::value;
        __eq__(self, other) = Num::eq;
        __add__(self, other, class: Class) = Num::add;
        __hash__(self) = Num::hash;
        __bool__(self) = Num::bool;
    }
}

pyptr::class! {
    #[flags(weakref)]
    class Node {
        new(left, any, /);
        property any = Node::any, Node::set_any;
    }
}

pyptr::class! {
    class Upto {
        new(end, /);
        __iter__(self, module: Module) = Upto::iter;
    }
}

pyptr::class! {
    class Counter {
        __iter__(self) = Counter::iter;
        __next__(self) = Counter::next;
    }
}

pyptr::class! {
    class Items {
        new(items, /);
        __len__(self) = Items::len;
        __getitem__(self, py: Python, index) = Items::get;
    }
}

pyptr::module! {
    pub mod by_pyptr {
        gil: not_used;
        class Empty;
        class Num;
        class Node;
        class Upto;
        class Counter;
        class Items;
    }
}

//! The small extension with three classes.

#![forbid(unsafe_code)]

use pyptr::class::{ClassRef, Scalar, Slot};
use pyptr::error::PyValueError;
use pyptr::types::{PyAny, PyString};
use pyptr::{Borrowed, Owned, PyResult, Shared};

fn add(a: i64, b: i64) -> i64 {
    a.wrapping_add(b)
}

fn shout<'py>(text: &Borrowed<'py, PyString>) -> PyResult<'py, Owned<'py, PyString>> {
    if text.is_empty() {
        return Err(text.py().raise::<PyValueError>("nothing to shout"));
    }
    text.concat_str("!")
}

pub struct Counter {
    count: Scalar<i64>,
}
pyptr::traverse!(Counter { count });

impl Counter {
    fn new(count: i64) -> Counter {
        Counter {
            count: Scalar::new(count),
        }
    }

    fn increment(&self, by: i64) -> i64 {
        self.count.update(|count| count.wrapping_add(by))
    }

    fn count(&self) -> i64 {
        self.count.get()
    }
}

pub struct Point {
    x: i64,
    y: i64,
}
pyptr::traverse!(Point { x, y });

impl Point {
    fn new(x: i64, y: i64) -> Point {
        Point { x, y }
    }

    fn x(&self) -> i64 {
        self.x
    }

    fn y(&self) -> i64 {
        self.y
    }

    fn repr(&self) -> String {
        format!("Point({}, {})", self.x, self.y)
    }

    fn eq(&self, other: &Borrowed<'_, Point>) -> bool {
        let other = other.payload();
        (self.x, self.y) == (other.x, other.y)
    }

    fn hash(&self) -> isize {
        (self.x ^ self.y) as isize
    }

    fn add<'py>(
        &self,
        other: &Borrowed<'py, Point>,
        class: ClassRef<'_, 'py, Point>,
    ) -> PyResult<'py, Owned<'py, Point>> {
        let other = other.payload();
        class.instance(Point {
            x: self.x.wrapping_add(other.x),
            y: self.y.wrapping_add(other.y),
        })
    }
}

pub struct Node {
    value: Shared<PyAny>,
    next: Slot<PyAny>,
}
pyptr::traverse!(Node { value, next });

impl Node {
    fn new(value: Shared<PyAny>) -> Node {
        Node {
            value,
            next: Slot::new(),
        }
    }

    fn next<'py>(this: &Borrowed<'py, Node>) -> Option<Owned<'py, PyAny>> {
        this.payload().next.get(this.py())
    }

    fn set_next(&self, next: Owned<'_, PyAny>) {
        self.next.set(next);
    }
}

pyptr::class! {
    /// Counts.
    class Counter {
        new(count = 0);
        /// Adds to the count.
        fn increment(self, by = 1);
        property count = Counter::count;
    }
}

pyptr::class! {
    /// A point.
    class Point {
        new(x, y);
        property x = Point::x;
        property y = Point::y;
        __repr__(self) = Point::repr;
        __eq__(self, other) = Point::eq;
        __hash__(self) = Point::hash;
        __add__(self, other, class: Class) = Point::add;
    }
}

pyptr::class! {
    /// A node of a list.
    #[flags(weakref)]
    class Node {
        new(value, /);
        field value;
        property next = Node::next, Node::set_next;
    }
}

pyptr::module! {
    mod small {
        class Counter;
        class Point;
        class Node;
        /// Adds two ints.
        fn add(a, b);
        /// Adds an exclamation mark.
        fn shout(text, /);
    }
}

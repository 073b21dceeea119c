//! An extension module of classes with planted bugs, each in a method or slot of its own. What `pytest --refs` and
//! `--refs-faults` say about it is in `tests/python/test_classes.py`, which finds each line by its `// slip:` comment.
//!
//! ```text
//! cargo build --release --example classes --features ledger
//! cp target/release/examples/libclasses.so classes.so        # libclasses.dylib on macOS
//! ```

use std::mem;

use pyptr::class::{ClassRef, Locked, Slot};
use pyptr::ledger::CountingAllocator;
use pyptr::manual::Ptr;
use pyptr::types::{PyAny, PyBytes, PyType};
use pyptr::{Borrowed, Owned, PyResult, Python, Shared};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::new();

/// An instance whose functions have bugs.
struct Bag {
    items: Locked<Vec<Shared<PyAny>>>,
}

pyptr::traverse!(Bag { items });

/// A new object that nobody releases.
#[track_caller]
fn forget<'py>(py: Python<'py>, text: &str) -> PyResult<'py, usize> {
    let bytes = PyBytes::new(py, text.as_bytes())?;
    Ok(mem::ManuallyDrop::new(bytes).len())
}

impl Bag {
    fn new(py: Python<'_>, forgetful: bool) -> PyResult<'_, Bag> {
        if forgetful {
            forget(py, "in new")?; // slip: new
        }
        let items = Locked::default();
        Ok(Bag { items })
    }

    fn method<'py>(this: &Borrowed<'py, Bag>) -> PyResult<'py, usize> {
        forget(this.py(), "in a method") // slip: method
    }

    fn classmethod<'py>(class: &Borrowed<'py, PyType>) -> PyResult<'py, usize> {
        forget(class.py(), "in a class method") // slip: classmethod
    }

    fn make<'py>(py: Python<'py>) -> PyResult<'py, usize> {
        forget(py, "in a static method") // slip: static
    }

    fn size<'py>(this: &Borrowed<'py, Bag>) -> PyResult<'py, usize> {
        forget(this.py(), "in a getter") // slip: getter
    }

    fn set_size(this: &Borrowed<'_, Bag>, size: usize) {
        let text = size.to_string();
        let _ = forget(this.py(), &text); // slip: setter
    }

    fn len<'py>(this: &Borrowed<'py, Bag>) -> PyResult<'py, usize> {
        forget(this.py(), "in a slot") // slip: slot
    }

    fn add<'py>(this: &Borrowed<'py, Bag>, _other: usize) -> PyResult<'py, usize> {
        forget(this.py(), "in an operator") // slip: operator
    }

    fn call<'py>(this: &Borrowed<'py, Bag>) -> PyResult<'py, usize> {
        forget(this.py(), "in a call") // slip: call
    }

    /// An instance that nobody releases.
    fn copy<'py>(class: ClassRef<'_, 'py, Bag>) -> PyResult<'py, bool> {
        let items = Locked::default();
        let copy = class.instance(Bag { items })?; // slip: instance
        Ok(mem::ManuallyDrop::new(copy).is_none())
    }

    /// Releases a reference to its argument that is not its own.
    fn put(this: &Borrowed<'_, Bag>, item: &Borrowed<'_, PyAny>) {
        let _ = this;
        // SAFETY: there is none: the reference is the caller's.
        unsafe { Ptr::from_borrowed(item).decref() }; // slip: decref
    }

    /// Nothing is wrong with it, nor with the cycle that it can be in.
    fn push<'py>(this: &Borrowed<'py, Bag>, item: Shared<PyAny>) -> PyResult<'py, ()> {
        this.payload().items.lock(this.py())?.push(item);
        Ok(())
    }

    /// Nothing is wrong with it, whichever allocation fails.
    fn pair<'py>(this: &Borrowed<'py, Bag>) -> PyResult<'py, [Owned<'py, PyBytes>; 2]> {
        let py = this.py();
        Ok([PyBytes::new(py, b"left")?, PyBytes::new(py, b"right")?])
    }

    /// The first object is released on the way to success only.
    fn getitem<'py>(this: &Borrowed<'py, Bag>, index: usize) -> PyResult<'py, usize> {
        let first = Ptr::from_owned(PyBytes::new(this.py(), b"the first one")?); // slip: fault
        let second = PyBytes::new(this.py(), b"the second one")?;
        // SAFETY: the reference from above.
        unsafe { first.decref() };
        Ok(second.len() + index)
    }

    /// A failure is taken for impossible.
    fn unwraps<'py>(this: &Borrowed<'py, Bag>) -> usize {
        PyBytes::new(this.py(), b"bytes").unwrap().len()
    }
}

/// A class that hides its field from the collector.
struct Hiding {
    field: Slot<PyAny>,
}

pyptr::traverse!(Hiding { field: _ });

impl Hiding {
    fn new() -> Hiding {
        Hiding { field: Slot::new() }
    }

    fn keep(&self, object: &Borrowed<'_, PyAny>) {
        self.field.set(object.to_owned()); // slip: hidden
    }
}

/// The same beside a field that the collector sees.
struct HalfHiding {
    seen: Slot<PyAny>,
    hidden: Slot<PyAny>,
}

pyptr::traverse!(HalfHiding { seen, hidden: _ });

impl HalfHiding {
    fn new() -> HalfHiding {
        HalfHiding {
            seen: Slot::new(),
            hidden: Slot::new(),
        }
    }

    fn keep(&self, object: &Borrowed<'_, PyAny>) {
        self.seen.set(object.py().none().to_owned().into_any());
        self.hidden.set(object.to_owned()); // slip: half hidden
    }
}

pyptr::class! {
    /// Its functions have bugs.
    #[flags(subclass)]
    class Bag {
        new(py: Python, forgetful = false);
        fn method(self);
        classmethod classmethod(self);
        static make(py: Python);
        property size = Bag::size, Bag::set_size;
        fn copy(class: Class);
        fn put(self, item, /);
        fn push(self, item, /);
        fn pair(self);
        fn unwraps(self);
        __len__(self) = Bag::len;
        __add__(self, other) = Bag::add;
        __call__(self) = Bag::call;
        __getitem__(self, index) = Bag::getitem;
    }
}

pyptr::class! {
    /// Hides its field from the collector.
    class Hiding {
        new();
        fn keep(self, object, /);
    }
}

pyptr::class! {
    /// Hides one of its fields from the collector.
    class HalfHiding {
        new();
        fn keep(self, object, /);
    }
}

pyptr::module! {
    /// Classes with bugs.
    mod classes {
        class Bag;
        class Hiding;
        class HalfHiding;
    }
}

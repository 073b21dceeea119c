//! The classes that the tests are about.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};

use pyptr::class::{ClassRef, Locked, Scalar, Slot};
use pyptr::error::{PyIndexError, PyValueError};
use pyptr::export::ModuleRef;
use pyptr::types::{PyAny, PyDict, PyType};
use pyptr::{Borrowed, Owned, PyResult, Python, Shared};

/// A plain value, which the collector does not know. Python classes can be derived.
pub struct Num {
    value: i64,
}
pyptr::traverse!(Num { value });

impl Num {
    fn new(value: i64) -> Num {
        Num { value }
    }

    fn checked<'py>(py: Python<'py>, value: i64) -> PyResult<'py, Num> {
        match value {
            13 => Err(py.raise::<PyValueError>("13")),
            14 => panic!("fourteen"),
            value => Ok(Num { value }),
        }
    }

    pub fn value(&self) -> i64 {
        self.value
    }

    fn plus<'py>(this: &Borrowed<'py, Num>, by: i64) -> PyResult<'py, Owned<'py, Num>> {
        this.own_class()
            .instance(Num::new(this.payload().value + by))
    }

    fn scaled(&self, by: i64, offset: i64, negative: bool) -> i64 {
        let scaled = self.value * by + offset;
        if negative { -scaled } else { scaled }
    }

    fn panics(&self) -> i64 {
        panic!("in a method")
    }

    fn zero<'py>(class: ClassRef<'_, 'py, Num>) -> PyResult<'py, Owned<'py, Num>> {
        class.instance(Num::new(0))
    }

    fn called_on<'py>(class: &Borrowed<'py, PyType>) -> Owned<'py, PyType> {
        class.to_owned()
    }

    fn twice(value: i64) -> i64 {
        2 * value
    }

    fn made_of<'py>(class: ClassRef<'_, 'py, Num>, value: i64) -> PyResult<'py, Owned<'py, Num>> {
        class.instance(Num::new(value))
    }

    fn of_module<'py>(
        this: &Borrowed<'py, Num>,
        module: ModuleRef<'_, 'py, State>,
    ) -> PyResult<'py, Owned<'py, Pair>> {
        let value = this.new_ref().into_any().into_shared();
        module.class::<Pair>()?.instance(Pair::of(value))
    }

    fn add<'py>(
        this: &Borrowed<'py, Num>,
        other: &Borrowed<'py, Num>,
    ) -> PyResult<'py, Owned<'py, Num>> {
        Num::plus(this, other.payload().value)
    }

    fn subtract(&self, other: i64) -> i64 {
        self.value - other
    }

    fn reflected_subtract(&self, other: i64) -> i64 {
        other - self.value
    }

    fn power(&self, exponent: u32, modulo: Option<i64>) -> i64 {
        let power = self.value.pow(exponent);
        modulo.map_or(power, |modulo| power % modulo)
    }

    fn reflected_power(&self, base: i64) -> i64 {
        base.pow(self.value as u32)
    }

    fn multiply_in_place<'py>(
        this: &Borrowed<'py, Num>,
        by: i64,
    ) -> PyResult<'py, Owned<'py, Num>> {
        this.own_class()
            .instance(Num::new(this.payload().value * by))
    }

    fn equal(&self, other: &Borrowed<'_, Num>) -> bool {
        self.value == other.payload().value
    }

    fn less(&self, other: &Borrowed<'_, Num>) -> bool {
        self.value < other.payload().value
    }

    fn hash(&self) -> isize {
        self.value as isize
    }

    fn repr(&self) -> String {
        format!("Num({})", self.value)
    }

    fn truth(&self) -> bool {
        self.value != 0
    }

    fn negative<'py>(this: &Borrowed<'py, Num>) -> PyResult<'py, Owned<'py, Num>> {
        this.own_class().instance(Num::new(-this.payload().value))
    }
}

pyptr::class! {
    /// A number.
    #[flags(subclass)]
    #[state(State)]
    class Num {
        new(py: Python, value = 0) = Num::checked;
        /// The sum.
        fn plus(self, by, /);
        /// By position and by name.
        fn scaled(self, by, /, offset = 0, *, negative = false);
        fn value(self);
        fn panics(self);
        fn of_module(self, module: Module);
        /// Zero.
        classmethod zero(self);
        classmethod called_on(self);
        /// Twice `value`.
        static twice(value, /);
        classmethod made_of(class: Class, value, /);
        const LIMIT = 1 << 20;
        const __match_args__ = ("number",);
        /// The number.
        property number = Num::value;
        __add__(self, other) = Num::add;
        __sub__(self, other) = Num::subtract;
        __rsub__(self, other) = Num::reflected_subtract;
        __rmatmul__(self, other) = Num::reflected_subtract;
        __pow__(self, exponent, modulo) = Num::power;
        __rpow__(self, base) = Num::reflected_power;
        __imul__(self, by) = Num::multiply_in_place;
        __neg__(self) = Num::negative;
        __eq__(self, other) = Num::equal;
        __lt__(self, other) = Num::less;
        __hash__(self) = Num::hash;
        __repr__(self) = Num::repr;
        __bool__(self) = Num::truth;
        __index__(self) = Num::value;
        __int__(self) = Num::value;
    }
}

/// Instances of [`Pair`] that were dropped: their plain field has a `Drop`.
pub static DROPPED: AtomicUsize = AtomicUsize::new(0);

struct Counted;

impl Drop for Counted {
    fn drop(&mut self) {
        DROPPED.fetch_add(1, Ordering::SeqCst);
    }
}

/// References in each kind of cell, with everything that an instance can have.
pub struct Pair {
    first: Shared<PyAny>,
    second: Option<Shared<PyAny>>,
    slot: Slot<PyAny>,
    items: Locked<Vec<Shared<PyAny>>>,
    hits: Scalar<usize>,
    counted: Counted,
}
pyptr::traverse!(Pair {
    first,
    second,
    slot,
    items,
    hits,
    counted: _
});

impl Pair {
    pub fn of(first: Shared<PyAny>) -> Pair {
        Pair {
            first,
            second: None,
            slot: Slot::new(),
            items: Locked::default(),
            hits: Scalar::new(0),
            counted: Counted,
        }
    }

    fn new(first: Shared<PyAny>, second: Option<Shared<PyAny>>) -> Pair {
        Pair {
            second,
            ..Pair::of(first)
        }
    }

    fn second<'py>(this: &Borrowed<'py, Pair>) -> Option<Owned<'py, PyAny>> {
        let second = this.payload().second.as_ref()?;
        Some(second.bind(this.py()).to_owned())
    }

    fn slot<'py>(this: &Borrowed<'py, Pair>) -> Option<Owned<'py, PyAny>> {
        this.payload().slot.get(this.py())
    }

    fn set_slot(&self, object: Owned<'_, PyAny>) {
        self.slot.set(object);
    }

    fn delete_slot(this: &Borrowed<'_, Pair>) {
        this.payload().slot.take(this.py());
    }

    fn hits(&self) -> usize {
        self.hits.get()
    }

    fn set_hits(&self, hits: usize) {
        self.hits.set(hits);
    }

    fn hit(&self) -> usize {
        self.hits.update(|hits| hits + 1)
    }

    fn push<'py>(this: &Borrowed<'py, Pair>, item: Shared<PyAny>) -> PyResult<'py, ()> {
        this.payload().items.lock(this.py())?.push(item);
        Ok(())
    }

    fn pop<'py>(this: &Borrowed<'py, Pair>) -> PyResult<'py, Option<Shared<PyAny>>> {
        Ok(this.payload().items.lock(this.py())?.pop())
    }

    /// Calls back while the lock is taken.
    fn with_lock<'py>(
        this: &Borrowed<'py, Pair>,
        call: &Borrowed<'py, PyAny>,
    ) -> PyResult<'py, Owned<'py, PyAny>> {
        let _items = this.payload().items.lock(this.py())?;
        call.call0()
    }

    /// The length of the items, after Python code has run that may release this instance.
    fn after<'py>(&self, call: &Borrowed<'py, PyAny>) -> PyResult<'py, usize> {
        call.call0()?;
        Ok(self.items.lock(call.py())?.len() + self.hits.get())
    }

    fn len<'py>(this: &Borrowed<'py, Pair>) -> PyResult<'py, usize> {
        Ok(this.payload().items.lock(this.py())?.len())
    }

    fn item<'py>(this: &Borrowed<'py, Pair>, index: usize) -> PyResult<'py, Owned<'py, PyAny>> {
        let items = this.payload().items.lock(this.py())?;
        match items.get(index) {
            Some(item) => Ok(item.bind(this.py()).to_owned()),
            None => Err(this.py().raise::<PyIndexError>("no such item")),
        }
    }

    fn set_item<'py>(
        this: &Borrowed<'py, Pair>,
        index: usize,
        value: Shared<PyAny>,
    ) -> PyResult<'py, ()> {
        let mut items = this.payload().items.lock(this.py())?;
        let Some(item) = items.get_mut(index) else {
            return Err(this.py().raise::<PyIndexError>("no such item"));
        };
        let old = std::mem::replace(item, value);
        drop(items);
        drop(old);
        Ok(())
    }

    fn delete_item<'py>(this: &Borrowed<'py, Pair>, index: usize) -> PyResult<'py, ()> {
        let mut items = this.payload().items.lock(this.py())?;
        if index >= items.len() {
            return Err(this.py().raise::<PyIndexError>("no such item"));
        }
        let old = items.remove(index);
        drop(items);
        drop(old);
        Ok(())
    }

    fn contains<'py>(
        this: &Borrowed<'py, Pair>,
        object: &Borrowed<'py, PyAny>,
    ) -> PyResult<'py, bool> {
        let items = this.payload().items.lock(this.py())?;
        Ok(items.iter().any(|item| item.bind(this.py()).is(object)))
    }

    fn iter<'py>(this: &Borrowed<'py, Pair>) -> Owned<'py, Pair> {
        this.to_owned()
    }

    fn call<'py>(
        this: &Borrowed<'py, Pair>,
        left: i64,
        right: i64,
    ) -> PyResult<'py, (i64, Owned<'py, PyAny>)> {
        Ok((
            left * right,
            this.payload().first.bind(this.py()).to_owned(),
        ))
    }
}

pyptr::class! {
    /// Two objects and more.
    #[flags(subclass, weakref, dict)]
    class Pair {
        new(first = Python::attach(|py| py.none().to_owned().into_any().into_shared()), second = None);
        /// The first object.
        field first;
        property second = Pair::second;
        property slot = Pair::slot, Pair::set_slot, Pair::delete_slot;
        property hits = Pair::hits, Pair::set_hits;
        fn hit(self);
        fn push(self, item, /);
        fn pop(self);
        fn with_lock(self, call, /);
        fn after(self, call, /);
        __len__(self) = Pair::len;
        __getitem__(self, index) = Pair::item;
        __setitem__(self, index, value) = Pair::set_item;
        __delitem__(self, index) = Pair::delete_item;
        __contains__(self, object) = Pair::contains;
        __iter__(self) = Pair::iter;
        __next__(self) = Pair::pop;
        __call__(self, left, right = 2) = Pair::call;
    }
}

/// An attribute hook for each of the four, a descriptor, a buffer, and a finaliser.
pub struct Hooks {
    names: Slot<PyDict>,
    bytes: Vec<u8>,
    on_end: Option<Shared<PyAny>>,
}
pyptr::traverse!(Hooks {
    names,
    bytes,
    on_end
});

impl Hooks {
    fn new<'py>(
        py: Python<'py>,
        bytes: &[u8],
        on_end: Option<Shared<PyAny>>,
    ) -> PyResult<'py, Hooks> {
        let hooks = Hooks {
            names: Slot::new(),
            bytes: bytes.to_vec(),
            on_end,
        };
        hooks.names.set(PyDict::new(py)?);
        Ok(hooks)
    }

    fn names<'py>(this: &Borrowed<'py, Hooks>) -> Owned<'py, PyDict> {
        this.payload().names.get(this.py()).expect("made by `new`")
    }

    fn get_missing<'py>(
        this: &Borrowed<'py, Hooks>,
        name: &Borrowed<'py, PyAny>,
    ) -> PyResult<'py, Owned<'py, PyAny>> {
        Hooks::names(this).get_item(name)
    }

    fn set<'py>(
        this: &Borrowed<'py, Hooks>,
        name: &Borrowed<'py, PyAny>,
        value: &Borrowed<'py, PyAny>,
    ) -> PyResult<'py, ()> {
        Hooks::names(this).set(name, value)
    }

    fn delete<'py>(this: &Borrowed<'py, Hooks>, name: &Borrowed<'py, PyAny>) -> PyResult<'py, ()> {
        Hooks::names(this).del_item(name)
    }

    fn descriptor_get<'py>(
        this: &Borrowed<'py, Hooks>,
        object: &Borrowed<'py, PyAny>,
        class: &Borrowed<'py, PyAny>,
    ) -> (Owned<'py, Hooks>, Owned<'py, PyAny>, Owned<'py, PyAny>) {
        (this.to_owned(), object.to_owned(), class.to_owned())
    }

    fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn end<'py>(this: &Borrowed<'py, Hooks>) -> PyResult<'py, ()> {
        match &this.payload().on_end {
            Some(call) => call.bind(this.py()).call1(this).map(drop),
            None => Ok(()),
        }
    }
}

pyptr::class! {
    #[flags(weakref)]
    class Hooks {
        new(py: Python, bytes = b"", on_end = None);
        __getattr__(self, name) = Hooks::get_missing;
        __setattr__(self, name, value) = Hooks::set;
        __delattr__(self, name) = Hooks::delete;
        __get__(self, object, owner) = Hooks::descriptor_get;
        __buffer__(self) = Hooks::bytes;
        __del__(self) = Hooks::end;
    }
}

/// An iterator of numbers, which cannot be made from Python.
pub struct Numbers {
    next: Scalar<u32>,
    end: u32,
}
pyptr::traverse!(Numbers { next, .. });

impl Numbers {
    fn next(&self) -> Option<u32> {
        let next = self.next.update(|next| next.saturating_add(1));
        (next < self.end).then_some(next)
    }

    fn iter<'py>(this: &Borrowed<'py, Numbers>) -> Owned<'py, Numbers> {
        this.to_owned()
    }
}

pyptr::class! {
    class Numbers {
        __iter__(self) = Numbers::iter;
        __next__(self) = Numbers::next;
    }
}

/// Nothing at all, in the smallest class.
#[derive(Default)]
pub struct Empty;
pyptr::traverse!(Empty);

impl Empty {
    fn new() -> Empty {
        Empty
    }
}

pyptr::class! {
    #[flags(subclass)]
    class Empty {
        new();
    }
}

/// As large as [`Num`]: two classes of one layout.
pub struct Other {
    value: i64,
}
pyptr::traverse!(Other { value });

impl Other {
    /// Two values that are converted one after the other.
    fn new(value: i64, beside: &str) -> Other {
        let value = value + beside.len() as i64;
        Other { value }
    }

    fn value(&self) -> i64 {
        self.value
    }
}

pyptr::class! {
    #[flags(subclass)]
    class Other {
        new(value = 0, beside = "");
        property number = Other::value;
    }
}

/// Its field panics when it is dropped, if it is told to.
pub struct Bomb {
    panics: bool,
    after: Option<Shared<PyAny>>,
    fuse: Fuse,
}
pyptr::traverse!(Bomb {
    after,
    panics: _,
    fuse: _
});

struct Fuse(Cell<bool>);

// SAFETY: of a test: read by the thread that drops the instance alone.
unsafe impl Sync for Fuse {}

impl Drop for Fuse {
    fn drop(&mut self) {
        if self.0.get() {
            panic!("in a drop");
        }
    }
}

impl Bomb {
    fn new(panics: bool, after: Option<Shared<PyAny>>) -> Bomb {
        Bomb {
            panics,
            after,
            fuse: Fuse(Cell::new(panics)),
        }
    }

    fn panics(&self) -> bool {
        self.panics
    }
}

pyptr::class! {
    #[flags(weakref)]
    class Bomb {
        new(panics, after = None);
        property panics = Bomb::panics;
    }
}

/// A link of a chain whose reference the collector does not see.
pub struct Hidden {
    next: Option<Shared<PyAny>>,
}
pyptr::traverse!(Hidden { next: _ });

impl Hidden {
    fn new(next: Option<Shared<PyAny>>) -> Hidden {
        Hidden { next }
    }

    fn has_next(&self) -> bool {
        self.next.is_some()
    }
}

pyptr::class! {
    class Hidden {
        new(next = None);
        property has_next = Hidden::has_next;
    }
}

/// A plain value with a finaliser.
pub struct Ending {
    ends: Scalar<usize>,
}
pyptr::traverse!(Ending { ends });

/// Where [`Ending`]s go that end.
static BACK: Slot<PyAny> = Slot::new();

impl Ending {
    fn new() -> Ending {
        Ending {
            ends: Scalar::new(0),
        }
    }

    fn end(this: &Borrowed<'_, Ending>) {
        this.payload().ends.update(|ends| ends + 1);
        BACK.set(this.to_owned().into_any());
    }

    fn ends(&self) -> usize {
        self.ends.get()
    }

    /// The instance that came back last.
    fn back<'py>(py: Python<'py>) -> Option<Owned<'py, PyAny>> {
        BACK.take(py)
    }
}

pyptr::class! {
    class Ending {
        new();
        static back(py: Python);
        property ends = Ending::ends;
        __del__(self) = Ending::end;
    }
}

/// Values of an enum, and of a tuple struct, in a payload.
pub enum Tree {
    Leaf,
    One(Shared<PyAny>),
    Two {
        left: Shared<PyAny>,
        right: Labelled,
    },
}
pyptr::traverse!(enum Tree { Leaf, One(object), Two { left, right } });

pub struct Labelled(String, Shared<PyAny>);
pyptr::traverse!(Labelled(_, object));

impl Tree {
    fn new(left: Option<Shared<PyAny>>, right: Option<Shared<PyAny>>) -> Tree {
        match (left, right) {
            (Some(left), Some(right)) => Tree::Two {
                left,
                right: Labelled("right".to_owned(), right),
            },
            (Some(one), None) | (None, Some(one)) => Tree::One(one),
            (None, None) => Tree::Leaf,
        }
    }

    fn children<'py>(this: &Borrowed<'py, Tree>) -> Vec<Owned<'py, PyAny>> {
        let bind = |child: &Shared<PyAny>| child.bind(this.py()).to_owned();
        match this.payload() {
            Tree::Leaf => Vec::new(),
            Tree::One(one) => vec![bind(one)],
            Tree::Two { left, right } => {
                assert_eq!(right.0, "right");
                vec![bind(left), bind(&right.1)]
            }
        }
    }
}

pyptr::class! {
    #[flags(weakref, dict)]
    class Tree {
        new(left = None, right = None);
        property children = Tree::children;
    }
}

/// The state of the module, in which the collector sees the slot.
#[derive(Default)]
pub struct State {
    kept: Slot<PyAny>,
}
pyptr::traverse!(State { kept });

fn new_state<'py>(_module: &Borrowed<'py, pyptr::types::PyModule>) -> PyResult<'py, State> {
    Ok(State::default())
}

fn dropped() -> usize {
    DROPPED.load(Ordering::SeqCst)
}

fn keep(module: ModuleRef<'_, '_, State>, object: Owned<'_, PyAny>) {
    module.state().kept.set(object);
}

fn forget(module: ModuleRef<'_, '_, State>) {
    module.state().kept.take(module.py());
}

fn numbers<'py>(module: ModuleRef<'_, 'py, State>, end: u32) -> PyResult<'py, Owned<'py, Numbers>> {
    module.class::<Numbers>()?.instance(Numbers {
        next: Scalar::new(0),
        end,
    })
}

fn number_of(number: &Borrowed<'_, Num>) -> i64 {
    number.payload().value
}

pyptr::module! {
    /// Classes for tests.
    pub mod class_samples {
        state: State = new_state;
        gil: not_used;
        class Num;
        class Pair;
        class Hooks;
        class Numbers;
        class Empty;
        class Other;
        class Bomb;
        class Hidden;
        class Tree;
        class Ending;

        fn dropped();
        fn keep(self, object, /);
        fn forget(self);
        fn numbers(self, end, /);
        fn number_of(number, /);
    }
}

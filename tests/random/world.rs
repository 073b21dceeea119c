//! What a program works on: handles to objects, and Python classes that run more of the program wherever C lets
//! them.

use std::cell::{Cell, RefCell};
use std::marker::PhantomData;
use std::ops::Deref;
use std::ptr;
use std::sync::atomic::{AtomicIsize, Ordering};

use pyptr::types::*;
use pyptr::{Borrowed, Object, Owned, PyResult, Python, Shared, TypeCheck};

use crate::program::Instruction;

/// How many handles there are.
const SLOTS: usize = 12;
/// How deep the program may enter itself.
const DEPTH: usize = 3;

/// A reference that the program has.
pub enum Handle<'py> {
    Owned(Owned<'py, PyAny>),
    Shared(Shared<PyAny>),
}

impl<'py> Handle<'py> {
    fn get(&self, py: Python<'py>) -> &Borrowed<'py, PyAny> {
        match self {
            Handle::Owned(owned) => owned,
            Handle::Shared(shared) => shared.bind(py),
        }
    }
}

pub struct World<'py> {
    pub py: Python<'py>,
    pub classes: Owned<'py, PyDict>,
    slots: RefCell<Vec<Option<Handle<'py>>>>,
    next: Cell<usize>,
    program: RefCell<Vec<Instruction>>,
    position: Cell<usize>,
    pub depth: Cell<usize>,
}

/// How many instances of the classes there are. They may end on any thread.
static ALIVE: AtomicIsize = AtomicIsize::new(0);

thread_local! {
    static CURRENT: Cell<*const World<'static>> = const { Cell::new(ptr::null()) };
    static SAYING: Cell<bool> = const { Cell::new(false) };
}

/// Every instruction is printed before it is carried out.
pub fn say_what_runs() {
    SAYING.set(true);
}

const CLASSES: &std::ffi::CStr = cr#"
import gc, hooks
# Only when the program says so: the same program does the same each time.
gc.disable()

class Counted:
    __slots__ = ()
    def __new__(kind, *arguments, **names):
        hooks.born()
        return super().__new__(kind)
    def __init__(self, item=None):
        self.item = item
    def __del__(self):
        hooks.died()

class Node(Counted):
    pass

class Small(Counted):
    __slots__ = ('item', '__weakref__')

# Runs the program wherever it is asked anything.
class Odd(Node):
    def __del__(self):
        hooks.died()
        hooks.step()
    def __eq__(self, other):
        hooks.step()
        return self is other
    def __hash__(self):
        hooks.step()
        return 7
    def __lt__(self, other):
        hooks.step()
        return False
    def __bool__(self):
        hooks.step()
        return True
    def __len__(self):
        hooks.step()
        return 1
    def __index__(self):
        hooks.step()
        return 1
    def __iter__(self):
        hooks.step()
        yield self.item
        hooks.step()
        yield self
    def __call__(self, *args, **names):
        hooks.step()
        return args[0] if args else self.item
    def __repr__(self):
        hooks.step()
        return 'an odd object'
    def __getitem__(self, key):
        hooks.step()
        return self.item
    def __setitem__(self, key, value):
        self.item = value
        hooks.step()
    def __delitem__(self, key):
        self.item = None
        hooks.step()
    def __contains__(self, item):
        hooks.step()
        return item is self.item
    def __add__(self, other):
        hooks.step()
        return [self, other]
    __radd__ = __iadd__ = __add__
    def __getattr__(self, name):
        hooks.step()
        raise AttributeError(name)

# Returns itself after some calls.
class Calls(Node):
    left = 3
    def __call__(self):
        hooks.step()
        self.left -= 1
        return self if self.left < 0 else self.item

# Subclasses of what C knows.
class OddList(list):
    def __iter__(self):
        hooks.step()
        return super().__iter__()
class OddDict(dict):
    # `check.rs` takes all that it refers to for items.
    __slots__ = ()
    def __missing__(self, key):
        hooks.step()
        return key
class OddTuple(tuple):
    pass
class OddText(str):
    def __hash__(self):
        hooks.step()
        return 5
    def __eq__(self, other):
        hooks.step()
        return self is other
"#;

fn born() {
    ALIVE.fetch_add(1, Ordering::Relaxed);
}

fn died() {
    ALIVE.fetch_sub(1, Ordering::Relaxed);
}

fn step() {
    let world = CURRENT.get();
    // SAFETY: `World::run` keeps it until the program has ended, on this thread.
    if let Some(world) = unsafe { world.as_ref() } {
        world.step();
    }
}

fn lend<'py>(
    object: &Borrowed<'py, PyAny>,
    other: Option<&Borrowed<'py, PyAny>>,
) -> Owned<'py, PyAny> {
    step();
    other.unwrap_or(object).new_ref()
}

fn give<'py>(object: Owned<'py, PyAny>, times: i64) -> PyResult<'py, Owned<'py, PyAny>> {
    step();
    match times {
        0 => Ok(object),
        _ => Ok(PyList::from_owned(object.py(), [object.new_ref(), object])?.into_any()),
    }
}

fn text(text: &str, bytes: Option<&[u8]>) -> String {
    step();
    format!("{text}{}", bytes.map_or(0, <[u8]>::len))
}

fn many<'py>(objects: Vec<Owned<'py, PyAny>>) -> Vec<Owned<'py, PyAny>> {
    step();
    objects
}

fn pair<'py>(pair: (&Borrowed<'py, PyAny>, &Borrowed<'py, PyAny>)) -> Owned<'py, PyAny> {
    step();
    pair.1.new_ref()
}

fn fail<'py>(object: &Borrowed<'py, PyAny>) -> PyResult<'py, Owned<'py, PyAny>> {
    step();
    Ok(object.cast::<PyBool>()?.new_ref().into_any())
}

pyptr::module! {
    pub mod hooks {
        gil: not_used;
        fn born();
        fn died();
        fn step();
        fn lend(object, other = None);
        fn give(object, /, times = 0);
        fn text(text, /, *, bytes = None);
        fn many(objects, /);
        fn pair(pair, /);
        fn fail(object, /);
    }
}

impl<'py> World<'py> {
    pub fn new(py: Python<'py>) -> World<'py> {
        let classes = PyDict::new(py).unwrap();
        py.run(CLASSES, Some(&classes), None).unwrap();
        World {
            py,
            classes,
            slots: RefCell::new((0..SLOTS).map(|_| None).collect()),
            next: Cell::new(0),
            program: RefCell::new(Vec::new()),
            position: Cell::new(0),
            depth: Cell::new(0),
        }
    }

    /// Runs a program, and `each` after each of its instructions.
    pub fn run(&self, program: &[Instruction], mut each: impl FnMut(&World<'py>, usize)) {
        CURRENT.set(ptr::from_ref(self).cast());
        *self.program.borrow_mut() = program.to_vec();
        self.position.set(0);
        self.next.set(0);
        while self.position.get() < program.len() {
            let position = self.position.get();
            self.execute();
            each(self, position);
        }
        for index in 0..SLOTS {
            let handle = self.slots.borrow_mut()[index].take();
            drop(handle);
        }
        CURRENT.set(ptr::null());
        // What the ends of objects have added meanwhile.
        for index in 0..SLOTS {
            let handle = self.slots.borrow_mut()[index].take();
            drop(handle);
        }
    }

    fn execute(&self) {
        let position = self.position.get();
        let Some(instruction) = self.program.borrow().get(position).copied() else {
            return;
        };
        self.position.set(position + 1);
        if SAYING.get() {
            let (name, depth) = (crate::ops::name(instruction), self.depth.get());
            let handles = self.addresses().into_iter().map(crate::check::name);
            println!(
                "{position}: {:1$}{name} {instruction:?} {2:?}",
                "",
                2 * depth,
                handles.collect::<Vec<_>>()
            );
        }
        crate::ops::execute(self, instruction);
    }

    /// The next instruction of the program, inside of another one.
    pub fn step(&self) {
        if self.depth.get() < DEPTH {
            self.depth.set(self.depth.get() + 1);
            self.execute();
            self.depth.set(self.depth.get() - 1);
        }
    }

    pub fn alive() -> isize {
        ALIVE.load(Ordering::Relaxed)
    }

    /// The addresses of the objects that handles refer to, one for each handle.
    pub fn addresses(&self) -> Vec<*mut pyptr::ffi::PyObject> {
        let slots = self.slots.borrow();
        let handles = slots.iter().flatten();
        handles.map(|handle| handle.get(self.py).as_ptr()).collect()
    }

    /// Adds a handle; the one that has been there for longest goes.
    pub fn put(&self, handle: Handle<'py>) {
        let next = self.next.get();
        self.next.set((next + 1) % SLOTS);
        let old = self.slots.borrow_mut()[next].replace(handle);
        drop(old);
    }

    pub fn keep<T: Object>(&self, object: Owned<'py, T>) {
        self.put(Handle::Owned(object.into_any()));
    }

    pub fn keep_result<T: Object>(&self, object: PyResult<'py, Owned<'py, T>>) {
        if let Ok(object) = object {
            self.keep(object);
        }
    }

    /// Takes a handle out, until the result is dropped: what runs meanwhile cannot have it.
    pub fn any(&self, which: u8) -> Held<'_, 'py, PyAny> {
        self.find(which)
            .unwrap_or_else(|| self.holding(SLOTS, self.fresh(which)))
    }

    fn find<T: TypeCheck>(&self, which: u8) -> Option<Held<'_, 'py, T>> {
        for index in 0..SLOTS {
            let index = (usize::from(which) + index) % SLOTS;
            let mut slots = self.slots.borrow_mut();
            let fits = |handle: &mut Handle<'py>| handle.get(self.py).cast::<T>().is_ok();
            if let Some(handle) = slots[index].take_if(fits) {
                return Some(self.holding(index, handle));
            }
        }
        None
    }

    fn holding<T: Object>(&self, slot: usize, handle: Handle<'py>) -> Held<'_, 'py, T> {
        Held {
            world: self,
            slot,
            handle: Some(handle),
            _kind: PhantomData,
        }
    }

    fn fresh(&self, which: u8) -> Handle<'py> {
        Handle::Owned(crate::ops::fresh(self, which))
    }

    /// A handle of this kind, or else to a new object.
    pub fn of<T: TypeCheck>(
        &self,
        which: u8,
        make: impl FnOnce(Python<'py>) -> Owned<'py, T>,
    ) -> Held<'_, 'py, T> {
        let found = self.find(which);
        found.unwrap_or_else(|| self.holding(SLOTS, Handle::Owned(make(self.py).into_any())))
    }
}

/// A handle that is in use.
pub struct Held<'w, 'py, T: Object> {
    world: &'w World<'py>,
    slot: usize,
    handle: Option<Handle<'py>>,
    _kind: PhantomData<T>,
}

impl<'py, T: TypeCheck> Held<'_, 'py, T> {
    /// The reference itself, which leaves its slot.
    pub fn into_owned(mut self) -> Owned<'py, T> {
        let handle = match self.handle.take().unwrap() {
            Handle::Owned(owned) => owned,
            Handle::Shared(shared) => shared.into_owned(self.world.py),
        };
        match handle.cast_into() {
            Ok(object) => object,
            Err(_) => panic!("an object of another kind"),
        }
    }

    pub fn into_handle(mut self) -> Handle<'py> {
        self.handle.take().unwrap()
    }
}

impl<'py, T: TypeCheck> Deref for Held<'_, 'py, T> {
    type Target = Borrowed<'py, T>;

    fn deref(&self) -> &Borrowed<'py, T> {
        let handle = self.handle.as_ref().unwrap().get(self.world.py);
        match handle.cast() {
            Ok(object) => object,
            Err(_) => panic!("an object of another kind"),
        }
    }
}

impl<T: Object> Drop for Held<'_, '_, T> {
    fn drop(&mut self) {
        let Some(handle) = self.handle.take() else {
            return;
        };
        let mut slots = self.world.slots.borrow_mut();
        let place = match slots.get_mut(self.slot) {
            Some(place @ None) => Some(place),
            _ => slots.iter_mut().find(|place| place.is_none()),
        };
        if let Some(place) = place {
            *place = Some(handle);
            return;
        }
        drop(slots);
        // Everything is taken: the reference goes.
        drop(handle);
    }
}

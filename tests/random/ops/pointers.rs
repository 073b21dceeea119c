//! Pointers themselves: counts, casts, threads.

use pyptr::sync::OnceObject;
use pyptr::types::*;
use pyptr::{Owned, Python, Shared};

use super::make;
use crate::world::{Handle, World};

type Operands = [u8; 3];

pub fn new_ref(world: &World<'_>, [a, b, _]: Operands) {
    let object = world.any(a);
    let new = match b % 3 {
        0 => object.new_ref(),
        1 => object.to_owned(),
        _ => object.new_ref().clone(),
    };
    drop(object);
    world.keep(new);
}

pub fn drop_handle(world: &World<'_>, [a, ..]: Operands) {
    drop(world.any(a).into_handle());
}

pub fn share(world: &World<'_>, [a, ..]: Operands) {
    let shared = world.any(a).into_owned().into_shared();
    world.put(Handle::Shared(shared));
}

fn shared<'py>(world: &World<'py>, which: u8) -> Shared<PyAny> {
    match world.any(which).into_handle() {
        Handle::Shared(shared) => shared,
        Handle::Owned(owned) => owned.into_shared(),
    }
}

pub fn bind(world: &World<'_>, [a, ..]: Operands) {
    let shared = shared(world, a);
    let new = shared.bind(world.py).new_ref();
    world.put(Handle::Shared(shared));
    world.keep(new);
}

pub fn own_again(world: &World<'_>, [a, ..]: Operands) {
    let owned = shared(world, a).into_owned(world.py);
    world.keep(owned);
}

pub fn clone_shared(world: &World<'_>, [a, ..]: Operands) {
    let shared = shared(world, a);
    let second = shared.clone_ref(world.py);
    assert!(shared.is(&second));
    world.put(Handle::Shared(shared));
    world.put(Handle::Shared(second));
}

pub fn release_shared(world: &World<'_>, [a, ..]: Operands) {
    shared(world, a).release(world.py);
}

macro_rules! cast_to {
    ($object:ident, $which:expr, $($number:literal: $kind:ty),+) => {
        match $which {
            $($number => match $object.cast_into::<$kind>() {
                Ok(object) => object.into_any(),
                Err(error) => error.into_inner(),
            },)+
            _ => match $object.cast_into_exact::<PyList>() {
                Ok(object) => object.into_any(),
                Err(error) => error.into_inner(),
            },
        }
    };
}

pub fn casts(world: &World<'_>, [a, b, _]: Operands) {
    let object = world.any(a).into_owned();
    let object = cast_to!(object, b % 8, 0: PyList, 1: PyString, 2: PyDict, 3: PyTuple, 4: PyInt, 5: PySet, 6: PyType);
    world.keep(object);
}

pub fn upcasts(world: &World<'_>, [a, b, _]: Operands) {
    let text = world.of::<PyString>(a, |py| make::string(py, b));
    let any = text.as_base().new_ref();
    assert!(any.is(text.as_any()));
    let pair = [text.new_ref(), text.new_ref()];
    let list = PyList::from_iter_owned(
        world.py,
        Owned::slice_as_any(&pair).iter().map(|item| item.new_ref()),
    );
    drop(pair);
    world.keep_result(list);
}

/// The reference is dropped on a thread that is not attached.
pub fn drop_on_thread(world: &World<'_>, [a, ..]: Operands) {
    if a % 8 != 0 {
        return; // Threads are slow.
    }
    let shared = shared(world, a);
    world.py.detach(|| {
        std::thread::spawn(move || drop(shared)).join().unwrap();
    });
}

/// Another thread takes references, uses the object, and releases some of them.
pub fn use_on_thread(world: &World<'_>, [a, b, _]: Operands) {
    if a % 8 != 0 {
        return;
    }
    let shared = shared(world, a);
    let (shared, second) = world.py.detach(|| {
        let thread = std::thread::spawn(move || {
            let second = Python::attach(|py| {
                let object = shared.bind(py);
                drop((object.new_ref(), PyList::from_owned(py, [object.new_ref()])));
                (b % 2 == 0).then(|| shared.clone_ref(py))
            });
            (shared, second)
        });
        thread.join().unwrap()
    });
    world.put(Handle::Shared(shared));
    if let Some(second) = second {
        world.put(Handle::Shared(second));
    }
}

/// Dropped on this thread while it is detached.
pub fn detach(world: &World<'_>, [a, b, _]: Operands) {
    let shared = shared(world, a);
    let kept = world.py.detach(|| (b % 2 == 0).then_some(shared));
    if let Some(shared) = kept {
        world.put(Handle::Shared(shared));
    }
}

pub fn attach_again(world: &World<'_>, [a, ..]: Operands) {
    let shared = shared(world, a);
    let second = Python::attach(|py| shared.bind(py).new_ref().into_shared());
    world.put(Handle::Shared(shared));
    world.put(Handle::Shared(second));
}

pub fn manual_pair(world: &World<'_>, [a, ..]: Operands) {
    let object = world.any(a);
    // SAFETY: a live object, of which the handle keeps a reference.
    unsafe { object.incref() };
    // SAFETY: the reference taken above.
    unsafe { object.decref() };
}

/// Through a slot, which is empty again afterwards.
pub fn slot(world: &World<'_>, [a, b, _]: Operands) {
    let slot = pyptr::export::Slot::new();
    assert!(slot.set(world.any(a).new_ref()).is_none());
    let old = slot.set(world.any(b).into_owned());
    let new = slot.get(world.py);
    let made = slot.get_or_try_init(world.py, |_| unreachable!());
    let last = slot.take(world.py);
    drop((old, made));
    for object in [new, last].into_iter().flatten() {
        world.keep(object);
    }
}

pub fn once(world: &World<'_>, [a, ..]: Operands) {
    let once = OnceObject::new();
    let object = world.any(a);
    let made = once.get_or_try_init(world.py, |_| Ok(object.new_ref()));
    let again = once.get_or_try_init(world.py, |_| Ok(object.new_ref()));
    assert!(made.unwrap().is(again.unwrap()));
}

/// Out of a pointer and into one.
pub fn forget_nothing(world: &World<'_>, [a, ..]: Operands) {
    let pointer = world.any(a).into_owned().into_ptr();
    // SAFETY: the reference that was given away just now.
    let object: Owned<'_, PyAny> = unsafe { Owned::from_owned_ptr(world.py, pointer) };
    // SAFETY: alive, as `object` has a reference.
    let second: Owned<'_, PyAny> = unsafe { Owned::from_borrowed_ptr(world.py, pointer) };
    world.keep(object);
    world.keep(second);
}

//! Several threads use the same objects in every way at once, for a fixed number of steps. Afterwards no reference is
//! missing, and none is left. With a GIL the threads take turns; this is made for builds without one.

use std::sync::Mutex;
use std::thread;

use pyptr::export::Slot;
use pyptr::sync::OnceObject;
use pyptr::types::{Loaded, PyAny, PyByteArray, PyDict, PyList, PySet, PyString};
use pyptr::{Borrowed, Owned, Python, Shared};

use crate::common::{fresh_str, repeated};

const THREADS: u64 = 4;
/// All threads do the same kind of step, so that they meet, and then the next kind; at last any.
const PHASES: u64 = 7;
const STEPS: u64 = 5000;
const ITEMS: usize = 8;
/// Neither list nor queue gets longer.
const LONG: usize = 24;

struct World {
    /// What goes in and out of the containers. As UTF-8, each makes a copy that it keeps.
    items: Vec<Shared<PyString>>,
    list: Shared<PyList>,
    dict: Shared<PyDict>,
    set: Shared<PySet>,
    bytes: Shared<PyByteArray>,
    slot: Slot<PyString>,
    once: OnceObject<PyString>,
    /// References that one thread has taken and another one releases.
    passed: Mutex<Vec<Shared<PyString>>>,
}

impl World {
    fn new(py: Python<'_>) -> World {
        let item = |number| fresh_str(py, &format!("item \u{20ac} {number}")).into_shared();
        World {
            items: (0..ITEMS).map(item).collect(),
            list: PyList::empty(py).unwrap().into_shared(),
            dict: PyDict::new(py).unwrap().into_shared(),
            set: PySet::new(py).unwrap().into_shared(),
            bytes: PyByteArray::new(py, b"aaaaaaaa").unwrap().into_shared(),
            slot: Slot::new(),
            once: OnceObject::new(),
            passed: Mutex::new(Vec::new()),
        }
    }

    fn item<'py>(&self, py: Python<'py>, number: u64) -> &Borrowed<'py, PyString> {
        self.items[number as usize % ITEMS].bind(py)
    }

    /// One step. Errors such as that of an index beyond the end are among what happens.
    fn step(&self, py: Python<'_>, phase: u64, random: u64) {
        let item = self.item(py, random >> 8);
        let index = (random >> 16) as usize % LONG;
        let kind = if phase < 6 { phase } else { random % 6 };
        match kind {
            0 => self.use_list(py, random >> 24, index, item),
            1 => self.use_dict(py, random >> 24, item),
            2 => self.use_set(py, random >> 24, item),
            3 => self.use_bytes(py, random >> 24, index),
            4 => self.use_cells(py, random >> 24, item),
            _ => self.pass(py, random >> 24, item),
        }
    }

    fn use_list(&self, py: Python<'_>, random: u64, index: usize, item: &Borrowed<'_, PyString>) {
        let list = self.list.bind(py);
        let _ = match random % 11 {
            0..=2 if list.len() < LONG => list.append(item),
            3 => list.set(index, fresh(py).into_any()),
            4 => list.insert(index, item),
            5 => list.del(index),
            6 => list.sort(),
            7 => list.del_slice(LONG / 2, usize::MAX),
            8 => {
                let copied: Vec<String> = list.extract().unwrap();
                assert!(copied.iter().all(|text| text.starts_with("item")));
                Ok(())
            }
            9 => list.for_each_loaded(|item| {
                is_lent_item(py, item, random);
                Ok(())
            }),
            _ => {
                list.iter().for_each(|item| is_item(&item));
                list.get(index).map(|item| is_item(&item))
            }
        };
    }

    fn use_dict(&self, py: Python<'_>, random: u64, item: &Borrowed<'_, PyString>) {
        let dict = self.dict.bind(py);
        let _ = match random % 9 {
            0..=2 => dict.set(item, &fresh(py)),
            3 => dict.pop(item).map(drop),
            4 => dict
                .get(item)
                .map(|found| found.iter().for_each(|item| is_item(item))),
            5 => dict.copy().map(|copy| assert!(copy.len() <= ITEMS)),
            6 => {
                // The size may change.
                let items = dict.iter().map_while(Result::ok);
                items.for_each(|(key, value)| {
                    is_item(&key);
                    is_item(&value);
                });
                Ok(())
            }
            7 => dict.for_each_loaded(|key, value| {
                is_lent_item(py, key, random);
                is_lent_item(py, value, random);
                Ok(())
            }),
            _ => dict.try_for_each(|key, value| {
                is_item(key);
                is_item(value);
                Ok(())
            }),
        };
    }

    fn use_set(&self, py: Python<'_>, random: u64, item: &Borrowed<'_, PyString>) {
        let set = self.set.bind(py);
        let _ = match random % 7 {
            0 | 1 => set.add(item),
            2 => set.discard(item).map(drop),
            3 => set.pop().map(|item| is_item(&item)),
            4 => set.contains(item).map(drop),
            5 => set.for_each_loaded(|item| {
                is_lent_item(py, item, random);
                Ok(())
            }),
            _ => set.clear(),
        };
    }

    /// Moved and copied at once. All of its bytes are the same, or new.
    fn use_bytes(&self, py: Python<'_>, random: u64, index: usize) {
        let bytes = self.bytes.bind(py);
        match random % 3 {
            0 => bytes.resize(8 + index * 100).unwrap(),
            1 => bytes.write_at(0, b"aaaaaaaa"),
            _ => {
                let copy = bytes.to_vec().unwrap();
                assert!(copy.len() >= 8 && copy.iter().all(|byte| [b'a', 0].contains(byte)));
            }
        }
    }

    fn use_cells(&self, py: Python<'_>, random: u64, item: &Borrowed<'_, PyString>) {
        match random % 6 {
            0 => drop(self.slot.set(fresh(py))),
            1 => drop(self.slot.take(py)),
            2 => self.slot.get(py).iter().for_each(|item| is_item(item)),
            3 => {
                let made = self.slot.get_or_try_init(py, |_| Ok(item.new_ref()));
                is_item(&made.unwrap());
            }
            4 => {
                let once = self
                    .once
                    .get_or_try_init(py, |py| PyString::new(py, "made once"));
                assert!(once.unwrap().eq_str("made once"));
            }
            _ => {
                assert!(pyptr::intern!(py, "interned by all").eq_str("interned by all"));
                // Encoded once, whoever comes first.
                assert!(item.to_str().unwrap().starts_with("item \u{20ac}"));
            }
        }
    }

    fn pass(&self, py: Python<'_>, random: u64, item: &Borrowed<'_, PyString>) {
        let shared = item.new_ref().into_shared();
        let lock = |shared: Option<Shared<PyString>>| {
            let mut passed = self.passed.lock().unwrap();
            let full = passed.len() >= LONG;
            passed.extend(shared);
            if full { passed.pop() } else { None }
        };
        match random % 4 {
            // Released by the queue.
            0 => py.detach(|| drop(lock(Some(shared)))),
            1 => py.detach(|| drop(shared)),
            2 => shared.clone_ref(py).release(py),
            _ => drop(lock(Some(shared)).map(|other| other.into_owned(py))),
        }
    }

    /// What each item's count is when all else is empty.
    fn check(self, py: Python<'_>) {
        self.list.bind(py).clear().unwrap();
        self.dict.bind(py).clear();
        self.set.bind(py).clear().unwrap();
        drop(self.slot.take(py));
        self.passed
            .into_inner()
            .unwrap()
            .into_iter()
            .for_each(|item| item.release(py));
        for item in &self.items {
            assert_eq!(item.bind(py).refcount(), 1);
        }
        for container in [
            self.list.bind(py).as_any(),
            self.dict.bind(py),
            self.set.bind(py),
        ] {
            assert_eq!(container.refcount(), 1);
        }
        assert_eq!(self.bytes.bind(py).refcount(), 1);
    }
}

/// One that is freed when it leaves its container.
fn fresh(py: Python<'_>) -> Owned<'_, PyString> {
    fresh_str(py, "item \u{20ac} -")
}

/// What is lent is still an item, also after the thread has let others run.
fn is_lent_item(py: Python<'_>, lent: Loaded<'_, '_>, random: u64) {
    let Loaded::Str(text) = lent else {
        panic!("{lent:?}")
    };
    if random % 64 == 7 {
        py.detach(thread::yield_now);
    }
    is_item(text);
}

fn is_item(object: &Borrowed<'_, PyAny>) {
    let text: Owned<'_, PyString> = object.new_ref().cast_into().unwrap();
    assert_eq!(
        Borrowed::<PyString>::len(&text),
        "item \u{20ac} 0".chars().count()
    );
}

#[test]
fn everything_at_once_keeps_every_count() {
    repeated(|| {
        let world = Python::attach(World::new);
        for phase in 0..PHASES {
            thread::scope(|scope| {
                for thread in 0..THREADS {
                    let (world, seed) = (&world, phase * THREADS + thread);
                    scope.spawn(move || Python::attach(|py| work(py, world, phase, seed)));
                }
            });
        }
        // What was dropped while detached is released by attaching.
        Python::attach(|_| ());
        Python::attach(|py| world.check(py));
    });
}

fn work(py: Python<'_>, world: &World, phase: u64, seed: u64) {
    let mut random = (seed + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    for step in 0..STEPS {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        world.step(py, phase, random.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 8);
        // With a GIL the others get a turn.
        if step % 64 == 0 {
            py.detach(thread::yield_now);
        }
    }
}

//! A class: a cache that keeps the items used last, with a callback for those that go, weak references and an iterator.
//!
//! ```console
//! $ cargo build --release --example lru
//! $ cp target/release/examples/liblru.so lru.so        # liblru.dylib on macOS
//! $ python3 -c 'import lru; c = lru.Lru(2, on_evict=print); c["a"] = 1; c["b"] = 2; c["a"] += 4; c["c"] = 3; print(c, list(c))'
//! b 2
//! Lru(2 of 2) ['a', 'c']
//! ```
//!
//! Threads share a cache. Its lock is never held while Python code runs, that is `__hash__`, `__eq__`, the callback or a
//! destructor: each may use the cache, or wait for a thread that does. So each search says what it has found by the number of the
//! item, which never comes back, and whoever has the lock again looks whether it is still there.

#![forbid(unsafe_code)]

use std::collections::{BTreeMap, HashMap};
use std::mem;

use pyptr::class::{Locked, Scalar};
use pyptr::error::{PyKeyError, PyValueError};
use pyptr::export::ModuleRef;
use pyptr::types::{PyAny, PyType};
use pyptr::{Borrowed, IntoPyObject, Owned, PyResult, Python, Raised, Shared};

/// A key with its value. `used` is when: the place in `Items::by_use`.
struct Item {
    key: Shared<PyAny>,
    value: Shared<PyAny>,
    hash: isize,
    used: u64,
}

pyptr::traverse!(Item {
    key,
    value,
    hash,
    used
});

/// The items, by their numbers. Its methods run no Python code: they return what they remove.
#[derive(Default)]
struct Items {
    items: HashMap<u64, Item>,
    by_hash: HashMap<isize, Vec<u64>>,
    by_use: BTreeMap<u64, u64>,
    clock: u64,
}

pyptr::traverse!(Items {
    items,
    by_hash,
    by_use,
    clock
});

impl Items {
    fn with_hash(&self, hash: isize) -> &[u64] {
        self.by_hash.get(&hash).map_or(&[], Vec::as_slice)
    }

    /// The item, which becomes the one used last; `None` if it is gone.
    fn touch(&mut self, number: u64) -> Option<&mut Item> {
        let item = self.items.get_mut(&number)?;
        self.clock += 1;
        self.by_use.remove(&item.used);
        self.by_use.insert(self.clock, number);
        item.used = self.clock;
        Some(item)
    }

    fn insert(&mut self, key: Shared<PyAny>, value: Shared<PyAny>, hash: isize) {
        self.clock += 1;
        let used = self.clock;
        self.items.insert(
            used,
            Item {
                key,
                value,
                hash,
                used,
            },
        );
        self.by_hash.entry(hash).or_default().push(used);
        self.by_use.insert(used, used);
    }

    fn remove(&mut self, number: u64) -> Option<Item> {
        let item = self.items.remove(&number)?;
        self.by_use.remove(&item.used);
        let with_hash = self.by_hash.get_mut(&item.hash)?;
        with_hash.retain(|&other| other != number);
        if with_hash.is_empty() {
            self.by_hash.remove(&item.hash);
        }
        Some(item)
    }

    fn remove_oldest(&mut self) -> Option<Item> {
        let (_, &number) = self.by_use.first_key_value()?;
        self.remove(number)
    }
}

/// What a search has found: the number of the item, and all numbers that there were with this hash.
struct Found {
    hash: isize,
    number: Option<u64>,
    seen: Vec<u64>,
}

struct Lru {
    items: Locked<Items>,
    on_evict: Option<Shared<PyAny>>,
    capacity: usize,
    hits: Scalar<u64>,
    misses: Scalar<u64>,
}

pyptr::traverse!(Lru {
    items,
    on_evict,
    capacity,
    hits,
    misses
});

impl Lru {
    fn new(py: Python<'_>, capacity: usize, on_evict: Option<Shared<PyAny>>) -> PyResult<'_, Lru> {
        if capacity == 0 {
            return Err(py.raise::<PyValueError>("capacity must be at least 1"));
        }
        let (items, hits, misses) = Default::default();
        Ok(Lru {
            items,
            on_evict,
            capacity,
            hits,
            misses,
        })
    }

    /// Searches with references of its own to the keys, since `__hash__` and `__eq__` may be written in Python.
    fn find<'py>(&self, key: &Borrowed<'py, PyAny>) -> PyResult<'py, Found> {
        let (py, hash) = (key.py(), key.hash()?);
        let (seen, keys): (Vec<u64>, Vec<Shared<PyAny>>) = {
            let items = self.items.lock(py)?;
            let with_hash = items.with_hash(hash).iter();
            with_hash
                .map(|&number| (number, items.items[&number].key.clone_ref(py)))
                .unzip()
        };
        let mut number = None;
        for (candidate, other) in seen.iter().zip(&keys) {
            if other.bind(py).eq(key)? {
                number = Some(*candidate);
                break;
            }
        }
        Ok(Found { hash, number, seen })
    }

    fn lookup<'py>(&self, key: &Borrowed<'py, PyAny>) -> PyResult<'py, Option<Shared<PyAny>>> {
        let (py, found) = (key.py(), self.find(key)?);
        let value = {
            let mut items = self.items.lock(py)?;
            let item = found.number.and_then(|number| items.touch(number));
            item.map(|item| item.value.clone_ref(py))
        };
        match value {
            Some(_) => self.hits.update(|hits| hits + 1),
            None => self.misses.update(|misses| misses + 1),
        };
        Ok(value)
    }

    fn get<'py>(
        &self,
        key: &Borrowed<'py, PyAny>,
        default: Option<Shared<PyAny>>,
    ) -> PyResult<'py, Option<Shared<PyAny>>> {
        Ok(self.lookup(key)?.or(default))
    }

    fn getitem<'py>(&self, key: &Borrowed<'py, PyAny>) -> PyResult<'py, Shared<PyAny>> {
        match self.lookup(key)? {
            Some(value) => Ok(value),
            None => Err(missing(key)?),
        }
    }

    fn setitem<'py>(
        &self,
        key: &Borrowed<'py, PyAny>,
        value: Owned<'py, PyAny>,
    ) -> PyResult<'py, ()> {
        let py = key.py();
        let evicted = loop {
            let found = self.find(key)?;
            let mut items = self.items.lock(py)?;
            if let Some(item) = found.number.and_then(|number| items.touch(number)) {
                let old = mem::replace(&mut item.value, value.into_shared());
                drop(items); // before the old value, whose destructor may use the cache
                old.release(py);
                return Ok(());
            }
            // Another call may have added an equal key, or removed the one that was found.
            if items.with_hash(found.hash) == found.seen {
                items.insert(
                    key.to_owned().into_shared(),
                    value.into_shared(),
                    found.hash,
                );
                let full = items.items.len() > self.capacity;
                break if full { items.remove_oldest() } else { None };
            }
        };
        if let (Some(item), Some(on_evict)) = (evicted, &self.on_evict) {
            on_evict
                .bind(py)
                .call([item.key.bind(py), item.value.bind(py)])?;
        }
        Ok(())
    }

    fn delitem<'py>(&self, key: &Borrowed<'py, PyAny>) -> PyResult<'py, ()> {
        let (py, found) = (key.py(), self.find(key)?);
        let item = {
            let mut items = self.items.lock(py)?;
            found.number.and_then(|number| items.remove(number))
        };
        match item {
            Some(_) => Ok(()),
            None => Err(missing(key)?),
        }
    }

    fn contains<'py>(&self, key: &Borrowed<'py, PyAny>) -> PyResult<'py, bool> {
        Ok(self.find(key)?.number.is_some())
    }

    fn len<'py>(&self, py: Python<'py>) -> PyResult<'py, usize> {
        Ok(self.items.lock(py)?.items.len())
    }

    fn clear<'py>(&self, py: Python<'py>) -> PyResult<'py, ()> {
        let items = mem::take(&mut *self.items.lock(py)?);
        drop(items); // after the guard, which died in the line above
        Ok(())
    }

    fn iter<'py>(&self, module: ModuleRef<'_, 'py, ()>) -> PyResult<'py, Owned<'py, Keys>> {
        let py = module.py();
        let keys: Vec<Shared<PyAny>> = {
            let items = self.items.lock(py)?;
            let newest_first = items.by_use.values().rev();
            newest_first
                .map(|number| items.items[number].key.clone_ref(py))
                .collect()
        };
        module.class::<Keys>()?.instance(Keys {
            left: Locked::new(keys),
        })
    }

    fn repr<'py>(&self, py: Python<'py>) -> PyResult<'py, String> {
        Ok(format!("Lru({} of {})", self.len(py)?, self.capacity))
    }
}

/// `KeyError(key)`.
fn missing<'py>(key: &Borrowed<'py, PyAny>) -> PyResult<'py, Raised<'py>> {
    let py = key.py();
    let arguments = (key,).into_py_object(py)?; // of a key that is a tuple, too
    Ok(Raised::from_type(
        PyType::of::<PyKeyError>(py),
        Some(&arguments),
    ))
}

/// The keys that a cache had when it was asked for them. Those left are in reverse.
struct Keys {
    left: Locked<Vec<Shared<PyAny>>>,
}

pyptr::traverse!(Keys { left });

impl Keys {
    fn next<'py>(&self, py: Python<'py>) -> PyResult<'py, Option<Shared<PyAny>>> {
        Ok(self.left.lock(py)?.pop())
    }
}

pyptr::class! {
    /// A mapping of at most `capacity` items. If there is one more, the one that was not used for longest goes, and
    /// `on_evict(key, value)` is called.
    #[flags(weakref)]
    class Lru {
        new(py: Python, capacity = 128, *, on_evict = None);
        /// The value of `key`, or `default`.
        fn get(self, key, default = None, /);
        /// Removes all items, without calling `on_evict`.
        fn clear(self, py: Python);
        /// How many items there can be.
        property capacity = |cache: &Lru| cache.capacity;
        /// How many lookups found their key.
        property hits = |cache: &Lru| cache.hits.get();
        /// How many lookups did not.
        property misses = |cache: &Lru| cache.misses.get();
        __getitem__(self, key) = Lru::getitem;
        __setitem__(self, key, value) = Lru::setitem;
        __delitem__(self, key) = Lru::delitem;
        __contains__(self, key) = Lru::contains;
        __len__(self, py: Python) = Lru::len;
        __iter__(self, module: Module) = Lru::iter;
        __repr__(self, py: Python) = Lru::repr;
    }
}

pyptr::class! {
    /// An iterator over the keys of an `Lru`, from the one not used for longest to the one used last.
    class Keys {
        __iter__(self) = Borrowed::<Keys>::to_owned;
        __next__(self, py: Python) = Keys::next;
    }
}

pyptr::module! {
    /// A cache that keeps what was used last.
    mod lru {
        gil: not_used;
        class Lru;
        class Keys;
    }
}

//! Rust data with objects in it, for one closure at a time.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::thread;

use pyptr::sync::Guarded;
use pyptr::types::{PyCapsule, PyString};
use pyptr::{Python, Shared};

use crate::common::{attached, fresh_str};

#[derive(Default)]
struct Data {
    number: i64,
    text: Option<Shared<PyString>>,
}

#[test]
fn data_and_objects_are_kept_together() {
    attached(|py| {
        let guarded = Guarded::new(Data::default());
        let text = fresh_str(py, "text");
        let shared = text.new_ref().into_shared();
        let set = guarded.with(py, |data| {
            data.number += 1;
            data.text = Some(shared);
        });
        assert_eq!(set, Some(()));
        assert_eq!(text.refcount(), 2);
        let found = guarded.with(py, |data| {
            let text = data.text.as_ref().map(|text| text.bind(py).new_ref());
            (data.number, text)
        });
        let (number, found) = found.unwrap();
        assert_eq!(number, 1);
        assert!(found.as_ref().unwrap().is(&text));
        assert_eq!(text.refcount(), 3);
        let mut guarded = guarded;
        assert!(guarded.get_mut().text.as_ref().unwrap().bind(py).is(&text));
        assert_eq!(text.refcount(), 3);
        drop((found, guarded));
        assert_eq!(text.refcount(), 1);
    });
}

#[test]
fn who_comes_meanwhile_is_refused() {
    attached(|py| {
        let guarded = Guarded::new(1);
        let inner = guarded.with(py, |number| {
            *number += 1;
            let inner = guarded.with(py, |_| panic!("twice"));
            assert!(format!("{guarded:?}").contains("true"));
            inner
        });
        assert_eq!(inner, Some(None::<()>));
        let panicking = || guarded.with(py, |_| panic!("on purpose"));
        let panicked: Result<Option<()>, _> = catch_unwind(AssertUnwindSafe(panicking));
        assert!(panicked.is_err());
        assert_eq!(guarded.with(py, |number| *number), Some(2));
        let mut guarded = guarded;
        *guarded.get_mut() += 1;
        assert_eq!(guarded.into_inner(), 3);
        assert_eq!(Guarded::<i32>::default().into_inner(), 0);
    });
}

/// Asks for the data when it is dropped.
struct Asking;

static GUARDED: Guarded<Option<Shared<PyCapsule>>> = Guarded::new(None);
static ANSWERS: Mutex<Vec<bool>> = Mutex::new(Vec::new());

impl Drop for Asking {
    fn drop(&mut self) {
        Python::attach(|py| {
            let answer = GUARDED.with(py, |_| ()).is_some();
            ANSWERS.lock().unwrap().push(answer);
        });
    }
}

/// A destructor of what is replaced asks for the data, which is in use.
#[test]
fn destructors_are_refused_too() {
    attached(|py| {
        ANSWERS.lock().unwrap().clear();
        for _ in 0..2 {
            let new = PyCapsule::new(py, c"asking", Asking).unwrap().into_shared();
            GUARDED.with(py, |data| *data = Some(new)).unwrap();
        }
        assert_eq!(*ANSWERS.lock().unwrap(), [false]);
        let last = GUARDED.with(py, Option::take).unwrap();
        last.unwrap().release(py);
        assert_eq!(*ANSWERS.lock().unwrap(), [false, true]);
    });
}

#[test]
fn threads_have_it_one_after_the_other() {
    attached(|py| {
        let guarded = Guarded::new(Data::default());
        let text = fresh_str(py, "text of all threads");
        let shared = text.new_ref().into_shared();
        let work = || {
            Python::attach(|py| {
                let mut done = 0;
                for round in 0..2000 {
                    let had = guarded.with(py, |data| {
                        data.number += 1;
                        let new = shared.clone_ref(py);
                        let old = data.text.replace(new);
                        if let Some(old) = &old {
                            assert_eq!(old.bind(py).to_str().unwrap(), "text of all threads");
                        }
                        if round % 100 == 7 {
                            py.detach(thread::yield_now);
                        }
                        old
                    });
                    done += i64::from(had.is_some());
                }
                done
            })
        };
        let done: i64 = py.detach(|| {
            thread::scope(|scope| {
                let threads: Vec<_> = (0..4).map(|_| scope.spawn(work)).collect();
                threads
                    .into_iter()
                    .map(|thread| thread.join().unwrap())
                    .sum()
            })
        });
        let data = guarded.into_inner();
        assert_eq!(data.number, done);
        assert!(done >= 2000);
        shared.release(py);
        drop(data);
        assert_eq!(text.refcount(), 1);
    });
}

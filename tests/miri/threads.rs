//! Several threads: references that go across, and are dropped where no thread is attached.

use std::thread;

use pyptr::{Python, Shared};

use crate::heap::{self, Counted, value};
use crate::pointers::attached;

#[test]
fn dropped_on_detached_threads() {
    attached(|py| {
        let shared: Vec<Shared<Counted>> = (0..6)
            .map(|value| heap::new(py, value).into_shared())
            .collect();
        let kept = shared[5].clone_ref(py);
        py.detach(|| {
            let mut shared = shared.into_iter();
            thread::scope(|scope| {
                for _ in 0..3 {
                    let (first, second) = (shared.next(), shared.next());
                    scope.spawn(move || {
                        drop(first);
                        Python::attach(|py| {
                            let second = second.unwrap();
                            assert!(value(second.bind(py)) % 2 == 1);
                            second.release(py);
                        });
                    });
                }
            });
        });
        Python::attach(|_| ());
        assert_eq!(kept.bind(py).refcount(), 1);
    });
}

#[test]
fn used_by_threads_in_turns() {
    attached(|py| {
        let shared = heap::new(py, 1).into_shared();
        py.detach(|| {
            thread::scope(|scope| {
                for _ in 0..3 {
                    scope.spawn(|| {
                        let clone = Python::attach(|py| shared.clone_ref(py));
                        drop(clone);
                    });
                }
            });
        });
        Python::attach(|_| ());
        assert_eq!(shared.bind(py).refcount(), 1);
    });
}

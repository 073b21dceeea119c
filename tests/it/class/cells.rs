//! `Scalar`, `Slot`, `Locked`.

use std::sync::Barrier;
use std::thread;

use pyptr::class::{Locked, Scalar, Slot, Traverse};
use pyptr::error::PyRuntimeError;
use pyptr::types::{PyAny, PyList};
use pyptr::{Python, Shared};

use super::run;
use crate::common::{attached, fresh_str, times};

#[test]
fn scalars() {
    let scalar = Scalar::new(1.5_f64);
    assert_eq!(scalar.replace(2.5), 1.5);
    scalar.set(-0.0);
    assert!(scalar.get().is_sign_negative());
    assert_eq!(Scalar::from('x').update(|_| 'é'), 'x');
    let flag = Scalar::new(false);
    flag.update(|flag| !flag);
    assert!(flag.get());
    assert_eq!(format!("{:?}", Scalar::<u8>::default()), "Scalar(0)");
}

#[test]
fn updates_of_a_scalar_are_not_lost() {
    let count = Scalar::new(0_u64);
    let often = times(20_000) as u64;
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..often {
                    count.update(|count| count + 1);
                }
            });
        }
    });
    assert_eq!(count.get(), 4 * often);
}

#[test]
fn a_lock_knows_its_thread() {
    attached(|py| {
        let locked = Locked::new(vec![1]);
        let mut guard = locked.lock(py).unwrap();
        guard.push(2);
        assert!(locked.lock(py).unwrap_err().is::<PyRuntimeError>());
        assert_eq!(*guard, [1, 2]);
        drop(guard);
        assert_eq!(locked.lock(py).unwrap().len(), 2);
        assert_eq!(locked.into_inner(), [1, 2]);
        run(
            py,
            "
p = m.Pair()
assert 'in use' in raises(RuntimeError, p.with_lock, lambda: p.push(1))
assert p.with_lock(lambda: 'free') == 'free'
raises(ZeroDivisionError, p.with_lock, lambda: 1 / 0)
p.push(1)
assert len(p) == 1
",
        );
    });
}

#[test]
fn other_threads_wait_detached() {
    attached(|py| {
        let locked = Locked::new(0_usize);
        let (threads, often) = (4, times(2_000));
        let barrier = Barrier::new(threads);
        py.detach(|| {
            thread::scope(|scope| {
                for _ in 0..threads {
                    scope.spawn(|| {
                        barrier.wait();
                        for round in 0..often {
                            Python::attach(|py| {
                                let mut value = locked.lock(py).unwrap();
                                let before = *value;
                                // Others run meanwhile, and must wait.
                                if round % 50 == 0 {
                                    py.detach(thread::yield_now);
                                }
                                *value = before + 1;
                            });
                        }
                    });
                }
            });
        });
        assert_eq!(*locked.lock(py).unwrap(), threads * often);
    });
}

#[test]
fn a_panic_gives_the_lock_back() {
    attached(|py| {
        let locked = Locked::new(());
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _guard = locked.lock(py).unwrap();
            std::panic::resume_unwind(Box::new(()));
        }));
        assert!(panicked.is_err() && locked.lock(py).is_ok());
    });
}

/// Values outside of any instance release their references like any other.
#[test]
fn values_release_what_they_hold() {
    attached(|py| {
        let object = fresh_str(py, "fresh");
        let before = object.refcount();
        let one = || Shared::<PyAny>::from(object.as_any());
        let locked = Locked::new(vec![one(), one()]);
        let slot = Slot::new();
        slot.set(object.new_ref().into_any());
        let all = (
            locked,
            slot,
            Some(Box::new(one())),
            [one()],
            vec![(one(), 3)],
        );
        assert_eq!(object.refcount(), before + 6);
        Traverse::clear(&all, py);
        assert_eq!(object.refcount(), before + 3); // those in cells
        Traverse::release(all, py);
        assert_eq!(object.refcount(), before);
        let list = PyList::empty(py).unwrap();
        let shared = list.new_ref().into_shared();
        let before = list.refcount();
        Traverse::release(Some(shared), py);
        assert_eq!(list.refcount(), before - 1);
    });
}

#[test]
fn what_holds_references() {
    fn holds<T: Traverse>(_: &T) -> bool {
        T::HOLDS
    }
    assert!(holds(&None::<Shared<PyAny>>) && holds(&Locked::new(Vec::<Shared<PyAny>>::new())));
    assert!(holds(&(1, Slot::<PyAny>::new())) && holds(&Vec::<Box<[Slot<PyAny>]>>::new()));
    assert!(!holds(&(
        1,
        "x",
        String::new(),
        Scalar::new(1),
        vec![Some(2.5)]
    )));
    assert!(!holds(&Locked::new(
        std::collections::HashMap::<String, u8>::new()
    )));
}

#[test]
fn a_slot_is_made_of_a_reference() {
    attached(|py| {
        let object = fresh_str(py, "in the slot");
        let count = object.refcount();
        let slot = Slot::from(object.new_ref().into_shared());
        assert_eq!(object.refcount(), count + 1);
        assert!(slot.get(py).unwrap().is(&object));
        drop(slot);
        assert_eq!(object.refcount(), count);
    });
}

/// The lock is taken and given back inline where nobody waits, and by CPython's functions where threads do.
#[test]
fn threads_share_a_slot() {
    attached(|py| {
        let slot = Slot::from(fresh_str(py, "first").into_any().into_shared());
        let (slot, often) = (&slot, times(20_000));
        let start = &Barrier::new(4);
        py.detach(|| {
            thread::scope(|scope| {
                for number in 0..4 {
                    scope.spawn(move || {
                        start.wait();
                        Python::attach(|py| {
                            for _ in 0..often {
                                // Nothing that other tests find, which ask the collector for all objects.
                                let mine = fresh_str(py, "mine").into_any();
                                match number % 2 {
                                    0 => drop(slot.set(mine)),
                                    _ => assert!(slot.get(py).unwrap().refcount() > 0),
                                }
                            }
                        });
                    });
                }
            });
        });
        assert_eq!(slot.get(py).unwrap().refcount(), 2);
    });
}

//! One thread: each way in which a pointer is made, passed on and dropped.

use std::mem;
use std::ptr;

use pyptr::sync::OnceObject;
use pyptr::types::PyAny;
use pyptr::{Borrowed, Owned, Python, Returned, Shared};

use crate::heap::{self, Counted, Other, value};

/// Runs `f`, after which there are no more objects than before. The tests run one after the other.
pub fn attached(f: impl for<'py> FnOnce(Python<'py>)) {
    static ONE: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _one = ONE.lock().unwrap_or_else(|error| error.into_inner());
    let before = heap::alive();
    Python::attach(f);
    Python::attach(|_| ());
    assert_eq!(heap::alive(), before);
}

/// What Stacked Borrows complains of: the count is read through a reference to a place without size.
#[test]
fn count_through_borrowed() {
    attached(|py| {
        let object = heap::new(py, 1);
        let borrowed: &Borrowed<'_, Counted> = &object;
        assert_eq!(borrowed.refcount(), 1);
        assert_eq!(value(borrowed), 1);
    });
}

#[test]
fn clone_and_drop_in_every_order() {
    attached(|py| {
        let first = heap::new(py, 2);
        let second = first.clone();
        let third = second.new_ref();
        assert_eq!(third.refcount(), 3);
        drop(first);
        let fourth = third.to_owned();
        drop(third);
        assert_eq!((value(&second), second.refcount()), (2, 2));
        drop(second);
        assert_eq!(value(&fourth), 2);
        let moved: Vec<_> = (0..5).map(|_| fourth.clone()).collect();
        drop(fourth);
        assert_eq!(moved[0].refcount(), 5);
    });
}

#[test]
fn casts_keep_the_reference() {
    attached(|py| {
        let object = heap::new(py, 3);
        assert!(object.cast::<Other>().is_err());
        assert!(object.cast_exact::<Counted>().is_err());
        let any: &Borrowed<'_, PyAny> = object.as_any();
        assert_eq!(value(any.cast::<Counted>().unwrap()), 3);
        assert!(object.as_base().is(any));
        let object = match object.cast_into_exact::<Other>() {
            Ok(_) => unreachable!(),
            Err(error) => error.into_inner(),
        };
        let any: Owned<'_, PyAny> = object.into_any();
        let back = any.cast_into::<Counted>().ok().unwrap();
        assert_eq!((value(&back), back.refcount()), (3, 1));
        drop(back.into_base().cast_into::<Other>());
    });
}

#[test]
fn raw_pointers_there_and_back() {
    attached(|py| {
        let address = heap::new(py, 4).into_ptr();
        // SAFETY: the reference that was given away.
        let object: Owned<'_, Counted> = unsafe { Owned::from_owned_ptr(py, address) };
        // SAFETY: a live object.
        let second: Owned<'_, Counted> = unsafe { Owned::from_borrowed_ptr(py, object.as_ptr()) };
        // SAFETY: NULL is allowed.
        let none = unsafe { Owned::<Counted>::from_owned_ptr_or_opt(py, ptr::null_mut()) };
        assert!(none.is_none());
        // SAFETY: NULL is allowed.
        let none = unsafe { Borrowed::<Counted>::from_ptr_or_opt(py, ptr::null_mut()) };
        assert!(none.is_none());
        {
            // SAFETY: `object` keeps it alive in this block.
            let borrowed: &Borrowed<'_, Counted> = unsafe { Borrowed::from_ptr(py, address) };
            assert_eq!((borrowed.refcount(), value(borrowed)), (2, 4));
        }
        let address = Returned::from(second).into_ptr();
        // SAFETY: the reference in it.
        drop(unsafe { Owned::<Counted>::from_owned_ptr(py, address) });
        assert!(
            Returned::from(None::<Owned<'_, Counted>>)
                .into_ptr()
                .is_null()
        );
    });
}

/// The program of tests/codegen/layout.rs: what is written through one reference is read through another.
#[test]
fn counts_change_behind_references() {
    fn delta(read: &Borrowed<'_, Counted>, written: &Borrowed<'_, Counted>) -> isize {
        let before = read.refcount();
        mem::forget(written.new_ref());
        let delta = read.refcount() - before;
        // SAFETY: the reference that was forgotten.
        unsafe { written.decref() };
        delta
    }
    fn delta_by_hand(object: &Borrowed<'_, Counted>) -> isize {
        let before = object.refcount();
        // SAFETY: released at once.
        unsafe { object.incref() };
        let after = object.refcount();
        // SAFETY: the reference taken above.
        unsafe { object.decref() };
        after - before
    }
    attached(|py| {
        let object = heap::new(py, 5);
        let again = object.clone();
        let deltas = [
            delta(&object, &object),
            delta(&object, &again),
            delta_by_hand(&object),
        ];
        assert_eq!(deltas, [1, 1, 1]);
    });
}

#[test]
fn slices_and_options() {
    attached(|py| {
        let owned: Vec<_> = (0..4).map(|value| heap::new(py, value)).collect();
        let general = Owned::slice_as_any(&owned);
        assert_eq!(general.iter().map(|item| value(*item)).sum::<u64>(), 6);
        let borrowed: Vec<&Borrowed<'_, Counted>> = owned.iter().map(|item| &**item).collect();
        let any = Borrowed::slice_as_any(&borrowed);
        let base = Borrowed::slice_as_base(&borrowed);
        assert!(any[3].is(base[3]) && any[3].is(&owned[3]));
        assert_eq!(value(any[2]), 2);
        assert_eq!(Borrowed::opt_as_any(Some(borrowed[1])).map(value), Some(1));
        let taken = any[0].new_ref();
        assert_eq!(taken.refcount(), 2);
    });
}

#[test]
fn shared_and_statics() {
    static ONCE: OnceObject<Counted> = OnceObject::new();
    Python::attach(|py| {
        let once = ONCE.get_or_try_init(py, |py| Ok(heap::new(py, 6)));
        assert_eq!(once.ok().map(value), Some(6));
    });
    attached(|py| {
        let shared: Shared<Counted> = heap::new(py, 7).into_shared();
        let clone = shared.clone_ref(py);
        assert!(shared.is(&clone));
        assert_eq!(value(shared.bind(py)), 7);
        shared.release(py);
        let owned = clone.into_owned(py);
        let shared = Shared::from(&*owned);
        drop(owned);
        assert_eq!(shared.bind(py).refcount(), 1);
        assert_eq!(ONCE.get(py).map(value), Some(6));
    });
}

/// While an object ends, code runs that makes and drops others.
#[test]
fn ends_that_run_code() {
    fn at_end() {
        Python::attach(|py| drop(heap::new(py, 8).clone()));
    }
    attached(|py| {
        // SAFETY: a new reference.
        let object: Owned<'_, Counted> =
            unsafe { Owned::from_owned_ptr(py, heap::raw(9, Some(at_end))) };
        let shared = object.clone().into_shared();
        drop(object);
        py.detach(move || drop(shared));
        Python::attach(|_| ());
    });
}

//! Debug builds of CPython count all references.

use pyptr::types::{PyAny, PyInt, PyList, PyString};
use pyptr::{Owned, PyResult, Python};

use crate::common::attached;

/// `sys.gettotalrefcount()`, where it exists.
fn total(py: Python<'_>) -> Option<i64> {
    let sys = py.import(c"sys").unwrap();
    if !sys.hasattr(c"gettotalrefcount").unwrap() {
        return None;
    }
    let total: Owned<'_, PyAny> = sys.call_method0(c"gettotalrefcount").unwrap();
    Some(total.cast_into::<PyInt>().unwrap().to_i64().unwrap())
}

fn work(py: Python<'_>) -> PyResult<'_, ()> {
    let list = PyList::empty(py)?;
    for piece in ["one ", "two ", "three "] {
        let text = PyString::new(py, piece)?.append_str("more")?;
        list.append(&text)?;
        drop((text.new_ref(), text.new_ref().into_shared()));
        drop((py.none().new_ref(), py.bool(true).new_ref().into_any()));
    }
    Ok(())
}

/// Every reference taken is counted, and every one released.
pub fn stay_flat() {
    attached(|py| {
        let totals: Vec<Option<i64>> = (0..20)
            .map(|_| {
                (0..100).for_each(|_| work(py).unwrap());
                total(py)
            })
            .collect();
        // The first rounds fill caches.
        let Some((settled, last)) = totals[9].zip(totals[19]) else {
            println!("skipped: no debug build");
            return;
        };
        // One reference a round too many would be a thousand; asking for the total takes a few.
        assert!((last - settled).abs() < 100, "from {settled} to {last}");
        let text = PyString::new(py, "held a hundred times").unwrap();
        let before = total(py).unwrap();
        let held: Vec<_> = (0..100).map(|_| text.new_ref()).collect();
        let counted = total(py).unwrap() - before;
        assert!(
            (95..=105).contains(&counted),
            "{counted} of 100 were counted"
        );
        drop(held);
    });
}

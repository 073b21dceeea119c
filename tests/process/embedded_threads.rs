//! Rust threads on which an embedded interpreter runs code: what they keep, and their stacks.

use std::thread;

use pyptr::Python;

use crate::embed::{run, value};

const SET_LOCALS: &std::ffi::CStr = c"import threading, contextvars
local = threading.local(); local.x = 1
var = contextvars.ContextVar('var', default=None); var.set(2)";

/// A thread that stays inside of one attachment, mostly detached, keeps its thread state for the attachments within.
pub fn a_thread_keeps_its_state() {
    Python::initialize();
    let seen = || {
        value(
            "(getattr(sys.modules['__main__'].local, 'x', None), sys.modules['__main__'].var.get())",
        )
    };
    let kept = thread::spawn(move || {
        Python::attach(|py| {
            py.detach(|| {
                run(SET_LOCALS);
                seen()
            })
        })
    });
    assert_eq!(kept.join().unwrap(), "(1, 2)");
    let lost = thread::spawn(move || {
        run(SET_LOCALS);
        seen()
    });
    assert_eq!(lost.join().unwrap(), "(None, None)");
}

/// Python's own limit of recursion is reached before the end of the stack, which is that of a Rust thread, but for debug builds.
pub fn recursion_on_the_stack_of_a_thread() {
    Python::initialize();
    // With more, 3.14's debug build reaches the innermost list, and then checks a text of each length on the way back.
    let mebibytes = match cfg!(py_sys_config = "Py_REF_DEBUG") {
        true if cfg!(all(Py_3_14, not(Py_GIL_DISABLED))) => 4,
        true => 16,
        false => 2,
    };
    let recursion = || {
        run(c"import json, pickle
nested = []
for _ in range(100_000): nested = [nested]
class Deep:
    def __getattr__(self, name): return getattr(self, name)
def function(count): return function(count + 1)
def mapped(x): return list(map(mapped, [x]))
for act in (lambda: function(0), lambda: mapped(1), lambda: Deep().x, lambda: repr(nested), lambda: pickle.dumps(nested),
            lambda: json.dumps(nested), lambda: eval('-' * 100_000 + '1')):
    try: act()
    except (RecursionError, MemoryError, SyntaxError): pass
    else: raise AssertionError(act)
while nested: nested = nested.pop()");
    };
    thread::Builder::new()
        .stack_size(mebibytes << 20)
        .spawn(recursion)
        .unwrap()
        .join()
        .unwrap();
}

//! Forking while other threads queue releases: the child must find no lock held for ever.

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use pyptr::sync::OnceObject;
use pyptr::types::{PyAny, PyString};
use pyptr::{Owned, Python};

use crate::python::{run, run_with};
use crate::support::{count, shared};

pub fn while_releases_are_queued() {
    Python::initialize();
    let stop = AtomicBool::new(false);
    let (text, others) = shared(20_000);
    thread::scope(|scope| {
        let (first, second) = {
            let mut first = others;
            let second = first.split_off(10_000);
            (first, second)
        };
        for queue in [first, second] {
            let stop = &stop;
            scope.spawn(move || {
                for other in queue {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    drop(other);
                }
            });
        }
        for _ in 0..20 {
            let in_child = Python::attach(|py| {
                let warnings = "import os, warnings\nwarnings.simplefilter('ignore')\n";
                let pid: Owned<'_, PyAny> = run(py, &format!("{warnings}result = os.fork()"));
                if !pid.is_truthy().unwrap() {
                    return true;
                }
                let code = "import os\nresult = os.waitpid(pid, 0)[1] == 0";
                let passed = run_with(py, code, &[("pid", &pid)]).unwrap();
                assert!(passed.is_truthy().unwrap(), "the child failed");
                false
            });
            if in_child {
                in_the_child();
            }
        }
        stop.store(true, Ordering::Relaxed);
    });
    assert_eq!(count(&text), 1);
}

/// Queues, drains, and leaves.
fn in_the_child() -> ! {
    let passed = std::panic::catch_unwind(|| {
        let (text, others) = shared(100);
        drop(others);
        assert_eq!(count(&text), 1);
    });
    Python::attach(|py| {
        let code = if passed.is_ok() { "0" } else { "1" };
        let _none = run(py, &format!("import os; os._exit({code})"));
    });
    unreachable!()
}

/// The thread that makes the object does not exist in the child.
pub fn while_an_object_is_made() {
    static ONCE: OnceObject<PyString> = OnceObject::new();
    let get = |wait: &dyn Fn(Python<'_>)| {
        Python::attach(|py| {
            let text = ONCE.get_or_try_init(py, |py| {
                wait(py);
                PyString::new(py, "made once")
            });
            text.unwrap().len()
        })
    };
    Python::initialize();
    let (started, forked) = (Barrier::new(2), Barrier::new(2));
    thread::scope(|scope| {
        scope.spawn(|| {
            get(&|py| {
                py.detach(|| {
                    started.wait();
                    forked.wait();
                })
            })
        });
        started.wait();
        // Waits as well, and may be anywhere in that when the process is forked.
        scope.spawn(|| {
            get(&|_| panic!("made twice"));
        });
        let in_child = Python::attach(|py| {
            let warnings = "import os, warnings\nwarnings.simplefilter('ignore')\n";
            let pid = run(py, &format!("{warnings}result = os.fork()"));
            if !pid.is_truthy().unwrap() {
                return true;
            }
            let code = "
import os, time
for _ in range(1000):
    child, status = os.waitpid(pid, os.WNOHANG)
    if child:
        break
    time.sleep(0.01)
else:
    os.kill(pid, 9)
    os.waitpid(pid, 0)
    status = 'hangs'
result = status == 0";
            let passed = run_with(py, code, &[("pid", &pid)]).unwrap();
            assert!(passed.is_truthy().unwrap(), "the child failed");
            false
        });
        if in_child {
            let len = get(&|_| ());
            Python::attach(|py| drop(run(py, &format!("import os; os._exit({len} - 9)"))));
        }
        forked.wait();
    });
    assert_eq!(get(&|_| panic!("made twice")), 9);
}

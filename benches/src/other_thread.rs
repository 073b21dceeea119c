//! Objects that another thread has made, which lives as long as they: on free-threaded builds it owns them, and others count
//! their references by atomic instructions.

use std::sync::mpsc::{Sender, channel};
use std::thread::{self, JoinHandle};

use pyptr::{Borrowed, Object, Owned, PyErr, Python, Shared};

pub struct OtherThread<T: Object> {
    object: Option<Shared<T>>,
    /// Dropping it lets the thread end.
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl<T: Object> OtherThread<T> {
    /// Has a thread make an object.
    pub fn make(
        py: Python<'_>,
        make: impl for<'py> FnOnce(Python<'py>) -> Result<Owned<'py, T>, PyErr> + Send + 'static,
    ) -> Result<OtherThread<T>, PyErr>
    where
        T: 'static,
    {
        let (made, receive) = channel();
        let (end, wait) = channel();
        let thread = thread::spawn(move || {
            Python::attach(|py| {
                let object = make(py).map(Owned::into_shared);
                made.send(object).expect("someone waits");
            });
            // An error says that the other end was dropped.
            let _ = wait.recv();
        });
        let object: Result<_, PyErr> = py.detach(move || receive.recv()).expect("an answer");
        Ok(OtherThread {
            object: Some(object?),
            end: Some(end),
            thread: Some(thread),
        })
    }

    pub fn object<'a, 'py>(&'a self, py: Python<'py>) -> &'a Borrowed<'py, T> {
        self.object.as_ref().expect("not dropped").bind(py)
    }
}

impl<T: Object> Drop for OtherThread<T> {
    fn drop(&mut self) {
        self.object = None;
        self.end = None;
        let _ = self.thread.take().expect("not joined").join();
    }
}

//! Objects that another thread has made, which lives as long as they: on free-threaded builds it owns them, and others count
//! their references by atomic instructions.

use std::sync::mpsc::{Sender, channel};
use std::thread::{self, JoinHandle};

use pyptr::types::{PyList, PyString};
use pyptr::{Borrowed, Owned, PyErr, Python, Shared};

use crate::Shapes;

pub struct OtherThread {
    documents: Option<Shared<PyList>>,
    /// Dropping it lets the thread end.
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl OtherThread {
    /// Has the documents that a method makes made by a thread.
    pub fn make(py: Python<'_>, method: &Borrowed<'_, PyString>) -> Result<OtherThread, PyErr> {
        let method = method.to_rust_string()?;
        let (made, receive) = channel();
        let (end, wait) = channel();
        let thread = thread::spawn(move || {
            Python::attach(|py| {
                let make = || {
                    let method = PyString::new(py, &method)?;
                    let (documents, _) = Shapes::new(py)?.make(&method)?;
                    Ok(documents.into_shared())
                };
                made.send(make()).expect("someone waits");
            });
            // An error says that the other end was dropped.
            let _ = wait.recv();
        });
        let documents: Result<_, PyErr> = py.detach(move || receive.recv()).expect("an answer");
        Ok(OtherThread {
            documents: Some(documents?),
            end: Some(end),
            thread: Some(thread),
        })
    }

    pub fn documents<'py>(&self, py: Python<'py>) -> Result<Owned<'py, PyList>, PyErr> {
        let documents = self.documents.as_ref().expect("not dropped");
        Ok(documents.bind(py).to_owned())
    }
}

impl Drop for OtherThread {
    fn drop(&mut self) {
        self.documents = None;
        self.end = None;
        let _ = self.thread.take().expect("not joined").join();
    }
}

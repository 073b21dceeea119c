//! `IntoRaised`: errors of Rust that become exceptions, at once or by a `PyErr` that is made without a token.

use std::error::Error;
use std::ffi::CString;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::{fmt, io, thread};

use pyptr::error::*;
use pyptr::types::{PyString, PyType};
use pyptr::{IntoRaised, PyErr, Python, Raised};

use super::is_set;
use crate::common::{attached, fresh_str, repeated};
use crate::python::{exec, namespace};

/// An enum of a user's.
#[derive(Debug)]
enum Failure {
    Odd(i64),
    Missing(&'static str),
}

impl IntoRaised<'_> for Failure {
    fn into_raised(self, py: Python<'_>) -> Raised<'_> {
        match self {
            Failure::Odd(n) => py.raise::<PyValueError>(format_args!("{n} is odd")),
            Failure::Missing(name) => py.raise::<PyKeyError>(name),
        }
    }
}

/// One that holds what is set.
enum Held<'py> {
    Python(Raised<'py>),
    Other(Failure),
}

impl<'py> IntoRaised<'py> for Held<'py> {
    fn into_raised(self, py: Python<'py>) -> Raised<'py> {
        match self {
            Held::Python(raised) => raised,
            Held::Other(failure) => failure.into_raised(py),
        }
    }
}

/// The exception's class and text, as a traceback shows them.
fn raised<'py, E: IntoRaised<'py>>(py: Python<'py>, error: E) -> String {
    let text = PyErr::from(error.into_raised(py)).display(py);
    assert!(!is_set(py));
    text
}

#[test]
fn errors_of_std() {
    attached(|py| {
        assert_eq!(
            raised(py, "x".parse::<i64>().unwrap_err()),
            "ValueError: invalid digit found in string"
        );
        let texts = [
            raised(py, "x".parse::<f64>().unwrap_err()),
            raised(py, "x".parse::<bool>().unwrap_err()),
            raised(py, "xy".parse::<char>().unwrap_err()),
            raised(py, char::try_from(0xd800_u32).unwrap_err()),
            raised(py, u8::try_from('\u{100}').unwrap_err()),
            raised(
                py,
                char::decode_utf16([0xd800]).next().unwrap().unwrap_err(),
            ),
            raised(py, String::from_utf16(&[0xd800]).unwrap_err()),
            raised(
                py,
                std::str::from_utf8(std::hint::black_box(b"\xff")).unwrap_err(),
            ),
            raised(py, CString::new("a\0b").unwrap_err()),
            raised(py, CString::from(c"\xff").into_string().unwrap_err()),
            raised(py, std::ffi::CStr::from_bytes_with_nul(b"x").unwrap_err()),
            raised(py, <[u8; 2]>::try_from(&b"abc"[..]).unwrap_err()),
            raised(py, "1.2.3".parse::<std::net::IpAddr>().unwrap_err()),
            raised(
                py,
                std::time::Duration::try_from_secs_f64(-1.0).unwrap_err(),
            ),
        ];
        for text in texts {
            assert!(text.starts_with("ValueError: "), "{text}");
        }
        let text = raised(py, u8::try_from(256_i32).unwrap_err());
        assert!(text.starts_with("OverflowError: out of range"), "{text}");
        let text = raised(py, fmt::Error);
        assert!(text.starts_with("RuntimeError: "), "{text}");
        let text = raised(py, Vec::<u8>::new().try_reserve(usize::MAX).unwrap_err());
        assert!(text.starts_with("MemoryError: "), "{text}");
        let text = raised(py, std::env::var("no such variable").unwrap_err());
        assert!(text.starts_with("KeyError: "), "{text}");
        let cell = std::cell::RefCell::new(());
        let _borrowed = cell.borrow_mut();
        let text = raised(py, cell.try_borrow().unwrap_err());
        assert!(text.starts_with("RuntimeError: "), "{text}");
    });
}

/// The message, the bytes and the place are those of `bytes.decode()`.
#[test]
fn bytes_that_are_no_utf8() {
    attached(|py| {
        let error = String::from_utf8(b"caf\xe9!".to_vec()).unwrap_err();
        let exception = error.into_raised(py).into_exception();
        let ns = namespace(py);
        assert!(ns.set_str("e", &exception).is_ok());
        exec(
            &ns,
            "try: b'caf\\xe9!'.decode()\nexcept UnicodeDecodeError as error: same = error\n\
             assert type(e) is UnicodeDecodeError and str(e) == str(same), str(e)\n\
             assert (e.object, e.start, e.end, e.encoding) == (b'caf\\xe9!', 3, 4, 'utf-8')",
        );
    });
}

/// As CPython makes them of `OSError(errno, strerror)`.
#[test]
fn errors_of_io() {
    attached(|py| {
        let missing = std::fs::read("/no/such/file").unwrap_err();
        let exception = missing
            .into_raised(py)
            .catch::<PyFileNotFoundError>()
            .unwrap();
        let errno = exception.getattr(c"errno").unwrap();
        assert_eq!(errno.extract::<i64>().unwrap(), 2);
        let text = exception.getattr(c"strerror").unwrap();
        if cfg!(unix) {
            assert_eq!(text.extract::<&str>().unwrap(), "No such file or directory");
        }
        assert!(exception.getattr(c"filename").unwrap().is_none());
        #[cfg(unix)]
        {
            let directory = std::fs::read("/").unwrap_err();
            assert!(directory.into_raised(py).is::<PyIsADirectoryError>());
            drop(Raised::occurred(py));
            // Of those that only an errno has.
            let text = raised(py, io::Error::from_raw_os_error(3));
            assert!(text.starts_with("ProcessLookupError: [Errno 3]"), "{text}");
        }
        let text = raised(py, io::Error::from(io::ErrorKind::NotADirectory));
        assert_eq!(text, "NotADirectoryError: not a directory");
        assert_eq!(raised(py, io::Error::other("own")), "OSError: own");
        assert!(!is_set(py));
    });
}

/// An exception that has passed through `io::Error`, as through `impl Write for ..`, or through a box.
#[test]
fn exceptions_that_were_wrapped() {
    attached(|py| {
        let argument = fresh_str(py, "the argument");
        let store = || {
            let kind = PyType::of::<PyKeyError>(py);
            PyErr::from(Raised::from_type(kind, Some(&argument)))
        };
        let check = |raised: Raised<'_>| {
            let exception = raised.catch::<PyKeyError>().unwrap();
            let args = exception.args().unwrap();
            assert!(args.get(0).unwrap().as_ptr() == argument.as_ptr());
        };
        check(io::Error::other(store()).into_raised(py));
        let boxed: Box<dyn Error> = Box::new(store());
        check(boxed.into_raised(py));
        let boxed: Box<dyn Error + Send + Sync> = store().into();
        check(boxed.into_raised(py));
        // And a box in a `PyErr`.
        let boxed: Box<dyn Error + Send + Sync> = Box::new(io::Error::other(store()));
        let error = PyErr::from(boxed);
        assert_eq!(error.to_string(), "KeyError: the argument");
        check(error.raise(py));
        assert_eq!((argument.refcount(), is_set(py)), (1, false));
    });
}

#[test]
fn errors_in_boxes() {
    attached(|py| {
        let boxed = |error: Box<dyn Error + Send + Sync>| PyErr::from(error).to_string();
        let parse = || "x".parse::<i64>().unwrap_err();
        assert_eq!(
            boxed(parse().into()),
            "ValueError: invalid digit found in string"
        );
        assert_eq!(boxed("text".into()), "RuntimeError: text");
        let error: Box<dyn Error> = parse().into();
        assert_eq!(
            raised(py, error),
            "ValueError: invalid digit found in string"
        );
        let error: Box<dyn Error + Send + Sync> = "text".into();
        assert_eq!(raised(py, error), "RuntimeError: text");
        let error: Box<dyn Error + Send> = Box::new(String::from_utf8(vec![0xff]).unwrap_err());
        assert!(raised(py, error).starts_with("UnicodeDecodeError: 'utf-8' codec"));
    });
}

#[test]
fn errors_of_the_user() {
    attached(|py| {
        assert_eq!(raised(py, Failure::Odd(3)), "ValueError: 3 is odd");
        assert_eq!(raised(py, Failure::Missing("k")), "KeyError: 'k'");
        let held = Held::Python(py.raise::<PyTypeError>("set"));
        assert_eq!(raised(py, held), "TypeError: set");
        assert_eq!(
            raised(py, Held::Other(Failure::Odd(1))),
            "ValueError: 1 is odd"
        );
        let error = py.none().cast::<PyString>().unwrap_err();
        assert_eq!(raised(py, error), "TypeError: expected str, got NoneType");
    });
}

/// What was set before is replaced, and its token, which is dropped later, clears nothing.
#[test]
fn raised_over_another() {
    attached(|py| {
        let first = py.raise::<PyKeyError>("first");
        let second = "x".parse::<i64>().unwrap_err().into_raised(py);
        drop(first);
        assert!(second.is::<PyValueError>());
        let third = String::from_utf8(vec![0xff]).unwrap_err().into_raised(py);
        drop(second);
        assert!(third.is::<PyUnicodeDecodeError>());
        let fourth = io::Error::from_raw_os_error(2).into_raised(py);
        drop(third);
        assert!(fourth.is::<PyFileNotFoundError>());
        drop(fourth);
        assert!(!is_set(py));
    });
}

fn without_a_token(text: &str) -> Result<i64, PyErr> {
    let number: i64 = text.parse()?;
    let small = i64::from(u8::try_from(number)?);
    if small % 2 != 0 {
        Err(Failure::Odd(small))?;
    }
    Ok(small)
}

/// `?` on a thread that was never attached, and the exception on another.
#[test]
fn question_marks_without_a_token() {
    repeated(|| {
        let detached = |text: &'static str| {
            let there = thread::spawn(move || without_a_token(text).unwrap_err());
            there.join().unwrap()
        };
        let (parse, large, odd) = (detached("x"), detached("256"), detached("3"));
        assert_eq!(
            parse.to_string(),
            "ValueError: invalid digit found in string"
        );
        assert_eq!(
            format!("{parse:?}"),
            "PyErr(ValueError: invalid digit found in string)"
        );
        assert!(large.to_string().starts_with("OverflowError: out of range"));
        assert_eq!(
            odd.to_string(),
            "an error whose exception has not been made yet"
        );
        Python::attach(|py| {
            assert!(parse.is::<PyValueError>(py) && !parse.is::<PyKeyError>(py));
            // Made once.
            assert!(parse.exception(py).is(parse.exception(py)));
            assert_eq!(parse.exception(py).refcount(), 1);
            assert!(large.raise(py).is::<PyOverflowError>());
            assert!(!is_set(py));
            assert_eq!(odd.clone_ref(py).display(py), "ValueError: 3 is odd");
            assert_eq!(odd.to_string(), "ValueError: 3 is odd");
            assert_eq!(odd.exception(py).refcount(), 1);
            let exception = odd.into_exception(py);
            assert_eq!(exception.refcount(), 1);
            assert!(parse.raise(py).is::<PyValueError>());
        });
        // Dropped without an exception.
        drop(detached("5"));
        assert_eq!(without_a_token("4").unwrap(), 4);
    });
}

/// An error that is made later changes nothing that is set meanwhile.
#[test]
fn making_one_keeps_what_is_set() {
    attached(|py| {
        let raised = py.raise::<PyKeyError>("set all the time");
        let error = PyErr::from(Failure::Odd(1));
        assert!(error.is::<PyValueError>(py));
        let second = PyErr::with_message::<PyTypeError>("text");
        assert!(second.into_exception(py).cast::<PyTypeError>().is_ok());
        assert!(raised.is::<PyKeyError>());
        raised.clear();
        assert!(!is_set(py));
    });
}

#[test]
fn messages_without_a_token() {
    repeated(|| {
        let error = PyErr::with_message::<PyValueError>(format_args!("{} is odd", 3));
        assert_eq!(error.to_string(), "ValueError: 3 is odd");
        Python::attach(|py| {
            assert_eq!(error.display(py), "ValueError: 3 is odd");
            // It needs five arguments.
            let error = PyErr::with_message::<PyUnicodeDecodeError>("text");
            assert!(error.is::<PyTypeError>(py));
            assert!(!is_set(py));
        });
    });
}

/// Runs any code when it is raised.
struct Runs<F>(F);

impl<'py, F: FnOnce(Python<'_>) -> Raised<'_>> IntoRaised<'py> for Runs<F> {
    fn into_raised(self, py: Python<'py>) -> Raised<'py> {
        (self.0)(py)
    }
}

fn runs<F: FnOnce(Python<'_>) -> Raised<'_>>(f: F) -> Runs<F> {
    Runs(f)
}

/// Threads that need the exception at once get the same one, which is made once, also if that lets them run.
#[test]
fn made_once_by_threads() {
    repeated(|| {
        let made = Arc::new(AtomicUsize::new(0));
        let count = made.clone();
        let error = PyErr::from(runs(move |py: Python<'_>| {
            count.fetch_add(1, Ordering::SeqCst);
            py.detach(|| thread::sleep(std::time::Duration::from_millis(20)));
            py.raise::<PyValueError>("made")
        }));
        let addresses: Vec<usize> = thread::scope(|scope| {
            let one = || Python::attach(|py| error.exception(py).as_ptr().addr());
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(one)).collect();
            threads.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert!(addresses.iter().all(|&address| address == addresses[0]));
        assert_eq!(made.load(Ordering::SeqCst), 1);
    });
}

/// `into_raised` that asks for its own exception, panics, or leaves nothing set.
#[test]
fn hostile_errors() {
    attached(|py| {
        static OWN: OnceLock<PyErr> = OnceLock::new();
        let _ = OWN.set(PyErr::from(runs(|py: Python<'_>| {
            assert!(OWN.get().unwrap().is::<PySystemError>(py));
            py.raise::<PyValueError>("too late")
        })));
        let own = OWN.get().unwrap();
        assert!(own.is::<PySystemError>(py));
        assert!(own.display(py).contains("was needed while it was made"));

        let panics = PyErr::from(runs(|_: Python<'_>| -> Raised<'_> { panic!("on purpose") }));
        let caught = std::panic::catch_unwind(|| panics.exception(py).refcount());
        assert!(caught.is_err());
        assert!(panics.is::<PySystemError>(py));
        assert!(panics.raise(py).is::<PySystemError>());

        let nothing = PyErr::from(runs(|py: Python<'_>| {
            let raised = py.raise::<PyValueError>("cleared");
            drop(Raised::occurred(py));
            raised
        }));
        assert!(
            nothing
                .display(py)
                .starts_with("SystemError: error reported without")
        );
        assert!(!is_set(py));
    });
}

#[test]
fn counts_one_reference_of_what_is_made_later() {
    attached(|py| {
        let argument = fresh_str(py, "the argument").into_shared();
        let kept = argument.clone_ref(py);
        let error = PyErr::from(runs(move |py: Python<'_>| {
            let kind = PyType::of::<PyValueError>(py);
            Raised::from_type(kind, Some(argument.bind(py)))
        }));
        assert_eq!(kept.bind(py).refcount(), 2);
        let second = error.clone_ref(py);
        // The closure is gone, its exception has the argument.
        assert_eq!(
            (kept.bind(py).refcount(), error.exception(py).refcount()),
            (2, 2)
        );
        drop(second);
        assert_eq!(error.exception(py).refcount(), 1);
        drop(error.raise(py));
        assert_eq!(kept.bind(py).refcount(), 1);
    });
}

/// A `PyErr` can be moved into what may panic.
#[test]
fn a_panic_leaves_it_as_it_is() {
    attached(|py| {
        let error = PyErr::from(Failure::Odd(1));
        static RUN: AtomicBool = AtomicBool::new(false);
        let caught = std::panic::catch_unwind(|| {
            RUN.store(true, Ordering::SeqCst);
            assert!(!error.is::<PyValueError>(py), "on purpose");
        });
        assert!(caught.is_err() && RUN.load(Ordering::SeqCst));
        assert!(error.raise(py).is::<PyValueError>());
    });
}

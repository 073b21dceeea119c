//! Manual mode: references counted by hand, with the semantics of the C API.
//!
//! [`Ptr<T>`](Ptr) is a pointer to a Python object and nothing else: one word, `Copy`, without a lifetime,
//! without a drop. Code that uses it is written as in C: it takes references with [`incref`](Ptr::incref),
//! releases them with [`decref`](Ptr::decref), and its author knows of each function whether it borrows or
//! steals. So every function that accesses an object or its count is `unsafe`. None takes a token; instead,
//! each safety section asks for the same: that the thread is *attached* (which is checked under debug
//! assertions).
//!
//! It is for code that is translated from C or Zig one function at a time, and for the rare data structure
//! whose references no lifetime describes. Everything else is better written with [`Owned`](crate::Owned) and
//! [`Borrowed`](crate::Borrowed), which compile to the same instructions. The type is called `Ptr` and not
//! `Object`, because [`Object`](crate::Object) is the trait that every `T` implements.
//!
//! # The rules, in full
//!
//! - **Arguments are borrowed**, and results are new references, unless the function says otherwise.
//! - **Two functions steal**: [`append`](Ptr::append) and [`append_str`](Ptr::append_str) take over the
//!   reference of their left side, *also when they fail*. [`concat`](Ptr::concat) and
//!   [`concat_str`](Ptr::concat_str) do the same work and steal nothing.
//! - **`None` means that an exception is set**, everywhere in this module, as NULL does in C. `?` passes
//!   it on in a function that returns an `Option`; [`Ptr::into_result`] turns it into a
//!   [`PyResult`](crate::PyResult). `Option<Ptr<T>>` is one word whose `None` is NULL, so that it can
//!   be the result of an `extern "C"` function.
//!
//! # Walk-through: `append`
//!
//! The example is the one with which Pydust, a binding for Zig, explains memory management: a function
//! that Python calls with a `str`, and that returns a new one with `"right"` at its end.
//!
//! ```
//! use pyptr::manual::Ptr;
//! use pyptr::types::PyString;
//!
//! /// # Safety
//! /// Attached; `left` is a live str, borrowed from the caller. The result is a new reference.
//! unsafe fn append(left: Ptr<PyString>) -> Option<Ptr<PyString>> {
//!     // SAFETY: attached.
//!     let right = unsafe { Ptr::new_str("right") }?;         // 1
//!     // SAFETY: the reference from line 1 is ours, and nothing else releases it.
//!     let _release = unsafe { right.defer_decref() };        // 2
//!     // SAFETY: `left` is alive; the new reference is given away on line 4.
//!     unsafe { left.incref() };                              // 3
//!     // SAFETY: two live strs; the reference that is stolen is the one from line 3.
//!     unsafe { left.append(right) }                          // 4
//! }                                                          // 5
//! # use pyptr::Python;
//! # Python::initialize();
//! # Python::attach(|py| {
//! #     let left = PyString::new(py, "hello ").unwrap();
//! #     let raw = Ptr::from_borrowed(&left);
//! #     let result = unsafe { Ptr::into_result(py, append(raw)) }.unwrap();
//! #     assert_eq!(result.to_str().unwrap(), "hello right");
//! #     assert_eq!((left.refcount(), result.refcount()), (1, 1));
//! # });
//! ```
//!
//! Python holds `n` references to `left` while it calls the function, and lends it one of them. What each line
//! does to the counts:
//!
//! | after line | `left` | `right` | what happened |
//! |---|---|---|---|
//! | call | n | | `left` is borrowed: the caller had a reference before, and expects to have it afterwards |
//! | 1 | n | 1 | a new object, with one reference, which is ours; on failure there is nothing to release yet |
//! | 2 | n | 1 | nothing yet: the guard will release `right` when the function returns, by whichever path |
//! | 3 | n + 1 | 1 | a second reference to `left`, ours, for line 4 to steal |
//! | 4 | n | 1 | `append` made a new str, the result, with one reference, and released the reference from line 3; it only read `right`. On failure the result is `None`, and `left` is at n as well |
//! | 5 | n | 0 | the guard releases `right`, which is freed; the result's reference goes to the caller |
//!
//! Without line 2, `right` keeps its one reference for ever: a leak at each call.
//!
//! Without line 3, the function still compiles, and still returns the right text. But then `append`
//! steals the reference that the caller lent, and `left` is left at n - 1:
//!
//! - If n was 2 or more, nothing happens now, but the count is too small by one from here on. Later, far from
//!   this code, the last holder but one frees the object, and the last holder uses freed memory.
//! - If n was 1, `append` takes the lent reference for the only one. Either it frees the object (for example, an
//!   interned one), or it grows the object in place. If growing moves the object, the caller's pointer dangles
//!   at once. If not, the caller's str has changed without its knowledge, and the caller's own `decref` frees
//!   the result.
//!
//! # The same in safe code
//!
//! ```
//! use pyptr::types::PyString;
//! use pyptr::{Borrowed, Owned, PyResult};
//!
//! fn append<'py>(left: &Borrowed<'py, PyString>) -> PyResult<'py, Owned<'py, PyString>> {
//!     let right = PyString::new(left.py(), "right")?;   // 1, and 2: an `Owned` is released by its drop
//!     left.to_owned().append(&right)                    // 3: `to_owned`, 4: `append` takes it by value
//! }                                                     // 5
//! # use pyptr::Python;
//! # Python::initialize();
//! # Python::attach(|py| {
//! #     let left = PyString::new(py, "hello ").unwrap();
//! #     assert_eq!(append(&left).unwrap().to_str().unwrap(), "hello right");
//! #     assert_eq!(left.refcount(), 1);
//! # });
//! ```
//!
//! The counts after each line are those of the table. Line 2 cannot be forgotten, and without the
//! `to_owned()` of line 3 it does not compile, because a borrowed str has no `append`:
//!
//! ```compile_fail,E0599
//! # use pyptr::types::PyString;
//! # use pyptr::{Borrowed, Owned, PyResult};
//! fn append<'py>(left: &Borrowed<'py, PyString>) -> PyResult<'py, Owned<'py, PyString>> {
//!     let right = PyString::new(left.py(), "right")?;
//!     left.append(&right)
//! }
//! ```
//!
//! If there is no reference to give away, `concat_str` is shorter, in either mode. Stealing is useful in a
//! chain, where each result is the only reference to a str that can grow in place:
//!
//! ```
//! # use pyptr::manual::Ptr;
//! # use pyptr::types::PyString;
//! /// # Safety
//! /// Attached. The result is a new reference.
//! unsafe fn count() -> Option<Ptr<PyString>> {
//!     // SAFETY: attached.
//!     let mut text = unsafe { Ptr::new_str("one") }?;
//!     for more in [", two", ", three"] {
//!         // SAFETY: the reference is ours, and given up for the one that comes back; `?` leaves
//!         // nothing behind, as a failure takes it, too.
//!         text = unsafe { text.append_str(more) }?;
//!     }
//!     Some(text)
//! }
//! # use pyptr::Python;
//! # Python::initialize();
//! # Python::attach(|py| {
//! #     let text = unsafe { Ptr::into_result(py, count()) }.unwrap();
//! #     assert_eq!((text.to_str().unwrap(), text.refcount()), ("one, two, three", 1));
//! # });
//! ```
//!
//! # To and from the safe pointers
//!
//! | from | to | count | |
//! |---|---|---|---|
//! | `Owned` | `Ptr`, which now owns the reference | 0 | [`Ptr::from_owned`] |
//! | `&Borrowed` | `Ptr`, a borrowed reference | 0 | [`Ptr::from_borrowed`] |
//! | `Ptr` that owns a reference | `Owned` | 0 | [`into_owned`](Ptr::into_owned), `unsafe` |
//! | `Ptr` to a live object | `&Borrowed` | 0 | [`as_borrowed`](Ptr::as_borrowed), `unsafe` |
//! | `Ptr` to a live object | `Ptr` that owns a reference | +1 | [`new_ref`](Ptr::new_ref), `unsafe` |
//! | `*mut PyObject`, borrowed | `Option<Ptr>` | 0 | [`Ptr::from_ptr`] |
//! | `*mut PyObject`, a new reference | `Option<Ptr>`, which now owns it | 0 | [`Ptr::from_owned_ptr`], `unsafe` |
//! | `Ptr` that owns a reference | `*mut PyObject`, for code that steals | 0 | [`Ptr::give`], `unsafe` |
//! | `PyResult<Owned>` | `Option<Ptr>` | 0 | [`Ptr::from_result`] |
//! | `Option<Ptr>` | `PyResult<Owned>` | 0 | [`Ptr::into_result`], `unsafe` |
//!
//! # Types written by hand
//!
//! | what C's `tp_dealloc` and similar functions call | |
//! |---|---|
//! | [`Ptr::gc_new`] | a new object, whose fields are filled in before the collector knows it |
//! | [`finalize_from_dealloc`](Ptr::finalize_from_dealloc) | first: the object may live on |
//! | [`clear_weak_refs`](Ptr::clear_weak_refs) | then: no weak reference leads to the object any more |
//! | [`Ptr::clear`] | for each field that owns a reference: sets it to `None`, then releases the reference |
//!
//! # Under the ledger
//!
//! With the feature `ledger` every reference that is counted by hand has a record, with the line that took it.
//! Only a recorded reference can be released or given away: a `decref` too many is refused and reported; if a
//! reference is given away that is not recorded, the ledger takes a new one in its place and reports that. A pointer
//! whose object a `decref` has destroyed panics where it is used, except for `incref` and `decref`, which are refused. So
//! the ledger has to learn of references that come and go: call [`Ptr::from_owned_ptr`] for a new reference
//! from a raw call, [`Ptr::give`] for one that C code steals, and [`Ptr::into_returned`] for one that is
//! returned. Without the feature these three do no more than convert the pointer.

mod convert;
mod defer;
mod heap;
mod ptr;
mod string;

pub use defer::DeferDecref;
pub use ptr::Ptr;

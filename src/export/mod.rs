//! Exporting Rust functions as a Python module: [`module!`](crate::module) and what it expands to.
//!
//! The functions are ordinary Rust functions. [`module!`](crate::module) declares which of them the Python
//! module has, under which names and with which parameters; its page begins with an example, and describes
//! the declaration.
//!
//! # Parameters
//!
//! A parameter of an exported function has a type that implements [`FromPyObject`](crate::FromPyObject),
//! such as `&str`, `i64`, `Vec<T>` or `Option<T>`. For Python objects:
//!
//! - `&Borrowed<'_, T>` checks the argument's type. The call holds a reference to the object until the function has
//!   returned ([what a call holds](crate::module#what-a-call-holds)).
//! - `Owned<'_, T>` checks the type and takes a new reference, which is the function's.
//!
//! # Results
//!
//! The result has a type that implements [`IntoPyObject`](crate::IntoPyObject), or is a `Result` of one with
//! the error [`Raised`](crate::Raised), [`PyErr`](crate::PyErr) or another that has [`IntoRaised`](crate::IntoRaised): those of
//! std, and your own ([`guide::errors`](crate::guide::errors#errors-of-rust)). `Err` raises its exception in the caller.
//!
//! A panic is reported by the panic hook, and raises a [`PanicException`] with its message and location,
//! which the module has as an attribute. With `panic = "abort"` it ends the process:
//! [`guide::errors`](crate::guide::errors#panics).
//!
//! # Entry points by hand
//!
//! For what a declaration cannot express (slots of types, methods of a module that C or PyO3 made), [`by_hand`] has the
//! boundary around the function, and entries of tables from functions with types.
//!
//! # What Python code sees
//!
//! A call with wrong arguments raises `TypeError` with CPython's own messages: `append() argument 'left' must
//! be str, not int`, `repeat() missing required argument 'text' (pos 1)`. What does not fit is told in the same way, with its
//! place in a container: `total() argument 'numbers', item 2 must be int from 0 to 255, not 300`. `help()` and `inspect.signature()`
//! show the declared parameters and the docstring.
//!
//! [`PanicException`]: crate::panic_exception

mod arguments;
mod built_in;
pub mod by_hand;
mod call;
mod classes;
mod constant;
mod declaration;
mod doc;
mod function;
mod guard;
mod held;
pub(crate) mod keywords;
mod literal;
mod macros;
mod many;
mod method;
mod module;
mod name;
mod output;
mod parameters;
mod refused;
mod signature;
mod source;
mod state;
mod submodule;
pub(crate) mod trampoline;
mod verdict;
pub(crate) mod wording;
mod writer;

pub use held::Holding;
pub use many::Keywords;
pub use module::Module;
pub use state::ModuleRef;

pub use crate::refs::Slot;

/// The items that the expansion of [`module!`](crate::module) names. Not for direct use: they may change at
/// any time.
#[doc(hidden)]
pub mod expansion {
    pub use super::arguments::{Arguments, Call, Positional, Sorted};
    pub use super::classes::{JoinedClass, StateTraverse};
    pub use super::constant::add_constant;
    pub use super::doc::{
        First, c_str, doc_bytes, doc_len, name, signed_doc_bytes, signed_doc_len,
    };
    pub use super::function::Function;
    pub(crate) use super::guard::guard;
    pub use super::held::{
        Held, Holding, module, optional, required, take, take_module, take_parameter,
    };
    pub use super::literal::Default;
    pub use super::many::{take_keywords, take_rest};
    pub use super::method::MethodDef;
    pub use super::module::{Initialised, ModuleSpec};
    pub use super::name::{python_bytes, python_name};
    pub use super::output::{Output, finish};
    pub use super::refused::{Accepted, AcceptedModule, Refused, Verdict, refused};
    pub use super::signature::{DocText, Item, Signature};
    pub use super::state::{StateOutput, finish_state};
    pub use super::verdict::verdict_on_module;
    pub use crate::convert::FromPyObject;
    pub use std::marker::PhantomData;
    pub use std::vec::Vec;

    pub use crate::convert::Literal;
    // Where the macro is used, these names may mean something else.
    pub(crate) use super::trampoline::{array, boundary, call_of};
    pub use core::option::Option::{self, None, Some};
    pub use core::primitive::{bool, u8};
    pub use core::result::Result::{Err, Ok};
    pub use core::{compile_error, concat, stringify};

    pub use crate::error::PyResult;
    pub use crate::refs::{Borrowed, Owned};
    pub use crate::sync::Interned;
    pub use crate::types::{PyAny, PyModule};
}

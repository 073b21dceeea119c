//! What `self`, `class` and `module` become: the first parameters of a class's functions.

use super::declared::Class;
use super::reference::ClassRef;
use crate::error::{PyResult, PySystemError};
use crate::export::ModuleRef;
use crate::export::expansion::{Call, Function, Held};
use crate::refs::{Borrowed, Python, TypeCheck};
use crate::types::PyType;

/// A function of a class.
///
/// # Safety
/// It is in a table of `Class`, as what it is: the interpreter calls it with an instance of the class, or with its type
/// for `new`, `static` and `classmethod`.
pub unsafe trait Member: Function {
    /// The class.
    type Class: Class;
}

/// A type that a method can have for `self`: `&Name` or `&Borrowed<'py, Name>`, as the Rust function asks for.
#[diagnostic::on_unimplemented(
    message = "`self` of a method of `{C}` is `&{C}` or `&Borrowed<'_, {C}>`, not `{Self}`",
    note = "threads share an instance: what changes is in a `Scalar`, a `Slot` or a `Locked`"
)]
pub trait Receiver<'h, 'py, C: Class>: Sized {
    /// The receiver for an instance that the call holds.
    #[doc(hidden)]
    fn of_instance(this: &'h Borrowed<'py, C>) -> Self;
}

impl<'h, 'py: 'h, C: Class> Receiver<'h, 'py, C> for &'h C {
    #[inline(always)]
    fn of_instance(this: &'h Borrowed<'py, C>) -> &'h C {
        this.payload()
    }
}

impl<'h, 'py, C: Class> Receiver<'h, 'py, C> for &'h Borrowed<'py, C> {
    #[inline(always)]
    fn of_instance(this: &'h Borrowed<'py, C>) -> &'h Borrowed<'py, C> {
        this
    }
}

/// A type that a class method can have for `self`: a [`ClassRef`], or `&Borrowed<'py, PyType>` for the class that it was
/// called on, which may be a derived one.
#[diagnostic::on_unimplemented(
    message = "`self` of a class method of `{C}` is `ClassRef<'_, '_, {C}>` or `&Borrowed<'_, PyType>`, not `{Self}`"
)]
pub trait ClassReceiver<'h, 'py, C: Class>: Sized {
    /// The receiver for a type that the call holds.
    #[doc(hidden)]
    fn of_type(kind: &'h Borrowed<'py, PyType>) -> Option<Self>;
}

impl<'h, 'py, C: Class> ClassReceiver<'h, 'py, C> for ClassRef<'h, 'py, C> {
    #[inline(always)]
    fn of_type(kind: &'h Borrowed<'py, PyType>) -> Option<Self> {
        // SAFETY: a live type, held for 'h.
        unsafe { ClassRef::of(kind.py(), kind.as_ptr().cast()) }
    }
}

impl<'h, 'py, C: Class> ClassReceiver<'h, 'py, C> for &'h Borrowed<'py, PyType> {
    #[inline(always)]
    fn of_type(kind: &'h Borrowed<'py, PyType>) -> Option<Self> {
        Some(kind)
    }
}

/// `self` of a method.
#[inline(always)]
pub fn instance<'h, 'py, F: Member, R: Receiver<'h, 'py, F::Class>>(
    call: &Call<'_, 'py, F>,
    held: &'h Held<'py, F>,
) -> PyResult<'py, R> {
    let py = call.py();
    match held.get(py) {
        Some(this) => {
            debug_assert!(<F::Class as TypeCheck>::is_type_of(this));
            // SAFETY: the interpreter checks `self` of a method and of a slot (`PyObject_TypeCheck` in the descriptor), and the
            // slots that may get another object check it themselves.
            Ok(R::of_instance(unsafe { this.cast_unchecked::<F::Class>() }))
        }
        None => Err(without_self(py)),
    }
}

/// `self` of a class method.
#[inline(always)]
pub fn class_receiver<'h, 'py, F: Member, R: ClassReceiver<'h, 'py, F::Class>>(
    call: &Call<'_, 'py, F>,
    held: &'h Held<'py, F>,
) -> PyResult<'py, R> {
    let kind = held
        .get(call.py())
        .and_then(|kind| kind.cast::<PyType>().ok());
    match kind.and_then(R::of_type) {
        Some(receiver) => Ok(receiver),
        None => Err(without_self(call.py())),
    }
}

/// `class: Class` where the call's own object is an instance.
#[inline(always)]
pub fn class_of_instance<'h, 'py, F: Member>(
    call: &Call<'_, 'py, F>,
    held: &'h Held<'py, F>,
) -> PyResult<'py, ClassRef<'h, 'py, F::Class>> {
    let this: &'h Borrowed<'py, F::Class> = instance(call, held)?;
    Ok(this.own_class())
}

/// `class: Class` where the call's own object is the type.
#[inline(always)]
pub fn class_of_type<'h, 'py, F: Member>(
    call: &Call<'_, 'py, F>,
    held: &'h Held<'py, F>,
) -> PyResult<'py, ClassRef<'h, 'py, F::Class>> {
    class_receiver(call, held)
}

/// `module: Module`, of an instance.
#[inline(always)]
pub fn module_of_instance<'h, 'py, F: Member>(
    call: &Call<'_, 'py, F>,
    held: &'h Held<'py, F>,
) -> PyResult<'py, ModuleRef<'h, 'py, <F::Class as Class>::State>> {
    class_of_instance(call, held)?.module()
}

/// `module: Module`, of a type.
#[inline(always)]
pub fn module_of_type<'h, 'py, F: Member>(
    call: &Call<'_, 'py, F>,
    held: &'h Held<'py, F>,
) -> PyResult<'py, ModuleRef<'h, 'py, <F::Class as Class>::State>> {
    class_of_type(call, held)?.module()
}

#[cold]
#[inline(never)]
fn without_self<'py>(py: Python<'py>) -> crate::Raised<'py> {
    py.raise::<PySystemError>("a function of a class was called without its class")
}

//! [`Class`]: a Rust struct that is a Python class.

use super::line::{Flags, Half, Line};
use super::visit::Traverse;
use crate::ffi;
use crate::refs::{Borrowed, PyAny, TypeCheck};

/// A Rust struct that is a Python class. Declared with [`class!`](crate::class!), and not implemented by hand.
///
/// # Safety
/// As [`class!`](crate::class!) implements it: the items and the tables are those of one declaration, whose functions are for
/// `Self`, and `methods` is the address of a static that no other class has.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a Python class",
    note = "declare it with `pyptr::class! {{ class {Self} {{ .. }} }}`"
)]
pub unsafe trait Class: TypeCheck + Traverse + Send + Sync {
    /// The state of the modules that have this class; `()` if the class does not ask for it.
    type State: Send + Sync + 'static;
    /// What instances can do.
    #[doc(hidden)]
    const FLAGS: Flags;
    /// The lines of the declaration.
    #[doc(hidden)]
    const LINES: &'static [Line];

    /// The method table, whose address is the identity of the class.
    #[doc(hidden)]
    fn methods() -> *mut ffi::PyMethodDef;

    /// The slots, ended by 0.
    #[doc(hidden)]
    fn slots() -> *mut ffi::PyType_Slot;
}

/// What follows from the items of `C`.
pub(super) struct Facts<C>(C);

impl<C: Class> Facts<C> {
    /// Whether an instance can be called.
    pub(super) const CALL: Option<ffi::vectorcallfunc> = {
        let (mut index, mut call) = (0, None);
        while index < C::LINES.len() {
            if let Line::Call(function) = C::LINES[index] {
                call = Some(function);
            }
            index += 1;
        }
        call
    };

    /// How Python code makes instances.
    pub(super) const NEW: Option<(ffi::newfunc, ffi::vectorcallfunc)> = {
        let (mut index, mut new) = (0, None);
        while index < C::LINES.len() {
            if let Line::New(tp_new, vectorcall) = C::LINES[index] {
                new = Some((tp_new, vectorcall));
            }
            index += 1;
        }
        new
    };

    /// What runs before an instance is destroyed.
    pub(super) const FINALIZER: Option<ffi::destructor> = {
        let (mut index, mut finalizer) = (0, None);
        while index < C::LINES.len() {
            if let Line::Finalizer(function) = C::LINES[index] {
                finalizer = Some(function);
            }
            index += 1;
        }
        finalizer
    };

    /// Whether the cycle collector knows the instances. One that has a finaliser and is not known would be finalised
    /// each time that it dies, after a resurrection again.
    pub(super) const COLLECTED: bool = C::HOLDS || C::FLAGS.dict || Self::FINALIZER.is_some();

    /// A part of a slot that several functions fill.
    pub(super) const fn part(slot: i32, operator: i32, kind: Part) -> Option<Half> {
        let mut index = 0;
        while index < C::LINES.len() {
            if let Line::Part {
                slot: other,
                operator: of,
                half,
            } = C::LINES[index]
            {
                let same = matches!(
                    (kind, half),
                    (Part::Forward, Half::Binary(_) | Half::Power(_))
                        | (
                            Part::Reflected,
                            Half::Reflected(_) | Half::ReflectedPower(_)
                        )
                        | (Part::Set, Half::Set(_))
                        | (Part::Delete, Half::Delete(_))
                );
                if same && other.slot == slot && of == operator {
                    return Some(half);
                }
            }
            index += 1;
        }
        None
    }
}

/// Which part of a slot.
#[derive(Clone, Copy)]
pub(super) enum Part {
    Forward,
    Reflected,
    Set,
    Delete,
}

/// Whether `object` is an instance of `C` or of a class derived from it: some class in its chain of bases has the method
/// table of `C`. A class has it by being made for a module of this process, and cannot lose it, since the class cannot be
/// changed. Other classes have other tables, and Python's own have none.
#[inline(always)]
pub fn is_instance<C: Class>(object: &Borrowed<'_, PyAny>) -> bool {
    if C::FLAGS.subclass {
        !own_type::<C>(type_of(object)).is_null()
    } else {
        is_exact_instance::<C>(object)
    }
}

/// Whether the type of `object` is that of `C`, in whichever module.
#[inline(always)]
pub fn is_exact_instance<C: Class>(object: &Borrowed<'_, PyAny>) -> bool {
    is_type_of_class::<C>(type_of(object))
}

/// The type of an object: borrowed from it.
#[inline(always)]
fn type_of(object: &Borrowed<'_, PyAny>) -> *mut ffi::PyTypeObject {
    // SAFETY: a live object.
    unsafe { ffi::Py_TYPE(object.as_ptr()) }
}

/// Whether this type object is one of `C` itself.
#[inline(always)]
pub(super) fn is_type_of_class<C: Class>(kind: *mut ffi::PyTypeObject) -> bool {
    // SAFETY: a live type. Its method table is set before it is published, and never changed.
    unsafe { (*kind).tp_methods == C::methods() }
}

/// The type of `C` in the chain of bases that begins with `kind`, or NULL.
#[inline(always)]
pub(super) fn own_type<C: Class>(mut kind: *mut ffi::PyTypeObject) -> *mut ffi::PyTypeObject {
    while !kind.is_null() {
        if is_type_of_class::<C>(kind) {
            break;
        }
        // SAFETY: a live type, which keeps its base alive. Python code that assigns `__bases__` meanwhile must keep the
        // layout, so that the class that decides it stays in the chain.
        kind = unsafe { (*kind).tp_base };
    }
    kind
}

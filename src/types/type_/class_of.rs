//! [`ClassOf`]: a class that is known at run time only, with the kind of its instances.

use std::fmt;

use crate::refs::{Borrowed, Object, Owned, Python, Shared};
use crate::types::{PyAny, PyType};

/// A class that is made or imported at run time, to cast to a kind of one's own: what
/// [`cast`](Borrowed::cast) does for types that can be told without asking anybody.
///
/// `Send` and `Sync`, for module state and statics. It owns a reference to the class.
///
/// ```
/// use pyptr::types::{ClassOf, PyAny, PyType};
/// use pyptr::{Borrowed, Object, Owned, PyResult, Python, Subtype};
///
/// /// `decimal.Decimal`.
/// enum Decimal {}
///
/// // SAFETY: counted like any object.
/// unsafe impl Object for Decimal {
///     const NAME: &'static str = "Decimal";
/// }
///
/// // SAFETY: every object is of kind `PyAny`.
/// unsafe impl Subtype for Decimal {
///     type Base = PyAny;
/// }
///
/// /// The state of a module.
/// struct State {
///     decimal: ClassOf<Decimal>,
/// }
///
/// fn import<'py>(py: Python<'py>) -> PyResult<'py, State> {
///     let class = py.import(c"decimal")?.getattr(c"Decimal")?.cast_into::<PyType>()?;
///     // SAFETY: nothing is read on the strength of an object being a `Decimal`.
///     Ok(State { decimal: unsafe { ClassOf::new(class) } })
/// }
///
/// fn is_decimal<'py>(state: &State, object: &Borrowed<'py, PyAny>) -> bool {
///     let decimal: Option<&Borrowed<'py, Decimal>> = object.cast_to(&state.decimal);
///     decimal.is_some()
/// }
/// # Python::initialize();
/// # Python::attach(|py| {
/// #     let state = import(py).unwrap();
/// #     let one = state.decimal.class(py).call0().unwrap();
/// #     assert!(is_decimal(&state, &one) && !is_decimal(&state, py.none()));
/// # });
/// ```
pub struct ClassOf<T: Object> {
    class: Shared<PyType>,
    _kind: std::marker::PhantomData<fn() -> T>,
}

static_assertions::assert_impl_all!(ClassOf<PyAny>: Send, Sync);
static_assertions::assert_eq_size!(ClassOf<PyAny>, Shared<PyType>);

impl<T: Object> ClassOf<T> {
    /// A class whose instances are of kind `T`. The reference is taken over.
    ///
    /// # Safety
    /// Every object whose type is this class, or derived from it, is of kind `T`: safe code may read its
    /// memory on the strength of that.
    #[inline]
    pub unsafe fn new(class: Owned<'_, PyType>) -> ClassOf<T> {
        ClassOf {
            class: class.into_shared(),
            _kind: std::marker::PhantomData,
        }
    }

    /// The class, for the borrow of `self`: it never holds another one.
    #[inline]
    pub fn class<'a, 'py>(&'a self, py: Python<'py>) -> &'a Borrowed<'py, PyType> {
        self.class.bind(py)
    }
}

/// ## Any object: casts to a class
impl<'py> Owned<'py, PyAny> {
    /// Turns the reference into one of the class's kind, if the object is an instance of the class or of a
    /// subclass. No count changes either way.
    ///
    /// # Errors
    /// The reference itself, if it is not.
    #[inline]
    pub fn cast_into_to<T: Object>(
        self,
        class: &ClassOf<T>,
    ) -> Result<Owned<'py, T>, Owned<'py, PyAny>> {
        match self.has_type(class.class(self.py())) {
            // SAFETY: an instance of the class, which are of kind `T`.
            true => Ok(unsafe { self.cast_into_unchecked() }),
            false => Err(self),
        }
    }
}

/// The address of the class. Needs no attached thread.
impl<T: Object> fmt::Debug for ClassOf<T> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClassOf({} at {:p})", T::NAME, self.class.as_ptr())
    }
}

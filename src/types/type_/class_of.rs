//! [`ClassOf`]: a class that is known only at run time, with the marker type of its instances.

use std::fmt;

use crate::refs::{Borrowed, Object, Owned, Python, Shared};
use crate::types::{PyAny, PyType};

/// A class that is made or imported at run time, for casts to your own marker type `T`.
/// ([`cast`](Borrowed::cast) is for types that can be tested without a class object.)
///
/// It owns a reference to the class. It is `Send` and `Sync`, for module state and statics.
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
    /// A class whose instances are of kind `T`. The reference to `class` is stolen.
    ///
    /// # Safety
    /// Every object whose type is this class or a subclass is of kind `T`: safe code reads the object's
    /// memory accordingly.
    #[inline]
    pub unsafe fn new(class: Owned<'_, PyType>) -> ClassOf<T> {
        ClassOf {
            class: class.into_shared(),
            _kind: std::marker::PhantomData,
        }
    }

    /// The class, borrowed from `self`, which never changes it.
    #[inline]
    pub fn class<'a, 'py>(&'a self, py: Python<'py>) -> &'a Borrowed<'py, PyType> {
        self.class.bind(py)
    }
}

/// ## Any object: casts to a class
impl<'py> Owned<'py, PyAny> {
    /// Casts an owned reference to the class's kind if the object is an instance of the class or of a
    /// subclass. No count changes.
    ///
    /// # Errors
    /// The reference itself, if the object is no instance.
    #[inline]
    pub fn cast_into_to<T: Object>(
        self,
        class: &ClassOf<T>,
    ) -> Result<Owned<'py, T>, Owned<'py, PyAny>> {
        match self.has_type(class.class(self.py())) {
            // SAFETY: an instance of the class, whose instances are of kind `T`.
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

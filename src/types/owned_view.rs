//! An owned reference together with a view of the object's memory.

use std::borrow::Borrow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::ptr::NonNull;

use crate::error::PyResult;
use crate::refs::Owned;
use crate::types::{PyBytes, PyString};

/// Declares a reference with a view: documentation, name, type of the object, type of the view, how to get
/// the view, and the result of that.
macro_rules! owned_view {
    ($(#[$doc:meta])* $name:ident, $owner:ident, $view:ty) => {
        $(#[$doc])*
        pub struct $name<'py> {
            owner: Owned<'py, $owner>,
            view: NonNull<$view>,
        }

        impl<'py> $name<'py> {
            /// The object.
            #[inline]
            #[cfg_attr(feature = "ledger", track_caller)]
            pub fn owner(&self) -> &Owned<'py, $owner> {
                &self.owner
            }

            /// The reference, without the view.
            #[inline]
            #[cfg_attr(feature = "ledger", track_caller)]
            pub fn into_owner(self) -> Owned<'py, $owner> {
                self.owner
            }
        }

        impl Deref for $name<'_> {
            type Target = $view;

            #[inline(always)]
            fn deref(&self) -> &$view {
                // SAFETY: a view of the object's own memory, which does not move or change while the object
                // lives. The reference in `owner` keeps the object alive, and nothing can be appended to it,
                // because that takes the reference by value. The view is borrowed for no longer than `self`.
                unsafe { self.view.as_ref() }
            }
        }

        impl Borrow<$view> for $name<'_> {
            #[inline]
            fn borrow(&self) -> &$view {
                self
            }
        }

        impl AsRef<$view> for $name<'_> {
            #[inline]
            fn as_ref(&self) -> &$view {
                self
            }
        }

        /// One more reference to the same object.
        impl Clone for $name<'_> {
            #[inline]
            fn clone(&self) -> Self {
                $name {
                    owner: self.owner.clone(),
                    view: self.view,
                }
            }
        }

        // Compared, hashed and ordered as the view is, as `Borrow` requires for keys of a map.
        impl PartialEq for $name<'_> {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                **self == **other
            }
        }

        impl Eq for $name<'_> {}

        impl PartialOrd for $name<'_> {
            #[inline]
            fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Ord for $name<'_> {
            #[inline]
            fn cmp(&self, other: &Self) -> std::cmp::Ordering {
                (**self).cmp(&**other)
            }
        }

        impl Hash for $name<'_> {
            #[inline]
            fn hash<H: Hasher>(&self, state: &mut H) {
                (**self).hash(state)
            }
        }

        impl PartialEq<$view> for $name<'_> {
            #[inline]
            fn eq(&self, other: &$view) -> bool {
                **self == *other
            }
        }

        impl fmt::Debug for $name<'_> {
            #[inline]
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&**self, f)
            }
        }
    };
}

owned_view! {
    /// A reference to a `str` together with its text: a `&str` that keeps its object alive.
    ///
    /// It can be sorted by its text, or be the key of a `HashMap` and be found by `&str`. The UTF-8 is
    /// computed once, by [`new`](OwnedStr::new).
    ///
    /// ```
    /// # use pyptr::{PyResult, Python, types::{OwnedStr, PyString}};
    /// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    /// let mut names = Vec::new();
    /// for name in ["spam", "eggs"] {
    ///     names.push(OwnedStr::new(PyString::new(py, name)?)?);
    /// }
    /// names.sort();
    /// assert_eq!(&*names[0], "eggs");
    /// # Ok(()) }
    /// # Python::initialize();
    /// # Python::attach(|py| run(py).unwrap());
    /// ```
    OwnedStr, PyString, str
}

owned_view! {
    /// A reference to a `bytes` together with its content: a `&[u8]` that keeps its object alive.
    OwnedBytes, PyBytes, [u8]
}

impl<'py> OwnedStr<'py> {
    /// Makes the view of the str's text. The reference is moved: no count changes.
    ///
    /// # Errors
    /// `UnicodeEncodeError` if the str has lone surrogates, `MemoryError`; the reference is released in this
    /// case.
    #[doc(alias = "PyUnicode_AsUTF8AndSize")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn new(owner: Owned<'py, PyString>) -> PyResult<'py, OwnedStr<'py>> {
        let view = NonNull::from(owner.to_str()?);
        Ok(OwnedStr { owner, view })
    }

    /// The text.
    #[inline(always)]
    pub fn as_str(&self) -> &str {
        self
    }
}

impl<'py> OwnedBytes<'py> {
    /// Makes the view of the content. The reference is moved: no count changes.
    #[doc(alias = "PyBytes_AsStringAndSize")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn new(owner: Owned<'py, PyBytes>) -> OwnedBytes<'py> {
        let view = NonNull::from(owner.as_bytes());
        OwnedBytes { owner, view }
    }

    /// The content.
    #[inline(always)]
    pub fn as_bytes(&self) -> &[u8] {
        self
    }
}

/// The text, not the object's `str()`.
impl fmt::Display for OwnedStr<'_> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

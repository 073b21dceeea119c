//! Tuples of one item, and of four to eight.

use std::fmt;

use super::{item, tuple_of};
use crate::convert::{ConversionError, FromPyObject, IntoPyObject};
use crate::error::PyResult;
use crate::python::Python;
use crate::refs::{Borrowed, Owned};
use crate::types::{PyAny, PyTuple};

tuples! {
    1: A 0;
    4: A 0, B 1, C 2, D 3;
    5: A 0, B 1, C 2, D 3, E 4;
    6: A 0, B 1, C 2, D 3, E 4, F 5;
    7: A 0, B 1, C 2, D 3, E 4, F 5, G 6;
    8: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7;
}

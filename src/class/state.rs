//! The state of a module and the collector: what [`module!`](crate::module) finds out about the type of a state.

use std::ffi::{c_int, c_void};
use std::marker::PhantomData;

use super::visit::{Traverse, Visit};
use crate::export::expansion::StateTraverse;
use crate::ffi;
use crate::refs::Python;

/// Finds out whether a type is [`Traverse`]: `Probe::<S>::TRAVERSE` is the constant below if it is, and that of [`Unknown`] if
/// not.
pub struct Probe<S>(PhantomData<S>);

impl<S: Traverse + Sync> Probe<S> {
    /// How the collector sees the state.
    pub const TRAVERSE: Option<StateTraverse<S>> = match S::HOLDS {
        true => Some(StateTraverse {
            traverse: traverse::<S>,
            clear: clear::<S>,
        }),
        false => None,
    };
}

/// A state that says nothing to the collector.
pub trait Unknown<S> {
    /// Nothing.
    const TRAVERSE: Option<StateTraverse<S>> = None;
}

impl<S> Unknown<S> for Probe<S> {}

fn traverse<S: Traverse>(state: &S, visit: ffi::visitproc, argument: *mut c_void) -> c_int {
    let mut visit = Visit::new(visit, argument);
    state.traverse(&mut visit);
    visit.result()
}

fn clear<S: Traverse>(state: &S, py: Python<'_>) {
    state.clear(py);
}

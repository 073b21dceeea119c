//! An exported function's entry in the module's method table.

use std::marker::PhantomData;
use std::{mem, ptr};

use super::doc::c_str;
use super::function::Function;
use super::trampoline;
use crate::ffi;

/// An entry of the method table of a module with state `S`.
#[repr(transparent)]
pub struct MethodDef<S>(ffi::PyMethodDef, PhantomData<fn() -> S>);

impl<S> Clone for MethodDef<S> {
    #[inline]
    fn clone(&self) -> MethodDef<S> {
        *self
    }
}

impl<S> Copy for MethodDef<S> {}

impl<S: Send + Sync + 'static> MethodDef<S> {
    /// The end of a table.
    pub const END: MethodDef<S> = MethodDef(ffi::PyMethodDef::zeroed(), PhantomData);

    /// The entry for `F`, which has `N` parameters, with the fastest suitable calling convention: METH_O for
    /// one positional-only parameter without a default; METH_FASTCALL if all parameters are positional-only
    /// (also if there are none, because from 3.11 on the interpreter specialises METH_FASTCALL and not
    /// METH_NOARGS); METH_FASTCALL with METH_KEYWORDS otherwise.
    #[inline]
    pub const fn new<F: Function<State = S>, const N: usize>() -> MethodDef<S> {
        let signature = F::SIGNATURE;
        assert!(signature.parameters() == N);
        let by_name = signature.positional_only() < N;
        let (function, flags) = match (N, signature.required()) {
            _ if signature.takes_rest() || signature.takes_keywords() => (
                ffi::PyMethodDefPointer {
                    PyCFunctionFastWithKeywords: trampoline::variable::<F, N>,
                },
                ffi::METH_FASTCALL | ffi::METH_KEYWORDS,
            ),
            (1, 1) if !by_name => (
                ffi::PyMethodDefPointer {
                    PyCFunction: trampoline::one::<F>,
                },
                ffi::METH_O,
            ),
            _ if !by_name => (
                ffi::PyMethodDefPointer {
                    PyCFunctionFast: trampoline::positional::<F>,
                },
                ffi::METH_FASTCALL,
            ),
            _ => (
                ffi::PyMethodDefPointer {
                    PyCFunctionFastWithKeywords: trampoline::keywords::<F, N>,
                },
                ffi::METH_FASTCALL | ffi::METH_KEYWORDS,
            ),
        };
        MethodDef(
            ffi::PyMethodDef {
                ml_name: c_str(F::NAME).as_ptr(),
                ml_meth: function,
                ml_flags: flags,
                ml_doc: c_str(F::DOC).as_ptr(),
            },
            PhantomData,
        )
    }

    /// The number of rows that a table of these entries has, with its end.
    #[inline]
    pub const fn rows(entries: &[MethodDef<S>]) -> usize {
        let (mut index, mut rows) = (0, 1);
        while index < entries.len() {
            rows += !entries[index].is_end() as usize;
            index += 1;
        }
        rows
    }

    /// A table of the entries that are none of its end.
    #[inline]
    pub const fn rows_of<const ROWS: usize>(entries: &[MethodDef<S>]) -> [MethodDef<S>; ROWS] {
        let mut table = [MethodDef::END; ROWS];
        let (mut index, mut row) = (0, 0);
        while index < entries.len() {
            if !entries[index].is_end() {
                table[row] = entries[index];
                row += 1;
            }
            index += 1;
        }
        table
    }

    /// The address of a table, for a module definition. CPython does not write to it.
    #[inline]
    pub(super) const fn table(methods: &'static [MethodDef<S>]) -> *mut ffi::PyMethodDef {
        assert!(
            !methods.is_empty() && methods[methods.len() - 1].is_end(),
            "a method table ends with `MethodDef::END`"
        );
        ptr::from_ref(methods).cast::<ffi::PyMethodDef>().cast_mut()
    }

    #[inline]
    const fn is_end(&self) -> bool {
        self.0.ml_name.is_null()
    }
}

const _: () = assert!(mem::size_of::<MethodDef<()>>() == mem::size_of::<ffi::PyMethodDef>());

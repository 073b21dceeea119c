//! An exported function's entry in the module's method table.

use std::ffi::c_int;
use std::marker::PhantomData;
use std::ptr;

use super::doc::{First, check, signed_doc_len, write_signed_doc};
use super::function::Function;
use super::signature::Signature;
use super::trampoline;
use crate::ffi;

/// An entry of the method table of a module with state `S`.
pub struct MethodDef<S> {
    function: ffi::PyMethodDefPointer,
    flags: c_int,
    /// None for what is no function.
    signature: Option<&'static Signature>,
    _state: PhantomData<fn() -> S>,
}

impl<S: Send + Sync + 'static> MethodDef<S> {
    /// In the place of an item that is no function.
    pub const NONE: MethodDef<S> = MethodDef {
        function: ffi::PyMethodDef::zeroed().ml_meth,
        flags: 0,
        signature: None,
        _state: PhantomData,
    };

    /// The entry for `F`, which has `N` parameters, with the fastest suitable calling convention: METH_O for
    /// one positional-only parameter without a default; METH_FASTCALL if all parameters are positional-only
    /// (also if there are none, because from 3.11 on the interpreter specialises METH_FASTCALL and not
    /// METH_NOARGS); METH_FASTCALL with METH_KEYWORDS otherwise.
    #[inline]
    pub const fn new<F: Function<State = S>, const N: usize>() -> MethodDef<S> {
        let signature = F::SIGNATURE;
        check(signature.doc);
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
        MethodDef {
            function,
            flags,
            signature: Some(signature),
            _state: PhantomData,
        }
    }

    /// The table of a module, for the interpreter: its entries, names and docstrings live for ever.
    pub(super) fn table(methods: &'static [MethodDef<S>]) -> *mut ffi::PyMethodDef {
        let mut table = Table {
            rows: Vec::with_capacity(methods.len() + 1),
            texts: Vec::new(),
        };
        for method in methods {
            if let Some(signature) = method.signature {
                table.add(method.function, method.flags, signature);
            }
        }
        table.leak()
    }
}

/// A method table, and the docstrings of its functions behind each other.
struct Table {
    /// The docstrings are added at the end, when the texts move no more.
    rows: Vec<ffi::PyMethodDef>,
    texts: Vec<u8>,
}

impl Table {
    #[inline(never)]
    fn add(
        &mut self,
        ml_meth: ffi::PyMethodDefPointer,
        ml_flags: c_int,
        signature: &'static Signature,
    ) {
        let start = self.texts.len();
        let len = signed_doc_len(signature, First::Module, signature.doc);
        self.texts.resize(start + len, 0);
        write_signed_doc(
            &mut self.texts[start..],
            signature,
            First::Module,
            signature.doc,
        );
        self.rows.push(ffi::PyMethodDef {
            ml_name: signature.label.as_ptr(),
            ml_meth,
            ml_flags,
            // The place of the text, until its address is known.
            ml_doc: ptr::without_provenance(start),
        });
    }

    fn leak(mut self) -> *mut ffi::PyMethodDef {
        let texts = self.texts.leak().as_ptr();
        for row in &mut self.rows {
            row.ml_doc = texts.wrapping_add(row.ml_doc.addr()).cast();
        }
        self.rows.push(ffi::PyMethodDef::zeroed());
        self.rows.leak().as_mut_ptr()
    }
}

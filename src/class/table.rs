//! The tables of a class for CPython, made of its items at compile time.

use std::cell::UnsafeCell;
use std::ffi::{CStr, c_int, c_void};
use std::marker::PhantomData;
use std::ptr;

use super::dealloc::{clear, dealloc, traverse};
use super::declared::{Class, Facts};
use super::instance::Layout;
use super::line::{Line, slot};
use super::run;
use crate::ffi;

/// The entries of a table and their end, in a static.
///
/// They can be written to for the compiler, so that no linker merges the tables of two classes: the address of the method
/// table is the identity of the class.
#[repr(transparent)]
pub struct Entries<T, const N: usize>(UnsafeCell<[T; N]>);

// SAFETY: nothing writes to it. CPython only reads it.
unsafe impl<T, const N: usize> Sync for Entries<T, N> {}

impl<T, const N: usize> Entries<T, N> {
    /// The address of the first entry.
    pub const fn as_ptr(&'static self) -> *mut T {
        self.0.get().cast()
    }
}

/// The tables of `C`.
pub struct Tables<C>(PhantomData<C>);

/// Slots that every class has: the docstring, three tables, and the end.
const COMMON: usize = 6;

impl<C: Class> Tables<C> {
    /// The size of the method table.
    pub const METHODS: usize = Self::COUNTS.0 + 1;
    /// The size of the table of properties.
    pub const PROPERTIES: usize = Self::COUNTS.1 + C::FLAGS.dict as usize + 1;
    /// The size of the table of fields.
    pub const FIELDS: usize = Self::COUNTS.2
        + C::FLAGS.weakref as usize
        + C::FLAGS.dict as usize
        + Facts::<C>::CALL.is_some() as usize
        + 1;
    /// The size of the table of slots: some of its entries may be unused.
    pub const SLOTS: usize = Self::COUNTS.3 + COMMON;

    /// The numbers of methods, properties and fields, and a bound for the slots.
    const COUNTS: (usize, usize, usize, usize) = {
        let (mut index, mut counts) = (0, (0, 0, 0, 3));
        while index < C::LINES.len() {
            match C::LINES[index] {
                Line::Method(_) => counts.0 += 1,
                Line::Property(_) => counts.1 += 1,
                Line::Field(_) => counts.2 += 1,
                Line::Constant(..) => {}
                _ => counts.3 += 2,
            }
            index += 1;
        }
        counts
    };

    /// The method table.
    pub const fn methods<const N: usize>() -> Entries<ffi::PyMethodDef, N> {
        let mut entries = [ffi::PyMethodDef::zeroed(); N];
        let (mut index, mut filled) = (0, 0);
        while index < C::LINES.len() {
            if let Line::Method(method) = C::LINES[index] {
                entries[filled] = method;
                filled += 1;
            }
            index += 1;
        }
        assert!(filled < N);
        Entries(UnsafeCell::new(entries))
    }

    /// The table of properties.
    pub const fn properties<const N: usize>() -> Entries<ffi::PyGetSetDef, N> {
        let end = ffi::PyGetSetDef {
            name: ptr::null(),
            get: None,
            set: None,
            doc: ptr::null(),
            closure: ptr::null_mut(),
        };
        let mut entries = [end; N];
        let (mut index, mut filled) = (0, 0);
        while index < C::LINES.len() {
            if let Line::Property(property) = C::LINES[index] {
                entries[filled] = property;
                filled += 1;
            }
            index += 1;
        }
        if C::FLAGS.dict {
            entries[filled] = ffi::PyGetSetDef {
                name: c"__dict__".as_ptr(),
                get: Some(ffi::PyObject_GenericGetDict),
                set: Some(ffi::PyObject_GenericSetDict),
                doc: ptr::null(),
                closure: ptr::null_mut(),
            };
            filled += 1;
        }
        assert!(filled < N);
        Entries(UnsafeCell::new(entries))
    }

    /// The table of fields, with CPython's names for what is behind the value.
    pub const fn fields<const N: usize>() -> Entries<ffi::PyMemberDef, N> {
        let end = ffi::PyMemberDef {
            name: ptr::null(),
            type_code: 0,
            offset: 0,
            flags: 0,
            doc: ptr::null(),
        };
        let mut entries = [end; N];
        let (mut index, mut filled) = (0, 0);
        while index < C::LINES.len() {
            if let Line::Field(field) = C::LINES[index] {
                entries[filled] = field;
                filled += 1;
            }
            index += 1;
        }
        if C::FLAGS.weakref {
            entries[filled] = offset(c"__weaklistoffset__", Layout::<C>::WEAK);
            filled += 1;
        }
        if C::FLAGS.dict {
            entries[filled] = offset(c"__dictoffset__", Layout::<C>::DICT);
            filled += 1;
        }
        if Facts::<C>::CALL.is_some() {
            entries[filled] = offset(c"__vectorcalloffset__", Layout::<C>::CALL);
            filled += 1;
        }
        assert!(filled < N);
        Entries(UnsafeCell::new(entries))
    }

    /// The slots.
    pub const fn slots<const N: usize>(
        doc: &'static CStr,
        methods: *mut ffi::PyMethodDef,
        properties: *mut ffi::PyGetSetDef,
        fields: *mut ffi::PyMemberDef,
    ) -> Entries<ffi::PyType_Slot, N> {
        let mut slots = Slots {
            entries: [slot(0, ptr::null_mut()); N],
            filled: 0,
        };
        slots.add(ffi::Py_tp_doc, doc.as_ptr().cast_mut().cast());
        slots.add(ffi::Py_tp_methods, methods.cast());
        slots.add(ffi::Py_tp_getset, properties.cast());
        slots.add(ffi::Py_tp_members, fields.cast());
        let function: ffi::destructor = dealloc::<C>;
        slots.add(ffi::Py_tp_dealloc, function as *mut c_void);
        if Facts::<C>::COLLECTED {
            let function: ffi::traverseproc = traverse::<C>;
            slots.add(ffi::Py_tp_traverse, function as *mut c_void);
            let function: ffi::inquiry = clear::<C>;
            slots.add(ffi::Py_tp_clear, function as *mut c_void);
        }
        let mut index = 0;
        while index < C::LINES.len() {
            match C::LINES[index] {
                Line::Slot(whole, also) => {
                    slots.add_once(whole.slot, whole.pfunc);
                    if also != 0 {
                        slots.add_once(also, whole.pfunc);
                    }
                }
                Line::Part { slot: part, .. } if !slots.has(part.slot) => {
                    slots.add(part.slot, part.pfunc);
                }
                Line::New(new, _) => slots.add_once(ffi::Py_tp_new, new as *mut c_void),
                Line::Call(_) => {
                    let function: ffi::ternaryfunc = run::call_by_pointer;
                    slots.add_once(ffi::Py_tp_call, function as *mut c_void);
                }
                Line::Finalizer(function) => {
                    slots.add_once(ffi::Py_tp_finalize, function as *mut c_void);
                }
                _ => {}
            }
            index += 1;
        }
        assert!(slots.filled < N);
        Entries(UnsafeCell::new(slots.entries))
    }
}

const fn offset(name: &'static CStr, offset: usize) -> ffi::PyMemberDef {
    ffi::PyMemberDef {
        name: name.as_ptr(),
        type_code: ffi::Py_T_PYSSIZET,
        offset: offset as ffi::Py_ssize_t,
        flags: ffi::Py_READONLY,
        doc: ptr::null(),
    }
}

/// Slots that are being filled.
struct Slots<const N: usize> {
    entries: [ffi::PyType_Slot; N],
    filled: usize,
}

impl<const N: usize> Slots<N> {
    const fn has(&self, wanted: c_int) -> bool {
        let mut index = 0;
        while index < self.filled {
            if self.entries[index].slot == wanted {
                return true;
            }
            index += 1;
        }
        false
    }

    const fn add(&mut self, wanted: c_int, pfunc: *mut c_void) {
        self.entries[self.filled] = slot(wanted, pfunc);
        self.filled += 1;
    }

    const fn add_once(&mut self, wanted: c_int, pfunc: *mut c_void) {
        assert!(!self.has(wanted), "a class declares the same method twice");
        self.add(wanted, pfunc);
    }
}

//! The Python types: a file or a folder for each.

mod any;
mod bytearray;
mod bytes;
mod capsule;
mod code;
mod complex;
mod context;
mod datetime;
mod dict;
mod float;
mod frame;
#[cfg(Py_3_15)]
mod frozen_dict;
mod function;
mod generator;
mod generic_alias;
mod int;
mod iter_borrowed;
mod iterator;
mod list;
mod mapping_proxy;
mod memoryview;
mod method;
mod module;
mod owned_view;
mod range;
mod set;
mod singletons;
mod slice;
mod string;
mod struct_sequence;
mod tuple;
mod type_;
mod weakref;

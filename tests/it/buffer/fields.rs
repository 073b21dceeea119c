//! What an exporter says of its memory is not taken on trust, and need not be complete.

use pyptr::buffer::PyBuffer;
use pyptr::error::{PyBufferError, PyMemoryError, PyTypeError};
use pyptr::types::{PyByteArray, PyBytes, PyList};
use pyptr::{PyResult, Python};

use super::array;
use super::exporter::Fields;
use crate::common::attached;
use crate::python::{eval, exec, namespace, shown};

/// The buffer is refused, for reading and for writing.
#[track_caller]
fn refused(py: Python<'_>, fields: Fields) {
    let object = fields.export(py);
    let refused = |buffer: PyResult<'_, PyBuffer<'_>>| buffer.unwrap_err().is::<PyBufferError>();
    assert!(refused(object.buffer()));
    assert!(refused(object.buffer_mut()));
    let target = PyByteArray::new(py, b"12345678").unwrap();
    let copied = target.copy_buffer_from(&object);
    assert!(copied.unwrap_err().is::<PyBufferError>());
    let copied = object.copy_buffer_from(&target);
    assert!(copied.unwrap_err().is::<PyBufferError>());
    assert_eq!((object.refcount(), target.resize(9).is_ok()), (1, true));
}

#[test]
fn numbers_that_contradict_one_another() {
    attached(|py| {
        let honest = || Fields::bytes(b"12345678");
        assert_eq!(
            honest().export(py).buffer().unwrap().to_vec().unwrap(),
            b"12345678"
        );
        let lies: &[fn(&mut Fields)] = &[
            |fields| fields.len = 9,
            |fields| fields.len = 7,
            |fields| fields.len = -8,
            |fields| fields.item_size = 2,
            |fields| fields.item_size = 0,
            |fields| fields.item_size = -1,
            |fields| fields.shape = Some(vec![9]),
            |fields| fields.shape = Some(vec![-8]),
            |fields| (fields.len, fields.shape) = (-8, Some(vec![-8])),
            |fields| (fields.len, fields.shape) = (-8, None),
            // Two negative numbers whose product is right.
            |fields| (fields.item_size, fields.shape) = (-1, Some(vec![-8])),
            |fields| fields.dimensions = -1,
            // Their numbers are not read.
            |fields| fields.dimensions = 65,
            |fields| fields.dimensions = i32::MAX,
            |fields| fields.dimensions = 0,
            // A shape may be left out where there is one dimension.
            |fields| (fields.dimensions, fields.shape) = (2, None),
            |fields| (fields.item_size, fields.shape) = (3, None),
            |fields| {
                fields.dimensions = 2;
                fields.shape = Some(vec![isize::MAX, isize::MAX]);
                fields.strides = None;
            },
            |fields| {
                // Multiplied in 64 bits, they are 8.
                fields.dimensions = 2;
                fields.shape = Some(vec![3, 0x5555_5555_5555_5558_u64 as isize]);
                fields.strides = None;
            },
            // No address is so far away.
            |fields| fields.strides = Some(vec![isize::MAX]),
            |fields| fields.strides = Some(vec![isize::MIN]),
            |fields| fields.memory.clear(),
        ];
        for lie in lies {
            let mut fields = honest();
            lie(&mut fields);
            refused(py, fields);
        }
    });
}

/// C's own function reads the strides that are not there.
#[test]
fn items_without_strides() {
    attached(|py| {
        let table = Fields {
            dimensions: 2,
            shape: Some(vec![2, 4]),
            strides: None,
            ..Fields::bytes(b"12345678")
        };
        let table = table.export(py);
        let buffer = table.buffer_mut().unwrap();
        assert_eq!(
            (buffer.shape(), buffer.strides()),
            (&[2, 4][..], &[4, 1][..])
        );
        let item = buffer.item_ptr(&[1, 2]).unwrap();
        // SAFETY: an element of bytes, which nobody else touches.
        assert_eq!(unsafe { item.read() }, b'7');
        assert!(buffer.item_ptr(&[2, 0]).is_none() && buffer.item_ptr(&[0]).is_none());
        assert!(buffer.is_contiguous() && !buffer.is_fortran_contiguous());
        let line = Fields {
            shape: None,
            strides: None,
            format: None,
            ..Fields::bytes(b"12345678")
        };
        let line = line.export(py);
        let buffer = line.buffer().unwrap();
        assert_eq!((buffer.shape(), buffer.strides()), (&[8][..], &[1][..]));
        assert_eq!((buffer.format(), buffer.len()), (c"B", 8));
        // SAFETY: an element of bytes.
        assert_eq!(unsafe { buffer.item_ptr(&[7]).unwrap().read() }, b'8');
    });
}

#[test]
fn arrays_of_ctypes_have_no_strides() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "from ctypes import *\ntable = (c_int16 * 3 * 2)((1, 2, 3), (4, 5, 6))\n\
             class Empty(Structure): pass",
        );
        let table = eval(&ns, "table");
        let buffer = table.buffer_mut().unwrap();
        assert_eq!(
            (buffer.shape(), buffer.strides()),
            (&[2, 3][..], &[6, 2][..])
        );
        let item = buffer.item_ptr(&[1, 0]).unwrap().cast::<i16>();
        // SAFETY: an element of this type, which nobody else touches.
        assert_eq!(unsafe { item.read() }, 4);
        drop(buffer);
        let scalar = eval(&ns, "c_int16(7)");
        let buffer = scalar.buffer().unwrap();
        assert_eq!(
            (buffer.dimensions(), buffer.shape(), buffer.len()),
            (0, &[][..], 1)
        );
        assert!(buffer.item_ptr(&[]).is_some());
        for (nothing, shape) in [
            ("(c_int * 0)()", &[0][..]),
            ("(Empty * 5)()", &[5]),
            ("((c_int * 0) * (1 << 30))()", &[1 << 30, 0]),
        ] {
            let nothing = eval(&ns, nothing);
            let buffer = nothing.buffer_mut().unwrap();
            assert_eq!((buffer.shape(), buffer.len_bytes()), (shape, 0));
            assert!(buffer.is_empty() && buffer.to_vec().unwrap().is_empty());
            buffer.write_from(&[]).unwrap();
        }
        // More memory than the shape says.
        exec(&ns, "longer = (c_int * 4)(); resize(longer, 1024)");
        assert!(
            eval(&ns, "longer")
                .buffer()
                .unwrap_err()
                .is::<PyBufferError>()
        );
    });
}

#[test]
fn copies_between_shapes() {
    attached(|py| {
        // The columns of a table: with gaps, in two dimensions.
        let columns = Fields {
            len: 4,
            dimensions: 2,
            shape: Some(vec![2, 2]),
            strides: Some(vec![8, 3]),
            ..Fields::bytes(b"a..b....c..d....")
        };
        let source = columns.export(py);
        assert_eq!(source.buffer().unwrap().to_vec().unwrap(), b"abcd");
        let target = PyByteArray::new(py, b"....!!!!").unwrap();
        // Whose neighbours stay what they are.
        let ns = namespace(py);
        ns.set_str("target", &target).unwrap();
        let part = eval(&ns, "memoryview(target)[:4]");
        part.copy_buffer_from(&source).unwrap();
        assert_eq!(target.to_vec().unwrap(), b"abcd!!!!");
        // Into the columns, of another number of dimensions.
        let part = eval(&ns, "memoryview(target)[:8:2]");
        source.copy_buffer_from(&part).unwrap();
        assert_eq!(source.buffer().unwrap().to_vec().unwrap(), b"ac!!");
        // Other lengths, and other sizes of elements.
        for wrong in [
            "memoryview(target)[:3]",
            "memoryview(target)[:5]",
            "memoryview(target)[:0]",
        ] {
            let wrong = eval(&ns, wrong);
            assert!(
                source
                    .copy_buffer_from(&wrong)
                    .unwrap_err()
                    .is::<PyBufferError>()
            );
            assert!(
                wrong
                    .copy_buffer_from(&source)
                    .unwrap_err()
                    .is::<PyBufferError>()
            );
        }
        let wide = array(py, "array('i', [1])");
        wide.copy_buffer_from(&source).unwrap();
        assert_eq!(wide.buffer().unwrap().to_vec().unwrap(), b"ac!!");
        // What overlaps is read first.
        target.copy_buffer_from(&target).unwrap();
        let (front, back) = (
            eval(&ns, "memoryview(target)[:7]"),
            eval(&ns, "memoryview(target)[1:]"),
        );
        target.write_at(0, b"12345678");
        back.copy_buffer_from(&front).unwrap();
        assert_eq!(target.to_vec().unwrap(), b"11234567");
        let backwards = eval(&ns, "memoryview(target)[::-1]");
        target.copy_buffer_from(&backwards).unwrap();
        assert_eq!(target.to_vec().unwrap(), b"76543211");
        let read_only = eval(&ns, "memoryview(b'1234')");
        assert!(
            read_only
                .copy_buffer_from(&source)
                .unwrap_err()
                .is::<PyBufferError>()
        );
        assert!(
            py.none()
                .copy_buffer_from(&source)
                .unwrap_err()
                .is::<PyTypeError>()
        );
        assert_eq!((source.refcount(), wide.refcount()), (1, 1));
    });
}

/// Elements that are reached through pointers: an array of pointers to rows.
#[test]
fn pointers_are_followed() {
    attached(|py| {
        let (mut first, mut second) = (*b"abc", *b"def");
        let rows = [first.as_mut_ptr().addr(), second.as_mut_ptr().addr()];
        let fields = || Fields {
            len: 4,
            dimensions: 2,
            shape: Some(vec![2, 2]),
            strides: Some(vec![size_of::<usize>() as isize, 1]),
            suboffsets: Some(vec![1, -1]),
            ..Fields::bytes(&rows.map(usize::to_ne_bytes).concat())
        };
        let object = fields().export(py);
        let buffer = object.buffer_mut().unwrap();
        assert_eq!(buffer.to_vec().unwrap(), b"bcef");
        assert!(!buffer.is_contiguous() && !buffer.is_fortran_contiguous());
        assert!(
            buffer
                .as_raw_slice::<u8>()
                .unwrap_err()
                .is::<PyBufferError>()
        );
        // SAFETY: an element of bytes.
        assert_eq!(unsafe { buffer.item_ptr(&[1, 1]).unwrap().read() }, b'f');
        buffer.write_from(b"BCEF").unwrap();
        assert_eq!((first, second), (*b"aBC", *b"dEF"));
        // None of a scalar, and none without elements.
        let scalar = Fields {
            dimensions: 0,
            shape: None,
            strides: None,
            suboffsets: Some(vec![]),
            ..Fields::bytes(b"1")
        };
        let scalar = scalar.export(py);
        assert_eq!(scalar.buffer().unwrap().to_vec().unwrap(), b"1");
        let nothing = Fields {
            len: 0,
            item_size: 0,
            suboffsets: Some(vec![0]),
            ..Fields::bytes(b"12345678")
        };
        let nothing = nothing.export(py);
        let buffer = nothing.buffer_mut().unwrap();
        assert_eq!(buffer.to_vec().unwrap(), b"");
        buffer.write_from(b"").unwrap();
    });
}

#[test]
fn elements_that_are_one_and_the_same() {
    attached(|py| {
        let repeated = |count, item_size: isize| Fields {
            len: count * item_size,
            item_size,
            shape: Some(vec![count]),
            strides: Some(vec![0]),
            ..Fields::bytes(b"12345678")
        };
        let four = repeated(4, 2).export(py);
        let buffer = four.buffer_mut().unwrap();
        assert_eq!(buffer.to_vec().unwrap(), b"12121212");
        buffer.write_from(b"abcdefgh").unwrap();
        assert_eq!(buffer.to_vec().unwrap(), b"ghghghgh");
        // More than any memory, where addresses have 64 bits.
        let endless = [isize::MAX, isize::MAX / 2, isize::MAX / 8 + 1];
        let counts = endless.into_iter();
        for count in counts.filter(|_| cfg!(target_pointer_width = "64")) {
            let endless = repeated(count, 1).export(py);
            let buffer = endless.buffer().unwrap();
            assert!(buffer.to_vec().unwrap_err().is::<PyMemoryError>());
            let other = repeated(count / 2, 2).export(py);
            if count % 2 == 0 {
                let copied = other.copy_buffer_from(&endless);
                assert!(copied.unwrap_err().is::<PyMemoryError>());
            }
        }
    });
}

#[test]
fn memory_that_only_seems_writable() {
    attached(|py| {
        let fields = Fields {
            readonly: true,
            ..Fields::bytes(b"12345678")
        };
        let object = fields.export(py);
        assert!(object.buffer_mut().unwrap_err().is::<PyBufferError>());
        assert_eq!(object.refcount(), 1);
        assert_eq!(object.buffer().unwrap().to_vec().unwrap(), b"12345678");
    });
}

/// Python counts the references in such memory.
#[test]
fn references_are_not_overwritten() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "from ctypes import *\nclass Pair(Structure): _fields_ = [('O', c_long), ('b', py_object)]\n\
             class Name(Structure): _fields_ = [('O', c_long)]\n\
             array, pair, other = (py_object * 1)([1]), Pair(1, [2]), Name(3)",
        );
        for name in ["array", "pair"] {
            let object = eval(&ns, name);
            let buffer = object.buffer_mut().unwrap();
            let bytes = buffer.to_vec().unwrap();
            assert!(buffer.write_from(&bytes).unwrap_err().is::<PyBufferError>());
            drop(buffer);
            let copied = object.copy_buffer_from(&object);
            assert!(copied.unwrap_err().is::<PyBufferError>());
        }
        // The name of a field is none of its type.
        let other = eval(&ns, "other");
        other.copy_buffer_from(&other).unwrap();
    });
}

/// Since 3.12 an exporter may be written in Python: a `__buffer__` that returns a `memoryview`.
#[cfg(Py_3_12)]
#[test]
fn exporters_written_in_python() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "class Exporter:\n    def __init__(self, view): self.view = view\n\
             \x20   def __buffer__(self, flags): return self.view\n\
             class Late(Exporter):\n    def __buffer__(self, flags):\n        view = memoryview(self.view)\n\
             \x20       view.release()\n        return view\n\
             content = bytearray(b'12345678')",
        );
        for (object, bytes) in [
            ("Exporter(memoryview(content))", &b"12345678"[..]),
            ("Exporter(memoryview(content)[::-3])", b"852"),
            (
                "Exporter(memoryview(content).cast('B', (2, 2, 2)))",
                b"12345678",
            ),
            ("Exporter(memoryview(content).cast('q', ()))", b"12345678"),
            ("Exporter(memoryview(content)[8:])", b""),
        ] {
            let exporter = eval(&ns, object);
            assert_eq!(
                exporter.buffer_mut().unwrap().to_vec().unwrap(),
                bytes,
                "{object}"
            );
            exporter.copy_buffer_from(&exporter).unwrap();
        }
        for wrong in ["Exporter(1)", "Exporter(b'bytes')", "Late(content)"] {
            assert!(eval(&ns, wrong).buffer().is_err(), "{wrong}");
        }
        // The view cannot be released while the buffer is held.
        let exporter = eval(&ns, "Exporter(memoryview(content))");
        ns.set_str("exporter", &exporter).unwrap();
        let buffer = exporter.buffer().unwrap();
        let released = py.run(c"exporter.view.release()", Some(&ns), None);
        assert!(released.unwrap_err().is::<PyBufferError>());
        assert_eq!(
            (buffer.shape(), buffer.to_vec().unwrap()),
            (&[8][..], b"12345678".to_vec())
        );
    });
}

/// CPython's own exporter for tests, where the interpreter has it: any strides, any suboffsets.
#[test]
fn arrays_of_the_test_suite() {
    attached(|py| {
        let ns = namespace(py);
        if py
            .run(c"from _testbuffer import *", Some(&ns), None)
            .is_err()
        {
            return;
        }
        exec(
            &ns,
            "import itertools\n\
             def array(flags): return ndarray(list(range(36)), shape=[2, 3, 6], format='h', flags=flags | ND_WRITABLE)\n\
             parts = [slice(None), slice(None, None, -1), slice(1, None), slice(None, None, 2), slice(None, None, -2)]\n\
             arrays = [array(flags)[part] for flags in (0, ND_FORTRAN, ND_PIL) for part in itertools.product(parts, repeat=3)]\n\
             arrays += [array(0)[2:, 1:], array(ND_PIL)[2:, 1:], ndarray(7, shape=[], format='h', flags=ND_WRITABLE)]",
        );
        for array in eval(&ns, "arrays").cast::<PyList>().unwrap() {
            ns.set_str("array", &array).unwrap();
            let content = || {
                let bytes = eval(&ns, "memoryview(array).tobytes()");
                bytes.cast_into::<PyBytes>().unwrap().as_bytes().to_vec()
            };
            let (buffer, text) = (array.buffer_mut().unwrap(), shown(&array));
            let mut copy = buffer.to_vec().unwrap();
            assert_eq!(copy, content(), "{text}");
            copy.reverse();
            buffer.write_from(&copy).unwrap();
            assert_eq!(copy, content(), "{text}");
            for (flag, contiguous) in [
                ("C", buffer.is_contiguous()),
                ("F", buffer.is_fortran_contiguous()),
            ] {
                let theirs = eval(&ns, &format!("is_contiguous(array, '{flag}')"));
                // C says that pointers without elements have gaps.
                let theirs = theirs.is_truthy().unwrap() || buffer.is_empty();
                assert_eq!(theirs, contiguous, "{flag} {text}");
            }
        }
    });
}

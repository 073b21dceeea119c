//! Buffers.

mod exporter;
mod fields;

use pyptr::buffer::PyBuffer;
use pyptr::error::{PyBufferError, PyTypeError};
use pyptr::types::{PyAny, PyByteArray, PyBytes};
use pyptr::{Owned, Python};

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{eval, exec, namespace};

pub fn array<'py>(py: Python<'py>, code: &str) -> Owned<'py, PyAny> {
    let ns = namespace(py);
    exec(&ns, "from array import array");
    eval(&ns, code)
}

#[test]
fn a_buffer_holds_one_reference() {
    attached(|py| {
        let bytes = PyBytes::new(py, b"bytes").unwrap();
        assert_eq!(delta_while_held(&bytes, || bytes.buffer().unwrap()), 1);
        assert_eq!(delta_after_drop(&bytes, || bytes.buffer().unwrap()), 0);
        let buffer = bytes.buffer().unwrap();
        assert_eq!(
            delta_after_drop(&bytes, || assert!(buffer.object().unwrap().is(&bytes))),
            0
        );
        assert!(buffer.is_readonly() && buffer.is_contiguous() && buffer.is_fortran_contiguous());
        assert_eq!(
            (buffer.len_bytes(), buffer.item_size(), buffer.len()),
            (5, 1, 5)
        );
        assert_eq!(
            (buffer.dimensions(), buffer.shape(), buffer.strides()),
            (1, &[5][..], &[1][..])
        );
        assert_eq!((buffer.format(), buffer.suboffsets()), (c"B", &[][..]));
        assert_eq!(
            (buffer.to_vec().unwrap(), buffer.is_empty()),
            (b"bytes".to_vec(), false)
        );
    });
}

#[test]
fn what_has_no_buffer() {
    attached(|py| {
        let text = fresh_str(py, "text");
        assert!(!text.has_buffer());
        let fail = || assert!(text.buffer().unwrap_err().is::<PyTypeError>());
        assert_eq!(delta_after_drop(&text, fail), 0);
        let bytes = PyBytes::new(py, b"bytes").unwrap();
        assert!(bytes.has_buffer());
        let fail = || assert!(bytes.buffer_mut().unwrap_err().is::<PyBufferError>());
        assert_eq!(delta_after_drop(&bytes, fail), 0);
    });
}

#[test]
fn writing() {
    attached(|py| {
        let target = PyByteArray::new(py, b"target").unwrap();
        let buffer = target.buffer_mut().unwrap();
        buffer.write_from(b"TARGET").unwrap();
        assert!(
            buffer
                .write_from(b"other length")
                .unwrap_err()
                .is::<PyBufferError>()
        );
        assert!(
            buffer
                .read_into(&mut [0; 5])
                .unwrap_err()
                .is::<PyBufferError>()
        );
        drop(buffer);
        assert_eq!(
            (target.to_vec().unwrap(), target.refcount()),
            (b"TARGET".to_vec(), 1)
        );
        let bytes = PyBytes::new(py, b"bytes!").unwrap();
        assert!(
            bytes
                .buffer()
                .unwrap()
                .write_from(b"BYTES!")
                .unwrap_err()
                .is::<PyBufferError>()
        );
        target.copy_buffer_from(&bytes).unwrap();
        assert_eq!(
            (target.to_vec().unwrap(), bytes.refcount()),
            (b"bytes!".to_vec(), 1)
        );
        assert!(
            target
                .copy_buffer_from(&fresh_str(py, "text"))
                .unwrap_err()
                .is::<PyTypeError>()
        );
    });
}

#[test]
fn formats_are_checked() {
    attached(|py| {
        let doubles = array(py, "array('d', [1.5, -2.0])");
        let buffer = doubles.buffer_mut().unwrap();
        let elements = buffer.as_raw_slice::<f64>().unwrap();
        // SAFETY: nobody writes to the array meanwhile.
        assert_eq!(unsafe { &*elements }, [1.5, -2.0]);
        for error in [
            buffer.as_raw_slice::<f32>().unwrap_err(),
            buffer.as_raw_slice::<i64>().unwrap_err(),
            buffer.as_raw_slice::<u8>().unwrap_err(),
        ] {
            assert!(error.is::<PyBufferError>());
        }
        let ints = array(py, "array('q', [-1, 1 << 40])");
        let buffer = ints.buffer().unwrap();
        assert_eq!(buffer.as_raw_slice::<i64>().unwrap().len(), 2);
        assert!(buffer.as_raw_slice::<u64>().is_err());
        assert!(buffer.as_raw_slice::<f64>().is_err());
        let chars = array(py, "memoryview(b'ab').cast('c')");
        assert_eq!(
            chars.buffer().unwrap().as_raw_slice::<u8>().unwrap().len(),
            2
        );
    });
}

#[test]
fn strides_are_followed() {
    attached(|py| {
        let every_other = array(py, "memoryview(bytearray(b'a.b.c.'))[::2]");
        let buffer = every_other.buffer_mut().unwrap();
        assert_eq!(
            (buffer.to_vec().unwrap(), buffer.strides()),
            (b"abc".to_vec(), &[2][..])
        );
        assert!(!buffer.is_contiguous());
        assert!(
            buffer
                .as_raw_slice::<u8>()
                .unwrap_err()
                .is::<PyBufferError>()
        );
        let item = buffer.item_ptr(&[2]).unwrap();
        // SAFETY: the third element, which nobody else touches.
        assert_eq!(unsafe { item.read() }, b'c');
        assert!(buffer.item_ptr(&[3]).is_none() && buffer.item_ptr(&[0, 0]).is_none());
        assert!(buffer.item_ptr(&[usize::MAX]).is_none());
        buffer.write_from(b"xyz").unwrap();
        assert_eq!(buffer.to_vec().unwrap(), b"xyz");
        let table = array(py, "memoryview(bytes(range(6))).cast('B', (2, 3))");
        let buffer = table.buffer().unwrap();
        assert_eq!(
            (buffer.shape(), buffer.dimensions(), buffer.len()),
            (&[2, 3][..], 2, 6)
        );
        // SAFETY: an element of bytes.
        assert_eq!(unsafe { buffer.item_ptr(&[1, 2]).unwrap().read() }, 5);
    });
}

#[test]
fn empty_and_scalar_buffers() {
    attached(|py| {
        let empty = PyBytes::new(py, b"").unwrap();
        let buffer = empty.buffer().unwrap();
        assert_eq!(buffer.as_raw_slice::<u8>().unwrap().len(), 0);
        assert!(buffer.is_empty() && buffer.to_vec().unwrap().is_empty());
        let scalar = array(py, "memoryview(bytes(4)).cast('i', ())");
        let buffer = scalar.buffer().unwrap();
        assert_eq!(
            (buffer.dimensions(), buffer.len(), buffer.shape()),
            (0, 1, &[][..])
        );
        assert!(buffer.item_ptr(&[]).is_some());
    });
}

/// Rule 14 of the soundness rules: with a GIL buffers lend cells, and a read-only one none to write.
#[cfg(not(Py_GIL_DISABLED))]
#[test]
fn cells_see_what_python_writes() {
    attached(|py| {
        let target = PyByteArray::new(py, b"abc").unwrap();
        let buffer = target.buffer_mut().unwrap();
        let (reading, writing) = (
            buffer.cells::<u8>().unwrap(),
            buffer.cells_mut::<u8>().unwrap(),
        );
        writing[0].set(b'x');
        target.write_at(1, b"y");
        assert_eq!(
            [reading[0].get(), reading[1].get(), reading[2].get()],
            *b"xyc"
        );
        assert!(buffer.cells::<u16>().is_err());
        let bytes = PyBytes::new(py, b"bytes").unwrap();
        let buffer = bytes.buffer().unwrap();
        assert_eq!(buffer.cells::<u8>().unwrap()[4].get(), b's');
        assert!(buffer.cells_mut::<u8>().unwrap_err().is::<PyBufferError>());
    });
}

#[test]
fn views_are_filled_in() {
    use pyptr::buffer::PyBuffer;
    use pyptr::ffi;
    attached(|py| {
        let bytes = PyBytes::new(py, b"bytes").unwrap();
        let data = bytes.as_bytes().as_ptr().cast_mut();
        let mut view = ffi::Py_buffer::new();
        // SAFETY: the bytes live longer than the view, which is read-only.
        unsafe { PyBuffer::fill(&mut view, &bytes, data, 5, true, ffi::PyBUF_SIMPLE) }.unwrap();
        assert_eq!((bytes.refcount(), view.len), (2, 5));
        // SAFETY: filled in above.
        unsafe { ffi::PyBuffer_Release(&mut view) };
        let fail = || {
            // SAFETY: as above.
            let result =
                unsafe { PyBuffer::fill(&mut view, &bytes, data, 5, true, ffi::PyBUF_WRITABLE) };
            assert!(result.unwrap_err().is::<PyBufferError>());
        };
        assert_eq!(delta_after_drop(&bytes, fail), 0);
    });
}

/// Of the right format and length, and one byte off.
#[test]
fn what_is_not_aligned_lends_no_slice() {
    attached(|py| {
        let ns = namespace(py);
        let view = eval(&ns, "memoryview(bytearray(17))[1:].cast('d')");
        let buffer = view.buffer().unwrap();
        let raised = buffer.as_raw_slice::<f64>().unwrap_err();
        assert!(raised.is::<PyBufferError>());
        drop(raised);
        assert_eq!((buffer.len(), buffer.to_vec().unwrap().len()), (2, 16));
    });
}

#[test]
fn looking_into_a_buffer() {
    attached(|py| {
        let array = PyByteArray::new(py, b"content").unwrap();
        let look = |buffer: &PyBuffer<'_>| {
            let wrong = buffer.as_raw_slice::<f64>().unwrap_err();
            assert!(wrong.is::<PyBufferError>());
            drop(wrong);
            assert_eq!(buffer.as_raw_slice::<u8>().unwrap().len(), 7);
            assert!(buffer.item_ptr(&[6]).is_some() && buffer.item_ptr(&[7]).is_none());
            #[cfg(not(Py_GIL_DISABLED))]
            {
                assert_eq!(buffer.cells::<u8>().unwrap()[0].get(), b'c');
                buffer.cells_mut::<u8>().unwrap()[0].set(b'c');
                assert!(buffer.cells::<u32>().is_err() && buffer.cells_mut::<i32>().is_err());
            }
        };
        let buffer = array.buffer_mut().unwrap();
        assert_eq!(delta_after_drop(&array, || look(&buffer)), 0);
        drop(buffer);
        assert_eq!(array.refcount(), 1);
    });
}

//! `memoryview`.

use pyptr::error::PyTypeError;
use pyptr::types::{PyBytes, PyMemoryView};

use crate::buffer::array;
use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};

#[test]
fn memoryviews() {
    attached(|py| {
        let bytes = PyBytes::new(py, b"bytes").unwrap();
        let view = || PyMemoryView::from_object(py, &bytes).unwrap();
        assert_eq!(
            (
                delta_while_held(&bytes, view),
                delta_after_drop(&bytes, view)
            ),
            (1, 0)
        );
        assert_eq!(view().buffer().unwrap().to_vec().unwrap(), b"bytes");
        let contiguous = || PyMemoryView::contiguous(&bytes).unwrap();
        assert_eq!(delta_after_drop(&bytes, contiguous), 0);
        let strided = array(py, "memoryview(b'a.b.')[::2]");
        let copy = PyMemoryView::contiguous(&strided).unwrap();
        assert!(copy.buffer().unwrap().is_contiguous());
        let text = fresh_str(py, "text");
        let fail = || {
            assert!(
                PyMemoryView::from_object(py, &text)
                    .unwrap_err()
                    .is::<PyTypeError>()
            )
        };
        assert_eq!(delta_after_drop(&text, fail), 0);
        assert!(
            PyMemoryView::contiguous(&text)
                .unwrap_err()
                .is::<PyTypeError>()
        );
    });
}

#[test]
fn memoryviews_of_memory_outside() {
    attached(|py| {
        static TEXT: [u8; 4] = *b"text";
        let data = TEXT.as_ptr().cast_mut();
        // SAFETY: four bytes that live for ever; the view is read-only.
        let view = unsafe { PyMemoryView::from_memory(py, data, 4, false) }.unwrap();
        let buffer = view.buffer().unwrap();
        assert_eq!(
            (buffer.to_vec().unwrap(), buffer.as_ptr()),
            (b"text".to_vec(), data)
        );
        assert!(view.buffer_mut().is_err());
    });
}

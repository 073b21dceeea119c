//! Where there is a GIL, cells are lent by the buffer, to read, or to write if it was asked for; never slices.

use pyptr::buffer::{BufferCell, PyBuffer, ReadOnlyCell};
use pyptr::{PyResult, Python};

fn released<'py>(buffer: PyBuffer<'py>) -> PyResult<'py, u8> {
    let cells = buffer.cells::<u8>()?;
    Ok(cells[0].get())
}

fn returned<'a, 'py>(buffer: &'a PyBuffer<'py>) -> PyResult<'py, &'a [BufferCell<u8>]> {
    buffer.cells_mut::<u8>()
}

fn written<'py>(buffer: &PyBuffer<'py>) -> PyResult<'py, ()> {
    buffer.cells_mut::<u8>()?[0].set(1);
    Ok(())
}

fn frozen<'a, 'py>(buffer: &'a PyBuffer<'py>) -> PyResult<'py, &'a [ReadOnlyCell<u8>]> {
    buffer.cells::<u8>()
}

fn detached<'py>(py: Python<'py>, buffer: &PyBuffer<'py>) -> PyResult<'py, u8> {
    let cells = buffer.cells::<u8>()?;
    let first = cells[0].get();
    Ok(py.detach(|| first))
}

fn main() {}

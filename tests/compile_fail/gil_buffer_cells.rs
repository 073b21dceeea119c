//! Where there is a GIL, cells are lent by the buffer, to read, or to write if it was asked for; never slices.

use pyptr::buffer::{BufferCell, PyBuffer};
use pyptr::{PyResult, Python};

fn released<'py>(buffer: PyBuffer<'py>) -> PyResult<'py, u8> {
    let cells = buffer.cells::<u8>()?;
    drop(buffer); //~ E0505
    Ok(cells[0].get())
}

fn returned<'py>(buffer: PyBuffer<'py>) -> PyResult<'py, &'py [BufferCell<u8>]> {
    buffer.cells_mut::<u8>() //~ E0515
}

fn written<'py>(buffer: &PyBuffer<'py>) -> PyResult<'py, ()> {
    buffer.cells::<u8>()?[0].set(1); //~ E0599
    Ok(())
}

fn frozen<'a, 'py>(buffer: &'a PyBuffer<'py>) -> PyResult<'py, &'a [u8]> {
    buffer.cells::<u8>() //~ E0308
}

fn detached<'py>(py: Python<'py>, buffer: &PyBuffer<'py>) -> PyResult<'py, u8> {
    let cells = buffer.cells::<u8>()?;
    Ok(py.detach(|| cells[0].get())) //~ E0277
}

fn main() {}

//! Without a GIL others write at any moment: no cells.

use pyptr::PyResult;
use pyptr::buffer::PyBuffer;

fn first<'py>(buffer: &PyBuffer<'py>) -> PyResult<'py, u8> {
    let elements = buffer.cells::<u8>()?; //~ E0599
    Ok(elements[0].get())
}

fn main() {}

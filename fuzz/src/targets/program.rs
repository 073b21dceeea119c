//! The instructions of tests/random. After each, the count of references of each object is what the model says.

use std::cell::OnceCell;

use pyptr::Python;

use crate::check;
use crate::program::from_bytes;
use crate::world::World;

/// Instructions that are left out make a program faster, and no less of one.
const LONGEST: usize = 64;

pub fn program(py: Python<'_>, data: &[u8]) {
    let program = from_bytes(data);
    check::run(world(py), &program[..program.len().min(LONGEST)]);
}

/// This thread's world, with its classes, which is made once.
fn world(_py: Python<'_>) -> &'static World<'static> {
    thread_local! {
        static WORLD: OnceCell<&'static World<'static>> = const { OnceCell::new() };
    }
    WORLD.with(|world| {
        *world.get_or_init(|| {
            // SAFETY: attached, as the token of the caller says, and as this thread is whenever it uses the world.
            let py: Python<'static> = unsafe { Python::assume_attached() };
            Box::leak(Box::new(World::new(py)))
        })
    })
}

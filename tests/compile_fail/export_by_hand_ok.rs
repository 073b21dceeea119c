//! What `module!` expands to relies on how arguments are taken: nobody declares a function by hand without `unsafe`.

use pyptr::export::expansion::{Arguments, Call, Function, Interned, Signature};
use pyptr::types::PyAny;
use pyptr::{Owned, PyResult};

struct Mine;

unsafe impl Function for Mine {
    type State = ();
    const SIGNATURE: &'static Signature = &Signature::new("f", c"f", &[]);
    const HOLDS: bool = false;
    fn names() -> &'static [Interned] {
        &[]
    }
    fn call<'a, 'py>(
        call: &Call<'a, 'py, Self>,
        _arguments: &mut impl Arguments<'a, 'py>,
    ) -> PyResult<'py, Owned<'py, PyAny>> {
        Ok(call.py().none().new_ref().into_any())
    }
}

fn main() {}

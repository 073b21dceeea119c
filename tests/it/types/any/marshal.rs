//! Values as bytes.

use pyptr::Owned;
use pyptr::error::PyValueError;
use pyptr::types::PyAny;

use crate::common::{attached, delta_after_drop, fresh_str};
use crate::python::{eval, exec, namespace};

#[test]
fn values_as_bytes() {
    attached(|py| {
        let text = fresh_str(py, "in the list");
        let ns = namespace(py);
        let list: Owned<'_, PyAny> = eval(&ns, "[1, 2.5, b'bytes', None, (), {}]");
        list.cast::<pyptr::types::PyList>()
            .unwrap()
            .append(&text)
            .unwrap();
        for version in [2, 4] {
            let there_and_back = || {
                let bytes = list.marshal(version).unwrap();
                // SAFETY: just made.
                let again = unsafe { py.unmarshal(bytes.as_bytes()) }.unwrap();
                assert!(again.eq(&list).unwrap() && !again.is(&list));
            };
            assert_eq!(delta_after_drop(&list, there_and_back), 0);
            assert_eq!(text.refcount(), 2);
        }
        let odd = eval(&ns, "[object()]");
        let fail = || assert!(odd.marshal(4).unwrap_err().is::<PyValueError>());
        assert_eq!(delta_after_drop(&odd, fail), 0);
        let bytes = list.marshal(4).unwrap();
        let cut = &bytes.as_bytes()[..9];
        // SAFETY: the beginning of what was just made.
        let fail = || assert!(unsafe { py.unmarshal(cut) }.is_err());
        assert_eq!(delta_after_drop(&bytes, fail), 0);
        // SAFETY: nothing at all.
        assert!(unsafe { py.unmarshal(b"") }.is_err());
    });
}

/// Python code that would run while C reads the list, and empties it.
#[test]
fn no_python_code_runs_meanwhile() {
    const EMPTIES: &str = "\
class Buffer:
    def __buffer__(self, flags):
        items.clear()
        return memoryview(b'')
class Text(bytes):
    def __eq__(self, other):
        items.clear()
        return False
    __lt__ = __eq__
    def __hash__(self):
        return id(self)
class Nested(tuple):
    __buffer__ = Buffer.__buffer__
";
    const VALUES: &[&str] = &[
        "Buffer()",
        "{'key': [(Buffer(),)]}",
        // Equal as bytes, so that they are compared themselves.
        "{Text(b'a'), Text(b'a')}",
        "frozenset({(Text(b'a'),), (Text(b'a'),)})",
        "(lambda: 1).__code__.replace(co_consts=Nested((1,)))",
        "(lambda: 1).__code__.replace(co_consts=([Buffer()],))",
        "(lambda: 1).__code__.replace(co_linetable=Text(b''))",
        "{memoryview(b'a')}",
        "bytearray_of_a_class(b'a')",
    ];
    attached(|py| {
        let ns = namespace(py);
        exec(&ns, EMPTIES);
        exec(&ns, "class bytearray_of_a_class(bytearray): pass");
        for value in VALUES {
            exec(
                &ns,
                &format!("items = [{value}] + [[i] for i in range(5000)]"),
            );
            let items = eval(&ns, "items");
            assert!(
                items.marshal(4).unwrap_err().is::<PyValueError>(),
                "{value}"
            );
            assert_eq!(items.len().unwrap(), 5001, "{value}");
            exec(&ns, "items.clear()");
        }
        // What C knows is written as by Python's own function.
        let plain = "[None, ..., True, StopIteration, 1, 2.5, 1j, 'text', b'bytes', bytearray(b'a'), memoryview(b'b'), (1, ()),
            {1: [2], 'a': {3}}, {(1, 'a'), frozenset({2})}, (lambda: (1, 'a')).__code__]";
        exec(&ns, &format!("value = {plain}\nvalue.append(value)"));
        exec(&ns, "import marshal\nwritten = marshal.dumps(value, 4)");
        let written = eval(&ns, "value").marshal(4).unwrap();
        assert!(written.eq(&eval(&ns, "written")).unwrap());
        exec(&ns, "value.clear()");
    });
}

/// Up to 3.11 allocations start the collector, and destructors run.
#[test]
fn no_destructor_runs_meanwhile() {
    attached(|py| {
        let ns = namespace(py);
        let code = "\
import gc
class Ends:
    def __del__(self): items.clear()
def make():
    end = Ends()
    end.itself = end
items = [{(j,) for j in range(2000)} for i in range(10)]
was_enabled = gc.isenabled()
gc.collect()
make()
";
        exec(&ns, code);
        let items = eval(&ns, "items");
        assert!(items.marshal(4).is_ok());
        assert!(eval(&ns, "was_enabled == gc.isenabled()").is(py.bool(true)));
        exec(&ns, "gc.collect()");
    });
}

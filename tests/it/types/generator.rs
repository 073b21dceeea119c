//! Generators and coroutines.

use pyptr::Owned;
use pyptr::error::{PyTypeError, PyZeroDivisionError};
use pyptr::types::{PyAsyncGenerator, PyCoroutine, PyGenerator, Sent};

use crate::common::{attached, fresh_str};
use crate::python::{bind, eval, exec, namespace, shown};

#[test]
fn generators() {
    attached(|py| {
        let ns = namespace(py);
        let (item, result) = (fresh_str(py, "item"), fresh_str(py, "result"));
        bind(&ns, "item", &item);
        bind(&ns, "result", &result);
        exec(
            &ns,
            "def gen():\n got = yield item\n yield got\n return result",
        );
        let generator = eval(&ns, "gen()").cast_into::<PyGenerator>().unwrap();
        let sent = fresh_str(py, "sent");
        assert!(generator.send(&sent).unwrap_err().is::<PyTypeError>());
        assert_eq!(sent.refcount(), 1);
        assert!(
            matches!(generator.send(py.none()).unwrap(), Sent::Yielded(value) if value.is(&item))
        );
        assert!(matches!(generator.send(&sent).unwrap(), Sent::Yielded(value) if value.is(&sent)));
        assert!(
            matches!(generator.send(py.none()).unwrap(), Sent::Returned(value) if value.is(&result))
        );
        drop(generator);
        assert_eq!(
            (item.refcount(), sent.refcount(), result.refcount()),
            (2, 1, 2)
        );
        let failing = eval(&ns, "(1 // i for i in (0,))");
        assert!(
            failing
                .send(py.none())
                .unwrap_err()
                .is::<PyZeroDivisionError>()
        );
        assert!(py.none().send(py.none()).is_err());
        let items: Owned<'_, PyGenerator> = eval(&ns, "gen()").cast_into().unwrap();
        assert_eq!(items.into_base().count(), 2);
    });
}

#[test]
fn coroutines() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "async def f():\n return 'done'\nasync def g():\n yield 1\nc = f()\na = g()",
        );
        let coroutine = eval(&ns, "c").cast_into::<PyCoroutine>().unwrap();
        assert!(
            matches!(coroutine.send(py.none()).unwrap(), Sent::Returned(value) if shown(&value) == "'done'")
        );
        let generator = eval(&ns, "a").cast_into::<PyAsyncGenerator>().unwrap();
        assert!(generator.is_async_iterator() && !coroutine.is_async_iterator());
        assert!(generator.aiter().unwrap().is(&generator));
        assert!(coroutine.aiter().unwrap_err().is::<PyTypeError>());
    });
}

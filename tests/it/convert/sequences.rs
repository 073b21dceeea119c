//! `Vec` and arrays.

use pyptr::types::{PyAny, PyList, PyString};
use pyptr::{Borrowed, IntoPyObject, Owned, PyResult, Python, error::PyValueError};

use super::{error, eval, message, repr, run, wrong_type};
use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};

/// Fails to become an object.
struct Failing;

impl<'py> IntoPyObject<'py> for Failing {
    fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        Err(py.raise::<PyValueError>("failing"))
    }
}

/// One or the other, for a list whose middle item is different.
enum Item<'a, 'py> {
    Given(&'a Borrowed<'py, PyString>),
    Number(i64),
    Failing,
}

impl<'py> IntoPyObject<'py> for Item<'_, 'py> {
    fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        match self {
            Item::Given(object) => object.into_py_object(py),
            Item::Number(number) => number.into_py_object(py),
            Item::Failing => Failing.into_py_object(py),
        }
    }
}

#[test]
fn vec_comes_from_any_iterable_but_str() {
    attached(|py| {
        for iterable in [
            "[1, 2, 3]",
            "(1, 2, 3)",
            "range(1, 4)",
            "{1: 'a', 2: 'b', 3: 'c'}",
            "(x for x in (1, 2, 3))",
            "b'\\1\\2\\3'",
            "bytearray((1, 2, 3))",
            "type('List', (list,), {})([1, 2, 3])",
            "type('Tuple', (tuple,), {})([1, 2, 3])",
            "type('Items', (), {'__getitem__': lambda self, index: (1, 2, 3)[index]})()",
        ] {
            let object = eval(py, iterable);
            assert_eq!(
                object.extract::<Vec<u8>>().unwrap(),
                [1, 2, 3],
                "{iterable}"
            );
        }
        for empty in ["[]", "()", "{}"] {
            assert_eq!(eval(py, empty).extract::<Vec<u8>>().unwrap(), [0u8; 0]);
        }
        for other in [
            "'abc'",
            "type('Str', (str,), {})('abc')",
            "1",
            "None",
            "object()",
        ] {
            let other = eval(py, other);
            assert_eq!(wrong_type::<Vec<String>>(&other), "iterable other than str");
        }
        assert_eq!(
            error::<Vec<String>>(&eval(py, "'abc'")),
            "TypeError: expected iterable other than str, got str"
        );
    });
}

#[test]
fn vec_respects_a_subclass_that_iterates_its_own_way() {
    attached(|py| {
        let object = run(
            py,
            "class Doubled(list):\n    def __iter__(self): return (2 * x for x in super().__iter__())\n\
             result = Doubled([1, 2])",
        );
        assert_eq!(object.extract::<Vec<i64>>().unwrap(), [2, 4]);
    });
}

#[test]
fn nested_vecs_round_trip() {
    attached(|py| {
        let value = vec![
            vec![Some("a".to_owned()), None],
            vec![],
            vec![Some("long".to_owned())],
        ];
        let object = value.clone().into_py_object(py).unwrap();
        assert!(object.cast_exact::<PyList>().is_ok());
        assert_eq!(object.refcount(), 1);
        assert_eq!(object.extract::<Vec<Vec<Option<String>>>>().unwrap(), value);
        assert_eq!(repr(py, value), "[['a', None], [], ['long']]");
        assert_eq!(repr(py, vec![1_u8, 2]), "[1, 2]");
    });
}

#[test]
fn vec_counts_what_it_holds() {
    attached(|py| {
        let text = fresh_str(py, "item");
        let list = vec![&text; 3].into_py_object(py).unwrap();
        assert_eq!(text.refcount(), 4);
        let pointers = || list.extract::<Vec<Owned<'_, PyString>>>().unwrap();
        assert_eq!(delta_while_held(&text, pointers), 3);
        assert_eq!(delta_after_drop(&text, pointers), 0);
        assert_eq!(delta_while_held(&list, pointers), 0);
        assert_eq!(delta_after_drop(&text, || list.extract::<Vec<String>>()), 0);
        drop(list);
        assert_eq!(text.refcount(), 1);
    });
}

#[test]
fn vec_gives_its_items_away() {
    attached(|py| {
        let text = fresh_str(py, "given");
        let items = vec![text.new_ref(), text.new_ref()];
        assert_eq!(text.refcount(), 3);
        let list = items.into_py_object(py).unwrap();
        assert_eq!(text.refcount(), 3);
        drop(list);
        assert_eq!(text.refcount(), 1);
    });
}

#[test]
fn an_item_of_the_wrong_type_is_told_by_its_own_type() {
    attached(|py| {
        let text = fresh_str(py, "before and after");
        let list = vec![Item::Given(&text), Item::Number(7), Item::Given(&text)]
            .into_py_object(py)
            .unwrap();
        let tuple = (&text, 7, &text).into_py_object(py).unwrap();
        for object in [list, tuple] {
            type Strings<'py> = Vec<Owned<'py, PyString>>;
            assert_eq!(
                error::<Strings<'_>>(&object),
                "TypeError: item 1: expected str, got int"
            );
            let convert = || object.extract::<Strings<'_>>().is_err();
            assert_eq!(delta_after_drop(&text, convert), 0);
            assert_eq!(delta_after_drop(&object, convert), 0);
        }
    });
}

#[test]
fn an_iterator_that_fails_leaves_nothing_behind() {
    attached(|py| {
        let (text, generator) = {
            let pair = run(
                py,
                "text = 'a text ' + str(id(object()))\n\
                 def generate(text):\n    yield text\n    yield text\n    raise KeyError('third')\n\
                 result = (text, generate(text))",
            );
            pair.extract::<(Owned<'_, PyAny>, Owned<'_, PyAny>)>()
                .unwrap()
        };
        let before = text.refcount();
        let raised = generator.extract::<Vec<Owned<'_, PyAny>>>().unwrap_err();
        assert_eq!(message(raised), "KeyError: 'third'");
        drop(generator);
        // The generator's own reference is gone; no other was added.
        assert_eq!(text.refcount(), before - 1);

        let no_iterator = run(
            py,
            "class Bad:\n    def __iter__(self): return 1\nresult = Bad()",
        );
        let message = match cfg!(Py_3_15) {
            true => "TypeError: Bad.__iter__() must return an iterator, not int",
            false => "TypeError: iter() returned non-iterator of type 'int'",
        };
        assert_eq!(error::<Vec<i64>>(&no_iterator), message);
        assert_eq!(
            delta_after_drop(&no_iterator, || no_iterator.extract::<Vec<i64>>()),
            0
        );
    });
}

#[test]
fn a_list_may_shrink_while_it_is_converted() {
    attached(|py| {
        let list = run(
            py,
            "class Clears:\n    def __index__(self):\n        result.clear()\n        return 2\n\
             result = [1, Clears(), 3, 4]",
        );
        assert_eq!(list.extract::<Vec<i64>>().unwrap(), [1, 2]);
        assert_eq!(list.len().unwrap(), 0);
    });
}

#[test]
fn a_list_may_grow_while_it_is_converted() {
    attached(|py| {
        let list = run(
            py,
            "class Grows:\n    def __index__(self):\n        result.extend(range(1000))\n        return 2\n\
             result = [1, Grows()]",
        );
        let vec = list.extract::<Vec<i64>>().unwrap();
        assert_eq!(vec.len(), 1002);
        assert_eq!(vec[..4], [1, 2, 0, 1]);
    });
}

#[test]
fn a_list_may_drop_the_item_that_is_being_converted() {
    attached(|py| {
        let list = run(
            py,
            "class Replaces:\n    def __index__(self):\n        result[0] = None\n        return self.value\n\
             item = Replaces()\nitem.value = 12\nresult = [item]\ndel item",
        );
        assert_eq!(list.extract::<Vec<i64>>().unwrap(), [12]);
    });
}

#[test]
fn what_a_length_hint_says_is_not_believed() {
    attached(|py| {
        let object = run(
            py,
            "class Liar:\n    def __len__(self): return 2**62\n    __length_hint__ = __len__\n    \
             def __iter__(self): return iter((1, 2))\nresult = Liar()",
        );
        assert_eq!(object.extract::<Vec<i64>>().unwrap(), [1, 2]);
    });
}

#[test]
fn a_list_is_released_when_an_item_cannot_be_made() {
    attached(|py| {
        let text = fresh_str(py, "first");
        let make =
            || vec![Item::Given(&text), Item::Failing, Item::Given(&text)].into_py_object(py);
        assert_eq!(message(make().unwrap_err()), "ValueError: failing");
        assert_eq!(delta_after_drop(&text, || make().is_err()), 0);
        let array = || [Item::Given(&text), Item::Given(&text), Item::Failing].into_py_object(py);
        assert_eq!(delta_after_drop(&text, || array().is_err()), 0);
        let owned = || {
            let items = vec![vec![Some(text.new_ref())], vec![None, Some(text.new_ref())]];
            (items, Failing).into_py_object(py).is_err()
        };
        assert_eq!(delta_after_drop(&text, owned), 0);
    });
}

#[test]
fn arrays_have_exactly_their_length() {
    attached(|py| {
        for iterable in ["[1, 2, 3]", "(1, 2, 3)", "iter([1, 2, 3])"] {
            assert_eq!(eval(py, iterable).extract::<[i32; 3]>().unwrap(), [1, 2, 3]);
            assert_eq!(
                error::<[i32; 4]>(&eval(py, iterable)),
                "ValueError: not enough values to unpack (expected 4, got 3)"
            );
            assert_eq!(
                error::<[i32; 2]>(&eval(py, iterable)),
                "ValueError: too many values to unpack (expected 2)"
            );
        }
        // Without an end.
        let endless = eval(py, "__import__('itertools').count()");
        assert_eq!(
            error::<[i32; 2]>(&endless),
            "ValueError: too many values to unpack (expected 2)"
        );
        assert_eq!(eval(py, "[]").extract::<[i32; 0]>().unwrap(), [0i32; 0]);
        assert_eq!(repr(py, [1.5, 2.5]), "[1.5, 2.5]");
        assert_eq!(
            wrong_type::<[String; 3]>(&eval(py, "'abc'")),
            "iterable other than str"
        );
    });
}

#[test]
fn arrays_of_the_wrong_length_release_their_items() {
    attached(|py| {
        let text = fresh_str(py, "array item");
        let list = vec![&text; 3].into_py_object(py).unwrap();
        let short = || list.extract::<[Owned<'_, PyAny>; 2]>().is_err();
        assert!(short());
        assert_eq!(delta_after_drop(&text, short), 0);
        let long = || list.extract::<[Owned<'_, PyAny>; 4]>().is_err();
        assert!(long());
        assert_eq!(delta_after_drop(&text, long), 0);
        let exact = || list.extract::<[Owned<'_, PyAny>; 3]>().unwrap();
        assert_eq!(delta_while_held(&text, exact), 3);
    });
}

#[test]
fn slices_in_boxes() {
    attached(|py| {
        let list = eval(py, "[1, 2]");
        assert_eq!(*list.extract::<Box<[u8]>>().unwrap(), [1, 2]);
        assert_eq!(repr(py, Box::<[u8]>::from([1, 2])), "[1, 2]");
        assert_eq!(
            error::<Box<[u8]>>(&eval(py, "[1, 300]")),
            "OverflowError: item 1: expected int from 0 to 255, got 300"
        );
        assert_eq!(
            wrong_type::<Box<[u8]>>(&eval(py, "'ab'")),
            "iterable other than str"
        );
    });
}

/// As `list(object)` reads them.
#[test]
fn subclasses_with_their_own_iteration() {
    attached(|py| {
        for class in ["list", "tuple", "dict", "set"] {
            let code = format!(
                "class C({class}):\n    def __iter__(self): return iter([7, 8])\nresult = C()"
            );
            assert_eq!(run(py, &code).extract::<Vec<i64>>().unwrap(), [7, 8]);
            assert_eq!(run(py, &code).extract::<[i64; 2]>().unwrap(), [7, 8]);
        }
        let ordered = "import collections\nresult = collections.OrderedDict(a=1, b=2); result.move_to_end('a')";
        assert_eq!(
            run(py, ordered).extract::<Vec<String>>().unwrap(),
            ["b", "a"]
        );
    });
}

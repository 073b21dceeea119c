//! All four contestants write the same bytes, read the same objects, and refuse the same.

use pyptr::types::{PyAny, PyBytes, PyDict, PyList, PyString, PyTuple};
use pyptr::{Borrowed, Owned, PyErr, PyResult, Python};

use crate::Shapes;
use crate::four::{Contestant, FOUR};

struct Check<'a, 'py> {
    py: Python<'py>,
    names: &'a Borrowed<'py, PyDict>,
}

pub fn all<'py>(py: Python<'py>, shapes: &Shapes<'py>) -> Result<(), PyErr> {
    let names = PyDict::new(py)?;
    names.set_str("__name__", &*PyString::new(py, "builtins")?)?;
    let source = std::ffi::CString::new(include_str!("check.py")).expect("no NUL");
    py.run(&source, Some(&names), None)?;
    let check = Check { py, names: &names };
    for four in &FOUR {
        check.good(four)?;
        check.read(four)?;
        check.unpackable(four)?;
        check.unreadable(four)?;
    }
    check.shapes(shapes)
}

impl<'py> Check<'_, 'py> {
    fn get(&self, name: &str) -> Result<Owned<'py, PyAny>, PyErr> {
        Ok(self.names.get_str(name)?.expect("a name in check.py"))
    }

    /// The pairs of a table.
    fn pairs(&self, name: &str) -> Result<Vec<[Owned<'py, PyAny>; 2]>, PyErr> {
        let table = self.get(name)?.cast_into::<PyList>()?;
        let pair = |row: Owned<'py, PyAny>| {
            let row = row.cast_into::<PyTuple>()?;
            let at = |index| row.get(index).expect("a column").to_owned();
            Ok([at(0), at(1)])
        };
        table.iter().map(pair).collect()
    }

    fn holds(
        &self,
        relation: &str,
        one: &Borrowed<'py, PyAny>,
        other: &Borrowed<'py, PyAny>,
    ) -> Result<bool, PyErr> {
        Ok(self.get(relation)?.call([one, other])?.is_truthy()?)
    }

    fn bytes(&self, hex: &Borrowed<'py, PyAny>) -> Result<Owned<'py, PyBytes>, PyErr> {
        let builtins = self.py.import(c"builtins")?;
        let bytes = builtins.getattr(c"bytes")?.call_method1(c"fromhex", hex)?;
        Ok(bytes.cast_into()?)
    }

    /// Packing and unpacking gives what the specification says.
    fn good(&self, four: &Contestant) -> Result<(), PyErr> {
        for [object, hex] in self.pairs("GOOD")? {
            let expected = self.bytes(&hex)?;
            let packed = (four.pack)(&object, false)?;
            let shown = shown(&object)?;
            assert!(
                packed.as_bytes() == expected.as_bytes(),
                "{}: {shown} is packed as {packed:?}",
                four.name
            );
            let unpacked = (four.unpack)(&packed)?;
            assert!(
                self.holds("reads_back", &object, &unpacked)?,
                "{}: {shown} is read as {unpacked:?}",
                four.name
            );
            // Objects that are made by one, packed by itself, are the same bytes.
            let again = (four.pack)(&unpacked, false)?;
            assert!(
                again.as_bytes() == expected.as_bytes(),
                "{}: {shown} is packed anew",
                four.name
            );
        }
        Ok(())
    }

    fn read(&self, four: &Contestant) -> Result<(), PyErr> {
        for [hex, object] in self.pairs("READ")? {
            let unpacked = (four.unpack)(&*self.bytes(&hex)?)?;
            if shown(&object)? == "'nested'" {
                continue;
            }
            assert!(
                self.holds("same", &object, &unpacked)?,
                "{}: {hex:?} is {unpacked:?}",
                four.name
            );
        }
        Ok(())
    }

    fn unpackable(&self, four: &Contestant) -> Result<(), PyErr> {
        for (table, sorted) in [
            ("UNPACKABLE", false),
            ("UNPACKABLE", true),
            ("UNSORTABLE", true),
        ] {
            for [object, error] in self.pairs(table)? {
                let what = shown(&object)?;
                let result = (four.pack)(&object, sorted).map(Owned::into_any);
                self.is_error(four, result, &error, &what)?;
            }
        }
        Ok(())
    }

    fn unreadable(&self, four: &Contestant) -> Result<(), PyErr> {
        for [hex, error] in self.pairs("UNREADABLE")? {
            let bytes = self.bytes(&hex)?;
            let what = shown(&hex)?;
            self.is_error(four, (four.unpack)(&bytes), &error, &what)?;
        }
        Ok(())
    }

    fn is_error(
        &self,
        four: &Contestant,
        result: PyResult<'py, Owned<'py, PyAny>>,
        error: &Borrowed<'py, PyAny>,
        what: &str,
    ) -> Result<(), PyErr> {
        let raised = match result {
            Ok(object) => panic!("{}: {what} gives {object:?}", four.name),
            Err(raised) => raised.into_exception(),
        };
        let name = self.get("name")?.call1(&raised.type_of())?;
        assert!(name.eq(error)?, "{}: {what} raises {raised:?}", four.name);
        Ok(())
    }

    /// What is measured is the same work for all.
    fn shapes(&self, shapes: &Shapes<'py>) -> Result<(), PyErr> {
        for row in shapes
            .table("PACK")?
            .into_iter()
            .chain(shapes.table("UNPACK")?)
        {
            for document in shapes.make(&row.method)?.0.iter() {
                let packed: Vec<_> = FOUR
                    .iter()
                    .map(|four| (four.pack)(&document, row.sorted))
                    .collect();
                let packed = packed.into_iter().collect::<PyResult<'_, Vec<_>>>()?;
                let first = (FOUR[0].unpack)(&packed[0])?;
                for (four, bytes) in FOUR.iter().zip(&packed) {
                    assert!(
                        bytes.as_bytes() == packed[0].as_bytes(),
                        "{}: {}",
                        four.name,
                        row.name
                    );
                    let unpacked = (four.unpack)(bytes)?;
                    assert!(
                        self.holds("same", &first, &unpacked)?,
                        "{}: {}",
                        four.name,
                        row.name
                    );
                }
            }
        }
        Ok(())
    }
}

/// The beginning of an object's `repr`.
fn shown(object: &Borrowed<'_, PyAny>) -> Result<String, PyErr> {
    let text = match object.repr() {
        Ok(text) => text.to_rust_string()?,
        Err(raised) => {
            raised.clear();
            "something nested".to_owned()
        }
    };
    Ok(text.chars().take(80).collect())
}

//! A MessagePack encoder and decoder, written four times with the same algorithm: in C (pack.c and unpack.c), on raw
//! `pyo3-ffi`, in PyO3, and in pyptr without `unsafe`.
//!
//! An object is packed by its exact type: `str`, `int`, `bool`, `None`, `float`, `bytes`, `list`, `dict`, `tuple`, `datetime`
//! as a timestamp, and dataclasses as maps. All contestants write the same bytes, and read the same objects: see check.rs.
//! What is packed and unpacked is made by shapes.py. The collector of cycles is off.

mod by_ffi;
mod by_pyo3;
mod by_pyptr;
mod check;
mod four;
mod threads;
mod wire;

use pyptr::types::{PyAny, PyBytes, PyDict, PyList, PyString, PyTuple};
use pyptr::{Borrowed, Owned, PyErr, Python};
use pyptr_benches::{Bench, OtherThread, builder, consumer};

use four::FOUR;

/// The functions of shapes.py.
pub struct Shapes<'py>(Owned<'py, PyDict>);

impl<'py> Shapes<'py> {
    pub fn new(py: Python<'py>) -> Result<Shapes<'py>, PyErr> {
        let names = PyDict::new(py)?;
        names.set_str("__name__", &*PyString::new(py, "builtins")?)?;
        let source = std::ffi::CString::new(include_str!("shapes.py")).expect("no NUL");
        py.run(&source, Some(&names), None)?;
        Ok(Shapes(names))
    }

    pub fn get(&self, name: &str) -> Result<Owned<'py, PyAny>, PyErr> {
        Ok(self.0.get_str(name)?.expect("a name in shapes.py"))
    }

    /// The table of this name: for each shape its name, the method that makes it, and flags.
    fn table(&self, name: &str) -> Result<Vec<Row<'py>>, PyErr> {
        let table = self.get(name)?.cast_into::<PyList>()?;
        let rows = table.iter().map(|row| {
            let row = row.cast_into::<PyTuple>()?;
            let text = |index| row.get(index).expect("a column").cast::<PyString>();
            let flag = |index| {
                row.get(index)
                    .map_or(Ok(false), Borrowed::<PyAny>::is_truthy)
            };
            Ok(Row {
                name: text(0)?.to_rust_string()?,
                method: text(1)?.to_owned(),
                sorted: flag(2)?,
                anew: flag(3)?,
            })
        });
        rows.collect()
    }

    /// The documents that a method makes, and how many scalars they have.
    fn make(&self, method: &Borrowed<'py, PyString>) -> Result<(Documents<'py>, usize), PyErr> {
        let documents = self.get("make")?.call1(method)?.cast_into::<PyList>()?;
        let size = self.get("size")?.call1(&documents)?;
        Ok((documents, size.to_isize()? as usize))
    }

    /// The documents that a method makes, made by another thread. Their classes are those of this one.
    fn made_elsewhere(
        &self,
        method: &Borrowed<'py, PyString>,
    ) -> Result<OtherThread<PyList>, PyErr> {
        let (names, method) = (self.0.clone().into_shared(), method.to_rust_string()?);
        OtherThread::make(self.0.py(), move |py| {
            let shapes = Shapes(names.into_owned(py));
            let method = PyString::new(py, &method)?;
            Ok(shapes.make(&method)?.0)
        })
    }
}

/// A list of documents.
type Documents<'py> = Owned<'py, PyList>;

struct Row<'py> {
    name: String,
    method: Owned<'py, PyString>,
    sorted: bool,
    anew: bool,
}

fn each<'py, R>(documents: &Documents<'py>, work: impl Fn(&Borrowed<'py, PyAny>) -> R) -> Vec<R> {
    documents.iter().map(|document| work(&document)).collect()
}

fn pack<'py>(
    bench: &mut Bench<'py>,
    shapes: &Shapes<'py>,
    case: &str,
    row: &Row<'py>,
    (documents, size): &(Documents<'py>, usize),
) -> Result<(), PyErr> {
    let again = shapes.get("again")?;
    let mut contestants = Vec::new();
    for four in FOUR {
        let work = move |documents: &Documents<'py>| {
            each(documents, |document| {
                (four.pack)(document, row.sorted).expect("packed")
            })
        };
        contestants.push(match row.anew {
            false => builder(four.name, move || work(documents)),
            true => {
                let make = || {
                    again
                        .call1(documents)
                        .and_then(|made| Ok(made.cast_into()?))
                };
                consumer(four.name, move || make().expect("memory"), work)
            }
        });
    }
    bench.compare(case, *size, contestants);
    Ok(())
}

fn unpack<'py>(bench: &mut Bench<'py>, shapes: &Shapes<'py>, row: &Row<'py>) -> Result<(), PyErr> {
    let (documents, size) = shapes.make(&row.method)?;
    let packed = each(&documents, |document| (FOUR[0].pack)(document, false));
    let packed = packed.into_iter().collect::<Result<Vec<_>, _>>()?;
    let packed = &packed;
    let contestants = FOUR.iter().map(|four| {
        let work = |packed: &Owned<'py, PyBytes>| (four.unpack)(packed).expect("unpacked");
        builder(four.name, move || {
            packed.iter().map(work).collect::<Vec<_>>()
        })
    });
    let contestants = contestants.collect();
    bench.compare(&format!("unpack {}", row.name), size, contestants);
    Ok(())
}

fn run<'py>(bench: &mut Bench<'py>) -> Result<(), PyErr> {
    let py = bench.py;
    four::init(py)?;
    let shapes = Shapes::new(py)?;
    if bench.only_tries() {
        check::all(py, &shapes)?;
    }
    py.import(c"gc")?.call_method0(c"disable")?;
    for row in shapes.table("UNPACK")? {
        unpack(bench, &shapes, &row)?;
    }
    for row in shapes.table("PACK")? {
        let made = shapes.make(&row.method)?;
        pack(bench, &shapes, &format!("pack {}", row.name), &row, &made)?;
        // With a GIL it makes no difference which thread has made an object.
        if cfg!(Py_GIL_DISABLED) && !row.anew {
            let other = shapes.made_elsewhere(&row.method)?;
            let case = format!("pack {}, of another thread", row.name);
            let made = (other.object(py).to_owned(), made.1);
            pack(bench, &shapes, &case, &row, &made)?;
        }
    }
    if cfg!(Py_GIL_DISABLED) && bench.takes_time() {
        threads::compare(py, &shapes)?;
    }
    Ok(())
}

fn main() {
    Bench::main("codec", |bench| run(bench).expect("no exception"));
}

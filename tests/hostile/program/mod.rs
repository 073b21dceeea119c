//! What a generated program consists of beside its calls: the arguments, and what is looked at after each call.

mod counts;
#[path = "../../random/referents.rs"]
mod referents;
mod inspect;
mod plain;

use std::cell::Cell;
use std::ffi::CString;
use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use std::{env, thread};

use pyptr::types::*;
use pyptr::{Borrowed, Owned, Python, Raised, TypeCheck};

pub use inspect::Inspect;

/// A call of one public function.
pub struct Call {
    pub name: &'static str,
    /// Of each object that it takes, its kind.
    pub kinds: &'static [Kind],
    /// Whether its documentation says when it panics.
    pub panics: bool,
    pub run: for<'a, 'py> fn(&'a Arguments<'py>),
}

/// A kind of object, and the test for it.
pub struct Kind(
    pub &'static str,
    pub for<'a, 'py> fn(&'a Borrowed<'py, PyAny>) -> bool,
);

/// The arguments of one call.
pub struct Arguments<'py> {
    pub py: Python<'py>,
    objects: Vec<Owned<'py, PyAny>>,
    factories: Vec<Owned<'py, PyAny>>,
    strike: Owned<'py, PyAny>,
    /// Which of the possible numbers, texts and so on are taken.
    turn: Cell<u64>,
    /// What is wrong with the result.
    wrong: Cell<Option<String>>,
}

impl<'py> Arguments<'py> {
    /// An object that the call borrows.
    pub fn lent<T: TypeCheck>(&self, index: usize) -> &Borrowed<'py, T> {
        match self.objects[index].cast() {
            Ok(object) => object,
            Err(_) => panic!("a candidate is of this kind"),
        }
    }

    /// The same, or none.
    pub fn maybe<T: TypeCheck>(&self, index: usize) -> Option<&Borrowed<'py, T>> {
        (self.next() % 5 != 0).then(|| self.lent(index))
    }

    /// An object that the call takes over: sometimes its only reference.
    pub fn given<T: TypeCheck>(&self, index: usize) -> Owned<'py, T> {
        let fresh = self.factories[index].call0().ok();
        let fresh = fresh.filter(|_| self.next() % 2 == 0);
        match fresh.map(Owned::cast_into::<T>) {
            Some(Ok(object)) => object,
            _ => self.lent::<T>(index).new_ref(),
        }
    }

    /// The same, or none.
    pub fn maybe_given<T: TypeCheck>(&self, index: usize) -> Option<Owned<'py, T>> {
        (self.next() % 5 != 0).then(|| self.given(index))
    }

    /// Lets the arguments be changed while the call runs.
    pub fn strike(&self) {
        let _ = self.strike.call0();
    }

    /// A value that is no object.
    pub fn pick<T: plain::Plain>(&self) -> T {
        T::pick(self.next())
    }

    fn next(&self) -> u64 {
        self.turn.set(random(self.turn.get()));
        self.turn.get() >> 33
    }

    /// Looks at what the call has returned, and drops it.
    pub fn done<R: Inspect<'py>>(&self, result: R) {
        let mut wrong = None;
        result.look_at(self.py, &mut wrong);
        if wrong.is_some() {
            self.wrong.set(wrong);
        }
    }
}

fn random(state: u64) -> u64 {
    state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407)
}

/// Where the parent looks for the call that a child ended in.
struct Place(File);

impl Place {
    fn say(&mut self, call: usize, round: usize, objects: &[&str]) {
        let line = format!("{call} {round} {}\n", objects.join(", "));
        let _ = self.0.seek(SeekFrom::Start(0));
        let _ = self.0.write_all(line.as_bytes());
    }
}

/// How many calls were begun, and how long one may take, or what comes before the first one. A call takes milliseconds,
/// but the machine may have much else to do.
static BEGUN: AtomicU64 = AtomicU64::new(0);
const HANGS: Duration = Duration::from_secs(150);

fn watch() {
    thread::spawn(|| {
        let mut last = u64::MAX;
        loop {
            thread::sleep(HANGS);
            let now = BEGUN.load(Ordering::Relaxed);
            if now == last {
                println!("it hangs");
                std::process::abort();
            }
            last = now;
        }
    });
}

struct World<'py> {
    py: Python<'py>,
    module: Owned<'py, PyModule>,
    others: Owned<'py, PyList>,
    names: Vec<String>,
    factories: Vec<Owned<'py, PyAny>>,
    samples: Vec<Owned<'py, PyAny>>,
    /// `sys.gettotalrefcount`, which debug builds have.
    total: Option<Owned<'py, PyAny>>,
    /// What the test itself holds objects by.
    hidden: Vec<*mut pyptr::ffi::PyObject>,
}

/// How many rounds each candidate for an argument has, with different others.
const ROUNDS: usize = 1;

impl<'py> World<'py> {
    fn new(py: Python<'py>, files: &[(&str, &str)]) -> World<'py> {
        let module = PyModule::new(py, c"hostile").unwrap();
        for (name, text) in files {
            let (name, text) = (CString::new(*name).unwrap(), CString::new(*text).unwrap());
            let code = PyCode::compile(py, &text, &name, CompileMode::File).unwrap();
            code.eval(&module.dict(), None).unwrap();
        }
        module.getattr(c"begin").unwrap().call0().unwrap();
        let list: Owned<'_, PyList> = (module.getattr(c"factories").unwrap()).cast_into().unwrap();
        let (mut names, mut factories, mut samples) = (Vec::new(), Vec::new(), Vec::new());
        for pair in list.iter() {
            let pair: Owned<'_, PyTuple> = pair.cast_into().unwrap();
            let (name, factory): (&str, Owned<'py, PyAny>) = pair.extract().unwrap();
            // Not all can be made on each version.
            match factory.call0() {
                Ok(sample) => {
                    samples.push(sample);
                    factories.push(factory);
                    names.push(name.to_owned());
                }
                Err(raised) => {
                    println!("no {name}: {}", pyptr::PyErr::from(raised).display(py));
                }
            }
        }
        let others = module
            .getattr(c"others")
            .unwrap()
            .cast_into::<PyList>()
            .unwrap();
        let kept = module.getattr(c"kept").unwrap();
        let hidden = vec![others.as_ptr(), kept.as_ptr(), module.dict().as_ptr()];
        let sys = py.import(c"sys").unwrap();
        let total = sys.getattr_opt(c"gettotalrefcount").unwrap();
        World {
            py,
            total: total.filter(|_| env::var_os("PYPTR_HOSTILE_TOTALS").is_some()),
            module,
            others,
            names,
            factories,
            samples,
            hidden,
        }
    }

    fn settle(&self) {
        self.py.set_handled_exception(None);
        self.module.getattr(c"settle").unwrap().call0().unwrap();
    }

    /// The candidates for each object of a call.
    fn candidates(&self, call: &Call) -> Vec<Vec<usize>> {
        let of = |kind: &Kind| {
            let all = 0..self.samples.len();
            let found: Vec<usize> = all.filter(|at| kind.1(&self.samples[*at])).collect();
            if found.is_empty() {
                println!("FAIL {}: objects makes no {}", call.name, kind.0);
            }
            found
        };
        call.kinds.iter().map(of).collect()
    }

    /// The objects of all rounds of a call.
    fn rounds(&self, call: &Call) -> Vec<Vec<usize>> {
        let candidates = self.candidates(call);
        let mut rounds = Vec::new();
        if candidates.iter().any(Vec::is_empty) {
            return rounds;
        }
        let mut state = call.name.len() as u64;
        for (position, of_position) in candidates.iter().enumerate() {
            for &candidate in of_position {
                for _ in 0..ROUNDS {
                    let chosen = candidates.iter().enumerate().map(|(at, of_other)| {
                        state = random(state);
                        match at == position {
                            true => candidate,
                            false => of_other[(state >> 33) as usize % of_other.len()],
                        }
                    });
                    rounds.push(chosen.collect());
                }
            }
        }
        rounds
    }

    /// Makes one call. What is wrong, if anything.
    fn call(&self, call: &Call, round: usize, chosen: &[usize]) -> Option<String> {
        let mut objects: Vec<Owned<'py, PyAny>> = Vec::with_capacity(chosen.len());
        let factories: Vec<_> = chosen.iter().map(|at| &self.factories[*at]).collect();
        for (at, factory) in factories.iter().enumerate() {
            // In some rounds the same object is several of the arguments.
            let same = (at > 0 && round % 4 == 1).then(|| objects[0].new_ref());
            let same = same.filter(|object| call.kinds[at].1(object));
            let made = same.map_or_else(|| factory.call0(), Ok);
            objects.push(made.ok()?);
        }
        let is_of_kind = |(object, kind): (&Owned<'_, _>, &Kind)| kind.1(object);
        if !objects.iter().zip(call.kinds).all(is_of_kind) {
            return None;
        }
        self.others.clear().unwrap();
        for object in &objects {
            self.others.append(object).unwrap();
        }
        // Values that C shares have no count of their own.
        // C interns the names of attributes.
        let interns = call.name.contains("attr") || call.name.contains("call_method");
        let is_own = |object: &Owned<'py, PyAny>| {
            let interned = interns && PyString::is_exact_type_of(object);
            !interned && !chosen.iter().any(|at| object.is(&*self.samples[*at]))
        };
        let own: Vec<bool> = objects.iter().map(is_own).collect();
        let before = counts::excess(&objects, &own, &self.hidden);
        let strike = self.module.getattr(c"strike").unwrap();
        let arguments = Arguments {
            py: self.py,
            objects,
            factories: factories.into_iter().map(Owned::to_owned).collect(),
            strike,
            turn: Cell::new(random(round as u64 ^ 0x5555)),
            wrong: Cell::new(None),
        };
        let context = PyContext::new(self.py).unwrap();
        let run = AssertUnwindSafe(|| context.run(|| (call.run)(&arguments)).unwrap());
        let panicked = catch_unwind(run).is_err();
        let Arguments { objects, wrong, .. } = arguments;
        if panicked && !call.panics {
            return Some("it panics".into());
        }
        if let Some(wrong) = wrong.take() {
            return Some(wrong);
        }
        if let Some(raised) = Raised::occurred(self.py) {
            return Some(format!("an exception is left: {raised:?}"));
        }
        self.others.clear().unwrap();
        // Those of the list are gone.
        let times =
            |object: &Owned<'py, PyAny>| objects.iter().filter(|other| other.is(&**object)).count();
        let expected: Vec<Option<isize>> = before
            .iter()
            .zip(&objects)
            .map(|(count, object)| count.map(|count| count - times(object) as isize))
            .collect();
        drop(context);
        if counts::excess(&objects, &own, &self.hidden) == expected {
            return None;
        }
        self.settle();
        let after = counts::excess(&objects, &own, &self.hidden);
        (after != expected).then(|| format!("counts {expected:?} became {after:?}"))
    }
}

/// How often calls are repeated, in which the count of all references grows each time if one of them keeps some.
const REPEATED: usize = 4;

impl<'py> World<'py> {
    /// Makes calls again and again, and says how many references each time has kept: 0 if any has kept none. Builds that
    /// do not count all references say nothing.
    fn kept(&self, mut calls: impl FnMut()) -> isize {
        let Some(total) = &self.total else { return 0 };
        let total = || -> isize { total.call0().unwrap().extract().unwrap() };
        let mut least = isize::MAX;
        for _ in 0..REPEATED {
            self.settle();
            let before = total();
            calls();
            self.settle();
            let kept = total() - before;
            least = if kept.abs() < least.abs() {
                kept
            } else {
                least
            };
            if least == 0 {
                break;
            }
        }
        least
    }
}

/// Runs the calls from where the environment says, but for the `known` ones, of functions with objects of these names.
pub fn main(calls: &[Call], known: &[(&str, &str)], files: &[(&str, &str)]) -> ExitCode {
    std::panic::set_hook(Box::new(|info| {
        if env::var_os("PYPTR_HOSTILE_PANICS").is_some() {
            eprintln!("{info}");
        }
    }));
    let number = |name: &str| env::var(name).map_or(0, |text| text.parse().expect("a number"));
    let (first, first_round): (usize, usize) = (number("FIRST_CALL"), number("FIRST_ROUND"));
    let path = env::var_os("PLACE").expect("the parent says where");
    let mut place = Place(OpenOptions::new().write(true).open(path).expect("a file"));
    watch();
    Python::initialize();
    Python::attach(|py| {
        let world = World::new(py, files);
        let mut done = 0_usize;
        for (number, call) in calls.iter().enumerate().skip(first) {
            let mut rounds = world.rounds(call);
            for (_, objects) in known.iter().filter(|(function, _)| *function == call.name) {
                let is_known = |at: &usize| world.names[*at].ends_with(objects);
                rounds.retain(|chosen| !chosen.iter().any(is_known));
            }
            let mut failures = 0;
            let skip = if number == first { first_round } else { 0 };
            for (round, chosen) in rounds.iter().enumerate().skip(skip) {
                let names: Vec<&str> = chosen.iter().map(|at| &*world.names[*at]).collect();
                place.say(number, round, &names);
                BEGUN.fetch_add(1, Ordering::Relaxed);
                if let Some(wrong) = world.call(call, round, chosen) {
                    failures += 1;
                    if failures <= 3 {
                        println!("FAIL {} of {}: {wrong}", call.name, names.join(", "));
                    }
                    let _ = Raised::occurred(py).map(Raised::clear);
                }
                done += 1;
            }
            world.settle();
            let again = |round: usize| {
                let names: Vec<&str> = rounds[round].iter().map(|at| &*world.names[*at]).collect();
                place.say(number, round, &names);
                BEGUN.fetch_add(1, Ordering::Relaxed);
                let _ = world.call(call, round, &rounds[round]);
                let _ = Raised::occurred(py).map(Raised::clear);
                names.join(", ")
            };
            let again = std::cell::RefCell::new(again);
            let run = |round| (again.borrow_mut())(round);
            if failures > 0
                || world.kept(|| (skip..rounds.len()).for_each(|round| drop(run(round)))) == 0
            {
                continue;
            }
            for round in skip..rounds.len() {
                let mut names = String::new();
                let kept = world.kept(|| names = run(round));
                if kept != 0 {
                    failures += 1;
                    if failures <= 3 {
                        println!("FAIL {} of {names}: {kept} references are kept", call.name);
                    }
                }
            }
        }
        println!(
            "{done} calls of {} functions",
            calls.len() - first.min(calls.len())
        );
    });
    ExitCode::SUCCESS
}

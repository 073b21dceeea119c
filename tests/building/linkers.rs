//! Linkers other than the default one: what they make of the copies of libpython, see build/needs.rs.

use std::env;
use std::path::Path;
use std::process::Command;

use crate::chapter::needs_libpython;
use crate::nested::{CROSS, Nested, put};
use crate::{PROGRAM, built_apart, made_apart, succeeds};

const LIBRARY: &str = "fn one() -> u8 {
    1
}

pyptr::module! { mod linked { fn one(); } }
";

/// As `-fuse-ld` knows them.
const LINKERS: [&str; 4] = ["bfd", "gold", "lld", "mold"];

fn is_there(linker: &str) -> bool {
    let names = [format!("ld.{linker}"), linker.to_owned()];
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|directory| names.iter().any(|name| directory.join(name).exists()))
}

/// A library without libpython, which Python imports, and a program that starts an interpreter.
#[test]
fn any_linker() {
    if let Some(target) = CROSS {
        println!("skipped: a library for {target} is made as the guide says, with a variable");
        return;
    }
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (library, program) = (directory.join("linked.rs"), directory.join("linking.rs"));
    put(&library, LIBRARY.as_bytes());
    put(&program, PROGRAM.as_bytes());
    let targets = format!(
        "[lib]\nname = \"linked\"\npath = {library:?}\ncrate-type = [\"cdylib\"]\n\n\
         [[bin]]\nname = \"linking\"\npath = {program:?}\n"
    );
    let nested = Nested::new("linkers", &targets);
    for linker in LINKERS.into_iter().filter(|linker| is_there(linker)) {
        println!("{linker}");
        let argument = format!("link-arg=-fuse-ld={linker}");
        let arguments = |what: &[&'static str]| {
            let mut cargo = built_apart(&nested, &["rustc", "-q"]);
            cargo.args(what).args(["--", "-C", &argument]);
            cargo
        };
        succeeds(&mut arguments(&["--lib"]));
        let module = directory.join("linkers").join("linked.so");
        std::fs::copy(made_apart("liblinked.so"), &module).unwrap();
        assert!(!needs_libpython(&module), "{linker}");
        let code = "import linked; assert linked.one() == 1";
        let mut python = Command::new(env!("PYPTR_PYTHON"));
        python
            .args(["-c", code])
            .env("PYTHONPATH", module.parent().unwrap());
        succeeds(&mut python);
        succeeds(&mut arguments(&["--bin", "linking"]));
        // Not by `cargo run`, which would link it again.
        let mut program = Command::new(made_apart("linking"));
        program.envs(crate::nested::library_path());
        assert_eq!(succeeds(&mut program), "it runs\n", "{linker}");
    }
}

//! Libraries: one that embeds Python, loaded by a host that knows nothing of it; what they and programs are linked to.

use std::path::Path;
use std::process::Command;

use crate::nested::{Nested, built, library_path, put, rustc};
use crate::succeeds;

const PLUGIN: &str = r#"
#[unsafe(no_mangle)]
pub extern "C" fn plugin_run() -> i32 {
    pyptr::Python::initialize();
    pyptr::Python::attach(|py| {
        let imported = [c"math", c"_struct", c"_json"].map(|name| py.import(name).map_err(pyptr::PyErr::from));
        imported.iter().filter(|module| module.is_err()).inspect(|module| eprintln!("{module:?}")).count() as i32
    })
}
"#;

const HOST: &str = r#"
use std::ffi::{CString, c_char, c_int, c_void};

unsafe extern "C" {
    fn dlopen(file: *const c_char, flags: c_int) -> *mut c_void;
    fn dlsym(library: *mut c_void, name: *const c_char) -> *mut c_void;
}

fn main() {
    let file = CString::new(std::env::args().nth(1).unwrap()).unwrap();
    let library = unsafe { dlopen(file.as_ptr(), 2) }; // RTLD_NOW and, by default, RTLD_LOCAL
    assert!(!library.is_null());
    let run = unsafe { dlsym(library, c"plugin_run".as_ptr()) };
    let run: extern "C" fn() -> c_int = unsafe { std::mem::transmute(run) };
    std::process::exit(run());
}
"#;

/// A program that refers to C functions, none of which starts an interpreter.
const UNSTARTED: &str = r#"
fn main() {
    let none: Option<pyptr::Shared<pyptr::types::PyAny>> = std::env::args().nth(1).map(|_| unreachable!());
    drop(none);
    assert_eq!(pyptr::Python::try_attach(|_| ()), Err(pyptr::AttachError::NotInitialized));
}
"#;

#[test]
fn a_plugin_and_a_program_that_starts_nothing() {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let file = |name: &str, text: &str| {
        let path = directory.join(name);
        put(&path, text.as_bytes());
        path
    };
    let (plugin, unstarted) = (file("plugin.rs", PLUGIN), file("unstarted.rs", UNSTARTED));
    let targets = format!(
        "[[example]]\nname = \"plugin\"\npath = {plugin:?}\ncrate-type = [\"cdylib\"]\n\n\
         [[bin]]\nname = \"unstarted\"\npath = {unstarted:?}\n"
    );
    let nested = Nested::new("plugins", &targets);
    succeeds(&mut nested.cargo(&["build", "-q", "--bins", "--examples"]));
    succeeds(Command::new(built("debug/unstarted")).envs(library_path()));
    // Not by cargo: programs of a crate that depends on pyptr are linked to libpython.
    let (source, host) = (file("plugin_host.rs", HOST), directory.join("plugin_host"));
    succeeds(
        rustc()
            .args(["--edition", "2024", "-o"])
            .arg(&host)
            .arg(source),
    );
    let mut command = Command::new(host);
    command.arg(built("debug/examples/libplugin.so"));
    succeeds(command.envs(library_path()));
}

//! What libraries need of libpython: an extension module nothing, a program that starts an interpreter all of it.
//!
//! A process that imports an extension module has libpython already, or is linked to it statically, and then the module must
//! not bring in another one. But cargo passes the same libraries to the linker for all that depends on a crate, for programs,
//! tests and extension modules. What differs is that only the others start an interpreter. So before the libpython that
//! `pyo3-ffi` names, the linker finds a copy of it here that lacks the functions that start one. The copy says that it is
//! [`OF_EVERY_PROCESS`], and is never loaded: symbols of ELF are looked for in all libraries of the process. Only who
//! refers to one of the functions gets libpython itself among its needs, by `--as-needed`, which rustc always passes.

use std::path::Path;
use std::{fs, io};

/// A library of glibc that everybody has, and that hardly anybody uses. (musl takes each of that name for itself.)
const OF_EVERY_PROCESS: &str = "libutil.so.1";

/// What starts an interpreter, and what it is called in the copy: LLVM's linker reads one library of a name only, so that the
/// copy has the functions of [`OF_EVERY_PROCESS`], which older versions of glibc have nowhere else.
const STARTING: [(&str, &str); 8] = [
    ("Py_InitializeFromConfig", "openpty"),
    ("Py_InitializeFromInitConfig", "absent_init_config"),
    ("Py_InitializeEx", "forkpty"),
    ("Py_Initialize", "login_tty"),
    ("Py_RunMain", "logout"),
    ("Py_BytesMain", "logwtmp"),
    ("Py_Main", "login"),
    ("_Py_InitializeMain", "absent_main"),
];

/// Writes the copy of the shared `library`, whose soname is `name`, and has it linked before the library.
pub fn write_copy(library: &Path, name: &str, directory: &Path) -> io::Result<()> {
    let mut copy = fs::read(library)?;
    let renamed = rename(&mut copy, name);
    if !renamed.contains(&name) || !renamed.contains(&STARTING[0].0) {
        // Not what is expected: everything is linked to libpython, as with `pyo3-ffi` alone.
        return Ok(());
    }
    fs::write(directory.join("libpython_of_the_process.so"), copy)?;
    println!("cargo:rustc-link-lib=dylib=python_of_the_process");
    Ok(())
}

/// Overwrites the names by shorter ones, wherever the file has them, and returns those that it has.
fn rename<'a>(file: &mut [u8], name: &'a str) -> Vec<&'a str> {
    let mut renamed = Vec::new();
    let names: Vec<_> = STARTING
        .into_iter()
        .chain([(name, OF_EVERY_PROCESS)])
        .collect();
    for string in file.split_mut(|byte| *byte == 0) {
        // One string may be the end of another one.
        for (from, to) in &names {
            if !string.ends_with(from.as_bytes()) {
                continue;
            }
            let at = string.len() - from.len();
            string[at..].fill(0);
            string[at..at + to.len()].copy_from_slice(to.as_bytes());
            renamed.push(*from);
            break;
        }
    }
    renamed
}

/// Makes `directory` a place in which programs that cargo starts find the library: cargo has the loader look in places
/// below its own directory.
pub fn write_link(library: &Path, names: &[&str], directory: &Path) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    for name in names {
        let link = directory.join(name);
        let _ = fs::remove_file(&link);
        #[cfg(unix)]
        std::os::unix::fs::symlink(library, link)?;
        #[cfg(not(unix))]
        let _ = (link, library);
    }
    println!("cargo:rustc-link-search=native={}", directory.display());
    Ok(())
}

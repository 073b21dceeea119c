//! What libraries need of libpython: an extension module nothing, a program that starts an interpreter all of it.
//!
//! A process that imports an extension module has libpython already, or is linked to it statically, and then the module must
//! not bring in another one. But cargo passes the same libraries to the linker for all that depends on a crate. So before the
//! libpython that `pyo3-ffi` names, the linker finds two copies of it here, which are never loaded:
//!
//! - One says that it is [`OF_EVERY_PROCESS`], and lacks the functions that start an interpreter. What an extension module
//!   refers to is found in it; when the module is loaded, it is looked for in all libraries of the process, as ELF has it.
//! - The other one says that it is libpython, and has [`OF_PROGRAMS`]. So programs need libpython, and so does a library that
//!   starts an interpreter. Nothing else does, by `--as-needed`, which rustc always passes.

use std::path::Path;
use std::{fs, io};

/// A library of glibc that everybody has, and that hardly anybody uses. (musl takes each of that name for itself.) One that is
/// needed anyway, such as `libc.so.6`, would leave no need of its own, but LLVM's linker would then miss what the real one has.
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

/// What the first instructions of each program refer to, and no library: glibc and musl have it. In the copy it has the place
/// of a function that the other copy has as well. A program finds it in the C library, which alone has it.
const OF_PROGRAMS: [(&str, &str); 1] = [("Py_UniversalNewlineFgets", "__libc_start_main")];

/// Writes the copies of the shared `library`, whose soname is `name`, and has them linked before the library.
pub fn write_copies(library: &Path, name: &str, directory: &Path) -> io::Result<()> {
    let original = fs::read(library)?;
    let with = |names: &[(&str, &str)]| {
        let mut copy = original.clone();
        let renamed = rename(&mut copy, names);
        // The first and the last: some of the others are not in all versions.
        let is_as_expected = renamed.first() == Some(&true) && renamed.last() == Some(&true);
        is_as_expected.then_some(copy)
    };
    let of_process = with(&[&STARTING[..], &[(name, OF_EVERY_PROCESS)]].concat());
    let (Some(of_process), Some(of_programs)) = (of_process, with(&OF_PROGRAMS)) else {
        // Everything is linked to libpython, as with `pyo3-ffi` alone.
        return Ok(());
    };
    for (kind, copy) in [("the_process", of_process), ("programs", of_programs)] {
        fs::write(directory.join(format!("libpython_of_{kind}.so")), copy)?;
        println!("cargo:rustc-link-lib=dylib=python_of_{kind}");
    }
    Ok(())
}

/// Overwrites the names by shorter ones, wherever the file has them, and returns for each whether it has it.
fn rename(file: &mut [u8], names: &[(&str, &str)]) -> Vec<bool> {
    let mut renamed = vec![false; names.len()];
    for string in file.split_mut(|byte| *byte == 0) {
        // One string may be the end of another one.
        for (index, (from, to)) in names.iter().enumerate() {
            if !string.ends_with(from.as_bytes()) {
                continue;
            }
            let at = string.len() - from.len();
            string[at..].fill(0);
            string[at..at + to.len()].copy_from_slice(to.as_bytes());
            renamed[index] = true;
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

//! The examples do what they say: the commands in their first lines are run, and print what stands there.

mod modules;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use modules::{cargo_in, install_module, profile_directory};

/// A command of an example's first lines, and the lines that it prints.
struct Shown {
    command: String,
    output: String,
}

/// Each example's name with its file: `examples/name.rs`, or `examples/name/main.rs`.
fn examples() -> Vec<(String, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut found = Vec::new();
    for entry in fs::read_dir(root).expect("the examples") {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().expect("a name").to_string_lossy();
        let file = match path.is_dir() {
            true => path.join("main.rs"),
            false => path.clone(),
        };
        found.push((name.into_owned(), file));
    }
    found.sort();
    found
}

/// The commands of the `console` blocks: lines after `$ `, each with what stands below it.
fn shown(file: &Path) -> Vec<Shown> {
    let text = fs::read_to_string(file).expect("the example's text");
    let lines = text.lines().map_while(|line| line.strip_prefix("//!"));
    let mut found: Vec<Shown> = Vec::new();
    let mut inside = false;
    for line in lines.map(|line| line.strip_prefix(' ').unwrap_or(line)) {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if let (true, Some(command)) = (inside, line.strip_prefix("$ ")) {
            let command = command.split("  #").next().unwrap_or(command);
            found.push(Shown {
                command: command.trim_end().to_owned(),
                output: String::new(),
            });
        } else if let (true, Some(last)) = (inside, found.last_mut()) {
            last.output += line;
            last.output += "\n";
        }
    }
    found
}

/// What a process prints to stdout and stderr, in the order in which it prints it: as on a terminal.
fn printed(command: &mut Command) -> String {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("printed");
    let file = File::create(&path).expect("a file for the output");
    let both = file.try_clone().expect("a second handle");
    let status = command.stdin(Stdio::null()).stdout(file).stderr(both);
    let status = status.status().expect("the command runs");
    let output = fs::read_to_string(&path).expect("UTF-8");
    assert!(status.success(), "{command:?}: {status}\n{output}");
    output.replace("\r\n", "\n")
}

/// `cargo run`, in this test's own profile.
fn run_program(name: &str) -> String {
    let run = ["run", "--quiet", "--example", name];
    printed(&mut cargo_in(&profile_directory(), &run))
}

/// Python code that imports the example.
fn run_code(name: &str, code: &str) -> String {
    let profile = profile_directory();
    let directory = profile.join("pyptr-examples");
    fs::create_dir_all(&directory).expect("a directory for the module");
    install_module(&profile, &directory, name);
    let mut python = Command::new(env!("PYPTR_PYTHON"));
    // Free-threaded builds warn of a module that needs the GIL.
    python.args(["-W", "ignore", "-c", code]);
    printed(python.current_dir(directory))
}

#[test]
fn examples_print_what_they_say() {
    let examples = examples();
    assert!(examples.len() >= 8, "only {} examples", examples.len());
    for (name, file) in examples {
        let shown = shown(&file);
        let is_program = fs::read_to_string(&file).is_ok_and(|text| text.contains("\nfn main()"));
        let commands: Vec<&str> = shown.iter().map(|shown| &*shown.command).collect();
        let run = format!("cargo run --example {name}");
        let build = format!("cargo build --release --example {name}");
        let copy = format!("cp target/release/examples/lib{name}.so {name}.so");
        let output = match &commands[..] {
            [only] if is_program && *only == run => run_program(&name),
            [first, second, python] if !is_program && (*first, *second) == (&build, &copy) => {
                let code = python.strip_prefix("python3 -c '");
                let code = code.and_then(|code| code.strip_suffix('\''));
                run_code(&name, code.expect("code for Python"))
            }
            _ => panic!("{name}: the commands {commands:#?} are not those that run it"),
        };
        let expected: String = shown.iter().map(|shown| &*shown.output).collect();
        assert_ne!(expected, "", "{name} does not say what it prints");
        assert_eq!(output, expected, "{name} prints something else");
    }
}

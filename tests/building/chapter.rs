//! The guide's chapter `building`, followed word by word: files are written, commands run, and what they print is compared.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::nested::{CROSS, put, target_dir};

/// A block of the chapter.
enum Step {
    File { path: String, content: String },
    Command { line: String, output: String },
}

/// Code is of the file that is named last before it, if the text that precedes it ends with a colon.
fn steps(chapter: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let (mut prose, mut lines) = (String::new(), chapter.lines());
    while let Some(line) = lines.next() {
        let Some(language) = line.strip_prefix("```") else {
            prose += line;
            continue;
        };
        let block: Vec<_> = lines.by_ref().take_while(|line| *line != "```").collect();
        match language {
            "console" => {
                for line in block {
                    match (line.strip_prefix("$ "), steps.last_mut()) {
                        (Some(line), _) => steps.push(Step::Command {
                            line: line.to_owned(),
                            output: String::new(),
                        }),
                        (None, Some(Step::Command { output, .. })) => {
                            *output += &format!("{line}\n")
                        }
                        _ => panic!("{line} is no output of a command"),
                    }
                }
            }
            "rust" => steps.push(Step::File {
                path: prose
                    .rsplit('`')
                    .nth(1)
                    .expect("the name of a file")
                    .to_owned(),
                content: block.join("\n") + "\n",
            }),
            // An example of a setting, which is not one of the steps.
            _ => {}
        }
        prose.clear();
    }
    steps
}

/// What a program of this name in front of `PATH` runs.
fn python3(directory: &Path) {
    use std::os::unix::fs::PermissionsExt;

    fs::create_dir_all(directory).unwrap();
    let path = directory.join("python3");
    put(
        &path,
        format!("#!/bin/sh\nexec {:?} \"$@\"\n", env!("PYPTR_PYTHON")).as_bytes(),
    );
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

pub(crate) fn needs_libpython(library: &Path) -> bool {
    let script = "import sysconfig as s; print(s.get_config_var('INSTSONAME'))";
    let output = Command::new(env!("PYPTR_PYTHON"))
        .args(["-c", script])
        .output()
        .unwrap();
    let name = String::from_utf8(output.stdout).unwrap();
    let library = fs::read(library).unwrap();
    library
        .windows(name.trim().len())
        .any(|window| window == name.trim().as_bytes())
}

#[test]
fn the_chapter_is_true() {
    if let Some(target) = CROSS {
        println!("skipped: the chapter is about this machine, not {target}");
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("src/guide/building.md")).unwrap();
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("chapter");
    let _ = fs::remove_dir_all(&place);
    python3(&place.join("bin"));
    fs::create_dir_all(target_dir()).unwrap();
    std::os::unix::fs::symlink(root, place.join("pyptr")).unwrap();
    let path = format!(
        "{}:{}",
        place.join("bin").display(),
        std::env::var("PATH").unwrap()
    );
    let mut directory: PathBuf = place.clone();
    let (mut commands, mut failed) = (0, Vec::new());
    for step in steps(&text) {
        let (line, output) = match step {
            Step::File { path, content } => {
                fs::write(directory.join(path), content).unwrap();
                continue;
            }
            Step::Command { line, output } => (line, output),
        };
        commands += 1;
        if let Some(there) = line.strip_prefix("cd ") {
            directory = directory.join(there).canonicalize().unwrap();
            let manifest = directory.join("Cargo.toml");
            if manifest.exists() {
                // What is downloaded, and what is built, already.
                fs::copy(root.join("Cargo.lock"), directory.join("Cargo.lock")).unwrap();
                std::os::unix::fs::symlink(target_dir(), directory.join("target")).unwrap();
                // Not one of the packages of the repository, in whose target directory it lies.
                let alone = fs::read_to_string(&manifest).unwrap() + "\n[workspace]\n";
                fs::write(manifest, alone).unwrap();
            }
            continue;
        }
        let mut shell = Command::new("sh");
        shell.args(["-c", &line]).current_dir(&directory);
        shell
            .env("PATH", &path)
            .env("PYO3_PYTHON", env!("PYPTR_PYTHON"))
            .env("CARGO_NET_OFFLINE", "true");
        for name in [
            "CARGO_TARGET_DIR",
            "CARGO_BUILD_TARGET",
            "LD_LIBRARY_PATH",
            "PYO3_BUILD_EXTENSION_MODULE",
        ] {
            shell.env_remove(name);
        }
        let result = shell.output().unwrap();
        let printed = String::from_utf8_lossy(&result.stdout);
        let as_said = output.is_empty() || printed == output;
        if !result.status.success() || !as_said {
            failed.push(format!(
                "$ {line}\n{printed}{}",
                String::from_utf8_lossy(&result.stderr)
            ));
        }
        if result.status.success()
            && line.ends_with("greet.so")
            && needs_libpython(&directory.join("greet.so"))
        {
            failed.push(format!("after {line}, the library is linked to libpython"));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert_eq!(commands, 17, "commands of the chapter");
}

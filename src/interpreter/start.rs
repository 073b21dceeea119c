//! Starts CPython as a `PyConfig` says.

use std::ffi::c_int;
use std::mem::{MaybeUninit, size_of};
use std::path::Path;

use super::config::PyConfig;
use super::fields::{List, Native, Number, Text, native};
use super::status::InitializeError;
use crate::error::PyErr;
use crate::ffi;
use crate::refs::{Python, Raised};

/// `Py_InitializeFromConfig`. A parameter, so that only who starts an interpreter refers to the function, from inline code:
/// others need no libpython, see build/needs.rs.
pub(super) type Starter = unsafe extern "C" fn(*const ffi::PyConfig) -> ffi::PyStatus;

/// What a [`PyConfig`] says, in the system's text.
pub(super) struct Settings<'a> {
    config: &'a PyConfig,
    texts: Vec<(Text, Native)>,
    lists: Vec<(List, Vec<Native>)>,
}

impl PyConfig {
    /// # Errors
    /// `Nul`, `NoVenv`.
    pub(super) fn settings(&self) -> Result<Settings<'_>, InitializeError> {
        match &self.venv {
            Some(directory) if !directory.join("pyvenv.cfg").is_file() => {
                return Err(InitializeError::NoVenv(directory.clone()));
            }
            _ => {}
        }
        let mut texts = Vec::new();
        let has = |field: Text| self.texts.iter().any(|(known, _)| *known == field);
        let own = self
            .texts
            .iter()
            .find(|(field, _)| *field == Text::executable);
        if let (Some((_, executable)), false) = (own, has(Text::program_name)) {
            texts.push((
                Text::program_name,
                native(executable, Text::program_name.name())?,
            ));
        } else if !has(Text::program_name)
            && Path::new(BUILT_FOR).is_absolute()
            && Path::new(BUILT_FOR).exists()
        {
            texts.push((
                Text::program_name,
                native(BUILT_FOR.as_ref(), Text::program_name.name())?,
            ));
        }
        for (field, text) in &self.texts {
            texts.push((*field, native(text, field.name())?));
        }
        let mut lists = Vec::new();
        for (field, items) in &self.lists {
            let items = items.iter().map(|item| native(item, field.name()));
            lists.push((*field, items.collect::<Result<_, _>>()?));
        }
        Ok(Settings {
            config: self,
            texts,
            lists,
        })
    }
}

/// The interpreter that the crate was built for.
const BUILT_FOR: &str = env!("PYPTR_PYTHON");

/// Starts the interpreter. The calling thread is attached afterwards; if it fails, it is not.
///
/// # Safety
/// No interpreter was started in this process, and no other thread starts one. `starter` is `Py_InitializeFromConfig`.
pub(super) unsafe fn start(
    settings: &Settings<'_>,
    starter: Starter,
) -> Result<(), InitializeError> {
    #[cfg(target_os = "linux")]
    global::make_libpython_global();
    pre_initialize(settings)?;
    let mut room = Room::new();
    // SAFETY: there is room for a config, and more.
    unsafe { ffi::PyConfig_InitPythonConfig(room.config()) };
    if !room.has_the_size() {
        // Nothing in it was allocated yet.
        return Err(InitializeError::Layout);
    }
    let config = room.config();
    // SAFETY: initialised above; CPython is pre-initialised.
    let filled = unsafe { fill(config, settings) };
    // SAFETY: an initialised config; the caller's promise.
    let mut started = filled.and_then(|()| InitializeError::check(unsafe { starter(config) }));
    // SAFETY: an initialised config, which is not used any more.
    unsafe { ffi::PyConfig_Clear(config) };
    if let Err(error) = &mut started {
        if let InitializeError::Status { exception, .. } = error {
            *exception = exception_of_failure();
        }
        detach_what_failed();
    }
    started
}

/// Room for a config. CPython fills it with zeros as far as its own goes; that shows whether it has the size.
#[repr(C)]
struct Room {
    config: MaybeUninit<ffi::PyConfig>,
    beyond: [u8; 512],
}

impl Room {
    const FILL: u8 = 0xA5;

    fn new() -> Box<Room> {
        let mut room = Box::new(Room {
            config: MaybeUninit::uninit(),
            beyond: [Room::FILL; 512],
        });
        let bytes = room.config.as_mut_ptr().cast::<u8>();
        // SAFETY: the memory of the config.
        unsafe { bytes.write_bytes(Room::FILL, size_of::<ffi::PyConfig>()) };
        room
    }

    /// The config, from which what lies behind it may be written, too.
    fn config(&mut self) -> *mut ffi::PyConfig {
        (&raw mut *self).cast()
    }

    /// Whether everything before the end has been written to, and nothing behind it. The last field and what precedes it
    /// are numbers or pointers, none of which begins as four bytes of `FILL`.
    fn has_the_size(&mut self) -> bool {
        let last = size_of::<ffi::PyConfig>() - size_of::<c_int>();
        let start = self.config().cast::<u8>();
        // SAFETY: within the config.
        let last = unsafe { start.add(last) }.cast::<[u8; size_of::<c_int>()]>();
        // SAFETY: bytes that `new` has written, at least.
        let last = unsafe { last.read() };
        last != [Room::FILL; size_of::<c_int>()]
            && self.beyond.iter().all(|byte| *byte == Room::FILL)
    }
}

/// What precedes everything else: which encoding text has, and whether the environment counts.
fn pre_initialize(settings: &Settings<'_>) -> Result<(), InitializeError> {
    let given = settings.config;
    let mut config = MaybeUninit::<ffi::PyPreConfig>::uninit();
    // SAFETY: room for one.
    unsafe { ffi::PyPreConfig_InitPythonConfig(config.as_mut_ptr()) };
    // SAFETY: C has initialised all fields.
    let mut config = unsafe { config.assume_init() };
    // It would set a variable of the environment, which other threads may read meanwhile.
    config.coerce_c_locale = 0;
    config.coerce_c_locale_warn = 0;
    let set = |field: &mut c_int, value: Option<bool>| *field = value.map_or(*field, c_int::from);
    set(&mut config.utf8_mode, given.utf8_mode);
    set(&mut config.isolated, given.isolated);
    set(&mut config.use_environment, given.use_environment);
    set(&mut config.dev_mode, given.dev_mode);
    let reads = given
        .numbers
        .iter()
        .rev()
        .find(|(field, _)| *field == Number::parse_argv);
    config.parse_argv = reads.map_or(0, |(_, value)| *value);
    #[cfg(unix)]
    let status = {
        let argv = settings
            .lists
            .iter()
            .rev()
            .find(|(field, _)| *field == List::argv);
        let argv = argv.map_or(&[][..], |(_, items)| items);
        let mut argv: Vec<_> = argv.iter().map(|item| item.as_ptr().cast_mut()).collect();
        let count = argv.len() as ffi::Py_ssize_t;
        // SAFETY: an initialised config, and strings, which C only reads.
        unsafe { ffi::Py_PreInitializeFromBytesArgs(&config, count, argv.as_mut_ptr()) }
    };
    #[cfg(not(unix))]
    // SAFETY: an initialised config.
    let status = unsafe { ffi::Py_PreInitialize(&config) };
    InitializeError::check(status)
}

/// # Safety
/// `config` is an initialised config, and CPython is pre-initialised.
unsafe fn fill(config: *mut ffi::PyConfig, settings: &Settings<'_>) -> Result<(), InitializeError> {
    let given = settings.config;
    let switches = [
        Number::install_signal_handlers,
        Number::configure_c_stdio,
        Number::parse_argv,
    ];
    let defaults = switches.into_iter().map(|field| (field, 0));
    for (field, value) in defaults.chain(given.numbers.iter().copied()) {
        // SAFETY: the caller's promise.
        unsafe { field.set(config, value) };
    }
    if let Some(value) = given.isolated {
        // SAFETY: a field of the config.
        unsafe { (*config).isolated = value.into() };
    }
    if let Some(value) = given.use_environment {
        // SAFETY: a field of the config.
        unsafe { (*config).use_environment = value.into() };
    }
    if let Some(value) = given.dev_mode {
        // SAFETY: a field of the config.
        unsafe { (*config).dev_mode = value.into() };
    }
    for (field, text) in &settings.texts {
        // SAFETY: the caller's promise.
        InitializeError::check(unsafe { field.set(config, text) })?;
    }
    for (field, items) in &settings.lists {
        for item in items {
            // SAFETY: the caller's promise.
            unsafe { field.append(config, item)? };
        }
        if *field == List::module_search_paths {
            // SAFETY: a field of the config.
            unsafe { (*config).module_search_paths_set = 1 };
        }
    }
    Ok(())
}

/// What CPython's reason comes from: as with `python3`, an exception may be set.
fn exception_of_failure() -> Option<String> {
    if !ffi::attached_here() {
        return None;
    }
    // SAFETY: just tested.
    let py = unsafe { Python::assume_attached() };
    let error = PyErr::from(Raised::occurred(py)?);
    Some(error.display(py))
}

/// A start that fails half-way leaves this thread attached to what there is of an interpreter.
fn detach_what_failed() {
    // SAFETY: callable without a thread state; it returns the current one, or NULL.
    let current = unsafe { ffi::compat::PyThreadState_GetUnchecked() };
    if !current.is_null() {
        // SAFETY: this thread has a thread state, with which nobody will continue.
        unsafe { ffi::PyEval_SaveThread() };
    }
}

/// A program that is itself a library, loaded by a host with `RTLD_LOCAL`, has libpython for itself. Extension modules look for
/// C's functions in all that is global.
#[cfg(target_os = "linux")]
mod global {
    use std::ffi::{c_char, c_int, c_void};
    use std::mem::MaybeUninit;

    use crate::ffi;

    #[repr(C)]
    struct Info {
        file: *const c_char,
        base: *mut c_void,
        name: *const c_char,
        address: *mut c_void,
    }

    const NOW: c_int = 2;
    const NO_LOAD: c_int = 4;
    const GLOBAL: c_int = 0x100;

    unsafe extern "C" {
        fn dladdr(address: *const c_void, info: *mut Info) -> c_int;
        fn dlopen(file: *const c_char, flags: c_int) -> *mut c_void;
    }

    /// Makes the libpython that this crate calls global. Nothing happens if it is, or is a part of the program.
    pub(super) fn make_libpython_global() {
        let function = ffi::Py_IsInitialized as *const c_void;
        let mut info = MaybeUninit::<Info>::uninit();
        // SAFETY: an address, and room for what is found.
        if unsafe { dladdr(function, info.as_mut_ptr()) } == 0 {
            return;
        }
        // SAFETY: filled in, as the result says.
        let info = unsafe { info.assume_init() };
        // It stays open for good, as libpython does.
        // SAFETY: the name of a library that is loaded; none is loaded anew.
        unsafe { dlopen(info.file, NOW | NO_LOAD | GLOBAL) };
    }
}

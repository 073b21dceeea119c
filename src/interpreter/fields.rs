//! The fields of CPython's `PyConfig` that can be set.

use std::ffi::{OsStr, c_int};

use super::status::InitializeError;
use crate::ffi;

/// Text as the system has it, and as the functions for `PyConfig` take it.
#[cfg(unix)]
pub(super) type Native = std::ffi::CString;
/// With a NUL at its end.
#[cfg(not(unix))]
pub(super) type Native = Vec<u16>;

/// # Errors
/// `Nul`, with the name of the field that the text is for.
pub(super) fn native(text: &OsStr, field: &'static str) -> Result<Native, InitializeError> {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        Native::new(text.as_bytes()).map_err(|_| InitializeError::Nul(field))
    }
    #[cfg(windows)]
    {
        use std::os::windows::ffi::OsStrExt;
        let mut text: Native = text.encode_wide().collect();
        if text.contains(&0) {
            return Err(InitializeError::Nul(field));
        }
        text.push(0);
        Ok(text)
    }
}

macro_rules! fields {
    (numbers: $($number:ident)*; texts: $($text:ident)*; lists: $($list:ident)*;) => {
        #[allow(non_camel_case_types)] // the names of C's fields
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Number { $($number),* }
        #[allow(non_camel_case_types)]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Text { $($text),* }
        #[allow(non_camel_case_types)]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum List { $($list),* }

        impl Number {
            /// # Safety
            /// `config` is an initialised `PyConfig`.
            pub(super) unsafe fn set(self, config: *mut ffi::PyConfig, value: c_int) {
                match self {
                    // SAFETY: a field of the caller's config.
                    $(Number::$number => unsafe { (*config).$number = value },)*
                }
            }
        }

        impl Text {
            pub(super) const fn name(self) -> &'static str {
                match self { $(Text::$text => stringify!($text),)* }
            }

            /// # Safety
            /// `config` is an initialised `PyConfig`, and CPython is pre-initialised.
            pub(super) unsafe fn set(self, config: *mut ffi::PyConfig, text: &Native) -> ffi::PyStatus {
                let field = match self {
                    // SAFETY: a field of the caller's config.
                    $(Text::$text => unsafe { &raw mut (*config).$text },)*
                };
                #[cfg(unix)]
                // SAFETY: as the caller says; a string that ends in NUL. C copies it.
                unsafe { ffi::PyConfig_SetBytesString(config, field, text.as_ptr()) }
                #[cfg(not(unix))]
                // SAFETY: as above.
                unsafe { ffi::PyConfig_SetString(config, field, text.as_ptr()) }
            }
        }

        impl List {
            pub(super) const fn name(self) -> &'static str {
                match self { $(List::$list => stringify!($list),)* }
            }

            /// # Safety
            /// `config` is a `PyConfig`.
            pub(super) unsafe fn field(self, config: *mut ffi::PyConfig) -> *mut ffi::PyWideStringList {
                match self {
                    // SAFETY: a field of the caller's config.
                    $(List::$list => unsafe { &raw mut (*config).$list },)*
                }
            }
        }
    };
}

fields! {
    numbers: install_signal_handlers buffered_stdio configure_c_stdio parse_argv site_import user_site_directory write_bytecode
        faulthandler pathconfig_warnings inspect optimization_level;
    texts: program_name executable home pycache_prefix stdio_encoding stdio_errors run_command run_module run_filename;
    lists: argv module_search_paths warnoptions xoptions;
}

impl List {
    /// Adds an item.
    ///
    /// # Safety
    /// `config` is an initialised `PyConfig`, and CPython is pre-initialised.
    pub(super) unsafe fn append(
        self,
        config: *mut ffi::PyConfig,
        text: &Native,
    ) -> Result<(), InitializeError> {
        // SAFETY: the caller's promise.
        let list = unsafe { self.field(config) };
        #[cfg(unix)]
        {
            // SAFETY: a string that ends in NUL; the length is not asked for.
            let wide = unsafe { ffi::Py_DecodeLocale(text.as_ptr(), std::ptr::null_mut()) };
            if wide.is_null() {
                // SAFETY: it returns a constant.
                return InitializeError::check(unsafe { ffi::PyStatus_NoMemory() });
            }
            // SAFETY: an initialised list, and a wide string. C copies it.
            let status = unsafe { ffi::PyWideStringList_Append(list, wide) };
            // SAFETY: from `Py_DecodeLocale`, and not used any more.
            unsafe { ffi::PyMem_RawFree(wide.cast()) };
            InitializeError::check(status)
        }
        #[cfg(not(unix))]
        {
            // SAFETY: as above.
            InitializeError::check(unsafe { ffi::PyWideStringList_Append(list, text.as_ptr()) })
        }
    }
}

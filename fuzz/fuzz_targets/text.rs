#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| pyptr_fuzz::harness::run(
    pyptr_fuzz::targets::text::text,
    data
));

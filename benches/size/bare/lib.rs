//! What any Rust library has that catches a panic: the standard library's part of the size.

#[unsafe(no_mangle)]
extern "C" fn half(number: i32) -> i32 {
    std::panic::catch_unwind(|| match number % 2 {
        0 => number / 2,
        _ => panic!("{number} is odd"),
    })
    .unwrap_or(-1)
}

//! `int`: from Rust's numbers and text, and back. Byte strings of any size: bytes.rs; 128 bits: wide.rs; ints
//! of one digit: compact.rs.

mod basics;
mod integer;
mod wide;
mod bytes;
mod pointer;
mod compact;

use basics::Beyond;
pub(crate) use basics::out_of_range;
pub use bytes::ByteOrder;
pub use integer::Integer;

//! The defaults that `inspect.signature` shows.

// The literals are as odd as they may be.
#![allow(
    clippy::inconsistent_digit_grouping,
    clippy::zero_prefixed_literal,
    clippy::mixed_case_hex_literals,
    clippy::unusual_byte_groupings
)]

use crate::common::attached;
use crate::python::namespace;

/// Called once, before the interpreter is initialised.
pub fn register() {
    defaults().append_to_inittab();
}

/// Functions that return their only argument, each with a default.
macro_rules! defaults {
    ($($name:ident: $kind:ty = $default:expr;)*) => {
        $(fn $name(value: $kind) -> $kind { value })*

        pyptr::module! {
            pub mod defaults {
                gil: not_used;
                $(fn $name(value = $default);)*
            }
        }
    };
}

defaults! {
    plain: i64 = 12;
    negative: i64 = -12;
    spaced: i64 = - 12;
    zero: u8 = 0;
    zeros: u8 = 0_0_;
    leading: i64 = 0_007;
    underscores: i64 = 1_2__3_;
    suffix: u16 = 500_u16;
    word: usize = 7usize;
    hex: u32 = 0x_dEaD_beef_;
    hex_suffix: i64 = 0x1f_i64;
    hex_like_float: i64 = 0x1f32;
    octal: i64 = 0o_17;
    binary: i64 = -0b_1010i64;
    large: u128 = 340_282_366_920_938_463_463_374_607_431_768_211_455;
    least: i128 = -170_141_183_460_469_231_731_687_303_715_884_105_728;
    float: f64 = 1.5;
    float_point: f64 = 1.;
    float_zeros: f64 = 007.250_0;
    float_exponent: f64 = 1e3;
    float_exponents: f64 = -1_0.0_1E+0_2_f64;
    float_small: f64 = 1e-7;
    float_suffix: f64 = 3f64;
    float_none: f64 = -0.0;
    single: f32 = 0.5_f32;
    truth: bool = true;
    lie: bool = false;
    text: &str = "see";
    empty: &str = "";
    quotes: &str = "it's \"so\"";
    escapes: &str = "\n\r\t\\\0\'\"\x41\x7f";
    points: &str = "\u{e9}\u{20_ac}\u{1F600}\u{0}";
    letters: &str = "né € 😀 \u{10ffff}";
    continued: &str = "one \
        two\
        three";
    newline: &str = "one

two)
--

three";
    raw: &str = r"a\n'b";
    raw_hashes: &str = r##"a"#b\"##;
    raw_newline: &str = r"a
b";
    character: char = 'x';
    character_quote: char = '\'';
    character_double: char = '"';
    character_escape: char = '\u{1F600}';
    character_letter: char = 'é';
    character_newline: char = '\n';
    bytes: &[u8] = b"\x00\xff\\\n\"'a";
    bytes_empty: &[u8] = b"";
    bytes_raw: &[u8] = br#"\x"#;
    byte: u8 = b'a';
    byte_escape: u8 = b'\xfe';
    byte_quote: u8 = b'\'';
    some: Option<i64> = Some(0x10);
    some_negative: Option<i64> = Some(-1);
    some_text: Option<&str> = std::option::Option::Some("a\u{e9}");
    none: Option<i64> = None;
    none_by_path: Option<i64> = Option::None;
    // Not shown.
    sum: i64 = 1 + 1;
    difference: i64 = 3-1;
    call: i64 = i64::abs(-3);
    not: i64 = !0;
    twice: i64 = -(-1);
    cast: i64 = 'a' as i64;
    method: &str = "a b".split_at(1).0;
    two_raw: &str = [r"a", r"b"][0];
    joined: &str = concat!("a", "b");
    nested: Option<Option<i64>> = Some(None);
    chosen: Option<i64> = Some(1).or(Some(2));
    comparison: bool = "a" == "b";
    macro_call: i64 = line!() as i64;
}

#[test]
fn what_is_shown_is_equal_to_the_default() {
    attached(|py| {
        let names = namespace(py);
        let code = c"
import inspect, defaults, pydoc
hidden = {'sum', 'difference', 'call', 'not', 'twice', 'cast', 'method', 'two_raw', 'joined', 'nested', 'chosen', 'comparison', 'macro_call'}
count = 0
for name, f in vars(defaults).items():
    if name.startswith('_') or name == 'PanicException':
        continue
    count += 1
    shown = inspect.signature(f).parameters['value'].default
    if name in hidden:
        assert shown is ..., (name, shown)
        continue
    real = f()
    assert type(shown) is type(real) and shown == real and repr(shown) == repr(real), (name, shown, real)
    assert f(shown) == real
    assert f.__text_signature__.isascii() and '\\n' not in f.__text_signature__, name
assert count == 68, count
text = pydoc.plain(pydoc.render_doc(defaults))
assert 'hex(value=3735928559)' in text and 'newline(value=\\'one\\\\n\\\\ntwo)\\\\n--\\\\n\\\\nthree\\')' in text, text
";
        if let Err(raised) = py.run(code, Some(&names), None) {
            panic!("{}", pyptr::PyErr::from(raised).display(py));
        }
    });
}

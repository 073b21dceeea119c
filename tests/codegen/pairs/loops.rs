//! Loops that lend their items. There are no raw halves: that each loop is compiled into the function that has it, however many
//! there are, is what counts.

use pyptr::types::{Loaded, PyAny, PyAnySet, PyDict, PyList, PyTuple};
use pyptr::{Borrowed, PyResult};

/// What a packer has: a function of its own for what is no scalar.
#[inline(never)]
fn object(sum: &mut i64, object: &Borrowed<'_, PyAny>) {
    *sum += std::hint::black_box(object.as_ptr().addr() as i64);
}

/// More than the optimiser would copy to where it is called twice.
#[inline(always)]
fn visit(sum: &mut i64, item: Loaded<'_, '_>) {
    match item {
        Loaded::Int(int) => *sum = (*sum).rotate_left(5) ^ int.swap_bytes().wrapping_mul(31),
        Loaded::Float(float) => *sum = (*sum).rotate_left(7) ^ float.to_bits().swap_bytes() as i64,
        Loaded::Str(text) => *sum += text.len() as i64 * 3 ^ 0x55,
        Loaded::Bool(value) => *sum += if value { 0xc3 } else { 0xc2 },
        Loaded::None => *sum += 0xc0,
        Loaded::Object(other) => object(sum, other),
    }
}

fn list(sum: &mut i64, list: &Borrowed<'_, PyList>) {
    let _: Result<(), ()> = list.for_each_loaded(|item| {
        visit(sum, item);
        Ok(())
    });
}

fn tuple(sum: &mut i64, tuple: &Borrowed<'_, PyTuple>) {
    let _: Result<(), ()> = tuple.for_each_loaded(|item| {
        visit(sum, item);
        Ok(())
    });
}

fn dict<'py>(sum: &mut i64, dict: &Borrowed<'py, PyDict>) -> PyResult<'py, ()> {
    dict.for_each_loaded(|key, value| {
        visit(sum, key);
        visit(sum, value);
        Ok(())
    })
}

fn set<'py>(sum: &mut i64, set: &Borrowed<'py, PyAnySet>) -> PyResult<'py, ()> {
    set.for_each_loaded(|item| {
        visit(sum, item);
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn loop_list(one: &Borrowed<'_, PyList>) -> i64 {
    let mut sum = 0;
    list(&mut sum, one);
    sum
}

#[unsafe(no_mangle)]
pub extern "C" fn loops_list(
    one: &Borrowed<'_, PyList>,
    two: &Borrowed<'_, PyList>,
    three: &Borrowed<'_, PyList>,
) -> i64 {
    let mut sum = 0;
    let _: Result<(), ()> = one.for_each_loaded(|item| {
        visit(&mut sum, item);
        Ok(())
    });
    let _: Result<(), ()> = two.for_each_loaded(|item| {
        visit(&mut sum, item);
        Ok(())
    });
    let _: Result<(), ()> = three.for_each_loaded(|item| {
        visit(&mut sum, item);
        Ok(())
    });
    sum
}

#[unsafe(no_mangle)]
pub extern "C" fn loop_tuple(one: &Borrowed<'_, PyTuple>) -> i64 {
    let mut sum = 0;
    tuple(&mut sum, one);
    sum
}

#[unsafe(no_mangle)]
pub extern "C" fn loop_dict(one: &Borrowed<'_, PyDict>) -> i64 {
    let mut sum = 0;
    drop(dict(&mut sum, one));
    sum
}

#[unsafe(no_mangle)]
pub extern "C" fn loops_dict(
    one: &Borrowed<'_, PyDict>,
    two: &Borrowed<'_, PyDict>,
    three: &Borrowed<'_, PyDict>,
) -> i64 {
    let mut sum = 0;
    drop(one.for_each_loaded(|key, value| {
        visit(&mut sum, key);
        visit(&mut sum, value);
        PyResult::Ok(())
    }));
    drop(two.for_each_loaded(|key, value| {
        visit(&mut sum, key);
        visit(&mut sum, value);
        PyResult::Ok(())
    }));
    drop(three.for_each_loaded(|key, value| {
        visit(&mut sum, key);
        visit(&mut sum, value);
        PyResult::Ok(())
    }));
    sum
}

#[unsafe(no_mangle)]
pub extern "C" fn loop_set(one: &Borrowed<'_, PyAnySet>) -> i64 {
    let mut sum = 0;
    drop(set(&mut sum, one));
    sum
}

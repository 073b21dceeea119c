//! A declaration that cannot be is refused at its place, in a sentence.
#![forbid(unsafe_code)]

use std::rc::Rc;

fn one(x: i64) -> i64 {
    x
}

fn two(x: i64, y: i64) -> i64 {
    x + y
}

fn counted(_x: Rc<i64>) {}

pyptr::module! { //~ E0277 E0592
    mod lists {
        fn star_last(x, *) = one; //~ E0277 "`*` needs a parameter behind it"
        fn slash_first(/, x) = one; //~ E0277 "`/` needs a parameter before it"
        fn star_twice(x, *, y, *) = two; //~ E0277 "`*` may occur only once"
        fn slash_twice(x, /, y, /) = two; //~ E0277 "`/` may occur only once, and before `*`"
        fn default_first(x = 1, y) = two; //~ E0277 "a positional parameter without a default follows one with a default"
        fn same_name(x, x) = two; //~ E0277 "two parameters have the same name"
        fn keyword(from) = one; //~ E0277 "a parameter has the name of a keyword of Python"
        fn raw_keyword(r#as) = one; //~ E0277 "a parameter has the name of a keyword of Python"
        fn letters(größe) = one; //~ E0277 "the name of a parameter is not ASCII"
        fn token(py, y) = two; //~ E0277 "the token is declared by `py: Python`"
        fn behind(**kwargs, x) = behind_keywords; //~ E0277 "nothing may follow `**`"
        fn typed(x: i64) = one; //~ E0277 "a parameter is declared without its type"
        fn no_list(x y) = one; //~ E0277 "in a parameter list there are `name`"
        fn no_type(counts) = counted; //~ E0277 "`Rc<i64>` cannot be made of a Python object"
        fn too_many(x, y) = one; //~ E0061
    }
}

fn behind_keywords(_kwargs: pyptr::export::Keywords<'_, '_>, _x: i64) {}

pyptr::module! { //~ E0592
    mod names {
        fn one(x);
        fn one(x) = two; //~ E0403 E0061
    }
}

pyptr::module! {
    mod order {
        gil: not_used;
        state: String = new_state; //~ E0277 "come first, in this order"
        fn one(x);
    }
}

pyptr::module! {
    mod late {
        const A = 1;
        gil: not_used; //~ E0277 "come first, in this order"
    }
}

pyptr::module! {
    mod semicolon {
        fn one(x) //~ E0277 "a `;` is missing behind this function"
        fn two(x, y);
    }
}

pyptr::module! {
    mod value {
        const A = 1 //~ E0277 "a constant is declared by `const NAME = value;`, without a type"
        fn one(x);
    }
}

pyptr::module! {
    mod qualifier {
        unsafe fn one(x); //~ E0277 "a function is declared by `fn` alone"
    }
}

pyptr::module! {
    mod kinds {
        const A; //~ E0277 "a constant is declared by"
        fn one; //~ E0277 "a function is declared by"
        mod inner; //~ E0277 "a submodule is declared by"
        static B = 1; //~ E0277 "in `module!` there are"
    }
}

pyptr::module! {
    mod r#match { //~ E0277 "a module cannot have the name of a keyword of Rust"
        fn one(x);
    }
}

pyptr::module! {
    mod größe { //~ E0277 "the name of a module is ASCII"
        fn one(x);
    }
}

pyptr::module! {
    mod lambda { //~ E0277 "so that it cannot be imported"
        fn one(x);
    }
}

pyptr::module! {
    mod sys { //~ E0277 "the interpreter has a built-in module of this name"
        fn one(x);
    }
}

pyptr::module! {
    mod outer {
        mod inner {
            gil: used; //~ E0277 "whether the GIL is used, says the outermost module"
        }
    }
}

fn new_state<'py>(
    _module: &pyptr::Borrowed<'py, pyptr::types::PyModule>,
) -> pyptr::PyResult<'py, String> {
    Ok(String::new())
}

fn main() {}

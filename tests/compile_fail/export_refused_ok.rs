//! A declaration that cannot be is refused at its place, in a sentence.
#![forbid(unsafe_code)]

fn one(x: i64) -> i64 {
    x
}

fn two(x: i64, y: i64) -> i64 {
    x + y
}

fn with_token(_py: pyptr::Python<'_>, _y: i64) {}

pyptr::module! {
    mod lists {
        fn star_last(x, /) = one;
        fn slash_first(x) = one;
        fn star_twice(x, *, y) = two;
        fn slash_twice(x, /, y) = two;
        fn default_first(x, y = 1) = two;
        fn same_name(x, y) = two;
        fn keyword(r#type) = one;
        fn raw_keyword(r#match) = one;
        fn größe(x) = one;
        fn token(py: Python, y) = with_token;
        fn behind(x, **kwargs) = behind_keywords;
        fn typed(x) = one;
        fn no_list(x) = one;
        fn no_type(counts) = one;
        fn too_many(x, y) = two;
    }
}

fn behind_keywords(_x: i64, _kwargs: pyptr::export::Keywords<'_, '_>) {}

pyptr::module! {
    mod names {
        fn one(x);
        fn two(x, y);
    }
}

pyptr::module! {
    mod order {
        state: String = new_state;
        gil: not_used;
        fn one(x);
    }
}

pyptr::module! {
    mod late {
        gil: not_used;
        const A = 1;
    }
}

pyptr::module! {
    mod semicolon {
        fn one(x);
        fn two(x, y);
    }
}

pyptr::module! {
    mod value {
        const A = 1;
        fn one(x);
    }
}

pyptr::module! {
    mod qualifier {
        fn one(x);
    }
}

pyptr::module! {
    mod kinds {
        const A = 1;
        fn one(x);
        mod inner {}
        const B = 1;
    }
}

pyptr::module! {
    mod match_ {
        fn one(x);
    }
}

pyptr::module! {
    mod groesse {
        fn one(x);
    }
}

pyptr::module! {
    mod lambda_ {
        fn one(x);
    }
}

pyptr::module! {
    mod sys_ {
        fn one(x);
    }
}

pyptr::module! {
    mod outer {
        mod inner {
            const B = 1;
        }
    }
}

fn new_state<'py>(
    _module: &pyptr::Borrowed<'py, pyptr::types::PyModule>,
) -> pyptr::PyResult<'py, String> {
    Ok(String::new())
}

fn main() {}

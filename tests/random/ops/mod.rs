//! The instructions: each uses a part of the public API on handles that the program chooses.

mod any;
mod containers;
mod make;
mod pointers;
mod text;

use pyptr::Owned;
use pyptr::types::PyAny;

use crate::program::Instruction;
use crate::world::World;

/// An operation: three bytes choose its operands.
type Operation = fn(&World<'_>, [u8; 3]);

/// A table of operations, with their names.
macro_rules! operations {
    ($($module:ident: $($name:ident)+;)*) => {
        /// All operations.
        const ALL: &[(&str, Operation)] =
            &[$($((concat!(stringify!($module), "::", stringify!($name)), $module::$name),)+)*];
    };
}

operations! {
    make: number float text bytes node small odd list tuple dict set odd_list odd_dict odd_tuple
        odd_text slice method weak function error;
    pointers: new_ref drop_handle share bind own_again casts upcasts clone_shared release_shared
        drop_on_thread use_on_thread detach attach_again manual_pair slot once forget_nothing;
    any: attribute set_attribute compare hash truth length call call_names call_method call_slice
        item set_item del_item contains iterate text repr concat repeat fast load keys is_instance
        to_list to_tuple exported exported_names raise chain exception convert convert_map class collect;
    containers: list_append list_append_owned list_get list_set list_insert list_del list_extend
        list_slice list_set_slice list_sort list_reverse list_clear list_index list_iterate list_loaded
        list_build list_from_fn tuple_get tuple_slice tuple_index tuple_iterate tuple_unpack tuple_build
        dict_set dict_insert dict_get dict_get_str dict_del dict_pop dict_setdefault dict_copy dict_update
        dict_merge dict_lists dict_for_each dict_iterate dict_loaded dict_clear set_add set_discard
        set_pop set_contains set_from set_clear iterator_next;
    text: append append_str concat concat_str interned find split builder views bytes_append bytes_concat
        bytes_builder bytearray slice_indices encode format;
}

/// Carries out an instruction.
pub fn execute(world: &World<'_>, [operation, operands @ ..]: Instruction) {
    let (_, operation) = ALL[usize::from(operation) % ALL.len()];
    operation(world, operands);
}

/// What the operation of an instruction is called.
pub fn name([operation, ..]: Instruction) -> &'static str {
    ALL[usize::from(operation) % ALL.len()].0
}

/// A new object, for an operation that finds none.
pub fn fresh<'py>(world: &World<'py>, which: u8) -> Owned<'py, PyAny> {
    make::fresh(world, which)
}

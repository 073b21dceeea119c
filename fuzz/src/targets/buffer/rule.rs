//! Which numbers of a `Py_buffer` can be true, by the manual's words on its fields, in arithmetic that does not
//! overflow.

use crate::exporter::Fields;

/// What the numbers say. That there is memory is another question.
#[derive(Debug)]
pub struct Accepted {
    pub len: usize,
    pub item_size: usize,
    pub readonly: bool,
    pub format: &'static std::ffi::CStr,
    pub shape: Vec<isize>,
    pub strides: Vec<isize>,
    pub suboffsets: Vec<isize>,
}

impl Accepted {
    /// Whether an element is reached through a pointer.
    pub fn is_indirect(&self) -> bool {
        self.suboffsets.iter().any(|&offset| offset >= 0)
    }
}

/// `None` if the numbers contradict one another.
pub fn accepted(fields: &Fields) -> Option<Accepted> {
    let dimensions = usize::try_from(fields.dimensions).ok()?;
    let (len, item_size) = (
        usize::try_from(fields.len).ok()?,
        usize::try_from(fields.item_size).ok()?,
    );
    if dimensions > 64 {
        return None;
    }
    let given = |numbers: &Option<Vec<isize>>| {
        numbers
            .as_ref()
            .map(|numbers| numbers[..dimensions].to_vec())
    };
    let shape = match (given(&fields.shape), dimensions) {
        (Some(shape), _) => shape,
        (None, 0) => Vec::new(),
        (None, 1) => vec![len.checked_div(item_size).unwrap_or(0) as isize],
        (None, _) => return None,
    };
    let mut bytes = item_size as i128;
    for &extent in &shape {
        if extent < 0 {
            return None;
        }
        bytes = bytes.saturating_mul(extent as i128);
    }
    // A product that is too large, but for a zero.
    if shape.contains(&0) || item_size == 0 {
        bytes = 0;
    }
    if bytes != len as i128 || (len > 0 && fields.memory.is_empty()) {
        return None;
    }
    let strides = given(&fields.strides).unwrap_or_else(|| in_a_row(&shape, item_size));
    if len > 0 {
        let mut reach = item_size as i128;
        for (&extent, &stride) in shape.iter().zip(&strides) {
            // No memory has such a distance, not even one that is not used.
            if stride == isize::MIN {
                return None;
            }
            reach += (stride as i128).abs() * (extent as i128 - 1);
        }
        if reach > isize::MAX as i128 {
            return None;
        }
    }
    Some(Accepted {
        len,
        item_size,
        readonly: fields.readonly,
        format: fields.format.unwrap_or(c"B"),
        shape,
        strides,
        suboffsets: given(&fields.suboffsets)
            .filter(|_| dimensions > 0)
            .unwrap_or_default(),
    })
}

fn in_a_row(shape: &[isize], item_size: usize) -> Vec<isize> {
    let mut strides = Vec::new();
    let mut size = item_size as i128;
    for &extent in shape.iter().rev() {
        strides.push(size as isize);
        size = (size * extent as i128).min(isize::MAX as i128);
    }
    strides.reverse();
    strides
}

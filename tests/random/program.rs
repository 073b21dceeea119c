//! Programs: bytes, of which four are an instruction. Any bytes are a program, and so is any part of one.

/// An operation, and what chooses its operands.
pub type Instruction = [u8; 4];

/// A generator of random numbers: xorshift, by George Marsaglia.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        // Never 0, which would stay 0; far from its neighbours.
        Random((seed + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }
}

/// The program that belongs to a number.
pub fn generated(number: u64) -> Vec<Instruction> {
    let mut random = Random::new(number);
    let length = 1 + random.next() % 60;
    (0..length)
        .map(|_| (random.next() as u32).to_le_bytes())
        .collect()
}

pub fn to_text(program: &[Instruction]) -> String {
    program
        .iter()
        .map(|[a, b, c, d]| format!("{a:02x}{b:02x}{c:02x}{d:02x}"))
        .collect()
}

pub fn from_text(text: &str) -> Vec<Instruction> {
    let digits: Vec<u8> = text
        .chars()
        .map(|digit| digit.to_digit(16).expect("a hexadecimal digit") as u8)
        .collect();
    let bytes: Vec<u8> = digits
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect();
    from_bytes(&bytes)
}

pub fn from_bytes(bytes: &[u8]) -> Vec<Instruction> {
    bytes
        .chunks_exact(4)
        .map(|four| [four[0], four[1], four[2], four[3]])
        .collect()
}

/// The shortest program that still `fails`, found by leaving out ever smaller parts.
pub fn shrunk(
    mut program: Vec<Instruction>,
    mut fails: impl FnMut(&[Instruction]) -> bool,
) -> Vec<Instruction> {
    let mut size = program.len().div_ceil(2);
    while size > 0 {
        let (mut start, mut shorter) = (0, false);
        while start < program.len() {
            let end = (start + size).min(program.len());
            let candidate = [&program[..start], &program[end..]].concat();
            match !candidate.is_empty() && fails(&candidate) {
                true => (program, shorter) = (candidate, true),
                false => start = end,
            }
        }
        if !shorter || size > program.len() {
            size /= 2;
        }
    }
    program
}

//! Reads a function out of an assembly listing, and finds its success path.
//!
//! Knows the flow of control of x86-64 and AArch64 and nothing else about their instructions.

use std::collections::BTreeMap;

/// One instruction, and where it leads.
struct Instruction {
    text: String,
    flow: Flow,
}

enum Flow {
    Next,
    /// To a function of this name, and back.
    Call(String),
    /// To a function of this name, which returns to our caller.
    TailCall(String),
    /// To a label of this function.
    Jump(String),
    /// To a label of this function, or on.
    Branch(String),
    Return,
    /// Nowhere, as a trap.
    End,
}

/// A function's instructions, without labels and directives.
pub struct Listing {
    instructions: Vec<Instruction>,
    /// The instruction after each label.
    labels: BTreeMap<String, usize>,
}

/// The instructions that run one after the other, from a function's entry to its return.
#[derive(Clone, PartialEq, Debug)]
pub struct Path {
    pub instructions: Vec<String>,
    pub calls: Vec<String>,
}

/// Stands for the name of a function that is called through a pointer.
pub const BY_POINTER: &str = "(by pointer)";

/// Platforms that put an underscore before every symbol.
pub const PREFIX: &str = if cfg!(target_vendor = "apple") {
    "_"
} else {
    ""
};

impl Listing {
    /// The function `name` in the assembly text `assembly`.
    pub fn of(assembly: &str, name: &str) -> Option<Listing> {
        let symbol = format!("{PREFIX}{name}");
        let mut lines = assembly.lines();
        // Two functions of the same code may have become one with two names.
        let alias = lines.clone().find_map(|line| {
            let line = line.trim();
            let (alias, target) = match line.strip_prefix(".set") {
                Some(rest) => rest.split_once(',')?,
                None => line.split_once(" = ")?,
            };
            (alias.trim() == symbol).then(|| target.trim().to_owned())
        });
        if let Some(target) = alias {
            return Listing::of(assembly, target.strip_prefix(PREFIX)?);
        }
        lines.find(|line| line.strip_suffix(':') == Some(&symbol))?;
        let mut listing = Listing {
            instructions: Vec::new(),
            labels: BTreeMap::new(),
        };
        // `#` begins a comment on x86, and a number on Arm.
        const COMMENT: &str = "  #";
        let mut body = Vec::new();
        for line in lines {
            let line = line.split(COMMENT).next().unwrap_or_default();
            let line = line.split("//").next().unwrap_or_default().trim();
            if line.starts_with(".cfi_endproc") {
                break;
            } else if let Some(label) = line.strip_suffix(':') {
                listing.labels.insert(label.to_owned(), body.len());
            } else if !line.is_empty() && !line.starts_with(['.', '#']) {
                body.push(line.split_whitespace().collect::<Vec<_>>().join(" "));
            }
        }
        for (index, text) in body.iter().enumerate() {
            listing.instructions.push(Instruction {
                flow: listing.flow(text, &body[..index]),
                text: text.clone(),
            });
        }
        Some(listing)
    }

    /// How many instructions the function has.
    pub fn length(&self) -> usize {
        self.instructions.len()
    }

    fn flow(&self, text: &str, before: &[String]) -> Flow {
        let (mnemonic, operands) = text.split_once(' ').unwrap_or((text, ""));
        let target = operands.rsplit([',', ' ']).next().unwrap_or_default();
        let local = self.labels.contains_key(target);
        match mnemonic {
            "ret" | "retq" => Flow::Return,
            "ud2" | "brk" | "udf" => Flow::End,
            "call" | "callq" | "bl" | "blr" => Flow::Call(callee(target, before)),
            "jmp" | "jmpq" | "b" | "br" if local => Flow::Jump(target.to_owned()),
            "jmp" | "jmpq" | "b" | "br" => Flow::TailCall(callee(target, before)),
            // Conditional jumps: all that name a label. (`lea` of a label has it in brackets.)
            _ if local => Flow::Branch(target.to_owned()),
            _ => Flow::Next,
        }
    }

    /// How many instructions there are.
    pub fn len(&self) -> usize {
        self.instructions.len()
    }

    /// The functions that are called anywhere, on paths of failure, too.
    pub fn calls(&self) -> impl Iterator<Item = &str> {
        let flows = self
            .instructions
            .iter()
            .map(|instruction| &instruction.flow);
        flows.filter_map(|flow| match flow {
            Flow::Call(name) | Flow::TailCall(name) => Some(&**name),
            _ => None,
        })
    }

    /// The path that calls most functions, and of those the longest or the shortest, through functions
    /// that `allowed` accepts: the path on which no call fails, because a failure returns early.
    pub fn success_path(&self, length: Length, allowed: impl Fn(&str) -> bool) -> Option<Path> {
        let mut search = Search {
            listing: self,
            length,
            allowed: &allowed,
            best: vec![None; self.instructions.len()],
        };
        let mut next = search.best_from(0).map(|_| 0);
        let mut path = Path {
            instructions: Vec::new(),
            calls: Vec::new(),
        };
        while let Some(index) = next {
            let instruction = &self.instructions[index];
            // A jump within the function is how its blocks happen to lie.
            if !matches!(instruction.flow, Flow::Jump(_)) {
                path.instructions.push(instruction.text.clone());
            }
            if let Flow::Call(name) | Flow::TailCall(name) = &instruction.flow {
                path.calls.push(name.clone());
            }
            next = search.best[index].flatten().and_then(|best| best.next);
        }
        (!path.instructions.is_empty()).then_some(path)
    }
}

/// Which of the paths with the same number of calls.
#[derive(Clone, Copy)]
pub enum Length {
    /// With everything that can be necessary on the way.
    Longest,
    /// Where everything else is a slower way to the same end.
    Shortest,
}

/// What the best path from an instruction on amounts to, and how it goes on.
#[derive(Clone, Copy)]
struct Best {
    calls: usize,
    instructions: usize,
    next: Option<usize>,
}

struct Search<'a> {
    listing: &'a Listing,
    length: Length,
    allowed: &'a dyn Fn(&str) -> bool,
    /// Per instruction: not looked at, no path from here, or the best one.
    best: Vec<Option<Option<Best>>>,
}

impl Search<'_> {
    fn best_from(&mut self, index: usize) -> Option<Best> {
        if let Some(known) = *self.best.get(index)? {
            return known;
        }
        // While it is being looked at there is no path through it: loops are not followed.
        self.best[index] = Some(None);
        let to = |label: &String| self.listing.labels[label];
        let jump = matches!(self.listing.instructions[index].flow, Flow::Jump(_));
        let (calls, ends, successors) = match &self.listing.instructions[index].flow {
            Flow::Next => (0, false, vec![index + 1]),
            Flow::Call(name) if (self.allowed)(name) => (1, false, vec![index + 1]),
            Flow::TailCall(name) if (self.allowed)(name) => (1, true, vec![]),
            Flow::Jump(label) => (0, false, vec![to(label)]),
            Flow::Branch(label) => (0, false, vec![index + 1, to(label)]),
            Flow::Return => (0, true, vec![]),
            Flow::Call(_) | Flow::TailCall(_) | Flow::End => (0, false, vec![]),
        };
        let mut best = ends.then_some(Best {
            calls,
            instructions: 1,
            next: None,
        });
        for successor in successors {
            let Some(rest) = self.best_from(successor) else {
                continue;
            };
            let candidate = Best {
                calls: calls + rest.calls,
                instructions: usize::from(!jump) + rest.instructions,
                next: Some(successor),
            };
            let rank = |best: &Best| match self.length {
                Length::Longest => (best.calls, best.instructions as isize),
                Length::Shortest => (best.calls, -(best.instructions as isize)),
            };
            if best
                .as_ref()
                .is_none_or(|best| rank(best) < rank(&candidate))
            {
                best = Some(candidate);
            }
        }
        self.best[index] = Some(best);
        best
    }
}

/// The function behind a call's operand: a symbol, or a register that was loaded from the symbol's
/// entry in the global offset table.
fn callee(operand: &str, before: &[String]) -> String {
    let operand = operand.trim_start_matches('*');
    let register = operand.starts_with('%') || (operand.starts_with('x') && operand.len() < 4);
    let operand = if register {
        // The destination comes last in AT&T's syntax, first in Arm's.
        let load = before.iter().rev().find(|text| {
            text.ends_with(&format!(", {operand}")) || text.contains(&format!(" {operand}, "))
        });
        match load.and_then(|text| {
            text.split_whitespace()
                .find(|word| word.contains("@GOT") || word.contains(":got_lo12:"))
        }) {
            Some(symbol) => symbol,
            None => return BY_POINTER.to_owned(),
        }
    } else {
        operand
    };
    let symbol = operand
        .trim_start_matches('[')
        .trim_start_matches(":got_lo12:");
    let symbol = symbol
        .split(['@', '(', ']', ','])
        .next()
        .unwrap_or_default();
    symbol.strip_prefix(PREFIX).unwrap_or(symbol).to_owned()
}

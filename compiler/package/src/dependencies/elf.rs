//! The processor that a native file is for.

/// What a file is, by its first bytes (System V ABI, "ELF Header").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Binary {
    /// No ELF file.
    None,
    /// Of this machine, with this many bits.
    Elf {
        /// `e_machine`.
        machine: u16,
        /// Whether it is a 64-bit file.
        wide: bool,
    },
}

pub(crate) fn binary(bytes: &[u8]) -> Binary {
    let Some(head) = bytes.get(..20).filter(|head| head.starts_with(b"\x7fELF")) else { return Binary::None };
    let number = [head[18], head[19]];
    let machine = if head[5] == 2 { u16::from_be_bytes(number) } else { u16::from_le_bytes(number) };
    Binary::Elf { machine, wide: head[4] == 2 }
}

/// A machine in words.
pub(crate) fn name(machine: u16) -> String {
    match machine {
        3 => "32-bit x86".to_owned(),
        40 => "32-bit ARM".to_owned(),
        62 => "x86-64".to_owned(),
        183 => "arm64".to_owned(),
        21 => "PowerPC".to_owned(),
        22 => "S/390".to_owned(),
        243 => "RISC-V".to_owned(),
        other => format!("machine {other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_stands_in_the_header() {
        let head = |class: u8, order: u8, machine: [u8; 2]| {
            let mut bytes = b"\x7fELF".to_vec();
            bytes.extend([class, order, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0]);
            bytes.extend(machine);
            bytes
        };
        assert_eq!(binary(&head(2, 1, [62, 0])), Binary::Elf { machine: 62, wide: true });
        assert_eq!(binary(&head(2, 1, [183, 0])), Binary::Elf { machine: 183, wide: true });
        assert_eq!(binary(&head(1, 2, [0, 21])), Binary::Elf { machine: 21, wide: false });
        assert_eq!(binary(b"\x7fELF"), Binary::None);
        assert_eq!(binary(b"#!/bin/sh\n# nothing to see here"), Binary::None);
    }
}

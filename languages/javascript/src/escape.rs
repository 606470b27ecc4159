//! Escapes in texts.

use portolan_program::Name;

/// The text with its escapes read.
pub fn read(text: &str) -> Name {
    if !text.contains('\\') {
        return text.into();
    }
    let mut read = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => escaped(&mut letters, &mut read),
            letter => read.push(letter),
        }
    }
    read.into()
}

fn escaped(letters: &mut std::str::Chars<'_>, read: &mut String) {
    match letters.next() {
        Some('n') => read.push('\n'),
        Some('t') => read.push('\t'),
        Some('r') => read.push('\r'),
        Some('0') => read.push('\0'),
        Some('b') => read.push('\u{8}'),
        Some('f') => read.push('\u{c}'),
        Some('v') => read.push('\u{b}'),
        Some('x') => read.extend(code(letters, 2)),
        Some('u') => read.extend(unicode(letters)),
        Some('\n') | None => {}
        Some(other) => read.push(other),
    }
}

fn unicode(letters: &mut std::str::Chars<'_>) -> Option<char> {
    if !letters.as_str().starts_with('{') {
        return code(letters, 4);
    }
    let length = letters.as_str().find('}')?.saturating_sub(1);
    letters.next();
    let letter = code(letters, length);
    letters.next();
    letter
}

/// The letter of so many hexadecimal digits.
fn code(letters: &mut std::str::Chars<'_>, digits: usize) -> Option<char> {
    let digits: String = letters.take(digits).collect();
    char::from_u32(u32::from_str_radix(&digits, 16).ok()?)
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn escapes_are_read() {
        assert_eq!(read(r"a\n\x41\u0042\u{43}\'\\"), "a\nABC'\\");
        assert_eq!(read(r"\u{zz}\x"), "");
        assert_eq!(read("a\\"), "a");
    }
}

//! Texts that stand for themselves in every notation with double quotes.

/// The lowest bit of each byte of a word.
const EACH: u64 = u64::from_ne_bytes([1; 8]);

/// Texts of so many bytes are short.
const AT_HAND: usize = 64;

/// Whether a text is printable ASCII without quotes and backslashes: most are, and then nothing need be escaped. It is
/// looked through in words of eight bytes, without asking after each; the last may overlap those before.
#[must_use]
pub fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    match bytes.last_chunk() {
        Some(last) => {
            let odd = bytes.as_chunks().0.iter().fold(odd(*last), |found, eight| found | odd(*eight));
            odd & (EACH << 7) == 0
        }
        None => bytes.iter().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\')),
    }
}

/// Whether a text has an ASCII character, looked for in words of eight bytes too.
#[must_use]
pub fn holds(text: &str, letter: u8) -> bool {
    let bytes = text.as_bytes();
    let found = |eight: &[u8; 8]| among(*eight, letter);
    match bytes.last_chunk() {
        Some(last) => bytes.as_chunks().0.iter().fold(found(last), |all, eight| all | found(eight)) != 0,
        None => bytes.contains(&letter),
    }
}

/// Appends a text with one ASCII character in the place of another. A short text is gone through where it lies at hand, all
/// of it at once.
pub fn push_replaced(text: &str, letter: u8, by: u8, out: &mut String) {
    let mut at_hand = [0; AT_HAND];
    let Some(copy) = at_hand.get_mut(..text.len()) else {
        return out.extend(text.chars().map(|c| if c == char::from(letter) { char::from(by) } else { c }));
    };
    copy.copy_from_slice(text.as_bytes());
    let replaced = at_hand.map(|byte| if byte == letter { by } else { byte });
    // Whole characters were copied, so this is text.
    out.push_str(str::from_utf8(&replaced[..text.len()]).unwrap_or_default());
}

/// A word with the top bit of the lowest byte set that is the letter, and of none before it. Such a byte leaves nothing, and
/// only what is nothing goes below zero without its top bit, or what comes after it.
fn among(eight: [u8; 8], letter: u8) -> u64 {
    let rest = u64::from_le_bytes(eight) ^ (EACH * u64::from(letter));
    rest.wrapping_sub(EACH) & !rest & (EACH << 7)
}

/// A word with the top bit of a byte set where a byte is not plain. Each byte is compared by taking it away, which goes
/// below zero; bytes beyond ASCII have that bit themselves.
fn odd(eight: [u8; 8]) -> u64 {
    let word = u64::from_ne_bytes(eight);
    let holds = |byte: u8| (word ^ (EACH * u64::from(byte))).wrapping_sub(EACH);
    let control = word.wrapping_sub(EACH * u64::from(b' '));
    word | control | holds(b'"') | holds(b'\\') | holds(b'\x7f')
}

#[cfg(test)]
mod tests {
    use super::{holds, is_plain, push_replaced};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_plain_text_has_nothing_to_escape(text in any::<String>(), odd in "[ -~]{0,20}[\u{0}-\u{ff}]?[ -~]{0,20}") {
            for text in [text, odd] {
                let plain = text.chars().all(|c| matches!(c, ' '..='~') && c != '"' && c != '\\');
                prop_assert_eq!(is_plain(&text), plain, "{:?}", text);
            }
        }

        #[test]
        fn a_text_holds_its_letters(text in "[z-é]{0,20}[ -~]{0,2}") {
            prop_assert_eq!(holds(&text, b'{'), text.contains('{'), "{:?}", text);
        }

        #[test]
        fn a_letter_is_replaced(text in "[.a-é]{0,80}") {
            let mut out = String::from("x");
            push_replaced(&text, b'.', b'_', &mut out);
            prop_assert_eq!(out, format!("x{}", text.replace('.', "_")));
        }
    }
}

//! Texts that stand for themselves in every notation with double quotes.

/// Whether a text is printable ASCII without quotes and backslashes: most are, and then nothing need be escaped. Eight
/// bytes are looked at together; the last of them may overlap those before.
#[must_use]
pub fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    match bytes.last_chunk() {
        Some(last) => are_plain(*last) && bytes.as_chunks().0.iter().all(|eight| are_plain(*eight)),
        None => bytes.iter().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\')),
    }
}

/// Each byte of a word is compared by taking it away: the top bit of what is left says that it went below zero. Bytes
/// beyond ASCII have that bit themselves.
fn are_plain(eight: [u8; 8]) -> bool {
    const EACH: u64 = u64::from_ne_bytes([1; 8]);
    let word = u64::from_ne_bytes(eight);
    let holds = |byte: u8| (word ^ (EACH * u64::from(byte))).wrapping_sub(EACH);
    let control = word.wrapping_sub(EACH * u64::from(b' '));
    (word | control | holds(b'"') | holds(b'\\') | holds(b'\x7f')) & (EACH << 7) == 0
}

#[cfg(test)]
mod tests {
    use super::is_plain;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_plain_text_has_nothing_to_escape(text in any::<String>(), odd in "[ -~]{0,20}[\u{0}-\u{ff}]?[ -~]{0,20}") {
            for text in [text, odd] {
                let plain = text.chars().all(|c| matches!(c, ' '..='~') && c != '"' && c != '\\');
                prop_assert_eq!(is_plain(&text), plain, "{:?}", text);
            }
        }
    }
}

//! Bytes of a file to a [`Source`]: size, encoding and byte order mark, before anything reads the text.

use portolan_diagnostics::{Diagnostic, Source, Sources};

/// The longest text that is read, in bytes.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;

/// Adds a file's bytes to the sources as text.
///
/// A byte order mark is dropped. Line breaks stay as they are, `\r\n` included.
///
/// # Errors
/// Over [`MAX_BYTES`], and for bytes that are not UTF-8; then the text is added as far as it can be shown.
pub fn decode(sources: &mut Sources, name: &str, bytes: &[u8]) -> Result<Source, Box<Diagnostic>> {
    if bytes.len() > MAX_BYTES {
        let source = sources.add(name, "");
        return Err(Box::new(too_many_bytes(&source, bytes.len())));
    }
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(sources.add(name, text)),
        Err(error) => {
            let source = sources.add(name, String::from_utf8_lossy(bytes));
            Err(Box::new(not_utf8(&source, bytes, error.valid_up_to())))
        }
    }
}

pub(crate) fn too_many_bytes(source: &Source, length: usize) -> Diagnostic {
    let message = format!("`{}` has {length} bytes, a spec has at most {MAX_BYTES}", source.name());
    Diagnostic::error("syntax/too-large", message)
        .at(source.span(0..0), "")
        .help("split the app, or move what a function reads at run time out of its environment")
}

fn not_utf8(source: &Source, bytes: &[u8], at: usize) -> Diagnostic {
    let byte = bytes.get(at).copied().unwrap_or_default();
    let line = bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
    let message = format!("line {line} of `{}` is not UTF-8: byte {byte:#04x}", source.name());
    let diagnostic = Diagnostic::error("syntax/encoding", message)
        .at(source.span(at..at + 1), "here")
        .help("save the file as UTF-8");
    match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => diagnostic.help("the file looks like UTF-16"),
        _ => diagnostic,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: Result<&str, &str>) {
        let mut sources = Sources::default();
        let got = decode(&mut sources, "a.yaml", bytes);
        let got = got.map(|source| source.text().to_owned()).map_err(|diagnostic| diagnostic.message);
        assert_eq!(got.as_deref().map_err(String::as_str), expected);
    }

    #[test]
    fn a_byte_order_mark_is_dropped() {
        check(b"\xef\xbb\xbfapp: x\r\n", Ok("app: x\r\n"));
    }

    #[test]
    fn other_encodings_are_refused_with_their_line() {
        check(b"app: x\nnote: caf\xe9\n", Err("line 2 of `a.yaml` is not UTF-8: byte 0xe9"));
        check(b"\xff\xfea\0", Err("line 1 of `a.yaml` is not UTF-8: byte 0xff"));
        check(b"a\xe2\x82", Err("line 1 of `a.yaml` is not UTF-8: byte 0xe2"));
    }

    #[test]
    fn size_is_capped_before_anything_else() {
        let long = vec![0xff; MAX_BYTES + 1];
        check(&long, Err("`a.yaml` has 4194305 bytes, a spec has at most 4194304"));
    }
}

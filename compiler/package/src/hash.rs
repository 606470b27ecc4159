//! The content hash: what decides an artifact's name.
//!
//! It covers paths, modes and bytes, and not the zip: another compressor must not deploy every function again.

use sha2::{Digest, Sha256};

use crate::SourceFile;

/// The sha256 of files in the order given, in lower-case hexadecimal.
///
/// Every file is introduced by a line with its mode and both lengths, so no two lists of files read the same.
///
/// What is installed is counted by what it was asked for or came to: `dependencies` is that digest.
pub(crate) fn hash<'a>(files: impl IntoIterator<Item = &'a SourceFile>, dependencies: Option<&str>) -> String {
    let mut digest = Sha256::new();
    digest.update(b"portolan artifact 1\n");
    for file in files {
        digest.update(format!("{:04o} {} {}\n", file.mode(), file.path.len(), file.bytes.len()));
        digest.update(&file.path);
        digest.update(&file.bytes);
    }
    if let Some(dependencies) = dependencies {
        digest.update(format!("dependencies {dependencies}\n"));
    }
    hex(&digest.finalize())
}

/// Bytes in lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_never_changes() {
        let files =
            [SourceFile::plain("a.py", *b"x = 1\n"), SourceFile { executable: true, ..SourceFile::plain("run", *b"") }];
        let expected = concat!("portolan artifact 1\n", "0644 4 6\na.pyx = 1\n", "0755 3 0\nrun",);
        let of_text: String = Sha256::digest(expected).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hash(&files, None), of_text);
    }

    #[test]
    fn moving_a_byte_from_path_to_content_changes_it() {
        assert_ne!(hash(&[SourceFile::plain("ab", *b"c")], None), hash(&[SourceFile::plain("a", *b"bc")], None));
        assert_ne!(hash(&[SourceFile::plain("a", *b"")], None), hash(&[] as &[SourceFile], None));
    }
}

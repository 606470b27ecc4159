//! The zip: the same files give the same bytes, whenever and wherever it is written.

use std::io::{Cursor, Write};

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::SourceFile;

/// A zip of files in the order given: deflated, dated 1980-01-01, with the modes 0644 and 0755.
pub(crate) fn archive<'a>(files: impl IntoIterator<Item = &'a SourceFile>) -> Result<Vec<u8>, ZipError> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for file in files {
        writer.start_file(file.path.as_str(), options(file))?;
        writer.write_all(&file.bytes)?;
    }
    Ok(writer.finish()?.into_inner())
}

fn options(file: &SourceFile) -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(9))
        .last_modified_time(DateTime::default())
        .system(zip::System::Unix)
        .unix_permissions(file.mode())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn files() -> [SourceFile; 2] {
        let run = SourceFile { executable: true, ..SourceFile::plain("bin/run", *b"#!/bin/sh\n") };
        [SourceFile::plain("ä.py", b"x = 1\n".repeat(100)), run]
    }

    #[test]
    fn what_went_in_comes_out() {
        let mut archive = zip::ZipArchive::new(Cursor::new(archive(&files()).unwrap())).unwrap();
        for (at, file) in files().iter().enumerate() {
            let mut entry = archive.by_index(at).unwrap();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            assert_eq!((entry.name().unwrap().as_ref(), &bytes[..]), (file.path.as_str(), &file.bytes[..]));
            assert_eq!(entry.unix_mode(), Some(0o100_000 | file.mode()));
            assert_eq!(entry.last_modified(), Some(DateTime::default()));
        }
    }

    #[test]
    fn no_byte_depends_on_the_machine() {
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            b"abcdefgh"[(state >> 29) as usize]
        };
        let large = SourceFile::plain("large", (0..100_000).map(|_| next()).collect::<Vec<u8>>());
        let bytes = archive(files().iter().chain([&large])).unwrap();
        let checksum = crate::hash::hash(&[SourceFile::plain("zip", bytes)]);
        assert_eq!(
            checksum, "bf45772028f218603ca9ff72f5a1c239d3194699eb2877853145e21cea187734",
            "another zip for the same files: was a library updated?"
        );
    }
}

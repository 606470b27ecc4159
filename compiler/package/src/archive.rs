//! The zip: the same files give the same bytes, whenever and wherever it is written.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use crate::SourceFile;

/// A zip of files in the order given: deflated, dated 1980-01-01, with the modes 0644 and 0755.
pub(crate) fn archive<'a>(files: impl IntoIterator<Item = &'a SourceFile>) -> Result<Vec<u8>, ZipError> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for file in files {
        write(&mut writer, file)?;
    }
    Ok(writer.finish()?.into_inner())
}

/// A zip of files and of what another zip of ours holds, which is not packed anew. Where both have a path, the file counts.
pub(crate) fn joined(files: &BTreeMap<String, SourceFile>, packed: &[u8]) -> Result<Vec<u8>, ZipError> {
    let mut other = ZipArchive::new(Cursor::new(packed))?;
    let mut places: BTreeMap<String, Option<usize>> = BTreeMap::new();
    for at in 0..other.len() {
        places.insert(other.by_index_raw(at)?.name()?.into_owned(), Some(at));
    }
    places.extend(files.keys().map(|path| (path.clone(), None)));
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, place) in places {
        match place {
            Some(at) => writer.raw_copy_file(other.by_index_raw(at)?)?,
            None => write(&mut writer, &files[&path])?,
        }
    }
    Ok(writer.finish()?.into_inner())
}

/// What a zip of ours holds; nothing for one that is empty.
pub(crate) fn files(packed: &[u8]) -> Result<BTreeMap<String, SourceFile>, ZipError> {
    let mut files = BTreeMap::new();
    if packed.is_empty() {
        return Ok(files);
    }
    let mut archive = ZipArchive::new(Cursor::new(packed))?;
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at)?;
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes)?;
        let path = entry.name()?.into_owned();
        let executable = entry.unix_mode().is_some_and(|mode| mode & 0o100 != 0);
        files.insert(path.clone(), SourceFile { executable, ..SourceFile::plain(path, bytes) });
    }
    Ok(files)
}

/// How many bytes a zip of ours unpacks to.
pub(crate) fn unpacked(packed: &[u8]) -> u64 {
    let Ok(mut archive) = ZipArchive::new(Cursor::new(packed)) else { return 0 };
    (0..archive.len()).filter_map(|at| Some(archive.by_index_raw(at).ok()?.size())).sum()
}

fn write(writer: &mut ZipWriter<Cursor<Vec<u8>>>, file: &SourceFile) -> Result<(), ZipError> {
    writer.start_file(file.path.as_str(), options(file))?;
    writer.write_all(&file.bytes)?;
    Ok(())
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
    use super::*;

    fn files() -> [SourceFile; 2] {
        let run = SourceFile { executable: true, ..SourceFile::plain("bin/run", *b"#!/bin/sh\n") };
        [SourceFile::plain("ä.py", b"x = 1\n".repeat(100)), run]
    }

    #[test]
    fn what_went_in_comes_out() {
        let mut archive = ZipArchive::new(Cursor::new(archive(&files()).unwrap())).unwrap();
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
    fn what_was_packed_before_is_taken_as_it_is() {
        let sorted: BTreeMap<String, SourceFile> = files().map(|file| (file.path.clone(), file)).into();
        let (first, last) = (&files()[..1], &files()[1..]);
        let one = BTreeMap::from([(first[0].path.clone(), first[0].clone())]);
        assert_eq!(joined(&one, &archive(last).unwrap()).unwrap(), archive(sorted.values()).unwrap());
        assert_eq!(unpacked(&archive(last).unwrap()), 10);
        let own = SourceFile::plain("ä.py", *b"mine");
        let both = joined(&BTreeMap::from([(own.path.clone(), own)]), &archive(first).unwrap()).unwrap();
        assert_eq!(unpacked(&both), 4);
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
        let checksum = crate::hash::hash(&[SourceFile::plain("zip", bytes)], None);
        assert_eq!(
            checksum, "bf45772028f218603ca9ff72f5a1c239d3194699eb2877853145e21cea187734",
            "another zip for the same files: was a library updated?"
        );
    }
}

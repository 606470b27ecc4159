//! Handlers that are executables: whether a file can be run where the function will be.

use elf::ElfBytes;
use elf::abi::{ET_DYN, ET_EXEC, PT_INTERP, STB_WEAK};
use elf::endian::AnyEndian;
use portolan_diagnostics::{Diagnostic, suggest};

use crate::dependencies::elf::{Binary, binary, name};
use crate::dependencies::platform::{glibc, version};
use crate::handler::at_handler;
use crate::{Language, Request, SourceFile};

/// The file of a handler that is run, or why it cannot be.
pub(crate) fn find<'a>(request: &'a Request, path: &str) -> Result<&'a SourceFile, Diagnostic> {
    let file = request.files.iter().find(|file| file.path == path).ok_or_else(|| missing(request, path))?;
    let why = match binary(&file.bytes) {
        Binary::Elf { machine, wide } => {
            let wanted = request.architecture.elf();
            if machine != wanted || !wide {
                return Err(other_machine(request, path, machine));
            }
            unfit(&file.bytes, c_library(request)).map_err(|newer| other_library(request, path, &newer))?
        }
        Binary::None => unlike(&file.bytes),
    };
    match why {
        Some((why, help)) => Err(not_run(request, path, why, help)),
        None => Ok(file),
    }
}

/// The C library of the runtime that starts it.
fn c_library(request: &Request) -> (u32, u32) {
    let language = request.language().unwrap_or(Language::Python);
    glibc(request.platform, language, version(&request.runtime))
}

type Why = (&'static str, &'static str);

const SHEBANG: &str = "a script begins with a line such as `#!/bin/sh`";
const STATIC: &str =
    "link it statically: `--target x86_64-unknown-linux-musl` in Rust, `CGO_ENABLED=0` in Go, `-static` in C";

/// Why a file that is no ELF file cannot be run on Linux.
fn unlike(bytes: &[u8]) -> Option<Why> {
    const LINUX: &str = "compile it for Linux: `cargo build --target x86_64-unknown-linux-musl`, `GOOS=linux go build`";
    let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let begins = |magic: &[u8]| bytes.starts_with(magic);
    match first.strip_prefix(b"#!").map(<[u8]>::trim_ascii_start) {
        Some(_) if first.ends_with(b"\r") => Some((
            "its first line ends in a carriage return, which becomes part of the program's name",
            "end lines with LF alone",
        )),
        Some(interpreter) if interpreter.starts_with(b"/") => None,
        Some(_) => Some(("its first line names no program by an absolute path", SHEBANG)),
        None if bytes.is_empty() => Some(("it is empty", SHEBANG)),
        // Mach-O, "mach-o/loader.h" and "mach-o/fat.h"
        None if begins(b"\xcf\xfa\xed\xfe") || begins(b"\xca\xfe\xba\xbe") => Some(("it is compiled for macOS", LINUX)),
        None if begins(b"MZ") => Some(("it is compiled for Windows", LINUX)),
        None => Some(("it is neither a script, which begins with `#!`, nor a binary of Linux", SHEBANG)),
    }
}

/// Why an ELF file of the right machine cannot be run. Fails with the version of glibc that it asks for beyond the given.
fn unfit(bytes: &[u8], here: (u32, u32)) -> Result<Option<Why>, (u32, u32)> {
    let Ok(file) = ElfBytes::<AnyEndian>::minimal_parse(bytes) else {
        return Ok(Some(("it is cut off", "build it again")));
    };
    if !matches!(file.ehdr.e_type, ET_EXEC | ET_DYN) || file.ehdr.e_entry == 0 {
        return Ok(Some(("it is a library or an object, and no program", "name the program that is linked from it")));
    }
    let Some(loader) = loader(&file) else { return Ok(None) };
    if loader.windows(7).any(|part| part == b"ld-musl") {
        return Ok(Some(("it is linked against musl, which no cloud has", STATIC)));
    }
    match asked(&file).filter(|asked| *asked > here) {
        Some(newer) => Err(newer),
        None => Ok(None),
    }
}

/// The program that loads a binary's libraries; nothing for one that is linked statically.
fn loader<'a>(file: &ElfBytes<'a, AnyEndian>) -> Option<&'a [u8]> {
    let segment = file.segments()?.iter().find(|segment| segment.p_type == PT_INTERP)?;
    file.segment_data(&segment).ok()
}

/// The newest version of glibc that a binary cannot do without.
fn asked(file: &ElfBytes<'_, AnyEndian>) -> Option<(u32, u32)> {
    let versions = file.symbol_version_table().ok()??;
    let (symbols, _) = file.dynamic_symbol_table().ok()??;
    let strong = symbols.iter().enumerate().filter(|(_, symbol)| symbol.st_bind() != STB_WEAK);
    let needed = strong.filter_map(|(at, _)| versions.get_requirement(at).ok()?);
    needed.filter_map(|needed| number(needed.name)).max()
}

/// `GLIBC_2.34`, or `GLIBC_2.2.5`, whose last part decides nothing.
fn number(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.strip_prefix("GLIBC_")?.split('.').map(str::parse);
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}

fn missing(request: &Request, path: &str) -> Diagnostic {
    let message = format!("the handler of `{}` has no file: none of its code is `{path}`", request.function);
    let close = suggest(path, request.files.iter().map(|file| file.path.as_str()));
    at_handler(request, Diagnostic::error("package/handler-missing", message))
        .help_if(close.map(|path| format!("did you mean `{path}`?")))
        .help("with `runtime: custom` a handler is an executable, relative to the function's `code`: build it before")
}

fn not_run(request: &Request, path: &str, why: &str, help: &str) -> Diagnostic {
    let message = format!("`{path}`, the handler of `{}`, cannot be run: {why}", request.function);
    at_handler(request, Diagnostic::error("package/handler-executable", message)).help(help)
}

fn other_machine(request: &Request, path: &str, machine: u16) -> Diagnostic {
    let message =
        format!("`{path}` is for {}, and the function runs on {}", name(machine), name(request.architecture.elf()));
    at_handler(request, Diagnostic::error("package/foreign-binary", message))
        .help("compile it for that, or set the function's `architecture`")
}

fn other_library(request: &Request, path: &str, (major, minor): &(u32, u32)) -> Diagnostic {
    let (own_major, own_minor) = c_library(request);
    let cloud = request.platform.word();
    let message = format!("`{path}` asks for glibc {major}.{minor}, and {cloud} has {own_major}.{own_minor}");
    at_handler(request, Diagnostic::error("package/foreign-binary", message))
        .help(STATIC)
        .help("or build it on a system that is as old")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Architecture, Deployment, Handler, Payload, Platform, pack};

    fn said(architecture: Architecture, path: &str, bytes: &[u8]) -> Vec<String> {
        let request = Request {
            deployment: Deployment::default(),
            function: "tag".to_owned(),
            runtime: "python3.13".to_owned(),
            architecture,
            handler: Some(Handler { file: "bin/tag".to_owned(), symbol: None }),
            application: None,
            payload: Payload::Neutral,
            files: vec![SourceFile::plain(path, bytes)],
            platform: Platform::Aws,
            triggers: Vec::new(),
            timeout_seconds: 30,
            place: None,
        };
        pack(&request).diagnostics.iter().map(|one| format!("{}: {}", one.id, one.message)).collect()
    }

    /// The header of a file for a machine, of a type.
    fn head(machine: u8, kind: u8) -> Vec<u8> {
        let mut bytes = vec![0; 64];
        bytes[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
        (bytes[16], bytes[18], bytes[20], bytes[24], bytes[52]) = (kind, machine, 1, 1, 64);
        bytes
    }

    #[test]
    fn scripts_and_static_binaries_run() {
        for script in ["#!/bin/sh\n", "#! /usr/bin/env python3", "#!/bin/sh"] {
            assert_eq!(said(Architecture::Arm64, "bin/tag", script.as_bytes()), [] as [&str; 0], "{script}");
        }
        assert_eq!(said(Architecture::X86, "bin/tag", &head(62, 2)), [] as [&str; 0]);
        assert_eq!(said(Architecture::Arm64, "bin/tag", &head(183, 3)), [] as [&str; 0]);
    }

    #[test]
    fn what_cannot_be_run_says_why() {
        let check = |bytes: &[u8], why: &str| {
            let message = format!("package/handler-executable: `bin/tag`, the handler of `tag`, cannot be run: {why}");
            assert_eq!(said(Architecture::X86, "bin/tag", bytes), [message]);
        };
        check(b"", "it is empty");
        check(b"echo hello\n", "it is neither a script, which begins with `#!`, nor a binary of Linux");
        check(b"#!/bin/sh\r\n", "its first line ends in a carriage return, which becomes part of the program's name");
        check(b"#!sh\n", "its first line names no program by an absolute path");
        check(b"\xcf\xfa\xed\xfe\x0c\0\0\x01", "it is compiled for macOS");
        check(b"MZ\x90\0", "it is compiled for Windows");
        check(&head(62, 1), "it is a library or an object, and no program");
        check(&head(62, 2)[..40], "it is cut off");
    }

    #[test]
    fn another_machine_is_named() {
        let message = "package/foreign-binary: `bin/tag` is for x86-64, and the function runs on arm64";
        assert_eq!(said(Architecture::Arm64, "bin/tag", &head(62, 2)), [message]);
        let missing = "package/handler-missing: the handler of `tag` has no file: none of its code is `bin/tag`";
        assert_eq!(said(Architecture::X86, "bin/tga", b"#!/bin/sh\n"), [missing]);
    }

    /// What runs this test is a binary of this machine: with a C library that is older than it asks for, it does not fit.
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[test]
    fn a_newer_c_library_is_found_in_a_real_binary() {
        let bytes = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let asked = asked(&ElfBytes::minimal_parse(&bytes).unwrap()).unwrap();
        assert_eq!((unfit(&bytes, asked), unfit(&bytes, (2, 5))), (Ok(None), Err(asked)));
        assert!(asked > (2, 5), "{asked:?}");
        assert_eq!((number("GLIBC_2.2.5"), number("GLIBC_PRIVATE"), number("GCC_3.0")), (Some((2, 2)), None, None));
    }
}

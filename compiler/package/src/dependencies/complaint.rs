//! What a tool complained of, in the words of whoever wrote the requirements, at the line that asks for the package.

use std::io;

use portolan_diagnostics::{Diagnostic, Span};

use super::declared::{Declared, Manifest};
use super::platform::Abi;
use super::requirements::normalized;
use super::tools::Tool;

/// What uv or pip said.
pub(super) fn python(declared: &Declared, abi: &Abi, said: &str) -> Diagnostic {
    let plain = plain(said);
    if plain.contains("lockfile") && plain.contains("needs to be updated") {
        return stale(declared, "uv.lock", "uv lock");
    }
    let cause = cause(&plain);
    let package = subject(&plain);
    let no_wheel = ["no usable wheels", "no wheels with a matching", "building from source is disabled"];
    // pip says the same of a package without any wheel as of one that does not exist.
    let no_wheel = no_wheel.iter().any(|words| plain.contains(words)) || plain.contains("(from versions: none)");
    if let (true, Some((name, version))) = (no_wheel, &package) {
        return self::no_wheel(declared, abi, name, version);
    }
    if unreachable(&plain) {
        return fetched(declared, &cause);
    }
    let place = package.as_ref().and_then(|(name, _)| declared.place(name));
    let message = match &package {
        Some((name, _)) if place.is_some() => format!("`{name}` cannot be installed for {}: {cause}", abi.name()),
        _ => format!("`{}` cannot be installed for {}: {cause}", name_of(declared), abi.name()),
    };
    requirement(declared, message, place.or_else(|| line_of(declared, &plain)))
}

/// What npm said.
pub(super) fn npm(declared: &Declared, said: &str) -> Diagnostic {
    let lines: Vec<&str> =
        said.lines().filter_map(|line| line.trim().strip_prefix("npm error")).map(str::trim).collect();
    let code = lines.iter().find_map(|line| line.strip_prefix("code ")).unwrap_or_default();
    if code == "EUSAGE" && said.contains("in sync") {
        let what = lines.iter().find(|line| line.starts_with("Invalid:") || line.starts_with("Missing:"));
        let lock = match &declared.manifest {
            Manifest::Node(node) => node.lock_name.clone(),
            _ => "package-lock.json".to_owned(),
        };
        let stale = stale(declared, &lock, "npm install --package-lock-only");
        return stale.help_if(what.map(|what| format!("npm says: {what}")));
    }
    let cause = cause_of(said, &lines);
    if matches!(code, "ECONNREFUSED" | "ENOTFOUND" | "ETIMEDOUT" | "EAI_AGAIN" | "ECONNRESET" | "ENOTCACHED") {
        return fetched(declared, &cause);
    }
    let name = cause.split([' ', '\'', '"', '`']).find_map(package_and_version).map(|(name, _)| name);
    let place = name.as_ref().and_then(|name| declared.place(name));
    let message = match name {
        Some(name) if place.is_some() => format!("`{name}` cannot be installed: {}", without_period(&cause)),
        _ => format!("`{}` cannot be installed: {}", name_of(declared), without_period(&cause)),
    };
    requirement(declared, message, place)
}

/// npm's code for what went wrong, and its cause in one line.
pub(super) fn npm_cause(said: &str) -> (String, String) {
    let lines: Vec<&str> =
        said.lines().filter_map(|line| line.trim().strip_prefix("npm error")).map(str::trim).collect();
    let code = lines.iter().find_map(|line| line.strip_prefix("code ")).unwrap_or_default();
    (code.to_owned(), without_period(&cause_of(said, &lines)).to_owned())
}

/// The line of npm's that says most.
fn cause_of(said: &str, lines: &[&str]) -> String {
    let prefix = |line: &str| {
        line.split_once(' ')
            .filter(|(word, _)| word.chars().all(char::is_alphanumeric))
            .map(|(_, rest)| rest.to_owned())
    };
    let spoken = lines.iter().filter(|line| !line.is_empty() && !line.starts_with("code "));
    let words: Vec<String> = spoken.map(|line| prefix(line).unwrap_or_else(|| (*line).to_owned())).collect();
    let telling = |words: &&String| words.contains("No matching version") || words.contains("could not be found");
    words.iter().find(telling).or(words.first()).cloned().unwrap_or_else(|| cause(said))
}

/// A package that has no wheel for the platform.
pub(super) fn no_wheel(declared: &Declared, abi: &Abi, name: &str, version: &str) -> Diagnostic {
    let shown = if version.is_empty() { name.to_owned() } else { format!("{name}=={version}") };
    let tag = abi.tags().into_iter().next().unwrap_or_default();
    let message = format!("`{shown}` has no wheel for {} (`{tag}` or older)", abi.name());
    let label = if declared.place(name).is_some() { "" } else { "asked for by what stands here" };
    let place = declared.place(name).or_else(|| start(declared));
    let source = "a package that is published as source only runs its own code when it is built; allow that with a line \
                  `--no-binary NAME`, if it is pure Python";
    at(Diagnostic::error("package/no-wheel", message), place, label)
        .help("choose a version that has one, or another runtime or `architecture`")
        .help(source.replace("NAME", name))
}

/// A package from a repository or a folder.
pub(super) fn no_file(declared: &Declared, name: &str) -> Diagnostic {
    let message = format!("`{name}` is taken from a repository or a folder, which no hash can pin");
    requirement(declared, message, declared.place(name)).help("build a wheel of it, and name that")
}

/// A lock that says something else than the manifest.
fn stale(declared: &Declared, lock: &str, cure: &str) -> Diagnostic {
    let message = format!("`{lock}` does not fit `{}`", name_of(declared));
    at(Diagnostic::error("package/lock", message), start(declared), "this asks for something else")
        .help(format!("bring it up to date with `{cure}`, and commit it"))
}

fn fetched(declared: &Declared, cause: &str) -> Diagnostic {
    let message = format!("the packages of `{}` cannot be fetched: {cause}", name_of(declared));
    at(Diagnostic::error("package/fetch", message), start(declared), "")
        .help("what was fetched once is taken from the cache; `--no-dependencies` packs without")
}

fn requirement(declared: &Declared, message: String, place: Option<Span>) -> Diagnostic {
    at(Diagnostic::error("package/requirement", message), place.or_else(|| start(declared)), "")
}

/// Neither uv nor pip, or no npm.
pub(super) fn no_tool(declared: &Declared) -> Diagnostic {
    let (what, help) = match declared.manifest {
        Manifest::Node(_) => ("npm", "install Node.js with npm 10 or newer"),
        _ => ("uv or pip", "install uv: `pip install uv`, or see docs.astral.sh/uv"),
    };
    let message = format!("`{}` asks for packages, and there is no {what} to install them", name_of(declared));
    at(Diagnostic::error("package/tool", message), start(declared), "")
        .help(help)
        .help("`--no-dependencies` packs without")
}

/// A tool that is too old to install for another machine.
pub(super) fn old_tool(declared: &Declared, tool: &Tool, least: &str) -> Diagnostic {
    let message = format!("{} is too old to install packages for another machine", tool.version);
    at(Diagnostic::error("package/tool", message), start(declared), "").help(format!("install {least} or newer"))
}

/// Something that uv can and pip cannot.
pub(super) fn needs_uv(declared: &Declared, what: &str) -> Diagnostic {
    let message = format!("`{}` needs uv, and there is only pip: only uv {what}", name_of(declared));
    at(Diagnostic::error("package/tool", message), start(declared), "")
        .help("install uv: `pip install uv`, or see docs.astral.sh/uv")
}

/// A folder for what is temporary that cannot be written.
pub(super) fn scratch(error: &io::Error) -> Diagnostic {
    Diagnostic::error("package/cache", format!("the cache of packages cannot be written: {error}"))
        .help("name another folder with `--cache DIR` or `PORTOLAN_CACHE`")
}

/// A tool whose answer has another form.
pub(super) fn unreadable(tool: &str, error: &str) -> Diagnostic {
    Diagnostic::error("package/tool", format!("what {tool} answered cannot be read: {error}"))
        .help("another version of it may answer as it is known here")
}

fn at(diagnostic: Diagnostic, place: Option<Span>, label: &str) -> Diagnostic {
    match place {
        Some(place) => diagnostic.at(place, label),
        None => diagnostic,
    }
}

/// The beginning of the file that asks.
pub(super) fn start(declared: &Declared) -> Option<Span> {
    declared.main().source.as_ref().map(|source| source.span(0..0))
}

pub(super) fn name_of(declared: &Declared) -> String {
    declared.main().path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// uv's explanation, pip's last error, else the first line that says something. One line, without its period.
fn cause(said: &str) -> String {
    let mut lines = said.lines().map(str::trim).skip_while(|line| !line.starts_with("cause: Because"));
    if let Some(first) = lines.next() {
        let rest = lines.take_while(|line| !line.is_empty() && !line.starts_with("hint:"));
        let whole: Vec<&str> = [first.trim_start_matches("cause: ")].into_iter().chain(rest).collect();
        let whole = whole.join(" ");
        let whole = whole.strip_suffix(", we can conclude that your requirements are unsatisfiable.").unwrap_or(&whole);
        return lower(whole);
    }
    let said_first = said.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("it said nothing");
    let first = said_first.trim_start_matches("error: ").trim_start_matches("ERROR: ");
    let because = said.lines().map(str::trim).find_map(|line| line.strip_prefix("cause: "));
    match because {
        Some(because) => format!("{}: {}", lower(without_period(first)), lower(without_period(because))),
        None => lower(without_period(first)),
    }
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if first.is_uppercase() && !second.is_uppercase() => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => text.to_owned(),
    }
}

fn without_period(text: &str) -> &str {
    text.trim_end_matches('.')
}

/// The package that a complaint is about, and its version.
fn subject(said: &str) -> Option<(String, String)> {
    for lead in ["Because only ", "Because ", "satisfies the requirement ", "found for ", "requirement "] {
        if let Some((_, rest)) = said.split_once(lead) {
            let word = rest.split([' ', ',', '\n']).next().unwrap_or_default();
            let end = word.find(|letter: char| !letter.is_ascii_alphanumeric() && !"-_.".contains(letter));
            let name = &word[..end.unwrap_or(word.len())];
            let version = word[name.len()..].strip_prefix("==").unwrap_or_default();
            if !name.is_empty() && !name.contains(".txt") {
                return Some((normalized(name), version.to_owned()));
            }
        }
    }
    None
}

/// `@scope/name@1.0.0` as a name and a version.
fn package_and_version(word: &str) -> Option<(String, String)> {
    let (name, version) = word.trim_end_matches(['.', ',']).rsplit_once('@').filter(|(name, _)| !name.is_empty())?;
    Some((name.to_owned(), version.to_owned()))
}

/// The place that uv names by itself: a position in the file, or `requirements.txt:2:1`.
fn line_of(declared: &Declared, said: &str) -> Option<Span> {
    let source = declared.main().source.as_ref()?;
    let name = name_of(declared);
    if let Some((_, rest)) = said.split_once(" at position ") {
        let at: usize = rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse().ok()?;
        let end = source.text()[at.min(source.text().len())..].find('\n').map_or(source.text().len(), |end| at + end);
        return Some(source.span(at..end));
    }
    let (_, rest) = said.split_once(&format!("{name}:"))?;
    let line: u32 = rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse().ok()?;
    Some(source.line(line))
}

fn unreachable(said: &str) -> bool {
    let signs = [
        "Failed to fetch",
        "error sending request",
        "Connection refused",
        "NewConnectionError",
        "Name or service not known",
    ];
    signs.iter().any(|sign| said.contains(sign))
}

/// Without colours, and without credentials in addresses.
fn plain(said: &str) -> String {
    let mut plain = String::with_capacity(said.len());
    for word in said.split_inclusive([' ', '\n', '`', '\'']) {
        match word.split_once("://").and_then(|(scheme, rest)| Some((scheme, rest.split_once('@')?))) {
            Some((scheme, (user, host))) if !user.contains('/') => {
                plain.push_str(&format!("{scheme}://{host}"));
            }
            _ => plain.push_str(word),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_is_one_line() {
        let uv = "error: No solution found when resolving dependencies\n  cause: Because requests==2.31.0 depends on urllib3>=1.21.1,<3 and you require requests==2.31.0, we can conclude that you require urllib3>=1.21.1,<3.\n         And because you require urllib3==1.20, we can conclude that your requirements are unsatisfiable.\n";
        assert_eq!(
            cause(uv),
            "because requests==2.31.0 depends on urllib3>=1.21.1,<3 and you require requests==2.31.0, we can conclude that you require urllib3>=1.21.1,<3. And because you require urllib3==1.20"
        );
        assert_eq!(subject(uv), Some(("requests".to_owned(), "2.31.0".to_owned())));
        let pip = "ERROR: Could not find a version that satisfies the requirement numpy>=99 (from versions: 2.1.0)\nERROR: No matching distribution found for numpy>=99\n";
        assert_eq!(
            cause(pip),
            "could not find a version that satisfies the requirement numpy>=99 (from versions: 2.1.0)"
        );
        assert_eq!(subject(pip), Some(("numpy".to_owned(), String::new())));
        let only = "  cause: Because only numpy<=2.5.5 is available and you require numpy>=99, we can conclude that your requirements are unsatisfiable.";
        assert_eq!(cause(only), "because only numpy<=2.5.5 is available and you require numpy>=99");
        assert_eq!(subject(only), Some(("numpy".to_owned(), String::new())));
        let position = "error: Couldn't parse requirement in `r.txt` at position 0\n  cause: Unexpected end of version specifier, expected version\n";
        assert_eq!(
            cause(position),
            "couldn't parse requirement in `r.txt` at position 0: unexpected end of version specifier, expected version"
        );
    }

    #[test]
    fn addresses_lose_their_credentials() {
        assert_eq!(plain("Failed: `https://me:secret@example.com/simple`"), "Failed: `https://example.com/simple`");
        assert_eq!(plain("at https://example.com/a@1"), "at https://example.com/a@1");
    }

    #[test]
    fn npm_names_a_package_with_its_version() {
        assert_eq!(
            package_and_version("@azure/identity@4.0.0."),
            Some(("@azure/identity".to_owned(), "4.0.0".to_owned()))
        );
        assert_eq!(package_and_version("@azure/identity"), None);
        assert_eq!(package_and_version("ms@99.0.0"), Some(("ms".to_owned(), "99.0.0".to_owned())));
    }
}

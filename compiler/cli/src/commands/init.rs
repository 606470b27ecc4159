//! `portolan init`: a new app, made of one of the examples.

mod template;

use crate::arguments::Init;
use crate::{Exit, talk};
use portolan_syntax::{MAX_APP, is_name, kebab};
use std::path::{Path, PathBuf};
use std::{fs, io};
use template::Template;

/// Makes an app, or lists what it can be made of.
pub fn run(init: &Init) -> Exit {
    if init.template == "list" {
        talk::data(&list());
        return Exit::Success;
    }
    match make(init) {
        Ok(made) => {
            talk::data(&made);
            Exit::Success
        }
        Err(wrong) => {
            talk::say(&format!("error: {}", wrong.message));
            talk::say(&format!("help: {}", wrong.help));
            Exit::Invalid
        }
    }
}

/// What is wrong, and the way out.
#[derive(Debug)]
struct Wrong {
    message: String,
    help: String,
}

fn make(init: &Init) -> Result<String, Wrong> {
    let template = template::find(&init.template).ok_or_else(|| unknown_template(&init.template))?;
    let name = init.name.as_deref().unwrap_or(template.name);
    check_name(name)?;
    let folder = Path::new(name);
    // A link that leads nowhere is something too.
    if folder.symlink_metadata().is_ok() {
        let message = format!("`{name}` exists already, and nothing is overwritten");
        return Err(Wrong { message, help: "choose another name, or remove what is there".to_owned() });
    }
    let files = template.files(name);
    write(folder, &files).map_err(|error| unwritable(name, &error))?;
    Ok(made(name, &files))
}

fn check_name(name: &str) -> Result<(), Wrong> {
    let length = name.chars().count();
    if is_name(name) && length <= MAX_APP {
        return Ok(());
    }
    let shown: String = name.escape_debug().collect();
    let message = match is_name(name) {
        true => format!("`{shown}` is too long to name an app: it has {length} characters, {MAX_APP} is the most"),
        false => {
            format!("`{shown}` cannot name an app: a name is lower-case words, digits too, joined by single hyphens")
        }
    };
    let better = kebab(name, MAX_APP);
    let help = if better.is_empty() { "begin with a letter: `my-app`".to_owned() } else { format!("write `{better}`") };
    Err(Wrong { message, help })
}

fn unknown_template(name: &str) -> Wrong {
    let shown: String = name.escape_debug().collect();
    let names: Vec<&str> = template::all().iter().map(|template| template.name).collect();
    let close =
        portolan_diagnostics::suggest(name, names.iter().copied()).map(|close| format!("did you mean `{close}`?"));
    let help = close.unwrap_or_else(|| format!("the templates are `{}`", names.join("`, `")));
    Wrong { message: format!("there is no template `{shown}`"), help }
}

fn unwritable(name: &str, error: &io::Error) -> Wrong {
    let message = format!("`{name}` cannot be written: {error}");
    Wrong { message, help: "run it in a folder that you may write to".to_owned() }
}

/// Writes all files or none: beside their place under a temporary name, which becomes the folder at the end.
fn write(folder: &Path, files: &[(String, Vec<u8>)]) -> io::Result<()> {
    let staging = PathBuf::from(format!(".{}-{}", folder.display(), std::process::id()));
    let written = stage(&staging, files).and_then(|()| fs::rename(&staging, folder));
    if written.is_err() && staging.exists() {
        // The first error is the one to tell.
        let _ = fs::remove_dir_all(&staging);
    }
    written
}

fn stage(staging: &Path, files: &[(String, Vec<u8>)]) -> io::Result<()> {
    for (path, bytes) in files {
        let path = staging.join(path);
        fs::create_dir_all(path.parent().unwrap_or(staging))?;
        fs::write(path, bytes)?;
    }
    Ok(())
}

fn made(name: &str, files: &[(String, Vec<u8>)]) -> String {
    let paths: String = files.iter().map(|(path, _)| format!("  {name}/{path}\n")).collect();
    format!("made {name}\n{paths}\nnext: portolan build {name} --target all\n")
}

/// The templates and what each shows.
fn list() -> String {
    let templates = template::all();
    let width = templates.iter().map(|template| template.name.len()).max().unwrap_or_default();
    let line = |template: &Template| format!("{:width$}  {}\n", template.name, template.about());
    templates.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_names_are_refused_with_a_better_one() {
        let help = |name: &str| check_name(name).map_err(|wrong| wrong.help).err();
        assert_eq!(help("my-app"), None);
        assert_eq!(help("MyApp_2").as_deref(), Some("write `my-app-2`"));
        assert_eq!(help("../up").as_deref(), Some("write `up`"));
        assert_eq!(help("").as_deref(), Some("begin with a letter: `my-app`"));
        assert_eq!(help("."), help(""));
        assert_eq!(help(&"a".repeat(41)), Some(format!("write `{}`", "a".repeat(40))));
    }
}

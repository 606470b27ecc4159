//! Policies as code: rules of OPA's language that are asked about the review.
//!
//! A rule `deny` or `warn` of any package is a set of messages, or of objects with a `msg`. Both spellings of the language
//! are read: `deny contains msg if { … }`, and the older `deny[msg] { … }`.

use super::document::Verdict;
use portolan_diagnostics::{Diagnostic, Source, Sources};
use regorus::Engine;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// The rules that are asked for, and whether what they find stands in the way.
const RULES: [(&str, bool); 2] = [("deny", true), ("warn", false)];

/// Policies that were read.
pub(in crate::commands) struct Policies {
    engine: Engine,
    /// The files of each package.
    packages: BTreeMap<String, Vec<String>>,
    files: BTreeMap<String, Source>,
}

impl Policies {
    /// Reads files, and folders of them.
    pub fn read(paths: &[PathBuf], sources: &mut Sources) -> Result<Self, Vec<Diagnostic>> {
        let mut files = Vec::new();
        let mut wrong = Vec::new();
        for path in paths {
            if let Err(error) = list(path, true, &mut files) {
                wrong
                    .push(Diagnostic::error("cli/unreadable", format!("`{}` cannot be read: {error}", path.display())));
            }
        }
        let mut policies = Self { engine: Engine::new(), packages: BTreeMap::new(), files: BTreeMap::new() };
        for path in files {
            match fs::read_to_string(&path) {
                Ok(text) => wrong.extend(policies.add(&path, text, sources)),
                Err(error) => wrong
                    .push(Diagnostic::error("cli/unreadable", format!("`{}` cannot be read: {error}", path.display()))),
            }
        }
        if wrong.is_empty() { Ok(policies) } else { Err(wrong) }
    }

    fn add(&mut self, path: &Path, text: String, sources: &mut Sources) -> Option<Diagnostic> {
        let name = path.display().to_string();
        self.files.insert(name.clone(), sources.add(name.clone(), text.clone()));
        self.engine.set_rego_v0(false);
        let added = self.engine.add_policy(name.clone(), text.clone()).or_else(|error| {
            // Only what is written in the older spelling lacks a keyword.
            if !error.to_string().contains("keyword is required") {
                return Err(error);
            }
            self.engine.set_rego_v0(true);
            self.engine.add_policy(name.clone(), text)
        });
        match added {
            Ok(package) => {
                self.packages.entry(package).or_default().push(name);
                None
            }
            Err(error) => Some(self.wrong(&error.to_string())),
        }
    }

    /// What they say to a review, or to a plan.
    pub fn judge(&mut self, document: &impl Serialize) -> Result<Vec<Verdict>, Box<Diagnostic>> {
        let input = serde_json::to_string(document).unwrap_or_default();
        self.engine.set_input_json(&input).map_err(|error| self.wrong(&error.to_string()))?;
        let mut verdicts = Vec::new();
        let mut rules = 0;
        for (package, files) in self.packages.clone() {
            for (rule, denied) in RULES {
                match self.engine.eval_rule(format!("{package}.{rule}")) {
                    Ok(value) => {
                        rules += 1;
                        let value = serde_json::to_value(&value).unwrap_or_default();
                        let by = files.join(", ");
                        verdicts.extend(messages(&value).into_iter().map(|message| Verdict {
                            denied,
                            by: by.clone(),
                            message,
                            place: None,
                        }));
                    }
                    Err(error) if error.to_string() == "not a valid rule path" => {}
                    Err(error) => return Err(self.wrong(&error.to_string()).into()),
                }
            }
        }
        match rules {
            0 => Err(Diagnostic::error("cli/no-rule", "no policy has a rule `deny` or `warn`")
                .help("write `deny contains message if { … }`; what it finds stops the review")
                .into()),
            _ => Ok(verdicts),
        }
    }

    /// A complaint of the engine, at the place it names: `--> file:line:column`, and below it `error: what`.
    fn wrong(&self, complaint: &str) -> Diagnostic {
        let what = complaint.lines().find_map(|line| line.trim().strip_prefix("error: "));
        let what = what.unwrap_or_else(|| complaint.trim().lines().next().unwrap_or_default());
        let place = complaint.lines().find_map(|line| line.trim().strip_prefix("--> "));
        let place = place.and_then(|place| {
            let mut parts = place.rsplitn(3, ':');
            let column: usize = parts.next()?.parse().ok()?;
            let line: u32 = parts.next()?.parse().ok()?;
            let source = self.files.get(parts.next()?)?;
            let whole = source.line(line);
            let before: usize = source.slice(whole).chars().take(column.saturating_sub(1)).map(char::len_utf8).sum();
            Some(source.span(whole.start as usize + before..whole.end as usize))
        });
        let diagnostic = Diagnostic::error("cli/policy", format!("a policy is not understood: {what}"));
        match place {
            Some(span) => diagnostic.at(span, "here"),
            None => diagnostic,
        }
    }
}

/// The messages of a rule's value.
fn messages(value: &Value) -> Vec<String> {
    match value {
        Value::Array(all) => all.iter().flat_map(messages).collect(),
        Value::String(message) => vec![message.clone()],
        Value::Object(object) => match object.get("msg") {
            Some(Value::String(message)) => vec![message.clone()],
            _ => vec![value.to_string()],
        },
        Value::Bool(true) => vec!["it holds".to_owned()],
        Value::Bool(false) | Value::Null => Vec::new(),
        Value::Number(_) => vec![value.to_string()],
    }
}

/// A file as it is; of a folder, what ends in `.rego`, in order, without its tests.
fn list(path: &Path, asked: bool, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !path.is_dir() {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if asked || (name.ends_with(".rego") && !name.ends_with("_test.rego")) {
            files.push(path.to_path_buf());
        }
        return Ok(());
    }
    let mut entries: Vec<PathBuf> = fs::read_dir(path)?.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    entries.iter().try_for_each(|entry| list(entry, false, files))
}

//! What the code of a spec's functions does: read once for all targets, each handler once.

use crate::code::{FRONTS, Folder};
use portolan_access::{Calls, Named, Need, Seen, Site};
use portolan_diagnostics::{Source, Sources};
use portolan_evidence::{Call, Evidence, Handler, Program, observe};
use portolan_model::{Function, Model};
use portolan_program::{Files, Span};
use portolan_sdk::{Needed, Piece, Provider, Template, needed};
use portolan_value as value;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Mutex;
use std::thread;

/// What was seen in the code below a folder.
pub struct Observed {
    folder: Option<Folder>,
    handlers: BTreeMap<(String, String), Option<Evidence>>,
}

impl Observed {
    /// Follows the handlers of all functions of all models. Code that cannot be read is code that was not understood:
    /// packing says what is wrong with it.
    #[must_use]
    pub fn read(models: &[Model], folder: &Path) -> Self {
        let root = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let Ok(folder) = Folder::read(root, "") else { return Self { folder: None, handlers: BTreeMap::new() } };
        let functions = models.iter().flat_map(|model| &model.functions);
        let handlers: BTreeMap<(String, String), Option<Evidence>> =
            functions.filter_map(|function| Some((located(function, &folder)?, None))).collect();
        let handlers = followed(&folder, handlers.into_keys().collect());
        Self { folder: Some(folder), handlers }
    }

    /// What was seen, for one model. The files that it points into become sources.
    #[must_use]
    pub fn calls(&self, model: &Model, sources: &mut Sources) -> Calls {
        let mut calls = Calls::default();
        let mut texts = Texts { folder: self.folder.as_ref(), sources, known: HashMap::new() };
        let provider = provider(model.target.format.provider());
        for (id, function) in model.function_ids() {
            calls.add(id, self.seen(function, provider, &mut texts));
        }
        calls
    }

    fn seen(&self, function: &Function, provider: Provider, texts: &mut Texts<'_>) -> Seen {
        let handler = self.folder.as_ref().and_then(|folder| located(function, folder));
        let evidence = handler.as_ref().and_then(|handler| self.handlers.get(handler)).and_then(Option::as_ref);
        let Some(evidence) = evidence else {
            let text = "the handler was not found, or is not written in a language that can be followed".to_owned();
            let gap = Site { span: function.handler.span, text };
            return Seen { gaps: vec![gap], ..Seen::default() };
        };
        let mut seen = Seen::default();
        for call in &evidence.calls {
            add(call, provider, texts, &mut seen);
        }
        for gap in &evidence.unresolved {
            seen.gaps.extend(texts.site(&gap.place.file, gap.span, gap.why.clone()));
        }
        seen
    }
}

/// The file and symbol of a function's handler, in the folder of the spec.
fn located(function: &Function, folder: &Folder) -> Option<(String, String)> {
    let handler = &function.handler.value;
    let below = function.code.iter().map(|code| code.value.trim_start_matches("./").trim_end_matches('/'));
    let stems: Vec<String> = below
        .map(
            |code| {
                if code.is_empty() || code == "." { handler.file.clone() } else { format!("{code}/{}", handler.file) }
            },
        )
        .chain([handler.file.clone()])
        .collect();
    let file = stems.iter().find_map(|stem| with_ending(stem, folder))?;
    Some((file, handler.symbol.clone()))
}

/// The file of this name without its ending that a language reads.
fn with_ending(stem: &str, folder: &Folder) -> Option<String> {
    let stem = stem.trim_start_matches("./");
    let from = folder.paths().partition_point(|path| path.as_str() < stem);
    let near = folder.paths()[from..].iter().take_while(|path| path.starts_with(stem));
    let mut fitting = near.filter(|path| path.rsplit_once('.').is_some_and(|(start, _)| start == stem));
    fitting.find(|path| FRONTS.iter().any(|front| front.front.reads(path))).cloned()
}

/// Follows handlers, on as many cores as there are.
fn followed(folder: &Folder, handlers: Vec<(String, String)>) -> BTreeMap<(String, String), Option<Evidence>> {
    let program = Program::new(folder, FRONTS);
    let cores = thread::available_parallelism().map_or(1, usize::from).min(handlers.len().max(1));
    let waiting = Mutex::new(handlers.into_iter());
    let next = || waiting.lock().ok().and_then(|mut waiting| waiting.next());
    let follow = || {
        let mut done = Vec::new();
        while let Some((file, symbol)) = next() {
            let evidence = observe(&program, &Handler { file: file.clone(), symbol: Some(symbol.clone()) }).ok();
            done.push(((file, symbol), evidence));
        }
        done
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(follow)).collect();
        workers.into_iter().filter_map(|worker| worker.join().ok()).flatten().collect()
    })
}

/// What a call needs here, or that it is another cloud's.
fn add(call: &Call, provider: Provider, texts: &mut Texts<'_>, seen: &mut Seen) {
    let file = &call.place.file;
    if call.operation.provider != provider {
        seen.elsewhere.extend(texts.site(file, call.span, call.expression.clone()));
        return;
    }
    match needed(&call.operation) {
        Needed::Permissions(permissions) => {
            for permission in permissions {
                let Some(site) = texts.site(file, call.span, by(call)) else { continue };
                let on = named(permission.resource.name.as_ref());
                seen.needs.push(Need { permission: permission.permission.to_string(), on, site });
            }
        }
        Needed::Unknown(why) => seen.gaps.extend(texts.site(file, call.span, why)),
    }
}

/// `handle → save: table.put_item(…)`: the functions on the way, and the call.
fn by(call: &Call) -> String {
    let names: Vec<&str> = call.chain.iter().map(|step| step.function.as_str()).collect();
    format!("{}: {}", names.join(" → "), shortened(&call.expression))
}

fn shortened(expression: &str) -> String {
    match expression.char_indices().nth(48) {
        Some((cut, _)) => format!("{}…", &expression[..cut]),
        None => expression.to_owned(),
    }
}

fn named(name: Option<&Template>) -> Named {
    let Some(name) = name else { return Named::Unknown };
    match (name.literal(), name.0.as_slice()) {
        (Some(text), _) => Named::Literal(text.to_owned()),
        (None, pieces) => {
            let variable = pieces.iter().find_map(|piece| match piece {
                Piece::Environment(name) => Some(name.to_string()),
                _ => None,
            });
            variable.map_or(Named::Unknown, Named::Variable)
        }
    }
}

fn provider(provider: value::Provider) -> Provider {
    match provider {
        value::Provider::Aws => Provider::Aws,
        value::Provider::Gcp => Provider::Gcp,
        value::Provider::Azure => Provider::Azure,
    }
}

/// The code's files as sources that diagnostics can point into.
struct Texts<'a> {
    folder: Option<&'a Folder>,
    sources: &'a mut Sources,
    known: HashMap<String, Source>,
}

impl Texts<'_> {
    fn site(&mut self, file: &str, span: Span, text: String) -> Option<Site> {
        if !self.known.contains_key(file) {
            let source = self.sources.add(file, self.folder?.text(file)?);
            self.known.insert(file.to_owned(), source);
        }
        let span = self.known.get(file)?.span(span.start as usize..span.end as usize);
        Some(Site { span, text })
    }
}

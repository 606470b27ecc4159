//! What the code of a spec's functions does: read once for all targets, each handler once.

use crate::code::{FRONTS, Folder};
use portolan_access::{ByHand, Calls, Gap, Meant, Named, Need, Part, Seen, Site, meant};
use portolan_diagnostics::{Source, Sources};
use portolan_evidence::{Call, Evidence, Handler, Program, observe};
use portolan_model::{Function, Model, Pattern};
use portolan_program::{Files, Span};
use portolan_sdk::{Needed, Permission, Piece, Provider, Template, aws, beginnings, needed_on};
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
        let texts = Texts { folder: self.folder.as_ref(), sources, known: HashMap::new() };
        let mut reading = Reading { provider: provider(model.target.format.provider()), texts };
        for (id, function) in model.function_ids() {
            calls.add(id, self.seen(model, function, &mut reading));
        }
        calls
    }

    fn seen(&self, model: &Model, function: &Function, reading: &mut Reading<'_>) -> Seen {
        let handler = self.folder.as_ref().and_then(|folder| located(function, folder));
        let evidence = handler.as_ref().and_then(|handler| self.handlers.get(handler)).and_then(Option::as_ref);
        let Some(evidence) = evidence else {
            let text = match function.runtime.value.is_custom() {
                true => "the handler is an executable, and what it does is not read",
                false => "the handler was not found, or is not written in a language that can be followed",
            };
            let text = text.to_owned();
            let site = Site { span: function.handler.span, text };
            return Seen { gaps: vec![Gap { site, begins: Vec::new() }], ..Seen::default() };
        };
        let mut seen = Seen::default();
        for call in &evidence.calls {
            reading.add(call, model, function, &mut seen);
        }
        for gap in &evidence.unresolved {
            let site = reading.texts.site(&gap.place.file, gap.span, gap.why.clone());
            let begins = beginnings(&gap.of);
            seen.gaps.extend(site.map(|site| Gap { site, begins }));
        }
        seen
    }
}

/// The file and symbol of a function's handler, in the folder of the spec.
fn located(function: &Function, folder: &Folder) -> Option<(String, String)> {
    let handler = &function.handler.value;
    let symbol = handler.symbol.as_ref()?.to_string();
    let below = function.code.iter().map(|code| code.value.trim_start_matches("./").trim_end_matches('/'));
    let stem = |code: &str| match code {
        "" | "." => handler.file.to_string(),
        code => format!("{code}/{}", handler.file),
    };
    let stems: Vec<String> = below.map(stem).chain([handler.file.to_string()]).collect();
    let file = stems.iter().find_map(|stem| with_ending(stem, folder))?;
    Some((file, symbol))
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

/// Variables that a cloud sets and the others do not: code that reads one asks where it runs.
const PLACES: [&str; 7] = [
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_EXECUTION_ENV",
    "K_SERVICE",
    "FUNCTION_TARGET",
    "GOOGLE_CLOUD_PROJECT",
    "WEBSITE_SITE_NAME",
    "FUNCTIONS_WORKER_RUNTIME",
];

/// Evidence in the words of the cloud that is compiled for.
struct Reading<'a> {
    provider: Provider,
    texts: Texts<'a>,
}

impl Reading<'_> {
    /// What a call needs here, or that it is another cloud's.
    fn add(&mut self, call: &Call, model: &Model, function: &Function, seen: &mut Seen) {
        let file = &call.place.file;
        let provider = call.operation.provider;
        if provider != self.provider && provider != Provider::Neutral {
            let files = call.chain.iter().map(|step| &step.place.file).chain([file]);
            seen.chooses |= files.into_iter().any(|file| self.texts.asks_where(file));
            seen.elsewhere.extend(self.texts.site(file, call.span, call.expression.clone()));
            return;
        }
        match needed_on(&call.operation, self.provider) {
            Needed::Permissions(permissions) => {
                for permission in permissions {
                    let Some(site) = self.texts.site(file, call.span, by(call)) else { continue };
                    let need = need(&permission, function, site);
                    seen.needs.push(if provider == Provider::Neutral {
                        of_the_spec(need, model, function)
                    } else {
                        need
                    });
                }
            }
            Needed::Unknown(why) => {
                let site = self.texts.site(file, call.span, why);
                seen.gaps.extend(site.map(|site| Gap { site, begins: beginnings(&[call.operation.api()]) }));
            }
        }
    }
}

fn need(permission: &Permission, function: &Function, site: Site) -> Need {
    Need {
        permission: permission.permission.to_string(),
        on: named(permission.resource.name.as_ref()),
        part: part(permission, function),
        by_hand: by_hand(permission),
        site,
    }
}

/// What the neutral client needs: its names are the spec's, so one that the spec has not is something else for sure.
fn of_the_spec(need: Need, model: &Model, function: &Function) -> Need {
    match &need.on {
        Named::Variable(name) if meant(model, function, &need.on) == Meant::Unknown => {
            Need { on: Named::Literal(name.clone()), ..need }
        }
        _ => need,
    }
}

/// What of the resource a permission is about, as far as the code says its key.
fn part(permission: &Permission, function: &Function) -> Part {
    let inside = matches!(permission.resource.kind.as_str(), "object" | "blob" | "index");
    match &permission.resource.part {
        Some(key) => Part::Inside(key_of(key, function)),
        // Of what else it is about, the name is not known either.
        None if inside => Part::Inside(Pattern::Prefix(String::new())),
        None => Part::Whole,
    }
}

/// A key, or what it begins with: up to the first part that is not known, and to the first letter that means something in
/// the pattern languages of the clouds. A key that begins with a slash is spelled in several ways, and tells nothing.
fn key_of(key: &Template, function: &Function) -> Pattern {
    let mut text = String::new();
    for piece in &key.0 {
        let known = match piece {
            Piece::Literal(literal) => Some(literal.to_string()),
            Piece::Environment(name) => set_to(function, name),
            Piece::Hole => None,
        };
        let Some(known) = known else { return prefix(text) };
        match known.find(|letter: char| letter.is_control() || "*?$\\\"'{}".contains(letter)) {
            Some(at) => {
                text.push_str(&known[..at]);
                return prefix(text);
            }
            None => text.push_str(&known),
        }
    }
    match text.is_empty() || text.starts_with('/') {
        true => prefix(text),
        false => Pattern::Key(text),
    }
}

fn prefix(text: String) -> Pattern {
    Pattern::Prefix(if text.starts_with('/') { String::new() } else { text })
}

/// The text that the spec sets a variable to.
fn set_to(function: &Function, name: &str) -> Option<String> {
    let (_, text) = function.environment.iter().find(|(variable, _)| variable.value == name)?;
    text.literal().map(str::to_owned)
}

/// A permission in the words of `allow`.
fn by_hand(permission: &Permission) -> ByHand {
    let action = permission.permission.as_str();
    match (action.contains(':'), action.starts_with("Microsoft.")) {
        (true, _) => ByHand { action: action.to_owned(), resource: aws::arn(permission) },
        (false, true) => ByHand { action: on_azure(action), resource: "*".to_owned() },
        (false, false) => ByHand { action: action.to_owned(), resource: "*".to_owned() },
    }
}

/// Azure keeps operations on data in a list of their own (Azure documentation, "Control and data actions").
fn on_azure(action: &str) -> String {
    const DATA: [&str; 9] = [
        "/blobs/",
        "/messages/",
        "/entities/",
        "/files/",
        "/events/",
        "/keyValues/",
        "/secrets/",
        "/keys/",
        "Microsoft.CognitiveServices/",
    ];
    match DATA.iter().any(|word| action.contains(word)) {
        true => format!("data:{action}"),
        false => action.to_owned(),
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
    /// Whether a file reads a variable that tells the cloud it runs on.
    fn asks_where(&self, file: &str) -> bool {
        let text = self.folder.and_then(|folder| folder.text(file)).unwrap_or_default();
        PLACES.iter().any(|place| text.contains(place))
    }

    fn site(&mut self, file: &str, span: Span, text: String) -> Option<Site> {
        if !self.known.contains_key(file) {
            let source = self.sources.add(file, self.folder?.text(file)?);
            self.known.insert(file.to_owned(), source);
        }
        let span = self.known.get(file)?.span(span.start as usize..span.end as usize);
        Some(Site { span, text })
    }
}

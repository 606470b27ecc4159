//! From models to what their functions depend on: installed, expected, or left out.

use crate::arguments::Installing;
use crate::talk;
use indicatif::{ProgressBar, ProgressStyle};
use portolan_diagnostics::{Diagnostic, Sources};
use portolan_model::{Architecture, Bundle, Function, Model};
use portolan_package::{self as package, Asked, Cache, Dependencies, Machine, Tools};
use portolan_value::Provider;
use std::collections::HashMap;
use std::env;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// What is done about packages.
#[derive(Clone, Debug)]
pub enum Mode {
    /// They are installed.
    Install(Cache),
    /// They are named as a build would name them, and nothing is installed.
    Expect(Option<Cache>),
    /// They are left out.
    Leave,
    /// They are left out since whoever runs the function has them.
    Own,
}

impl Mode {
    /// What a command line asks for.
    #[must_use]
    pub fn of(asked: &Installing) -> Self {
        if asked.no_dependencies {
            return Self::Leave;
        }
        let beside = || env::temp_dir().join("portolan-cache");
        Self::Install(Cache::new(asked.cache.clone().or_else(cache_folder).unwrap_or_else(beside)))
    }

    /// What a plan does: it looks, and touches nothing.
    #[must_use]
    pub fn expected() -> Self {
        Self::Expect(cache_folder().map(Cache::new))
    }
}

/// `PORTOLAN_CACHE`, else the user's folder of caches (XDG Base Directory Specification; Windows has its own).
#[must_use]
pub fn cache_folder() -> Option<PathBuf> {
    let folder = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    folder("PORTOLAN_CACHE").or_else(|| {
        let caches = folder("XDG_CACHE_HOME").filter(|path| path.is_absolute());
        let caches = caches.or_else(|| folder("LOCALAPPDATA")).or_else(|| Some(folder("HOME")?.join(".cache")));
        Some(caches?.join("portolan"))
    })
}

/// What bundles code on this machine.
#[derive(Debug)]
pub struct Bundling {
    tools: Tools,
    cache: Cache,
}

impl Bundling {
    /// It, where packages are installed: without them nothing can be bundled.
    #[must_use]
    pub fn of(mode: &Mode) -> Option<Self> {
        match mode {
            Mode::Install(cache) => Some(Self { tools: tools(), cache: cache.clone() }),
            Mode::Expect(_) | Mode::Leave | Mode::Own => None,
        }
    }

    /// What is done with it.
    #[must_use]
    pub fn bundler(&self) -> package::Bundler<'_> {
        package::Bundler { tools: &self.tools, cache: &self.cache }
    }
}

fn tools() -> Tools {
    Tools::new(env::var_os("PATH").unwrap_or_default())
}

/// What functions depend on: target, region and function.
#[derive(Debug, Default)]
pub struct Prepared {
    bundling: Option<Bundling>,
    of: HashMap<(String, String, String), Dependencies>,
    nothing: Dependencies,
}

impl Prepared {
    /// Does it for all functions of some models, so that what they share is done once. `found` gets what is wrong.
    pub fn new(
        models: &[Model],
        folder: &Path,
        mode: &Mode,
        sources: &mut Sources,
        found: &mut Vec<Diagnostic>,
    ) -> Self {
        let asked = Self::asked(models, folder, sources, found);
        let names: Vec<(&str, &Asked)> =
            asked.iter().map(|(_, function, asked)| (function.name.value.as_str(), asked)).collect();
        let targets: Vec<&str> = asked.iter().map(|(model, ..)| model.target.name.value.as_str()).collect();
        let done = done(&names, &targets, mode, found);
        let keys = asked.iter().map(|(model, function, _)| key(model, function));
        let of = keys.zip(done.into_iter().map(Option::unwrap_or_default)).collect();
        Self { of, nothing: Dependencies::default(), bundling: Bundling::of(mode) }
    }

    /// What every function asks for; functions that have all of it in common are read once.
    fn asked<'a>(
        models: &'a [Model],
        folder: &Path,
        sources: &mut Sources,
        found: &mut Vec<Diagnostic>,
    ) -> Vec<(&'a Model, &'a Function, Asked)> {
        let mut asked = Vec::new();
        let mut known = HashMap::new();
        for model in models {
            for function in &model.functions {
                let place = place(model, function, folder);
                let read = known.entry(place).or_insert_with_key(|place| {
                    place.read(folder, sources).unwrap_or_else(|wrong| {
                        found.extend(wrong);
                        None
                    })
                });
                asked.extend(read.clone().map(|read| (model, function, read)));
            }
        }
        asked
    }

    /// What bundles code, where packages are installed.
    #[must_use]
    pub fn bundling(&self) -> Option<&Bundling> {
        self.bundling.as_ref()
    }

    /// What one function depends on.
    #[must_use]
    pub fn of(&self, model: &Model, function: &Function) -> &Dependencies {
        self.of.get(&key(model, function)).unwrap_or(&self.nothing)
    }
}

/// What one function depends on, on this machine.
#[derive(Debug, Default)]
pub struct Here {
    /// Its packages.
    pub dependencies: Dependencies,
    /// What bundles its code.
    pub bundling: Option<Bundling>,
}

/// What one function depends on where it is run on this machine.
pub fn here(
    model: &Model,
    function: &Function,
    folder: &Path,
    mode: &Mode,
    sources: &mut Sources,
    found: &mut Vec<Diagnostic>,
) -> Option<Here> {
    let place = Place { architecture: package::Architecture::here(), is_here: true, ..place(model, function, folder) };
    let asked = place.read(folder, sources).map_err(|wrong| found.extend(wrong)).ok()?;
    let Some(asked) = asked else { return Some(Here::default()) };
    let (name, target) = (function.name.value.as_str(), model.target.name.value.as_str());
    let one = done(&[(name, &asked)], &[target], mode, found).pop().flatten();
    let is_wrong = found.iter().any(Diagnostic::is_error);
    (!is_wrong).then(|| Here { dependencies: one.unwrap_or_default(), bundling: Bundling::of(mode) })
}

/// Does what is to be done, in the order given; nothing for what went wrong.
fn done(
    functions: &[(&str, &Asked)],
    targets: &[&str],
    mode: &Mode,
    found: &mut Vec<Diagnostic>,
) -> Vec<Option<Dependencies>> {
    match mode {
        Mode::Own => functions.iter().map(|_| None).collect(),
        Mode::Leave => functions.iter().map(|(name, asked)| told(Dependencies::skipped(name, asked), found)).collect(),
        Mode::Expect(cache) => {
            functions.iter().map(|(name, asked)| told(package::expected(name, asked, cache.as_ref()), found)).collect()
        }
        Mode::Install(cache) => {
            let installed = watched(|progress| package::install(functions, &tools(), cache, progress));
            let mut all = Vec::with_capacity(installed.len());
            for (one, target) in installed.into_iter().zip(targets) {
                let mut own = Vec::new();
                all.push(one.report_to(&mut own));
                found.extend(own.into_iter().map(|wrong| wrong.target(*target)));
            }
            all
        }
    }
}

fn told<N>((one, notes): (Dependencies, N), found: &mut Vec<Diagnostic>) -> Option<Dependencies>
where
    N: IntoIterator<Item = Diagnostic>,
{
    found.extend(notes);
    Some(one)
}

fn key(model: &Model, function: &Function) -> (String, String, String) {
    let target = &model.target;
    (target.name.value.to_string(), target.region.value.to_string(), function.name.value.to_string())
}

/// What decides about a function's packages: functions that have it in common are read once.
#[derive(PartialEq, Eq, Hash)]
struct Place {
    code: package::Code,
    runtime: String,
    provider: Provider,
    architecture: package::Architecture,
    is_here: bool,
    has_application: bool,
    bundling: Option<package::Bundling>,
}

fn place(model: &Model, function: &Function, folder: &Path) -> Place {
    let parts: Vec<&str> = function.code.iter().map(|part| part.value.as_str()).collect();
    Place {
        code: package::Code::of(folder, &parts),
        runtime: function.runtime.value.to_string(),
        provider: model.target.format.provider(),
        architecture: processor(platform(model), function.architecture.as_ref().map(|asked| asked.value)),
        is_here: false,
        has_application: function.application.is_some(),
        bundling: function.bundle.as_ref().map(|bundle| bundling(&bundle.value)),
    }
}

fn bundling(bundle: &Bundle) -> package::Bundling {
    package::Bundling { external: bundle.external.iter().map(ToString::to_string).collect() }
}

impl Place {
    fn read(&self, folder: &Path, sources: &mut Sources) -> Result<Option<Asked>, Vec<Diagnostic>> {
        let machine = Machine {
            platform: platform_of(self.provider),
            runtime: &self.runtime,
            architecture: self.architecture,
            is_here: self.is_here,
            has_application: self.has_application,
            bundling: self.bundling.as_ref(),
        };
        let app = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        Asked::read(machine, &self.code, app, sources)
    }
}

/// The cloud of a target, to the room that packs.
#[must_use]
pub fn platform(model: &Model) -> package::Platform {
    platform_of(model.target.format.provider())
}

fn platform_of(provider: Provider) -> package::Platform {
    match provider {
        Provider::Aws => package::Platform::Aws,
        Provider::Gcp => package::Platform::Google,
        Provider::Azure => package::Platform::Azure,
    }
}

/// The processor that a function has on a cloud, as its back end lowers it.
#[must_use]
pub fn processor(platform: package::Platform, asked: Option<Architecture>) -> package::Architecture {
    match (platform, asked) {
        (package::Platform::Aws, None | Some(Architecture::Arm64)) => package::Architecture::Arm64,
        _ => package::Architecture::X86,
    }
}

/// How far the installation is.
#[derive(Default)]
struct State {
    done: usize,
    all: usize,
    what: String,
    is_over: bool,
}

#[derive(Default)]
struct Watch {
    state: Mutex<State>,
    changed: Condvar,
}

impl package::Progress for Watch {
    fn at(&self, done: usize, all: usize, what: &str) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        (state.done, state.all) = (done.max(state.done), all);
        what.clone_into(&mut state.what);
        self.changed.notify_all();
    }
}

/// Does something while somebody is told how far it is: a bar on a terminal, a line now and then elsewhere, and nothing
/// when it takes no time.
fn watched<T: Send>(work: impl FnOnce(&Watch) -> T + Send) -> T {
    let watch = Watch::default();
    std::thread::scope(|scope| {
        scope.spawn(|| tell(&watch));
        let done = work(&watch);
        watch.state.lock().unwrap_or_else(PoisonError::into_inner).is_over = true;
        watch.changed.notify_all();
        done
    })
}

fn tell(watch: &Watch) {
    let is_drawn = io::stderr().is_terminal();
    let mut bar: Option<ProgressBar> = None;
    let mut quiet = if is_drawn { Duration::from_millis(300) } else { Duration::from_secs(10) };
    loop {
        let state = watch.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (state, waited) = watch
            .changed
            .wait_timeout_while(state, quiet, |state| !state.is_over)
            .unwrap_or_else(PoisonError::into_inner);
        if !waited.timed_out() {
            break;
        }
        if is_drawn {
            let bar = bar.get_or_insert_with(drawn);
            bar.set_length(u64::try_from(state.all).unwrap_or_default());
            bar.set_position(u64::try_from(state.done).unwrap_or_default());
            bar.set_message(state.what.clone());
            quiet = Duration::from_millis(100);
        } else {
            talk::say(&format!("still installing packages, {} of {} done: {}", state.done, state.all, state.what));
            quiet = Duration::from_secs(30);
        }
    }
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
}

fn drawn() -> ProgressBar {
    let bar = ProgressBar::new(1);
    let style = ProgressStyle::with_template("installing packages {bar:24} {pos}/{len} {elapsed} {msg}");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

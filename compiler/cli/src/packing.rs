//! From a model to packages: which files, which entry, what starts it.

mod triggers;

use crate::installing::{Bundling, Here, Prepared, platform, processor};
use crate::pipeline::backend;
use portolan_diagnostics::{Diagnostic, Sources};
use portolan_model::{Function, FunctionId, Handler, Model, Payload};
use portolan_package as package;
use portolan_target::{Artifact, Artifacts};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// The packages of one target: what templates name, and the files to write.
#[derive(Debug, Default)]
pub struct Packages {
    /// What templates name.
    pub artifacts: Artifacts,
    /// The files under `artifacts/`: name and bytes.
    pub files: Vec<(String, Vec<u8>)>,
    /// The files under `packages/`: what was installed for each function.
    pub lists: Vec<(String, Vec<u8>)>,
    /// The sizes of those with packages: function, and what is to be said.
    pub sizes: Vec<(String, String)>,
}

/// The code that was read, by where it lies: functions that share a folder read it once.
#[derive(Debug, Default)]
pub struct Shelf {
    read: HashMap<package::Code, Vec<package::SourceFile>>,
}

/// Packs every function of a model. `excluded` are files and folders that belong to no package.
pub fn pack(
    model: &Model,
    folder: &Path,
    excluded: &[PathBuf],
    shelf: &mut Shelf,
    prepared: &Prepared,
    sources: &mut Sources,
    found: &mut Vec<Diagnostic>,
) -> Packages {
    let mut packages = Packages::default();
    for (id, function) in model.function_ids() {
        if let Some(refused) = refused(function) {
            found.push(refused);
            continue;
        }
        let architecture = processor(platform(model), function.architecture.as_ref().map(|asked| asked.value));
        let Some(files) = shelf.files(function, folder, excluded, found) else { continue };
        let dependencies = prepared.of(model, function);
        let request = request(model, id, function, architecture, dependencies.files(files));
        let bundle = Bundle { bundling: prepared.bundling(), folder, function };
        let Some(dependencies) = bundle.done(&request, dependencies, sources, found) else { continue };
        if let Some(artifact) = package::pack_with(&request, &dependencies).report_to(found) {
            packages.lists.extend(dependencies.lists(&function.name.value, &artifact));
            packages.sizes.extend(dependencies.size(&artifact).map(|size| (function.name.value.to_string(), size)));
            let named = Artifact { file: (&artifact.file_name).into(), hash: artifact.sha256.into() };
            packages.artifacts.add(&function.name.value, named);
            packages.files.push((artifact.file_name, artifact.bytes));
        }
    }
    packages
}

/// The functions of a model that cannot be packed whatever their code is.
#[must_use]
pub fn unpackable(model: &Model) -> Vec<Diagnostic> {
    model.functions.iter().filter_map(refused).collect()
}

fn refused(function: &Function) -> Option<Diagnostic> {
    let runtime = &function.runtime;
    let refused = package::without_entry(&function.name.value, &runtime.value.host().to_string())?;
    Some(refused.at(runtime.span, ""))
}

/// Packs one function of a model for a run on this machine.
pub fn pack_one(
    model: &Model,
    id: FunctionId,
    folder: &Path,
    excluded: &[PathBuf],
    here: &Here,
    sources: &mut Sources,
    found: &mut Vec<Diagnostic>,
) -> Option<package::Artifact> {
    let Here { dependencies, bundling } = here;
    let function = model.function(id);
    let files = Shelf::default().files(function, folder, excluded, found)?;
    let request = request(model, id, function, package::Architecture::here(), dependencies.files(files));
    let dependencies =
        Bundle { bundling: bundling.as_ref(), folder, function }.done(&request, dependencies, sources, found)?;
    package::pack_with(&request, &dependencies).report_to(found)
}

/// The bundling of one function, where there is any.
struct Bundle<'a> {
    bundling: Option<&'a Bundling>,
    folder: &'a Path,
    function: &'a Function,
}

impl Bundle<'_> {
    fn done(
        &self,
        request: &package::Request,
        dependencies: &package::Dependencies,
        sources: &mut Sources,
        found: &mut Vec<Diagnostic>,
    ) -> Option<package::Dependencies> {
        let Some(bundling) = self.bundling else { return Some(dependencies.clone()) };
        let root = match code(self.function, self.folder) {
            package::Code::Folder(root) | package::Code::Listed { base: root, .. } => root,
        };
        bundling.bundler().bundle(request, dependencies, &root, sources).report_to(found)
    }
}

/// Where a function's code lies.
fn code(function: &Function, folder: &Path) -> package::Code {
    let parts: Vec<&str> = function.code.iter().map(|part| part.value.as_str()).collect();
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    package::Code::of(folder, &parts)
}

impl Shelf {
    fn files(
        &mut self,
        function: &Function,
        folder: &Path,
        excluded: &[PathBuf],
        found: &mut Vec<Diagnostic>,
    ) -> Option<Vec<package::SourceFile>> {
        let code = code(function, folder);
        if let Some(files) = self.read.get(&code) {
            return Some(files.clone());
        }
        let checked = package::collect(&code, excluded);
        let place = function.code.first().map_or(function.name.span, |part| part.span);
        found.extend(checked.diagnostics.into_iter().map(|wrong| wrong.at(place, "this code was to be packed")));
        let files = checked.product?;
        self.read.insert(code, files.clone());
        Some(files)
    }
}

fn request(
    model: &Model,
    id: FunctionId,
    function: &Function,
    architecture: package::Architecture,
    files: Vec<package::SourceFile>,
) -> package::Request {
    let place = |Handler { file, symbol }: &Handler| package::Handler {
        file: file.to_string(),
        symbol: symbol.as_ref().map(ToString::to_string),
    };
    let application = function.application.as_ref().map(|application| place(&application.value));
    let only_application = function.application.as_ref().is_some_and(|app| app.span == function.handler.span);
    package::Request {
        deployment: deployment(model),
        function: function.name.value.to_string(),
        runtime: function.runtime.value.host().to_string(),
        architecture,
        handler: (!only_application).then(|| place(&function.handler.value)),
        application,
        payload: match function.payload.value {
            Payload::Neutral => package::Payload::Neutral,
            Payload::Native => package::Payload::Native,
        },
        files,
        platform: platform(model),
        triggers: triggers_of(model, id),
        timeout_seconds: function.timeout.value,
        place: Some(function.handler.span),
    }
}

/// What starts a function, as its package has it.
pub fn triggers_of(model: &Model, id: FunctionId) -> Vec<package::Trigger> {
    triggers::triggers(model, id, backend(model.target.format).guards(model, id))
}

fn deployment(model: &Model) -> package::Deployment {
    package::Deployment {
        app: model.app.value.to_string(),
        target: model.target.name.value.to_string(),
        region: model.target.region.value.to_string(),
        stack: model.stack(),
    }
}

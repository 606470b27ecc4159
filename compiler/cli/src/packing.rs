//! From a model to packages: which files, which entry, which guards.

use crate::installing::{Prepared, platform};
use crate::pipeline::backend;
use portolan_diagnostics::Diagnostic;
use portolan_model::{BucketEvent, Event, Function, FunctionId, Model, Payload};
use portolan_package as package;
use portolan_target::{Artifact, Artifacts, Guards};
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
    found: &mut Vec<Diagnostic>,
) -> Packages {
    let mut packages = Packages::default();
    let mut requests = Vec::new();
    for (id, function) in model.function_ids() {
        let Some(files) = shelf.files(function, folder, excluded, found) else { continue };
        let dependencies = prepared.of(model, function);
        let request = request(model, id, function, dependencies.files(files));
        if let Some(artifact) = package::pack_with(&request, dependencies).report_to(found) {
            packages.lists.extend(dependencies.lists(&function.name.value, &artifact));
            packages.sizes.extend(dependencies.size(&artifact).map(|size| (function.name.value.to_string(), size)));
            packages
                .artifacts
                .add(&function.name.value, Artifact { file: artifact.file_name.clone(), hash: artifact.sha256 });
            packages.files.push((artifact.file_name, artifact.bytes));
        }
        requests.push(request);
    }
    let target = &model.target.name.value;
    found.extend(package::notes(&requests).into_iter().map(|note| note.target(target.clone())));
    packages
}

/// Packs one function of a model.
pub fn pack_one(
    model: &Model,
    id: FunctionId,
    folder: &Path,
    excluded: &[PathBuf],
    dependencies: &package::Dependencies,
    found: &mut Vec<Diagnostic>,
) -> Option<package::Artifact> {
    let function = model.function(id);
    let files = Shelf::default().files(function, folder, excluded, found)?;
    package::pack_with(&request(model, id, function, dependencies.files(files)), dependencies).report_to(found)
}

impl Shelf {
    fn files(
        &mut self,
        function: &Function,
        folder: &Path,
        excluded: &[PathBuf],
        found: &mut Vec<Diagnostic>,
    ) -> Option<Vec<package::SourceFile>> {
        let parts: Vec<&str> = function.code.iter().map(|part| part.value.as_str()).collect();
        let code = package::Code::of(folder, &parts);
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

fn request(model: &Model, id: FunctionId, function: &Function, files: Vec<package::SourceFile>) -> package::Request {
    let format = model.target.format;
    let handler = &function.handler.value;
    package::Request {
        function: function.name.value.to_string(),
        runtime: function.runtime.value.to_string(),
        handler: package::Handler { file: handler.file.clone(), symbol: handler.symbol.clone() },
        payload: match function.payload.value {
            Payload::Neutral => package::Payload::Neutral,
            Payload::Native => package::Payload::Native,
        },
        files,
        platform: platform(model),
        guards: guards(model, function, backend(format).guards(model, id)),
        timeout_seconds: function.timeout.value,
        place: Some(function.handler.span),
    }
}

fn guards(model: &Model, function: &Function, guards: Guards) -> package::Guards {
    let triggers = function.triggers.iter().filter(|_| guards.objects);
    let buckets = triggers.filter_map(|trigger| match &trigger.event {
        Event::Bucket(events) => Some(events),
        _ => None,
    });
    let filter = |events: &portolan_model::BucketEvents| package::BucketFilter {
        variable: format!("{}_BUCKET", model.resource(events.bucket).name.value.replace('-', "_").to_ascii_uppercase()),
        events: events.events.iter().map(|event| change(event.value)).collect(),
        prefix: events.prefix.as_ref().map(|prefix| prefix.value.to_string()).unwrap_or_default(),
        suffixes: events.suffixes.iter().map(|suffix| suffix.value.to_string()).collect(),
    };
    package::Guards { jwt: guards.jwt, buckets: buckets.map(filter).collect() }
}

fn change(event: BucketEvent) -> package::Change {
    match event {
        BucketEvent::Created => package::Change::Created,
        BucketEvent::Deleted => package::Change::Deleted,
    }
}

//! The order in which a spec becomes a model.

use crate::declare::Present;
use crate::names::Names;
use crate::refused::Refused;
use crate::settings::Settings;
use crate::words::Words;
use crate::{Input, InputId, Model, Resource, TargetRequest};
use crate::{consumers, environment, hosts, loops};
use portolan_catalog::Catalog;
use portolan_diagnostics::{Checked, Diagnostic};
use portolan_syntax::{Spec, Text};
use std::collections::HashMap;

/// Resolves a spec for one deployment: names become ids, values get their types, defaults are filled, and everything
/// that is wrong is said in the order of the spec.
#[must_use]
pub fn resolve(spec: &Spec, catalog: &Catalog, request: &TargetRequest<'_>) -> Checked<Model> {
    let mut resolver = Resolver::new(spec, catalog, request);
    let model = resolver.model();
    let findings = in_order(resolver.findings);
    match request.broken {
        true => Checked::stopped(findings),
        false => Checked::new(model, findings),
    }
}

/// So many findings are enough for one run.
const MAX_FINDINGS: usize = 1_000;
/// A message is one line that people read.
const MAX_MESSAGE: usize = 300;

/// Findings in the order of the spec, each message on one line, whatever words of the user's are in it.
pub(crate) fn in_order(mut findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
    findings.sort_by_key(|finding| finding.primary.as_ref().map(|label| label.span));
    // What is wrong with a default is wrong for every function.
    findings.dedup();
    findings.truncate(MAX_FINDINGS);
    for finding in &mut findings {
        finding.message = on_one_line(&finding.message);
        finding.help.iter_mut().for_each(|help| *help = on_one_line(help));
    }
    findings
}

fn on_one_line(message: &str) -> String {
    let line = message.replace(['\n', '\r'], " ");
    match line.char_indices().nth(MAX_MESSAGE) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// What is known while a spec is resolved. Every subject adds its own part in its own file.
pub(crate) struct Resolver<'a> {
    pub spec: &'a Spec,
    pub catalog: &'a Catalog,
    pub request: &'a TargetRequest<'a>,
    pub words: Words<'a>,
    pub names: Names<'a>,
    pub refused: Refused,
    pub settings: Settings<'a>,
    /// The inputs, once they are read.
    pub inputs: Vec<Input>,
    pub input_ids: HashMap<&'a str, InputId>,
    /// The resources, once they are read.
    pub resources: Vec<Resource>,
    pub findings: Vec<Diagnostic>,
}

impl<'a> Resolver<'a> {
    fn new(spec: &'a Spec, catalog: &'a Catalog, request: &'a TargetRequest<'a>) -> Self {
        let mut findings = Vec::new();
        let app = spec.app.as_ref().and_then(Text::as_literal).unwrap_or_default();
        let words = Words::of_target(app, &request.target, &request.variables, &mut findings);
        Self {
            spec,
            catalog,
            request,
            words,
            names: Names::with_capacity(spec.functions.len() + spec.resources.len()),
            refused: Refused::of(spec),
            settings: Settings::default(),
            inputs: Vec::new(),
            input_ids: HashMap::new(),
            resources: Vec::new(),
            findings,
        }
    }

    fn model(&mut self) -> Model {
        let app = self.app();
        let Present { functions, resources, natives } = self.declare();
        self.read_settings();
        self.read_inputs();
        self.read_resources(&resources);
        let functions = self.functions(&functions);
        let natives = self.natives(&natives);
        let (overrides, keeps, outputs, tags) = (self.overrides(), self.keeps(), self.outputs(), self.tags());
        self.check_former_names();
        let resources = std::mem::take(&mut self.resources);
        let inputs = std::mem::take(&mut self.inputs);
        let target = self.request.target.clone();
        let mut model = Model { app, target, tags, inputs, resources, functions, outputs, natives, overrides, keeps };
        hosts::check(&model, &mut self.findings);
        loops::check(&model, &mut self.findings);
        environment::check(&model, self.catalog, &mut self.findings);
        consumers::check(&mut model, &mut self.findings);
        model
    }
}

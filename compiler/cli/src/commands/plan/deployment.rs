//! The plan of one deployment: what the compiler made and what there was, handed to the room that compares them.

use super::base::{Base, Before};
use super::origins::{self, place};
use crate::commands::review::Seen;
use crate::commands::review::against::Before as Permitted;
use crate::commands::review::changes::changes;
use crate::commands::review::document::Change as Row;
use crate::commands::review::facts::Facts;
use crate::input::Input;
use crate::pipeline::backend;
use portolan_diagnostics::{Diagnostic, Sources};
use portolan_model::Model;
use portolan_plan::{
    About, BasisKind, Cause, Deployment, Grant, Inputs, Permissions, Reason, Sides, diff, gathered, renames,
    template_digest,
};
use portolan_secrecy::{Secrets, sounds_secret};
use portolan_target::{Artifact, Contents};
use std::collections::BTreeMap;

/// The plan of a deployment.
pub(super) fn planned(
    seen: &Seen,
    all: &[Seen],
    base: &Base,
    input: &Input,
    sources: &Sources,
) -> Result<Deployment, Box<Diagnostic>> {
    let now = Facts::of(seen, sources);
    let mut before = base.before(&now, &input.catalog, all.len() == 1)?;
    let format = seen.compiled.model.target.format;
    let stakes = backend(format).stakes();
    let after = contents(seen, input);
    let mut secrets = said(input);
    gathered([&before.contents, &after], &mut secrets);
    let formerly = if stakes.renames { formerly(seen) } else { Vec::new() };
    before.policies = std::mem::take(&mut before.policies).renamed(&renames(&before.contents, &after, &formerly));
    let permissions = permissions(&mut before, &now);
    let is_other = before.basis.lowering.is_some_and(|lowering| Some(lowering) != after.lowering);
    let about = about(seen, &before, &now, &after);
    let sides = Sides {
        format,
        stakes,
        before: &before.contents,
        after: &after,
        origins: &origins::compiled(&now),
        origins_before: &before.origins,
        formerly: &formerly,
        external: &external(&seen.compiled.model),
        external_before: &before.facts.as_ref().map(|facts| external(&facts.compiled.model)).unwrap_or_default(),
        names: &names(&seen.compiled.model),
        cause: if is_other { Cause::Compiler } else { Cause::Spec },
        secrets: &secrets,
        permissions: &permissions,
        live: before.live.as_ref(),
        prices: portolan_plan::prices(format),
    };
    Ok(diff(about, &sides))
}

/// What the templates hold that the compiler has just written.
fn contents(seen: &Seen, input: &Input) -> Contents {
    let backend = backend(seen.compiled.model.target.format);
    let mut all = Contents::default();
    for stack in &seen.compiled.template.stacks {
        let mut read = backend.contents(&stack.text, input.catalog.parts());
        all.lowering = all.lowering.or(read.lowering);
        all.holdings.append(&mut read.holdings);
        all.outputs.append(&mut read.outputs);
        all.parameters.append(&mut read.parameters);
    }
    all
}

/// Values of the spec that sound secret by their names.
fn said(input: &Input) -> Secrets {
    let mut secrets = Secrets::default();
    let targets = input.spec.targets.iter().flat_map(|target| &target.variables);
    for variable in input.spec.variables.iter().chain(targets) {
        if sounds_secret(variable.0.value.as_str())
            && let Some(text) = variable.1.as_literal()
        {
            secrets.add(text);
        }
    }
    secrets
}

/// The names that functions and resources had before.
fn formerly(seen: &Seen) -> Vec<(String, String)> {
    let model = &seen.compiled.model;
    let resources = model.resources.iter().map(|one| (&one.formerly, &one.name));
    let functions = model.functions.iter().map(|one| (&one.formerly, &one.name));
    let named = resources.chain(functions);
    named.filter_map(|(was, now)| Some((was.as_ref()?.value.to_string(), now.value.to_string()))).collect()
}

/// Names that things outside of the templates have in the cloud, and those of the deployment itself.
fn names(model: &Model) -> Vec<String> {
    let external = model.resources.iter().filter_map(|resource| resource.external.as_ref());
    let target = &model.target;
    let own =
        [Some(&model.app), Some(&target.name), Some(&target.region), target.account.as_ref(), target.project.as_ref()];
    external.chain(own.into_iter().flatten()).map(|name| name.value.to_string()).collect()
}

/// The names of what is somebody else's.
fn external(model: &Model) -> Vec<String> {
    let external = model.resources.iter().filter(|resource| resource.external.is_some());
    external.map(|resource| resource.name.value.to_string()).collect()
}

fn about(seen: &Seen, before: &Before<'_>, now: &Facts<'_>, after: &Contents) -> About {
    let model = &seen.compiled.model;
    let target = &model.target;
    let backend = backend(target.format);
    let named = target.account.as_ref().or(target.project.as_ref()).or(target.resource_group.as_ref());
    let artifact = |(name, artifact): (&str, &Artifact)| (name.to_owned(), format!("sha256:{}", artifact.hash));
    let files: Vec<&str> = seen.compiled.template.stacks.iter().map(|stack| stack.file.as_str()).collect();
    let digest = template_digest(after, target.format, backend.stakes());
    About {
        app: model.app.value.to_string(),
        target: target.name.value.to_string(),
        region: target.region.value.to_string(),
        place: named.map(|named| named.value.to_string()),
        stack: seen.compiled.settled.stack.clone(),
        basis: before.basis.clone(),
        inputs: Inputs {
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            lowering: after.lowering.unwrap_or_default(),
            artifacts: seen.artifacts.iter().map(artifact).collect(),
            templates: BTreeMap::from([(files.join(", "), digest)]),
            behaviour: Vec::new(),
        },
        spec: place(&now.place(model.app.span)),
    }
}

/// What changes in effect, in the words of the review.
fn permissions(before: &mut Before<'_>, now: &Facts<'_>) -> Permissions {
    let permitted = Permitted {
        name: before.basis.name.clone().unwrap_or_default(),
        policies: std::mem::take(&mut before.policies),
        facts: before.facts.take(),
    };
    let changes = changes(&permitted, now);
    before.facts = permitted.facts;
    let is_new = before.basis.kind == BasisKind::Nothing;
    let called = |mut grant: Grant| {
        grant.who = called(&grant.who, now);
        grant
    };
    let mut wider: Vec<Grant> = changes.wider.iter().map(grant).map(called).collect();
    let mut narrower: Vec<Grant> =
        if is_new { Vec::new() } else { changes.narrower.iter().map(grant).map(called).collect() };
    for grants in [&mut wider, &mut narrower] {
        grants.sort_by(|one, other| key(one).cmp(&key(other)));
    }
    Permissions { wider, narrower }
}

/// An identity of the template by its address: what only a deployment knows of it ends its name.
fn called(who: &str, now: &Facts<'_>) -> String {
    let id = who.strip_suffix('}').and_then(|rest| rest.rsplit_once('{')).map(|(_, id)| id);
    match id.map(|id| (id, now.origin(id).0)) {
        Some((id, address)) if address != id => address,
        _ => who.to_owned(),
    }
}

fn key(grant: &Grant) -> (&str, &Option<String>, &Option<String>, &str, &str, &Option<String>, &str) {
    (&grant.who, &grant.resource, &grant.verb, &grant.permission, &grant.on, &grant.condition, &grant.address)
}

fn grant(row: &Row) -> Grant {
    Grant {
        class: row.class.clone(),
        who: row.who.clone(),
        verb: row.verb.clone(),
        resource: row.resource.clone(),
        permission: row.permission.clone(),
        on: row.on.clone(),
        condition: row.condition.clone(),
        public: row.public,
        escalation: row.escalation.clone(),
        assumed: row.assumed,
        by_hand: row.by_hand,
        address: row.address.clone(),
        because: row.because.iter().map(|one| Reason { text: one.text.clone(), place: place(&one.place) }).collect(),
        requires: None,
    }
}

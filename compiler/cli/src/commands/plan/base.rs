//! What a plan is compared with: the spec of a git revision, an earlier template, the folder of an earlier build, or what is
//! deployed, as it was written down.

use super::{observed, origins};
use crate::arguments::Plan as Asked;
use crate::commands::review::against::{Against, files, texts};
use crate::commands::review::facts::Facts;
use crate::commands::review::{Packing, Seen};
use crate::pipeline::backend;
use portolan_catalog::Catalog;
use portolan_diagnostics::Diagnostic;
use portolan_plan::{Basis, BasisKind, Origin, template_digest};
use portolan_policy::Policies;
use portolan_target::Contents;
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

/// What `--base` and `--observed` mean.
pub(super) enum Base {
    /// Nothing: everything is new.
    Nothing,
    /// A template, a folder, or the spec of a revision.
    Against(String, Against),
    /// What is deployed, as a file says.
    Observed(PathBuf),
}

/// One deployment as it was.
pub(super) struct Before<'b> {
    /// What is told of it.
    pub basis: Basis,
    /// What its template held.
    pub contents: Contents,
    /// What it permitted.
    pub policies: Policies,
    /// Where each part of it came from, of one that was compiled.
    pub facts: Option<Facts<'b>>,
    /// Where its resources came from, by their names in the template, as far as that is known.
    pub origins: HashMap<String, Origin>,
    /// What the cloud says of each resource, where somebody looked.
    pub live: Option<BTreeMap<String, Option<serde_json::Value>>>,
}

impl Base {
    /// What was asked for.
    pub fn of(asked: &Asked, seen: &[Seen]) -> Result<Self, Box<Diagnostic>> {
        if let Some(file) = &asked.observed {
            return Ok(Self::Observed(file.clone()));
        }
        let Some(base) = &asked.base else { return Ok(Self::Nothing) };
        let mut targets: Vec<String> =
            seen.iter().map(|seen| seen.compiled.model.target.name.value.to_string()).collect();
        targets.dedup();
        let against = match base.strip_prefix("git:") {
            Some(revision) => Against::revision(revision, &asked.chosen, &targets, Packing::Packed)?,
            None => Against::of(base, &asked.chosen, &targets, Packing::Packed)?,
        };
        Ok(Self::Against(base.clone(), against))
    }

    /// One deployment as it was. `alone` says whether it is the only one that is planned.
    pub fn before<'b>(
        &'b self,
        now: &Facts<'_>,
        catalog: &Catalog,
        alone: bool,
    ) -> Result<Before<'b>, Box<Diagnostic>> {
        match self {
            Self::Nothing => Ok(Before::nothing(BasisKind::Nothing, None)),
            Self::Observed(file) => observed::before(file, now, catalog, alone),
            Self::Against(name, Against::Written(path)) => {
                let files = files(path, now, alone)?;
                let kind = if path.is_dir() { BasisKind::Build } else { BasisKind::Template };
                let read = Before::read(kind, name, &texts(path, &files)?, now, catalog)?;
                // Beside a template alone any map may lie.
                let build = files.first().filter(|_| path.is_dir());
                Ok(Before { origins: build.map(|file| origins::written(file)).unwrap_or_default(), ..read })
            }
            Self::Against(name, revision) => {
                let before = revision.before(now, alone)?;
                let Some(facts) = before.facts else { return Ok(Before::nothing(BasisKind::Revision, Some(name))) };
                let texts: Vec<String> =
                    facts.compiled.template.stacks.iter().map(|stack| stack.text.clone()).collect();
                let read = Before::read(BasisKind::Revision, name, &texts, now, catalog)?;
                Ok(Before { policies: before.policies, origins: origins::compiled(&facts), facts: Some(facts), ..read })
            }
        }
    }
}

impl Before<'_> {
    /// A deployment that does not exist.
    pub fn nothing(kind: BasisKind, name: Option<&str>) -> Self {
        let basis = Basis {
            kind,
            name: name.map(str::to_owned),
            lowering: None,
            foreign: false,
            template: None,
            revision: None,
            observed_at: None,
            drift_checked: false,
        };
        let (contents, policies) = (Contents::default(), Policies::default());
        Self { basis, contents, policies, facts: None, origins: HashMap::new(), live: None }
    }

    /// Templates that were written earlier.
    pub fn read(
        kind: BasisKind,
        name: &str,
        texts: &[String],
        now: &Facts<'_>,
        catalog: &Catalog,
    ) -> Result<Self, Box<Diagnostic>> {
        let format = now.compiled.model.target.format;
        let backend = backend(format);
        let mut contents = Contents::default();
        if let Some(why) = texts.iter().find_map(|text| backend.unreadable(text)) {
            let message =
                format!("nothing can be compared with `{name}`: it is no template of {}: {why}", format.key());
            return Err(Box::new(Diagnostic::error("cli/no-comparison", message)));
        }
        for text in texts {
            let mut read = backend.contents(text, catalog.parts());
            contents.lowering = contents.lowering.or(read.lowering);
            contents.holdings.append(&mut read.holdings);
            contents.outputs.append(&mut read.outputs);
            contents.parameters.append(&mut read.parameters);
        }
        if contents.holdings.is_empty() {
            let message = format!(
                "nothing can be compared with `{name}`: no resource is read from it as a template of {}",
                format.key()
            );
            let help = "give the template of this target's format";
            return Err(Box::new(Diagnostic::error("cli/no-comparison", message).help(help)));
        }
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let basis = Basis {
            lowering: contents.lowering,
            foreign: contents.lowering.is_none(),
            template: Some(template_digest(&contents, format, backend.stakes())),
            ..Before::nothing(kind, Some(name)).basis
        };
        let policies = crate::commands::review::facts::read(backend, &texts);
        Ok(Self { basis, contents, policies, facts: None, origins: HashMap::new(), live: None })
    }
}

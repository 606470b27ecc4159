//! From the command line to a compiled app, one function of it, and what stands in for its deployment.

use crate::arguments::Invoke;
use crate::input::{self, Input};
use crate::installing::{self, Mode};
use crate::observed::Observed;
use crate::packing;
use crate::pipeline::{self, Compiled};
use portolan_access::Calls;
use portolan_aws_local::{Place, StandIn};
use portolan_diagnostics::{Diagnostic, Severity, Sources, suggest};
use portolan_model::{Function, FunctionId, Model, Wanted};
use portolan_package::Artifact;
use portolan_policy::{Need, Pattern, Policies};
use portolan_recording::Trace;
use portolan_target::{Artifacts, ReadBack, Settings};
use portolan_value::Provider;
use std::path::PathBuf;

/// The account of everything that stands in, where the target names none: moto's and LocalStack's readers know no other.
const ACCOUNT: &str = "123456789012";

/// A function that is ready to be run or judged.
pub(super) struct Prepared {
    /// The app.
    pub(super) compiled: Compiled,
    /// The same, with everything granted that the spec declares, whatever was seen in the code.
    pub(super) declared: Compiled,
    /// The function.
    pub(super) function: FunctionId,
    folder: PathBuf,
    excluded: Vec<PathBuf>,
}

/// Compiles the app for the target and finds the function. Calls that nothing declares are no errors here, but warnings: a
/// run shows them.
pub(super) fn prepare(invoke: &Invoke, sources: &mut Sources, found: &mut Vec<Diagnostic>) -> Option<Prepared> {
    let input = input::read(&invoke.chosen, sources, found)?;
    let settings = Settings { built_in_roles: invoke.chosen.built_in_roles };
    let asked = invoke.chosen.asked(invoke.chosen.wanted().unwrap_or(Wanted::First));
    let models = pipeline::models(&input.spec, &input.catalog, &asked, settings).report_to(found)?;
    if found.iter().any(Diagnostic::is_error) {
        return None;
    }
    // A target with several regions is the same app in each of them: the first will do.
    let model = models.first().cloned()?;
    let of_aws_only = invoke.record || invoke.endpoint.is_some() || !invoke.judge.is_empty();
    if let Some(wrong) = elsewhere(&model, &input).filter(|_| of_aws_only) {
        found.push(wrong);
        return None;
    }
    let function = function(&model, &invoke.function).map_err(|wrong| found.push(*wrong)).ok()?;
    let observed = Observed::read(&models[..1], &input.folder);
    let calls = observed.calls(&model, sources);
    let compile =
        |calls: &Calls| pipeline::compile(model.clone(), calls, &input.catalog, &Artifacts::default(), settings);
    let declared = compile(&Calls::default()).report_to(found)?;
    let joined = compile(&calls);
    let of_code = |wrong: &Diagnostic| wrong.id.starts_with("access/");
    let compiled = match joined.product {
        Some(compiled) => compiled,
        None if joined.diagnostics.iter().filter(|one| one.is_error()).all(of_code) => {
            found.extend(joined.diagnostics.into_iter().filter(Diagnostic::is_error).map(warning));
            compile(&Calls::default()).product?
        }
        None => {
            found.extend(joined.diagnostics);
            return None;
        }
    };
    let excluded = vec![input.path.clone(), input.folder.join("build")];
    Some(Prepared { compiled, declared, function, folder: input.folder, excluded })
}

fn warning(error: Diagnostic) -> Diagnostic {
    Diagnostic { severity: Severity::Warning, ..error }
}

/// Why a target's calls cannot be recorded and judged here.
fn elsewhere(model: &Model, input: &Input) -> Option<Diagnostic> {
    let target = &model.target;
    if target.format.provider() == Provider::Aws {
        return None;
    }
    let message = format!(
        "`{}` is a target of {}, and only calls to aws are recorded and judged",
        target.name.value,
        target.format.key()
    );
    let names = input.spec.targets.iter().filter(|target| {
        target.provider.as_ref().and_then(|provider| provider.as_literal()).is_some_and(|provider| provider == "aws")
    });
    let names: Vec<String> = names.map(|target| format!("`--target {}`", target.name.value)).collect();
    let help = match names.is_empty() {
        true => "add one for that: `targets: { dev: { provider: aws, region: eu-west-1 } }`".to_owned(),
        false => format!("choose {}", names.join(" or ")),
    };
    Some(Diagnostic::error("cli/invoke-target", message).at(target.name.span, "this target").help(help))
}

/// The function of a name.
pub fn function(model: &Model, name: &str) -> Result<FunctionId, Box<Diagnostic>> {
    let known = || model.functions.iter().map(|function| function.name.value.as_str());
    let found = model.function_ids().find(|(_, function)| function.name.value == name);
    found.map(|(id, _)| id).ok_or_else(|| {
        let message =
            format!("`{}` has no function `{name}` for the target `{}`", model.app.value, model.target.name.value);
        let close = suggest(name, known()).map(|close| format!("did you mean `{close}`?"));
        let all = format!("it has {}", known().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "));
        Diagnostic::error("cli/no-function", message).help(close.unwrap_or(all)).into()
    })
}

impl Prepared {
    /// The function.
    pub(super) fn function(&self) -> &Function {
        self.compiled.model.function(self.function)
    }

    /// Whether a trace is of this function's target.
    pub(super) fn is_of(&self, trace: &Trace) -> bool {
        let model = &self.compiled.model;
        model.app.value == trace.app
            && model.target.name.value == trace.target
            && model.target.region.value == trace.region
    }

    /// A trace without calls.
    pub(super) fn trace(&self) -> Trace {
        let model = &self.compiled.model;
        let (app, target, region) = (&model.app.value, &model.target.name.value, &model.target.region.value);
        Trace::new(app, target, region, &self.function().name.value)
    }

    /// The function's package, with what it depends on for this machine.
    pub(super) fn package(
        &self,
        invoke: &Invoke,
        sources: &mut Sources,
        found: &mut Vec<Diagnostic>,
    ) -> Option<Artifact> {
        let model = &self.compiled.model;
        let mode = match &invoke.interpreter {
            Some(_) => Mode::Own,
            None => Mode::of(&invoke.installing),
        };
        let here = installing::here(model, self.function(), &self.folder, &mode, sources, found)?;
        packing::pack_one(model, self.function, &self.folder, &self.excluded, &here, sources, found)
    }

    /// The folder of the app.
    pub(super) fn folder(&self) -> &std::path::Path {
        &self.folder
    }

    /// What stands in for the deployment, whose services answer at an address.
    pub(super) fn stand_in(&self, endpoint: &str) -> StandIn {
        let target = &self.compiled.model.target;
        let place = Place {
            region: target.region.value.to_string(),
            account: target.account.as_ref().map_or(ACCOUNT.to_owned(), |account| account.value.to_string()),
            endpoint: endpoint.to_owned(),
        };
        let text = self.compiled.template.stacks.first().map(|stack| stack.text.as_str()).unwrap_or_default();
        StandIn::new(text, &self.stack(), place)
    }

    /// The deployment's name.
    fn stack(&self) -> String {
        self.compiled.settled.stack.clone()
    }

    /// The logical id of what is at an address.
    pub(super) fn id(&self, address: &str) -> Option<&str> {
        self.compiled.named().find(|(_, resource)| resource.address.as_str() == address).map(|(id, _)| id)
    }

    /// The address of a logical id.
    pub(super) fn owner(&self, id: &str) -> Option<&str> {
        self.compiled.named().find(|(known, _)| *known == id).map(|(_, resource)| resource.address.owner())
    }

    /// The logical id of the function.
    pub(super) fn function_id(&self) -> String {
        let address = format!("{}.function", self.function().name.value);
        self.id(&address).unwrap_or_default().to_owned()
    }
}

/// What a template permits and what its build needs, with everything filled in that a deployment would.
pub(super) struct Filled {
    pub(super) policies: Policies,
    pub(super) needs: Vec<Need>,
    /// The function, to policies.
    pub(super) principal: Pattern,
}

/// Reads a compiled app's permissions back and fills them in.
pub(super) fn filled(compiled: &Compiled, function: &str, stand_in: &StandIn) -> Filled {
    let backend = pipeline::backend(compiled.model.target.format);
    let ReadBack { statements, mut needs } = backend.read_back(&compiled.settled, &compiled.template);
    let patterns = |patterns: &mut Vec<Pattern>| patterns.iter_mut().for_each(|one| *one = stand_in.pattern(one));
    let statements = statements.into_iter().map(|mut statement| {
        for set in [&mut statement.principals, &mut statement.resources] {
            patterns(&mut set.only);
            patterns(&mut set.except);
        }
        statement
    });
    let policies = Policies::new(statements.collect());
    for need in &mut needs {
        need.principal = stand_in.pattern(&need.principal);
        need.resource = stand_in.pattern(&need.resource);
    }
    let rows = &compiled.settled.permissions;
    let own = |need: &&Need| {
        need.row.and_then(|row| rows.get(row)).is_some_and(|row| row.function == function && row.holder.is_none())
    };
    let principal = needs.iter().find(own).map(|need| need.principal.clone()).unwrap_or_default();
    Filled { policies, needs, principal }
}

//! What can be asked on the command line.

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use portolan_model::{Asked, Wanted};
use std::path::PathBuf;

const AFTER: &str = "\
Start here:
  portolan init my-app          a new app that compiles for every cloud
  portolan check my-app         what is wrong with its spec
  portolan build my-app --target all
  portolan review my-app        what its functions may do, and why
  portolan plan my-app --base git:main

Exit codes: 0 success, 2 something would change (only with `--detailed-exitcode`), 3 something is wrong with the spec, the command line, a file or an invoked function, 4 a gate, a
policy or a missing approval holds a review or a plan up, 1 a bug in Portolan.
Data goes to stdout, talk to stderr. NO_COLOR is honoured.";

/// One spec of functions, triggers and resources in; native templates for AWS, Google Cloud and Azure out.
#[derive(Debug, Parser)]
#[command(name = "portolan", version, about, after_help = AFTER, max_term_width = 100)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write templates, permissions and packages for one or all targets.
    Build(Build),
    /// Say everything that is wrong with a spec, for one or all targets.
    Check(Check),
    /// Show what would change before anything does: what is lost, what widens, what is replaced, and why.
    Plan(Plan),
    /// Show a plan that was saved.
    Show(Show),
    /// Show what each function may do, on what, and why.
    Review(Review),
    /// Work out which permissions a handler's code needs; no spec needed.
    Infer(Infer),
    /// Run a function's package here, and record what it asks of its cloud.
    Invoke(Invoke),
    /// Print what a handler is given: a sample event, neutral or as a cloud sends it.
    Events(Events),
    /// Make a new app.
    Init(Init),
    /// Explain a diagnostic: what it means, an example, its cure.
    Explain(Explain),
    /// Print the JSON Schema of the spec, for editors, or of a review or a plan, for policies.
    Schema(Schema),
    /// Draw functions, triggers, resources and grants.
    Graph(Graph),
    /// List the kinds of resources: options, verbs, exports, and what each becomes.
    Kinds(Kinds),
    /// Print completions for a shell.
    Completions(Completions),
}

/// Which spec, and what to compile it for.
#[derive(Clone, Debug, Default, Args)]
pub struct Chosen {
    /// A spec or its folder.
    #[arg(default_value = ".")]
    pub path: PathBuf,
    /// The target to compile for, or `all`.
    #[arg(long, value_name = "NAME|all")]
    pub target: Option<String>,
    /// Sets a variable of the spec; may be given several times.
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = variable)]
    pub variables: Vec<(String, String)>,
    /// A folder of kinds beside the standard library.
    #[arg(long, value_name = "DIR")]
    pub stdlib: Option<PathBuf>,
    /// Use the clouds' built-in roles instead of exact custom ones, and print what they grant beyond.
    #[arg(long)]
    pub built_in_roles: bool,
}

impl Chosen {
    /// Which targets `--target` means; nothing when it was not given.
    pub fn wanted(&self) -> Option<Wanted> {
        self.target.as_ref().map(|name| if name == "all" { Wanted::All } else { Wanted::Name(name.clone()) })
    }

    /// What the model is asked for.
    pub fn asked(&self, targets: Wanted) -> Asked {
        Asked { targets, variables: self.variables.clone() }
    }
}

fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE".to_owned()),
    }
}

/// How data is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For tools.
    Json,
}

/// What is done about the packages that functions depend on.
#[derive(Clone, Debug, Default, Args)]
pub struct Installing {
    /// Pack without the packages that functions depend on.
    #[arg(long)]
    pub no_dependencies: bool,
    /// Where installed packages are kept; by default `PORTOLAN_CACHE`, or a folder among the user's caches.
    #[arg(long, value_name = "DIR")]
    pub cache: Option<PathBuf>,
}

/// `portolan build`
#[derive(Debug, Args)]
pub struct Build {
    /// Which spec.
    #[command(flatten)]
    pub chosen: Chosen,
    /// What is installed.
    #[command(flatten)]
    pub installing: Installing,
    /// Where to write; by default `build` beside the spec.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// How the summary is printed.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `portolan check`
#[derive(Debug, Args)]
pub struct Check {
    /// Which spec; without `--target`, all targets are checked.
    #[command(flatten)]
    pub chosen: Chosen,
    /// How findings are printed.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `portolan review`
#[derive(Debug, Args)]
pub struct Review {
    /// Which spec.
    #[command(flatten)]
    pub chosen: Chosen,
    /// How the review is printed.
    #[arg(long, value_enum, default_value_t)]
    pub format: View,
    /// Show only what changed in effect since a git revision, an earlier template or the folder of an earlier build. A
    /// path that exists is meant before a revision.
    #[arg(long, value_name = "REVISION|FILE|DIR")]
    pub against: Option<String>,
    /// End with 4 when there is any of these; with `--against`, when any of these is new.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "GATE,…")]
    pub deny: Vec<Gate>,
    /// Ask policies in OPA's language (rules `deny` and `warn`) about the review: a file or a folder; may be given several
    /// times. What `deny` finds ends with 4.
    #[arg(long, value_name = "FILE|DIR")]
    pub policy: Vec<PathBuf>,
}

/// `portolan plan`
#[derive(Debug, Args)]
pub struct Plan {
    /// Which spec.
    #[command(flatten)]
    pub chosen: Chosen,
    /// Compare with a git revision, the folder of an earlier build, or a template. Without it everything is new.
    #[arg(long, value_name = "git:REV|DIR|FILE")]
    pub base: Option<String>,
    /// Compare with what is deployed, as it was written down in a file.
    #[arg(long, value_name = "FILE", conflicts_with = "base")]
    pub observed: Option<PathBuf>,
    /// Who agrees to what.
    #[command(flatten)]
    pub judging: Judging,
    /// What is written where.
    #[command(flatten)]
    pub views: PlanViews,
}

/// `portolan show`
#[derive(Debug, Args)]
pub struct Show {
    /// A plan that `plan --out` has written.
    pub file: PathBuf,
    /// Who agrees to what.
    #[command(flatten)]
    pub judging: Judging,
    /// What is written where.
    #[command(flatten)]
    pub views: PlanViews,
}

/// Approvals, gates and policies for a plan.
#[derive(Clone, Debug, Default, Args)]
pub struct Judging {
    /// Approve a change: `data-loss:shows.table`; may be given several times. With any approval, every one that is
    /// missing ends with 4.
    #[arg(long, value_name = "EFFECT:ADDRESS")]
    pub approve: Vec<String>,
    /// A file of approvals, each bound to the fingerprint of its change, with a reason and a day on which it expires.
    #[arg(long, value_name = "FILE")]
    pub approvals: Option<PathBuf>,
    /// End with 4 when something has one of these effects and is not approved.
    #[arg(long, value_delimiter = ',', value_name = "EFFECT,…", value_parser = effect)]
    pub deny: Vec<portolan_plan::Effect>,
    /// Ask policies in OPA's language (rules `deny` and `warn`) about the plan: a file or a folder; may be given several
    /// times. What `deny` finds ends with 4.
    #[arg(long, value_name = "FILE|DIR")]
    pub policy: Vec<PathBuf>,
    /// End with 2 when something would change.
    #[arg(long)]
    pub detailed_exitcode: bool,
}

fn effect(text: &str) -> Result<portolan_plan::Effect, String> {
    let words = portolan_plan::Effect::ALL.map(portolan_plan::Effect::word);
    portolan_plan::Effect::from_word(text).ok_or_else(|| format!("the effects are {}", words.join(", ")))
}

/// The views of a plan.
#[derive(Clone, Debug, Default, Args)]
pub struct PlanViews {
    /// How the plan is printed.
    #[arg(long, value_enum, default_value_t)]
    pub format: PlanView,
    /// Show every property of every change, texts as diffs, and who says what of them.
    #[arg(long)]
    pub full: bool,
    /// Show what is written in another way and means the same, with the rule that says so.
    #[arg(long)]
    pub show_suppressed: bool,
    /// Save the plan.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Write it for the comment on a change.
    #[arg(long, value_name = "FILE")]
    pub markdown: Option<PathBuf>,
    /// Write findings for code scanning.
    #[arg(long, value_name = "FILE")]
    pub sarif: Option<PathBuf>,
    /// Write gates as tests.
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Write the counts that GitLab shows on a merge request (`artifacts:reports:terraform`).
    #[arg(long, value_name = "FILE")]
    pub gitlab: Option<PathBuf>,
    /// Write findings as GitLab's code quality report.
    #[arg(long, value_name = "FILE")]
    pub code_quality: Option<PathBuf>,
    /// On GitHub Actions: set outputs, write the step's summary, print annotations.
    #[arg(long)]
    pub github: bool,
    /// On Azure Pipelines: set variables, print issues.
    #[arg(long)]
    pub azure_devops: bool,
}

/// How a plan is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum PlanView {
    /// For people, in a terminal.
    #[default]
    Text,
    /// For tools and policies; `portolan schema --of plan` describes it.
    Json,
    /// For the comment on a change.
    Markdown,
}

/// How a review is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum View {
    /// For people, in a terminal.
    #[default]
    Text,
    /// For tools and policies; `portolan schema --of review` describes it.
    Json,
    /// For the comment on a change.
    Markdown,
    /// For a browser: one page, with the graph.
    Html,
    /// For code scanning.
    Sarif,
}

/// What a review does not let pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Gate {
    /// Anything that is allowed and was not.
    Widening,
    /// Anything that lets everybody in.
    Public,
    /// A permission with which its holder can get more than it was given.
    Escalation,
    /// A grant that is made because not all of the code was understood.
    Assumed,
    /// A grant that was written by hand.
    HandGranted,
}

impl Gate {
    /// Its name on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Widening => "widening",
            Self::Public => "public",
            Self::Escalation => "escalation",
            Self::Assumed => "assumed",
            Self::HandGranted => "hand-granted",
        }
    }
}

/// `portolan infer`
#[derive(Debug, Args)]
pub struct Infer {
    /// The app's root: the folder that its imports start from.
    #[arg(default_value = ".")]
    pub path: PathBuf,
    /// The file, relative to the root, and what in it is called: `app.py:handler`, `Orders.java:Orders::handle`. Without
    /// a symbol, what starts the file by itself.
    #[arg(long, value_name = "FILE[:SYMBOL]")]
    pub handler: String,
    /// Only this cloud's permissions.
    #[arg(long, value_enum)]
    pub provider: Option<Cloud>,
    /// How the permissions are printed.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `portolan invoke`
#[derive(Debug, Args)]
#[command(after_help = INVOKE)]
pub struct Invoke {
    /// The function.
    pub function: String,
    /// Which spec.
    #[command(flatten)]
    pub chosen: Chosen,
    /// What is installed, for this machine; with `--interpreter`, its own packages count and nothing is.
    #[command(flatten)]
    pub installing: Installing,
    /// A file with the event in JSON, or `-` for stdin: one of `docs/events.md`, or what the cloud itself would send.
    #[arg(long, value_name = "FILE|-")]
    pub event: Option<PathBuf>,
    /// Take a sample event of the function's trigger of this kind; without both, of its first trigger.
    #[arg(long, value_name = "KIND", conflicts_with = "event")]
    pub trigger: Option<String>,
    /// Sets a variable of the function's environment; a name alone passes yours on. May be given several times.
    #[arg(long = "env", value_name = "NAME[=VALUE]")]
    pub environment: Vec<String>,
    /// The Python or Node to run it with; by default the one of its runtime on your PATH.
    #[arg(long, value_name = "FILE")]
    pub interpreter: Option<PathBuf>,
    /// Record the calls that it makes, and judge them by the template's permissions.
    #[arg(long)]
    pub record: bool,
    /// Where its calls go: a moto or LocalStack server. By default, `--record` starts `moto_server`.
    #[arg(long, value_name = "URL")]
    pub endpoint: Option<String>,
    /// Answer calls that no permission allows as the cloud would.
    #[arg(long, requires = "record")]
    pub enforce: bool,
    /// Where to write the trace.
    #[arg(long, value_name = "FILE", requires = "record")]
    pub trace: Option<PathBuf>,
    /// Run nothing: judge traces that were written earlier. May be given several times.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["record", "event", "trigger", "environment", "endpoint", "interpreter"])]
    pub judge: Vec<PathBuf>,
    /// How the outcome is printed.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

const INVOKE: &str = "\
It packs the function and runs the package as its cloud would: in Lambda's runtime client, functions-framework, or with the
library of Azure Functions, which are installed once into your cache. Names and credentials are good nowhere. A recording is
of aws targets and needs something that answers in AWS's place: `pip install 'moto[server]'`, or `--endpoint
http://127.0.0.1:4566` of your own. It ends with 3 when the function failed or a call was denied.";

/// `portolan events`
#[derive(Debug, Args)]
pub struct Events {
    /// The kind of trigger: http, schedule, queue, topic, bucket, table or invoke.
    pub trigger: String,
    /// Which spec, with `--function`.
    #[command(flatten)]
    pub chosen: Chosen,
    /// The event of this function's trigger, with the names of the spec.
    #[arg(long, value_name = "NAME")]
    pub function: Option<String>,
    /// As a cloud sends it.
    #[arg(long, value_enum, value_name = "CLOUD")]
    pub native: Option<Cloud>,
}

/// A cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Cloud {
    /// Amazon Web Services.
    Aws,
    /// Google Cloud.
    Gcp,
    /// Microsoft Azure.
    Azure,
}

/// `portolan init`
#[derive(Debug, Args)]
pub struct Init {
    /// The app's name, and the folder's; by default the template's.
    pub name: Option<String>,
    /// What to start from; `--template list` lists them.
    #[arg(long, default_value = "hello", value_name = "NAME|list")]
    pub template: String,
}

/// `portolan explain`
#[derive(Debug, Args)]
pub struct Explain {
    /// The id of a diagnostic: `resolve/unknown-resource`; `list` lists them.
    pub id: String,
}

/// `portolan schema`
#[derive(Debug, Args)]
pub struct Schema {
    /// What is described.
    #[arg(long, value_enum, default_value_t)]
    pub of: Described,
    /// A folder of kinds beside the standard library.
    #[arg(long, value_name = "DIR")]
    pub stdlib: Option<PathBuf>,
}

/// What a schema describes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Described {
    /// The spec.
    #[default]
    Spec,
    /// What `review --format json` prints.
    Review,
    /// What `plan --out` writes.
    Plan,
}

/// `portolan graph`
#[derive(Debug, Args)]
pub struct Graph {
    /// Which spec.
    #[command(flatten)]
    pub chosen: Chosen,
    /// How the picture is written.
    #[arg(long, value_enum, default_value_t)]
    pub format: Drawing,
}

/// How a picture is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Drawing {
    /// For Markdown.
    #[default]
    Mermaid,
    /// For Graphviz.
    Dot,
    /// For a browser.
    Svg,
}

/// `portolan kinds`
#[derive(Debug, Args)]
pub struct Kinds {
    /// A folder of kinds beside the standard library.
    #[arg(long, value_name = "DIR")]
    pub stdlib: Option<PathBuf>,
    /// How the list is printed.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `portolan completions`
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell.
    #[arg(value_enum)]
    pub shell: Shell,
}

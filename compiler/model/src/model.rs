//! The resolved app: one target, one region, every name an id.

use crate::event::{Auth, Cors, Event, Http, Trigger};
use portolan_catalog::{Kind, Verb};
use portolan_diagnostics::{Span, Spanned};
use portolan_value::{Context, Format};
use std::sync::Arc;

/// An app as one target and region see it. What the target leaves out is not in it.
#[derive(Clone, Debug)]
pub struct Model {
    /// The app's name.
    pub app: Spanned<portolan_value::Text>,
    /// Where it goes.
    pub target: Target,
    /// Tags of every resource that has tags, in the order of the file.
    pub tags: Vec<(Spanned<portolan_value::Text>, Text)>,
    /// Deploy parameters that something refers to or that are declared.
    pub inputs: Vec<Input>,
    /// Resources, in the order of the file; a [`ResourceId`] is an index.
    pub resources: Vec<Resource>,
    /// Functions, in the order of the file; a [`FunctionId`] is an index.
    pub functions: Vec<Function>,
    /// Outputs.
    pub outputs: Vec<Output>,
    /// Raw resources for this format.
    pub natives: Vec<Native>,
    /// Bodies to merge into lowered resources of this format.
    pub overrides: Vec<Override>,
    /// Fixed identities of this format.
    pub keeps: Vec<Keep>,
}

impl Model {
    /// The resource an id names.
    #[must_use]
    pub fn resource(&self, id: ResourceId) -> &Resource {
        &self.resources[id.0 as usize]
    }

    /// The function an id names.
    #[must_use]
    pub fn function(&self, id: FunctionId) -> &Function {
        &self.functions[id.0 as usize]
    }

    /// The raw resource an id names.
    #[must_use]
    pub fn native(&self, id: NativeId) -> &Native {
        &self.natives[id.0 as usize]
    }

    /// The input an id names.
    #[must_use]
    pub fn input(&self, id: InputId) -> &Input {
        &self.inputs[id.0 as usize]
    }

    /// The resources with their ids.
    pub fn resource_ids(&self) -> impl Iterator<Item = (ResourceId, &Resource)> {
        self.resources.iter().zip(0..).map(|(resource, index)| (ResourceId(index), resource))
    }

    /// The functions with their ids.
    pub fn function_ids(&self) -> impl Iterator<Item = (FunctionId, &Function)> {
        self.functions.iter().zip(0..).map(|(function, index)| (FunctionId(index), function))
    }

    /// The name a subject has in the spec.
    #[must_use]
    pub fn name_of(&self, subject: Subject) -> &str {
        match subject {
            Subject::Resource(id) => &self.resource(id).name.value,
            Subject::Function(id) => &self.function(id).name.value,
            Subject::Native(id) => &self.native(id).name.value,
        }
    }

    /// Every trigger with its function.
    pub fn triggers(&self) -> impl Iterator<Item = (FunctionId, &Trigger)> {
        self.function_ids().flat_map(|(id, function)| function.triggers.iter().map(move |trigger| (id, trigger)))
    }
}

/// A resource of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceId(pub(crate) u32);

impl ResourceId {
    /// Its place among the model's resources.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A function of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FunctionId(pub(crate) u32);

impl FunctionId {
    /// Its place among the model's functions.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A raw resource of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NativeId(pub(crate) u32);

/// An input of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InputId(pub(crate) u32);

/// Anything a name of the spec can stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A resource.
    Resource(ResourceId),
    /// A function.
    Function(FunctionId),
    /// A raw resource.
    Native(NativeId),
}

/// Where an app goes.
#[derive(Clone, Debug)]
pub struct Target {
    /// The name asked for: `prod`, or `pr-42` where the spec says `pr-*`.
    pub name: Spanned<portolan_value::Text>,
    /// The template format.
    pub format: Format,
    /// The region.
    pub region: Spanned<portolan_value::Text>,
    /// Whether the target was written with `regions`, so that names carry the region.
    pub regional: bool,
    /// The account whose credentials are accepted.
    pub account: Option<Spanned<portolan_value::Text>>,
    /// The project.
    pub project: Option<Spanned<portolan_value::Text>>,
    /// The resource group.
    pub resource_group: Option<Spanned<portolan_value::Text>>,
    /// The bucket that holds code, where the target wants one.
    pub artifacts_bucket: Option<Spanned<portolan_value::Text>>,
    /// The application that guards calls, where the target wants one.
    pub entra_app_id: Option<Spanned<portolan_value::Text>>,
}

/// A text whose holes are filled as far as they can be before deployment.
#[derive(Clone, Debug)]
pub struct Text {
    /// Its place.
    pub span: Span,
    /// Its pieces in order; neighbouring literals are one.
    pub pieces: Vec<Piece>,
}

/// A piece of a [`Text`].
#[derive(Clone, Debug)]
pub enum Piece {
    /// These very characters.
    Literal(portolan_value::Text),
    /// `${resources.web.url}`: an export of the subject's kind, or for a raw resource an attribute in the target's words.
    Attribute(Subject, Spanned<portolan_value::Text>),
    /// `${inputs.mail-key}`.
    Input(InputId),
    /// `${account}` or `${partition}` where the spec does not say which.
    Context(Context),
}

impl Text {
    /// The text, when nothing is left to be filled.
    #[must_use]
    pub fn literal(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [Piece::Literal(text)] => Some(text),
            _ => None,
        }
    }
}

/// A deploy parameter.
#[derive(Clone, Debug)]
pub struct Input {
    /// The name.
    pub name: Spanned<portolan_value::Text>,
    /// Whether its value may never be shown.
    pub secret: bool,
    /// The parameter store path the cloud reads it from.
    pub ssm: Option<Spanned<portolan_value::Text>>,
    /// The value when none is given.
    pub default: Option<Spanned<portolan_value::Text>>,
    /// What it is for.
    pub description: Option<portolan_value::Text>,
}

/// A resource.
#[derive(Clone, Debug)]
pub struct Resource {
    /// The name.
    pub name: Spanned<portolan_value::Text>,
    /// Its kind.
    pub kind: Arc<Kind>,
    /// Where the kind was written.
    pub kind_span: Span,
    /// Its options, in the order the kind declares them: what was written, else the kind's default; an option with
    /// neither is absent.
    pub options: Vec<(portolan_value::Text, Spanned<Setting>)>,
    /// The name it has outside this app; such a resource is never created.
    pub external: Option<Spanned<portolan_value::Text>>,
    /// The name it had before.
    pub formerly: Option<Spanned<portolan_value::Text>>,
}

impl Resource {
    /// The setting of an option.
    #[must_use]
    pub fn option(&self, name: &str) -> Option<&Spanned<Setting>> {
        self.options.iter().find(|(option, _)| option == name).map(|(_, setting)| setting)
    }
}

/// The value of an option, typed as its kind says.
#[derive(Clone, Debug)]
pub enum Setting {
    /// True or false.
    Bool(bool),
    /// A whole number.
    Number(i64),
    /// Seconds.
    Duration(u64),
    /// Megabytes.
    Size(u64),
    /// A literal text.
    Text(portolan_value::Text),
    /// Another resource of the app.
    Resource(ResourceId),
    /// Items in order.
    List(Vec<Spanned<Setting>>),
    /// Entries in order.
    Map(Vec<(Spanned<portolan_value::Text>, Spanned<Setting>)>),
    /// Who may call. It lies in a place of its own, as what web pages may call does: both are rare and large.
    Auth(Box<Auth>),
    /// Which web pages may call.
    Cors(Box<Cors>),
}

/// How a function's code and packages become one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bundle {
    /// Packages that stay beside it.
    pub external: Vec<portolan_value::Text>,
}

/// A function. Numbers are as asked for; where nothing was written the span is the function's name.
#[derive(Clone, Debug)]
pub struct Function {
    /// The name.
    pub name: Spanned<portolan_value::Text>,
    /// The runtime.
    pub runtime: Spanned<Runtime>,
    /// The handler; of a function that is nothing but a web application, that application.
    pub handler: Spanned<Handler>,
    /// The web application that answers its http triggers.
    pub application: Option<Spanned<Handler>>,
    /// The folders and files that go into its package, relative to the spec.
    pub code: Vec<Spanned<portolan_value::Text>>,
    /// What it does.
    pub description: Option<Spanned<portolan_value::Text>>,
    /// Memory in megabytes.
    pub memory: Spanned<u32>,
    /// Timeout in seconds.
    pub timeout: Spanned<u32>,
    /// Days its logs are kept.
    pub log_retention: Spanned<u32>,
    /// At most so many at once.
    pub max_concurrency: Option<Spanned<u32>>,
    /// Kept ready.
    pub min_instances: Option<Spanned<u32>>,
    /// What the handler receives.
    pub payload: Spanned<Payload>,
    /// The processor, where the spec names one.
    pub architecture: Option<Spanned<Architecture>>,
    /// Where the spec wants what its code imports in one file.
    pub bundle: Option<Spanned<Bundle>>,
    /// The user's environment: defaults, then target, then function, the last word in the first place.
    pub environment: Vec<(Spanned<portolan_value::Text>, Text)>,
    /// Who may call it when its `auth` is `iam`, and who may invoke it.
    pub callers: Callers,
    /// What starts it.
    pub triggers: Vec<Trigger>,
    /// What it may do.
    pub uses: Vec<Use>,
    /// Where the spec says that its code tells what it may do; then `uses` is empty until somebody has read the code.
    pub auto: Option<Span>,
    /// Hand-made permissions for this format.
    pub allow: Vec<Allow>,
    /// The name it had before.
    pub formerly: Option<Spanned<portolan_value::Text>>,
}

impl Function {
    /// Every resource or function it uses or is triggered by, once, in order: what it sees in its environment.
    #[must_use]
    pub fn sees(&self) -> Vec<Subject> {
        let used = self.uses.iter().map(|entry| entry.subject);
        let mut seen = Vec::new();
        for subject in self.triggers.iter().filter_map(|trigger| trigger.event.subject()).chain(used) {
            if !seen.contains(&subject) {
                seen.push(subject);
            }
        }
        seen
    }

    /// Whether its entry reads objects of a bucket on the handler's behalf.
    #[must_use]
    pub fn is_given_files_of(&self, subject: Subject) -> bool {
        self.triggers.iter().any(|trigger| match &trigger.event {
            Event::Bucket(events) => events.as_file.is_some() && Subject::Resource(events.bucket) == subject,
            _ => false,
        })
    }

    /// Whether anything calls it over http.
    pub fn http(&self) -> impl Iterator<Item = (&Trigger, &Http)> {
        self.triggers.iter().filter_map(|trigger| match &trigger.event {
            Event::Http(http) => Some((trigger, http)),
            _ => None,
        })
    }
}

/// A language and its version: `python3.13`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runtime {
    /// The language.
    pub language: Language,
    /// The version as written: `3.13`, `22`.
    pub version: portolan_value::Text,
}

impl Runtime {
    /// The runtime that a platform is asked for. An executable of any language is started by an entry in Python, whose
    /// version is fixed here: every cloud offers it, and a package must not change with the clouds' own choice.
    #[must_use]
    pub fn host(&self) -> Self {
        match self.language {
            Language::Custom => Self { language: Language::Python, version: "3.13".into() },
            _ => self.clone(),
        }
    }

    /// Whether its handlers are executables.
    #[must_use]
    pub fn is_custom(&self) -> bool {
        self.language == Language::Custom
    }
}

/// A language functions are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// `python3.13`.
    Python,
    /// `nodejs22`.
    Node,
    /// `java21`.
    Java,
    /// `dotnet8`.
    Dotnet,
    /// `ruby3.4`.
    Ruby,
    /// `go1.25`: a binary.
    Go,
    /// `rust`: a binary.
    Rust,
    /// `custom`: an executable, whatever it is written in.
    Custom,
}

/// `src/tag.handle`: a symbol in a file; or `./bin/tag`: a file that is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handler {
    /// The file, relative to the code: without its ending where a symbol is named, whole where it is run.
    pub file: portolan_value::Text,
    /// The symbol; none where the file itself is run.
    pub symbol: Option<portolan_value::Text>,
}

/// What a handler receives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload {
    /// The neutral event of `docs/events.md`.
    Neutral,
    /// The provider's own event.
    Native,
}

/// A processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Architecture {
    /// `arm64`.
    Arm64,
    /// `x86-64`.
    X86,
}

impl Architecture {
    /// As the spec writes it.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Arm64 => "arm64",
            Self::X86 => "x86-64",
        }
    }
}

/// Who may call a function.
#[derive(Clone, Debug, Default)]
pub struct Callers {
    /// Functions of the app.
    pub functions: Vec<Spanned<FunctionId>>,
    /// Principals of this target's provider.
    pub principals: Vec<Text>,
}

/// One verb on one subject.
#[derive(Clone, Debug)]
pub struct Use {
    /// The resource or function.
    pub subject: Subject,
    /// What may be done.
    pub verb: Verb,
    /// Only these objects; none means all.
    pub only: Vec<Spanned<Pattern>>,
    /// The place of the verb.
    pub span: Span,
    /// The call that it was taken from, where it was taken from the code.
    pub call: Option<portolan_value::Text>,
}

/// Which objects.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pattern {
    /// All keys that begin so.
    Prefix(String),
    /// This key.
    Key(String),
}

/// A hand-made permission.
#[derive(Clone, Debug)]
pub struct Allow {
    /// The place of the whole entry.
    pub span: Span,
    /// Actions, permissions or roles, in the provider's words.
    pub actions: Vec<Text>,
    /// What they are allowed on, in the provider's words.
    pub resources: Vec<Text>,
    /// Conditions, in the target's syntax.
    pub conditions: Option<Body>,
    /// Why.
    pub why: Spanned<portolan_value::Text>,
}

/// An output.
#[derive(Clone, Debug)]
pub struct Output {
    /// The name.
    pub name: Spanned<portolan_value::Text>,
    /// The value.
    pub value: Text,
    /// What it is.
    pub description: Option<portolan_value::Text>,
}

/// A raw resource: its body is the whole resource in the target's syntax.
#[derive(Clone, Debug)]
pub struct Native {
    /// The name; the address is `name.native`.
    pub name: Spanned<portolan_value::Text>,
    /// The body.
    pub body: Body,
    /// The place of the body.
    pub span: Span,
}

/// Target syntax with our references in it.
#[derive(Clone, Debug)]
pub enum Body {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A number as written.
    Number(portolan_value::Text),
    /// Target syntax, verbatim.
    Text(portolan_value::Text),
    /// Items in order.
    List(Vec<Body>),
    /// Properties in order.
    Map(Vec<(portolan_value::Text, Body)>),
    /// `!ref uploads.arn`.
    Reference(Subject, Spanned<portolan_value::Text>),
    /// `!join [...]`.
    Join(Vec<Body>),
}

/// A body to merge into a lowered resource.
#[derive(Clone, Debug)]
pub struct Override {
    /// The address.
    pub address: Spanned<portolan_value::Text>,
    /// What to merge; a null removes a property.
    pub body: Body,
}

/// A fixed identity.
#[derive(Clone, Debug)]
pub struct Keep {
    /// The address.
    pub address: Spanned<portolan_value::Text>,
    /// The logical id in the template.
    pub id: Option<Spanned<portolan_value::Text>>,
    /// The physical name.
    pub name: Option<Spanned<portolan_value::Text>>,
}

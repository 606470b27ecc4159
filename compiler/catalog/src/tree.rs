//! Trees: bodies with holes, compiled once and filled many times.

use portolan_value::{Context, Language, Map, Text, Value};
use std::borrow::Cow;

/// A value with holes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tree {
    /// This value.
    Literal(Value),
    /// A handlebars text of literals, as its segments.
    Words(Vec<Segment>),
    /// `!option visibility`: the setting; absent when the option is.
    Option(Text),
    /// `!ref self.arn`, `!ref dead-letter.arn`: an export of this resource or of the one an option names.
    Ref(Text, Text),
    /// `!attribute bucket.Arn`: an attribute of a resource in this column, known once it is deployed.
    Attribute(Text, Text),
    /// `!parent service-bus.id`: an attribute of a parent, known once it is deployed.
    Parent(Text, Text),
    /// `!name table`: the physical name of a resource in this column.
    Name(Text),
    /// `!context region`.
    Context(Context),
    /// `!when { fifo: …, else: … }`: the tree when the option is set.
    When(Text, Box<Tree>, Option<Box<Tree>>),
    /// `!join […]`.
    Join(Vec<Tree>),
    /// `!json …`, `!cel …`, `!pattern …`: a language inside the value.
    Embed(Language, Box<Tree>),
    /// `!prefix`: what a grant is limited to, in the provider's pattern language; in an access row only.
    Prefix,
    /// `!external`: the text given in `external`; in an external export only.
    External,
    /// `!external last`: that text after its last `:` or `/`.
    ExternalLast,
    /// `!compute key-schema`: a value the provider's lowering computes.
    Compute(Text),
    /// Items in order.
    List(Vec<Tree>),
    /// Properties in order.
    Map(Vec<(Text, Tree)>),
}

/// A piece of a handlebars text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// These characters.
    Literal(Text),
    /// `{{name}}`.
    Word(Text),
}

/// What a tree asks for while it is filled. An answer of `None` leaves the property out.
pub trait Fill {
    /// A literal for a handlebars text: `app`, `target`, `stack`, `region`, `name`, `kind`.
    fn word(&self, name: &str) -> Option<Cow<'_, str>>;
    /// An option's setting; a dot goes into a record.
    fn option(&self, path: &str) -> Option<Value>;
    /// Whether an option is set: present, and not `false`.
    fn is_set(&self, path: &str) -> bool;
    /// An export of this resource (`self`) or of the resource that an option names.
    fn reference(&self, subject: &str, export: &str) -> Option<Value>;
    /// An attribute of a resource in this column.
    fn attribute(&self, part: &str, attribute: &str) -> Option<Value>;
    /// An attribute of a parent.
    fn parent(&self, parent: &str, attribute: &str) -> Option<Value>;
    /// The physical name of a resource in this column.
    fn name(&self, part: &str) -> Option<Value>;
    /// What the place of deployment knows.
    fn context(&self, context: Context) -> Value;
    /// What a grant is limited to.
    fn prefix(&self) -> Option<Value>;
    /// The text given in `external`.
    fn external(&self) -> Option<&str>;
    /// A value the provider's lowering computes.
    fn compute(&self, what: &str) -> Option<Value>;
}

impl Tree {
    /// The value, or nothing where an absent option leaves the property out. Maps and lists leave out what is absent
    /// and stay, even empty; a join with an absent part is absent.
    pub fn fill(&self, fill: &dyn Fill) -> Option<Value> {
        match self {
            Self::Literal(value) => Some(value.clone()),
            Self::Words(segments) => words(segments, fill),
            Self::Option(path) => fill.option(path),
            Self::Ref(subject, export) => fill.reference(subject, export),
            Self::Attribute(part, attribute) => fill.attribute(part, attribute),
            Self::Parent(parent, attribute) => fill.parent(parent, attribute),
            Self::Name(part) => fill.name(part),
            Self::Context(context) => Some(fill.context(*context)),
            Self::When(option, then, _) if fill.is_set(option) => then.fill(fill),
            Self::When(_, _, otherwise) => otherwise.as_ref().and_then(|tree| tree.fill(fill)),
            Self::Join(parts) => Value::join_all(parts.iter().map(|part| part.fill(fill))),
            Self::Embed(language, tree) => tree.fill(fill).map(|value| Value::embed(*language, value)),
            Self::Prefix => fill.prefix(),
            Self::External => fill.external().map(|text| text.to_owned().into()),
            Self::ExternalLast => fill.external().map(|text| last(text).to_owned().into()),
            Self::Compute(what) => fill.compute(what),
            Self::List(items) => Some(Value::list(items.iter().filter_map(|item| item.fill(fill)))),
            Self::Map(entries) => Some(Value::Map(fill_body(entries, fill))),
        }
    }
}

/// Fills a body; absent properties are left out.
#[must_use]
pub fn fill_body(entries: &[(Text, Tree)], fill: &dyn Fill) -> Map {
    let mut body = Map::with_capacity(entries.len());
    for (key, tree) in entries {
        if let Some(value) = tree.fill(fill) {
            body.push(key.clone(), value);
        }
    }
    body
}

fn words(segments: &[Segment], fill: &dyn Fill) -> Option<Value> {
    let mut text = String::new();
    for segment in segments {
        match segment {
            Segment::Literal(literal) => text.push_str(literal),
            Segment::Word(name) => text.push_str(&fill.word(name)?),
        }
    }
    Some(text.into())
}

/// A text after its last colon or slash.
fn last(text: &str) -> &str {
    text.rsplit([':', '/']).next().unwrap_or(text)
}

//! Kinds on a target: trees of the library filled with a model's resources.
//!
//! A back end brings its [`Hooks`] — names, units, patterns, computed values — and gets resources, exports, injected
//! variables and access rows. External resources have exports and access like any other, and no resources.

use crate::Request;
use portolan_access::{Basis, Exact};
use portolan_catalog::{
    AccessRow, Built, Catalog, Column, Environment, Export, Fill, Parent, ResourceTree, Serves, Share, Tree, Verb,
    fill_body,
};
use portolan_model::{
    Body, Function, FunctionId, Input, Model, Native, Pattern, Piece, Resource as Declared, ResourceId, Setting,
    Subject, variable,
};
use portolan_value::{Address, Context, Format, Map, Origin, Raw, Resource, Text, Value};
use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// What a back end knows and the library does not.
pub trait Hooks {
    /// The physical name of a lowered resource, when the user has not fixed it: derived, or nothing where the provider
    /// makes one.
    fn physical_name(&self, request: &Request<'_>, address: &Address, r#type: &str) -> Option<Value>;

    /// What the place of deployment knows: a text where the target says it, so that no more is made of it later.
    fn context(&self, request: &Request<'_>, context: Context) -> Value {
        let _ = request;
        context.into()
    }

    /// A deploy parameter: what stands for it where the format has none.
    fn input(&self, input: &Input) -> Value {
        Value::input(input.name.value.clone())
    }

    /// A length of time in the target's words.
    fn duration(&self, seconds: u64) -> Value;

    /// What a grant is limited to, in the target's pattern language; the patterns are never empty.
    fn patterns(&self, only: &[Pattern]) -> Value;

    /// A value that a tree asks for with `!compute`.
    fn compute(&self, request: &Request<'_>, resource: &Declared, what: &str) -> Option<Value>;

    /// An export of a function: `name`, `id`, `arn`, `url`.
    fn function_export(&self, request: &Request<'_>, function: FunctionId, export: &str) -> Option<Value>;
}

/// The kinds of a request on one target.
#[derive(Clone)]
pub struct Kinds<'a> {
    request: Request<'a>,
    format: Format,
    hooks: &'a dyn Hooks,
    /// What was filled already, by resource: bodies, variables and rows of access ask for the same again and again.
    filled: Rc<RefCell<Vec<Vec<Filled>>>>,
}

/// Something of a resource's own, and its value.
#[derive(Clone)]
struct Filled {
    own: Own,
    name: Text,
    value: Option<Value>,
}

/// What a resource has of its own.
#[derive(Clone, Copy, PartialEq)]
enum Own {
    /// An export, by its name.
    Export,
    /// The physical name of a part.
    Name,
}

/// An access row with its holes filled.
#[derive(Clone, Debug)]
pub struct FilledRow {
    /// The provider's permissions.
    pub permissions: Vec<Text>,
    /// What they are granted on.
    pub on: Value,
    /// Everything else, by key.
    pub more: Map,
    /// The objects that it is limited to; none means all.
    pub only: Vec<Pattern>,
    /// The objects that calls are about, where the row cannot be limited to them.
    pub wider: Vec<Pattern>,
    /// Whether some of the verb's permissions were left out, because the code does without.
    pub narrowed: bool,
}

impl<'a> Kinds<'a> {
    /// The kinds of a request.
    pub fn new(request: Request<'a>, format: Format, hooks: &'a dyn Hooks) -> Self {
        Self { request, format, hooks, filled: Rc::default() }
    }

    /// Something of a resource's own: filled once.
    fn once(&self, id: ResourceId, own: Own, name: &str, fill: impl FnOnce() -> Option<Value>) -> Option<Value> {
        let at = id.index();
        let is_it = |filled: &&Filled| filled.own == own && filled.name == name;
        let known = self.filled.borrow().get(at).and_then(|filled| filled.iter().find(is_it).cloned());
        if let Some(known) = known {
            return known.value;
        }
        let value = fill();
        let mut filled = self.filled.borrow_mut();
        if filled.is_empty() {
            filled.resize(self.model().resources.len(), Vec::new());
        }
        if let Some(filled) = filled.get_mut(at) {
            filled.push(Filled { own, name: Text::new(name), value: value.clone() });
        }
        value
    }

    fn filler<'k>(&'k self, owner: Owner<'a>, only: &'k [Pattern]) -> Filler<'k, 'a> {
        Filler { kinds: self, owner, only }
    }

    /// A declared resource as the owner of a tree.
    fn owner(&self, id: ResourceId) -> Owner<'a> {
        Owner::Resource(id, self.model().resource(id))
    }

    fn model(&self) -> &'a Model {
        self.request.model
    }

    fn catalog(&self) -> &'a Catalog {
        self.request.catalog
    }

    /// What a resource's kind is built of here; none where it is unsupported, which `supports` has refused.
    #[must_use]
    pub fn built(&self, resource: &'a Declared) -> Option<&'a Built> {
        match resource.kind.column(self.format) {
            Column::Built(built) => Some(built),
            Column::Unsupported(_) => None,
        }
    }

    /// The resources of a declared resource, in the order of its tree; none for an external one.
    #[must_use]
    pub fn resources(&self, id: ResourceId) -> Vec<Resource> {
        let resource = self.model().resource(id);
        match self.built(resource).filter(|_| resource.external.is_none()) {
            Some(built) => {
                let filler = self.filler(Owner::Resource(id, resource), &[]);
                let trees = built.resources.iter().filter(|tree| filler.holds(tree.when.as_deref()));
                trees.map(|tree| filler.resource(tree, &resource.name.value, &built.file)).collect()
            }
            None => Vec::new(),
        }
    }

    /// The resources of every parent that something in the app needs: of the declared resources' kinds, and those
    /// named here. Each is there once; a parent's own parents come before it.
    #[must_use]
    pub fn parents(&self, named: &[&str]) -> Vec<Resource> {
        let mut parents = Vec::new();
        let declared = self.model().resources.iter().filter(|resource| resource.external.is_none());
        let needed = declared.filter_map(|resource| self.built(resource)).flat_map(|built| &built.parents);
        for name in needed.map(AsRef::as_ref).chain(named.iter().copied()) {
            self.add_parent(name, &mut parents);
        }
        let shared = parents.into_iter().filter(|parent| parent.share == Share::Deployment);
        shared.flat_map(|parent| self.parent_resources(parent, None)).collect()
    }

    fn add_parent(&self, name: &str, parents: &mut Vec<&'a Parent>) {
        let Some(parent) = self.catalog().parent(self.format, name) else { return };
        if parents.iter().any(|known| known.name == parent.name) {
            return;
        }
        parent.parents.iter().for_each(|name| self.add_parent(name, parents));
        parents.push(parent);
    }

    /// The resources of a parent that every function has of its own.
    #[must_use]
    pub fn parents_of(&self, function: &'a Function, named: &[&str]) -> Vec<Resource> {
        let parents = named.iter().filter_map(|name| self.catalog().parent(self.format, name));
        parents.flat_map(|parent| self.parent_resources(parent, Some(function))).collect()
    }

    fn parent_resources(&self, parent: &'a Parent, function: Option<&'a Function>) -> Vec<Resource> {
        let filler = self.filler(Owner::Parent(function), &[]);
        let owner = filler.owner_name();
        parent.resources.iter().map(|tree| filler.resource(tree, owner, &parent.file)).collect()
    }

    /// An export of a subject; for a raw resource an attribute in the target's words.
    #[must_use]
    pub fn export(&self, subject: Subject, export: &str) -> Option<Value> {
        match subject {
            Subject::Resource(id) => self.once(id, Own::Export, export, || self.resource_export(id, export)),
            Subject::Function(id) => self.hooks.function_export(&self.request, id, export),
            Subject::Native(id) => {
                let address = native_address(self.model().native(id));
                Some(Value::reference(address, Text::new(export)))
            }
        }
    }

    fn resource_export(&self, id: ResourceId, export: &str) -> Option<Value> {
        let resource = self.model().resource(id);
        let built = self.built(resource)?;
        let filler = self.filler(Owner::Resource(id, resource), &[]);
        match &resource.external {
            None => built.export(export)?.tree().fill(&filler),
            Some(given) => {
                let external = built.external.as_ref()?;
                let is_id = !external.id_prefix.is_empty() && given.value.starts_with(external.id_prefix.as_ref());
                let exports = if is_id { &external.by_id } else { &external.by_name };
                exports.iter().find(|(name, _)| name == export)?.1.fill(&filler)
            }
        }
    }

    /// Whether an export is known before deployment.
    #[must_use]
    pub fn is_known(&self, id: ResourceId, export: &str) -> bool {
        let resource = self.model().resource(id);
        let export = self.built(resource).and_then(|built| built.export(export));
        resource.external.is_some() || matches!(export, Some(Export::Known(_)))
    }

    /// The variables a function gets because it sees a subject: `UPLOADS_BUCKET` and what its kind adds.
    #[must_use]
    pub fn environment(&self, subject: Subject) -> Vec<(Text, Value)> {
        match subject {
            Subject::Resource(id) => {
                let resource = self.model().resource(id);
                let filler = self.filler(Owner::Resource(id, resource), &[]);
                let variables = self.built(resource).map(|built| built.environment.as_slice()).unwrap_or_default();
                named(&resource.name.value, &resource.kind.name, variables, |value| value.fill(&filler))
            }
            Subject::Function(id) => {
                let variables = self.function_column().map(|built| built.environment.as_slice()).unwrap_or_default();
                named(&self.model().function(id).name.value, "function", variables, |value| match value {
                    Tree::Compute(export) => self.export(subject, export),
                    _ => None,
                })
            }
            Subject::Native(_) => Vec::new(),
        }
    }

    fn function_column(&self) -> Option<&'a Built> {
        match self.catalog().kind("function")?.column(self.format) {
            Column::Built(built) => Some(built),
            Column::Unsupported(_) => None,
        }
    }

    /// What a grant takes of a verb on a declared resource: on the objects that it is limited to, and as much of it as its
    /// basis says.
    #[must_use]
    pub fn access(&self, id: ResourceId, verb: &Verb, only: &[Pattern], basis: &Basis) -> Vec<FilledRow> {
        let resource = self.model().resource(id);
        let rows = self.built(resource).map(|built| built.access(verb)).unwrap_or_default();
        let filler = self.filler(Owner::Resource(id, resource), only);
        let counting = rows.iter().filter(|row| filler.holds(row.when.as_deref()));
        match basis {
            Basis::Declared | Basis::Assumed => counting.filter_map(|row| filler.row(row)).collect(),
            Basis::Code(exact) => {
                let rules = &resource.kind.verbs;
                let prefixes = rules.iter().any(|rule| rule.prefixes && rule.verb.name() == verb.name());
                counting.flat_map(|row| self.narrowed(id, row, prefixes, only, exact)).collect()
            }
        }
    }

    /// A row with the permissions that the code needs: one for all that are needed on the same. `prefixes` says whether its
    /// verb is about objects, which some targets limit grants to.
    fn narrowed(
        &self,
        id: ResourceId,
        row: &AccessRow,
        prefixes: bool,
        only: &[Pattern],
        exact: &[Exact],
    ) -> Vec<FilledRow> {
        let mut shares: Vec<(Limits<'_>, Vec<Text>)> = Vec::new();
        for permission in &row.permissions {
            let Some(share) = share(row, permission, only, exact) else { continue };
            match shares.iter_mut().find(|(known, _)| *known == share) {
                Some((_, permissions)) => permissions.push(permission.clone()),
                None => shares.push((share, vec![permission.clone()])),
            }
        }
        let fill = |(share, permissions): (Limits<'_>, Vec<Text>)| {
            let filled = self.filler(self.owner(id), share.only).row(row)?;
            let on = match (&row.serves, filled.on) {
                (Serves::Parts(option), Value::List(all)) => {
                    parts(self.model().resource(id), option, all.into_iter(), share.parts)
                }
                (_, on) => on,
            };
            let narrowed = permissions.len() < row.permissions.len();
            let wider = if prefixes { share.wider.to_vec() } else { Vec::new() };
            Some(FilledRow { permissions, on, narrowed, wider, ..filled })
        };
        shares.into_iter().filter_map(fill).collect()
    }

    /// A model's text as a value.
    #[must_use]
    pub fn text(&self, text: &portolan_model::Text) -> Value {
        Value::join(text.pieces.iter().map(|piece| self.piece(piece)))
    }

    fn piece(&self, piece: &Piece) -> Value {
        match piece {
            Piece::Literal(text) => text.clone().into(),
            Piece::Attribute(subject, attribute) => {
                self.export(*subject, &attribute.value).unwrap_or_else(|| "".into())
            }
            Piece::Input(id) => self.hooks.input(self.model().input(*id)),
            Piece::Context(context) => self.hooks.context(&self.request, *context),
        }
    }

    /// Target syntax with our references in it, as raw values.
    #[must_use]
    pub fn raw(&self, body: &Body) -> Raw {
        match body {
            Body::Null => Raw::Null,
            Body::Bool(truth) => Raw::Bool(*truth),
            Body::Number(number) => Raw::Number(number.clone()),
            Body::Text(text) => Raw::Text(text.clone()),
            Body::List(items) => Raw::List(items.iter().map(|item| self.raw(item)).collect()),
            Body::Map(entries) => Raw::Map(entries.iter().map(|(key, body)| (key.clone(), self.raw(body))).collect()),
            Body::Reference(..) | Body::Join(_) => Raw::Value(Box::new(self.joined(body))),
        }
    }

    fn joined(&self, body: &Body) -> Value {
        match body {
            Body::Reference(subject, attribute) => self.export(*subject, &attribute.value).unwrap_or_else(|| "".into()),
            Body::Join(parts) => Value::join(parts.iter().map(|part| self.joined(part))),
            Body::Text(text) | Body::Number(text) => text.clone().into(),
            body => Value::raw(self.raw(body)),
        }
    }

    /// The name the user fixed for an address, if any.
    #[must_use]
    pub fn kept_name(&self, address: &Address) -> Option<Value> {
        let keep = self.model().keeps.iter().find(|keep| keep.address.value == address.as_str())?;
        keep.name.as_ref().map(|name| name.value.clone().into())
    }

    /// The physical name of a lowered resource: the user's, else the target's rule.
    #[must_use]
    pub fn physical_name(&self, address: &Address, r#type: &str) -> Option<Value> {
        self.kept_name(address).or_else(|| self.hooks.physical_name(&self.request, address, r#type))
    }
}

/// What a permission of a row is limited to.
#[derive(Clone, Copy, PartialEq)]
struct Limits<'e> {
    /// Only these objects.
    only: &'e [Pattern],
    /// Only these of the parts that the row lists.
    parts: &'e [Pattern],
    /// The objects that it could be limited to if the row took any.
    wider: &'e [Pattern],
}

/// What the code needs of a permission of a row; none where it does without.
fn share<'e>(row: &AccessRow, permission: &str, only: &'e [Pattern], exact: &'e [Exact]) -> Option<Limits<'e>> {
    let one = exact.iter().find(|one| one.permission == permission || row.follows(&one.permission))?;
    let inside = one.inside.as_deref();
    let limits = Limits { only, parts: &[], wider: &[] };
    match (&row.serves, inside) {
        (Serves::Whole, _) => one.whole.then_some(limits),
        (Serves::Parts(_), inside) => inside.map(|parts| Limits { parts, ..limits }),
        (Serves::Inside, None) => None,
        (Serves::All | Serves::Inside, Some(inside)) if !one.whole && row.takes_objects() => {
            Some(Limits { only: inside, ..limits })
        }
        (Serves::All | Serves::Inside, Some(inside)) if !one.whole => Some(Limits { wider: inside, ..limits }),
        (Serves::All | Serves::Inside, _) => Some(limits),
    }
}

/// Those of the listed parts that calls are about; all of them where any may be.
fn parts(resource: &Declared, option: &str, all: impl Iterator<Item = Value>, asked: &[Pattern]) -> Value {
    let Some(Setting::Map(entries)) = resource.option(option).map(|setting| &setting.value) else {
        return Value::list(all);
    };
    if asked.is_empty() {
        return Value::list(all);
    }
    let is_asked = |name: &str| {
        asked.iter().any(|pattern| match pattern {
            Pattern::Key(key) => name == key,
            Pattern::Prefix(prefix) => name.starts_with(prefix.as_str()),
        })
    };
    Value::list(entries.iter().zip(all).filter(|((name, _), _)| is_asked(&name.value)).map(|(_, on)| on))
}

/// The variables of a column under the name of what they are about; those without a value are left out.
fn named(
    name: &str,
    kind: &str,
    variables: &[Environment],
    value: impl Fn(&Tree) -> Option<Value>,
) -> Vec<(Text, Value)> {
    let stem = variable(name, kind);
    let name = |suffix: &str| Text::concat(&[&stem, suffix]);
    variables.iter().filter_map(|entry| Some((name(&entry.suffix), value(&entry.value)?))).collect()
}

/// The address of a raw resource.
fn native_address(native: &Native) -> Address {
    Address::new(&native.name.value, "native")
}

/// Whose tree is filled.
#[derive(Clone, Copy)]
enum Owner<'a> {
    /// A declared resource's.
    Resource(ResourceId, &'a Declared),
    /// A parent's: the app's, or one function's.
    Parent(Option<&'a Function>),
}

struct Filler<'k, 'a> {
    kinds: &'k Kinds<'a>,
    owner: Owner<'a>,
    only: &'k [Pattern],
}

impl<'a> Filler<'_, 'a> {
    fn owner_name(&self) -> &'a str {
        match self.owner {
            Owner::Resource(_, resource) => &resource.name.value,
            Owner::Parent(Some(function)) => &function.name.value,
            Owner::Parent(None) => "app",
        }
    }

    fn holds(&self, when: Option<&str>) -> bool {
        match when {
            None => true,
            Some(option) => match option.strip_prefix('!') {
                Some(option) => !self.is_set(option),
                None => self.is_set(option),
            },
        }
    }

    fn resource(&self, tree: &ResourceTree, owner: &str, file: &str) -> Resource {
        let span = match self.owner {
            Owner::Resource(_, resource) => Some(resource.name.span),
            Owner::Parent(function) => function.map(|function| function.name.span),
        };
        Resource {
            address: Address::new(owner, &tree.part),
            r#type: tree.r#type.clone(),
            api_version: tree.api_version.clone(),
            scope: tree.scope.as_ref().and_then(|scope| scope.fill(self)),
            body: fill_body(&tree.body, self),
            after: tree.after.iter().map(|part| self.after(part, owner)).collect(),
            retain: tree.retain,
            slots: Arc::clone(&tree.slots),
            origin: Origin { span, rule: Text::new(file) },
        }
    }

    /// `part` of the same owner, or `app.part` of a parent.
    fn after(&self, part: &Text, owner: &str) -> Address {
        match part.contains('.') {
            true => part.clone().into(),
            false => Address::new(owner, part),
        }
    }

    fn row(&self, row: &AccessRow) -> Option<FilledRow> {
        Some(FilledRow {
            permissions: row.permissions.clone(),
            on: row.on.fill(self)?,
            more: fill_body(&row.more, self),
            only: self.only.to_vec(),
            wider: Vec::new(),
            narrowed: false,
        })
    }

    fn setting(&self, path: &str) -> Option<&'a Setting> {
        let Owner::Resource(_, resource) = self.owner else { return None };
        let mut steps = path.split('.');
        let mut setting = &resource.option(steps.next()?)?.value;
        for step in steps {
            let Setting::Map(entries) = setting else { return None };
            setting = &entries.iter().find(|(key, _)| key.value == step)?.1.value;
        }
        Some(setting)
    }

    fn value(&self, setting: &Setting) -> Option<Value> {
        match setting {
            Setting::Bool(truth) => Some((*truth).into()),
            Setting::Number(number) => Some((*number).into()),
            Setting::Duration(seconds) => Some(self.kinds.hooks.duration(*seconds)),
            Setting::Size(megabytes) => i64::try_from(*megabytes).ok().map(Value::Number),
            Setting::Text(text) => Some(text.clone().into()),
            Setting::Resource(id) => self.kinds.export(Subject::Resource(*id), "name"),
            Setting::List(items) => {
                items.iter().map(|item| self.value(&item.value)).collect::<Option<_>>().map(Value::List)
            }
            Setting::Map(entries) => {
                let entries =
                    entries.iter().filter_map(|(key, item)| Some((key.value.clone(), self.value(&item.value)?)));
                Some(Value::Map(entries.collect()))
            }
            Setting::Auth(_) | Setting::Cors(_) => None,
        }
    }

    /// The column whose parts are meant: a physical name depends on the type of its resource.
    fn tree_of(&self, part: &str) -> Option<&'a ResourceTree> {
        let find = |trees: &'a [ResourceTree]| trees.iter().find(|tree| tree.part == part);
        match self.owner {
            Owner::Resource(_, resource) => find(&self.kinds.built(resource)?.resources),
            Owner::Parent(_) => {
                let mut parents = self.kinds.catalog().parents(self.kinds.format);
                parents.find_map(|parent| find(&parent.resources))
            }
        }
    }
}

impl Fill for Filler<'_, '_> {
    fn word(&self, name: &str) -> Option<Cow<'_, str>> {
        let model = self.kinds.model();
        match name {
            "app" => Some(Cow::Borrowed(&model.app.value)),
            "target" => Some(Cow::Borrowed(&model.target.name.value)),
            "region" => Some(Cow::Borrowed(&model.target.region.value)),
            "stack" => Some(Cow::Owned(model.stack())),
            "name" => Some(Cow::Borrowed(self.owner_name())),
            "kind" => match self.owner {
                Owner::Resource(_, resource) => Some(Cow::Borrowed(&resource.kind.name)),
                Owner::Parent(_) => None,
            },
            _ => None,
        }
    }

    fn option(&self, path: &str) -> Option<Value> {
        self.value(self.setting(path)?)
    }

    fn is_set(&self, path: &str) -> bool {
        self.setting(path).is_some_and(|setting| !matches!(setting, Setting::Bool(false)))
    }

    fn reference(&self, subject: &str, export: &str) -> Option<Value> {
        match (subject, self.owner) {
            ("self", Owner::Resource(id, _)) => self.kinds.export(Subject::Resource(id), export),
            (option, _) => match self.setting(option)? {
                Setting::Resource(id) => self.kinds.export(Subject::Resource(*id), export),
                _ => None,
            },
        }
    }

    fn attribute(&self, part: &str, attribute: &str) -> Option<Value> {
        Some(Value::reference(Address::new(self.owner_name(), part), Text::new(attribute)))
    }

    fn parent(&self, parent: &str, attribute: &str) -> Option<Value> {
        let mut parents = self.kinds.catalog().parents(self.kinds.format);
        let shared = parents.find(|known| known.resources.iter().any(|tree| tree.part == parent))?.share;
        let owner = match shared {
            Share::Deployment => "app",
            Share::Function => self.owner_name(),
        };
        Some(Value::reference(Address::new(owner, parent), Text::new(attribute)))
    }

    fn name(&self, part: &str) -> Option<Value> {
        let name = || {
            let tree = self.tree_of(part)?;
            self.kinds.physical_name(&Address::new(self.owner_name(), part), &tree.r#type)
        };
        match self.owner {
            Owner::Resource(id, _) => self.kinds.once(id, Own::Name, part, name),
            Owner::Parent(_) => name(),
        }
    }

    fn context(&self, context: Context) -> Value {
        self.kinds.hooks.context(&self.kinds.request, context)
    }

    fn prefix(&self) -> Option<Value> {
        (!self.only.is_empty()).then(|| self.kinds.hooks.patterns(self.only))
    }

    fn external(&self) -> Option<&str> {
        match self.owner {
            Owner::Resource(_, resource) => resource.external.as_ref().map(|given| given.value.as_str()),
            Owner::Parent(_) => None,
        }
    }

    fn compute(&self, what: &str) -> Option<Value> {
        match self.owner {
            Owner::Resource(_, resource) => self.kinds.hooks.compute(&self.kinds.request, resource, what),
            Owner::Parent(_) => None,
        }
    }
}

/// A tree that is filled for a declared resource outside its column, such as one a back end holds in Rust.
impl Kinds<'_> {
    /// Fills a tree for a declared resource.
    #[must_use]
    pub fn fill(&self, id: ResourceId, tree: &Tree) -> Option<Value> {
        tree.fill(&self.filler(self.owner(id), &[]))
    }
}

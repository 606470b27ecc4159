//! Classes that are given to a framework: it makes objects of them, calls the methods that decorators mark, and goes on to the
//! classes that their decorators name: `@Module({ controllers: [Orders] })`, `@UseGuards(Auth)`.

use crate::machine::Machine;
use crate::value::{ClassIndex, Closure, Shape, Value};
use portolan_program::{Expression, Kind, Name};

/// Decorators of methods that a framework calls.
const CALLED: &[&str] = &[
    "All",
    "Cron",
    "DELETE",
    "Delete",
    "DeleteMapping",
    "EventPattern",
    "GET",
    "Get",
    "GetMapping",
    "Head",
    "Interval",
    "MessagePattern",
    "Mutation",
    "OnEvent",
    "Options",
    "PATCH",
    "POST",
    "PUT",
    "Patch",
    "PatchMapping",
    "Post",
    "PostMapping",
    "Process",
    "Put",
    "PutMapping",
    "Query",
    "RequestMapping",
    "ResolveField",
    "ResolveProperty",
    "SubscribeMessage",
    "Subscription",
    "FieldResolver",
    "all",
    "httpDelete",
    "httpGet",
    "httpPatch",
    "httpPost",
    "httpPut",
];

/// What a class promises a framework, and the method by which it is called.
const PROMISES: &[(&str, &str)] = &[
    ("CanActivate", "canActivate"),
    ("ExceptionFilter", "catch"),
    ("NestInterceptor", "intercept"),
    ("NestMiddleware", "use"),
    ("OnApplicationBootstrap", "onApplicationBootstrap"),
    ("OnModuleInit", "onModuleInit"),
    ("PipeTransform", "transform"),
];

/// How deep what decorators hold is looked into.
const DEEPEST: usize = 3;

impl Machine<'_> {
    /// Calls what a framework calls of a class that it was given; once.
    pub fn run_given(&mut self, class: ClassIndex) {
        if !self.given.insert(class) {
            return;
        }
        self.learn(class);
        self.run_view(class);
        for name in self.called_methods(class) {
            let object = self.somebody(class);
            if let Some((closure, _)) = self.method(class, &name) {
                let bound = Closure { receiver: Some(Box::new(object)), ..closure };
                self.call_closure(&bound, Vec::new(), None);
            }
        }
        for value in self.decorations(class) {
            value.each().iter().for_each(|value| self.run_decoration(value, 0));
        }
    }

    /// The methods that decorators mark, and those that the class promises.
    fn called_methods(&mut self, class: ClassIndex) -> Vec<Name> {
        let mut names = Vec::new();
        for part in self.class(class).parts.clone() {
            let source = self.source(part.module);
            let declared = source.module.class(part.class);
            for function in declared.functions.iter().map(|id| source.module.function(*id)) {
                if function.decorators.iter().any(|decorator| CALLED.contains(&decorator_name(decorator))) {
                    names.extend(function.name.clone());
                }
            }
            let bases: Vec<&Name> = declared.bases.iter().filter_map(|base| base.path.last()).collect();
            let promised = PROMISES.iter().filter(|(base, _)| bases.iter().any(|name| *name == base));
            names.extend(promised.map(|(_, method)| Name::from(*method)));
        }
        for base in self.bases(class) {
            names.extend(self.called_methods(base));
        }
        names
    }

    /// What the decorators of a class and its methods are worth.
    pub fn decorations(&mut self, class: ClassIndex) -> Vec<Value> {
        let mut values = Vec::new();
        for part in self.class(class).parts.clone() {
            let source = self.source(part.module);
            let declared = source.module.class(part.class);
            let of_methods = declared.functions.iter().flat_map(|id| &source.module.function(*id).decorators);
            for decorator in declared.decorators.iter().chain(of_methods) {
                values.push(self.evaluate(decorator, part.scope));
            }
        }
        values
    }

    /// Classes that a decorator names are given to the framework, too.
    fn run_decoration(&mut self, value: &Value, depth: usize) {
        let Value::Held(index) = value else { return };
        if depth > DEEPEST || !matches!(self.held(*index).shape, Shape::Foreign { .. }) {
            return;
        }
        for item in self.held(*index).items.clone() {
            match item {
                Value::Class(class) => self.run_given(class),
                Value::Held(_) => self.run_decoration(&item, depth + 1),
                _ => {}
            }
        }
    }
}

/// The name of a decorator: `Get` of `@Get(":id")` and of `@common.Get()`.
fn decorator_name(decorator: &Expression) -> &str {
    match &decorator.kind {
        Kind::Call(callee, _) => decorator_name(callee),
        Kind::Name(name) | Kind::Member(_, name) => name,
        _ => "",
    }
}

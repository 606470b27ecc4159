//! Functions: the account each runs as, and the service it becomes.

use super::{Account, Decider, Service, asked};
use crate::parents::{CALLER, SCHEDULER};
use crate::ranges::{self, Range};
use portolan_model::{Auth, Event, Function, FunctionId, Host, Http, Language, Runtime, Subject};
use portolan_target::token_variables;
use portolan_value::{Address, Map, Text, Value};

impl Decider<'_> {
    /// The account and the service of a function.
    pub(super) fn function(&mut self, id: FunctionId) {
        let function = self.model().function(id);
        let name = &function.name.value;
        let origin = asked(function.name.span, "a function runs as an account of its own");
        let account = self.identity(id);
        let (address, account_id) = (account.address(), self.physical(account.address(), "google_service_account"));
        self.decision.accounts.push(Account { address: address.clone(), id: account_id, function, origin });
        let service = Service {
            address: self.own(id).function.clone(),
            name: self.service_name(id),
            function,
            account,
            artifact: self.request.artifacts.of(name),
            runtime: runtime(&function.runtime.value),
            memory: ranges::MEMORY.nearest(function.memory.value),
            timeout: timeout_range(function).nearest(function.timeout.value),
            most: most_instances(function),
            least: least_instances(function),
            open: self.is_open(id, function),
            environment: self.environment(id, function),
            build: build_environment(&function.runtime.value),
            origin: asked(function.name.span, "a function is a Cloud Run function"),
        };
        self.decision.services.push(service);
    }

    /// Requests from outside come in where there is http; functions and callers of any kind are outside too.
    fn is_open(&self, id: FunctionId, function: &Function) -> bool {
        let called = !function.callers.functions.is_empty() || !function.callers.principals.is_empty();
        function.http().next().is_some() || called || self.invoked.contains(&id)
    }

    fn environment(&self, id: FunctionId, function: &Function) -> Map {
        let mut environment = self.trigger_callers(id, function);
        for (name, value) in token_variables(function, &self.kinds) {
            environment.set(name, value);
        }
        for subject in function.sees() {
            for (name, value) in self.kinds.environment(subject) {
                environment.set(name, value);
            }
        }
        for (name, text) in &function.environment {
            environment.set(name.value.clone(), self.kinds.text(text));
        }
        environment
    }
}

impl Decider<'_> {
    /// Who calls for triggers, which the entry compares with a call's token; and whether it has to verify that token
    /// itself, since the platform lets everybody in.
    fn trigger_callers(&self, id: FunctionId, function: &Function) -> Map {
        let mut callers = Map::new();
        let any = |wanted: fn(&Event) -> bool| function.triggers.iter().any(|trigger| wanted(&trigger.event));
        if any(|event| matches!(event, Event::Queue { .. } | Event::Topic { .. } | Event::Bucket(_) | Event::Table(_)))
        {
            callers.set("PORTOLAN_CALLER", email(&CALLER));
        }
        if any(|event| matches!(event, Event::Schedule(_))) {
            callers.set("PORTOLAN_SCHEDULER", email(&SCHEDULER));
        }
        // Where requests come too, whom the platform lets in is not all who may invoke.
        if self.invoked.contains(&id) && function.http().next().is_some() {
            callers.set("PORTOLAN_INVOKERS", Value::listed(self.invokers(id, function)));
        }
        let gateways = self.gateways_of(function);
        if !gateways.is_empty() && function.http().any(|(_, http)| http.host == Host::Own) {
            callers.set("PORTOLAN_GATEWAY", Value::listed(gateways));
        }
        if !callers.is_empty() && function.http().any(|(_, http)| lets_everybody_in(http)) {
            callers.set("PORTOLAN_OPEN", "true");
        }
        callers
    }

    /// The accounts of the apis with routes to a function. Where it has a host of its own too, the entry tells by them who a
    /// gateway let in.
    fn gateways_of(&self, function: &Function) -> Vec<Value> {
        let mut apis: Vec<&str> = Vec::new();
        for (_, http) in function.http() {
            if let Host::Api(api) = http.host {
                let name = self.model().resource(api).name.value.as_str();
                if !apis.contains(&name) {
                    apis.push(name);
                }
            }
        }
        apis.into_iter().map(|api| email(&Address::new(api, "identity"))).collect()
    }

    /// The accounts that may invoke a function: of functions that use it, and of callers that are named. Members that are no
    /// account have no e-mail to compare.
    fn invokers(&self, id: FunctionId, function: &Function) -> Vec<Value> {
        let of = |name: &str| email(&Address::new(name, "identity"));
        let uses = |caller: &&Function| caller.uses.iter().any(|entry| entry.subject == Subject::Function(id));
        let used_by = self.model().functions.iter().filter(uses).map(|caller| of(&caller.name.value));
        let named = function.callers.functions.iter().map(|caller| of(self.name(caller.value)));
        let given = function.callers.principals.iter().filter_map(|principal| {
            let member = principal.literal()?;
            let (kind, address) = member.split_once(':')?;
            matches!(kind, "serviceAccount" | "user").then(|| Value::from(Text::new(address)))
        });
        let mut all: Vec<Value> = Vec::new();
        for account in used_by.chain(named).chain(given) {
            if !all.contains(&account) {
                all.push(account);
            }
        }
        all
    }
}

fn email(account: &Address) -> Value {
    Value::reference(account.clone(), "email")
}

/// Cloud Run lets everybody in where nobody but the entry looks at who comes.
fn lets_everybody_in(http: &Http) -> bool {
    http.host == Host::Own && matches!(http.auth.value, Auth::Public | Auth::Jwt { .. })
}

/// `python313`, `nodejs22`, `java21`.
pub fn runtime(runtime: &Runtime) -> Text {
    let runtime = runtime.host();
    let language = match runtime.language {
        Language::Python | Language::Custom => "python",
        Language::Node => "nodejs",
        Language::Java => "java",
        Language::Dotnet => "dotnet",
        Language::Ruby => "ruby",
        Language::Go => "go",
        Language::Rust => "rust",
    };
    let (major, minor) = runtime.version.split_once('.').unwrap_or((&runtime.version, ""));
    Text::concat(&[language, major, minor])
}

/// How long a function may take, which depends on who waits for it.
pub fn timeout_range(function: &Function) -> &'static Range {
    let any = |wanted: fn(&Event) -> bool| function.triggers.iter().any(|trigger| wanted(&trigger.event));
    if any(|event| matches!(event, Event::Queue { .. } | Event::Topic { .. } | Event::Bucket(_) | Event::Table(_))) {
        &ranges::TIMEOUT_OF_MESSAGES
    } else if any(|event| matches!(event, Event::Schedule(_))) {
        &ranges::TIMEOUT_OF_SCHEDULES
    } else if any(|event| matches!(event, Event::Http(http) if matches!(http.host, Host::Api(_)))) {
        &ranges::TIMEOUT_OF_GATEWAYS
    } else {
        &ranges::TIMEOUT
    }
}

fn most_instances(function: &Function) -> i64 {
    let least = least_instances(function);
    let most = function.max_concurrency.as_ref().map(|most| ranges::INSTANCES.nearest(most.value));
    most.unwrap_or(ranges::DEFAULT_INSTANCES).max(least)
}

fn least_instances(function: &Function) -> i64 {
    function.min_instances.as_ref().map_or(0, |least| ranges::LEAST_INSTANCES.nearest(least.value))
}

/// Python's entry is found by this variable, Node's by its `package.json` (Functions Framework and buildpacks).
fn build_environment(runtime: &Runtime) -> Map {
    match runtime.host().language {
        Language::Python => Map::from([("GOOGLE_FUNCTION_SOURCE", Value::from("portolan_entry.py"))]),
        _ => Map::new(),
    }
}

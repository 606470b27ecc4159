//! A function: its identity, its logs, the storage its host keeps state and code in, its plan and its app.
//!
//! Flex Consumption allows one app per plan, and a host may do anything in its storage; so that no function reaches
//! another's, each has its own of everything.

use super::roles::{Assignment, Definition, Granted, Role, Scope};
use super::types::{CONTAINER, IDENTITY, INSIGHTS, PLAN, PUBLISHING, SITE, STORAGE, Type, WORKSPACE};
use super::{Lowering, id, name, of, platform};
use crate::hooks::entra_app_id;
use crate::ranges::{INSTANCES, LOG_DAYS, MEMORY, READY};
use portolan_diagnostics::Spanned;
use portolan_model::{Function, FunctionId, Language, Runtime, Subject};
use portolan_target::token_variables;
use portolan_value::{Address, Map, Origin, Text, Value};

/// What a host does with its blobs.
const HOST: [&str; 4] = [
    "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read",
    "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write",
    "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/delete",
    "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/add/action",
];

impl<'a> Lowering<'a> {
    /// A function with everything that only it has.
    pub(super) fn function(&mut self, at: FunctionId) {
        let function = self.model().function(at);
        self.identity(function);
        self.logs(function);
        self.host(function);
        self.access(at, function);
        self.site(at, function);
        self.door(at, function);
        self.operations(at, function);
    }

    fn own(&mut self, function: &Function, part: &'static str, r#type: Type, body: Map) -> Address {
        let origin = Origin::new(function.name.span, "function");
        self.add(of(&function.name.value, part), r#type, body, origin)
    }

    /// A body that begins with a physical name and the region.
    fn placed(&self, function: &Function, part: &str, r#type: Type) -> Map {
        let region = Text::new(&self.model().target.region.value);
        let name = self.name(&of(&function.name.value, part), r#type);
        let mut body = Map::with_capacity(6);
        body.push("name", name);
        body.push("location", region);
        body
    }

    fn identity(&mut self, function: &Function) {
        let body = self.placed(function, "role", IDENTITY);
        self.own(function, "role", IDENTITY, body);
    }

    fn logs(&mut self, function: &Function) {
        let days = i64::try_from(LOG_DAYS.nearest(function.log_retention.value.into())).unwrap_or(30);
        let workspace = self.placed(function, "workspace", WORKSPACE).with(
            "properties",
            Map::from([
                ("sku", Value::from([("name", "PerGB2018".into())])),
                ("retentionInDays", days.into()),
                ("features", Value::from([("disableLocalAuth", true.into())])),
            ]),
        );
        let workspace = self.own(function, "workspace", WORKSPACE, workspace);
        let insights = self.placed(function, "insights", INSIGHTS).with("kind", "web").with(
            "properties",
            Map::from([
                ("Application_Type", "web".into()),
                ("WorkspaceResourceId", id(&workspace)),
                ("IngestionMode", "LogAnalytics".into()),
                ("DisableLocalAuth", true.into()),
            ]),
        );
        self.own(function, "insights", INSIGHTS, insights);
    }

    fn host(&mut self, function: &Function) {
        let body = self.placed(function, "host", STORAGE).with("kind", "StorageV2");
        let body = body.with("sku", [("name", "Standard_LRS".into())]).with("properties", host_properties());
        let host = self.own(function, "host", STORAGE, body);
        let container = Value::join([name(&host), "/default/code".into()]);
        let properties = Value::from([("publicAccess", "None".into())]);
        self.own(function, "code", CONTAINER, Map::from([("name", container), ("properties", properties)]));
    }

    /// What the function may do: as its own host, for its triggers, and because it says so.
    fn access(&mut self, at: FunctionId, function: &'a Function) {
        self.host_access(function);
        self.grants(at);
        self.allowed(function);
        self.assign(&function.name.value, function.name.span);
    }

    fn host_access(&mut self, function: &Function) {
        let span = function.name.span;
        let host = of(&function.name.value, "host");
        let why = platform(span, "the host keeps its code, locks and keys in storage of its own");
        let granted = Granted::all("host", "", HOST, &why);
        let assignment = Assignment::new("host", "", Scope::Ours(id(&host)), granted);
        self.assignments.push(Assignment { role: Role::storage_owner(), ..assignment });
        let insights = of(&function.name.value, "insights");
        let why = platform(span, "every function writes its own logs");
        let data = ["Microsoft.Insights/Telemetry/Write", "Microsoft.Insights/Metrics/Write"].map(Text::fixed).to_vec();
        let granted = Granted::all("logs", "", data.clone(), &why);
        let role = Role::telemetry(self.request.settings.built_in_roles);
        if let Role::Own(key) = &role {
            self.define(key, Definition { actions: Vec::new(), data, account: None, elsewhere: Vec::new() });
        }
        let assignment = Assignment::new("insights", "", Scope::Ours(id(&insights)), granted);
        self.assignments.push(Assignment { role, ..assignment });
    }

    fn site(&mut self, at: FunctionId, function: &Function) {
        let own = &function.name.value;
        let plan = self.placed(function, "plan", PLAN).with("kind", "functionapp");
        let plan = plan.with("sku", [("name", "FC1".into()), ("tier", "FlexConsumption".into())]);
        let plan = self.own(function, "plan", PLAN, plan.with("properties", [("reserved", true.into())]));
        let role = id(&of(own, "role"));
        let identity =
            Value::from([("type", "UserAssigned".into()), ("userAssignedIdentities", Value::list([role.clone()]))]);
        let config = Map::from([
            ("appSettings", self.settings(at, function)),
            ("minTlsVersion", "1.2".into()),
            ("scmMinTlsVersion", "1.2".into()),
            ("ftpsState", "Disabled".into()),
            ("http20Enabled", true.into()),
            ("remoteDebuggingEnabled", false.into()),
        ]);
        let properties = Map::from([
            ("serverFarmId", id(&plan)),
            ("httpsOnly", true.into()),
            ("publicNetworkAccess", "Enabled".into()),
            ("clientAffinityEnabled", false.into()),
            ("keyVaultReferenceIdentity", role),
            ("functionAppConfig", app_config(function)),
            ("siteConfig", config.with_some("cors", super::http::site_cors(function)).into()),
        ]);
        let body = self.placed(function, "function", SITE).with("kind", "functionapp,linux").with("identity", identity);
        let body = body.with("properties", properties);
        let description = function.description.as_ref();
        let metadata = description.map(|text| Value::from([("description", text.value.clone().into())]));
        let origin = Origin::new(function.name.span, "function");
        let mut site = super::resource(of(own, "function"), SITE, body.with_some("metadata", metadata), origin);
        // The host cannot start before it may read its own storage.
        site.after.extend([of(own, "code"), Address::via(own, "host", "grant")]);
        let site = self.out.add(site);
        for (part, which) in [("ftp-publishing", "/ftp"), ("scm-publishing", "/scm")] {
            let body = Map::from([("name", Value::join([name(&site), which.into()]))]);
            self.own(function, part, PUBLISHING, body.with("properties", [("allow", false.into())]));
        }
    }

    /// The app's settings: the platform's, the injected, the triggers', the user's.
    fn settings(&self, at: FunctionId, function: &Function) -> Value {
        let mut settings = self.host_settings(function);
        settings.extend(function.sees().into_iter().flat_map(|subject| self.seen(subject)));
        settings.extend(token_variables(function, &self.kinds).into_iter().map(|(key, value)| (key.into(), value)));
        settings.extend(self.invokers(at, function).map(|callers| ("PORTOLAN_INVOKERS".into(), callers)));
        let triggers = function.triggers.iter().flat_map(|trigger| self.trigger_settings(at, trigger));
        settings.extend(triggers.map(|(key, value)| (key.into(), value)));
        let user = function.environment.iter().map(|(key, text)| (key.value.clone(), self.kinds.text(text)));
        let settings = settings.into_iter().chain(user);
        Value::list(settings.map(|(key, value)| Value::from([("name", Value::Text(key)), ("value", value)])))
    }

    /// What a function sees of a subject. Another function is called over http, for the app that guards it.
    fn seen(&self, subject: Subject) -> impl Iterator<Item = (Text, Value)> {
        let mut variables = self.kinds.environment(subject);
        if let (Subject::Function(_), Some((stem, _))) = (subject, variables.first().cloned()) {
            variables.push((Text::concat(&[&stem, "_AUDIENCE"]), entra_app_id(self.model())));
        }
        variables.into_iter()
    }

    fn host_settings(&self, function: &Function) -> Vec<(Text, Value)> {
        let own = &function.name.value;
        let client = Value::reference(of(own, "role"), "properties.clientId");
        let artifact = self.request.artifacts.of(own).file;
        let settings = [
            ("AzureWebJobsStorage__accountName", name(&of(own, "host"))),
            ("AzureWebJobsStorage__credential", "managedidentity".into()),
            ("AzureWebJobsStorage__clientId", client.clone()),
            (
                "APPLICATIONINSIGHTS_CONNECTION_STRING",
                Value::reference(of(own, "insights"), "properties.ConnectionString"),
            ),
            (
                "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
                Value::join(["ClientId=".into(), client.clone(), ";Authorization=AAD".into()]),
            ),
            ("AZURE_CLIENT_ID", client),
            // The root of the host is the function's, not a page of Azure's (App Service documentation, "App settings reference for
            // Azure Functions").
            ("AzureWebJobsDisableHomepage", "true".into()),
            // The package lies under this name in the container `code`; a new one restarts the app.
            ("PORTOLAN_PACKAGE", artifact.into()),
        ];
        settings.map(|(key, value)| (key.into(), value)).to_vec()
    }
}

fn host_properties() -> Map {
    Map::from([
        ("allowBlobPublicAccess", false.into()),
        ("allowCrossTenantReplication", false.into()),
        ("allowSharedKeyAccess", false.into()),
        ("defaultToOAuthAuthentication", true.into()),
        ("minimumTlsVersion", "TLS1_2".into()),
        ("publicNetworkAccess", "Enabled".into()),
        ("supportsHttpsTrafficOnly", true.into()),
    ])
}

/// Where the code lies, what runs it, and on how many instances of which size.
fn app_config(function: &Function) -> Value {
    let own = &function.name.value;
    let place = ["https://".into(), name(&of(own, "host")), ".blob.core.windows.net/code".into()];
    let authentication = Value::from([
        ("type", "UserAssignedIdentity".into()),
        ("userAssignedIdentityResourceId", id(&of(own, "role"))),
    ]);
    let storage = [("type", "blobContainer".into()), ("value", Value::join(place)), ("authentication", authentication)];
    let (language, version) = runtime(&function.runtime.value);
    let number = |value: u64| Value::Number(i64::try_from(value).unwrap_or_default());
    let most = function.max_concurrency.as_ref().map_or(100, |most| INSTANCES.nearest(most.value.into()));
    let scale = Map::from([
        ("instanceMemoryMB", number(MEMORY.nearest(function.memory.value.into()))),
        ("maximumInstanceCount", number(most)),
    ]);
    Value::from([
        ("deployment", Value::from([("storage", Value::from(storage))])),
        ("runtime", Value::from([("name", language.into()), ("version", version.into())])),
        ("scaleAndConcurrency", scale.with_some("alwaysReady", always_ready(function)).into()),
    ])
}

/// Instances that are kept: for http all functions of an app share a group, other triggers have one each.
fn always_ready(function: &Function) -> Option<Value> {
    let wanted = function.min_instances.as_ref().filter(|count| count.value > 0)?;
    let count = i64::try_from(READY.nearest(wanted.value.into())).ok()?;
    let http = function.http().next().is_some().then(|| "http".to_owned());
    let others = function.triggers.iter().filter(|trigger| trigger.event.word() != "http");
    let groups = http
        .into_iter()
        .chain(others.map(|trigger| format!("function:{}_{}", trigger.event.word(), trigger.key.replace('-', "_"))));
    let group = |name: String| Value::from([("name", name.into()), ("instanceCount", count.into())]);
    Some(Value::list(groups.map(group)))
}

/// A runtime in Azure's words; `supports` has refused the languages it lacks.
pub(crate) fn runtime(runtime: &Runtime) -> (&'static str, Text) {
    let Runtime { language, version } = runtime.host();
    match language {
        Language::Python | Language::Custom => ("python", version),
        Language::Node => ("node", version),
        Language::Java => ("java", version),
        Language::Dotnet if version.contains('.') => ("dotnet-isolated", version),
        Language::Dotnet => ("dotnet-isolated", Text::concat(&[&version, ".0"])),
        Language::Go | Language::Rust | Language::Ruby => ("custom", "1.0".into()),
    }
}

/// How long a message that a function works on stays its own: six times the timeout, as for queues.
pub(super) fn lock(timeout: &Spanned<u32>) -> Value {
    let seconds = crate::ranges::LOCK.nearest(u64::from(timeout.value) * 6);
    crate::hooks::duration(seconds).into()
}

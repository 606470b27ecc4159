//! Plans made by hand: one with every action, verdict and effect, and pieces to make others of.

use portolan_plan::{
    Action, Alarm, Approved, Basis, BasisKind, Cause, Change, Cost, Deployment, Drift, Effect, FORMAT, Finding, Grant,
    Inputs, Judgement, Needed, OutputChange, Permissions, Place, Plan, Price, Property, Reason, Said, Severity, Shown,
    Summary, Suppressed, UnitPrice, Unknown, VERSION, Verdict,
};

/// A line of the spec.
pub fn spec(line: usize) -> Option<Place> {
    Some(Place { file: "portolan.yaml".to_owned(), line })
}

pub fn value(text: &str) -> Option<Shown> {
    Some(Shown::Value(text.to_owned()))
}

pub fn said(source: &str, verdict: Verdict) -> Said {
    Said { source: source.to_owned(), version: Some("1.58.0".to_owned()), verdict, citation: None }
}

pub fn property(path: &str, before: Option<Shown>, after: Option<Shown>, verdict: Verdict) -> Property {
    let said = vec![said("schema", verdict)];
    Property { path: path.to_owned(), before, after, verdict, said, cause: Cause::Spec }
}

pub fn change(address: &str, r#type: &str, action: Action, verdict: Verdict) -> Change {
    Change {
        address: address.to_owned(),
        was: None,
        id: address.replace('.', ""),
        kind: None,
        r#type: r#type.to_owned(),
        action,
        fate: None,
        verdict,
        cause: Cause::Spec,
        place: spec(12),
        place_before: None,
        properties: Vec::new(),
        effects: Vec::new(),
        severity: Severity::Safe,
        notes: Vec::new(),
        requires: Vec::new(),
        wave: 0,
        rollback: String::new(),
    }
}

pub fn grant(who: &str, verb: &str, resource: &str, permission: &str, on: &str) -> Grant {
    Grant {
        class: "new-action".to_owned(),
        who: who.to_owned(),
        verb: Some(verb.to_owned()),
        resource: Some(resource.to_owned()),
        permission: permission.to_owned(),
        on: on.to_owned(),
        condition: None,
        public: false,
        escalation: None,
        assumed: false,
        by_hand: false,
        address: format!("{who}.role"),
        because: vec![Reason { text: format!("uses {resource}: {verb}"), place: spec(52).expect("a place") }],
        requires: Some(format!("permission-widening:{who}.{resource}.{verb}")),
    }
}

pub fn needed(effect: Effect, address: &str, says: &str, line: usize) -> Needed {
    Needed {
        approve: format!("{}:{address}", effect.word()),
        effect,
        address: address.to_owned(),
        says: says.to_owned(),
        fingerprint: format!("sha256:{line:064x}"),
        place: spec(line),
    }
}

pub fn finding(denied: bool, by: &str, address: &str, message: &str, line: usize) -> Finding {
    Finding {
        denied,
        by: by.to_owned(),
        deployment: "prod/eu-west-1".to_owned(),
        address: Some(address.to_owned()),
        message: message.to_owned(),
        place: spec(line),
    }
}

/// A deployment in which nothing changes.
pub fn quiet() -> Deployment {
    Deployment {
        app: "podcast".to_owned(),
        target: "prod".to_owned(),
        format: "aws".to_owned(),
        region: "eu-west-1".to_owned(),
        place: None,
        stack: "podcast-prod".to_owned(),
        basis: Basis {
            kind: BasisKind::Observed,
            name: None,
            lowering: Some(1),
            foreign: false,
            template: None,
            revision: None,
            observed_at: Some("2026-11-29 20:41 UTC".to_owned()),
            drift_checked: true,
        },
        inputs: Inputs {
            tool: "0.1.0".to_owned(),
            lowering: 1,
            artifacts: Default::default(),
            templates: Default::default(),
            behaviour: Vec::new(),
        },
        summary: Summary { unchanged: 27, ..Summary::default() },
        changes: Vec::new(),
        permissions: Permissions::default(),
        alarms: Vec::new(),
        outputs: Vec::new(),
        drift: Vec::new(),
        cost: Cost::default(),
        approvals: Vec::new(),
        unknowns: Vec::new(),
        suppressed: Vec::new(),
        spec: spec(1).expect("a place"),
    }
}

/// A plan of these deployments.
pub fn plan(deployments: Vec<Deployment>) -> Plan {
    let id = "sha256:7f3a91c2d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f".to_owned();
    Plan { format: FORMAT.to_owned(), version: VERSION.to_owned(), id, deployments }
}

/// Every action, verdict and effect.
pub fn rich() -> Plan {
    let mut deployment = quiet();
    deployment.changes = changes();
    deployment.permissions = permissions();
    deployment.alarms = alarms();
    deployment.approvals = vec![
        needed(Effect::PermissionWidening, "notify.uploads.read", "`notify` may read all of `uploads`", 52),
        needed(Effect::PermissionWidening, "tag.episodes.write", "`tag` may write outside of `episodes/tagged/`", 32),
        needed(Effect::PublicExposure, "device-api.http", "everybody may call GET /commands", 24),
        needed(Effect::DataLoss, "shows.table", "from now on its data goes when it is removed", 8),
        needed(Effect::DataLoss, "missions.table", "the table and all that is in it are destroyed", 12),
        needed(Effect::Irreversible, "signing.key", "a key that is gone reads nothing any more", 61),
    ];
    deployment.outputs = vec![
        OutputChange {
            name: "ApiUrl".to_owned(),
            before: None,
            after: Some(Shown::Unknown("named by the cloud".to_owned())),
        },
        OutputChange { name: "Queue".to_owned(), before: value("publish"), after: value("publish.fifo") },
        OutputChange { name: "Token".to_owned(), before: Some(Shown::Secret), after: None },
    ];
    deployment.drift = drift();
    deployment.cost = Cost {
        known: vec![
            price("signing.key", "a key", "-1.00", "https://aws.amazon.com/kms/pricing/"),
            price("late.alarm", "a standard alarm", "0.10", "https://aws.amazon.com/cloudwatch/pricing/"),
        ],
        units: vec![UnitPrice {
            r#type: "AWS::SQS::Queue".to_owned(),
            what: "requests".to_owned(),
            per: "1M requests".to_owned(),
            usd: "0.40".to_owned(),
            source: "https://aws.amazon.com/sqs/pricing/".to_owned(),
            date: "2026-11-20".to_owned(),
        }],
        not_estimated: vec!["AWS::Lambda::Function".to_owned()],
    };
    deployment.unknowns = vec![Unknown {
        address: "legacy.thing".to_owned(),
        path: "Mode".to_owned(),
        why: "no source says how a Custom::Thing takes a change".to_owned(),
    }];
    deployment.suppressed = vec![
        suppressed("tag.role", "Policies[0].Statement", "order-of-a-set", "2 statements in another order"),
        suppressed("tag.function", "Timeout", "number-as-text", "\"30\" and 30"),
    ];
    deployment.summary = Summary {
        create: 1,
        update: 4,
        replace: 2,
        delete: 2,
        rename: 1,
        import: 1,
        forget: 1,
        unchanged: 27,
        impossible: 1,
        data_loss: 2,
        widening: 2,
        exposure: 1,
        approvals: 6,
    };
    let mut second = quiet();
    second.region = "us-east-1".to_owned();
    plan(vec![deployment, second])
}

/// What gates find of the rich plan, with one approval given.
pub fn judged() -> Judgement {
    let approved = Approved {
        approve: "irreversible:signing.key".to_owned(),
        deployment: "prod/eu-west-1".to_owned(),
        reason: Some("rotated on 1 October, nothing is signed with it".to_owned()),
        expires: Some("2026-12-31".to_owned()),
    };
    let findings = vec![
        finding(false, "policies/tags.rego", "publish.queue", "a queue has no owner", 19),
        finding(true, "data-loss", "missions.table", "the table and all that is in it are destroyed", 12),
    ];
    Judgement { findings, approved: vec![approved] }
}

fn price(address: &str, what: &str, usd: &str, source: &str) -> Price {
    Price {
        address: address.to_owned(),
        what: what.to_owned(),
        monthly_usd: usd.to_owned(),
        source: source.to_owned(),
        date: "2026-11-20".to_owned(),
    }
}

fn suppressed(address: &str, path: &str, rule: &str, change: &str) -> Suppressed {
    Suppressed { address: address.to_owned(), path: path.to_owned(), rule: rule.to_owned(), change: change.to_owned() }
}

fn permissions() -> Permissions {
    let mut widened =
        grant("tag", "write", "episodes", "s3:PutObject", "arn:{partition}:s3:::podcast-episodes-{account}/*");
    widened.class = "wider-resource".to_owned();
    widened.because[0].place = spec(32).expect("a place");
    widened.condition = Some("aws:SecureTransport is true".to_owned());
    let uploads = "arn:{partition}:s3:::podcast-uploads-{account}/*";
    let call = Reason {
        text: "handle → s3.get_object".to_owned(),
        place: Place { file: "src/notify.py".to_owned(), line: 14 },
    };
    let mut read = grant("notify", "read", "uploads", "s3:GetObject", uploads);
    read.because.insert(0, call);
    let mut tags = read.clone();
    tags.permission = "s3:GetObjectTagging".to_owned();
    let mut hand = grant("admin", "", "", "iam:PassRole", "*");
    (hand.verb, hand.resource) = (None, None);
    (hand.by_hand, hand.escalation) = (true, Some("can become any role of the account".to_owned()));
    let mut lost = grant("tag", "read", "uploads", "s3:GetObject", uploads);
    lost.requires = None;
    Permissions { wider: vec![read, tags, widened, hand], narrower: vec![lost] }
}

fn alarms() -> Vec<Alarm> {
    let open = Alarm {
        effect: Effect::PublicExposure,
        address: "device-api.http".to_owned(),
        path: "AuthorizationType".to_owned(),
        says: "GET /commands is open to everybody".to_owned(),
        change: "was iam, now public".to_owned(),
        place: spec(24),
        requires: "public-exposure:device-api.http".to_owned(),
    };
    let unguarded = Alarm {
        effect: Effect::DataLoss,
        address: "shows.table".to_owned(),
        path: "DeletionPolicy".to_owned(),
        says: "its data goes when it goes".to_owned(),
        change: "Retain → Delete".to_owned(),
        place: spec(8),
        requires: "data-loss:shows.table".to_owned(),
    };
    vec![open, unguarded]
}

fn drift() -> Vec<Drift> {
    let of = |address: &str, gone: bool, touched: bool, properties: Vec<Property>| Drift {
        address: address.to_owned(),
        r#type: "AWS::Lambda::Function".to_owned(),
        gone,
        properties,
        touched,
    };
    let memory = property("MemorySize", value("256"), value("1024"), Verdict::InPlace);
    vec![
        of("tag.function", false, true, vec![memory.clone()]),
        of("old.function", true, false, Vec::new()),
        of("list.function", false, false, vec![memory]),
    ]
}

fn changes() -> Vec<Change> {
    let mut table = change("missions.table", "AWS::DynamoDB::Table", Action::Delete, Verdict::InPlace);
    table.effects = vec![Effect::DataLoss];
    table.severity = Severity::Loss;
    table.notes = vec!["removed from the spec; it was on line 12 of the basis".to_owned()];
    table.requires = vec!["data-loss:missions.table".to_owned()];
    let mut key = change("signing.key", "AWS::KMS::Key", Action::ReplaceCreateFirst, Verdict::Replace);
    key.effects = vec![Effect::Irreversible, Effect::Replacement, Effect::Quota];
    key.severity = Severity::Loss;
    key.place = spec(61);
    let mut spec_of_key = property("KeySpec", value("RSA_2048"), value("RSA_4096"), Verdict::Replace);
    spec_of_key.said = vec![said("schema", Verdict::InPlace), said("overlay", Verdict::Replace)];
    spec_of_key.said[1].citation = Some("KMS Developer Guide, \"Key spec reference\"".to_owned());
    key.properties = vec![spec_of_key];
    key.rollback = "both keys stay; the new one is not used".to_owned();
    let mut queue = change("publish.queue", "AWS::SQS::Queue", Action::ReplaceDeleteFirst, Verdict::Replace);
    queue.effects = vec![Effect::Downtime, Effect::NameCollision, Effect::Replacement];
    queue.severity = Severity::Disruptive;
    queue.place = spec(19);
    queue.properties = vec![
        property("Tags[owner]", None, value("media"), Verdict::InPlace),
        property("FifoQueue", value("false"), value("true"), Verdict::Replace),
    ];
    queue.notes =
        vec!["2 functions lose their trigger for about a minute; messages in the old queue are not moved".to_owned()];
    let mut refused = change("billing.table", "AWS::DynamoDB::Table", Action::Update, Verdict::Impossible);
    refused.effects = vec![Effect::Unknown];
    refused.severity = Severity::Disruptive;
    refused.properties = vec![property("TableName", value("a"), value("b"), Verdict::Impossible)];
    let mut unsure = change("legacy.thing", "Custom::Thing", Action::Update, Verdict::Unknown);
    unsure.effects = vec![Effect::Unknown];
    unsure.severity = Severity::Disruptive;
    unsure.properties = vec![property("Mode", value("a"), value("b"), Verdict::Unknown)];
    unsure.properties[0].said.clear();
    vec![table, key, queue, refused, unsure].into_iter().chain(safe_changes()).collect()
}

fn safe_changes() -> Vec<Change> {
    let mut function = change("tag.function", "AWS::Lambda::Function", Action::Update, Verdict::InPlace);
    function.place = spec(28);
    let code = |digest: &str| Some(Shown::Long { bytes: 48_211, digest: digest.to_owned() });
    function.properties = vec![
        property("Timeout", value("30"), value("60"), Verdict::InPlace),
        property("Code", code("sha256:3f9c00112233"), code("sha256:a81d44556677"), Verdict::InPlace),
        property("Environment.API_KEY", Some(Shown::Secret), Some(Shown::Secret), Verdict::InPlace),
    ];
    let lines = ["A", "B", "C", "D", "E"];
    let variable = |name: &&str| property(&format!("Environment.{name}"), None, value("1"), Verdict::InPlace);
    function.properties.extend(lines.iter().map(variable));
    function.cause = Cause::Artifact;
    let mut role = change("tag.role", "AWS::IAM::Role", Action::Update, Verdict::Conditional);
    role.effects = vec![Effect::PermissionWidening, Effect::Replacement];
    role.severity = Severity::Widening;
    let document =
        |action: &str| Some(Shown::Body(format!("{{\n  \"Action\": \"s3:{action}\",\n  \"Effect\": \"Allow\"\n}}\n")));
    role.properties = vec![property("Policies[0]", document("GetObject"), document("PutObject"), Verdict::Conditional)];
    let mut renamed = change("shows.records", "AWS::DynamoDB::Table", Action::Rename, Verdict::InPlace);
    renamed.was = Some("shows.table".to_owned());
    renamed.cause = Cause::Compiler;
    let mut forgotten = change("old.bucket", "AWS::S3::Bucket", Action::Forget, Verdict::InPlace);
    forgotten.place = None;
    let mut gone = change("old.logs", "AWS::Logs::LogGroup", Action::Delete, Verdict::InPlace);
    gone.place = None;
    let mut created = change("late.alarm", "AWS::CloudWatch::Alarm", Action::Create, Verdict::InPlace);
    created.properties = vec![property("Threshold", None, value("1"), Verdict::InPlace)];
    let imported = change("media.bucket", "AWS::S3::Bucket", Action::Import, Verdict::InPlace);
    let mut same = change("web.url", "AWS::Lambda::Url", Action::NoOp, Verdict::InPlace);
    same.cause = Cause::Drift;
    vec![role, function, renamed, forgotten, gone, created, imported, same]
}

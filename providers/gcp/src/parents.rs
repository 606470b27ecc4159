//! The addresses of what a deployment has once: every function refers to them, so they are made once too.

use portolan_value::{Address, Value};
use std::sync::LazyLock;

/// A part of the deployment itself.
type Shared = LazyLock<Address>;

/// The bucket that holds the functions' code.
static ARTIFACTS: Shared = Shared::new(|| Address::new("app", "artifacts"));

/// The repository that holds their images.
static IMAGES: Shared = Shared::new(|| Address::new("app", "images"));

/// The account that builds them.
pub static BUILDER: Shared = Shared::new(|| Address::new("app", "builder"));

/// The account that Pub/Sub calls functions as.
pub static CALLER: Shared = Shared::new(|| Address::new("app", "caller"));

/// The account that the clock calls functions as.
pub static SCHEDULER: Shared = Shared::new(|| Address::new("app", "scheduler"));

/// What the builder has to be granted before the first function is built.
pub static BUILDS: LazyLock<[Address; 3]> =
    LazyLock::new(|| ["build-images", "build-log", "build-sources"].map(|build| Address::via("app", build, "grant")));

/// What its cloud calls a part of the deployment.
type Known = LazyLock<Value>;

/// The name of the bucket that holds the functions' code.
pub static ARTIFACTS_NAME: Known = Known::new(|| Value::reference(ARTIFACTS.clone(), "name"));

/// The name of the repository that holds their images.
pub static IMAGES_NAME: Known = Known::new(|| Value::reference(IMAGES.clone(), "name"));

/// Its full name.
pub static IMAGES_ID: Known = Known::new(|| Value::reference(IMAGES.clone(), "id"));

/// The full name of the account that builds them.
pub static BUILDER_NAME: Known = Known::new(|| Value::reference(BUILDER.clone(), "name"));

/// Service accounts and custom roles can be made.
pub static IAM: Shared = Shared::new(|| Address::new("app", "iam-enabled"));

/// Topics and subscriptions can be made.
pub static MESSAGES: Shared = Shared::new(|| Address::new("app", "pubsub-enabled"));

/// Jobs of the clock can be made.
pub static CLOCK: Shared = Shared::new(|| Address::new("app", "scheduler-enabled"));

/// Listeners to tables can be made.
pub static CHANGES: Shared = Shared::new(|| Address::new("app", "eventarc-enabled"));

/// Tables can be made.
pub static TABLES: Shared = Shared::new(|| Address::new("app", "firestore-enabled"));

//! The SDKs of Python.

mod boto3; // clients, resource objects, paginators, waiters, transfers
mod given; // a call's arguments
mod powertools; // AWS's own toolkit for functions
mod files; // objects as files: pandas, s3fs and their like
mod wrangler; // awswrangler
mod models; // language models of Bedrock: Anthropic, LangChain
mod secrets; // caches of secrets
mod pynamodb; // an ORM over DynamoDB
mod signing; // requests that are signed by hand
mod google; // Google Cloud
mod azure; // Azure
mod system; // the environment

pub(crate) use boto3::Boto3;

use super::portolan::Portolan;
use crate::Library;

/// All of them.
pub const LIBRARIES: &[&dyn Library] = &[
    &system::System,
    &Boto3,
    &powertools::Powertools,
    &files::Files,
    &wrangler::Wrangler,
    &models::Models,
    &secrets::Secrets,
    &pynamodb::PynamoDb,
    &signing::Signing,
    &google::Google,
    &azure::Azure,
    &Portolan,
];

//! `awswrangler`, data frames on AWS: what its functions ask of the services behind them.

use super::files::{FRAME, bare, done, object, of_bucket, of_object, read, written};
use super::given::Given;
use crate::aws::{Service, perform};
use crate::{Argument, Library, Object, Operation, Outcome, Term};
use std::collections::BTreeMap;

/// `awswrangler`.
pub struct Wrangler;

impl Library for Wrangler {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        let (module, name) = symbol.strip_prefix("awswrangler.")?.rsplit_once('.')?;
        let given = Given(arguments);
        let operations = match module {
            "s3" => of_s3(name, given)?,
            "dynamodb" => of_tables(name, given)?,
            "catalog" => of_catalogue(name, given)?,
            "secretsmanager" if name.starts_with("get_secret") => {
                asked("secretsmanager", &["GetSecretValue"], [("SecretId", given.take(0, "name"))])
            }
            "redshift" | "mysql" | "postgresql" | "sqlserver" | "oracle" => of_database(module, name, given)?,
            "cloudwatch" => asked("logs", logs(name)?, []),
            "timestream" => asked("timestream-write", timestream(name)?, []),
            "sts" => match name {
                "get_account_id" | "get_current_identity_arn" | "get_current_identity_name" => Vec::new(),
                _ => return None,
            },
            _ => return None,
        };
        Some(Outcome { value: object(FRAME), ..done(operations) })
    }

    fn method(&self, _object: &Object, _name: &str, _arguments: &[Argument]) -> Option<Outcome> {
        None
    }
}

/// Reading lists the path first. What is written as a data set may replace what is there and is entered in the catalogue.
fn of_s3(name: &str, given: Given<'_>) -> Option<Vec<Operation>> {
    let path = given.named("path").or_else(|| given.at(usize::from(name.starts_with("to_")))).unwrap_or_default();
    let path = bare(&path);
    let listed = || of_bucket("ListObjectsV2", &path);
    let deleted = || listed().into_iter().chain(of_object("DeleteObject", &path));
    Some(match name {
        "list_objects" | "list_directories" => listed(),
        "does_object_exist" | "download" => read(&path),
        "upload" => written(&bare(&given.take(1, "path"))),
        "delete_objects" => deleted().collect(),
        "describe_objects" | "size_objects" => listed().into_iter().chain(read(&path)).collect(),
        _ if name.starts_with("read_") => listed().into_iter().chain(read(&path)).collect(),
        _ if name.starts_with("to_") => {
            let replaces =
                given.named("mode").is_some_and(|mode| mode.literal().is_none_or(|mode| mode.starts_with("overwrite")));
            let replaced: Vec<Operation> = if replaces { deleted().collect() } else { Vec::new() };
            written(&path).into_iter().chain(replaced).chain(entered(given)).collect()
        }
        _ => return None,
    })
}

/// A data set that is entered in the catalogue of Glue: its table is looked up, made or brought up to date.
fn entered(given: Given<'_>) -> Vec<Operation> {
    let (Some(database), Some(table)) = (given.named("database"), given.named("table")) else { return Vec::new() };
    let by_name =
        |operation| asked("glue", &[operation], [("DatabaseName", database.clone()), ("Name", table.clone())]);
    let of_table = [("DatabaseName", database.clone()), ("TableName", table.clone())];
    let partitions = match given.named("partition_cols") {
        Some(_) => asked("glue", &["BatchCreatePartition"], of_table),
        None => Vec::new(),
    };
    ["GetTable", "CreateTable", "UpdateTable"].into_iter().flat_map(by_name).chain(partitions).collect()
}

/// Items are written in batches, after the table's keys were asked for.
fn of_tables(name: &str, given: Given<'_>) -> Option<Vec<Operation>> {
    let table = given.named("table_name").or_else(|| given.at(1)).unwrap_or_default();
    let operations: &[&str] = match name {
        "put_df" | "put_items" | "put_csv" | "put_json" => &["DescribeTable", "BatchWriteItem"],
        "delete_items" => &["DescribeTable", "BatchWriteItem"],
        "read_items" => {
            let table = given.take(0, "table_name");
            let reads = match (given.named("partition_values"), given.named("key_condition_expression")) {
                (Some(_), _) => "BatchGetItem",
                (None, Some(_)) => "Query",
                (None, None) => "Scan",
            };
            return Some(asked("dynamodb", &["DescribeTable", reads], [("TableName", table)]));
        }
        "get_table" => return Some(Vec::new()),
        _ => return None,
    };
    // A batch names its tables by its keys.
    let all = operations.iter().flat_map(|operation| match *operation {
        "BatchWriteItem" => {
            let name = table.literal().unwrap_or_default();
            let items = Term::Record(BTreeMap::from([(name.into(), Term::Unknown)]));
            let known = if name.is_empty() { Term::Unknown } else { items };
            asked("dynamodb", &["BatchWriteItem"], [("RequestItems", known)])
        }
        other => asked("dynamodb", &[other], [("TableName", table.clone())]),
    });
    Some(all.collect())
}

fn of_catalogue(name: &str, given: Given<'_>) -> Option<Vec<Operation>> {
    let operation = match name {
        "does_table_exist"
        | "table"
        | "get_table_types"
        | "get_table_location"
        | "get_table_parameters"
        | "get_table_description"
        | "get_columns_comments" => "GetTable",
        "tables" | "get_tables" | "search_tables" => "GetTables",
        "databases" | "get_databases" => "GetDatabases",
        "create_database" => "CreateDatabase",
        "delete_database" => "DeleteDatabase",
        "delete_table_if_exists" => "DeleteTable",
        "get_partitions" | "get_csv_partitions" | "get_parquet_partitions" => "GetPartitions",
        "add_csv_partitions" | "add_json_partitions" | "add_parquet_partitions" => "BatchCreatePartition",
        _ => return None,
    };
    let named = |word| given.named(word).unwrap_or_default();
    let input = [("DatabaseName", named("database")), ("Name", named("table")), ("TableName", named("table"))];
    Some(asked("glue", &[operation], input))
}

/// A connection's password is a secret, or stands in a connection of Glue; what goes over it is the database's own.
fn of_database(module: &str, name: &str, given: Given<'_>) -> Option<Vec<Operation>> {
    let secret =
        || given.named("secret_id").map(|secret| asked("secretsmanager", &["GetSecretValue"], [("SecretId", secret)]));
    let connection = || {
        let connection = given.named("connection").or_else(|| given.at(0))?;
        Some(asked("glue", &["GetConnection"], [("Name", connection)]))
    };
    Some(match name {
        "connect" => secret().or_else(connection).unwrap_or_default(),
        "connect_temp" => {
            let cluster = [("ClusterIdentifier", given.take(0, "cluster_identifier"))];
            asked("redshift", &["GetClusterCredentials", "DescribeClusters"], cluster)
        }
        "to_sql" | "read_sql_query" | "read_sql_table" => Vec::new(),
        // Rows go by way of files in S3.
        _ if module == "redshift" => return None,
        _ => return None,
    })
}

fn logs(name: &str) -> Option<&'static [&'static str]> {
    Some(match name {
        "read_logs" | "run_query" => &["StartQuery", "GetQueryResults"],
        "start_query" => &["StartQuery"],
        "wait_query" => &["GetQueryResults"],
        "filter_log_events" => &["FilterLogEvents"],
        "describe_log_streams" => &["DescribeLogStreams"],
        _ => return None,
    })
}

fn timestream(name: &str) -> Option<&'static [&'static str]> {
    Some(match name {
        "write" => &["WriteRecords", "DescribeEndpoints"],
        "create_database" => &["CreateDatabase", "DescribeEndpoints"],
        "create_table" => &["CreateTable", "DescribeEndpoints"],
        _ => return None,
    })
}

fn asked<const N: usize>(service: &str, operations: &[&str], input: [(&str, Term); N]) -> Vec<Operation> {
    let Some(service) = Service::by_id(service) else { return Vec::new() };
    let input = Term::Record(input.into_iter().map(|(name, term)| (name.into(), term)).collect());
    operations.iter().map(|operation| perform(service, operation, &input)).collect()
}

//! Packages around the SDKs: tracers, which give what they are given; mail over SES; SQL over the Data API; uploads of forms;
//! what reads and fills queues; what writes logs.

use super::aws::v2::Version2;
use super::given::{asked, at, done, member, object, record, value};
use crate::aws::transfer;
use crate::{Argument, Library, Object, Outcome, Term};
use smol_str::SmolStr;

/// Tracers, `nodemailer`, `data-api-client`, `multer-s3` and their like.
pub struct Wrappers;

const MAIL: &str = "wrappers.mail:";
const TRACER: &str = "wrappers.tracer";
const SQL: &str = "wrappers.sql";
const PRODUCER: &str = "wrappers.producer";

/// Functions and methods that trace a client or a whole SDK.
const TRACES: &[&str] = &["captureAWS", "captureAWSClient", "captureAWSv3Client"];

impl Library for Wrappers {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        let (package, name) = symbol.split_once('.').unwrap_or((symbol, ""));
        if let Some(client) = package.strip_prefix("@dazn/lambda-powertools-").and_then(correlated) {
            return Version2.method(&client, name, arguments);
        }
        match (package, name) {
            ("aws-xray-sdk" | "aws-xray-sdk-core", name) if TRACES.contains(&name) => Some(value(at(arguments, 0))),
            ("@aws-lambda-powertools/tracer" | "@aws-lambda-powertools/tracer/Tracer", "Tracer") => {
                Some(value(object(TRACER, Default::default())))
            }
            ("nodemailer", "createTransport") => mailer(&at(arguments, 0)),
            ("ask-sdk-dynamodb-persistence-adapter" | "ask-sdk", "DynamoDbPersistenceAdapter") => {
                let table = record([("TableName", member(&at(arguments, 0), "tableName"))]);
                Some(done(asked("dynamodb", &["GetItem", "PutItem"], &table)))
            }
            ("data-api-client", "") => Some(value(object(SQL, connected(&at(arguments, 0)).into()))),
            ("kysely-data-api", "DataApiDialect") => {
                let driver = member(&at(arguments, 0), "driver");
                let operations = asked("rds-data", &["ExecuteStatement"], &Term::Record(connected(&driver).into()));
                Some(Outcome { operations, ..value(object(SQL, connected(&driver).into())) })
            }
            // Migrations run in a transaction.
            ("kysely", "Migrator") => match member(&at(arguments, 0), "db") {
                Term::Object(Object { class, facts }) if class == SQL => {
                    let operations = ["BeginTransaction", "CommitTransaction", "RollbackTransaction"];
                    Some(done(asked("rds-data", &operations, &Term::Record(facts))))
                }
                _ => None,
            },
            ("drizzle-orm/aws-data-api/pg" | "drizzle-orm/aws-data-api/pg/index", "drizzle") => {
                let options =
                    if arguments.len() > 1 { at(arguments, 1) } else { member(&at(arguments, 0), "connection") };
                let operations = asked("rds-data", &["ExecuteStatement"], &Term::Record(connected(&options).into()));
                Some(Outcome { operations, ..value(object(SQL, connected(&options).into())) })
            }
            ("unzipper", "Open.s3" | "Open.s3_v3") => Some(done(asked("s3", &["GetObject"], &at(arguments, 1)))),
            ("aws-param-store", name) => parameter(name.strip_suffix("Sync").unwrap_or(name), &at(arguments, 0)),
            ("multer-s3" | "multer-s3-v3" | "multer-s3-transform", "") => {
                Some(done(vec![transfer::upload(member(&at(arguments, 0), "bucket"), Term::Unknown, &Term::Unknown)]))
            }
            ("sqs-consumer", "Consumer" | "Consumer.create" | "create") => Some(consumer(&at(arguments, 0))),
            ("sqs-producer", "Producer" | "Producer.create" | "create") => {
                let facts = [("QueueUrl".into(), member(&at(arguments, 0), "queueUrl"))];
                Some(value(object(PRODUCER, facts.into())))
            }
            ("winston-cloudwatch", "") => Some(logger(&at(arguments, 0))),
            _ => None,
        }
    }

    fn method(&self, of: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        match of.class.as_str() {
            TRACER => TRACES.contains(&name).then(|| value(at(arguments, 0))),
            SQL => sql(of, name),
            PRODUCER if name == "send" => {
                Some(done(asked("sqs", &["SendMessageBatch"], &Term::Record(of.facts.clone()))))
            }
            PRODUCER if name == "queueSize" => {
                Some(done(asked("sqs", &["GetQueueAttributes"], &Term::Record(of.facts.clone()))))
            }
            class => mail(class.strip_prefix(MAIL)?, name),
        }
    }

    fn instance(&self, symbol: &str) -> Option<Object> {
        let tracer = symbol == "@aws-lambda-powertools/tracer.Tracer";
        tracer.then(|| Object { class: TRACER.into(), facts: Default::default() })
    }
}

/// A client that forwards correlation ids and is the SDK's otherwise.
fn correlated(package: &str) -> Option<Object> {
    let class = match package {
        "dynamodb-client" => "aws.document",
        "eventbridge-client" => "aws.v2:events",
        "firehose-client" => "aws.v2:firehose",
        "kinesis-client" => "aws.v2:kinesis",
        "lambda-client" => "aws.v2:lambda",
        "sns-client" => "aws.v2:sns",
        "sqs-client" => "aws.v2:sqs",
        "step-functions-client" => "aws.v2:stepfunctions",
        _ => return None,
    };
    Some(Object { class: class.into(), facts: Default::default() })
}

/// A transport over SES: by a client of the second generation, or `{ ses }`, or `{ sesClient }` of the newer API.
fn mailer(options: &Term) -> Option<Outcome> {
    let client = member(options, "SES");
    let newer = member(&client, "sesClient") != Term::Unknown;
    let service = if newer { "sesv2" } else { "ses" };
    (client != Term::Unknown).then(|| value(object(format!("{MAIL}{service}"), Default::default())))
}

fn mail(service: &str, name: &str) -> Option<Outcome> {
    let operation = if service == "sesv2" { "SendEmail" } else { "SendRawEmail" };
    (name == "sendMail").then(|| done(asked(service, &[operation], &Term::Unknown)))
}

/// Where SQL goes, and the secret by which.
fn connected(options: &Term) -> [(SmolStr, Term); 2] {
    ["resourceArn", "secretArn"].map(|name| (name.into(), member(options, name)))
}

/// What reads a queue, hands each message on, and deletes it; and hides it for longer while it is told to.
fn consumer(options: &Term) -> Outcome {
    let mut operations = vec!["ReceiveMessage", "DeleteMessage"];
    let hides = ["terminateVisibilityTimeout", "heartbeatInterval"];
    if hides.iter().any(|name| member(options, name) != Term::Unknown) {
        operations.push("ChangeMessageVisibility");
    }
    done(asked("sqs", &operations, &record([("QueueUrl", member(options, "queueUrl"))])))
}

/// `aws-param-store`, whose functions are the service's operations.
fn parameter(name: &str, given: &Term) -> Option<Outcome> {
    let (operation, input) = match name {
        "getParameter" => ("GetParameter", "Name"),
        "putParameter" => ("PutParameter", "Name"),
        "getParameters" => ("GetParameters", "Names"),
        "getParametersByPath" => ("GetParametersByPath", "Path"),
        _ => return None,
    };
    Some(done(asked("ssm", &[operation], &record([(input, given.clone())]))))
}

/// What writes log events, into a group and stream that it makes.
fn logger(options: &Term) -> Outcome {
    let mut operations = vec!["CreateLogGroup", "CreateLogStream", "DescribeLogStreams", "PutLogEvents"];
    if member(options, "retentionInDays") != Term::Unknown {
        operations.push("PutRetentionPolicy");
    }
    done(asked("logs", &operations, &record([("logGroupName", member(options, "logGroupName"))])))
}

fn sql(of: &Object, name: &str) -> Option<Outcome> {
    let operations: &[&str] = match name {
        "query" | "executeStatement" => &["ExecuteStatement"],
        "batchExecuteStatement" => &["BatchExecuteStatement"],
        "beginTransaction" => &["BeginTransaction"],
        "commitTransaction" => &["CommitTransaction"],
        "rollbackTransaction" => &["RollbackTransaction"],
        "transaction" => &["BeginTransaction", "ExecuteStatement", "CommitTransaction", "RollbackTransaction"],
        _ => return None,
    };
    let outcome = done(asked("rds-data", operations, &Term::Record(of.facts.clone())));
    Some(Outcome { value: if name == "transaction" { Term::Object(of.clone()) } else { Term::Unknown }, ..outcome })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tracers_give_what_they_are_given() {
        let client = Argument { name: None, term: Term::Symbol("aws-sdk".into()) };
        let traced = Wrappers.call("aws-xray-sdk-core.captureAWS", std::slice::from_ref(&client)).unwrap();
        assert_eq!(traced.value, client.term);
        assert_eq!(Wrappers.call("aws-xray-sdk.captureHTTPsGlobal", &[]), None);
    }

    #[test]
    fn mail_goes_over_the_client_it_is_given() {
        let options = record([("SES", object("aws.v2:ses", Default::default()))]);
        let Term::Object(mailer) = mailer(&options).unwrap().value else { panic!("no mailer") };
        let sent = Wrappers.method(&mailer, "sendMail", &[]).unwrap();
        assert_eq!(sent.operations[0].name, "SendRawEmail");
        assert!(Wrappers.call("nodemailer.createTransport", &[]).is_none());
    }
}

//! Libraries: what the names and objects of an SDK do.

use crate::libraries::{csharp, go, java, javascript, python, ruby, rust};
use crate::{Argument, Language, Object, Operation, Outcome, Term};

/// An SDK, or a family of SDKs, in one language.
///
/// A symbol is a name that lies outside the program: the module or package as imported and the members behind it, joined by
/// points: `boto3.client`, `@aws-sdk/client-s3.S3Client`, `github.com/aws/aws-sdk-go-v2/service/s3.NewFromConfig`,
/// `software.amazon.awssdk.services.s3.S3Client.builder`, `Aws.S3.Client.new`, `aws_sdk_s3.Client.new`.
pub trait Library: Sync {
    /// What calling a symbol, or making an object of it, does and gives. None: not a symbol of this library.
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome>;

    /// What calling a method of an object does and gives. None: not an object of this library.
    fn method(&self, object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome>;

    /// A member of an object that is not called: `s3.exceptions`, `client.meta`, `bucket.objects`.
    fn member(&self, object: &Object, name: &str) -> Option<Term> {
        let _ = (object, name);
        None
    }

    /// What reading a member of an object performs, where reading calls the cloud: a table's item count in boto3.
    fn read(&self, object: &Object, name: &str) -> Vec<Operation> {
        let _ = (object, name);
        Vec::new()
    }

    /// The object that functions are handed that a method is given to build its request: `client.putItem(b -> b.tableName(name))`.
    /// None: functions are called with the answer.
    fn builder(&self, object: &Object, name: &str) -> Option<Object> {
        let _ = (object, name);
        None
    }

    /// The object that a value of this declared type is: `*s3.Client`, `S3Client`, `AmazonDynamoDB`.
    fn instance(&self, symbol: &str) -> Option<Object> {
        let _ = symbol;
        None
    }

    /// Whether a symbol is the process' environment variables: `os.environ`, `process.env`, `ENV`. Its members and elements
    /// are their values.
    fn environment(&self, symbol: &str) -> bool {
        let _ = symbol;
        false
    }

    /// Why a symbol is a cloud SDK that is not understood, in a few words: an ORM, a wrapper, an unknown package of a cloud.
    /// Asked only when a symbol is used and no library knows it.
    fn strange(&self, symbol: &str) -> Option<String> {
        let _ = symbol;
        None
    }

    /// The name of a file beside a handler's that says what the platform does for it: Azure's `function.json`.
    fn beside(&self) -> Option<&'static str> {
        None
    }

    /// Whether such a file of another folder, by its path and text, says that it is about a handler: its file, and its name if it has one.
    fn concerns(&self, path: &str, text: &str, handler: (&str, Option<&str>)) -> bool {
        let _ = (path, text, handler);
        false
    }

    /// What such a file says: what is performed, and where in the text that stands.
    fn declared(&self, text: &str) -> Vec<(usize, Outcome)> {
        let _ = text;
        Vec::new()
    }

    /// Whether a method of this name, on a receiver of which nothing is known, is most likely an SDK's: `put_item` is, `get` is
    /// not.
    fn telling(&self, method: &str) -> bool {
        let _ = method;
        false
    }
}

/// The libraries of a language.
#[must_use]
pub fn libraries(language: Language) -> &'static [&'static dyn Library] {
    match language {
        Language::Python => python::LIBRARIES,
        Language::JavaScript => javascript::LIBRARIES,
        Language::Go => go::LIBRARIES,
        Language::Java => java::LIBRARIES,
        Language::Ruby => ruby::LIBRARIES,
        Language::Rust => rust::LIBRARIES,
        Language::CSharp => csharp::LIBRARIES,
    }
}

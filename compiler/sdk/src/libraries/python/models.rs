//! Libraries over language models of Bedrock: Anthropic's, LangChain's.

use super::given::Given;
use crate::aws::{Service, perform};
use crate::{Argument, Library, Object, Operation, Outcome, Term};
use std::collections::BTreeMap;

/// `anthropic`, `langchain_aws`.
pub struct Models;

const MESSAGES: &str = "models.messages";
const CHAIN: &str = "models.chain";
/// LangChain's classes, whichever of its packages they are in.
const CHAINED: &[&str] =
    &["Bedrock", "BedrockChat", "BedrockEmbeddings", "BedrockLLM", "ChatBedrock", "ChatBedrockConverse"];

impl Library for Models {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        let given = Given(arguments);
        let (package, name) = (symbol.split('.').next()?, symbol.rsplit('.').next()?);
        match (package, name) {
            ("anthropic", "AnthropicBedrock" | "AsyncAnthropicBedrock") => Some(made(MESSAGES, Vec::new())),
            // Models are piped into chains, and chains are run: whoever makes one asks it.
            ("langchain_aws" | "langchain_community" | "langchain", _) if CHAINED.contains(&name) => {
                let model = given.named("model_id").or_else(|| given.named("model")).unwrap_or_default();
                let mut operations = asked("bedrock-runtime", "InvokeModel", "modelId", model.clone());
                if given.named("streaming").is_some() {
                    operations.extend(asked("bedrock-runtime", STREAMED, "modelId", model));
                }
                Some(made(CHAIN, operations))
            }
            ("langchain_aws" | "langchain_community", "AmazonKnowledgeBasesRetriever") => {
                let base = given.named("knowledge_base_id").unwrap_or_default();
                Some(made(CHAIN, asked("bedrock-agent-runtime", "Retrieve", "knowledgeBaseId", base)))
            }
            _ => None,
        }
    }

    fn method(&self, object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        let given = Given(arguments);
        let model = given.named("model").unwrap_or_default();
        let streamed = || asked("bedrock-runtime", STREAMED, "modelId", model.clone());
        let operations = match (object.class.as_str(), name) {
            (MESSAGES, "create") if given.named("stream").is_none() => {
                asked("bedrock-runtime", "InvokeModel", "modelId", model.clone())
            }
            (MESSAGES, "create" | "stream") | (CHAIN, "stream" | "astream" | "astream_events") => streamed(),
            (MESSAGES, "with_options" | "close") | (CHAIN, _) => Vec::new(),
            _ => return None,
        };
        Some(Outcome { value: Term::Object(object.clone()), operations, ..Outcome::default() })
    }

    fn member(&self, object: &Object, name: &str) -> Option<Term> {
        let same = matches!(name, "messages" | "completions" | "beta");
        (object.class == MESSAGES && same).then(|| Term::Object(object.clone()))
    }
}

const STREAMED: &str = "InvokeModelWithResponseStream";

fn made(class: &str, operations: Vec<Operation>) -> Outcome {
    let object = Object { class: class.into(), facts: BTreeMap::new() };
    Outcome { value: Term::Object(object), operations, ..Outcome::default() }
}

fn asked(service: &str, operation: &str, name: &str, term: Term) -> Vec<Operation> {
    let input = Term::Record(BTreeMap::from([(name.into(), term)]));
    Service::by_id(service).map(|service| perform(service, operation, &input)).into_iter().collect()
}

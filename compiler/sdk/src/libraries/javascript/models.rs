//! Language models of clouds behind other packages: LangChain, Vercel's `ai`, Anthropic's.

use super::given::{asked, at, done, member, object, record, text, value};
use crate::gcp;
use crate::{Argument, Library, Object, Operation, Outcome, Term};

/// LangChain's, Vercel's and Anthropic's clients of Bedrock and Vertex AI.
pub struct Models;

/// A model of Anthropic's client; one of LangChain's; one of Vercel's.
const ANTHROPIC: &str = "models.anthropic";
const CHAIN: &str = "models.chain";
const VERCEL: &str = "models.vercel";
const VERCEL_BEDROCK: &str = "@ai-sdk/amazon-bedrock.bedrock";
const VERCEL_VERTEX: &str = "@ai-sdk/google-vertex.vertex";

impl Library for Models {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        let (package, name) = symbol.split_once('.').unwrap_or((symbol, ""));
        let options = at(arguments, 0);
        match (package, name) {
            ("@anthropic-ai/bedrock-sdk", "" | "AnthropicBedrock") => Some(value(of(ANTHROPIC, "bedrock"))),
            ("@anthropic-ai/vertex-sdk", "" | "AnthropicVertex") => Some(value(of(ANTHROPIC, "vertex"))),
            ("@langchain/aws", "AmazonKnowledgeBaseRetriever" | "AmazonKnowledgeBaseRetriever.new") => {
                let base = record([("knowledgeBaseId", member(&options, "knowledgeBaseId"))]);
                Some(done(asked("bedrock-agent-runtime", &["Retrieve"], &base)))
            }
            // A model is handed from chain to chain: it is asked where it is made, at the latest.
            (
                "@langchain/aws"
                | "@langchain/community/chat_models/bedrock"
                | "@langchain/community/embeddings/bedrock"
                | "@langchain/community/llms/bedrock"
                | "langchain/chat_models/bedrock"
                | "langchain/embeddings/bedrock"
                | "langchain/llms/bedrock",
                "BedrockChat" | "ChatBedrockConverse" | "ChatBedrock" | "BedrockEmbeddings" | "Bedrock",
            ) => {
                let mut operations = invoked("bedrock", &options);
                if member(&options, "streaming") != Term::Unknown {
                    operations.extend(streamed("bedrock", &options));
                }
                Some(Outcome { operations, ..value(of(CHAIN, "bedrock")) })
            }
            ("@langchain/google-vertexai", "ChatVertexAI" | "VertexAI" | "VertexAIEmbeddings") => {
                Some(Outcome { operations: invoked("vertex", &options), ..value(of(CHAIN, "vertex")) })
            }
            ("@ai-sdk/amazon-bedrock", "createAmazonBedrock") => Some(value(Term::Symbol(VERCEL_BEDROCK.into()))),
            ("@ai-sdk/google-vertex", "createVertex") => Some(value(Term::Symbol(VERCEL_VERTEX.into()))),
            ("@ai-sdk/amazon-bedrock", name) if name.starts_with("bedrock") => Some(value(named("bedrock", options))),
            ("@ai-sdk/google-vertex", name) if name.starts_with("vertex") => Some(value(named("vertex", options))),
            ("ai", name) => {
                let Term::Object(model) = member(&options, "model") else { return None };
                let cloud = model.facts.get("cloud").and_then(Term::literal).filter(|_| model.class == VERCEL)?;
                let asks = if name.starts_with("stream") { streamed } else { invoked };
                Some(done(asks(cloud, &Term::Record(model.facts.clone()))))
            }
            _ => None,
        }
    }

    fn method(&self, object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        let cloud = object.facts.get("cloud").and_then(Term::literal)?;
        match (object.class.as_str(), name) {
            (ANTHROPIC, "create" | "parse") => {
                let options = at(arguments, 0);
                let streams = member(&options, "stream") != Term::Unknown;
                Some(done(if streams { streamed(cloud, &options) } else { invoked(cloud, &options) }))
            }
            (ANTHROPIC, "stream") => Some(done(streamed(cloud, &at(arguments, 0)))),
            (CHAIN, "stream" | "streamEvents" | "streamLog") => Some(done(streamed(cloud, &Term::Unknown))),
            (CHAIN, "bind" | "bindTools" | "withConfig" | "withRetry" | "withStructuredOutput") => {
                Some(value(Term::Object(object.clone())))
            }
            _ => None,
        }
    }

    fn member(&self, object: &Object, name: &str) -> Option<Term> {
        let inner = object.class == ANTHROPIC && matches!(name, "messages" | "beta" | "completions");
        inner.then(|| Term::Object(object.clone()))
    }
}

fn of(class: &str, cloud: &str) -> Term {
    object(class, [("cloud".into(), text(cloud))].into())
}

/// Vercel's, by its name.
fn named(cloud: &str, name: Term) -> Term {
    object(VERCEL, [("cloud".into(), text(cloud)), ("model".into(), name)].into())
}

/// What asking a model takes.
fn invoked(cloud: &str, options: &Term) -> Vec<Operation> {
    match cloud {
        "bedrock" => asked("bedrock-runtime", &["InvokeModel"], &model(options)),
        _ => vec![gcp::perform("aiplatform", "GenerateContent", Default::default())],
    }
}

/// What asking a model for an answer bit by bit takes.
fn streamed(cloud: &str, options: &Term) -> Vec<Operation> {
    match cloud {
        "bedrock" => asked("bedrock-runtime", &["InvokeModelWithResponseStream"], &model(options)),
        _ => invoked(cloud, options),
    }
}

fn model(options: &Term) -> Term {
    record([("modelId", member(options, "model"))])
}

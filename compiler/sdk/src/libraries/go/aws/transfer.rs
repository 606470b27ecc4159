//! Managers of transfers: `feature/s3/manager`, `feature/s3/transfermanager`, and `s3manager` of the first generation.

use super::{V1, V2};
use crate::aws::transfer;
use crate::libraries::given::{asked, at, done, member, plain, value};
use crate::libraries::go::symbol::Symbol;
use crate::{Argument, Object, Operation, Outcome, Term};
use std::collections::BTreeMap;

const CLASS: &str = "go.transfer:s3";

/// `manager.NewUploader(client)`, `s3manager.NewDownloader(session)`, and their like.
pub fn call(symbol: Symbol<'_>) -> Option<Outcome> {
    let name = of_manager(symbol)?;
    match name {
        "GetBucketRegion" => Some(Outcome::default()),
        _ => name.starts_with("New").then(|| value(plain(CLASS))),
    }
}

/// A value of the type of one of these.
pub fn instance(symbol: Symbol<'_>) -> Option<Object> {
    let name = of_manager(symbol)?;
    let manager = ["Uploader", "Downloader", "Client", "UploaderAPI", "DownloaderAPI", "BatchDelete"].contains(&name);
    manager.then(|| Object { class: CLASS.into(), facts: BTreeMap::new() })
}

fn of_manager<'s>(symbol: Symbol<'s>) -> Option<&'s str> {
    let path = symbol.behind(V2).or_else(|| symbol.behind(V1))?;
    let managers = [
        "feature/s3/manager",
        "feature/s3/transfermanager",
        "service/s3/s3manager",
        "service/s3/s3manager/s3manageriface",
    ];
    managers.contains(&path).then_some(symbol.name)
}

/// `Upload(ctx, input)`, `UploadWithContext(ctx, input)`, `Download(ctx, writer, input)`: the input is the record.
pub fn perform(name: &str, arguments: &[Argument]) -> Option<Outcome> {
    let name = name.strip_suffix("WithContext").unwrap_or(name);
    let input = input(arguments);
    Some(match name {
        "Upload" | "UploadObject" | "PutObject" | "UploadDirectory" => done(vec![moved(transfer::upload, &input)]),
        "UploadWithIterator" => done(vec![transfer::upload(Term::Unknown, Term::Unknown, &Term::Unknown)]),
        "Download" | "DownloadObject" | "GetObject" => done(vec![moved(transfer::download, &input)]),
        "DownloadDirectory" => {
            let list = asked("s3", "ListObjectsV2", &input);
            done(list.into_iter().chain([moved(transfer::download, &input)]).collect())
        }
        "DownloadWithIterator" => done(vec![transfer::download(Term::Unknown, Term::Unknown, &Term::Unknown)]),
        "Delete" => done(asked("s3", "DeleteObjects", &Term::Unknown)),
        _ => Outcome::default(),
    })
}

fn moved(way: fn(Term, Term, &Term) -> Operation, input: &Term) -> Operation {
    way(member(input, "Bucket"), member(input, "Key"), input)
}

fn input(arguments: &[Argument]) -> Term {
    let named = |term: &Term| member(term, "Bucket") != Term::Unknown || member(term, "Key") != Term::Unknown;
    let found = arguments.iter().map(|argument| &argument.term).find(|term| named(term));
    found.cloned().unwrap_or_else(|| at(arguments, usize::MAX))
}

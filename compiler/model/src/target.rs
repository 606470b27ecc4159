//! One target's own values: provider, format, regions, accounts; what its provider needs or does not know is said here.

use crate::merged::Merged;
use crate::refused::Refused;
use crate::values::distinct;
use crate::words::Words;
use crate::{Target, regions};
use portolan_diagnostics::{Diagnostic, Span, Spanned, suggest};
use portolan_syntax::{RegionsSpec, Text};
use portolan_value::{Format, Provider};

/// Reads the values of one target.
pub(crate) struct TargetReader<'a, 'b> {
    /// The target over everything it is like.
    pub merged: &'b Merged<'a>,
    /// The name it was asked for by, where it is declared.
    pub name: &'b Spanned<portolan_value::Text>,
    /// The words its values may use.
    pub words: Words<'a>,
    pub refused: &'b Refused,
    pub findings: &'b mut Vec<Diagnostic>,
}

impl TargetReader<'_, '_> {
    /// The target without its region, and its regions: at least one, a stand-in where none could be read.
    pub fn read(&mut self) -> (Target, Vec<Spanned<portolan_value::Text>>) {
        let provider = self.provider();
        let format = self.format(provider);
        let regions = self.regions(provider);
        (self.target(format), regions)
    }

    /// Whether what is missing is really missing: nothing that could be it was refused.
    fn is_complete(&self) -> bool {
        !self.merged.incomplete && !self.refused.within(self.name.span)
    }

    /// The template format. Where the provider is unknown it is CloudFormation, so that the rest can be checked.
    fn format(&mut self, provider: Option<Provider>) -> Format {
        match provider {
            Some(Provider::Aws) => self.only_format(Format::Aws),
            Some(Provider::Azure) => self.only_format(Format::Azure),
            Some(Provider::Gcp) => self.google_format(),
            None => Format::Aws,
        }
    }

    fn provider(&mut self) -> Option<Provider> {
        let Some(written) = self.merged.provider else {
            if self.is_complete() {
                let message = format!("target `{}` names no provider", self.name.value);
                let diagnostic = Diagnostic::error("model/provider-missing", message).at(self.name.span, "");
                self.findings.push(diagnostic.help("add `provider: aws`, `provider: gcp` or `provider: azure`"));
            }
            return None;
        };
        let provider = self.words.literal(written, self.findings)?;
        let known = Provider::from_key(&provider.value);
        if known.is_none() {
            self.findings.push(unknown_provider(&provider));
        }
        known
    }

    fn only_format(&mut self, format: Format) -> Format {
        if let Some(written) = self.merged.format {
            let message = format!("`format` is for gcp; {} has one format", format.key());
            self.findings.push(
                Diagnostic::error("model/format-not-here", message)
                    .at(written.span, "nothing to choose here")
                    .help("leave it out"),
            );
        }
        format
    }

    fn google_format(&mut self) -> Format {
        let Some(format) = self.merged.format.and_then(|written| self.words.literal(written, self.findings)) else {
            return Format::Gcp;
        };
        match format.value.as_str() {
            "infrastructure-manager" => return Format::Gcp,
            "deployment-manager" => return Format::GcpDm,
            _ => {}
        }
        let message = format!("unknown format `{}`", format.value);
        let close = suggest(&format.value, ["infrastructure-manager", "deployment-manager"]);
        let help = close.map(|close| format!("did you mean `{close}`?"));
        let diagnostic = Diagnostic::error("resolve/unknown-format", message).at(format.span, "");
        self.findings.push(diagnostic.help(
            help.unwrap_or("gcp knows `infrastructure-manager` (the default) and `deployment-manager`".to_owned()),
        ));
        Format::Gcp
    }

    /// The regions, or a stand-in where none could be read.
    fn regions(&mut self, provider: Option<Provider>) -> Vec<Spanned<portolan_value::Text>> {
        let found = match (self.merged.regions, self.merged.region) {
            (Some(RegionsSpec::All(span)), _) => {
                let all = provider.map(regions::open).unwrap_or_default();
                all.iter().map(|region| Spanned::new((*region).to_owned().into(), *span)).collect()
            }
            (Some(RegionsSpec::List(list, span)), _) => self.listed(list, *span, provider),
            (None, Some(region)) => self.region(region, provider).into_iter().collect(),
            (None, None) if !self.is_complete() => Vec::new(),
            (None, None) => {
                self.findings.push(no_region(self.name.span, &self.name.value, provider));
                Vec::new()
            }
        };
        if found.is_empty() { vec![Spanned::new(portolan_value::Text::default(), self.name.span)] } else { found }
    }

    fn listed(&mut self, list: &[Text], span: Span, provider: Option<Provider>) -> Vec<Spanned<portolan_value::Text>> {
        let read = list.iter().filter_map(|text| self.region(text, provider)).collect();
        let found = distinct(read, self.findings);
        if list.is_empty() {
            self.findings.push(
                Diagnostic::error("model/regions-empty", "`regions` is an empty list, so nothing would be deployed")
                    .at(span, "no region")
                    .help("list at least one region, or write `regions: all`"),
            );
        }
        found
    }

    fn region(&mut self, text: &Text, provider: Option<Provider>) -> Option<Spanned<portolan_value::Text>> {
        let region = self.words.literal(text, self.findings)?;
        let is_plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        let known = || provider.into_iter().flat_map(regions::known);
        if region.value.is_empty() || region.value.len() > 40 || !region.value.chars().all(is_plain) {
            let message = format!("`{}` is not a region's name: lower-case letters, digits and hyphens", region.value);
            let plain = region.value.to_ascii_lowercase().replace([' ', '_'], "");
            let close = suggest(&plain, known()).map(|close| format!("did you mean `{close}`?"));
            self.findings.push(Diagnostic::error("model/region", message).at(region.span, "").help_if(close));
            return None;
        }
        if let Some(provider) = provider
            && !known().any(|known| known == region.value)
        {
            let message = format!("`{}` is not a region of {} that this version knows", region.value, provider.key());
            let close = suggest(&region.value, known()).map(|close| format!("did you mean `{close}`?"));
            let diagnostic = Diagnostic::warning("resolve/unknown-region", message).at(region.span, "");
            self.findings.push(diagnostic.help_if(close));
        }
        Some(region)
    }

    /// The target without its region.
    fn target(&mut self, format: Format) -> Target {
        self.merged.foreign_keys(format, self.findings);
        let project = self.optional(self.merged.project);
        if format.provider() == Provider::Gcp && self.merged.project.is_none() && self.is_complete() {
            let message = format!("target `{}` names no project, and gcp deploys into one", self.name.value);
            let diagnostic = Diagnostic::error("model/project-required", message).at(self.name.span, "");
            self.findings.push(diagnostic.help("add `project: PROJECT-ID`"));
        }
        let account = self.optional(self.merged.account);
        if let Some(account) = &account {
            self.check_account(account, format);
        }
        Target {
            name: self.name.clone(),
            format,
            region: Spanned::default(),
            regional: false,
            account,
            project,
            resource_group: self.optional(self.merged.resource_group),
            artifacts_bucket: self.optional(self.merged.artifacts_bucket),
            entra_app_id: self.optional(self.merged.entra_app_id),
        }
    }

    fn optional(&mut self, text: Option<&Text>) -> Option<Spanned<portolan_value::Text>> {
        text.and_then(|text| self.words.literal(text, self.findings))
    }

    fn check_account(&mut self, account: &Spanned<portolan_value::Text>, format: Format) {
        let is_number = account.value.len() == 12 && account.value.chars().all(|digit| digit.is_ascii_digit());
        let is_guid = account.value.len() == 36
            && account.value.chars().all(|letter| letter.is_ascii_hexdigit() || letter == '-');
        let (fits, wanted) = match format.provider() {
            Provider::Aws => (is_number, "an account of aws is a number of 12 digits"),
            Provider::Azure => (is_guid, "an account of azure is the id of a subscription, a guid"),
            Provider::Gcp => return,
        };
        if !fits {
            let message = format!("`{}` is not an account: {wanted}", account.value);
            self.findings.push(Diagnostic::error("model/account", message).at(account.span, ""));
        }
    }
}

fn unknown_provider(provider: &Spanned<portolan_value::Text>) -> Diagnostic {
    let alias = match provider.value.to_ascii_lowercase().as_str() {
        "amazon" => Some("aws"),
        "google" | "gcloud" => Some("gcp"),
        "microsoft" | "azurerm" | "arm" => Some("azure"),
        other => suggest(other, Provider::ALL.map(Provider::key)),
    };
    let help = alias.map(|close| format!("did you mean `{close}`?"));
    Diagnostic::error("resolve/unknown-provider", format!("unknown provider `{}`", provider.value))
        .at(provider.span, "no provider has this name")
        .help(help.unwrap_or("the providers are `aws`, `gcp` and `azure`".to_owned()))
}

fn no_region(span: Span, name: &str, provider: Option<Provider>) -> Diagnostic {
    let example = match provider {
        Some(Provider::Aws) | None => "eu-west-1",
        Some(Provider::Gcp) => "europe-west1",
        Some(Provider::Azure) => "westeurope",
    };
    Diagnostic::error("model/region-missing", format!("target `{name}` names no region"))
        .at(span, "")
        .help(format!("add `region: {example}`, or `regions:` with a list or `all`"))
}

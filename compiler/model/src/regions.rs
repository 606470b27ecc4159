//! The regions of each provider: what `regions: all` stands for, and what a mistyped region is compared with.
//!
//! New regions appear every year, so an unknown one is a warning and never an error.

use portolan_value::Provider;

/// Regions that every account can use without asking first: `regions: all`.
pub(crate) fn open(provider: Provider) -> &'static [&'static str] {
    match provider {
        Provider::Aws => AWS,
        Provider::Gcp => GCP,
        Provider::Azure => AZURE,
    }
}

/// Regions that must be enabled or asked for first; a target may name them.
fn restricted(provider: Provider) -> &'static [&'static str] {
    match provider {
        Provider::Aws => AWS_OPT_IN,
        Provider::Gcp => GCP_ON_REQUEST,
        Provider::Azure => AZURE_ON_REQUEST,
    }
}

/// All regions that are known, the open ones first.
pub(crate) fn known(provider: Provider) -> impl Iterator<Item = &'static str> {
    open(provider).iter().chain(restricted(provider)).copied()
}

/// AWS Account Management reference, "Enable or disable AWS Regions": enabled by default.
const AWS: &[&str] = &[
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// The same page: disabled by default; and the regions of other partitions.
const AWS_OPT_IN: &[&str] = &[
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-south-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-west-1",
    "eu-central-2",
    "eu-south-1",
    "eu-south-2",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "cn-north-1",
    "cn-northwest-1",
    "eusc-de-east-1",
    "us-gov-east-1",
    "us-gov-west-1",
];

/// Cloud Run documentation, "Cloud Run locations".
const GCP: &[&str] = &[
    "africa-south1",
    "asia-east1",
    "asia-east2",
    "asia-northeast1",
    "asia-northeast2",
    "asia-northeast3",
    "asia-south1",
    "asia-south2",
    "asia-southeast1",
    "asia-southeast2",
    "australia-southeast1",
    "australia-southeast2",
    "europe-central2",
    "europe-north1",
    "europe-north2",
    "europe-southwest1",
    "europe-west1",
    "europe-west10",
    "europe-west12",
    "europe-west2",
    "europe-west3",
    "europe-west4",
    "europe-west6",
    "europe-west8",
    "europe-west9",
    "me-central1",
    "me-west1",
    "northamerica-northeast1",
    "northamerica-northeast2",
    "northamerica-south1",
    "southamerica-east1",
    "southamerica-west1",
    "us-central1",
    "us-east1",
    "us-east4",
    "us-east5",
    "us-south1",
    "us-west1",
    "us-west2",
    "us-west3",
    "us-west4",
];

/// The same page: access is granted by a partner.
const GCP_ON_REQUEST: &[&str] = &["asia-southeast3", "me-central2"];

/// Azure documentation, "List of Azure regions": physical regions without restricted access.
const AZURE: &[&str] = &[
    "australiacentral",
    "australiaeast",
    "australiasoutheast",
    "austriaeast",
    "belgiumcentral",
    "brazilsouth",
    "canadacentral",
    "canadaeast",
    "centralindia",
    "centralus",
    "chilecentral",
    "eastasia",
    "eastus",
    "eastus2",
    "francecentral",
    "germanywestcentral",
    "indonesiacentral",
    "israelcentral",
    "italynorth",
    "japaneast",
    "japanwest",
    "koreacentral",
    "koreasouth",
    "malaysiawest",
    "mexicocentral",
    "newzealandnorth",
    "northcentralus",
    "northeurope",
    "norwayeast",
    "polandcentral",
    "qatarcentral",
    "southafricanorth",
    "southcentralus",
    "southeastasia",
    "southindia",
    "spaincentral",
    "swedencentral",
    "switzerlandnorth",
    "uaenorth",
    "uksouth",
    "ukwest",
    "westcentralus",
    "westeurope",
    "westindia",
    "westus",
    "westus2",
    "westus3",
];

/// The same list: restricted access.
const AZURE_ON_REQUEST: &[&str] = &[
    "australiacentral2",
    "brazilsoutheast",
    "francesouth",
    "germanynorth",
    "jioindiacentral",
    "jioindiawest",
    "norwaywest",
    "southafricawest",
    "switzerlandwest",
    "uaecentral",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_region_stands_twice() {
        for provider in Provider::ALL {
            let mut regions: Vec<&str> = known(provider).collect();
            let all = regions.len();
            regions.sort_unstable();
            regions.dedup();
            assert_eq!(regions.len(), all, "{provider:?}");
        }
    }
}

use super::*;
use crate::testing::policies;

fn check(before: &str, after: &str, expected: &[&str]) {
    let (before, after) = (policies(before), policies(after));
    let found = widened(&Comparison { before: &before, after: &after, universe: &[] });
    let line = |found: &Difference| {
        format!("{} {} {} on {}", found.class.word(), found.principal, found.permission, found.resource)
    };
    assert_eq!(found.iter().map(line).collect::<Vec<_>>(), expected);
}

#[test]
fn differences_have_classes() {
    let before = "allow me s3:GetObject on a/x/*";
    check(before, before, &[]);
    check(before, "allow me s3:getobject on a/x/y", &[]);
    check(before, "allow you s3:GetObject on a/x/*", &["new-principal you s3:GetObject on a/x/*"]);
    check(before, "allow me s3:GetObject,s3:PutObject on a/x/*", &["new-action me s3:PutObject on a/x/*"]);
    check(before, "allow me s3:Get* on a/x/*", &["new-action me s3:Get* on a/x/*"]);
    check(before, "allow me s3:GetObject on a/x/*,b", &["new-resource me s3:GetObject on b"]);
    check(before, "allow me s3:GetObject on a/*", &["wider-resource me s3:GetObject on a/*"]);
    check(
        "allow me s3:GetObject on a if StringEquals k v",
        "allow me s3:GetObject on a if StringEquals k v,w",
        &["lost-condition me s3:GetObject on a"],
    );
    check("allow me s3:* on a\ndeny me s3:Put* on a", "allow me s3:* on a", &["lost-denial me s3:put* on a"]);
    check(before, &format!("{before}\nallow * s3:GetObject on a/x/*"), &["new-principal * s3:GetObject on a/x/*"]);
}

#[test]
fn meaning_counts_and_not_writing() {
    check("allow me a:b,a:c on x,y", "allow me a:C on y\nallow me a:B on y,x\nallow me a:c on x", &[]);
    check("allow me a:* on *", "allow me !b:* on x\ndeny me !a:* on *", &[]);
    check("allow me !b:* on *", "allow me a:x on *", &[]);
    check("allow me !b:*,c:* on *", "allow me !b:* on *", &["new-action me c:* on *"]);
    check("allow me a:b on x if StringLike k v*", "allow me a:b on x if StringEquals k v1", &[]);
    check("allow me a:b on x if IpAddress ip 10.0.0.0/8", "allow me a:b on x if IpAddress ip 10.1.0.0/16", &[]);
    check(
        "allow me a:b on x if IpAddress ip 10.1.0.0/16",
        "allow me a:b on x if IpAddress ip 10.0.0.0/8",
        &["lost-condition me a:b on x"],
    );
}

#[test]
fn a_universe_says_what_a_wildcard_means() {
    let (before, after) = (policies("allow me s3:GetObject,s3:GetBucketAcl on *"), policies("allow me s3:Get* on *"));
    let universe = ["s3:GetObject", "s3:GetBucketAcl", "s3:PutObject"];
    assert_eq!(widened(&Comparison { before: &before, after: &after, universe: &universe }), []);
    let more = ["s3:GetObject", "s3:GetBucketAcl", "s3:GetObjectTagging"];
    let found = widened(&Comparison { before: &before, after: &after, universe: &more });
    assert_eq!(found.iter().map(|found| found.permission.to_string()).collect::<Vec<_>>(), ["s3:GetObjectTagging"]);
}

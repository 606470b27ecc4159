//! Locations in S3: `bucket/key`, `/bucket/key`, `s3://bucket/key`, `arn:aws:s3:::bucket/key`.

use crate::Template;
use crate::aws::letters;

/// The bucket of a location.
pub fn bucket(location: &Template) -> Option<Template> {
    let text = letters::written(location);
    letters::read(halves(&text).0, location)
}

/// The key of a location; none where it names a bucket alone.
pub fn key(location: &Template) -> Option<Template> {
    let text = letters::written(location);
    let key = halves(&text).1?;
    letters::read(key.split("?versionId=").next()?, location)
}

fn halves(text: &str) -> (&str, Option<&str>) {
    let plain = ["s3://", "s3a://", "arn:aws:s3:::", "https://s3.amazonaws.com/", "/"]
        .iter()
        .find_map(|start| text.strip_prefix(start))
        .unwrap_or(text);
    match plain.split_once('/') {
        Some((bucket, key)) => (bucket, Some(key)),
        None => (plain, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Piece;

    #[test]
    fn a_location_has_a_bucket_and_a_key() {
        for text in ["in/a/b", "/in/a/b", "s3://in/a/b", "arn:aws:s3:::in/a/b?versionId=3"] {
            let location = Template::from_literal(text);
            assert_eq!(bucket(&location), Some(Template::from_literal("in")), "{text}");
            assert_eq!(key(&location), Some(Template::from_literal("a/b")), "{text}");
        }
        assert_eq!(key(&Template::from_literal("in")), None);
    }

    #[test]
    fn holes_stay_where_they_are() {
        let location = Template(vec![
            Piece::Literal("s3://".into()),
            Piece::Environment("BUCKET".into()),
            Piece::Literal("/photos/".into()),
            Piece::Hole,
        ]);
        assert_eq!(bucket(&location), Some(Template(vec![Piece::Environment("BUCKET".into())])));
        assert_eq!(key(&location), Some(Template(vec![Piece::Literal("photos/".into()), Piece::Hole])));
        assert_eq!(bucket(&Template::default()), None);
    }
}

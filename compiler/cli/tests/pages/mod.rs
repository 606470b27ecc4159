//! Pages with parts that a test writes.

/// A page with its generated parts filled in: what stands between `<!-- begin NAME -->` and `<!-- end -->`.
pub fn filled(page: &str, part: impl Fn(&str) -> String) -> String {
    let mut out = String::new();
    let mut rest = page;
    while let Some((before, after)) = rest.split_once("<!-- begin ") {
        let (name, after) = after.split_once(" -->\n").expect("a part has a name");
        let (_, after) = after.split_once("<!-- end -->").expect("a part has an end");
        out.push_str(&format!("{before}<!-- begin {name} -->\n{}<!-- end -->", part(name)));
        rest = after;
    }
    out + rest
}

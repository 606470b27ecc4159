//! Texts of users that want to be something else: they stay texts in every form.

use crate::review::app::App;

const EVIL: &str = "</script><script>alert(1)</script>\\u001b[2J\\u202e\\\" onload=\\\"x";

fn page(format: &str) -> String {
    let app = App::new(&format!("hostile-{format}"));
    let grant = format!(
        "    uses: {{ jobs: send }}\n    allow: {{ aws: [{{ actions: [\"ses:SendEmail\"], resources: [\"{EVIL}\"], why: \"{EVIL}\" }}] }}\n"
    );
    app.change(&[("    uses: { jobs: send }\n", &grant)]);
    let output = app.run(&["review", "--format", format]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn a_terminal_is_not_commanded() {
    let page = page("text");
    assert!(page.contains("alert(1)") && !page.contains('\u{1b}'), "{page}");
}

#[test]
fn a_page_runs_nothing_of_theirs() {
    let page = page("html");
    assert_eq!(page.matches("<script").count(), 1, "only our own");
    assert!(page.contains("&lt;/script&gt;&lt;script&gt;alert(1)"));
    assert!(!page.contains("\" onload=\"x") && !page.contains('\u{202e}') && !page.contains('\u{1b}'));
    assert!(
        !page.contains("http://")
            || page.matches("http://").count() == page.matches("http://www.w3.org/2000/svg").count()
    );
    assert!(!page.contains("https://"), "nothing is loaded");
}

#[test]
fn tools_get_the_text_as_it_is() {
    let document: serde_json::Value = serde_json::from_str(&page("json")).expect("JSON");
    let why = document["deployments"][0]["by_hand"][0]["why"].as_str().expect("a text");
    assert!(why.contains("</script><script>alert(1)</script>\u{1b}[2J\u{202e}\" onload=\"x"), "{why}");
    let log: serde_json::Value = serde_json::from_str(&page("sarif")).expect("JSON");
    assert!(log["runs"][0]["results"].as_array().is_some_and(|results| !results.is_empty()));
}

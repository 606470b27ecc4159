//! Secrets never leave: a thousand of them, wherever a spec can hold one, in no view, no log and no error, however they are
//! written; and one that changes is told as changed.

use super::app::App;
use serde_json::Value;
use std::fmt::Write;
use std::fs;
use std::process::{Command, Output, Stdio};

/// How many secrets there are on each side.
const SECRETS: usize = 500;

/// A secret as generators of passwords make them, each another one.
fn secret(number: usize, side: &str) -> String {
    const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789";
    let mut state = u64::try_from(number).unwrap_or_default() * 7919 + if side == "old" { 13 } else { 101 };
    let mut text = String::new();
    for at in 0..22 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let letter = LETTERS[usize::try_from(state >> 33).unwrap_or_default() % LETTERS.len()];
        text.push(char::from(letter));
        if at == 9 {
            text.push_str(["-", "/", "+", "\\\"", "&", "ü"][number % 6]);
        }
    }
    text
}

/// The secret as it is, without the escapes of YAML's quotes.
fn plain(number: usize, side: &str) -> String {
    secret(number, side).replace("\\\"", "\"")
}

/// A spec that holds secrets wherever one may be written.
fn spec(side: &str, is_wrong: bool) -> String {
    let mut text = String::from(
        "portolan: 1\napp: shop\ntargets:\n  aws: { provider: aws, region: eu-west-1, account: \"111122223333\" }\n  gcp: { provider: \
         gcp, region: europe-west1, project: acme-shop }\n  azure: { provider: azure, region: westeurope, resource-group: shop }\n\
         defaults: { runtime: python3.13 }\n",
    );
    let mut number = 0;
    let mut next = || {
        number += 1;
        secret(number - 1, side)
    };
    text.push_str("variables:\n");
    for at in 0..50 {
        let _ = writeln!(text, "  db-password-{at}: \"{}\"", next());
    }
    if is_wrong {
        text.push_str("  wrong: [nothing]\n");
    }
    text.push_str("functions:\n");
    for function in 0..5 {
        let _ =
            writeln!(text, "  f{function}:\n    handler: src/take.handle\n    triggers: {{ schedule: rate(1 hour) }}");
        let _ = writeln!(text, "    description: \"connects with ${{db-password-{function}}}\"\n    environment:");
        for at in 0..60 {
            // Names that say what they hold, and names that do not.
            let name = if at % 2 == 0 { format!("API_TOKEN_{at}") } else { format!("SETTING_{at}") };
            let _ = writeln!(text, "      {name}: \"{}\"", next());
        }
        let _ = writeln!(text, "      FROM_VARIABLE: \"x-${{db-password-{function}}}\"");
    }
    text.push_str("native:\n  aws:\n");
    for at in 0..60 {
        let _ = writeln!(
            text,
            "    s{at}: {{ Type: \"AWS::SecretsManager::Secret\", Properties: {{ SecretString: \"{}\" }} }}",
            next()
        );
    }
    let _ = writeln!(
        text,
        "    db: {{ Type: \"AWS::RDS::DBInstance\", Properties: {{ DBInstanceClass: db.t4g.micro, Engine: postgres, \
         AllocatedStorage: \"20\", MasterUsername: app, MasterUserPassword: \"{}\" }} }}",
        next()
    );
    // A list without order, whose items are told by themselves; and what means the same in another order.
    let _ = writeln!(
        text,
        "    p: {{ Type: \"AWS::IAM::ManagedPolicy\", Properties: {{ PolicyDocument: {{ Version: \"2012-10-17\", Statement: [{{ \
         Effect: Allow, Action: [\"{}-9kQ7zR2wX4\", \"{}-9kQ7zR2wX4\"], Resource: \"*\" }}] }} }} }}",
        next(),
        next()
    );
    let same = secret(SECRETS - 1, "old");
    let (one, other) = (format!("\\\"token\\\": \\\"{}\\\"", same.replace("\\\"", "x")), "\\\"a\\\": 1".to_owned());
    let inner = if side == "old" { format!("{one}, {other}") } else { format!("{other}, {one}") };
    let _ = writeln!(text, "    j: {{ Type: \"AWS::Nobody::Knows\", Properties: {{ Settings: \"{{{inner}}}\" }} }}");
    text.push_str("  gcp:\n");
    for at in 0..40 {
        let _ = writeln!(
            text,
            "    v{at}: {{ type: google_secret_manager_secret_version, body: {{ secret: s{at}, secret_data: \"{}\" }} }}",
            next()
        );
    }
    text.push_str("  azure:\n");
    for at in 0..40 {
        let _ = writeln!(
            text,
            "    k{at}: {{ type: Microsoft.KeyVault/vaults/secrets, apiVersion: \"2024-11-01\", name: v/s{at}, properties: {{ \
             value: \"{}\" }} }}",
            next()
        );
    }
    assert!(number <= SECRETS, "{number}");
    text
}

fn forms(secret: &str) -> Vec<String> {
    let json = serde_json::to_string(secret).unwrap_or_default();
    let url: String = secret
        .bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect();
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let markup = secret.replace('&', "&amp;").replace('"', "&quot;");
    vec![secret.to_owned(), json.trim_matches('"').to_owned(), url, hex, markup, base64(secret.as_bytes())]
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for group in bytes.chunks_exact(3) {
        let number = group.iter().fold(0_usize, |number, byte| number << 8 | usize::from(*byte));
        (0..4).for_each(|at| out.push(char::from(DIGITS[number >> (18 - 6 * at) & 63])));
    }
    out
}

/// Runs a plan with every view, and gives back everything that it wrote anywhere.
fn everything(app: &App, target: &str, extra: &[&str]) -> (Output, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_portolan"));
    command.current_dir(&app.0).stdin(Stdio::null());
    command.env("GITHUB_OUTPUT", app.0.join("build/out/outputs"));
    command.env("GITHUB_STEP_SUMMARY", app.0.join("build/out/summary.md"));
    let _ = fs::remove_dir_all(app.0.join("build/out"));
    fs::create_dir_all(app.0.join("build/out")).expect("a folder");
    command.args(["plan", "--target", target, "--full", "--show-suppressed", "--github", "--azure-devops"]);
    for (flag, file) in [
        ("--out", "plan.json"),
        ("--markdown", "plan.md"),
        ("--sarif", "plan.sarif"),
        ("--junit", "plan.xml"),
        ("--gitlab", "gitlab.json"),
        ("--code-quality", "quality.json"),
    ] {
        command.args([flag, &format!("build/out/{file}")]);
    }
    let output = command.args(extra).output().expect("it runs");
    let mut all = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    for file in fs::read_dir(app.0.join("build/out")).expect("a folder").flatten() {
        all.push_str(&fs::read_to_string(file.path()).unwrap_or_default());
    }
    (output, all)
}

fn assert_silent(all: &str, what: &str) {
    let shown: Vec<String> = ["old", "new"]
        .iter()
        .flat_map(|side| (0..SECRETS).map(move |number| plain(number, side)))
        .filter(|secret| forms(secret).iter().any(|form| all.contains(form.as_str())))
        .collect();
    assert!(shown.is_empty(), "{what}: {} secrets are shown, {:?} among them", shown.len(), shown.first());
}

#[test]
fn secrets_never_leave() {
    let app = App::new("secrets");
    for target in ["aws", "gcp", "azure"] {
        app.write("portolan.yaml", &spec("old", false));
        app.told(&["build", "--target", target], 0);
        app.write("portolan.yaml", &spec("new", false));
        let (output, all) =
            everything(&app, target, &["--base", "build", "--deny", "data-loss,public-exposure,unknown"]);
        assert!(matches!(output.status.code(), Some(0 | 4)), "{target}: {}", String::from_utf8_lossy(&output.stderr));
        assert_silent(&all, target);
        // All of the functions' secrets have changed, and that is told.
        let plan: Value = serde_json::from_str(&app.read("build/out/plan.json")).expect("JSON");
        let changes = plan["deployments"][0]["changes"].as_array().expect("changes").clone();
        let properties = changes.iter().flat_map(|change| change["properties"].as_array().into_iter().flatten());
        let secret = |value: &Value| value == "secret" || value.to_string().contains("(secret)");
        let told = properties.filter(|one| secret(&one["before"]) && secret(&one["after"])).count();
        assert!(told >= 5 * 60, "{target}: only {told} secrets are told as changed");
        // Everything new, without a basis.
        let (_, all) = everything(&app, target, &[]);
        assert_silent(&all, target);
    }
}

/// What is wrong with a spec is shown with its lines, and those hold secrets.
#[test]
fn errors_hold_no_secrets() {
    let app = App::new("secrets-wrong");
    let wrong = spec("new", true);
    app.write("portolan.yaml", &wrong);
    let (output, all) = everything(&app, "aws", &[]);
    assert_eq!(output.status.code(), Some(3));
    assert_silent(&all, "a wrong spec");
    // Mistakes on the very lines of secrets.
    for (from, to) in [
        ("SecretString: \"", "SecretStrong: \"${nothing} "),
        ("environment:\n      API_TOKEN_0: \"", "environment:\n      api token: \""),
    ] {
        app.write("portolan.yaml", &spec("new", false).replacen(from, to, 3));
        let (output, all) = everything(&app, "aws", &[]);
        let _ = output;
        assert_silent(&all, to);
    }
}

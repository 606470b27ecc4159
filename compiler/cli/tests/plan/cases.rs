//! Every case under `golden-tests/plans/`: a spec before, a spec after, and what the plan says for each target.

use super::app::App;
use super::matrix::Matrix;
use crate::golden;
use portolan_cli::Arguments;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// The targets of a spec, in its order.
fn targets(spec: &str) -> Vec<String> {
    let lines = spec.lines().filter_map(|line| line.strip_prefix("  ")?.split_once(": { provider"));
    lines.map(|(name, _)| name.to_owned()).collect()
}

/// What a plan is compared with.
enum Basis {
    /// Nothing: the case has no `before`.
    Nothing,
    /// A build of the spec in `before.yaml`.
    Build(String),
    /// A git revision with it: its first line ends in `(a revision)`.
    Revision(String),
    /// The template for each target in the folder `before`.
    Template(PathBuf),
}

impl Basis {
    fn of(folder: &Path) -> Self {
        match fs::read_to_string(folder.join("before.yaml")) {
            Ok(spec) if spec.lines().next().is_some_and(|line| line.ends_with("(a revision)")) => {
                Self::Revision(repeated(&spec))
            }
            Ok(spec) => Self::Build(repeated(&spec)),
            Err(_) if folder.join("before").is_dir() => Self::Template(folder.join("before")),
            Err(_) => Self::Nothing,
        }
    }

    /// Lays the basis out beside the app, and gives the arguments that name it.
    fn laid(&self, app: &App, target: &str) -> Vec<String> {
        let base = match self {
            Self::Nothing => return Vec::new(),
            Self::Build(spec) => {
                app.write("portolan.yaml", spec);
                app.told(&["build", "--target", target], 0);
                "build".to_owned()
            }
            Self::Revision(spec) => {
                app.write("portolan.yaml", spec);
                app.write(".gitignore", "build\n");
                app.commit();
                "git:HEAD".to_owned()
            }
            Self::Template(folder) => {
                let files = fs::read_dir(folder).expect("templates").flatten().map(|file| file.path());
                let mut own = files.filter(|file| file.file_stem().is_some_and(|name| name == target));
                let file = own.next().unwrap_or_else(|| panic!("no template for {target}"));
                let name = format!("deployed/{}", file.file_name().expect("a file").to_string_lossy());
                app.write(&name, &fs::read_to_string(&file).expect("a template"));
                name
            }
        };
        vec!["--base".to_owned(), base]
    }
}

/// A spec in which a line that ends in `# 3 times` stands three times, each with another number for `NUMBER`.
fn repeated(spec: &str) -> String {
    let one = |line: &str| {
        let times = line.rsplit_once(" # ").and_then(|(line, end)| Some((line, end.strip_suffix(" times")?)));
        match times.and_then(|(line, times)| Some((line, times.parse::<usize>().ok()?))) {
            Some((line, times)) => {
                (1..=times).map(|at| line.replace("NUMBER", &at.to_string()) + "\n").collect::<String>()
            }
            None => format!("{line}\n"),
        }
    };
    spec.lines().map(one).collect()
}

/// Plans a case for one target and compares what is printed. Gives back the plan.
fn planned(case: &str, app: &App, target: &str, basis: &Basis, after: &str) -> Value {
    let laid = basis.laid(app, target);
    let mut arguments = vec!["plan", "--target", target, "--full", "--show-suppressed", "--out", "build/plan.json"];
    arguments.extend(laid.iter().map(String::as_str));
    app.write("portolan.yaml", after);
    fs::create_dir_all(app.0.join("build")).expect("a folder can be made");
    let page = app.told(&arguments, 0);
    golden::compare_but_digests(&format!("golden-tests/plans/{case}/{target}.txt"), &page);
    let saved = app.read("build/plan.json");
    assert_eq!(app.told(&["show", "build/plan.json", "--full", "--show-suppressed"], 0), page, "{case} {target}");
    serde_json::from_str(&saved).expect("a plan is JSON")
}

#[test]
fn plans_read_well() {
    let schema: Value = serde_json::to_value(portolan_plan::schema()).expect("a schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    let mut matrix = Matrix::of(&schema);
    let cases = fs::read_dir(golden::root().join("golden-tests/plans")).expect("cases").flatten();
    let mut names: Vec<String> = cases.map(|case| case.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    for case in &names {
        let folder = golden::root().join("golden-tests/plans").join(case);
        let after = repeated(&fs::read_to_string(folder.join("after.yaml")).expect("a spec"));
        let basis = Basis::of(&folder);
        let app = App::new(case);
        for target in targets(&after) {
            let plan = planned(case, &app, &target, &basis, &after);
            let wrong: Vec<String> = validator.iter_errors(&plan).map(|error| error.to_string()).collect();
            assert!(wrong.is_empty(), "{case} {target}: {wrong:?}");
            matrix.add(case, &plan);
        }
    }
    golden::compare("golden-tests/plans.txt", &matrix.page());
    assert_eq!(matrix.wrong(), Vec::<String>::new(), "a cell has a case, or the reason why there is none");
}

/// A plan that an earlier version saved is valid, whole, and drawn as it is. `saved-plans/1.0.json` is never written anew: a later
/// minor version gets a file beside it.
#[test]
fn plans_that_were_saved_stay_readable() {
    let schema: Value = serde_json::to_value(portolan_plan::schema()).expect("a schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    let saved = fs::read_to_string(golden::root().join("golden-tests/saved-plans/1.0.json")).expect("a saved plan");
    let plan: Value = serde_json::from_str(&saved).expect("JSON");
    let wrong: Vec<String> = validator.iter_errors(&plan).map(|error| error.to_string()).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    let app = App::new("saved-1.0");
    app.write("plan.json", &saved);
    let page = app.told(&["show", "plan.json", "--full", "--show-suppressed"], 0);
    golden::compare("golden-tests/saved-plans/1.0.txt", &page);
    // A later minor version says more: what it adds is left out of the pages, and its id is still that of its content.
    let mut later = plan;
    later["version"] = "1.1".into();
    later["deployments"][0]["later"] = serde_json::json!({ "said": true });
    later["id"] = portolan_plan::identity(&later).into();
    app.write("plan.json", &later.to_string());
    let short = |page: &str| page.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(short(&app.told(&["show", "plan.json", "--full", "--show-suppressed"], 0)), short(&page));
}

#[test]
fn arguments_are_read() {
    use clap::Parser;
    for line in ["portolan plan --base git:main", "portolan show plan.json --deny data-loss,quota"] {
        assert!(Arguments::try_parse_from(line.split(' ')).is_ok(), "{line}");
    }
    for line in ["portolan plan --deny everything", "portolan plan --base x --observed y"] {
        assert!(Arguments::try_parse_from(line.split(' ')).is_err(), "{line}");
    }
}

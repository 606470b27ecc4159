//! A plan on a terminal.

use crate::{compare, sample};
use portolan_plan::views::{TextOptions, text};
use portolan_plan::{BasisKind, Judgement, Verdict};

#[test]
fn a_rich_plan() {
    let (plan, judgement) = (sample::rich(), sample::judged());
    compare("rich.txt", &text(&plan, &judgement, &TextOptions::default()));
    let full = TextOptions { full: true, suppressed: true, ..TextOptions::default() };
    compare("rich.full.txt", &text(&plan, &judgement, &full));
}

#[test]
fn colour_says_nothing_more() {
    let (plan, judgement) = (sample::rich(), sample::judged());
    for full in [false, true] {
        let told = |colour| text(&plan, &judgement, &TextOptions { full, colour, ..TextOptions::default() });
        let (coloured, plain) = (told(true), told(false));
        assert!(coloured.contains('\u{1b}') && !plain.contains('\u{1b}'));
        let mut pieces = coloured.split('\u{1b}');
        let first = pieces.next().unwrap_or_default().to_owned();
        let bare = pieces.fold(first, |bare, piece| bare + piece.split_once('m').expect("a colour").1);
        let lines = |text: &str| text.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>();
        assert_eq!(lines(&bare), lines(&plain));
    }
}

#[test]
fn the_basis_is_said_first() {
    let check = |kind: BasisKind, foreign: bool, expected: &[&str]| {
        let mut deployment = sample::quiet();
        deployment.basis.kind = kind;
        deployment.basis.name = Some("main".to_owned());
        deployment.basis.foreign = foreign;
        deployment.basis.lowering = Some(2);
        deployment.basis.drift_checked = false;
        let page = text(&sample::plan(vec![deployment]), &Judgement::default(), &TextOptions::default());
        let head: Vec<&str> = page.lines().take_while(|line| !line.is_empty()).collect();
        for words in expected {
            assert!(head.iter().any(|line| line.contains(words)), "{words}: {head:?}");
        }
    };
    check(BasisKind::Nothing, false, &["compared with NOTHING", "! NO BASIS: everything is told as a create"]);
    check(BasisKind::Revision, false, &["compared with the spec of main", "! OFFLINE: ", "! OTHER LOWERING: "]);
    check(BasisKind::Template, true, &["compared with the template main", "! FOREIGN BASIS: "]);
    check(BasisKind::Build, false, &["compared with the build in main"]);
    check(BasisKind::Observed, false, &["compared with what is deployed", "! DRIFT NOT CHECKED: "]);
}

#[test]
fn whoever_is_replaced_or_refused_knows_why() {
    let plan = sample::rich();
    for full in [false, true] {
        let page = text(&plan, &Judgement::default(), &TextOptions { full, ..TextOptions::default() });
        let (_, changes) = page.split_once("CHANGES").expect("the section");
        for change in plan.deployments[0].changes.iter().filter(|change| change.verdict >= Verdict::Replace) {
            let (_, from) = changes.split_once(&format!(" {}", change.address)).expect("the change");
            let own = |line: &&str| line.starts_with("      ");
            let told: Vec<&str> = from.lines().take(1).chain(from.lines().skip(1).take_while(own)).collect();
            let told = told.join("\n");
            let worst = change.properties.iter().filter(|property| property.verdict >= Verdict::Replace);
            for property in worst {
                assert!(told.contains(&property.path), "{told}");
                property.said.iter().for_each(|said| assert!(told.contains(&said.source), "{told}"));
            }
            let line = change.place.as_ref().expect("a place").line;
            assert!(told.contains(&format!("spec :{line}")), "{told}");
        }
    }
}

#[test]
fn what_is_not_known_is_not_told_as_unchanged() {
    let mut deployment = sample::quiet();
    deployment.unknowns = sample::rich().deployments[0].unknowns.clone();
    let plan = sample::plan(vec![deployment]);
    let page = text(&plan, &Judgement::default(), &TextOptions::default());
    assert!(page.contains("nothing is known to change, and not all is known") && page.contains("? legacy.thing"));
}

#[test]
fn nothing_changes() {
    let page = text(&sample::plan(vec![sample::quiet()]), &Judgement::default(), &TextOptions::default());
    let expected = "podcast → aws eu-west-1 (prod) · compared with what is deployed, as seen at 2026-11-29 20:41 UTC · plan 7f3a91c2\n\n  nothing changes\n  27 unchanged\n";
    assert_eq!(page, expected);
}

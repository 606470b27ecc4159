//! The review as a page for a browser: one file without a network, light or dark as the reader likes, fit for paper.
//!
//! It works without its script; that only filters. Colour underlines what words say.

mod markup; // start reading here

use super::document::{
    Change, Changes, Deployment, Document, Function, Permission, Place, Reason, Source, Verdict, Way, Who,
};
use super::lines::{self, Line, chain, is_others, is_platform, lines, place};
use super::text as words;
use crate::talk::counted;
use markup::{Markup, drawn, element, fixed, text, void};

const STYLE: &str = include_str!("html/page.css");
const SCRIPT: &str = include_str!("html/page.js");

/// Nothing is loaded from anywhere, and no script runs but the one that is marked so.
const SECURITY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-portolan'; base-uri 'none'; form-action 'none'";

/// A page about all deployments; `graphs` has a picture of each.
pub(super) fn html(document: &Document, graphs: &[String]) -> String {
    let first = document.deployments.first();
    let title = first.map_or_else(|| "Review".to_owned(), |one| format!("{}: what its functions may do", one.app));
    let head = element(
        "head",
        &[],
        [
            void("meta", &[("charset", "utf-8")]),
            void("meta", &[("name", "viewport"), ("content", "width=device-width, initial-scale=1")]),
            void("meta", &[("http-equiv", "Content-Security-Policy"), ("content", SECURITY)]),
            element("title", &[], [text(&title)]),
            element("style", &[], [fixed(STYLE)]),
        ],
    );
    let app = first.map(|one| one.app.as_str()).unwrap_or_default();
    let top = element(
        "header",
        &[("class", "top")],
        [
            element("h1", &[], [text(app)]),
            element("p", &[("class", "lead")], [text("What its functions may do, on what, and why.")]),
            contents(document),
        ],
    );
    let deployments = document.deployments.iter().zip(graphs).enumerate();
    let sections = deployments.map(|(at, (deployment, graph))| self::deployment(deployment, graph, at));
    let main = element("main", &[], std::iter::once(verdicts(&document.verdicts)).chain(sections));
    let end = "Names in braces are known when it is deployed. Places are lines of the spec and of the code.";
    let body = element(
        "body",
        &[],
        [
            top,
            main,
            element("footer", &[], [text("Made by portolan review from the spec and the code. "), text(end)]),
            element("script", &[("nonce", "portolan")], [fixed(SCRIPT)]),
        ],
    );
    let page = element("html", &[("lang", "en")], [head, body]);
    format!("<!doctype html>\n{}\n", page.into_text())
}

/// Links to the deployments, where there are several.
fn contents(document: &Document) -> Markup {
    if document.deployments.len() < 2 {
        return Markup::default();
    }
    let links = document.deployments.iter().enumerate().map(|(at, one)| {
        let link = format!("#deployment-{at}");
        let name = format!("{} · {} {}", one.target, one.format, one.region);
        element("li", &[], [element("a", &[("href", &link)], [text(&name)])])
    });
    element("nav", &[("aria-label", "Deployments")], [element("ul", &[], links)])
}

fn verdicts(verdicts: &[Verdict]) -> Markup {
    if verdicts.is_empty() {
        return Markup::default();
    }
    let rows = verdicts.iter().map(|one| {
        let mark = if one.denied { mark("loud", "denied") } else { mark("look", "warned") };
        let at = one.place.as_ref().map(place).unwrap_or_default();
        row(
            &[],
            [
                cell("td", "", [mark]),
                cell("td", "mono", [text(&one.by)]),
                cell("td", "", [text(&one.message)]),
                cell("td", "mono", [text(&at)]),
            ],
        )
    });
    let table = table("What gates and policies found", &["", "by", "found", "where"], rows);
    section("Gates and policies", [element("div", &[("class", "card")], [table])])
}

fn section(title: &str, inside: impl IntoIterator<Item = Markup>) -> Markup {
    element("section", &[], std::iter::once(element("h2", &[], [text(title)])).chain(inside))
}

fn deployment(deployment: &Deployment, graph: &str, at: usize) -> Markup {
    let id = format!("deployment-{at}");
    let heading = element(
        "h2",
        &[("id", &id)],
        [
            text(&format!("{} {}", deployment.format, deployment.region)),
            element("span", &[("class", "to")], [text(&format!(" · target {}", deployment.target))]),
        ],
    );
    let mut inside = vec![heading, tiles(deployment)];
    if let Some(changes) = &deployment.changes {
        inside.push(self::changes(changes));
    }
    inside.push(section("In short", [short(deployment)]));
    inside.push(section("The picture", [picture(graph)]));
    inside.push(functions(deployment));
    element("section", &[("class", "deployment"), ("aria-labelledby", &id)], inside)
}

fn tiles(deployment: &Deployment) -> Markup {
    let counts = &deployment.counts;
    let tile = |class: &'static str, name: &str, count: usize| {
        let class = if count > 0 { class } else { "" };
        let inside = [element("dt", &[], [text(name)]), element("dd", &[], [text(&count.to_string())])];
        element("div", &[("class", class)], inside)
    };
    element(
        "dl",
        &[("class", "tiles")],
        [
            tile("", "functions", counts.functions),
            tile("look", "public functions", counts.public),
            tile("", "permissions", counts.permissions),
            tile("loud", "on everything", counts.on_everything),
            tile("look", "assumed", counts.assumed),
            tile("look", "granted by hand", counts.by_hand),
            tile("loud", "can escalate", deployment.escalation.len()),
        ],
    )
}

fn short(deployment: &Deployment) -> Markup {
    let mut list = Vec::new();
    for (label, said) in words::paragraphs(deployment) {
        let lines = said.iter().map(|line| {
            let class = match line {
                line if line.starts_with("Nothing ") && line.contains("by hand") => "ours",
                line if line.starts_with("Nothing ") || line == words::nothing(label) => "ours fine",
                _ if label == "proof" => "ours",
                _ => "",
            };
            element("li", &[("class", class)], [text(line)])
        });
        list.push(element("dt", &[], [text(label)]));
        list.push(element("dd", &[], [element("ul", &[], lines)]));
    }
    element("div", &[("class", "card")], [element("dl", &[("class", "short")], list)])
}

/// A wide picture becomes smaller, as long as it can be read; the page's own paper is behind it.
const FITTED: &str = "<style>svg { display: block; max-width: 100%; min-width: 880px; height: auto; } svg .paper { fill: none; } @media print { svg { min-width: 0; } }</style>";

/// The picture keeps its style and its names to itself, and can be moved with the keyboard where it is too wide.
fn picture(graph: &str) -> Markup {
    let inside = element("template", &[("shadowrootmode", "open")], [fixed(FITTED), drawn(graph)]);
    let host = element("div", &[], [inside]);
    let room = [("class", "graph"), ("tabindex", "0"), ("role", "group"), ("aria-label", "Graph of the app")];
    element("div", &[("class", "card")], [element("div", &room, [host])])
}

fn functions(deployment: &Deployment) -> Markup {
    let mut inside = vec![filter()];
    inside.extend(deployment.functions.iter().map(function));
    if !deployment.shared.is_empty() {
        let rows = lines(deployment.shared.iter());
        let rows = rows.iter().map(|line| permission(line, "", false));
        let header = element("header", &[], [element("h3", &[], [text("the deployment")])]);
        inside.push(card("", [header, table("Permissions of the deployment", &COLUMNS, rows)]));
    }
    section("Functions", inside)
}

/// It is hidden until the script that makes it work is there.
fn filter() -> Markup {
    let option = |value: &str, name: &str| element("option", &[("value", value)], [text(name)]);
    let choices = [
        option("", "all permissions"),
        option("public", "of public functions"),
        option("code", "because of the code"),
        option("assumed", "assumed"),
        option("by-hand", "by hand"),
        option("escalates", "that escalate"),
        option("wider", "wider than asked"),
        option("platform", "of the platform"),
    ];
    element(
        "div",
        &[("class", "filter"), ("hidden", "")],
        [
            void(
                "input",
                &[
                    ("type", "search"),
                    ("aria-label", "Filter"),
                    ("placeholder", "Filter: a name, a permission, a file"),
                ],
            ),
            element("select", &[("aria-label", "Which permissions")], choices),
            element("output", &[("aria-live", "polite")], []),
        ],
    )
}

const COLUMNS: [&str; 4] = ["on", "verb", "permission", "because"];

fn card(function: &str, inside: impl IntoIterator<Item = Markup>) -> Markup {
    element("article", &[("class", "card"), ("data-function", function)], inside)
}

fn function(function: &Function) -> Markup {
    let header = element(
        "header",
        &[],
        [
            element("h3", &[], [text(&function.name)]),
            ways(function),
            element(
                "span",
                &[("class", "where")],
                [text(&format!("{} · {}", function.handler, place(&function.place)))],
            ),
        ],
    );
    let (platform, own): (Vec<&Permission>, Vec<&Permission>) =
        function.permissions.iter().partition(|row| is_platform(row));
    let (others, own): (Vec<&Permission>, Vec<&Permission>) = own.into_iter().partition(|row| is_others(row));
    let all = [own, others, platform].concat();
    let all = lines(all.into_iter());
    let rows = all.iter().map(|line| permission(line, &function.name, function.public));
    let caption = format!("Permissions of {}", function.name);
    let unused = function.unused.iter().map(|unused| {
        let said = [
            element("code", &[], [text(&format!("{}: {}", unused.resource, unused.verb))]),
            text(&format!(" is declared and never called: not granted ({})", place(&unused.place))),
        ];
        element("p", &[("class", "unused")], said)
    });
    let gaps = function.gaps.iter().map(|gap| {
        element("p", &[("class", "unused")], [text(&format!("not understood: {} ({})", gap.why, place(&gap.place)))])
    });
    card(&function.name, [header, table(&caption, &COLUMNS, rows)].into_iter().chain(unused).chain(gaps))
}

fn ways(function: &Function) -> Markup {
    if function.ways.is_empty() {
        return mark("plain", "not reachable from outside");
    }
    let way = |way: &Way| {
        let class = match way.who {
            Who::Public => "loud",
            Who::Token => "look",
            Who::Callers => "plain",
        };
        let host = way.api.as_ref().map(|api| format!("{api} ")).unwrap_or_default();
        let routes = format!(" {host}{}", way.routes.join(", "));
        element("span", &[("class", "routes")], [mark(class, words::who(way.who)), text(&routes)])
    };
    function.ways.iter().map(way).collect()
}

fn mark(class: &str, word: &str) -> Markup {
    element("span", &[("class", &format!("mark {class}"))], [text(word)])
}

/// One line: what it is on, what it is, and why; all of it in full inside.
fn permission(line: &Line<'_>, function: &str, public: bool) -> Markup {
    let head = line.head();
    let marks = [
        ("assumed", "look", head.assumed),
        ("by hand", "look", head.by_hand),
        ("on everything", "loud", head.on_everything),
        ("escalates", "loud", head.escalation.is_some()),
        ("wider than asked", "look", head.is_wider()),
        ("with a condition", "plain", head.condition.is_some()),
    ];
    let shown: Vec<Markup> =
        marks.iter().filter(|(.., there)| *there).map(|(word, class, _)| mark(class, word)).collect();
    let holder = head.holder.as_ref().map(|holder| format!(" [{holder}]")).unwrap_or_default();
    let summary = element("summary", &[], [text(&format!("{}{holder}", line.permissions()))]);
    let details = element("details", &[], [summary, full(line)]);
    let shown = if shown.is_empty() { Markup::default() } else { element("div", &[("class", "marks")], shown) };
    let names: Vec<&str> = line.rows.iter().map(|row| row.permission.as_str()).collect();
    let places: Vec<String> =
        head.because.iter().map(|reason| format!("{} {}", place(&reason.place), reason.text)).collect();
    let find =
        [function, &line.on(), &head.verb, &names.join(" "), &holder, &places.join(" ")].join(" ").to_lowercase();
    let kinds = [
        ("public", public),
        ("code", line.calls().next().is_some()),
        ("assumed", head.assumed),
        ("by-hand", head.by_hand),
        ("escalates", head.escalation.is_some()),
        ("wider", head.is_wider()),
        ("platform", is_platform(head)),
    ];
    let kinds: Vec<&str> = kinds.iter().filter(|(_, there)| *there).map(|(kind, _)| *kind).collect();
    let class = if is_others(head) || is_platform(head) { "others" } else { "" };
    row(
        &[("class", class), ("data-find", &find), ("data-marks", &kinds.join(" "))],
        [
            element("th", &[("scope", "row"), ("class", "on mono")], [text(&line.on())]),
            cell("td", "verb", [text(&head.verb)]),
            cell("td", "", [details, shown]),
            cell("td", "why", because(line)),
        ],
    )
}

/// The first call, or the line of the spec.
fn because(line: &Line<'_>) -> Vec<Markup> {
    let calls: Vec<&Reason> = line.calls().collect();
    match calls.first() {
        Some(call) => {
            let more =
                if calls.len() > 1 { format!(" and {} more", counted(calls.len() - 1, "call")) } else { String::new() };
            vec![
                element("span", &[("class", "chain")], [text(&chain(&call.chain))]),
                element("span", &[("class", "place")], [text(&format!("{}{more}", place(&call.place)))]),
            ]
        }
        None => line.words().take(1).flat_map(|reason| [text(&reason.text), at(&reason.place)]).collect(),
    }
}

fn at(at: &Place) -> Markup {
    element("span", &[("class", "place")], [text(&place(at))])
}

/// Everything that is known of a line, in the cloud's words.
fn full(line: &Line<'_>) -> Markup {
    let head = line.head();
    let code = |one: &str| element("code", &[], [text(one)]);
    let list = |all: Vec<Markup>| element("ul", &[], all.into_iter().map(|one| element("li", &[], [one])));
    let mut facts = vec![
        ("permissions", list(line.rows.iter().map(|row| code(&row.permission)).collect())),
        ("on", code(&head.on)),
    ];
    facts.extend(head.holder.as_ref().map(|holder| ("held by", text(holder))));
    facts.extend(head.condition.as_ref().map(|condition| ("only if", code(condition))));
    facts.extend(head.role.as_ref().map(|role| ("in the role", code(role))));
    if !head.beyond.is_empty() {
        facts.push(("beyond", list(head.beyond.iter().map(|one| code(one)).collect())));
    }
    if !head.meant.is_empty() {
        facts.push(("meant", list(head.meant.iter().map(|one| code(one)).collect())));
    }
    facts.extend(head.escalation.as_ref().map(|gives| ("escalates", text(gives))));
    facts.push(("because", list(head.because.iter().map(reason).collect())));
    let facts =
        facts.into_iter().flat_map(|(name, what)| [element("dt", &[], [text(name)]), element("dd", &[], [what])]);
    element("dl", &[("class", "facts")], facts)
}

fn reason(reason: &Reason) -> Markup {
    let said = match reason.source {
        Source::Call => format!("{}: {}", reason.chain.join(" → "), reason.text),
        _ => reason.text.clone(),
    };
    [element("code", &[], [text(&place(&reason.place))]), text(" "), element("code", &[], [text(&said)])]
        .into_iter()
        .collect()
}

fn changes(changes: &Changes) -> Markup {
    let lead =
        element("p", &[("class", "lead")], [text("Compared with "), element("code", &[], [text(&changes.against)])]);
    let mut inside = vec![lead];
    if changes.wider.is_empty() && changes.narrower.is_empty() {
        inside.push(element("p", &[], [mark("fine", "nothing"), text(" changed in what anybody may do.")]));
    }
    let (exposed, wider): (Vec<&Change>, Vec<&Change>) = changes.wider.iter().partition(|one| one.public);
    let narrower: Vec<&Change> = changes.narrower.iter().collect();
    let lists = [("Opens to everybody", "loud", exposed), ("Wider", "look", wider), ("Taken away", "fine", narrower)];
    for (title, class, list) in lists.into_iter().filter(|(_, _, list)| !list.is_empty()) {
        let list = lines::grouped(list);
        let rows = list.iter().map(|(one, permissions)| change(one, permissions, class));
        let header = element("header", &[], [element("h3", &[], [text(title)])]);
        let table = table(title, &["in which way", "who", "may", "on", "because"], rows);
        inside.push(element("div", &[("class", "card")], [header, table]));
    }
    section("What changed", inside)
}

fn change(change: &Change, permissions: &[&str], class: &'static str) -> Markup {
    let resource = change.resource.as_deref().unwrap_or_default();
    let word = if class == "fine" { "taken away".to_owned() } else { change.class.replace('-', " ") };
    let mut marks = vec![mark(class, &word)];
    let more = [("by hand", change.by_hand), ("assumed", change.assumed), ("escalates", change.escalation.is_some())];
    marks.extend(more.iter().filter(|(_, there)| *there).map(|(word, _)| mark("look", word)));
    let apart = |at: usize| if at > 0 { text(", ") } else { Markup::default() };
    let may = permissions.iter().enumerate().flat_map(|(at, one)| [apart(at), element("code", &[], [text(one)])]);
    let mut may: Vec<Markup> = may.collect();
    may.extend(
        change.role.as_ref().map(|role| element("span", &[("class", "place")], [text(&format!("comes with {role}"))])),
    );
    may.extend(
        change
            .condition
            .as_ref()
            .map(|condition| element("span", &[("class", "place")], [text(&format!("only if {condition}"))])),
    );
    may.extend(change.escalation.as_ref().map(|gives| element("span", &[("class", "place")], [text(gives)])));
    let mut why: Vec<Markup> =
        change.because.iter().map(|one| element("span", &[("class", "place")], [text(&words::cause(one))])).collect();
    if why.is_empty() {
        why.extend(change.place.as_ref().map(at));
    }
    row(
        &[],
        [
            cell("td", "", marks.into_iter().flat_map(|one| [one, text(" ")])),
            element("th", &[("scope", "row"), ("class", "mono")], [text(&change.who)]),
            cell("td", "", may),
            cell("td", "mono where", [text(&lines::scope(&change.on, resource, None))]),
            cell("td", "why", why),
        ],
    )
}

fn table(caption: &str, columns: &[&str], rows: impl IntoIterator<Item = Markup>) -> Markup {
    let heads = columns.iter().map(|name| element("th", &[("scope", "col")], [text(name)]));
    element(
        "table",
        &[],
        [
            element("caption", &[], [text(caption)]),
            element("thead", &[], [element("tr", &[], heads)]),
            element("tbody", &[], rows),
        ],
    )
}

fn row(attributes: &[(&'static str, &str)], cells: impl IntoIterator<Item = Markup>) -> Markup {
    element("tr", attributes, cells)
}

fn cell(name: &'static str, class: &str, inside: impl IntoIterator<Item = Markup>) -> Markup {
    element(name, &[("class", class)], inside)
}

//! Parser events to nodes: a stack of open collections, no recursion.

use super::broken;
use super::entries::{Entries, Key, Stack, as_key, is_stray, merge, stray};
use super::quoting::{self, MissingQuotes, Place};
use super::{MAX_FINDINGS, Reading};
use crate::tree::{Entry, Node, Scalar, Tree};
use granit_parser::{Event, Parser, ScalarStyle, StructureStyle, Tag, options};
use portolan_diagnostics::{Diagnostic, Source, Span, Spanned, suggest};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

/// How deep maps and lists may stand in each other, aliases expanded.
const MAX_DEPTH: usize = 64;
/// How many values a text may have, aliases expanded; 64 bytes of text that came through an alias count as one more.
const MAX_NODES: usize = 500_000;

/// One pass over a text.
pub(super) struct Attempt {
    pub reading: Reading,
    pub missing_quotes: Vec<MissingQuotes>,
}

/// Reads a text whose values in `repairs` (start to end) have had their marks blanked out; `source` has them still.
pub(super) fn build(source: &Source, text: &str, repairs: &BTreeMap<usize, usize>) -> Attempt {
    let mut builder = Builder::new(source, repairs);
    let wishes = options! {
        emit_comments: false,
        emit_anchor_events: true,
        emit_unresolved_aliases: true,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    for event in Parser::new_from_str_with_options(text, wishes) {
        match event {
            Ok((event, place)) => builder.take(event, &place),
            Err(error) => builder.fail(broken::explain(&builder, text, &error)),
        }
        if builder.stopped || builder.has_found_enough() {
            builder.stopped = true;
            break;
        }
    }
    builder.finish()
}

/// The state between two events.
pub(super) struct Builder<'a> {
    pub source: &'a Source,
    pub open: Vec<Frame>,
    pub last: Last,
    repairs: &'a BTreeMap<usize, usize>,
    /// The items of all lists that are open, the inner ones' above.
    items: Vec<Node>,
    /// The entries of all maps that are open.
    entries: Stack,
    root: Option<Node>,
    documents: usize,
    anchors: HashMap<usize, Anchor>,
    anchor_names: Vec<String>,
    nodes: usize,
    stopped: bool,
    diagnostics: Vec<Diagnostic>,
    missing_quotes: Vec<MissingQuotes>,
}

/// A collection that has begun.
pub(super) struct Frame {
    pub flow: bool,
    pub range: Range<usize>,
    content: Content,
    anchor: usize,
    tag: Option<Box<Spanned<portolan_value::Text>>>,
}

enum Content {
    /// Where its items begin.
    List(usize),
    Map {
        entries: Entries,
        key: Key,
        merges: Vec<Vec<Entry>>,
    },
}

/// The last thing the parser gave, to explain what it could not read after it.
pub(super) enum Last {
    Nothing,
    Plain(Range<usize>),
    Flow(Range<usize>),
    Other(usize),
}

impl Last {
    /// Where it ended.
    pub fn end(&self) -> usize {
        match self {
            Self::Nothing => 0,
            Self::Plain(range) | Self::Flow(range) => range.end,
            Self::Other(end) => *end,
        }
    }
}

struct Anchor {
    span: Span,
    /// None while it is still being read: an alias to it would hold itself.
    node: Option<Node>,
    weight: usize,
    height: usize,
}

impl<'a> Builder<'a> {
    fn new(source: &'a Source, repairs: &'a BTreeMap<usize, usize>) -> Self {
        Self {
            source,
            repairs,
            open: Vec::new(),
            last: Last::Nothing,
            items: Vec::new(),
            entries: Stack::new(),
            root: None,
            documents: 0,
            anchors: HashMap::new(),
            anchor_names: Vec::new(),
            nodes: 0,
            stopped: false,
            diagnostics: Vec::new(),
            missing_quotes: Vec::new(),
        }
    }

    /// The kind of collection the next value stands in.
    pub fn place(&self) -> Place {
        match self.open.last() {
            Some(Frame { flow: true, content: Content::Map { .. }, .. }) => Place::FlowMap,
            Some(Frame { flow: true, content: Content::List(_), .. }) => Place::FlowList,
            _ => Place::Block,
        }
    }

    fn take(&mut self, event: Event<'_>, place: &granit_parser::Span) {
        let range = place.byte_range().unwrap_or_default();
        let tagged = |tag: Option<_>| tag.map_or((None, false), |tag| named_tag(self.source, tag, place));
        match event {
            Event::DocumentStart(..) => return self.document(range),
            Event::SequenceStart(style, anchor, tag) => {
                let (tag, _) = tagged(tag);
                self.begin(Content::List(self.items.len()), style, anchor, tag, range.clone());
            }
            Event::MappingStart(style, anchor, tag) => {
                let (tag, _) = tagged(tag);
                let entries = Entries::above(&self.entries);
                let content = Content::Map { entries, key: Key::Wanted, merges: Vec::new() };
                self.begin(content, style, anchor, tag, range.clone());
            }
            Event::SequenceEnd | Event::MappingEnd => return self.end(range.end),
            Event::Scalar(text, style, anchor, tag) => {
                let (tag, is_text) = tagged(tag);
                return self.scalar(text, style, anchor, tag, is_text, range);
            }
            Event::Anchor(_, name) => return self.anchor_names.push(name.into_owned()),
            Event::Alias(id) => self.alias(id, &range),
            Event::UnresolvedAlias(name) => self.unknown_anchor(&name, &range),
            _ => return,
        }
        self.last = Last::Other(range.end);
    }

    fn document(&mut self, range: Range<usize>) {
        self.documents += 1;
        if self.documents > 1 {
            let diagnostic =
                Diagnostic::error("syntax/documents", "a file holds one spec, and a second document begins here")
                    .at(self.source.span(range), "`---` begins another document")
                    .help("move what follows into a file of its own; stages of one app are `targets`");
            self.stop(diagnostic);
        }
    }

    fn begin(
        &mut self,
        content: Content,
        style: StructureStyle,
        anchor: usize,
        tag: Option<Box<Spanned<portolan_value::Text>>>,
        range: Range<usize>,
    ) {
        let span = self.source.span(range.clone());
        if self.open.len() >= MAX_DEPTH {
            return self.stop(too_deep(span));
        }
        if anchor != 0 {
            self.anchors.insert(anchor, Anchor { span, node: None, weight: 0, height: 0 });
        }
        self.open.push(Frame { flow: style == StructureStyle::Flow, range, content, anchor, tag });
    }

    fn end(&mut self, at: usize) {
        let Some(frame) = self.open.pop() else { return };
        let written = frame.range.start..if frame.flow { at } else { frame.range.end };
        self.last = if frame.flow { Last::Flow(written.clone()) } else { Last::Other(written.end) };
        let (tree, span) = match frame.content {
            Content::List(from) => {
                let items = self.items.split_off(from);
                let span = around(items.first().map(|item| item.span), items.last().map(|item| item.span));
                (Tree::List(items), span)
            }
            Content::Map { mut entries, merges, .. } => {
                let own = entries.of(&self.entries);
                let span = around(own.first().map(|first| first.key.span), own.last().map(|last| last.value.span));
                entries.fold(merges, &mut self.entries);
                (Tree::Map(entries.take(&mut self.entries)), span)
            }
        };
        let span = span.filter(|_| !frame.flow).unwrap_or_else(|| self.source.span(written));
        self.complete(Node { tree, span, tag: frame.tag }, frame.anchor);
    }

    fn scalar(
        &mut self,
        text: Cow<'_, str>,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<Box<Spanned<portolan_value::Text>>>,
        is_text: bool,
        mut range: Range<usize>,
    ) {
        let plain = style == ScalarStyle::Plain;
        self.last = if plain && !range.is_empty() { Last::Plain(range.clone()) } else { Last::Other(range.end) };
        let mut text = portolan_value::Text::new(&text);
        if let Some(end) = self.repairs.get(&range.start).filter(|_| plain && !range.is_empty()) {
            range.end = *end;
            text = portolan_value::Text::new(self.source.text().get(range.clone()).unwrap_or_default());
        } else if plain && self.place() != Place::Block {
            self.look_for_cut(&range);
        }
        let nothing = plain && !is_text && (range.is_empty() || matches!(text.as_str(), "" | "~" | "null"));
        let tree = if nothing { Tree::Null } else { Tree::Scalar(Scalar { text, quoted: !plain || is_text }) };
        let span = self.source.span(range);
        if anchor != 0 {
            self.anchors.insert(anchor, Anchor { span, node: None, weight: 0, height: 0 });
        }
        self.complete(Node { tree, span, tag }, anchor);
    }

    /// `{ schedule: cron(0,30 * * * *) }`: to YAML two entries, to its writer one.
    fn look_for_cut(&mut self, scalar: &Range<usize>) {
        let place = self.place();
        if let Some(whole) = quoting::cut_in_parentheses(self.source.text(), scalar, place) {
            let label = "a comma outside quotes ends the value";
            self.missing_quotes.push(quoting::wanted(self.source, whole, place, "with `,`", label));
        }
    }

    fn alias(&mut self, id: usize, range: &Range<usize>) {
        let span = self.source.span(range.clone());
        let Some(anchor) = self.anchors.get(&id) else { return self.put_nothing() };
        let Some(node) = &anchor.node else {
            let name = self.source.slice(span).trim_start_matches('*');
            let message = format!("the anchor `{name}` holds an alias of itself");
            let diagnostic = Diagnostic::error("syntax/recursive-alias", message)
                .at(span, "this would hold itself without end")
                .also(anchor.span, "the anchor's value begins here");
            self.diagnostics.push(diagnostic);
            return self.put_nothing();
        };
        if self.open.len() + anchor.height > MAX_DEPTH {
            return self.stop(too_deep(span));
        }
        if self.nodes + anchor.weight > MAX_NODES {
            return self.stop(too_many_nodes(span));
        }
        self.nodes += anchor.weight;
        let node = node.clone();
        self.put(node);
    }

    fn unknown_anchor(&mut self, name: &str, range: &Range<usize>) {
        let place = self.place();
        let whole = quoting::reach(self.source.text(), range.start, place);
        let near = suggest(name, self.anchor_names.iter().map(String::as_str));
        let diagnostic = Diagnostic::error("syntax/unknown-anchor", format!("no anchor is called `{name}`"))
            .at(self.source.span(range.clone()), "`*` begins an alias")
            .help_if(near.map(|near| format!("did you mean `*{near}`?")))
            .help(format!("for a text that begins with `*`, write `{}`", quoting::quoted_line(self.source, whole)));
        self.diagnostics.push(diagnostic);
        self.put_nothing();
    }

    /// A node has been read to its end.
    fn complete(&mut self, node: Node, anchor: usize) {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return self.stop(too_many_nodes(node.span));
        }
        if let Some(anchor) = self.anchors.get_mut(&anchor) {
            (anchor.weight, anchor.height) = weigh(&node);
            // Keeping it is a copy too: anchors inside anchors must not make many of those.
            self.nodes += anchor.weight;
            anchor.node = Some(node.clone());
        }
        self.put(node);
    }

    fn put(&mut self, node: Node) {
        let source = self.source;
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Frame { content: Content::List(_), .. }) => self.items.push(node),
            Some(Frame { flow, content: Content::Map { entries, key, merges }, .. }) => {
                match std::mem::replace(key, Key::Wanted) {
                    Key::Wanted => match as_key(source, node) {
                        Ok(held) => *key = held,
                        Err(diagnostic) => {
                            *key = Key::Refused;
                            self.diagnostics.push(*diagnostic);
                        }
                    },
                    Key::Held(held) if *flow && is_stray(source, entries.of(&self.entries), &held, &node) => {
                        self.diagnostics.push(stray(source, entries.of(&self.entries), &held));
                    }
                    Key::Held(held) => {
                        let diagnostic = entries.insert(held, node, &mut self.entries);
                        self.diagnostics.extend(diagnostic);
                    }
                    Key::Merge(span) => self.diagnostics.extend(merge(merges, span, node)),
                    Key::Refused => {}
                }
            }
        }
    }

    /// A place whose value was refused: an entry without it goes too.
    fn put_nothing(&mut self) {
        if let Some(Frame { content: Content::Map { key, .. }, .. }) = self.open.last_mut() {
            *key = if matches!(key, Key::Wanted) { Key::Refused } else { Key::Wanted };
        }
    }

    fn fail(&mut self, problem: broken::Problem) {
        match problem {
            broken::Problem::Quotes(missing) if !self.repairs.contains_key(&missing.range.start) => {
                self.missing_quotes.push(missing);
            }
            broken::Problem::Quotes(MissingQuotes { diagnostic, .. }) | broken::Problem::Fatal(diagnostic) => {
                self.diagnostics.push(diagnostic);
            }
        }
        self.stopped = true;
    }

    fn has_found_enough(&self) -> bool {
        self.diagnostics.len() + self.missing_quotes.len() >= MAX_FINDINGS
    }

    fn stop(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
        self.stopped = true;
    }

    /// Closes what a broken text left open; that finds nothing new.
    fn finish(mut self) -> Attempt {
        let found = self.diagnostics.len();
        self.anchors.clear();
        self.nodes = 0;
        while !self.open.is_empty() {
            self.end(self.last.end());
        }
        self.diagnostics.truncate(found);
        let reading = Reading { root: self.root, diagnostics: self.diagnostics, broken: self.stopped };
        Attempt { reading, missing_quotes: self.missing_quotes }
    }
}

/// A tag's name and whether it only says "this is a text", which is YAML's own word.
fn named_tag(
    source: &Source,
    tag: Cow<'_, Tag>,
    place: &granit_parser::Span,
) -> (Option<Box<Spanned<portolan_value::Text>>>, bool) {
    if tag.is_yaml_core_schema() || tag.parts() == ("", "!") {
        return (None, tag.parts() == ("", "!") || tag.is_yaml_core_schema_tag("str"));
    }
    let range = place.tag_span().and_then(|span| span.byte_range()).or_else(|| place.byte_range());
    let name = format!("{}{}", tag.handle(), tag.suffix());
    let name = portolan_value::Text::new(name.strip_prefix('!').unwrap_or(&name));
    (Some(Box::new(Spanned::new(name, source.span(range.unwrap_or_default())))), false)
}

fn around(first: Option<Span>, last: Option<Span>) -> Option<Span> {
    // A child that came through an alias may stand before its sibling.
    let (first, last) = (first?, last?);
    Some(Span { end: last.end.max(first.end), ..first })
}

/// How much a copy of a node costs, and how many collections stand in each other in it. Nodes are at most
/// [`MAX_DEPTH`] deep.
fn weigh(node: &Node) -> (usize, usize) {
    let mut weight = 1;
    let mut height = 0;
    let mut add = |child: &Node| {
        let (child_weight, child_height) = weigh(child);
        weight += child_weight;
        height = height.max(child_height);
    };
    match &node.tree {
        Tree::Null => return (1, 0),
        Tree::Scalar(scalar) => return (1 + scalar.text.len() / 64, 0),
        Tree::List(items) => items.iter().for_each(&mut add),
        Tree::Map(entries) => {
            entries.iter().for_each(|entry| add(&entry.value));
            weight += entries.iter().map(|entry| entry.key.value.len() / 64).sum::<usize>();
        }
    }
    (weight, height + 1)
}

pub(super) fn too_deep(span: Span) -> Diagnostic {
    let message = format!("maps and lists stand in each other more than {MAX_DEPTH} deep");
    Diagnostic::error("syntax/too-deep", message).at(span, "here")
}

fn too_many_nodes(span: Span) -> Diagnostic {
    let message = format!("the text has more than {MAX_NODES} values once its aliases are expanded");
    Diagnostic::error("syntax/too-large", message)
        .at(span, "here")
        .help("an alias is a copy: aliases of aliases multiply")
}

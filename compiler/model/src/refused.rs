//! What syntax has refused: a key that seems to be missing may have been written, in a way that nobody could read.

use portolan_diagnostics::Span;
use portolan_syntax::Spec;

/// Where the text was refused, and where named things begin.
#[derive(Debug, Default)]
pub(crate) struct Refused {
    /// The text broke off: anything may be missing.
    broken: bool,
    places: Vec<u32>,
    starts: Vec<u32>,
}

impl Refused {
    /// The refused places of a spec.
    pub fn of(spec: &Spec) -> Self {
        if spec.refused.is_empty() {
            return Self { broken: spec.broken, ..Self::default() };
        }
        let targets = spec.targets.iter().map(|target| target.name.span);
        let resources = spec.resources.iter().map(|resource| resource.name.span);
        let functions = spec.functions.iter().map(|function| function.name.span);
        let defaults = spec.defaults.name.span;
        let outputs = spec.outputs.iter().map(|output| output.name.span);
        let mut starts: Vec<u32> =
            targets.chain(resources).chain(functions).chain(outputs).chain([defaults]).map(|span| span.start).collect();
        let mut places: Vec<u32> = spec.refused.iter().map(|span| span.start).collect();
        starts.sort_unstable();
        places.sort_unstable();
        Self { broken: spec.broken, places, starts }
    }

    /// Whether something was refused between a name and the next named thing of the file.
    pub fn within(&self, name: Span) -> bool {
        if self.broken {
            return true;
        }
        let next = self.starts.partition_point(|start| *start <= name.start);
        let end = self.starts.get(next).copied().unwrap_or(u32::MAX);
        let first = self.places.partition_point(|place| *place < name.start);
        self.places.get(first).is_some_and(|place| *place < end)
    }
}

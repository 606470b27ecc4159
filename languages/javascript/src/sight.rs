//! What a module's own parts are called where one stands: `module`, `exports`, `require`. In a bundle they are the parameters of a
//! function; and where a function has a parameter or variable of that name, it is that.

use crate::lower::{Lower, children, field};
use portolan_program::Name;
use tree_sitter::Node;

/// The names of a module's own parts; none where another thing has the name.
#[derive(Clone, Debug)]
pub(crate) struct Sight {
    pub module: Option<Name>,
    pub exports: Option<Name>,
    pub require: Option<Name>,
    /// The function that takes modules of a bundle.
    pub loads: Option<Name>,
}

impl Default for Sight {
    fn default() -> Self {
        let named = |name| Some(Name::new_static(name));
        Self { module: named("module"), exports: named("exports"), require: named("require"), loads: None }
    }
}

impl Sight {
    /// Something else has a name from here on.
    pub fn hide(&mut self, name: &str) {
        for own in [&mut self.module, &mut self.exports, &mut self.require, &mut self.loads] {
            if own.as_deref() == Some(name) {
                *own = None;
            }
        }
    }
}

impl Lower<'_> {
    /// Parameters of a function hide names.
    pub fn hide_parameters(&mut self, function: Node<'_>) {
        let single = field(function, "parameter");
        let all = field(function, "parameters").map(children).unwrap_or_default();
        for parameter in single.into_iter().chain(all) {
            let named = field(parameter, "pattern").or_else(|| field(parameter, "left")).unwrap_or(parameter);
            if named.kind() == "identifier" {
                let name = self.source(named);
                self.sight.hide(name);
            }
        }
    }
}

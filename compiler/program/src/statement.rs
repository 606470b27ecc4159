//! What a body does, in order.

use crate::{ClassId, Expression, FunctionId, Name, Span, Type};

/// A step of a body.
#[derive(Clone, Debug, PartialEq)]
pub enum Statement {
    /// Evaluated for what it does.
    Expression(Expression),
    /// `pattern = value`; a declaration without a value has none.
    Bind {
        /// What is bound.
        pattern: Pattern,
        /// Its declared type.
        declared: Option<Type>,
        /// To what.
        value: Option<Expression>,
        /// Whether it makes a new name in this scope (`let`, `:=`, `const`), rather than to set one that may exist outside.
        declares: bool,
    },
    /// Leaves the function; what follows in this block does not run.
    Return(Option<Expression>),
    /// Leaves the block by another way: `raise`, `throw`, `break`, `continue`. What follows in this block does not run.
    Leave(Option<Expression>),
    /// At most one of the blocks runs, perhaps none: `if`, `switch`, the handlers of `try`. Conditions stand before it, as
    /// expressions.
    Branch(Vec<Vec<Statement>>),
    /// Any number of times. What is iterated over is bound inside: `Bind { pattern, value: Element(iterable) }`.
    Loop(Vec<Statement>),
    /// A block of its own scope, in languages that have them; `try`, `with`, `finally`.
    Scope(Vec<Statement>),
    /// Declares a function of this module; its name is known in the whole body.
    Function(FunctionId),
    /// Declares a class of this module; its name is known in the whole body.
    Class(ClassId),
    /// The rest of the block runs only where a value may be of a class or is it, and the name of the value stands for that
    /// alone: an arm of a match.
    Only {
        /// The name of what is matched.
        value: Name,
        /// The class.
        class: Expression,
    },
    /// The rest of the block runs only where a parameter that is [`crate::Parameter::fixed`], or a member of one, stands a test,
    /// or does not. The object that a method is called on is such a parameter too.
    Where {
        /// The parameter.
        parameter: Name,
        /// The member of it that is asked, if one is.
        member: Option<Name>,
        /// What is asked of it.
        test: Test,
        /// Whether it has to stand it.
        holds: bool,
        /// Whether the block runs for certain where all of these are as asked for and no block before it does.
        whole: bool,
    },
    /// Binds what another module gives.
    Import(Import),
    /// Gives a name to other modules. Only where a module does not export all its names (JavaScript): `name` is `default`
    /// for a default export; none replaces everything (`module.exports = …`).
    Export {
        /// Under which name.
        name: Option<Name>,
        /// What.
        value: Expression,
    },
    /// Assigns to names outside this function: Python's `global` and `nonlocal`.
    Outer(Vec<Name>),
}

/// What a condition asks of a parameter or a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// That it is true.
    True,
    /// That it is one of these texts.
    OneOf(Vec<Name>),
    /// That it is nothing: `None`.
    Nothing,
}

/// An import.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// The module, as [`crate::Language::resolve`] takes it: `.models`, `./lib/db`, `com.example.Orders`, `crate::db`.
    pub module: Name,
    /// One thing of it; none means the module itself.
    pub item: Option<Name>,
    /// The name it has here. None where all names of the module are taken (`from x import *`, `using X;`, `require "x"`), or
    /// where it is loaded for what it does only.
    pub binding: Option<Name>,
    /// Whether all names of the module are given on to other modules: `export * from`.
    pub exported: bool,
    /// Whether only types come of it, and it does not exist when the code runs: `import type`.
    pub types_only: bool,
    /// Its place.
    pub span: Span,
}

/// What is bound or assigned to.
#[derive(Clone, Debug, PartialEq)]
pub enum Pattern {
    /// A name.
    Name(Name),
    /// A member: `self.table = …`.
    Member(Box<Expression>, Name),
    /// An element: `params["Key"] = …`.
    Index(Box<Expression>, Box<Expression>),
    /// Members by their names: `{ a, b: c = default }`, a struct pattern.
    Record {
        /// The member's name, what is bound to it, and its default.
        members: Vec<(Name, Pattern, Option<Expression>)>,
        /// What the others are bound to.
        rest: Option<Name>,
    },
    /// Elements by their position.
    List(Vec<Pattern>),
    /// The rest of a list.
    Rest(Box<Pattern>),
    /// Nothing is bound.
    Ignore,
}

//! What is computed.

use crate::{ClassId, FunctionId, Name, Pattern, Span, Statement, Type};

/// An expression and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    /// What it is.
    pub kind: Kind,
    /// Where it stands.
    pub span: Span,
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A text, with holes where the language interpolates.
    Text(Vec<Piece>),
    /// A number, a truth value, a regular expression: nothing that names anything.
    Literal,
    /// A truth value that decides which branches run, where it is handed to a function.
    Truth(bool),
    /// `None`, `null`, `nil`, `undefined`.
    Nothing,
    /// A name. The object a method belongs to has the name of [`crate::Function::receiver`]; `super` is `super`.
    Name(Name),
    /// `object.name`; also `Aws::S3`, `crate::db`, and the implied method of a getter.
    Member(Box<Expression>, Name),
    /// `object[index]`.
    Index(Box<Expression>, Box<Expression>),
    /// `object[2]`: an element of a list by its position.
    At(Box<Expression>, usize),
    /// A call.
    Call(Box<Expression>, Vec<Argument>),
    /// `new class(arguments)`; in Python and Ruby an ordinary call makes objects too.
    New(Box<Expression>, Vec<Argument>),
    /// A struct literal or object initializer with a named type: `&s3.PutObjectInput{Bucket: b}`, `new PutObjectRequest { … }`.
    /// An initializer behind constructor arguments is a `Struct` of a type whose value is that `New`.
    Struct(Box<Expression>, Vec<Entry>),
    /// A dictionary, hash, map or object literal.
    Record(Vec<Entry>),
    /// A list, tuple, set or array literal.
    List(Vec<Argument>),
    /// A function that is made here.
    Function(FunctionId),
    /// A class that is made here.
    Class(ClassId),
    /// `left + right` and its like, which join texts.
    Joined(Vec<Expression>),
    /// One of these: `a or b`, `a ?? b`, `c ? a : b` (with the condition among [`Kind::Steps`]).
    Either(Vec<Expression>),
    /// An element of it: what a loop's variable is bound to. With a record, one of its values.
    Element(Box<Expression>),
    /// `pattern = value` where a value is expected.
    Assign(Box<Pattern>, Box<Expression>),
    /// A block whose last statement's expression is its value.
    Block(Vec<Statement>),
    /// A cast or declared type of a value: `x as Foo`, `(Foo) x`, Go's `x.(Foo)`.
    Typed(Box<Expression>, Type),
    /// A name with type arguments: `provider.GetService<IStore>`.
    Generic(Box<Expression>, Vec<Type>),
    /// A module by a name that is computed where it is used: `require("x")`, `import("x")`, `importlib.import_module("x")`.
    Module(Name),
    /// Everything evaluated for what it does; the value is not known: arithmetic, comparisons, conditions.
    Opaque(Vec<Expression>),
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// As it is, with escapes read.
    Literal(Name),
    /// Interpolated.
    Hole(Expression),
}

/// An argument of a call or an element of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// The parameter's name, where the call gives it.
    pub name: Option<Name>,
    /// Whether it is spread.
    pub form: Form,
    /// Its value.
    pub value: Expression,
}

impl Argument {
    /// A plain argument.
    #[must_use]
    pub fn plain(value: Expression) -> Self {
        Self { name: None, form: Form::One, value }
    }
}

/// How many arguments or entries something stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// One.
    #[default]
    One,
    /// Those of a list: `*args`, `...list`.
    Spread,
    /// The named ones of a record: `**options`.
    SpreadRecord,
}

/// An entry of a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its key; a spread has none.
    pub key: Key,
    /// Its value.
    pub value: Expression,
}

/// The key of an entry.
#[derive(Clone, Debug, PartialEq)]
pub enum Key {
    /// A name or a literal text.
    Name(Name),
    /// Computed.
    Computed(Expression),
    /// No key: all entries of the value.
    Spread,
}

//! A file: its functions, its classes and what it does when it is loaded.

use crate::{Expression, Name, Span, Statement};

/// A lowered file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Module {
    /// Every function of the file, nested ones and closures too.
    pub functions: Vec<Function>,
    /// Every class of the file.
    pub classes: Vec<Class>,
    /// What runs when the file is loaded, in order. What runs only when the file is a program of its own (`if __name__ ==
    /// "__main__"`) is not part of it.
    pub body: Vec<Statement>,
    /// What the parser could not read.
    pub broken: Vec<Span>,
    /// Modules that the file holds, as a bundle does: the module `file#n` is the one at position `n`. Their spans are the file's.
    pub parts: Vec<Module>,
}

impl Module {
    /// A function of this file.
    #[must_use]
    pub fn function(&self, id: FunctionId) -> &Function {
        &self.functions[id.0 as usize]
    }

    /// A class of this file.
    #[must_use]
    pub fn class(&self, id: ClassId) -> &Class {
        &self.classes[id.0 as usize]
    }

    /// Adds a function.
    pub fn add_function(&mut self, function: Function) -> FunctionId {
        self.functions.push(function);
        FunctionId(self.functions.len() as u32 - 1)
    }

    /// Adds a class.
    pub fn add_class(&mut self, class: Class) -> ClassId {
        self.classes.push(class);
        ClassId(self.classes.len() as u32 - 1)
    }
}

/// A function of one module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FunctionId(pub u32);

/// A class of one module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClassId(pub u32);

/// A function, method, closure or lambda.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Function {
    /// Its name; none for a closure.
    pub name: Option<Name>,
    /// What it is to its class.
    pub role: Role,
    /// How the body calls the object it belongs to: `self`, `this`, the receiver's name in Go. Not among the parameters.
    /// None for functions that belong to no object. An arrow function or closure has none and sees its surroundings'.
    pub receiver: Option<Name>,
    /// What it takes.
    pub parameters: Vec<Parameter>,
    /// The declared type of what it returns.
    pub returns: Option<Type>,
    /// Decorators and annotations that may change what a call does, outermost first.
    pub decorators: Vec<Expression>,
    /// What it does. Languages whose last expression is the result get a [`Statement::Return`] for it.
    pub body: Vec<Statement>,
    /// Whether not everybody may call it: private, protected.
    pub hidden: bool,
    /// The place of its name, or of the whole closure.
    pub span: Span,
}

/// What a function is to its class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// A function of its own; a closure.
    #[default]
    Free,
    /// Called on an object.
    Method,
    /// Called on the class: the receiver, if there is one, is the class.
    Static,
    /// Runs when an object is made.
    Constructor,
    /// Runs when a member of this name is read.
    Getter,
    /// Called on an object of another class, which is its first parameter: C#'s extension methods.
    Extension,
}

/// A parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Its name, or the names that are taken out of it.
    pub pattern: crate::Pattern,
    /// The name by which a caller may name it; none where the language has no named arguments.
    pub name: Option<Name>,
    /// Its declared type.
    pub declared: Option<Type>,
    /// What it is when the caller says nothing.
    pub default: Option<Expression>,
    /// Whether it takes one value or the rest.
    pub variadic: Variadic,
    /// Whether nobody sets its name again, so that a truth value it is given holds in the whole body.
    pub fixed: bool,
}

/// How many arguments a parameter takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Variadic {
    /// One.
    #[default]
    No,
    /// All further ones, as a list: `*args`, `...rest`.
    List,
    /// All further named ones, as a record: `**kwargs`.
    Record,
}

/// A class, struct, interface, trait, enum or Ruby module.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Class {
    /// Its name; none for a class expression.
    pub name: Option<Name>,
    /// The namespace it is in, in languages whose files may add to any: its name means one class there.
    pub namespace: Option<Name>,
    /// What it extends, implements or embeds.
    pub bases: Vec<Type>,
    /// What else its head says by name, which those hear who are told of it: Python's `class Copy(Task, kind="copy")`.
    pub said: Vec<crate::Argument>,
    /// Whether it only promises: an interface, a trait, an abstract class' abstract part.
    pub interface: bool,
    /// Whether it adds to a class of this name in the same package: `impl` in Rust, a method in Go, an opened class in Ruby,
    /// a partial class in C#.
    pub adds: bool,
    /// Its methods, constructors and getters. A method that is only promised has an empty body.
    pub functions: Vec<FunctionId>,
    /// Its fields and class variables.
    pub fields: Vec<Field>,
    /// Classes and statements inside it that run when it is declared: nested classes, Ruby's class body.
    pub body: Vec<Statement>,
    /// Decorators and annotations.
    pub decorators: Vec<Expression>,
    /// The place of its name.
    pub span: Span,
}

/// A field.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its name. Ruby's `@table` is named `@table`.
    pub name: Name,
    /// Its declared type.
    pub declared: Option<Type>,
    /// What it holds at first.
    pub value: Option<Expression>,
    /// Whether it belongs to the class rather than to each object.
    pub shared: bool,
}

/// A declared type. What is transparent to a call is taken off by the front end: pointers, references, `Option`, `Box`, `Arc`,
/// `Promise`, nullability.
#[derive(Clone, Debug, PartialEq)]
pub struct Type {
    /// Its name as written, by segments: `dynamodb.Client` is `dynamodb`, `Client`.
    pub path: Vec<Name>,
    /// Its type arguments: the `Order` of `List<Order>`. An array or slice of `T` has the path `[]` and the argument `T`.
    pub arguments: Vec<Type>,
}

//! What a text declares, as far as that can be read without parsing it: for languages in which a file's name and place say
//! nothing about what it holds.

use crate::Name;

/// A file's outline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// The namespaces that it adds to.
    pub namespaces: Vec<Name>,
    /// The namespaces whose names it sees.
    pub uses: Vec<Name>,
    /// The namespaces whose names all files of its project see because of it.
    pub shares: Vec<Name>,
    /// The types that it declares.
    pub types: Vec<Outlined>,
    /// Functions that are called as if they were methods of what is their first parameter.
    pub extensions: Vec<Name>,
}

/// A type of an outline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outlined {
    /// Its name.
    pub name: Name,
    /// The namespace it is in; empty for none.
    pub namespace: Name,
    /// The last names of what it extends and implements.
    pub bases: Vec<Name>,
    /// The names of the type arguments of those.
    pub about: Vec<Name>,
    /// The names of its attributes.
    pub marks: Vec<Name>,
}

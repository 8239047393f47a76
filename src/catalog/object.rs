//! What all objects of the catalog have in common: identity, origin, comments, privileges.

use crate::source::Location;
use crate::syntax::ast::Symbol;

/// An object identifier, unique over all classes. Those of pg_catalog are PostgreSQL's own; user objects begin at 16384.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Oid(pub u32);

impl Oid {
    pub const INVALID: Oid = Oid(0);
    /// The first identifier that is not the server's own.
    pub const FIRST_USER: Oid = Oid(16384);

    pub fn is_valid(self) -> bool {
        self.0 != 0
    }
}

/// The class of an object: which arena it lives in, and with what it shares a name space.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    Schema,
    /// Tables, views, indexes, sequences, composite types: everything in pg_class.
    Relation,
    Type,
    /// Functions, procedures, aggregates.
    Function,
    Constraint,
    Trigger,
    Policy,
    /// A column default or generation expression (pg_attrdef).
    Default,
    Role,
    Extension,
    Publication,
    /// A membership of a table or schema in a publication.
    PublicationMember,
    /// Objects that are known by name only: operators, casts, collations, servers, languages, statistics …
    Other,
}

/// An object, or a column of it: an end of a dependency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectAddress {
    pub class: Class,
    pub oid: Oid,
    /// The column's number; 0 for the whole object.
    pub column: u16,
}

impl ObjectAddress {
    pub const fn new(class: Class, oid: Oid) -> Self {
        Self { class, oid, column: 0 }
    }

    pub const fn column(relation: Oid, column: u16) -> Self {
        Self { class: Class::Relation, oid: relation, column }
    }
}

/// Where the statement stands that created an object, and that last changed it. `None`: it was there before the first migration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    pub created: Option<Location>,
    pub changed: Option<Location>,
}

/// Privileges granted on an object: `None` in an object means the defaults of its kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Acl {
    pub items: Vec<AclItem>,
    /// A REVOKE that is not followed may have taken some of them.
    pub uncertain: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AclItem {
    /// `Oid::INVALID` for PUBLIC.
    pub grantee: Oid,
    pub grantor: Oid,
    pub privileges: Privileges,
    pub grantable: Privileges,
}

/// A set of privileges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Privileges(pub u32);

impl Privileges {
    pub const INSERT: Privileges = Privileges(1);
    pub const SELECT: Privileges = Privileges(1 << 1);
    pub const UPDATE: Privileges = Privileges(1 << 2);
    pub const DELETE: Privileges = Privileges(1 << 3);
    pub const TRUNCATE: Privileges = Privileges(1 << 4);
    pub const REFERENCES: Privileges = Privileges(1 << 5);
    pub const TRIGGER: Privileges = Privileges(1 << 6);
    pub const EXECUTE: Privileges = Privileges(1 << 7);
    pub const USAGE: Privileges = Privileges(1 << 8);
    pub const CREATE: Privileges = Privileges(1 << 9);
    pub const TEMPORARY: Privileges = Privileges(1 << 10);
    pub const CONNECT: Privileges = Privileges(1 << 11);
    pub const SET: Privileges = Privileges(1 << 12);
    pub const ALTER_SYSTEM: Privileges = Privileges(1 << 13);
    pub const MAINTAIN: Privileges = Privileges(1 << 14);

    pub const TABLE: Privileges = Privileges(0b1111111 | 1 << 14);
    pub const COLUMN: Privileges = Privileges(0b0100111);
    pub const SEQUENCE: Privileges = Privileges(1 << 1 | 1 << 2 | 1 << 8);

    /// In the order of their bits: the letter in an access list's text, and the keyword.
    pub const ALL: [(char, &'static str); 15] = [
        ('a', "INSERT"),
        ('r', "SELECT"),
        ('w', "UPDATE"),
        ('d', "DELETE"),
        ('D', "TRUNCATE"),
        ('x', "REFERENCES"),
        ('t', "TRIGGER"),
        ('X', "EXECUTE"),
        ('U', "USAGE"),
        ('C', "CREATE"),
        ('T', "TEMPORARY"),
        ('c', "CONNECT"),
        ('s', "SET"),
        ('A', "ALTER SYSTEM"),
        ('m', "MAINTAIN"),
    ];

    /// By the keyword in GRANT, in lower case.
    pub fn from_keyword(keyword: &str) -> Option<Privileges> {
        let keyword = if keyword == "temp" { "temporary" } else { keyword };
        let is_it = |word: &str| word.bytes().map(|b| b.to_ascii_lowercase()).eq(keyword.bytes());
        let bit = Self::ALL.iter().position(|(_, word)| is_it(word))?;
        Some(Privileges(1 << bit))
    }

    pub fn contains(self, other: Privileges) -> bool {
        self.0 & other.0 == other.0
    }

    pub fn intersects(self, other: Privileges) -> bool {
        self.0 & other.0 != 0
    }

    pub fn union(self, other: Privileges) -> Privileges {
        Privileges(self.0 | other.0)
    }

    pub fn without(self, other: Privileges) -> Privileges {
        Privileges(self.0 & !other.0)
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// A lookup's answer. `Unknown` is neither: something earlier in the chain could not be followed, and says why.
#[derive(Clone, Debug)]
pub enum Lookup<T> {
    Found(T),
    Absent,
    Unknown(Symbol),
}

impl<T> Lookup<T> {
    pub fn found(self) -> Option<T> {
        match self {
            Lookup::Found(value) => Some(value),
            _ => None,
        }
    }
}

//! Types: base types, enums, composites, domains, ranges, and their arrays.

use super::{Acl, Definition, Oid, Origin};
use crate::syntax::ast::{Expr, Symbol};
use std::sync::Arc;

#[derive(Clone, Debug)]
pub struct Type {
    pub oid: Oid,
    pub schema: Oid,
    pub name: Symbol,
    pub kind: TypeKind,
    /// typcategory: `N`, `S`, `A` …
    pub category: char,
    pub preferred: bool,
    /// Its array type, if it has one.
    pub array: Oid,
    pub owner: Oid,
    pub acl: Option<Acl>,
    pub origin: Origin,
}

#[derive(Clone, Debug)]
pub enum TypeKind {
    Base,
    /// Of this element type.
    Array(Oid),
    /// The row type of this relation.
    Composite(Oid),
    Enum(Vec<Symbol>),
    Domain(Arc<Domain>),
    /// Of this subtype; with its multirange type.
    Range {
        subtype: Oid,
        multirange: Oid,
    },
    /// Of this range type.
    Multirange(Oid),
    Pseudo,
    Shell,
}

#[derive(Clone, Debug)]
pub struct Domain {
    pub base: TypeRef,
    pub not_null: bool,
    pub default: Option<Arc<Expr>>,
    pub default_definition: Definition,
    pub constraints: Vec<DomainConstraint>,
}

#[derive(Clone, Debug)]
pub struct DomainConstraint {
    pub oid: Oid,
    pub name: Symbol,
    /// `None` for NOT NULL.
    pub expr: Option<Arc<Expr>>,
    pub text: Symbol,
    pub definition: Definition,
    pub validated: bool,
}

/// A type with its modifier, as a column or argument has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TypeRef {
    pub oid: Oid,
    /// atttypmod: −1 for none.
    pub modifier: i32,
}

impl TypeRef {
    pub const fn plain(oid: Oid) -> Self {
        Self { oid, modifier: -1 }
    }
}

/// The identifiers of types that the replay names itself (pg_type.dat).
pub mod oids {
    use super::Oid;
    pub const BOOL: Oid = Oid(16);
    pub const ANY: Oid = Oid(2276);
    pub const XML: Oid = Oid(142);
    pub const TID: Oid = Oid(27);
    pub const XID: Oid = Oid(28);
    pub const CID: Oid = Oid(29);
    pub const OID: Oid = Oid(26);
    pub const BYTEA: Oid = Oid(17);
    pub const CHAR: Oid = Oid(18);
    pub const NAME: Oid = Oid(19);
    pub const INT8: Oid = Oid(20);
    pub const INT2: Oid = Oid(21);
    pub const INT4: Oid = Oid(23);
    pub const TEXT: Oid = Oid(25);
    pub const JSON: Oid = Oid(114);
    pub const FLOAT4: Oid = Oid(700);
    pub const FLOAT8: Oid = Oid(701);
    pub const UNKNOWN: Oid = Oid(705);
    pub const BPCHAR: Oid = Oid(1042);
    pub const VARCHAR: Oid = Oid(1043);
    pub const DATE: Oid = Oid(1082);
    pub const TIME: Oid = Oid(1083);
    pub const TIMESTAMP: Oid = Oid(1114);
    pub const TIMESTAMPTZ: Oid = Oid(1184);
    pub const INTERVAL: Oid = Oid(1186);
    pub const TIMETZ: Oid = Oid(1266);
    pub const REFCURSOR: Oid = Oid(1790);
    pub const BIT: Oid = Oid(1560);
    pub const VARBIT: Oid = Oid(1562);
    pub const NUMERIC: Oid = Oid(1700);
    pub const RECORD: Oid = Oid(2249);
    /// `record[]`.
    pub const RECORD_ARRAY: Oid = Oid(2287);
    pub const REGCLASS: Oid = Oid(2205);
    pub const VOID: Oid = Oid(2278);
    pub const INTERNAL: Oid = Oid(2281);
    pub const TRIGGER: Oid = Oid(2279);
    pub const UUID: Oid = Oid(2950);
    pub const JSONB: Oid = Oid(3802);
    pub const EVENT_TRIGGER: Oid = Oid(3838);
}

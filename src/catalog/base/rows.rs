//! The lines of the base's tables, and of extensions, put into a catalog.

use super::{BOOTSTRAP_ROLE, Line};
use crate::catalog::{
    Cast, CastContext, Catalog, Class, Column, Columns, Definition, DependencyKind, Domain, Doubt, Function,
    FunctionArgument, FunctionKind, NamedObject, ObjectAddress, Oid, Relation, RelationKind, RowSecurity, Type,
    TypeKind, TypeRef, oids,
};
use crate::replay::{default_acl, initial_acl};
use crate::source::Span;
use crate::syntax::ast::{ArgMode, ObjectKind, Persistence, Symbol, Volatility};
use std::sync::Arc;

/// Puts lines into a catalog: pg_catalog's own, or an extension's into its schema.
pub(crate) struct Rows<'c> {
    pub cat: &'c mut Catalog,
    /// Where names without a schema go.
    pub schema: Oid,
    /// The schemas that types are looked up in.
    path: Vec<Oid>,
    owner: Oid,
    pub extension: Option<Oid>,
    /// The next identifier for the server's own objects that the tables give none for.
    next_system_oid: Option<u32>,
    /// What its functions are written in.
    language: Symbol,
}

/// Above the fixed ones of PostgreSQL's catalogs, below those that server.rs gives out.
const FIRST_SYSTEM_OID: u32 = 6300;

impl<'c> Rows<'c> {
    pub fn of_server(cat: &'c mut Catalog) -> Self {
        let next_system_oid = Some(FIRST_SYSTEM_OID);
        Self {
            cat,
            schema: Oid::INVALID,
            path: Vec::new(),
            owner: BOOTSTRAP_ROLE,
            extension: None,
            next_system_oid,
            language: "internal".into(),
        }
    }

    /// For an extension's members: `path` are the schemas where the types that it uses stand.
    pub fn of_extension(cat: &'c mut Catalog, extension: Oid, schema: Oid, path: Vec<Oid>, owner: Oid) -> Self {
        Self { cat, schema, path, owner, extension: Some(extension), next_system_oid: None, language: "c".into() }
    }

    pub fn use_schema(&mut self, name: &str) {
        self.schema = self.schema_oid(name);
        self.path = vec![self.schema];
    }

    pub fn new_oid(&mut self) -> Oid {
        match &mut self.next_system_oid {
            Some(next) => {
                *next += 1;
                Oid(*next)
            }
            None => self.cat.new_oid(),
        }
    }

    fn schema_oid(&self, name: &str) -> Oid {
        self.cat.schema_named(name).map_or(Oid::INVALID, |s| s.oid)
    }

    /// `schema.name`, or a name of the own schema.
    fn place<'n>(&self, name: &'n str) -> (Oid, &'n str) {
        match name.split_once('.') {
            Some((schema, name)) => (self.schema_oid(schema), name),
            None => (self.schema, name),
        }
    }

    fn type_oid(&self, name: &str) -> Oid {
        if let Some((schema, name)) = name.split_once('.') {
            // The array of `net.t` is written `net._t`.
            return self.cat.type_named(self.schema_oid(schema), name).map_or(Oid::INVALID, |t| t.oid);
        }
        self.path.iter().find_map(|schema| self.cat.type_named(*schema, name)).map_or(Oid::INVALID, |t| t.oid)
    }

    fn type_ref(&self, name: &str) -> TypeRef {
        TypeRef::plain(self.type_oid(name))
    }

    /// The lines of types.tsv: with oids.
    pub fn types(&mut self, lines: Vec<Line>) {
        for line in &lines {
            let number = |text: &str| text.parse().map_or(Oid::INVALID, Oid);
            let (kind, category) = (line[2], line[3]);
            self.new_type(number(line[0]), number(line[1]), line[5], kind, category, line[4]);
        }
        for line in &lines {
            self.define_type(line[5], line[2], line[6]);
        }
    }

    /// The T lines of an extension, their letter taken off.
    pub fn extension_types(&mut self, lines: &[Line]) {
        for line in lines {
            let (oid, array) = (self.new_oid(), self.new_oid());
            self.new_type(oid, array, line[3], line[0], line[1], line[2]);
        }
        for line in lines {
            self.define_type(line[3], line[0], line[4]);
        }
    }

    fn new_type(&mut self, oid: Oid, array: Oid, name: &str, kind: &str, category: &str, flags: &str) {
        let (schema, name) = self.place(name);
        let ty = Type {
            oid,
            schema,
            name: name.into(),
            kind: if kind == "p" { TypeKind::Pseudo } else { TypeKind::Base },
            category: category.chars().next().unwrap_or('U'),
            preferred: flags.contains('p'),
            array,
            owner: self.owner,
            acl: None,
            origin: self.cat.origin(),
        };
        if array.is_valid() && array != oids::RECORD_ARRAY {
            self.cat.insert_type(Type {
                oid: array,
                name: format!("_{name}").into(),
                kind: TypeKind::Array(oid),
                category: 'A',
                preferred: false,
                array: Oid::INVALID,
                ..ty.clone()
            });
            self.depend(
                ObjectAddress::new(Class::Type, array),
                ObjectAddress::new(Class::Type, oid),
                DependencyKind::Internal,
            );
        }
        self.cat.insert_type(ty);
        self.member(ObjectAddress::new(Class::Type, oid));
    }

    /// What the type is made of, once all types have their oids.
    fn define_type(&mut self, name: &str, kind: &str, detail: &'static str) {
        let oid = self.type_oid(name);
        let kind = match kind {
            "r" => {
                let (subtype, multirange) = detail.split_once(' ').unwrap_or((detail, ""));
                TypeKind::Range { subtype: self.type_oid(subtype), multirange: self.type_oid(multirange) }
            }
            "m" => TypeKind::Multirange(self.type_oid(detail)),
            "e" => TypeKind::Enum(detail.split(' ').map(decoded).collect()),
            "d" => {
                let (base, not_null) = match detail.strip_suffix('!') {
                    Some(base) => (base, true),
                    None => (detail, false),
                };
                let (base, modifier) = match base.split_once('(') {
                    Some((base, length)) => (base, length.trim_end_matches(')').parse().ok()),
                    None => (base, None),
                };
                let oid = self.type_oid(base);
                let modifier = match (oid, modifier) {
                    (_, None) => -1,
                    (oids::VARCHAR | oids::BPCHAR, Some(length)) => length + 4,
                    (_, Some(precision)) => precision,
                };
                TypeKind::Domain(Arc::new(Domain {
                    base: TypeRef { oid, modifier },
                    not_null,
                    default: None,
                    default_definition: Definition::default(),
                    constraints: Vec::new(),
                }))
            }
            "c" => {
                let columns = self.columns(detail);
                let (schema, bare) = self.place(name);
                let relation = self.new_oid();
                self.insert_relation(relation, schema, bare, RelationKind::CompositeType, columns.into(), oid);
                self.depend(
                    ObjectAddress::new(Class::Relation, relation),
                    ObjectAddress::new(Class::Type, oid),
                    DependencyKind::Internal,
                );
                TypeKind::Composite(relation)
            }
            "p" if oid == oids::RECORD_ARRAY => TypeKind::Array(oids::RECORD),
            _ => return,
        };
        if let Some(ty) = self.cat.type_mut(oid) {
            ty.kind = kind;
        }
    }

    /// `name:type name …`: a name alone has the type before it.
    pub(super) fn columns(&self, list: &str) -> Vec<Option<Arc<Column>>> {
        let mut ty = TypeRef::plain(Oid::INVALID);
        let mut columns = Vec::new();
        for (index, word) in list.split(' ').filter(|w| !w.is_empty()).enumerate() {
            let name = match word.split_once(':') {
                Some((name, written)) => {
                    ty = self.type_ref(written);
                    name
                }
                None => word,
            };
            let known = ty.oid.is_valid().then_some(ty);
            let column = Column::new(index as u16 + 1, decoded(name), known, Span::default(), self.cat.origin());
            columns.push(Some(Arc::new(column)));
        }
        columns
    }

    /// The lines of relations.tsv.
    pub fn server_relations(&mut self, lines: Vec<Line>) {
        // Their row types first: columns may have one of them.
        let mut placed = Vec::with_capacity(lines.len());
        for line in &lines {
            let oid = match line[2].parse() {
                Ok(oid) => Oid(oid),
                Err(_) => self.new_oid(),
            };
            let (row_type, array) = (self.new_oid(), self.new_oid());
            self.new_type(row_type, array, line[0], "c", "C", "");
            placed.push((oid, row_type));
        }
        for (line, (oid, row_type)) in lines.iter().zip(placed) {
            let kind = if line[1] == "v" { RelationKind::View } else { RelationKind::Table };
            let columns = Columns::of_server(line[3]);
            let (schema, name) = self.place(line[0]);
            self.insert_relation(oid, schema, name, kind, columns, row_type);
            if let Some(ty) = self.cat.type_mut(row_type) {
                ty.kind = TypeKind::Composite(oid);
            }
        }
    }

    /// A V line of an extension, its letter taken off.
    pub fn view(&mut self, line: &Line) {
        let (oid, row_type, array) = (self.new_oid(), self.new_oid(), self.new_oid());
        self.new_type(row_type, array, line[0], "c", "C", "");
        let columns = self.columns(line[1]);
        let (schema, name) = self.place(line[0]);
        self.insert_relation(oid, schema, name, RelationKind::View, columns.into(), row_type);
        if let Some(ty) = self.cat.type_mut(row_type) {
            ty.kind = TypeKind::Composite(oid);
        }
        self.member(ObjectAddress::new(Class::Relation, oid));
    }

    /// Of the server's own there is no edge, as in PostgreSQL: they stay.
    fn depend(&mut self, dependent: ObjectAddress, referenced: ObjectAddress, kind: DependencyKind) {
        if self.extension.is_some() {
            self.cat.depend(dependent, referenced, kind);
        }
    }

    fn insert_relation(
        &mut self,
        oid: Oid,
        schema: Oid,
        name: &str,
        kind: RelationKind,
        columns: Columns,
        row_type: Oid,
    ) {
        self.cat.insert_relation(Relation {
            oid,
            schema,
            name: name.into(),
            kind,
            persistence: Persistence::Permanent,
            owner: self.owner,
            acl: None,
            origin: self.cat.origin(),
            columns,
            columns_unknown: None,
            doubt: Doubt::default(),
            row_type,
            constraints: Vec::new(),
            triggers: Vec::new(),
            policies: Vec::new(),
            indexes: Vec::new(),
            row_security: RowSecurity::default(),
            inherits: Vec::new(),
            is_partition: false,
            partition_by: None,
            bound: None,
            foreign: None,
            index: None,
            query: None,
            definition: Definition::default(),
            writes_to: Oid::INVALID,
            sequence: None,
            options: Vec::new(),
            of_type: Oid::INVALID,
            rules: Vec::new(),
            replica_identity: Default::default(),
            populated: true,
            may_have_rows: true,
        });
        if kind != RelationKind::CompositeType {
            self.depend(
                ObjectAddress::new(Class::Type, row_type),
                ObjectAddress::new(Class::Relation, oid),
                DependencyKind::Internal,
            );
        }
    }

    /// Lines of functions: name (empty: as before), result, arguments, flags.
    pub fn functions(&mut self, lines: &mut dyn Iterator<Item = Line>) {
        let mut name = "";
        for line in lines {
            if !line[0].is_empty() {
                name = line[0];
            }
            let oid = self.new_oid();
            let function = self.function(oid, name, &line);
            self.cat.insert_function(function);
            self.member(ObjectAddress::new(Class::Function, oid));
        }
    }

    pub fn function(&self, oid: Oid, name: &str, line: &Line) -> Function {
        let [_, result, args, flags, ..] = *line;
        let (schema, name) = self.place(name);
        let (result, returns_set) = match result.strip_prefix('*') {
            Some(result) => (result, true),
            None => (result, false),
        };
        let args: Vec<FunctionArgument> = args.split(' ').filter(|a| !a.is_empty()).map(|a| self.argument(a)).collect();
        let kind = match flags.chars().next() {
            Some('a' | 'o' | 'h') => FunctionKind::Aggregate,
            Some('w') => FunctionKind::Window,
            Some('p') => FunctionKind::Procedure,
            _ => FunctionKind::Function,
        };
        let mut acl = initial_acl(self.cat, ObjectKind::Function, schema, self.owner);
        if flags.contains('-') {
            let own = acl.get_or_insert_with(|| default_acl(ObjectKind::Function, self.owner));
            own.items.retain(|item| item.grantee.is_valid());
        }
        Function {
            oid,
            schema,
            name: decoded(name),
            kind,
            returns: self.type_ref(result),
            returns_set,
            returns_table: false,
            args,
            language: self.language.clone(),
            volatility: match flags {
                f if f.contains('s') => Volatility::Stable,
                f if f.contains('v') => Volatility::Volatile,
                _ => Volatility::Immutable,
            },
            strict: false,
            security_definer: false,
            leakproof: false,
            parallel: 's',
            rows: None,
            cost: None,
            settings: Vec::new(),
            body: None,
            body_definition: Definition::default(),
            details_unknown: false,
            owner: self.owner,
            acl,
            origin: self.cat.origin(),
        }
    }

    /// `[&|>|%][name:]type[?]`.
    fn argument(&self, text: &str) -> FunctionArgument {
        let (mode, text) = if let Some(text) = text.strip_prefix('&') {
            (ArgMode::InOut, text)
        } else if let Some(text) = text.strip_prefix('>') {
            (ArgMode::Out, text)
        } else if let Some(text) = text.strip_prefix('%') {
            (ArgMode::Variadic, text)
        } else {
            (ArgMode::In, text)
        };
        let (text, has_default) = match text.strip_suffix('?') {
            Some(text) => (text, true),
            None => (text, false),
        };
        let (name, ty) = match text.split_once(':') {
            Some((name, ty)) => (Some(decoded(name)), ty),
            None => (None, text),
        };
        FunctionArgument { name, mode, ty: self.type_ref(ty), has_default, default: Definition::default() }
    }

    /// Lines of operators: name (empty: as before), left type or `-`, right type, result.
    pub fn operators(&mut self, lines: &mut dyn Iterator<Item = Line>) {
        let mut name = "";
        for line in lines {
            if !line[0].is_empty() {
                name = line[0];
            }
            let oid = self.new_oid();
            let operator = self.operator(oid, name, &line);
            self.insert_other(operator);
        }
    }

    pub(super) fn operator(&self, oid: Oid, name: &str, line: &Line) -> NamedObject {
        let (schema, bare) = self.place(name);
        let types = vec![self.type_oid(line[1]), self.type_oid(line[2])];
        let result = self.type_oid(line[3]);
        self.other(oid, ObjectKind::Operator, schema, bare, types, result, line[4])
    }

    pub(super) fn collation(&self, oid: Oid, locale: &str, _: &Line) -> NamedObject {
        let name = [locale, "-x-icu"].concat();
        self.other(oid, ObjectKind::Collation, self.schema, &name, Vec::new(), Oid::INVALID, "")
    }

    /// Lines of operator classes: access method, name, input type.
    pub fn operator_classes(&mut self, lines: &mut dyn Iterator<Item = Line>) {
        for line in lines {
            let (schema, name) = self.place(line[1]);
            let types = vec![self.type_oid(line[2])];
            let method = line[0];
            let default = if line[3] == "d" { " default" } else { "" };
            let (oid, detail) = (self.new_oid(), format!("{method}{default}"));
            let class = self.other(oid, ObjectKind::OperatorClass, schema, name, types, Oid::INVALID, &detail);
            self.insert_other(class);
        }
    }

    /// Lines of casts: source, target, context.
    pub fn casts(&mut self, lines: &mut dyn Iterator<Item = Line>) {
        for line in lines {
            let (from, to) = (self.type_oid(line[0]), self.type_oid(line[1]));
            let context = match line[2] {
                "i" => CastContext::Implicit,
                "a" => CastContext::Assignment,
                _ => CastContext::Explicit,
            };
            self.cat.add_cast(from, to, Cast { context, binary: line[3].contains('b') });
            // It is looked for where its extension is dropped only.
            if self.extension.is_some() {
                let oid = self.new_oid();
                let name = format!("{}::{}", line[0], line[1]);
                let cast = self.other(oid, ObjectKind::Cast, Oid::INVALID, &name, vec![from, to], Oid::INVALID, "");
                self.insert_other(cast);
            }
        }
    }

    #[allow(clippy::too_many_arguments, reason = "the fields of the object, all of them")]
    pub(super) fn other(
        &self,
        oid: Oid,
        kind: ObjectKind,
        schema: Oid,
        name: &str,
        types: Vec<Oid>,
        result: Oid,
        detail: &str,
    ) -> NamedObject {
        let (name, detail) = (decoded(name), detail.into());
        NamedObject {
            oid,
            kind,
            schema,
            name,
            types,
            result,
            detail,
            definitions: Vec::new(),
            origin: self.cat.origin(),
        }
    }

    pub(super) fn insert_other(&mut self, object: NamedObject) {
        let oid = self.cat.insert_other(object);
        self.member(ObjectAddress::new(Class::Other, oid));
    }
}

/// A word with its blanks and separators put back.
fn decoded(word: &str) -> Symbol {
    if !word.contains('%') {
        return word.into();
    }
    let mut text = String::with_capacity(word.len());
    let mut rest = word;
    while let Some(place) = rest.find('%') {
        let (before, after) = rest.split_at(place);
        text.push_str(before);
        match after.get(1..3).and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                text.push(char::from(byte));
                rest = after.get(3..).unwrap_or("");
            }
            None => {
                text.push('%');
                rest = after.get(1..).unwrap_or("");
            }
        }
    }
    text.push_str(rest);
    text.into()
}

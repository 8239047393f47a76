//! Roles, schemas, extensions, types, functions, views, publications.

use super::table::options;
use super::{Dump, list};
use crate::catalog::{
    self, Class, Function, FunctionKind, ObjectAddress, Relation, RelationKind, Role, Type, TypeKind, function_options,
    quote_literal, sql_identifier,
};
use crate::syntax::ast::{ArgMode, FunctionBody, ObjectKind};
use std::fmt::Write;

impl Dump<'_> {
    pub(super) fn object_items(&mut self) {
        self.roles();
        self.schemas();
        self.extensions();
        let types: Vec<_> = self.cat.types().filter(|t| self.start.type_(t.oid).is_none()).cloned().collect();
        for ty in types.iter().filter(|t| self.is_own(t.oid)).collect::<Vec<_>>() {
            self.type_(ty);
        }
        let functions: Vec<_> =
            self.cat.functions().filter(|f| self.start.function(f.oid).is_none()).cloned().collect();
        for function in functions {
            if self.is_own(function.oid) {
                self.function(&function);
            }
        }
        self.publications();
        self.others();
    }

    fn roles(&mut self) {
        let roles: Vec<_> = self.cat.roles().cloned().collect();
        for role in &roles {
            let old = self.start.role(role.oid).cloned();
            let name = sql_identifier(&role.name);
            if old.as_ref().is_none_or(|o| o.attributes != role.attributes) {
                let verb = if old.is_none() { "CREATE" } else { "ALTER" };
                self.before.push(format!("{verb} ROLE {name} WITH {};", attributes(role)));
            }
            for (group, admin) in &role.member_of {
                if old.as_ref().is_none_or(|o| !o.member_of.contains(&(*group, *admin))) {
                    let admin = if *admin { " WITH ADMIN OPTION" } else { "" };
                    self.after.push(format!("GRANT {} TO {name}{admin};", self.role(*group)));
                }
            }
            for (setting, value) in &role.settings {
                let pair = (setting.clone(), value.clone());
                if old.as_ref().is_none_or(|o| !o.settings.contains(&pair)) {
                    self.after.push(format!("ALTER ROLE {name} {};", catalog::setting(setting, value)));
                }
            }
        }
    }

    fn schemas(&mut self) {
        let schemas: Vec<_> = self.cat.schemas().cloned().collect();
        for schema in schemas {
            let name = sql_identifier(&schema.name);
            if self.start.schema(schema.oid).is_none() && self.is_own(schema.oid) && !schema.name.starts_with("pg_temp")
            {
                self.before.push(format!("CREATE SCHEMA IF NOT EXISTS {name};"));
            }
            self.comment(ObjectAddress::new(Class::Schema, schema.oid), &format!("SCHEMA {name}"));
        }
    }

    fn extensions(&mut self) {
        for old in self.start.extensions() {
            if self.cat.extension(old.oid).is_none() && self.cat.extension_named(&old.name).is_none() {
                self.before.push(format!("DROP EXTENSION {};", sql_identifier(&old.name)));
            }
        }
        for extension in self.cat.extensions() {
            if self.start.extension(extension.oid).is_none() {
                let schema = self.cat.schema(extension.schema).map_or(String::new(), |s| sql_identifier(&s.name));
                let name = sql_identifier(&extension.name);
                self.before.push(format!("CREATE EXTENSION IF NOT EXISTS {name} WITH SCHEMA {schema};"));
            }
        }
        self.note_members();
    }

    fn type_(&mut self, ty: &Type) {
        let name = self.name(Class::Type, ty.oid);
        let needs = self.needs(ty.oid);
        let (word, sql) = match &ty.kind {
            TypeKind::Enum(labels) => {
                ("TYPE", format!("CREATE TYPE {name} AS ENUM ({});", list(labels.iter().map(|l| quote_literal(l)))))
            }
            TypeKind::Range { subtype, .. } => {
                let subtype = self.cat.format_type(crate::catalog::TypeRef::plain(*subtype));
                ("TYPE", format!("CREATE TYPE {name} AS RANGE (subtype = {subtype});"))
            }
            TypeKind::Domain(domain) => {
                let mut sql = format!("CREATE DOMAIN {name} AS {}", self.cat.format_type(domain.base));
                if domain.default.is_some() {
                    let _ = write!(sql, " DEFAULT {}", domain.default_definition.print(self.cat));
                }
                for constraint in &domain.constraints {
                    let condition = match constraint.expr {
                        Some(_) => format!("CHECK ({})", constraint.definition.print(self.cat)),
                        None => "NOT NULL".to_string(),
                    };
                    let _ = write!(sql, "\n    CONSTRAINT {} {condition}", sql_identifier(&constraint.name));
                }
                sql.push(';');
                ("DOMAIN", sql)
            }
            _ => return,
        };
        self.item(ty.oid, needs, vec![sql]);
        self.comment(ObjectAddress::new(Class::Type, ty.oid), &format!("{word} {name}"));
    }

    pub(super) fn create_composite(&mut self, relation: &Relation) {
        let name = self.name(Class::Relation, relation.oid);
        let attributes = list(
            relation.live_columns().map(|c| format!("{} {}", sql_identifier(&c.name), self.cat.format_type(c.ty))),
        );
        let needs = self.needs(relation.oid);
        self.item(relation.oid, needs, vec![format!("CREATE TYPE {name} AS ({attributes});")]);
        self.comment(ObjectAddress::new(Class::Relation, relation.oid), &format!("TYPE {name}"));
        self.comment(ObjectAddress::new(Class::Type, relation.row_type), &format!("TYPE {name}"));
    }

    pub(super) fn create_view(&mut self, view: &Relation) {
        let name = self.name(Class::Relation, view.oid);
        let materialized = view.kind == RelationKind::MaterializedView;
        let mut sql = format!("CREATE {}VIEW {name}", if materialized { "MATERIALIZED " } else { "" });
        if view.columns_unknown.is_none() {
            let _ = write!(sql, " ({})", list(view.live_columns().map(|c| sql_identifier(&c.name))));
        }
        if !view.options.is_empty() {
            let _ = write!(sql, " WITH ({})", options(view));
        }
        let _ = write!(sql, " AS\n{}", view.definition.print(self.cat));
        if materialized {
            sql.push_str("\nWITH NO DATA");
        }
        sql.push(';');
        self.item(view.oid, self.needs(view.oid), vec![sql]);
    }

    /// `f(integer, text)`, as ALTER, COMMENT and GRANT name it.
    pub(super) fn signature(&self, function: &Function) -> String {
        let types = list(function.input_args().map(|a| self.cat.format_type(a.ty)));
        format!("{}({types})", self.name(Class::Function, function.oid))
    }

    fn function(&mut self, function: &Function) {
        let word = match function.kind {
            FunctionKind::Procedure => "PROCEDURE",
            FunctionKind::Aggregate => "AGGREGATE",
            _ => "FUNCTION",
        };
        let name = self.name(Class::Function, function.oid);
        if function.kind == FunctionKind::Aggregate {
            let sql = format!("CREATE AGGREGATE {name}{};", function.body_definition.print(self.cat));
            self.item(function.oid, self.needs(function.oid), vec![sql]);
            let signature = self.signature(function);
            self.comment(ObjectAddress::new(Class::Function, function.oid), &format!("AGGREGATE {signature}"));
            return;
        }
        let mut sql = format!("CREATE {word} {name}({})", self.arguments(function, false));
        let set = if function.returns_set { "SETOF " } else { "" };
        if function.returns_table {
            let _ = write!(sql, " RETURNS TABLE({})", self.arguments(function, true));
        } else if !function.is_procedure() {
            let _ = write!(sql, " RETURNS {set}{}", self.cat.format_type(function.returns));
        }
        let _ = write!(sql, "\n    LANGUAGE {}", sql_identifier(&function.language));
        sql.push_str(&function_options(function));
        for (setting, value) in &function.settings {
            let _ = write!(sql, "\n    {}", catalog::setting(setting, value));
        }
        match function.body.as_deref() {
            Some(FunctionBody::Text(body)) => {
                let _ = write!(sql, "\n    AS {};", dollar_quoted(&body.text));
            }
            Some(FunctionBody::External(file, symbol)) => {
                let _ = write!(sql, "\n    AS {}, {};", quote_literal(&file.text), quote_literal(&symbol.text));
            }
            Some(FunctionBody::Return(_)) => {
                let _ = write!(sql, "\n    RETURN {};", function.body_definition.print(self.cat));
            }
            Some(FunctionBody::Atomic(_)) => {
                let body = function.body_definition.print(self.cat);
                let end = if body.is_empty() { "" } else { ";" };
                let _ = write!(sql, "\n    BEGIN ATOMIC\n{body}{end}\nEND;");
            }
            Some(FunctionBody::Missing) | None => return,
        }
        self.item(function.oid, self.needs(function.oid), vec![sql]);
        let signature = self.signature(function);
        self.comment(ObjectAddress::new(Class::Function, function.oid), &format!("{word} {signature}"));
    }

    fn arguments(&self, function: &Function, table: bool) -> String {
        let args = function.args.iter().filter(|a| (a.mode == ArgMode::Table) == table);
        list(args.map(|arg| {
            let mut sql = String::from(match arg.mode {
                ArgMode::In | ArgMode::Table => "",
                ArgMode::Out => "OUT ",
                ArgMode::InOut => "INOUT ",
                ArgMode::Variadic => "VARIADIC ",
            });
            if let Some(name) = &arg.name {
                let _ = write!(sql, "{} ", sql_identifier(name));
            }
            sql.push_str(&self.cat.format_type(arg.ty));
            if arg.has_default {
                let _ = write!(sql, " DEFAULT {}", arg.default.print(self.cat));
            }
            sql
        }))
    }

    fn publications(&mut self) {
        for old in self.start.publications() {
            if self.cat.publication(old.oid).is_none() {
                self.before.push(format!("DROP PUBLICATION {};", sql_identifier(&old.name)));
            }
        }
        for publication in self.cat.publications() {
            let name = sql_identifier(&publication.name);
            let old = self.start.publication(publication.oid);
            if old.is_none() {
                let all = if publication.all_tables { " FOR ALL TABLES" } else { "" };
                self.after.push(format!("CREATE PUBLICATION {name}{all};"));
            }
            let before = old.map_or(self.start.session.current_role, |o| o.owner);
            if publication.owner != before {
                let owner = self.role(publication.owner);
                self.after.push(format!("ALTER PUBLICATION {name} OWNER TO {owner};"));
            }
            for table in publication.tables.iter().filter(|t| old.is_none_or(|o| !o.tables.contains(t))) {
                let table = self.name(Class::Relation, *table);
                self.after.push(format!("ALTER PUBLICATION {name} ADD TABLE ONLY {table};"));
            }
            for schema in publication.schemas.iter().filter(|s| old.is_none_or(|o| !o.schemas.contains(s))) {
                let schema = self.cat.schema(*schema).map_or(String::new(), |s| sql_identifier(&s.name));
                self.after.push(format!("ALTER PUBLICATION {name} ADD TABLES IN SCHEMA {schema};"));
            }
        }
    }

    /// Objects whose statements are kept as written.
    fn others(&mut self) {
        let others: Vec<_> = self.cat.others().filter(|o| self.start.other(o.oid).is_none()).cloned().collect();
        for other in others.iter().filter(|o| self.is_own(o.oid)).collect::<Vec<_>>() {
            let statements = other.definitions.iter().map(|d| d.print(self.cat) + ";").collect();
            self.item(other.oid, self.needs(other.oid), statements);
            let what = format!("{} {}", other.kind.noun().to_ascii_uppercase(), self.name(Class::Other, other.oid));
            if !matches!(other.kind, ObjectKind::Operator | ObjectKind::Cast) {
                self.comment(ObjectAddress::new(Class::Other, other.oid), &what);
            }
        }
    }
}

fn attributes(role: &Role) -> String {
    let a = &role.attributes;
    let words = [
        (a.superuser, "SUPERUSER"),
        (a.inherit, "INHERIT"),
        (a.create_role, "CREATEROLE"),
        (a.create_db, "CREATEDB"),
        (a.login, "LOGIN"),
        (a.replication, "REPLICATION"),
        (a.bypass_rls, "BYPASSRLS"),
    ];
    let words = words.map(|(on, word)| if on { word.to_string() } else { format!("NO{word}") });
    words.join(" ")
}

/// In dollar quotes that the text does not hold (appendStringLiteralDQ).
fn dollar_quoted(text: &str) -> String {
    let mut tag = String::from("$");
    while text.contains(&tag) {
        tag.push('_');
    }
    format!("{tag}${text}{tag}$")
}

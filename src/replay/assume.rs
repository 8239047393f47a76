//! A partial history: what the files name and none of them creates is taken to exist.

use super::types::{bare_relation, insert_with_array};
use crate::catalog::{Catalog, Class, Column, Lookup, Oid, Origin, RelationKind, RowSecurity, Schema, TypeKind};
use crate::syntax::ast::{
    AlterTableActionKind as Action, ColumnConstraintKind, ColumnDef, ExprKind, IndexElement, Name, ObjectKind,
    ObjectName, QualifiedName, References, Statement, StatementKind, Symbol, TableConstraint, TableConstraintKind,
    TableElement, TypeName,
};
use std::sync::Arc;

/// Puts stand-ins into the catalog for the schemas, tables and types that the statement needs and nothing has created: tables of which only the
/// columns are known that statements name.
pub(super) fn assume(cat: &mut Catalog, statement: &Statement) {
    use StatementKind::*;
    match &statement.kind {
        CreateTable(s) => {
            schema(cat, &s.name);
            for element in &s.elements {
                match element {
                    TableElement::Column(def) => column(cat, def),
                    TableElement::Constraint(def) => constraint(cat, def),
                    TableElement::Like(_) => {}
                }
            }
        }
        CreateView(s) => schema(cat, &s.name),
        CreateTableAs(s) => schema(cat, &s.name),
        CreateSequence(s) => schema(cat, &s.name),
        CreateType(s) => schema(cat, &s.name),
        CreateDomain(s) => {
            schema(cat, &s.name);
            data_type(cat, &s.ty);
        }
        CreateFunction(s) => {
            schema(cat, &s.name);
            s.args.iter().map(|a| &a.ty).chain(&s.returns).for_each(|ty| data_type(cat, ty));
        }
        CreateIndex(s) => {
            let names: Vec<Name> =
                s.elements.iter().filter_map(plain_column).chain(s.include.iter().cloned()).collect();
            table(cat, &s.table, &names);
        }
        CreatePolicy(s) => table(cat, &s.table, &[]),
        CreateTrigger(s) => table(cat, &s.table, &[]),
        AlterTable(s) if matches!(s.kind, ObjectKind::Table | ObjectKind::ForeignTable) => {
            table(cat, &s.name, &[]);
            for action in &s.actions {
                alter(cat, &s.name, &action.kind);
            }
        }
        Comment(s) => {
            if let ObjectName::Column { relation, column } = &s.object {
                table(cat, relation, std::slice::from_ref(column));
            }
        }
        Truncate(s) => s.tables.iter().for_each(|name| table(cat, name, &[])),
        Insert(s) => table(cat, &s.table, &[]),
        Update(s) => table(cat, &s.table, &[]),
        Delete(s) => table(cat, &s.table, &[]),
        _ => {}
    }
}

fn alter(cat: &mut Catalog, name: &QualifiedName, action: &Action) {
    match action {
        Action::AddColumn { column: def, .. } => column(cat, def),
        Action::AddConstraint(def) => {
            if let TableConstraintKind::ForeignKey { columns, .. }
            | TableConstraintKind::PrimaryKey { columns, .. }
            | TableConstraintKind::Unique { columns, .. } = &def.kind
            {
                table(cat, name, columns);
            }
            constraint(cat, def);
        }
        Action::ColumnType { column, ty, .. } => {
            table(cat, name, std::slice::from_ref(column));
            data_type(cat, ty);
        }
        Action::DropColumn { column, .. }
        | Action::SetDefault { column, .. }
        | Action::DropDefault { column }
        | Action::SetNotNull { column }
        | Action::DropNotNull { column } => table(cat, name, std::slice::from_ref(column)),
        _ => {}
    }
}

fn column(cat: &mut Catalog, def: &ColumnDef) {
    def.ty.iter().for_each(|ty| data_type(cat, ty));
    for constraint in &def.constraints {
        if let ColumnConstraintKind::References(target) = &constraint.kind {
            references(cat, target);
        }
    }
}

fn constraint(cat: &mut Catalog, def: &TableConstraint) {
    if let TableConstraintKind::ForeignKey { references: target, .. } = &def.kind {
        references(cat, target);
    }
}

fn references(cat: &mut Catalog, target: &References) {
    table(cat, &target.table, &target.columns);
}

fn plain_column(element: &IndexElement) -> Option<Name> {
    match &element.expr.kind {
        ExprKind::Column(parts) => match &parts[..] {
            [name] => Some(name.clone()),
            _ => None,
        },
        _ => None,
    }
}

fn reason() -> Symbol {
    "the history is partial".into()
}

/// The schema of a name.
fn schema(cat: &mut Catalog, name: &QualifiedName) {
    let Some(schema) = &name.schema else { return };
    if matches!(cat.resolve_schema(schema), Err(super::Stop::Unknown(_))) && cat.schema_named(schema).is_none() {
        let (oid, owner) = (cat.new_oid(), cat.session.current_role);
        cat.insert_schema(Schema { oid, name: schema.text.clone(), owner, acl: None, origin: Origin::default() });
    }
}

fn data_type(cat: &mut Catalog, ty: &TypeName) {
    if ty.percent_type.is_some() {
        return;
    }
    schema(cat, &ty.name);
    if is_unknown(cat, Class::Type, &ty.name)
        && let Ok(schema) = cat.resolve_creation(&ty.name)
    {
        let owner = cat.session.current_role;
        insert_with_array(cat, schema, &ty.name.name.text, TypeKind::Base, 'U', owner);
    }
}

/// A table with at least these columns.
fn table(cat: &mut Catalog, name: &QualifiedName, columns: &[Name]) {
    schema(cat, name);
    if is_unknown(cat, Class::Relation, name)
        && let Ok(schema) = cat.resolve_creation(name)
    {
        let oid = cat.new_oid();
        let mut relation = bare_relation(cat, oid, schema, &name.name.text, RelationKind::Table, Oid::INVALID);
        relation.columns_unknown = Some(reason());
        relation.row_security = RowSecurity { enabled: true, forced: false };
        cat.insert_relation(relation);
    }
    let Ok(Some(found)) = cat.find_relation(name) else { return };
    if found.columns_unknown.is_none() {
        return;
    }
    let (oid, missing): (Oid, Vec<Name>) =
        (found.oid, columns.iter().filter(|c| found.column(c).is_none()).cloned().collect());
    let Some(relation) = cat.relation_mut(oid) else { return };
    for name in missing {
        let number = relation.columns.len() as u16 + 1;
        let column = Column::new(number, name.text, None, name.span, Origin::default());
        relation.columns.push(Some(Arc::new(column)));
    }
}

fn is_unknown(cat: &Catalog, class: Class, name: &QualifiedName) -> bool {
    matches!(cat.lookup(class, name.schema.as_ref().map(|s| &s.text), &name.name), Lookup::Unknown(_))
}

#[cfg(test)]
mod tests {
    use crate::Project;
    use crate::config::Config;
    use crate::source::SourceFile;

    /// The rules that a text alone runs into, and how many of its statements could not be followed.
    fn check(sql: &str) -> (Vec<String>, u32) {
        let config = Config::from_toml("history = \"partial\"").unwrap();
        let mut project = Project::new(config);
        project.set_file(SourceFile::new("20250101000000_part.sql", sql));
        let report = project.check();
        (report.findings.iter().map(|f| f.rule.clone()).collect(), report.summary.uncertain)
    }

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|w| w.to_string()).collect()
    }

    #[test]
    fn what_nobody_created_exists() {
        for sql in [
            "alter table x add column y public.mood not null",
            "alter table x alter column y set not null",
            "alter table x drop column y",
            "create policy p on app.x using (true)",
            "create trigger g before insert on x for each row execute function app.f()",
            "create function app.f(app.mood) returns app.mood language sql as 'select $1'",
            "create view app.v as select * from x",
            "comment on column app.x.y is 'a'",
            "insert into x (a) values (1)",
            "truncate x",
            "alter view v set (security_invoker = true)",
            "alter table x drop constraint c",
            "drop policy p on x",
            "create index concurrently on x using hnsw (e)",
        ] {
            let (mut rules, _) = check(sql);
            // What clients and rows lose is told of.
            rules.retain(|rule| !rule.starts_with("compat/") && !rule.starts_with("data/"));
            assert!(rules.is_empty(), "{sql}: {rules:?}");
        }
    }

    #[test]
    fn what_the_text_itself_does_is_judged() {
        let new_table = "create table t (id int primary key, o uuid references app.orgs (id), m app.mood)";
        assert_eq!(check(new_table), (words(&["rls/enabled-on-create", "index/foreign-key"]), 0));
        assert_eq!(check("create index on x (y)"), (words(&["index/concurrently"]), 0));
        assert_eq!(
            check("create table t (a int); create table t (a int)").0.last(),
            Some(&"schema/duplicate-table".to_string())
        );
    }
}

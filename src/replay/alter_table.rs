//! ALTER TABLE, and ALTER INDEX | VIEW | SEQUENCE | TYPE where they take table actions.

use super::constraint::{self, children};
use super::error::state;
use super::resolve::undefined_relation;
use super::{
    Change, Effects, Replayed, SqlError, alter_column, column_settings, drop, inherit, partition, reloptions, table,
};
use crate::catalog::{
    Catalog, Class, ConstraintKind, Definition, ObjectAddress, Oid, Relation, RelationKind, ReplicaIdentity, TypeKind,
};
use crate::sort::sort_by_key;
use crate::source::Span;
use crate::syntax::ast::{
    self, AlterTable, AlterTableAction, AlterTableActionKind as Action, Behavior, ColumnDef, Name, ObjectKind,
    QualifiedName, Symbol, TableConstraint, TableConstraintKind,
};
use std::sync::Arc;

pub(super) fn alter_table(cat: &mut Catalog, stmt: &AlterTable) -> Replayed<Effects> {
    let Some(oid) = target(cat, stmt)? else { return Ok(Effects::none()) };
    let mut actions: Vec<&AlterTableAction> = stmt.actions.iter().collect();
    sort_by_key(&mut actions, |a| pass(&a.kind)); // stable
    let is_later = |a: &&AlterTableAction| pass(&a.kind) > ADD_COLUMN;
    let later = actions.split_off(actions.iter().position(is_later).unwrap_or(actions.len()));
    let mut effects = Effects::none();
    let mut retyped: Vec<&Name> = Vec::new();
    let mut added: Vec<AlterTableAction> = Vec::new();
    for action in actions {
        let Some(relation) = cat.relation(oid).cloned() else { break };
        check_kind(&relation, action, stmt)?;
        if let Action::ColumnType { column, .. } = &action.kind {
            if retyped.contains(&column) {
                let message = format!("cannot alter type of column \"{column}\" twice");
                return Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, column.span, message).into());
            }
            retyped.push(column);
        }
        let (done, constraints) = apply(cat, &relation, action, stmt)?;
        effects.extend(done);
        let written = |constraint| AlterTableAction { span: action.span, kind: Action::AddConstraint(constraint) };
        added.extend(constraints.into_iter().map(written));
    }
    // The constraints written with new columns have passes of their own.
    let mut later: Vec<&AlterTableAction> = later.into_iter().chain(&added).collect();
    sort_by_key(&mut later, |a| pass(&a.kind));
    for action in later {
        let Some(relation) = cat.relation(oid).cloned() else { break };
        check_kind(&relation, action, stmt)?;
        effects.extend(apply(cat, &relation, action, stmt)?.0);
    }
    if !retyped.is_empty() {
        constraint::recheck_foreign_keys(cat, oid, stmt.name.span())?;
    }
    Ok(effects)
}

/// The pass of ADD COLUMN.
const ADD_COLUMN: u8 = 2;

/// The passes in which PostgreSQL runs the actions of one statement (AlterTablePass).
fn pass(action: &Action) -> u8 {
    match action {
        Action::DropColumn { .. }
        | Action::DropConstraint { .. }
        | Action::DropNotNull { .. }
        | Action::DropExpression { .. }
        | Action::DropIdentity { .. }
        | Action::DropDefault { .. } => 0,
        Action::ColumnType { .. } => 1,
        Action::AddColumn { .. } => ADD_COLUMN,
        Action::SetExpression { .. } => 3,
        Action::AddConstraint(constraint) => match constraint.kind {
            TableConstraintKind::Check { .. } => 6,
            TableConstraintKind::ForeignKey { .. } => 10,
            _ => 9,
        },
        Action::SetIdentity { .. } | Action::SetNotNull { .. } => 7,
        Action::AddIdentity { .. } | Action::SetDefault { .. } => 10,
        _ => 11,
    }
}

/// The relation of the kind that the statement says; `None` where IF EXISTS skips it.
fn target(cat: &Catalog, stmt: &AlterTable) -> Replayed<Option<Oid>> {
    if stmt.kind == ObjectKind::Type {
        return composite(cat, &stmt.name).map(Some);
    }
    let Some(relation) = cat.find_relation(&stmt.name)? else {
        return if stmt.if_exists { Ok(None) } else { Err(cat.missing_relation(&stmt.name)) };
    };
    let expected = match stmt.kind {
        ObjectKind::View if relation.kind != RelationKind::View => Some("a view"),
        ObjectKind::MaterializedView if relation.kind != RelationKind::MaterializedView => Some("a materialized view"),
        ObjectKind::Index if !relation.kind.is_index() => Some("an index"),
        ObjectKind::Sequence if relation.kind != RelationKind::Sequence => Some("a sequence"),
        ObjectKind::ForeignTable if relation.kind != RelationKind::ForeignTable => Some("a foreign table"),
        ObjectKind::Table if relation.kind == RelationKind::CompositeType => {
            let message = format!("\"{}\" is a composite type", relation.name);
            return Err(SqlError::new(state::WRONG_OBJECT_TYPE, stmt.name.span(), message)
                .hint("Use ALTER TYPE instead.")
                .into());
        }
        _ => None,
    };
    if let Some(expected) = expected {
        return Err(super::resolve::wrong_relation_kind(relation, stmt.name.span(), expected).into());
    }
    if relation.oid < Oid::FIRST_USER {
        let message = format!("permission denied: \"{}\" is a system catalog", relation.name);
        return Err(SqlError::new(state::INSUFFICIENT_PRIVILEGE, stmt.name.span(), message).into());
    }
    Ok(Some(relation.oid))
}

fn composite(cat: &Catalog, name: &QualifiedName) -> Replayed<Oid> {
    let Some(ty) = cat.find_type_by_name(name)? else {
        return Err(undefined_relation(name).into());
    };
    match ty.kind {
        TypeKind::Composite(relation)
            if cat.relation(relation).is_some_and(|r| r.kind == RelationKind::CompositeType) =>
        {
            Ok(relation)
        }
        TypeKind::Composite(_) => {
            let message = format!("\"{}\" is not a composite type", name.name);
            Err(SqlError::new(state::WRONG_OBJECT_TYPE, name.span(), message).into())
        }
        _ => Err(undefined_relation(name).into()),
    }
}

/// Which actions a kind of relation takes (ATSimplePermissions).
fn check_kind(relation: &Relation, action: &AlterTableAction, stmt: &AlterTable) -> Replayed<()> {
    use RelationKind as K;
    let allowed: &[K] = match &action.kind {
        Action::AddColumn { .. } | Action::DropColumn { .. } | Action::ColumnType { .. } => {
            &[K::Table, K::PartitionedTable, K::ForeignTable, K::CompositeType]
        }
        Action::SetDefault { .. } | Action::DropDefault { .. } => {
            &[K::Table, K::PartitionedTable, K::ForeignTable, K::View]
        }
        Action::AddIdentity { .. } | Action::SetIdentity { .. } | Action::DropIdentity { .. } => {
            &[K::Table, K::PartitionedTable, K::ForeignTable, K::View]
        }
        Action::SetNotNull { .. }
        | Action::DropNotNull { .. }
        | Action::SetExpression { .. }
        | Action::DropExpression { .. }
        | Action::AddConstraint(_)
        | Action::ValidateConstraint { .. }
        | Action::DropConstraint { .. }
        | Action::Inherit { .. }
        | Action::NoInherit { .. }
        | Action::Trigger { .. } => &[K::Table, K::PartitionedTable, K::ForeignTable],
        Action::AlterConstraint { .. }
        | Action::RowSecurity { .. }
        | Action::ForceRowSecurity { .. }
        | Action::Rule { .. }
        | Action::OfType { .. }
        | Action::NotOfType => &[K::Table, K::PartitionedTable],
        Action::ReplicaIdentity(_) => &[K::Table, K::PartitionedTable, K::MaterializedView],
        Action::AttachPartition { .. } => &[K::Table, K::PartitionedTable],
        Action::AttachIndex { .. } => &[K::PartitionedIndex],
        Action::DetachPartition { .. } => &[K::Table, K::PartitionedTable],
        Action::SetLogged { .. } => &[K::Table, K::PartitionedTable, K::Sequence],
        Action::ClusterOn { .. } | Action::SetWithoutCluster => &[K::Table, K::PartitionedTable, K::MaterializedView],
        _ => return Ok(()),
    };
    if allowed.contains(&relation.kind) {
        return Ok(());
    }
    let message =
        format!("ALTER action {} cannot be performed on relation \"{}\"", action_name(&action.kind), relation.name);
    let detail = format!("This operation is not supported for {}s.", relation.kind.noun());
    Err(SqlError::new(state::WRONG_OBJECT_TYPE, stmt.name.span(), message).detail(detail).into())
}

/// As PostgreSQL's messages call an action (alter_table_type_to_string).
fn action_name(action: &Action) -> &'static str {
    match action {
        Action::AddColumn { .. } => "ADD COLUMN",
        Action::DropColumn { .. } => "DROP COLUMN",
        Action::ColumnType { .. } => "ALTER COLUMN ... SET DATA TYPE",
        Action::SetDefault { .. } | Action::DropDefault { .. } => "ALTER COLUMN ... SET DEFAULT",
        Action::SetNotNull { .. } => "ALTER COLUMN ... SET NOT NULL",
        Action::DropNotNull { .. } => "ALTER COLUMN ... DROP NOT NULL",
        Action::SetExpression { .. } => "ALTER COLUMN ... SET EXPRESSION",
        Action::DropExpression { .. } => "ALTER COLUMN ... DROP EXPRESSION",
        Action::AddIdentity { .. } => "ALTER COLUMN ... ADD IDENTITY",
        Action::SetIdentity { .. } => "ALTER COLUMN ... SET",
        Action::DropIdentity { .. } => "ALTER COLUMN ... DROP IDENTITY",
        Action::AddConstraint(_) => "ADD CONSTRAINT",
        Action::AlterConstraint { .. } => "ALTER CONSTRAINT",
        Action::ValidateConstraint { .. } => "VALIDATE CONSTRAINT",
        Action::DropConstraint { .. } => "DROP CONSTRAINT",
        Action::Trigger { enable: true, .. } => "ENABLE TRIGGER",
        Action::Trigger { .. } => "DISABLE TRIGGER",
        Action::Rule { enable: true, .. } => "ENABLE RULE",
        Action::Rule { .. } => "DISABLE RULE",
        Action::RowSecurity { enable: true } => "ENABLE ROW SECURITY",
        Action::RowSecurity { .. } => "DISABLE ROW SECURITY",
        Action::ForceRowSecurity { force: true } => "FORCE ROW SECURITY",
        Action::ForceRowSecurity { .. } => "NO FORCE ROW SECURITY",
        Action::Inherit { .. } => "INHERIT",
        Action::NoInherit { .. } => "NO INHERIT",
        Action::OfType { .. } => "OF",
        Action::NotOfType => "NOT OF",
        Action::ReplicaIdentity(_) => "REPLICA IDENTITY",
        Action::AttachPartition { .. } | Action::AttachIndex { .. } => "ATTACH PARTITION",
        Action::DetachPartition { .. } => "DETACH PARTITION",
        Action::SetLogged { logged: true } => "SET LOGGED",
        Action::SetLogged { .. } => "SET UNLOGGED",
        Action::ClusterOn { .. } => "CLUSTER ON",
        Action::SetWithoutCluster => "SET WITHOUT CLUSTER",
        _ => "SET",
    }
}

fn apply(
    cat: &mut Catalog,
    relation: &Arc<Relation>,
    action: &AlterTableAction,
    stmt: &AlterTable,
) -> Replayed<(Effects, Vec<Arc<TableConstraint>>)> {
    let typed = match &action.kind {
        Action::AddColumn { behavior, .. }
        | Action::DropColumn { behavior, .. }
        | Action::ColumnType { behavior, .. } => typed_tables(cat, relation, *behavior, action.span)?,
        _ => Vec::new(),
    };
    let (mut effects, constraints) = match &action.kind {
        Action::AddColumn { column, if_not_exists, .. } => add_column(cat, relation, column, *if_not_exists, stmt)?,
        _ => (apply_plain(cat, relation, action, stmt)?, Vec::new()),
    };
    for table in typed {
        // What its type does to a typed table no statement of its own may do.
        let free = Relation { of_type: Oid::INVALID, ..table.as_ref().clone() };
        effects.extend(apply(cat, &Arc::new(free), action, stmt)?.0);
    }
    if !stmt.only && recurses(&action.kind) {
        for child in children(cat, relation.oid) {
            if let Some(child) = cat.relation(child).cloned() {
                apply(cat, &child, action, stmt)?;
            }
        }
    }
    Ok((effects, constraints))
}

/// The tables `OF` a composite type, which CASCADE takes along (find_typed_table_dependencies); none of another relation.
pub(super) fn typed_tables(
    cat: &Catalog,
    relation: &Relation,
    behavior: Behavior,
    span: Span,
) -> Replayed<Vec<Arc<Relation>>> {
    if relation.kind != RelationKind::CompositeType {
        return Ok(Vec::new());
    }
    let tables: Vec<_> = cat.relations().filter(|r| r.of_type == relation.row_type).cloned().collect();
    if !tables.is_empty() && behavior != Behavior::Cascade {
        let message = format!("cannot alter type \"{}\" because it is the type of a typed table", relation.name);
        return Err(SqlError::new(state::DEPENDENT_OBJECTS, span, message)
            .hint("Use ALTER ... CASCADE to alter the typed tables too.")
            .into());
    }
    Ok(tables)
}

/// Whether the same is done to all that inherit from the table (ATSimpleRecursion); other actions see to that themselves.
fn recurses(action: &Action) -> bool {
    matches!(
        action,
        Action::SetDefault { .. }
            | Action::DropDefault { .. }
            | Action::SetStatistics { .. }
            | Action::SetStorage { .. }
            | Action::SetExpression { .. }
    )
}

/// Every action but ADD COLUMN.
fn apply_plain(
    cat: &mut Catalog,
    relation: &Arc<Relation>,
    action: &AlterTableAction,
    stmt: &AlterTable,
) -> Replayed<Effects> {
    let span = action.span;
    let oid = relation.oid;
    match &action.kind {
        Action::AddColumn { .. } => Ok(Effects::none()),
        Action::DropColumn { column, if_exists, behavior } => {
            drop_column(cat, relation, column, *if_exists, *behavior, stmt)
        }
        Action::ColumnType { column, ty, using, .. } => {
            alter_column::change_type(cat, relation, column, ty, using.as_ref(), span)
        }
        Action::SetDefault { column, expr } => alter_column::set_default(cat, relation, column, expr),
        Action::DropDefault { column } => alter_column::drop_default(cat, relation, column, span),
        Action::SetNotNull { column }
            if stmt.only && relation.partition_by.is_some() && !children(cat, oid).is_empty() =>
        {
            cat.resolve_column(relation, column)?;
            Err(must_recurse(column.span))
        }
        Action::SetNotNull { column } => alter_column::set_not_null(cat, relation, column),
        Action::DropNotNull { column } => alter_column::drop_not_null(cat, relation, column, span),
        Action::SetExpression { column, expr } => alter_column::set_expression(cat, relation, column, expr, span),
        Action::DropExpression { column, if_exists } => {
            alter_column::drop_expression(cat, relation, column, *if_exists, span)
        }
        Action::AddIdentity { column, always, options } => {
            alter_column::add_identity(cat, relation, column, *always, options, span)
        }
        Action::SetIdentity { column, always, .. } => alter_column::set_identity(cat, relation, column, *always, span),
        Action::DropIdentity { column, if_exists } => {
            alter_column::drop_identity(cat, relation, column, *if_exists, span)
        }
        Action::SetStatistics { column: None, .. } => Ok(altered(cat, oid)),
        Action::SetStatistics { column: Some(column), target } => {
            column_settings::alter(cat, relation, column, |_, column| {
                column_settings::set_statistics(column, target.as_ref());
                Ok(())
            })?;
            Ok(altered(cat, oid))
        }
        Action::SetStorage { column, storage } => {
            column_settings::alter(cat, relation, column, |cat, c| column_settings::set_storage(cat, c, storage))?;
            Ok(altered(cat, oid))
        }
        Action::SetCompression { column, method } => {
            column_settings::alter(cat, relation, column, |cat, c| column_settings::set_compression(cat, c, method))?;
            Ok(altered(cat, oid))
        }
        Action::ColumnOptions { column, set, options } => {
            column_settings::alter(cat, relation, column, |_, c| column_settings::set_options(c, *set, options))?;
            Ok(altered(cat, oid))
        }
        Action::AddConstraint(constraint) => {
            if relation.kind == RelationKind::ForeignTable {
                constraint::check_foreign(constraint)?;
            }
            check_recursion(cat, relation, constraint, stmt)?;
            constraint::add(cat, oid, &constraint::New::of(constraint), &constraint.kind)
        }
        Action::AlterConstraint { name } => {
            find_constraint(cat, relation, name)?;
            if relation.constraint(name).is_some_and(|c| !matches!(c.kind, ConstraintKind::ForeignKey(_))) {
                let message =
                    format!("constraint \"{name}\" of relation \"{}\" is not a foreign key constraint", relation.name);
                return Err(SqlError::new(state::WRONG_OBJECT_TYPE, name.span, message).into());
            }
            Ok(altered(cat, oid))
        }
        Action::ValidateConstraint { name } => validate(cat, relation, name),
        Action::DropConstraint { name, if_exists, behavior } => {
            drop_constraint(cat, relation, name, *if_exists, *behavior, span)
        }
        Action::Trigger { enable, name } => toggle_trigger(cat, relation, *enable, name.as_ref()),
        Action::Rule { name, .. } => {
            cat.must_be_known(name)?;
            if relation.rules.iter().any(|r| r.name == name.text) {
                return Ok(altered(cat, oid));
            }
            let message = format!("rule \"{name}\" for relation \"{}\" does not exist", relation.name);
            Err(SqlError::new(state::UNDEFINED_OBJECT, name.span, message).into())
        }
        Action::RowSecurity { enable } => {
            if let Some(table) = cat.relation_mut(oid) {
                table.row_security.enabled = *enable;
            }
            Ok(changed(cat, oid, if *enable { Change::RowSecurityEnabled } else { Change::RowSecurityDisabled }))
        }
        Action::ForceRowSecurity { force } => {
            if let Some(table) = cat.relation_mut(oid) {
                table.row_security.forced = *force;
            }
            Ok(changed(cat, oid, if *force { Change::RowSecurityForced } else { Change::RowSecurityNotForced }))
        }
        Action::ClusterOn { index } => {
            let oid = index_of(cat, relation, index)?;
            let found = cat.relation(oid).and_then(|r| r.index.as_ref());
            if found.is_some_and(|i| i.filter.is_some()) {
                let message = format!("cannot cluster on partial index \"{index}\"");
                return Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, index.span, message).into());
            }
            if found.is_some_and(|i| matches!(&*i.method, "hash" | "gin" | "brin" | "spgist")) {
                let message =
                    format!("cannot cluster on index \"{index}\" because access method does not support clustering");
                return Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, index.span, message).into());
            }
            Ok(altered(cat, oid))
        }
        Action::ReplicaIdentity(identity) => {
            let identity = match identity {
                ast::ReplicaIdentity::Default => ReplicaIdentity::Default,
                ast::ReplicaIdentity::Full => ReplicaIdentity::Full,
                ast::ReplicaIdentity::Nothing => ReplicaIdentity::Nothing,
                ast::ReplicaIdentity::Index(index) => {
                    let found = index_of(cat, relation, index)?;
                    check_replica_identity(cat, relation, found, index)?;
                    ReplicaIdentity::Index(found)
                }
            };
            if let Some(table) = cat.relation_mut(oid) {
                table.replica_identity = identity;
            }
            Ok(altered(cat, oid))
        }
        Action::SetOptions(_) | Action::ResetOptions(_) if relation.kind == RelationKind::PartitionedTable => {
            let message = "cannot specify storage parameters for a partitioned table";
            Err(SqlError::new(state::WRONG_OBJECT_TYPE, span, message)
                .hint("Specify storage parameters for its leaf partitions instead.")
                .into())
        }
        Action::SetOptions(options) => {
            match (relation.kind, relation.index.as_ref()) {
                (RelationKind::View, _) => reloptions::check_view(options)?,
                (RelationKind::Table | RelationKind::MaterializedView, _) => reloptions::check_table(options)?,
                (_, Some(index)) => reloptions::check_index(&index.method, options)?,
                _ => {}
            }
            if let Some(relation) = cat.relation_mut(oid) {
                for option in options {
                    relation.options.retain(|(key, _)| *key != option.name.text);
                    let value: Symbol = option.value.as_ref().map_or_else(|| "true".into(), |v| v.text.clone());
                    relation.options.push((option.name.text.clone(), value));
                }
            }
            Ok(altered(cat, oid))
        }
        Action::ResetOptions(names) => {
            if let Some(relation) = cat.relation_mut(oid) {
                relation.options.retain(|(key, _)| !names.iter().any(|n| n.text == *key));
            }
            Ok(altered(cat, oid))
        }
        Action::Inherit { parent } => inherit::inherit(cat, relation, parent),
        Action::NoInherit { parent } => inherit::no_inherit(cat, relation, parent),
        Action::AttachIndex { index } => partition::attach_to_index(cat, relation, index),
        Action::AttachPartition { partition, bound } => partition::attach(cat, relation, partition, bound),
        Action::DetachPartition { partition, .. } => partition::detach(cat, relation, partition),
        Action::SetLogged { logged } => {
            use crate::syntax::ast::Persistence;
            if let Some(relation) = cat.relation_mut(oid) {
                relation.persistence = if *logged { Persistence::Permanent } else { Persistence::Unlogged };
            }
            Ok(altered(cat, oid))
        }
        Action::OwnerTo { owner } => {
            let owner = cat.resolve_role(owner)?;
            super::owner::set_owner(cat, ObjectAddress::new(Class::Relation, oid), owner);
            Ok(changed(cat, oid, Change::OwnerChanged))
        }
        Action::OfType { ty } => {
            let Some(found) = cat.find_type_by_name(ty)?.cloned() else {
                let message = format!("type \"{ty}\" does not exist");
                return Err(SqlError::new(state::UNDEFINED_OBJECT, ty.span(), message).into());
            };
            if let Some(relation) = cat.relation_mut(oid) {
                relation.of_type = found.oid;
            }
            Ok(altered(cat, oid))
        }
        Action::NotOfType => {
            if !relation.of_type.is_valid() {
                let message = format!("\"{}\" is not a typed table", relation.name);
                return Err(SqlError::new(state::WRONG_OBJECT_TYPE, action.span, message).into());
            }
            if let Some(relation) = cat.relation_mut(oid) {
                relation.of_type = Oid::INVALID;
            }
            Ok(altered(cat, oid))
        }
        Action::SetAccessMethod(method) => {
            if let Some(method) = method {
                cat.resolve_other(ObjectKind::AccessMethod, Oid::INVALID, method)?;
            }
            Ok(altered(cat, oid))
        }
        Action::SetTablespace { tablespace } => {
            cat.resolve_tablespace(tablespace)?;
            Ok(altered(cat, oid))
        }
        Action::ForeignOptions => {
            let options = Definition::new(&cat.session.source, span, &[]);
            if let Some((_, all)) = cat.relation_mut(oid).and_then(|r| r.foreign.as_mut()) {
                all.push(options);
            }
            Ok(altered(cat, oid))
        }
        Action::SetWithoutCluster | Action::SetWithoutOids => Ok(altered(cat, oid)),
    }
}

/// `ALTER TABLE ONLY parent ADD CHECK` (42P16).
fn check_recursion(cat: &Catalog, table: &Relation, constraint: &TableConstraint, stmt: &AlterTable) -> Replayed<()> {
    let TableConstraintKind::Check { no_inherit, .. } = &constraint.kind else { return Ok(()) };
    if *no_inherit && table.partition_by.is_some() {
        let message = format!("cannot add NO INHERIT constraint to partitioned table \"{}\"", table.name);
        return Err(SqlError::new(state::INVALID_TABLE_DEFINITION, constraint.span, message).into());
    }
    if stmt.only && !no_inherit && !children(cat, table.oid).is_empty() {
        return Err(must_recurse(constraint.span));
    }
    Ok(())
}

fn must_recurse(span: Span) -> super::Stop {
    let message = "constraint must be added to child tables too";
    SqlError::new(state::INVALID_TABLE_DEFINITION, span, message).hint("Do not specify the ONLY keyword.").into()
}

fn altered(cat: &mut Catalog, oid: Oid) -> Effects {
    changed(cat, oid, Change::Altered)
}

fn changed(cat: &mut Catalog, oid: Oid, change: Change) -> Effects {
    let now = cat.now;
    if let Some(relation) = cat.relation_mut(oid) {
        relation.origin.changed = now;
    }
    Effects::of(Class::Relation, oid, change)
}

/// ADD COLUMN; the constraints written with it are for later passes.
fn add_column(
    cat: &mut Catalog,
    relation: &Arc<Relation>,
    def: &ColumnDef,
    if_not_exists: bool,
    stmt: &AlterTable,
) -> Replayed<(Effects, Vec<Arc<TableConstraint>>)> {
    let name = &def.name;
    let refuse = |message: &str| -> super::Stop { SqlError::new(state::WRONG_OBJECT_TYPE, name.span, message).into() };
    if relation.of_type.is_valid() {
        return Err(refuse("cannot add column to typed table"));
    }
    if relation.is_partition {
        return Err(refuse("cannot add column to a partition"));
    }
    if stmt.only && !children(cat, relation.oid).is_empty() {
        let message = "column must be added to child tables too";
        return Err(SqlError::new(state::INVALID_TABLE_DEFINITION, name.span, message).into());
    }
    if relation.column(name).is_some() {
        if if_not_exists {
            return Ok((Effects::none(), Vec::new()));
        }
        let message = format!("column \"{name}\" of relation \"{}\" already exists", relation.name);
        return Err(SqlError::new(state::DUPLICATE_COLUMN, name.span, message)
            .about("column", format!("{}.{name}", cat.relation_name(relation)))
            .into());
    }
    if table::is_system_column(name) {
        let message = format!("column name \"{name}\" conflicts with a system column name");
        return Err(SqlError::new(state::DUPLICATE_COLUMN, name.span, message).into());
    }
    let (number, effects, constraints) = table::add_column(cat, relation, def)?;
    for child in children(cat, relation.oid) {
        add_to_child(cat, relation.oid, number, child, name.span)?;
    }
    Ok((effects, constraints))
}

/// A new column of a parent, on a child: merged with one of that name.
fn add_to_child(cat: &mut Catalog, parent: Oid, number: u16, child: Oid, span: Span) -> Replayed<()> {
    let Some(column) = cat.relation(parent).and_then(|p| p.column_by_number(number)).cloned() else { return Ok(()) };
    let Some(table) = cat.relation(child) else { return Ok(()) };
    let existing = table.column(&column.name).map(|c| (c.number, c.ty));
    let next = table.columns.len() as u16 + 1;
    if let Some((_, ty)) = existing
        && ty != column.ty
        && !column.type_unknown
    {
        let message = format!("child table \"{}\" has different type for column \"{}\"", table.name, column.name);
        return Err(SqlError::new(state::DATATYPE_MISMATCH, span, message).into());
    }
    let default = column.default.as_ref().map(|default| table::copy_default(cat, default));
    let Some(table) = cat.relation_mut(child) else { return Ok(()) };
    if let Some((existing, _)) = existing {
        if let Some(existing) = table.column_mut(existing) {
            existing.inherited += 1;
        }
        return Ok(());
    }
    let mut copy = column.as_ref().clone();
    copy.number = next;
    copy.inherited = 1;
    copy.local = false;
    copy.default = default;
    table.columns.push(Some(Arc::new(copy)));
    super::types::depend_on_type(cat, ObjectAddress::column(child, next), column.ty.oid);
    for grandchild in children(cat, child) {
        add_to_child(cat, child, next, grandchild, span)?;
    }
    Ok(())
}

fn drop_column(
    cat: &mut Catalog,
    relation: &Arc<Relation>,
    column: &Name,
    if_exists: bool,
    behavior: Behavior,
    stmt: &AlterTable,
) -> Replayed<Effects> {
    if relation.of_type.is_valid() {
        let message = "cannot drop column from typed table";
        return Err(SqlError::new(state::WRONG_OBJECT_TYPE, column.span, message).into());
    }
    let Some(found) = relation.column(column) else {
        if if_exists && relation.columns_unknown.is_none() {
            return Ok(Effects::none());
        }
        return cat.resolve_column(relation, column).map(|_| Effects::none());
    };
    if found.inherited > 0 {
        let message = format!("cannot drop inherited column \"{column}\"");
        return Err(SqlError::new(state::INVALID_TABLE_DEFINITION, column.span, message).into());
    }
    if let Some(key) = &relation.partition_by
        && key.columns.contains(&found.number)
    {
        let message = format!(
            "cannot drop column \"{column}\" because it is part of the partition key of relation \"{}\"",
            relation.name
        );
        return Err(SqlError::new(state::INVALID_TABLE_DEFINITION, column.span, message).into());
    }
    if stmt.only && relation.partition_by.is_some() && !children(cat, relation.oid).is_empty() {
        let message = "cannot drop column from only the partitioned table when partitions exist";
        return Err(SqlError::new(state::INVALID_TABLE_DEFINITION, column.span, message)
            .hint("Do not specify the ONLY keyword.")
            .into());
    }
    let number = found.number;
    let mut effects = drop::perform(cat, &[ObjectAddress::column(relation.oid, number)], behavior, column.span)?;
    if stmt.only {
        return Ok(effects);
    }
    for child in children(cat, relation.oid) {
        effects.extend(drop_from_child(cat, child, column));
    }
    Ok(effects)
}

/// A child loses a column that it had from a parent alone.
fn drop_from_child(cat: &mut Catalog, child: Oid, name: &str) -> Effects {
    let Some((number, goes)) =
        cat.relation(child).and_then(|c| c.column(name)).map(|c| (c.number, c.inherited <= 1 && !c.local))
    else {
        return Effects::none();
    };
    if goes {
        let grandchildren = children(cat, child);
        let mut effects = drop::remove_cascade(cat, &[ObjectAddress::column(child, number)]);
        for grandchild in grandchildren {
            effects.extend(drop_from_child(cat, grandchild, name));
        }
        return effects;
    }
    if let Some(column) = cat.relation_mut(child).and_then(|c| c.column_mut(number)) {
        column.inherited = column.inherited.saturating_sub(1);
    }
    Effects::none()
}

/// `constraint "c" of relation "t" does not exist` (42704).
fn find_constraint(cat: &Catalog, relation: &Relation, name: &Name) -> Replayed<Oid> {
    cat.must_be_known(name)?;
    if let Some(constraint) = relation.constraint(name) {
        return Ok(constraint.oid);
    }
    // A constraint's automatic name may come from something that was not followed on this table.
    if let Some(reason) = cat.unknowns.may_be_changed(&relation.name) {
        return Err(super::Stop::Unknown(reason.clone()));
    }
    let message = format!("constraint \"{name}\" of relation \"{}\" does not exist", relation.name);
    Err(SqlError::new(state::UNDEFINED_OBJECT, name.span, message)
        .about("constraint", format!("{}.{name}", cat.relation_name(relation)))
        .into())
}

fn drop_constraint(
    cat: &mut Catalog,
    relation: &Arc<Relation>,
    name: &Name,
    if_exists: bool,
    behavior: Behavior,
    span: Span,
) -> Replayed<Effects> {
    let oid = match find_constraint(cat, relation, name) {
        Ok(oid) => oid,
        Err(super::Stop::Refused(_)) if if_exists => return Ok(Effects::none()),
        Err(stop) => return Err(stop),
    };
    let constraint = relation.constraints.iter().find(|c| c.oid == oid).cloned();
    if constraint.as_ref().is_some_and(|c| c.parent.is_valid()) {
        let message = format!("cannot drop inherited constraint \"{name}\" of relation \"{}\"", relation.name);
        return Err(SqlError::new(state::INVALID_TABLE_DEFINITION, name.span, message).into());
    }
    let address = ObjectAddress::new(Class::Constraint, oid);
    let effects = drop::perform(cat, &[address], behavior, span)?;
    // Through PostgreSQL 17 a dropped primary key leaves its columns NOT NULL.
    Ok(effects)
}

fn validate(cat: &mut Catalog, relation: &Arc<Relation>, name: &Name) -> Replayed<Effects> {
    let oid = find_constraint(cat, relation, name)?;
    let mut effects = Effects::none();
    if let Some(table) = cat.relation_mut(relation.oid)
        && let Some(constraint) = table.constraints.iter_mut().find(|c| c.oid == oid)
    {
        if !matches!(constraint.kind, ConstraintKind::Check { .. } | ConstraintKind::ForeignKey(_)) {
            let message = format!(
                "constraint \"{name}\" of relation \"{}\" is not a foreign key or check constraint",
                relation.name
            );
            return Err(SqlError::new(state::WRONG_OBJECT_TYPE, name.span, message).into());
        }
        Arc::make_mut(constraint).validated = true;
    }
    effects.add_in(relation.oid, ObjectAddress::new(Class::Constraint, oid), Change::ConstraintValidated);
    Ok(effects)
}

fn toggle_trigger(cat: &mut Catalog, relation: &Arc<Relation>, enable: bool, name: Option<&Name>) -> Replayed<Effects> {
    if let Some(name) = name {
        cat.must_be_known(name)?;
        if relation.trigger(name).is_none() {
            let message = format!("trigger \"{name}\" for table \"{}\" does not exist", relation.name);
            return Err(SqlError::new(state::UNDEFINED_OBJECT, name.span, message)
                .about("trigger", format!("{}.{name}", cat.relation_name(relation)))
                .into());
        }
    }
    if let Some(table) = cat.relation_mut(relation.oid) {
        for trigger in table.triggers.iter_mut().filter(|t| name.is_none_or(|n| n.text == t.name)) {
            Arc::make_mut(trigger).enabled = enable;
        }
    }
    Ok(altered(cat, relation.oid))
}

/// An index of the table by name (42704).
fn index_of(cat: &Catalog, relation: &Relation, name: &Name) -> Replayed<Oid> {
    cat.must_be_known(name)?;
    let found = cat.relation_named(relation.schema, name).filter(|r| r.kind.is_index());
    match found {
        Some(index) if relation.indexes.contains(&index.oid) => Ok(index.oid),
        Some(_) => {
            let message = format!("\"{name}\" is not an index for table \"{}\"", relation.name);
            Err(SqlError::new(state::WRONG_OBJECT_TYPE, name.span, message).into())
        }
        None => {
            let message = format!("index \"{name}\" for table \"{}\" does not exist", relation.name);
            Err(SqlError::new(state::UNDEFINED_OBJECT, name.span, message).about("relation", name.to_string()).into())
        }
    }
}

/// The index tells the rows of a table apart, whatever they hold (ATExecReplicaIdentity).
fn check_replica_identity(cat: &Catalog, table: &Relation, oid: Oid, name: &Name) -> Replayed<()> {
    let Some(index) = cat.relation(oid).and_then(|r| r.index.as_ref()) else { return Ok(()) };
    let refuse = |sqlstate, message: String| Err(SqlError::new(sqlstate, name.span, message).into());
    if !index.unique {
        return refuse(state::WRONG_OBJECT_TYPE, format!("cannot use non-unique index \"{name}\" as replica identity"));
    }
    let constraint = table.constraints.iter().find(|c| c.oid == index.constraint);
    if constraint.is_some_and(|c| c.deferrable) {
        let message = format!("cannot use non-immediate index \"{name}\" as replica identity");
        return refuse(state::FEATURE_NOT_SUPPORTED, message);
    }
    if index.keys.iter().any(|k| k.column == 0) {
        return refuse(
            state::FEATURE_NOT_SUPPORTED,
            format!("cannot use expression index \"{name}\" as replica identity"),
        );
    }
    if index.filter.is_some() {
        return refuse(
            state::FEATURE_NOT_SUPPORTED,
            format!("cannot use partial index \"{name}\" as replica identity"),
        );
    }
    let columns = index.keys.iter().filter_map(|k| table.column_by_number(k.column));
    match columns.into_iter().find(|c| !c.not_null) {
        Some(column) => refuse(
            state::WRONG_OBJECT_TYPE,
            format!(
                "index \"{name}\" cannot be used as replica identity because column \"{}\" is nullable",
                column.name
            ),
        ),
        None => Ok(()),
    }
}

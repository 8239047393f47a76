//! CREATE RULE (DefineQueryRewrite).

use super::error::state;
use super::expr::{self, References};
use super::{Change, Effects, Replayed, SqlError, Stop};
use crate::catalog::{Catalog, Class, RelationKind, Rule};
use crate::source::Span;
use crate::syntax::ast::{CreateRule, RuleEvent};
use std::sync::Arc;

pub(super) fn create_rule(cat: &mut Catalog, stmt: &CreateRule, span: Span) -> Replayed<Effects> {
    let table = cat.resolve_relation(&stmt.table)?.clone();
    if !matches!(
        table.kind,
        RelationKind::Table | RelationKind::PartitionedTable | RelationKind::View | RelationKind::MaterializedView
    ) {
        let message = format!("relation \"{}\" cannot have rules", table.name);
        let detail = format!("This operation is not supported for {}s.", table.kind.noun());
        return Err(SqlError::new(state::WRONG_OBJECT_TYPE, stmt.table.span(), message).detail(detail).into());
    }
    if stmt.event == RuleEvent::Select {
        if table.kind != RelationKind::View {
            let message = format!("relation \"{}\" cannot have ON SELECT rules", table.name);
            let detail = format!("This operation is not supported for {}s.", table.kind.noun());
            return Err(SqlError::new(state::WRONG_OBJECT_TYPE, stmt.table.span(), message).detail(detail).into());
        }
        return Err(Stop::unknown("rules ON SELECT are not followed"));
    }
    if table.kind == RelationKind::MaterializedView {
        let message = "rules on materialized views are not supported";
        return Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, stmt.table.span(), message).into());
    }
    let (rows, absent): (&[&str], _) = match stmt.event {
        RuleEvent::Insert => (&["new"], Some(("old", "ON INSERT rule cannot use OLD"))),
        RuleEvent::Delete => (&["old"], Some(("new", "ON DELETE rule cannot use NEW"))),
        _ => (&["old", "new"], None),
    };
    let placed = |result: Replayed<References>| match (result, absent) {
        (Err(Stop::Refused(error)), Some((row, message)))
            if error.message == format!("missing FROM-clause entry for table \"{row}\"") =>
        {
            Err(SqlError::new(state::INVALID_OBJECT_DEFINITION, error.span, message).into())
        }
        (result, _) => result,
    };
    let mut references = References::default();
    if let Some(condition) = &stmt.condition {
        references.extend(placed(expr::rule_condition(cat, &table, rows, condition))?);
    }
    for action in &stmt.actions {
        references.extend(placed(expr::rule_action(cat, &table, rows, &action.kind))?);
    }
    cat.must_be_known(&stmt.name)?;
    if table.rules.iter().any(|r| r.name == stmt.name.text) && !stmt.or_replace {
        let message = format!("rule \"{}\" for relation \"{}\" already exists", stmt.name, table.name);
        return Err(SqlError::new(state::DUPLICATE_OBJECT, stmt.name.span, message)
            .about("rule", format!("{}.{}", cat.relation_name(&table), stmt.name))
            .into());
    }
    // What stands after the relation's name: its condition and actions.
    let rest = Span::new(stmt.table.span().end, span.end);
    let rule = Rule {
        name: stmt.name.text.clone(),
        event: stmt.event,
        instead: stmt.instead,
        has_condition: stmt.condition.is_some(),
        definition: references.definition(cat, rest),
    };
    if let Some(relation) = cat.relation_mut(table.oid) {
        relation.rules.retain(|r| r.name != rule.name);
        relation.rules.push(Arc::new(rule));
    }
    Ok(Effects::of(Class::Relation, table.oid, Change::Altered))
}

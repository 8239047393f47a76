//! Visitors over expressions and queries: every expression, parents first; every relation that is named.

use super::ast::{
    Assignment, Call, CommonTable, CommonTableBody, ConflictTarget, Delete, Expr, ExprKind, FromItem, Insert,
    InsertSource, Merge, MergeAction, QualifiedName, Query, QueryBody, Select, Statement, StatementKind, TableSource,
    Target, Update, Window,
};

/// What a walk calls: on each expression, and on each relation named in FROM or as the target of a data-changing statement. A name that a WITH
/// clause defines is no relation.
pub struct Visitor<'v> {
    pub expr: &'v mut dyn FnMut(&Expr),
    pub relation: &'v mut dyn FnMut(&QualifiedName),
    /// The names that the WITH clauses around define.
    scope: Vec<String>,
}

/// Visits an expression, what is inside it, and the queries in it.
pub fn expr(expr: &Expr, visit: &mut dyn FnMut(&Expr)) {
    Visitor::new(visit, &mut |_| {}).visit_expr(expr);
}

/// Visits the expressions of a query.
pub fn query(query: &Query, visit: &mut dyn FnMut(&Expr)) {
    Visitor::new(visit, &mut |_| {}).visit_query(query);
}

/// The relations that a query names.
pub fn relations(query: &Query, visit: &mut dyn FnMut(&QualifiedName)) {
    Visitor::new(&mut |_| {}, visit).visit_query(query);
}

/// The relations that the queries in an expression name.
pub fn relations_in_expr(expr: &Expr, visit: &mut dyn FnMut(&QualifiedName)) {
    Visitor::new(&mut |_| {}, visit).visit_expr(expr);
}

/// Visits the expressions and relations of a table that WITH defines.
pub fn common_table(
    table: &CommonTable,
    visit_expr: &mut dyn FnMut(&Expr),
    visit_relation: &mut dyn FnMut(&QualifiedName),
) {
    Visitor::new(visit_expr, visit_relation).visit_common_table(table);
}

/// Visits the expressions and relations of a query or data-changing statement; other statements have none here.
pub fn statement(
    statement: &Statement,
    visit_expr: &mut dyn FnMut(&Expr),
    visit_relation: &mut dyn FnMut(&QualifiedName),
) {
    let mut visitor = Visitor::new(visit_expr, visit_relation);
    match &statement.kind {
        StatementKind::Query(query) => visitor.visit_query(query),
        StatementKind::Insert(insert) => visitor.visit_insert(insert),
        StatementKind::Update(update) => visitor.visit_update(update),
        StatementKind::Delete(delete) => visitor.visit_delete(delete),
        StatementKind::Merge(merge) => visitor.visit_merge(merge),
        StatementKind::CreateView(view) => visitor.visit_query(&view.query),
        StatementKind::CreateTableAs(create) => {
            if let TableSource::Query(query) = &create.query {
                visitor.visit_query(query);
            }
        }
        StatementKind::Call(call) => visitor.visit_expr(call),
        _ => {}
    }
}

impl<'v> Visitor<'v> {
    pub fn new(expr: &'v mut dyn FnMut(&Expr), relation: &'v mut dyn FnMut(&QualifiedName)) -> Self {
        Self { expr, relation, scope: Vec::new() }
    }

    pub fn visit_expr(&mut self, expr: &Expr) {
        (self.expr)(expr);
        match &expr.kind {
            ExprKind::Null
            | ExprKind::Bool(_)
            | ExprKind::Number(_)
            | ExprKind::String(_)
            | ExprKind::BitString(_)
            | ExprKind::Parameter(_)
            | ExprKind::Column(_)
            | ExprKind::Star(_)
            | ExprKind::Default => {}
            ExprKind::Call(call) => self.visit_call(call),
            ExprKind::Cast { expr, .. }
            | ExprKind::Unary { expr, .. }
            | ExprKind::Not(expr)
            | ExprKind::Is { expr, .. }
            | ExprKind::Paren(expr)
            | ExprKind::Field { expr, .. }
            | ExprKind::Collate { expr, .. } => self.visit_expr(expr),
            ExprKind::Binary { .. } | ExprKind::And(..) | ExprKind::Or(..) => {
                let mut inner = expr;
                while let ExprKind::Binary { left, .. } | ExprKind::And(left, _) | ExprKind::Or(left, _) = &inner.kind {
                    if !std::ptr::eq(inner, expr) {
                        (self.expr)(inner);
                    }
                    inner = left;
                }
                let (leftmost, links) = expr.chain();
                self.visit_expr(leftmost);
                links.into_iter().for_each(|(_, right)| self.visit_expr(right));
            }
            ExprKind::Between { expr, low, high, .. } => {
                self.visit_expr(expr);
                self.visit_expr(low);
                self.visit_expr(high);
            }
            ExprKind::InList { expr, list, .. } => {
                self.visit_expr(expr);
                self.visit_exprs(list);
            }
            ExprKind::InQuery { expr, query, .. } => {
                self.visit_expr(expr);
                self.visit_query(query);
            }
            ExprKind::Quantified { expr, array, .. } => {
                self.visit_expr(expr);
                self.visit_expr(array);
            }
            ExprKind::Case { operand, branches, otherwise } => {
                operand.iter().for_each(|e| self.visit_expr(e));
                for (when, then) in branches {
                    self.visit_expr(when);
                    self.visit_expr(then);
                }
                otherwise.iter().for_each(|e| self.visit_expr(e));
            }
            ExprKind::Array(items) | ExprKind::Row(items) | ExprKind::Other(items) => self.visit_exprs(items),
            ExprKind::ArrayQuery(query) | ExprKind::Subquery(query) | ExprKind::Exists(query) => {
                self.visit_query(query)
            }
            ExprKind::Subscript { expr, indexes, .. } => {
                self.visit_expr(expr);
                self.visit_exprs(indexes);
            }
            ExprKind::AtTimeZone { expr, zone } => {
                self.visit_expr(expr);
                self.visit_expr(zone);
            }
        }
    }

    fn visit_exprs(&mut self, exprs: &[Expr]) {
        exprs.iter().for_each(|e| self.visit_expr(e));
    }

    fn visit_call(&mut self, call: &Call) {
        call.args.iter().for_each(|a| self.visit_expr(&a.value));
        call.order_by.iter().for_each(|o| self.visit_expr(&o.expr));
        call.filter.iter().for_each(|e| self.visit_expr(e));
        call.over.iter().for_each(|w| self.visit_window(w));
    }

    fn visit_window(&mut self, window: &Window) {
        self.visit_exprs(&window.partition_by);
        window.order_by.iter().for_each(|o| self.visit_expr(&o.expr));
    }

    pub fn visit_query(&mut self, query: &Query) {
        self.with(&query.with, |v| {
            v.visit_body(&query.body);
            query.order_by.iter().for_each(|o| v.visit_expr(&o.expr));
            query.limit.iter().chain(&query.offset).for_each(|e| v.visit_expr(e));
        });
    }

    /// Visits the WITH tables, each in sight of those before it (of all, under RECURSIVE), then the rest in sight of all.
    fn with(&mut self, tables: &[CommonTable], rest: impl FnOnce(&mut Self)) {
        let recursive = tables.iter().any(|table| table.recursive);
        let outer = self.scope.len();
        if recursive {
            self.scope.extend(tables.iter().map(|t| t.name.to_string()));
        }
        for table in tables {
            self.visit_common_table(table);
            if !recursive {
                self.scope.push(table.name.to_string());
            }
        }
        rest(self);
        self.scope.truncate(outer);
    }

    fn visit_common_table(&mut self, table: &CommonTable) {
        match &table.body {
            CommonTableBody::Query(query) => self.visit_query(query),
            CommonTableBody::Insert(insert) => self.visit_insert(insert),
            CommonTableBody::Update(update) => self.visit_update(update),
            CommonTableBody::Delete(delete) => self.visit_delete(delete),
            CommonTableBody::Merge(merge) => self.visit_merge(merge),
        }
    }

    fn visit_body(&mut self, body: &QueryBody) {
        match body {
            QueryBody::Select(select) => self.visit_select(select),
            QueryBody::Values(rows) => rows.iter().for_each(|row| self.visit_exprs(row)),
            QueryBody::Table(name) => self.visit_relation(name),
            QueryBody::SetOperation { left, right, .. } => {
                self.visit_body(left);
                self.visit_body(right);
            }
            QueryBody::Query(query) => self.visit_query(query),
        }
    }

    fn visit_select(&mut self, select: &Select) {
        select.from.iter().for_each(|f| self.visit_from(f));
        self.visit_exprs(&select.distinct_on);
        self.visit_targets(&select.targets);
        select.filter.iter().for_each(|e| self.visit_expr(e));
        self.visit_exprs(&select.group_by);
        select.having.iter().for_each(|e| self.visit_expr(e));
        select.windows.iter().for_each(|(_, w)| self.visit_window(w));
    }

    fn visit_targets(&mut self, targets: &[Target]) {
        targets.iter().for_each(|t| self.visit_expr(&t.expr));
    }

    pub fn visit_from(&mut self, item: &FromItem) {
        match item {
            FromItem::Table { name, .. } => self.visit_relation(name),
            FromItem::Subquery { query, .. } => self.visit_query(query),
            FromItem::Function { calls, .. } => calls.iter().for_each(|(call, _)| self.visit_expr(call)),
            FromItem::Join { left, right, on, .. } => {
                self.visit_from(left);
                self.visit_from(right);
                on.iter().for_each(|e| self.visit_expr(e));
            }
            FromItem::Other { exprs, .. } => self.visit_exprs(exprs),
        }
    }

    fn visit_relation(&mut self, name: &QualifiedName) {
        if name.schema.is_some() || !self.scope.iter().any(|n| **n == *name.name) {
            (self.relation)(name);
        }
    }

    fn visit_insert(&mut self, insert: &Insert) {
        self.with(&insert.with, |v| {
            (v.relation)(&insert.table);
            if let InsertSource::Query(query) = &insert.source {
                v.visit_query(query);
            }
            if let Some(conflict) = &insert.on_conflict {
                if let Some(ConflictTarget::Columns(exprs, filter)) = &conflict.target {
                    exprs.iter().for_each(|e| v.visit_expr(e));
                    filter.iter().for_each(|e| v.visit_expr(e));
                }
                if let Some((assignments, filter)) = &conflict.update {
                    v.visit_assignments(assignments);
                    filter.iter().for_each(|e| v.visit_expr(e));
                }
            }
            v.visit_targets(&insert.returning);
        });
    }

    fn visit_assignments(&mut self, assignments: &[Assignment]) {
        assignments.iter().for_each(|a| self.visit_expr(&a.value));
    }

    fn visit_update(&mut self, update: &Update) {
        self.with(&update.with, |v| {
            (v.relation)(&update.table);
            update.from.iter().for_each(|f| v.visit_from(f));
            v.visit_assignments(&update.assignments);
            update.filter.iter().for_each(|e| v.visit_expr(e));
            v.visit_targets(&update.returning);
        });
    }

    fn visit_delete(&mut self, delete: &Delete) {
        self.with(&delete.with, |v| {
            (v.relation)(&delete.table);
            delete.using.iter().for_each(|f| v.visit_from(f));
            delete.filter.iter().for_each(|e| v.visit_expr(e));
            v.visit_targets(&delete.returning);
        });
    }

    fn visit_merge(&mut self, merge: &Merge) {
        self.with(&merge.with, |v| {
            (v.relation)(&merge.table);
            v.visit_from(&merge.source);
            v.visit_expr(&merge.on);
            for when in &merge.whens {
                when.condition.iter().for_each(|e| v.visit_expr(e));
                match &when.action {
                    MergeAction::Insert { values, .. } => v.visit_exprs(values),
                    MergeAction::Update(assignments) => v.visit_assignments(assignments),
                    MergeAction::Delete | MergeAction::Nothing => {}
                }
            }
            v.visit_targets(&merge.returning);
        });
    }
}

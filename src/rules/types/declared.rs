//! Where a column's type is written, and whether another may be written there.

use crate::catalog::{Class, Column, ConstraintKind, ObjectAddress, Oid, Relation};
use crate::replay::{Change, Step};
use crate::rules::prelude::*;
use crate::sort::sort;
use crate::source::{FileId, Location, Span};
use crate::syntax::ast::{
    AlterTableActionKind, ColumnConstraintKind, ColumnDef, Expr, FunctionBody, StatementKind, TableElement, TypeName,
};
use memchr::memmem;
use std::cell::{OnceCell, RefCell};
use std::sync::Arc;

/// The place where a column got its type.
pub struct Declared<'a> {
    pub file: FileId,
    /// The type's name; the column's, or the statement, in a DO block.
    pub span: Span,
    /// `None` where no fix can write another: in a DO block, and before USING.
    pub ty: Option<&'a TypeName>,
    /// `None` for ALTER COLUMN … TYPE.
    pub definition: Option<&'a ColumnDef>,
}

impl<'a> Declared<'a> {
    pub fn default(&self) -> Option<&'a Expr> {
        self.definition?.constraints.iter().find_map(|c| match &c.kind {
            ColumnConstraintKind::Default(expr) => Some(&**expr),
            _ => None,
        })
    }
}

/// The columns that the migrations declare and leave, in tables that the replay is sure of and whose turn it is.
pub fn columns<'a>(cx: &ProjectContext<'a>) -> impl Iterator<Item = (&'a Arc<Relation>, &'a Arc<Column>)> + use<'a> {
    let (cat, turn) = (cx.schema, cx.turn());
    let partial = cat.unknowns.is_history_partial();
    let is_judged = move |r: &&Arc<Relation>| {
        r.kind.is_table()
            && !r.is_temporary()
            && !r.is_partition
            && !splinter::is_skipped(cat, r.schema)
            && turn.takes()
            && (is_certain(cat, r) || partial && cat.unknowns.may_be_changed(&r.name).is_none())
    };
    cat.relations()
        .filter(is_judged)
        .flat_map(|r| r.live_columns().map(move |c| (r, c)))
        .filter(|(_, c)| c.origin.created.is_some() && c.inherited == 0 && !c.type_unknown)
}

/// Where the column got the type that it has in the end, which CREATE TABLE or ADD COLUMN writes as one of `names`. A type that comes from elsewhere
/// (LIKE, a query) has no such place.
pub fn declared<'a>(
    cx: &ProjectContext<'a>,
    relation: &Relation,
    column: &Column,
    names: &[&str],
) -> Option<Declared<'a>> {
    let created = column.origin.created?;
    let step = cx.statement_at(Location { file: created.file, span: column.span })?;
    let definition = match &step.statement.as_ref()?.kind {
        StatementKind::CreateTable(create) => create.elements.iter().find_map(|element| match element {
            TableElement::Column(def) if def.name.span == column.span => Some(&**def),
            _ => None,
        }),
        StatementKind::AlterTable(alter) => alter.actions.iter().find_map(|action| match &action.kind {
            AlterTableActionKind::AddColumn { column: def, .. } if def.name.span == column.span => Some(def),
            _ => None,
        }),
        StatementKind::Do(_) => {
            return Some(Declared { file: created.file, span: column.span, ty: None, definition: None });
        }
        _ => None,
    };
    let definition = definition?;
    let changed = (column.origin.changed != column.origin.created).then(|| last_change(cx, relation, column)).flatten();
    if let Some(change) = changed {
        return Some(change);
    }
    let ty = definition.ty.as_ref().filter(|ty| names.contains(&&*ty.name.name))?;
    Some(Declared { file: created.file, span: ty.span, ty: Some(ty), definition: Some(definition) })
}

/// The last ALTER COLUMN … TYPE.
fn last_change<'a>(cx: &ProjectContext<'a>, relation: &Relation, column: &Column) -> Option<Declared<'a>> {
    let of_column = ObjectAddress::column(relation.oid, column.number);
    let changes = |step: &Step| step.effects.iter().any(|e| e.change == Change::TypeChanged && e.object == of_column);
    let (file, step) = cx.timeline.steps().filter(|(_, step)| changes(step)).last()?;
    let name = &step.before.relation(relation.oid)?.column_by_number(column.number)?.name;
    let (mut span, mut written) = (step.span, None);
    if let Some(StatementKind::AlterTable(alter)) = step.statement.as_ref().map(|s| &s.kind) {
        for action in &alter.actions {
            if let AlterTableActionKind::ColumnType { column, ty, using, .. } = &action.kind
                && column.text == *name
            {
                span = ty.span;
                // What USING makes is made for this type.
                written = using.is_none().then_some(ty);
            }
        }
    }
    Some(Declared { file: file.id, span, ty: written, definition: None })
}

/// What the types of columns hang on, once for all columns.
pub struct World<'a> {
    /// The tables that others inherit from.
    parents: Vec<Oid>,
    /// The bodies of the migrations' functions.
    bodies: Vec<&'a str>,
    /// Those that name the table that was last asked about.
    naming: RefCell<(Oid, Vec<&'a str>)>,
    /// For each `_check` in the migrations, the text that ends with it; once it was needed.
    checks: OnceCell<Vec<&'a str>>,
}

impl<'a> World<'a> {
    pub fn of(cx: &ProjectContext<'a>) -> Self {
        let mut parents: Vec<Oid> = cx.schema.relations().flat_map(|r| &r.inherits).copied().collect();
        sort(&mut parents);
        let mut bodies: Vec<&str> = Vec::new();
        for function in cx.schema.functions().filter(|f| f.origin.created.is_some()) {
            if let Some(FunctionBody::Text(body)) = function.body.as_deref() {
                bodies.push(&body.text);
            }
        }
        Self { parents, bodies, naming: RefCell::default(), checks: OnceCell::new() }
    }

    /// Whether a body names the column along with its table.
    fn is_named_in_a_body(&self, relation: &Relation, column: &Column) -> bool {
        let mut naming = self.naming.borrow_mut();
        if naming.0 != relation.oid {
            // Much text for each table: by far the faster search.
            let finder = memmem::Finder::new(relation.name.as_bytes());
            let names = |body: &&str| finder.find(body.as_bytes()).is_some();
            *naming = (relation.oid, self.bodies.iter().copied().filter(names).collect());
        }
        naming.1.iter().any(|body| body.contains(&*column.name))
    }

    pub fn has_children(&self, relation: &Relation) -> bool {
        self.parents.binary_search(&relation.oid).is_ok()
    }

    /// Whether the migrations write this name anywhere, which ends with `_check`.
    pub fn has_check(&self, cx: &ProjectContext<'a>, name: &str) -> bool {
        let checks = self.checks.get_or_init(|| {
            let texts = cx.timeline.files.iter().map(|file| &*file.source.text);
            texts.flat_map(|text| text.match_indices("_check").map(|(at, check)| &text[..at + check.len()])).collect()
        });
        checks.iter().any(|text| text.ends_with(name))
    }
}

/// Whether the column can have another type and nothing else need change: only its own default, plain indexes and these constraints depend on it,
/// and no function's body names it along with its table.
pub fn is_free(
    cx: &ProjectContext,
    world: &World,
    relation: &Relation,
    column: &Column,
    constraints: fn(&ConstraintKind) -> bool,
) -> bool {
    let cat = cx.schema;
    let own_default = column.default.as_ref().map_or(Oid::INVALID, |d| d.oid);
    let is_harmless = |class: Class, oid: Oid| match class {
        Class::Default => oid == own_default,
        Class::Constraint => {
            let owner = cat.owner_of(oid).and_then(|owner| cat.relation(owner.oid));
            owner.is_some_and(|r| r.constraints.iter().any(|c| c.oid == oid && constraints(&c.kind)))
        }
        Class::Relation => cat.relation(oid).is_some_and(|r| match &r.index {
            Some(index) => {
                index.filter.is_none() && index.keys.iter().all(|k| k.expr.is_none() && k.operator_class.is_none())
            }
            None => r.sequence.is_some(),
        }),
        _ => false,
    };
    let mut dependents = cat.dependents(relation.oid).filter(|d| d.referenced.column == column.number);
    relation.partition_by.is_none()
        && !world.has_children(relation)
        && dependents.all(|d| is_harmless(d.dependent.class, d.dependent.oid))
        && !world.is_named_in_a_body(relation, column)
}

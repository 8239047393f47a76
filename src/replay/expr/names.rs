//! What the names in an analysed text stand for, for the definitions that objects keep.

use super::scope::{At, OutputColumn};
use super::{Analysis, References};
use crate::catalog::{Catalog, Class, Definition, Named, Oid, StarColumn};
use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind, Name};

impl References {
    pub fn note(&mut self, span: Span, what: Named) {
        self.names.push((span, what));
    }

    /// Adds what another part of the same text names.
    pub fn extend(&mut self, other: References) {
        self.addresses.extend(other.addresses);
        self.names.extend(other.names);
    }

    /// The text at `span` with what its names stand for.
    pub fn definition(&self, cat: &Catalog, span: Span) -> Definition {
        Definition::new(&cat.session.source, span, &self.names)
    }
}

impl Analysis<'_> {
    pub(super) fn note(&mut self, span: Span, what: Named) {
        self.references.note(span, what);
    }

    /// A relation, function or type that may be renamed; those of the server itself are found by any search path.
    pub(super) fn note_object(&mut self, class: Class, oid: Oid, span: Span) {
        if oid >= Oid::FIRST_USER {
            self.note(span, Named::Object(class, oid));
        }
    }

    /// A column reference that was found. A column that a subquery passes on has its own name there.
    pub(super) fn note_column(&mut self, parts: &[Name], found: &OutputColumn) {
        let Some((relation, number)) = found.source else { return };
        let [qualifiers @ .., name] = parts else { return };
        let mut sources = self.levels.iter().rev().flat_map(|l| &l.sources);
        let source = match qualifiers.last() {
            Some(table) => sources.find(|s| s.alias.as_ref() == Some(&table.text)),
            None => sources.find(|s| s.relation == Some(relation)),
        };
        let Some(source) = source.filter(|s| s.relation == Some(relation)) else { return };
        let Some(entry) = self.cat.relation(relation) else { return };
        if entry.column_by_number(number).is_none_or(|c| c.name != name.text) {
            return;
        }
        let aliased = source.aliased;
        self.note(name.span, Named::Column(relation, number));
        if let (Some(first), Some(last), false) = (qualifiers.first(), qualifiers.last(), aliased) {
            let what = Named::Qualifier { relation, with_schema: qualifiers.len() > 1 };
            self.note(Span::new(first.span.start, last.span.end), what);
        }
    }

    /// An item of a select list without an alias: the column that it is gives it its name, and may be renamed.
    pub(super) fn note_label(&mut self, expr: &Expr) {
        let ExprKind::Column(parts) = &expr.kind else { return };
        let Some(name) = parts.last() else { return };
        let noted = self.references.names.iter().rev().find(|(span, _)| *span == name.span);
        if let Some((_, Named::Column(relation, number))) = noted {
            let label = Named::Label(*relation, *number, name.text.clone());
            self.note(Span::new(expr.span.end, expr.span.end), label);
        }
    }

    /// `*` or `t.*`.
    pub(super) fn note_star(&mut self, columns: Option<&[(OutputColumn, At)]>, span: Span) {
        let Some(columns) = columns else { return };
        let Some(level) = self.levels.last() else { return };
        let described = |(column, at): &(OutputColumn, At)| {
            // A join without an alias has the columns of what it joins.
            let mut at = *at;
            while let Some(source) = level.sources.get(at.0)
                && let (None, Some(next)) = (&source.alias, source.joined.as_ref().and_then(|j| j.get(at.1)))
                && *next != at
            {
                at = *next;
            }
            let place = at.0;
            // What USING merged has no qualifier.
            let source = level.sources.get(place).filter(|s| s.alias.is_some());
            let relation = source.and_then(|s| s.relation);
            StarColumn {
                qualifier: source.and_then(|s| s.alias.clone()),
                relation: relation.filter(|_| source.is_some_and(|s| !s.aliased)),
                column: column.source.filter(|(owner, number)| {
                    let entry = self.cat.relation(*owner).and_then(|r| r.column_by_number(*number));
                    relation == Some(*owner) && entry.is_some_and(|c| c.name == column.name)
                }),
                name: column.name.clone(),
            }
        };
        let all = columns.iter().map(described).collect();
        self.note(span, Named::Star(all));
    }
}

//! Columns and constraints, as CREATE TABLE, ALTER TABLE and CREATE DOMAIN write them.

use crate::syntax::ast::{
    ColumnConstraint, ColumnConstraintKind, ColumnDef, ConstraintAttributes, ForeignKeyAction, IndexElement,
    IndexParameters, Name, QualifiedName, References, Symbol, TableConstraint, TableConstraintKind,
};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::{Result, SyntaxError};
use crate::syntax::keywords::kw;
use crate::syntax::lexer::TokenKind;
use crate::syntax::newer;
use crate::syntax::statement::constraint_attributes::{
    Allowed, CHECK, DOMAIN_CHECK, DOMAIN_NOT_NULL, FOREIGN_KEY, NOT_NULL, Said, index_attributes,
};
use std::sync::Arc;

impl Cursor<'_> {
    /// `name type [STORAGE …] [COMPRESSION …] [OPTIONS …] constraint…`.
    pub(super) fn column_definition(&mut self) -> Result<ColumnDef> {
        let start = self.peek();
        let name = self.name()?;
        let ty = self.type_name()?;
        let storage = self.column_storage()?;
        let compression = self.column_compression()?;
        self.generic_options()?;
        let (collation, constraints) = self.column_constraints()?;
        Ok(ColumnDef { name, ty: Some(ty), collation, storage, compression, constraints, span: self.span_from(start) })
    }

    /// `name [WITH OPTIONS] constraint…` of a typed table or a partition.
    pub(super) fn column_options(&mut self) -> Result<ColumnDef> {
        let start = self.peek();
        let name = self.name()?;
        if self.eat(kw::WITH) {
            self.expect(kw::OPTIONS)?;
        }
        let (collation, constraints) = self.column_constraints()?;
        Ok(ColumnDef {
            name,
            ty: None,
            collation,
            storage: None,
            compression: None,
            constraints,
            span: self.span_from(start),
        })
    }

    /// `name type [COLLATE …]` of a composite type.
    pub(super) fn attribute_definition(&mut self) -> Result<ColumnDef> {
        let start = self.peek();
        let name = self.name()?;
        let ty = self.type_name()?;
        let collation = self.collation()?;
        Ok(ColumnDef {
            name,
            ty: Some(ty),
            collation,
            storage: None,
            compression: None,
            constraints: Vec::new(),
            span: self.span_from(start),
        })
    }

    /// `[STORAGE name | DEFAULT]`.
    pub(super) fn column_storage(&mut self) -> Result<Option<Name>> {
        let storage = self.peek();
        if !self.eat(kw::STORAGE) {
            return Ok(None);
        }
        let name = self.name_or_default()?;
        self.note_newer(storage, &newer::COLUMN_STORAGE);
        Ok(Some(name))
    }

    /// `[COMPRESSION name | DEFAULT]`.
    pub(super) fn column_compression(&mut self) -> Result<Option<Name>> {
        if self.eat(kw::COMPRESSION) { self.name_or_default().map(Some) } else { Ok(None) }
    }

    /// A name, or the keyword DEFAULT as one.
    pub(super) fn name_or_default(&mut self) -> Result<Name> {
        match self.eat_span(kw::DEFAULT) {
            Some(span) => Ok(Name::new("default", span)),
            None => self.name(),
        }
    }

    /// The constraints of a column or domain, and its collation among them.
    pub(super) fn column_constraints(&mut self) -> Result<(Option<QualifiedName>, Vec<ColumnConstraint>)> {
        let mut collation = None;
        let mut constraints: Vec<ColumnConstraint> = Vec::new();
        let mut said = Said::default();
        loop {
            let start = self.peek();
            if self.eat(kw::COLLATE) {
                let name = self.qualified_name()?;
                if collation.replace(name).is_some() {
                    return Err(SyntaxError::new(start.span(), "multiple COLLATE clauses not allowed"));
                }
            } else if self.at_constraint_attribute() {
                let is_real = |c: &&mut ColumnConstraint| !matches!(c.kind, ColumnConstraintKind::Misplaced(_));
                let last = constraints.iter_mut().rev().find(is_real);
                let refused = self.column_constraint_attribute(last, &mut said)?;
                constraints.extend(refused);
            } else if let Some(constraint) = self.column_constraint()? {
                constraints.push(constraint);
                said = Said::default();
            } else {
                return Ok((collation, constraints));
            }
        }
    }

    fn constraint_name(&mut self) -> Result<Option<Name>> {
        if self.eat(kw::CONSTRAINT) { self.name().map(Some) } else { Ok(None) }
    }

    fn column_constraint(&mut self) -> Result<Option<ColumnConstraint>> {
        let start = self.peek();
        let name = self.constraint_name()?;
        let Some(kind) = self.column_constraint_kind()? else {
            return if name.is_some() { self.fail() } else { Ok(None) };
        };
        Ok(Some(ColumnConstraint {
            name,
            kind,
            attributes: ConstraintAttributes::default(),
            span: self.span_from(start),
        }))
    }

    fn column_constraint_kind(&mut self) -> Result<Option<ColumnConstraintKind>> {
        let kind = match self.keyword() {
            Some(kw::NOT) => {
                self.bump();
                self.expect(kw::NULL)?;
                ColumnConstraintKind::NotNull { no_inherit: self.no_inherit()? }
            }
            Some(kw::NULL) => {
                self.bump();
                ColumnConstraintKind::Null
            }
            Some(kw::UNIQUE) => {
                self.bump();
                let nulls_not_distinct = self.nulls_not_distinct()?;
                ColumnConstraintKind::Unique { nulls_not_distinct, parameters: self.index_parameters(false)? }
            }
            Some(kw::PRIMARY) => {
                self.bump();
                self.expect(kw::KEY)?;
                ColumnConstraintKind::PrimaryKey(self.index_parameters(false)?)
            }
            Some(kw::CHECK) => {
                self.bump();
                let expr = self.paren_expr()?.into();
                ColumnConstraintKind::Check { expr, no_inherit: self.no_inherit()? }
            }
            Some(kw::DEFAULT) => {
                self.bump();
                ColumnConstraintKind::Default(self.b_expr()?.into())
            }
            Some(kw::GENERATED) => self.generated()?,
            Some(kw::REFERENCES) => {
                self.bump();
                ColumnConstraintKind::References(self.references(false)?)
            }
            _ => return Ok(None),
        };
        Ok(Some(kind))
    }

    fn no_inherit(&mut self) -> Result<bool> {
        if !self.eat(kw::NO) {
            return Ok(false);
        }
        self.expect(kw::INHERIT)?;
        Ok(true)
    }

    /// `[NULLS [NOT] DISTINCT]`: whether NOT.
    pub(super) fn nulls_not_distinct(&mut self) -> Result<bool> {
        if !self.eat(kw::NULLS) {
            return Ok(false);
        }
        let not = self.eat(kw::NOT);
        self.expect(kw::DISTINCT)?;
        Ok(not)
    }

    /// `{ALWAYS | BY DEFAULT}`: whether ALWAYS.
    pub(super) fn generated_when(&mut self) -> Result<bool> {
        if self.eat(kw::ALWAYS) {
            return Ok(true);
        }
        self.expect_all(&[kw::BY, kw::DEFAULT])?;
        Ok(false)
    }

    fn generated(&mut self) -> Result<ColumnConstraintKind> {
        self.bump();
        let when = self.peek();
        let always = self.generated_when()?;
        self.expect(kw::AS)?;
        if self.eat(kw::IDENTITY) {
            return Ok(ColumnConstraintKind::Identity { always, options: self.optional_sequence_options()? });
        }
        let expr = self.paren_expr()?.into();
        let stored = self.eat(kw::STORED);
        if !stored {
            self.eat(kw::VIRTUAL);
            self.note_newer(when, &newer::VIRTUAL_COLUMN);
        }
        if !always {
            let message = "for a generated column, GENERATED ALWAYS must be specified";
            return Err(SyntaxError::new(when.span(), message));
        }
        Ok(ColumnConstraintKind::Generated { expr, stored })
    }

    /// `[INCLUDE (…)] [WITH (…)] [USING INDEX TABLESPACE name]`; a column's constraint has no INCLUDE.
    fn index_parameters(&mut self, include: bool) -> Result<Arc<IndexParameters>> {
        let include = if include && self.eat(kw::INCLUDE) { self.paren_list(Self::name)? } else { Vec::new() };
        let with = self.with_definition()?;
        let mut tablespace = None;
        if self.eat(kw::USING) {
            self.expect_all(&[kw::INDEX, kw::TABLESPACE])?;
            tablespace = Some(self.name()?);
        }
        Ok(Arc::new(IndexParameters { include, with, tablespace }))
    }

    /// After REFERENCES. `period` says that the table constraint's form may end its columns with PERIOD.
    pub fn references(&mut self, period: bool) -> Result<Arc<References>> {
        let table = self.qualified_name()?;
        let (columns, period) = match (self.at_kind(TokenKind::LParen), period) {
            (false, _) => (Vec::new(), false),
            (true, false) => (self.paren_list(Self::name)?, false),
            (true, true) => self.columns_and_period()?,
        };
        let mut match_full = false;
        let start = self.peek();
        if self.eat(kw::MATCH) {
            match_full = self.eat(kw::FULL);
            if self.eat(kw::PARTIAL) {
                let error = SyntaxError::new(start.span(), "MATCH PARTIAL not yet implemented");
                return Err(error.with_sqlstate("0A000"));
            }
            if !match_full {
                self.expect(kw::SIMPLE)?;
            }
        }
        let (mut on_delete, mut on_update) = (None, None);
        while (on_delete.is_none() || on_update.is_none()) && self.at(kw::ON) {
            let on = self.bump();
            if on_delete.is_none() && self.eat(kw::DELETE) {
                on_delete = Some(self.foreign_key_action()?);
            } else if on_update.is_none() && self.eat(kw::UPDATE) {
                let (action, columns) = self.foreign_key_action()?;
                if !columns.is_empty() {
                    let what = if action == ForeignKeyAction::SetNull { "SET NULL" } else { "SET DEFAULT" };
                    let message = format!("a column list with {what} is only supported for ON DELETE actions");
                    return Err(SyntaxError::new(on.span(), message).with_sqlstate("0A000"));
                }
                on_update = Some(action);
            } else {
                return self.fail();
            }
        }
        let (on_delete, on_delete_columns) = on_delete.unwrap_or_default();
        Ok(Arc::new(References {
            table,
            columns,
            period,
            match_full,
            on_delete,
            on_delete_columns,
            on_update: on_update.unwrap_or_default(),
        }))
    }

    fn foreign_key_action(&mut self) -> Result<(ForeignKeyAction, Vec<Name>)> {
        let action = match self.keyword() {
            Some(kw::NO) => {
                self.bump();
                self.expect(kw::ACTION)?;
                return Ok((ForeignKeyAction::NoAction, Vec::new()));
            }
            Some(kw::RESTRICT) => ForeignKeyAction::Restrict,
            Some(kw::CASCADE) => ForeignKeyAction::Cascade,
            Some(kw::SET) => {
                self.bump();
                let action = match self.keyword() {
                    Some(kw::NULL) => ForeignKeyAction::SetNull,
                    Some(kw::DEFAULT) => ForeignKeyAction::SetDefault,
                    _ => return self.fail(),
                };
                self.bump();
                return Ok((action, self.optional_columns()?));
            }
            _ => return self.fail(),
        };
        self.bump();
        Ok((action, Vec::new()))
    }

    /// `( column, … [, PERIOD column] )`.
    fn columns_and_period(&mut self) -> Result<(Vec<Name>, bool)> {
        self.expect_kind(TokenKind::LParen)?;
        let mut columns = vec![self.name()?];
        let mut period = false;
        while !period && self.eat_kind(TokenKind::Comma) {
            period = self.at(kw::PERIOD) && self.is_name(1);
            if period {
                let word = self.bump();
                self.note_newer(word, &newer::PERIOD);
            }
            columns.push(self.name()?);
        }
        self.expect_kind(TokenKind::RParen)?;
        Ok((columns, period))
    }

    /// `( column, … [WITHOUT OVERLAPS] )`.
    fn key_columns(&mut self) -> Result<(Vec<Name>, bool)> {
        self.expect_kind(TokenKind::LParen)?;
        let columns = self.name_list()?;
        let without = self.peek();
        let without_overlaps = self.eat(kw::WITHOUT);
        if without_overlaps {
            self.expect(kw::OVERLAPS)?;
            self.note_newer(without, &newer::TEMPORAL_KEY);
        }
        self.expect_kind(TokenKind::RParen)?;
        Ok((columns, without_overlaps))
    }

    /// Whether a table constraint begins here; EXCLUDE alone may be a column's name.
    pub(super) fn at_table_constraint(&self) -> bool {
        self.at_any(&[kw::CONSTRAINT, kw::CHECK, kw::UNIQUE, kw::PRIMARY, kw::FOREIGN, kw::NOT])
            || (self.at(kw::EXCLUDE)
                && (self.peek_at(1).kind == TokenKind::LParen || self.keyword_at(1) == Some(kw::USING)))
    }

    /// `[CONSTRAINT name] …` of a table.
    pub(super) fn table_constraint(&mut self) -> Result<Arc<TableConstraint>> {
        let start = self.peek();
        let name = self.constraint_name()?;
        let (mut kind, allowed) = self.table_constraint_kind()?;
        let written = self.constraint_attributes(allowed)?;
        if let TableConstraintKind::Check { no_inherit, .. } | TableConstraintKind::NotNull { no_inherit, .. } =
            &mut kind
        {
            *no_inherit = written.no_inherit;
        }
        Ok(Arc::new(TableConstraint { name, kind, attributes: written.attributes, span: self.span_from(start) }))
    }

    fn table_constraint_kind(&mut self) -> Result<(TableConstraintKind, Allowed)> {
        match self.keyword() {
            Some(kw::CHECK) => {
                self.bump();
                Ok((TableConstraintKind::Check { expr: self.paren_expr()?.into(), no_inherit: false }, CHECK))
            }
            Some(kw::NOT) => {
                let not = self.bump();
                self.expect(kw::NULL)?;
                self.note_newer(not, &newer::NOT_NULL_CONSTRAINT);
                Ok((TableConstraintKind::NotNull { column: self.name()?, no_inherit: false }, NOT_NULL))
            }
            Some(kw::UNIQUE) => {
                self.bump();
                if let Some(index) = self.existing_index()? {
                    return Ok((TableConstraintKind::UsingIndex { primary: false, index }, index_attributes("UNIQUE")));
                }
                let nulls_not_distinct = self.nulls_not_distinct()?;
                let (columns, without_overlaps) = self.key_columns()?;
                let parameters = self.index_parameters(true)?;
                let kind = TableConstraintKind::Unique { columns, nulls_not_distinct, without_overlaps, parameters };
                Ok((kind, index_attributes("UNIQUE")))
            }
            Some(kw::PRIMARY) => {
                self.bump();
                self.expect(kw::KEY)?;
                let allowed = index_attributes("PRIMARY KEY");
                if let Some(index) = self.existing_index()? {
                    return Ok((TableConstraintKind::UsingIndex { primary: true, index }, allowed));
                }
                let (columns, without_overlaps) = self.key_columns()?;
                let parameters = self.index_parameters(true)?;
                Ok((TableConstraintKind::PrimaryKey { columns, without_overlaps, parameters }, allowed))
            }
            Some(kw::EXCLUDE) => {
                self.bump();
                let method = self.access_method()?;
                let elements = self.paren_list(Self::exclusion_element)?;
                let parameters = self.index_parameters(true)?;
                let filter = if self.eat(kw::WHERE) { Some(self.paren_expr()?.into()) } else { None };
                let kind = TableConstraintKind::Exclude { method, elements, filter, parameters };
                Ok((kind, index_attributes("EXCLUDE")))
            }
            Some(kw::FOREIGN) => {
                self.bump();
                self.expect(kw::KEY)?;
                let (columns, period) = self.columns_and_period()?;
                self.expect(kw::REFERENCES)?;
                let references = self.references(true)?;
                Ok((TableConstraintKind::ForeignKey { columns, period, references }, FOREIGN_KEY))
            }
            _ => self.fail(),
        }
    }

    fn existing_index(&mut self) -> Result<Option<Name>> {
        if !self.eat(kw::USING) {
            return Ok(None);
        }
        self.expect(kw::INDEX)?;
        self.name().map(Some)
    }

    /// `element WITH operator`.
    fn exclusion_element(&mut self) -> Result<(IndexElement, Symbol)> {
        let element = self.index_element()?;
        self.expect(kw::WITH)?;
        let operator = if self.at(kw::OPERATOR) && self.peek_at(1).kind == TokenKind::LParen {
            self.bump();
            self.bump();
            let operator = self.operator_name()?;
            self.expect_kind(TokenKind::RParen)?;
            operator
        } else {
            self.operator_name()?
        };
        Ok((element, operator.name.text))
    }

    /// `[CONSTRAINT name] {CHECK (…) | NOT NULL}` of ALTER DOMAIN.
    pub(super) fn domain_constraint(&mut self) -> Result<ColumnConstraint> {
        let start = self.peek();
        let name = self.constraint_name()?;
        let (mut kind, allowed) = if self.eat(kw::CHECK) {
            (ColumnConstraintKind::Check { expr: self.paren_expr()?.into(), no_inherit: false }, DOMAIN_CHECK)
        } else {
            self.expect_all(&[kw::NOT, kw::NULL])?;
            (ColumnConstraintKind::NotNull { no_inherit: false }, DOMAIN_NOT_NULL)
        };
        let written = self.constraint_attributes(allowed)?;
        if let ColumnConstraintKind::Check { no_inherit, .. } = &mut kind {
            *no_inherit = written.no_inherit;
        }
        Ok(ColumnConstraint { name, kind, attributes: written.attributes, span: self.span_from(start) })
    }
}

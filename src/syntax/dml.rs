//! INSERT, UPDATE, DELETE, MERGE.

use super::ast::{
    Assignment, CommonTable, ConflictTarget, Delete, Expr, ExprKind, FromItem, Insert, InsertSource, Merge,
    MergeAction, MergeWhen, Name, OnConflict, Target, Update,
};
use super::cursor::Cursor;
use super::error::Result;
use super::keywords::kw;
use super::lexer::TokenKind;

impl Cursor<'_> {
    pub(crate) fn insert(&mut self, with: Vec<CommonTable>) -> Result<Insert> {
        self.expect(kw::INSERT)?;
        self.expect(kw::INTO)?;
        let table = self.qualified_name()?;
        let alias = if self.eat(kw::AS) { Some(self.name()?) } else { None };
        let columns = if self.at_kind(TokenKind::LParen) && !self.is_query_in_parens() {
            self.paren_list(Self::assigned_column)?
        } else {
            Vec::new()
        };
        if self.eat(kw::OVERRIDING) {
            if !self.eat(kw::SYSTEM) {
                self.expect(kw::USER)?;
            }
            self.expect(kw::VALUE)?;
        }
        let source = if columns.is_empty() && self.eat_all(&[kw::DEFAULT, kw::VALUES]) {
            InsertSource::DefaultValues
        } else {
            InsertSource::Query(Box::new(self.query()?))
        };
        let on_conflict = if self.at_all(&[kw::ON, kw::CONFLICT]) { Some(self.on_conflict()?) } else { None };
        if self.at(kw::ON) {
            return Err(self.error().with_help("PostgreSQL has `ON CONFLICT (columns) DO UPDATE SET …`"));
        }
        let returning = self.returning()?;
        Ok(Insert { with, table, alias, columns, source, on_conflict, returning })
    }

    fn on_conflict(&mut self) -> Result<OnConflict> {
        let start = self.bump();
        self.bump();
        let target = if self.at_kind(TokenKind::LParen) {
            let elements = self.paren_list(Self::conflict_element)?;
            let filter = if self.eat(kw::WHERE) { Some(self.expr()?) } else { None };
            Some(ConflictTarget::Columns(elements, filter))
        } else if self.eat_all(&[kw::ON, kw::CONSTRAINT]) {
            Some(ConflictTarget::Constraint(self.name()?))
        } else {
            None
        };
        self.expect(kw::DO)?;
        let update = if self.eat(kw::NOTHING) {
            None
        } else {
            self.expect(kw::UPDATE)?;
            self.expect(kw::SET)?;
            let assignments = self.assignments()?;
            let filter = if self.eat(kw::WHERE) { Some(self.expr()?) } else { None };
            Some((assignments, filter))
        };
        Ok(OnConflict { span: self.span_from(start), target, update })
    }

    /// A column or expression, with the collation and operator class that it may name.
    fn conflict_element(&mut self) -> Result<Expr> {
        let expr = self.primary()?;
        if self.eat(kw::COLLATE) {
            self.qualified_name()?;
        }
        if self.at_name() {
            self.qualified_name()?;
        }
        Ok(expr)
    }

    pub(crate) fn update(&mut self, with: Vec<CommonTable>) -> Result<Update> {
        self.expect(kw::UPDATE)?;
        let (table, alias) = self.target_table(&[kw::SET])?;
        self.expect(kw::SET)?;
        let assignments = self.assignments()?;
        let from = if self.eat(kw::FROM) { self.from_list()? } else { Vec::new() };
        let filter = self.where_clause()?;
        let returning = self.returning()?;
        Ok(Update { with, table, alias, assignments, from, filter, returning })
    }

    pub(crate) fn delete(&mut self, with: Vec<CommonTable>) -> Result<Delete> {
        self.expect(kw::DELETE)?;
        self.expect(kw::FROM)?;
        let (table, alias) = self.target_table(&[kw::USING])?;
        let using = if self.eat(kw::USING) { self.from_list()? } else { Vec::new() };
        let filter = self.where_clause()?;
        let returning = self.returning()?;
        Ok(Delete { with, table, alias, using, filter, returning })
    }

    /// `[ONLY] name [*] [[AS] alias]`, where these words are no alias.
    fn target_table(&mut self, ends: &[super::keywords::Keyword]) -> Result<(super::ast::QualifiedName, Option<Name>)> {
        let only = self.eat(kw::ONLY);
        let parens = only && self.eat_kind(TokenKind::LParen);
        let table = self.qualified_name()?;
        if parens {
            self.expect_kind(TokenKind::RParen)?;
        }
        if !only {
            self.eat_operator("*");
        }
        let alias = if self.eat(kw::AS) || (self.at_name() && !self.at_any(ends)) { Some(self.name()?) } else { None };
        Ok((table, alias))
    }

    fn where_clause(&mut self) -> Result<Option<Expr>> {
        if !self.eat(kw::WHERE) {
            return Ok(None);
        }
        if self.at_all(&[kw::CURRENT, kw::OF]) {
            self.bump();
            self.bump();
            let name = self.name()?;
            return Ok(Some(Expr { span: name.span, kind: ExprKind::Other(Vec::new()) }));
        }
        self.expr().map(Some)
    }

    fn returning(&mut self) -> Result<Vec<Target>> {
        if !self.eat(kw::RETURNING) {
            return Ok(Vec::new());
        }
        // RETURNING WITH (OLD AS o, NEW AS n) … (PostgreSQL 18).
        if self.at(kw::WITH) && self.peek_at(1).kind == TokenKind::LParen {
            self.bump();
            self.paren_list(|c| {
                if !c.eat(kw::OLD) {
                    c.expect(kw::NEW)?;
                }
                c.expect(kw::AS)?;
                c.name()
            })?;
        }
        self.target_list()
    }

    /// `column = value, (a, b) = (…), …`.
    fn assignments(&mut self) -> Result<Vec<Assignment>> {
        self.comma_list(|c| {
            let columns = if c.at_kind(TokenKind::LParen) {
                c.paren_list(Self::assigned_column)?
            } else {
                vec![c.assigned_column()?]
            };
            c.expect_operator("=")?;
            Ok(Assignment { columns, value: c.expr()? })
        })
    }

    /// A target column, with the subscripts and fields that may follow it.
    fn assigned_column(&mut self) -> Result<Name> {
        let name = self.name()?;
        loop {
            match self.peek().kind {
                TokenKind::Dot => {
                    self.bump();
                    self.label()?;
                }
                TokenKind::LBracket => {
                    self.subscript()?;
                }
                _ => return Ok(name),
            }
        }
    }

    pub(crate) fn merge(&mut self, with: Vec<CommonTable>) -> Result<Merge> {
        self.expect(kw::MERGE)?;
        self.expect(kw::INTO)?;
        let (table, alias) = self.target_table(&[kw::USING])?;
        self.expect(kw::USING)?;
        let source: FromItem = self.from_item()?;
        self.expect(kw::ON)?;
        let on = self.expr()?;
        let mut whens = Vec::new();
        while self.eat(kw::WHEN) {
            whens.push(self.merge_when()?);
        }
        if whens.is_empty() {
            return self.fail();
        }
        let returning = self.returning()?;
        Ok(Merge { with, table, alias, source, on, whens, returning })
    }

    fn merge_when(&mut self) -> Result<MergeWhen> {
        let not_matched = self.eat(kw::NOT);
        self.expect(kw::MATCHED)?;
        let mut inserts = not_matched;
        if not_matched && self.eat(kw::BY) {
            if self.eat(kw::SOURCE) {
                inserts = false;
            } else {
                self.expect(kw::TARGET)?;
            }
        }
        let condition = if self.eat(kw::AND) { Some(self.expr()?) } else { None };
        self.expect(kw::THEN)?;
        let action = if self.eat_all(&[kw::DO, kw::NOTHING]) {
            MergeAction::Nothing
        } else if inserts {
            self.expect(kw::INSERT)?;
            let columns =
                if self.at_kind(TokenKind::LParen) { self.paren_list(Self::assigned_column)? } else { Vec::new() };
            if self.eat(kw::OVERRIDING) {
                if !self.eat(kw::SYSTEM) {
                    self.expect(kw::USER)?;
                }
                self.expect(kw::VALUE)?;
            }
            if self.eat_all(&[kw::DEFAULT, kw::VALUES]) {
                MergeAction::Insert { columns, values: Vec::new() }
            } else {
                self.expect(kw::VALUES)?;
                MergeAction::Insert { columns, values: self.paren_expr_list()? }
            }
        } else if self.eat(kw::DELETE) {
            MergeAction::Delete
        } else {
            self.expect(kw::UPDATE)?;
            self.expect(kw::SET)?;
            MergeAction::Update(self.assignments()?)
        };
        Ok(MergeWhen { condition, action })
    }
}

//! INSERT, UPDATE, DELETE, MERGE.

use super::ast::{
    Assignment, CommonTable, ConflictTarget, Delete, Expr, ExprKind, Insert, InsertSource, Merge, MergeAction,
    MergeMatch, MergeWhen, Name, OnConflict, QualifiedName, Target, TargetColumn, Update,
};
use super::cursor::Cursor;
use super::error::{Result, SyntaxError};
use super::keywords::kw;
use super::lexer::TokenKind;
use crate::syntax::newer;

impl Cursor<'_> {
    pub(crate) fn insert(&mut self, with: Vec<CommonTable>) -> Result<Insert> {
        self.expect(kw::INSERT)?;
        self.expect(kw::INTO)?;
        let table = self.qualified_name()?;
        let alias = if self.eat(kw::AS) { Some(self.name()?) } else { None };
        if self.eat(kw::DEFAULT) {
            self.expect(kw::VALUES)?;
            return self.insert_end(Insert {
                with,
                table,
                alias,
                columns: Vec::new(),
                overriding: false,
                source: InsertSource::DefaultValues,
                on_conflict: None,
                returning: Vec::new(),
            });
        }
        let query_in_parens = self.at_query(1) || self.peek_at(1).kind == TokenKind::LParen;
        let columns = if self.at_kind(TokenKind::LParen) && !query_in_parens {
            self.paren_list(Self::assigned_column)?
        } else {
            Vec::new()
        };
        let overriding = self.overriding()?;
        let source = InsertSource::Query(Box::new(self.query()?));
        let (on_conflict, returning) = (None, Vec::new());
        self.insert_end(Insert { with, table, alias, columns, overriding, source, on_conflict, returning })
    }

    fn insert_end(&mut self, mut insert: Insert) -> Result<Insert> {
        if self.at(kw::ON) {
            insert.on_conflict = Some(self.on_conflict()?);
        }
        insert.returning = self.returning()?;
        Ok(insert)
    }

    /// `[OVERRIDING {SYSTEM | USER} VALUE]`.
    fn overriding(&mut self) -> Result<bool> {
        let given = self.eat(kw::OVERRIDING);
        if given {
            if !self.eat(kw::SYSTEM) {
                self.expect(kw::USER)?;
            }
            self.expect(kw::VALUE)?;
        }
        Ok(given)
    }

    fn on_conflict(&mut self) -> Result<OnConflict> {
        let start = self.bump();
        self.expect(kw::CONFLICT)?;
        let target = if self.at_kind(TokenKind::LParen) {
            let elements = self.paren_list(Self::index_element)?.into_iter().map(|element| element.expr).collect();
            let filter = if self.eat(kw::WHERE) { Some(self.expr()?) } else { None };
            Some(ConflictTarget::Columns(elements, filter))
        } else if self.eat(kw::ON) {
            self.expect(kw::CONSTRAINT)?;
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

    pub(crate) fn update(&mut self, with: Vec<CommonTable>) -> Result<Update> {
        self.expect(kw::UPDATE)?;
        let (table, alias) = self.target_table()?;
        self.expect(kw::SET)?;
        let assignments = self.assignments()?;
        let from = if self.eat(kw::FROM) { self.table_references()? } else { Vec::new() };
        let filter = self.where_clause()?;
        let returning = self.returning()?;
        Ok(Update { with, table, alias, assignments, from, filter, returning })
    }

    pub(crate) fn delete(&mut self, with: Vec<CommonTable>) -> Result<Delete> {
        self.expect(kw::DELETE)?;
        self.expect(kw::FROM)?;
        let (table, alias) = self.target_table()?;
        let using = if self.eat(kw::USING) { self.table_references()? } else { Vec::new() };
        let filter = self.where_clause()?;
        let returning = self.returning()?;
        Ok(Delete { with, table, alias, using, filter, returning })
    }

    /// `[ONLY] name [*] [[AS] alias]`. SET is no alias without AS.
    fn target_table(&mut self) -> Result<(QualifiedName, Option<Name>)> {
        let (table, _) = self.relation()?;
        let aliased = self.eat(kw::AS) || (self.at_name() && !self.at(kw::SET));
        Ok((table, if aliased { Some(self.name()?) } else { None }))
    }

    /// `[WHERE expr]`, `WHERE CURRENT OF cursor`.
    fn where_clause(&mut self) -> Result<Option<Expr>> {
        if !self.eat(kw::WHERE) {
            return Ok(None);
        }
        let start = self.peek();
        if self.eat_all(&[kw::CURRENT, kw::OF]) {
            self.name()?;
            return Ok(Some(Expr { span: self.span_from(start), kind: ExprKind::Other(Vec::new()) }));
        }
        self.expr().map(Some)
    }

    fn returning(&mut self) -> Result<Vec<Target>> {
        if !self.eat(kw::RETURNING) {
            return Ok(Vec::new());
        }
        // RETURNING WITH (OLD AS o, NEW AS n) … (PostgreSQL 18).
        let with = self.peek();
        if self.eat(kw::WITH) {
            self.paren_list(|c| {
                if !c.eat(kw::OLD) {
                    c.expect(kw::NEW)?;
                }
                c.expect(kw::AS)?;
                c.name()
            })?;
            self.note_newer(with, &newer::RETURNING_ALIASES);
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
    fn assigned_column(&mut self) -> Result<TargetColumn> {
        let name = self.name()?;
        let mut partial = false;
        loop {
            match self.peek().kind {
                TokenKind::Dot => {
                    self.bump();
                    if self.eat_operator("*") {
                        // The grammar takes it as the last part.
                        if matches!(self.peek().kind, TokenKind::Dot | TokenKind::LBracket) {
                            let span = self.peek().span();
                            return Err(SyntaxError::near(self.text(), span, "improper use of \"*\""));
                        }
                    } else {
                        self.label()?;
                    }
                }
                TokenKind::LBracket => {
                    self.subscript()?;
                }
                _ => return Ok(TargetColumn { name, partial }),
            }
            partial = true;
        }
    }

    pub(crate) fn merge(&mut self, with: Vec<CommonTable>) -> Result<Merge> {
        self.expect(kw::MERGE)?;
        self.expect(kw::INTO)?;
        let (table, alias) = self.target_table()?;
        self.expect(kw::USING)?;
        let source = self.table_reference()?;
        self.expect(kw::ON)?;
        let on = self.expr()?;
        let mut whens = Vec::new();
        while whens.is_empty() || self.at(kw::WHEN) {
            self.expect(kw::WHEN)?;
            whens.push(self.merge_when()?);
        }
        let returning_at = self.peek();
        let returning = self.returning()?;
        if !returning.is_empty() {
            self.note_newer(returning_at, &newer::MERGE_RETURNING);
        }
        Ok(Merge { with, table, alias, source, on, whens, returning })
    }

    /// `[NOT] MATCHED [BY {SOURCE | TARGET}] [AND expr] THEN action`.
    fn merge_when(&mut self) -> Result<MergeWhen> {
        let negated = self.eat(kw::NOT);
        let mut inserts = negated;
        self.expect(kw::MATCHED)?;
        let by = self.peek();
        if inserts && self.eat(kw::BY) {
            inserts = !self.eat(kw::SOURCE);
            if inserts {
                self.expect(kw::TARGET)?;
            }
            self.note_newer(by, &newer::MERGE_BY);
        }
        let condition = if self.eat(kw::AND) { Some(self.expr()?) } else { None };
        self.expect(kw::THEN)?;
        let action = match self.keyword() {
            Some(kw::DO) => {
                self.bump();
                self.expect(kw::NOTHING)?;
                MergeAction::Nothing
            }
            Some(kw::INSERT) if inserts => self.merge_insert()?,
            Some(kw::UPDATE) if !inserts => {
                self.bump();
                self.expect(kw::SET)?;
                MergeAction::Update(self.assignments()?)
            }
            Some(kw::DELETE) if !inserts => {
                self.bump();
                MergeAction::Delete
            }
            _ => return self.fail(),
        };
        let matched = match (negated, inserts) {
            (false, _) => MergeMatch::Matched,
            (true, true) => MergeMatch::NotInTarget,
            (true, false) => MergeMatch::NotInSource,
        };
        Ok(MergeWhen { matched, condition, action })
    }

    fn merge_insert(&mut self) -> Result<MergeAction> {
        self.bump();
        if self.eat(kw::DEFAULT) {
            self.expect(kw::VALUES)?;
            return Ok(MergeAction::Insert { columns: Vec::new(), values: Vec::new() });
        }
        let columns =
            if self.at_kind(TokenKind::LParen) { self.paren_list(Self::assigned_column)? } else { Vec::new() };
        self.overriding()?;
        self.expect(kw::VALUES)?;
        Ok(MergeAction::Insert { columns, values: self.paren_expr_list()? })
    }
}

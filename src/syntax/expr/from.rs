//! FROM items: tables, functions, subqueries, joins.

use crate::syntax::ast::{Alias, ColumnDefinition, Expr, ExprKind, FromItem, JoinKind};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::Result;
use crate::syntax::keywords::{Category, kw};
use crate::syntax::lexer::TokenKind;

impl Cursor<'_> {
    /// `item, …`.
    pub(crate) fn from_list(&mut self) -> Result<Vec<FromItem>> {
        self.comma_list(Self::from_item)
    }

    /// One item with the joins that follow it.
    pub(crate) fn from_item(&mut self) -> Result<FromItem> {
        let mut left = self.nested(Self::from_primary)?;
        while let Some((kind, natural)) = self.join_kind()? {
            let right = if kind == JoinKind::Cross || natural {
                self.nested(Self::from_primary)?
            } else {
                self.joined_operand()?
            };
            let (mut on, mut using, mut alias) = (None, Vec::new(), None);
            if kind != JoinKind::Cross && !natural {
                if self.eat(kw::ON) {
                    on = Some(self.expr()?);
                } else {
                    self.expect(kw::USING)?;
                    using = self.paren_list(Self::name)?;
                    if self.eat(kw::AS) {
                        alias = Some(Alias { name: self.name()?, columns: Vec::new() });
                    }
                }
            }
            left = FromItem::Join { kind, natural, left: Box::new(left), right: Box::new(right), on, using, alias };
        }
        Ok(left)
    }

    /// The right side of a join that wants ON: `a JOIN b JOIN c ON … ON …` nests.
    fn joined_operand(&mut self) -> Result<FromItem> {
        let mut right = self.nested(Self::from_primary)?;
        while !self.at_any(&[kw::ON, kw::USING]) {
            let Some((kind, natural)) = self.join_kind()? else { break };
            if kind == JoinKind::Cross || natural {
                let operand = self.nested(Self::from_primary)?;
                right = FromItem::Join {
                    kind,
                    natural,
                    left: Box::new(right),
                    right: Box::new(operand),
                    on: None,
                    using: Vec::new(),
                    alias: None,
                };
                continue;
            }
            let operand = self.nested(Self::joined_operand)?;
            let (mut on, mut using) = (None, Vec::new());
            if self.eat(kw::ON) {
                on = Some(self.expr()?);
            } else {
                self.expect(kw::USING)?;
                using = self.paren_list(Self::name)?;
            }
            right = FromItem::Join {
                kind,
                natural,
                left: Box::new(right),
                right: Box::new(operand),
                on,
                using,
                alias: None,
            };
        }
        Ok(right)
    }

    fn join_kind(&mut self) -> Result<Option<(JoinKind, bool)>> {
        if self.eat_all(&[kw::CROSS, kw::JOIN]) {
            return Ok(Some((JoinKind::Cross, false)));
        }
        let natural = self.eat(kw::NATURAL);
        let kind = match self.keyword() {
            Some(kw::JOIN) => JoinKind::Inner,
            Some(kw::INNER) => {
                self.bump();
                JoinKind::Inner
            }
            Some(outer @ (kw::LEFT | kw::RIGHT | kw::FULL)) => {
                self.bump();
                self.eat(kw::OUTER);
                match outer {
                    kw::LEFT => JoinKind::Left,
                    kw::RIGHT => JoinKind::Right,
                    _ => JoinKind::Full,
                }
            }
            _ if natural => return self.fail(),
            _ => return Ok(None),
        };
        self.expect(kw::JOIN)?;
        Ok(Some((kind, natural)))
    }

    fn from_primary(&mut self) -> Result<FromItem> {
        let lateral = self.eat(kw::LATERAL);
        if self.at_kind(TokenKind::LParen) {
            if self.is_query_in_parens() {
                let query = Box::new(self.paren_query()?);
                let alias = self.table_alias()?;
                return Ok(FromItem::Subquery { query, lateral, alias });
            }
            if lateral {
                return self.fail();
            }
            self.bump();
            let inner = self.nested(Self::from_item)?;
            if !matches!(inner, FromItem::Join { .. }) {
                return self.fail();
            }
            self.expect_kind(TokenKind::RParen)?;
            let outer = self.table_alias()?;
            return Ok(match inner {
                FromItem::Join { kind, natural, left, right, on, using, alias } => {
                    FromItem::Join { kind, natural, left, right, on, using, alias: outer.or(alias) }
                }
                other => other,
            });
        }
        if self.at_all(&[kw::ROWS, kw::FROM]) && self.peek_at(2).kind == TokenKind::LParen {
            return self.rows_from(lateral);
        }
        if self.at(kw::XMLTABLE) || self.at(kw::JSON_TABLE) {
            return self.table_function();
        }
        let only = self.eat(kw::ONLY);
        if only && self.at_kind(TokenKind::LParen) {
            self.bump();
            let name = self.qualified_name()?;
            self.expect_kind(TokenKind::RParen)?;
            return Ok(FromItem::Table { name, only, alias: self.table_alias()? });
        }
        if !only && self.is_function_item() {
            let call = self.primary()?;
            if !matches!(call.kind, ExprKind::Call(_) | ExprKind::Cast { .. }) {
                return self.fail();
            }
            return self.function_item(call, lateral);
        }
        if lateral {
            return self.fail();
        }
        let name = self.qualified_name()?;
        if !only {
            self.eat_operator("*");
        }
        let alias = self.table_alias()?;
        if self.eat(kw::TABLESAMPLE) {
            self.function_name()?;
            self.paren_expr_list()?;
            if self.eat(kw::REPEATABLE) {
                self.paren_expr()?;
            }
        }
        Ok(FromItem::Table { name, only, alias })
    }

    /// A function call stands here: a name and a parenthesis, or a keyword that is a call by itself.
    fn is_function_item(&self) -> bool {
        let mut n = 0;
        while self.peek_at(n + 1).kind == TokenKind::Dot {
            n += 2;
        }
        if self.peek_at(n + 1).kind == TokenKind::LParen {
            return true;
        }
        n == 0
            && match self.peek().kind {
                TokenKind::Keyword(word) => word.category() == Category::Reserved || word == kw::CURRENT_SCHEMA,
                _ => false,
            }
    }

    fn function_item(&mut self, call: Expr, lateral: bool) -> Result<FromItem> {
        let mut calls = vec![(call, Vec::new())];
        let ordinality = self.eat_all(&[kw::WITH, kw::ORDINALITY]);
        let mut alias = None;
        if self.eat(kw::AS) {
            if self.at_kind(TokenKind::LParen) {
                calls[0].1 = self.column_definitions()?; // the one pushed above
            } else {
                let name = self.name()?;
                alias = Some(self.function_alias(name, &mut calls)?);
            }
        } else if self.at_alias() {
            let name = self.name()?;
            alias = Some(self.function_alias(name, &mut calls)?);
        }
        Ok(FromItem::Function { calls, lateral, ordinality, alias })
    }

    /// `alias [(names)]` or `alias (name type, …)`.
    fn function_alias(
        &mut self,
        name: crate::syntax::ast::Name,
        calls: &mut [(Expr, Vec<ColumnDefinition>)],
    ) -> Result<Alias> {
        if !self.at_kind(TokenKind::LParen) {
            return Ok(Alias { name, columns: Vec::new() });
        }
        if matches!(self.peek_at(2).kind, TokenKind::Comma | TokenKind::RParen) {
            return Ok(Alias { name, columns: self.paren_list(Self::name)? });
        }
        let definitions = self.column_definitions()?;
        if let Some((_, columns)) = calls.first_mut() {
            *columns = definitions;
        }
        Ok(Alias { name, columns: Vec::new() })
    }

    fn column_definitions(&mut self) -> Result<Vec<ColumnDefinition>> {
        self.paren_list(|c| {
            let name = c.name()?;
            let ty = c.type_name()?;
            if c.eat(kw::COLLATE) {
                c.qualified_name()?;
            }
            Ok(ColumnDefinition { name, ty })
        })
    }

    fn rows_from(&mut self, lateral: bool) -> Result<FromItem> {
        self.bump();
        self.bump();
        let calls = self.paren_list(|c| {
            let call = c.primary()?;
            if !matches!(call.kind, ExprKind::Call(_) | ExprKind::Cast { .. }) {
                return c.fail();
            }
            let definitions = if c.eat(kw::AS) { c.column_definitions()? } else { Vec::new() };
            Ok((call, definitions))
        })?;
        let ordinality = self.eat_all(&[kw::WITH, kw::ORDINALITY]);
        let alias = self.table_alias()?;
        Ok(FromItem::Function { calls, lateral, ordinality, alias })
    }

    fn at_alias(&self) -> bool {
        self.at_name()
    }

    /// `[AS] name [(columns)]`.
    fn table_alias(&mut self) -> Result<Option<Alias>> {
        let explicit = self.eat(kw::AS);
        if !explicit && !self.at_alias() {
            return Ok(None);
        }
        let name = self.name()?;
        let columns = if self.at_kind(TokenKind::LParen) { self.paren_list(Self::name)? } else { Vec::new() };
        Ok(Some(Alias { name, columns }))
    }

    /// XMLTABLE and JSON_TABLE.
    fn table_function(&mut self) -> Result<FromItem> {
        let json = self.at(kw::JSON_TABLE);
        self.bump();
        self.expect_kind(TokenKind::LParen)?;
        let exprs = if json { self.json_table()? } else { self.xml_table()? };
        self.expect_kind(TokenKind::RParen)?;
        let alias = self.table_alias()?;
        Ok(FromItem::Other { alias, exprs })
    }

    fn xml_table(&mut self) -> Result<Vec<Expr>> {
        let mut exprs = Vec::new();
        if self.at(kw::XMLNAMESPACES) {
            self.bump();
            self.expect_kind(TokenKind::LParen)?;
            loop {
                let default = self.eat(kw::DEFAULT);
                exprs.push(self.b_expr()?);
                if !default {
                    self.expect(kw::AS)?;
                    self.label()?;
                }
                if !self.eat_kind(TokenKind::Comma) {
                    break;
                }
            }
            self.expect_kind(TokenKind::RParen)?;
            self.expect_kind(TokenKind::Comma)?;
        }
        exprs.push(self.primary()?);
        self.expect(kw::PASSING)?;
        exprs.push(self.xml_passed()?);
        self.expect(kw::COLUMNS)?;
        self.comma_list(|c| {
            c.name()?;
            if c.eat_all(&[kw::FOR, kw::ORDINALITY]) {
                return Ok(());
            }
            c.type_name()?;
            loop {
                if c.eat(kw::DEFAULT) || c.eat(kw::PATH) {
                    c.b_expr()?;
                } else if !(c.eat_all(&[kw::NOT, kw::NULL]) || c.eat(kw::NULL)) {
                    return Ok(());
                }
            }
        })?;
        Ok(exprs)
    }

    fn json_table(&mut self) -> Result<Vec<Expr>> {
        let mut exprs = vec![self.json_value()?];
        self.expect_kind(TokenKind::Comma)?;
        exprs.push(self.expr()?);
        if self.eat(kw::AS) {
            self.name()?;
        }
        exprs.extend(self.json_passing()?);
        self.json_table_columns()?;
        self.json_behaviors()?;
        Ok(exprs)
    }

    fn json_table_columns(&mut self) -> Result<()> {
        self.expect(kw::COLUMNS)?;
        self.paren_list(|c| {
            if c.at(kw::NESTED) && (c.keyword_at(1) == Some(kw::PATH) || c.peek_at(1).kind == TokenKind::String) {
                c.bump();
                c.eat(kw::PATH);
                c.string()?;
                if c.eat(kw::AS) {
                    c.name()?;
                }
                return c.nested(Self::json_table_columns);
            }
            c.name()?;
            if c.eat_all(&[kw::FOR, kw::ORDINALITY]) {
                return Ok(());
            }
            c.type_name()?;
            c.json_format()?;
            c.eat(kw::EXISTS);
            if c.eat(kw::PATH) {
                c.string()?;
            }
            c.json_behaviors()
        })?;
        Ok(())
    }
}

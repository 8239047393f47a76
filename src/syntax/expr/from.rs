//! FROM items: tables, functions, subqueries, joins (table_ref).

use crate::syntax::ast::{Alias, Call, ColumnDefinition, Expr, ExprKind, FromItem, JoinKind, Name, Query, QueryBody};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::Result;
use crate::syntax::keywords::{Category, kw};
use crate::syntax::lexer::TokenKind;
use crate::syntax::newer;

/// What a pair of parentheses in FROM holds.
enum Parens {
    Query(Box<Query>),
    Join(FromItem),
}

/// A call in FROM and its column definition list.
type FunctionCall = (Expr, Vec<ColumnDefinition>);

impl Cursor<'_> {
    /// `item, …`.
    pub(crate) fn table_references(&mut self) -> Result<Vec<FromItem>> {
        self.comma_list(Self::table_reference)
    }

    /// One item with the joins that follow it.
    pub(crate) fn table_reference(&mut self) -> Result<FromItem> {
        let outer = std::mem::take(&mut self.height);
        let left = self.join_operand()?;
        let item = self.joins(left)?;
        self.height = self.height.max(outer);
        Ok(item)
    }

    /// The joins after their first operand.
    fn joins(&mut self, mut left: FromItem) -> Result<FromItem> {
        while let Some((kind, natural)) = self.join_kind()? {
            self.grow_taller(super::STEP)?;
            let mut right = self.join_operand()?;
            let (mut on, mut using, mut using_alias) = (None, Vec::new(), None);
            if kind != JoinKind::Cross && !natural {
                // `a JOIN b JOIN c ON … ON …` nests: what stands before its ON is the right operand.
                if !self.at_any(&[kw::ON, kw::USING]) {
                    right = self.nested(|c| c.joins(right))?;
                }
                if self.eat(kw::ON) {
                    on = Some(self.expr()?);
                } else {
                    self.expect(kw::USING)?;
                    using = self.paren_list(Self::name)?;
                    if self.eat(kw::AS) {
                        using_alias = Some(self.name()?);
                    }
                }
            }
            let (left_item, right) = (Box::new(left), Box::new(right));
            left = FromItem::Join { kind, natural, left: left_item, right, on, using, using_alias, alias: None };
        }
        Ok(left)
    }

    fn join_kind(&mut self) -> Result<Option<(JoinKind, bool)>> {
        if self.eat(kw::CROSS) {
            self.expect(kw::JOIN)?;
            return Ok(Some((JoinKind::Cross, false)));
        }
        let natural = self.eat(kw::NATURAL);
        let kind = match self.keyword() {
            Some(kw::JOIN) => JoinKind::Inner,
            Some(kw::INNER) => JoinKind::Inner,
            Some(kw::LEFT) => JoinKind::Left,
            Some(kw::RIGHT) => JoinKind::Right,
            Some(kw::FULL) => JoinKind::Full,
            _ if natural => return self.fail(),
            _ => return Ok(None),
        };
        if !self.eat(kw::JOIN) {
            if self.bump().kind != TokenKind::Keyword(kw::INNER) {
                self.eat(kw::OUTER);
            }
            self.expect(kw::JOIN)?;
        }
        Ok(Some((kind, natural)))
    }

    /// What joins stand between.
    fn join_operand(&mut self) -> Result<FromItem> {
        if self.at_kind(TokenKind::LParen) {
            let content = self.join_parens()?;
            return self.after_parens(content, false);
        }
        let lateral = self.eat(kw::LATERAL);
        if lateral && self.at_kind(TokenKind::LParen) {
            let query = Parens::Query(Box::new(self.paren_query()?));
            return self.after_parens(query, true);
        }
        match self.keyword() {
            Some(kw::ROWS) if self.keyword_at(1) == Some(kw::FROM) => return self.rows_from(lateral),
            Some(word @ (kw::XMLTABLE | kw::JSON_TABLE)) if self.peek_at(1).kind == TokenKind::LParen => {
                let start = self.bump();
                self.bump();
                if word == kw::JSON_TABLE {
                    self.note_newer(start, &newer::JSON_TABLE);
                }
                let exprs = if word == kw::XMLTABLE { self.xml_table()? } else { self.json_table()? };
                self.expect_kind(TokenKind::RParen)?;
                return Ok(FromItem::Other { alias: self.table_alias()?, exprs });
            }
            _ => {}
        }
        if let Some(call) = self.windowless_call()? {
            return self.function_item(call, lateral);
        }
        if lateral {
            self.function_name()?;
            return self.fail();
        }
        let (name, only) = self.relation()?;
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

    fn after_parens(&mut self, content: Parens, lateral: bool) -> Result<FromItem> {
        match content {
            Parens::Query(query) => {
                let alias = self.table_alias()?;
                if alias.is_none() {
                    self.note_newer_at(query.span, &newer::SUBQUERY_WITHOUT_ALIAS);
                }
                Ok(FromItem::Subquery { query, lateral, alias })
            }
            Parens::Join(FromItem::Join { kind, natural, left, right, on, using, using_alias, alias }) => {
                let alias = self.table_alias()?.or(alias);
                Ok(FromItem::Join { kind, natural, left, right, on, using, using_alias, alias })
            }
            Parens::Join(item) => Ok(item),
        }
    }

    /// `( query )`, or `( join )`, which nothing but a join may be inside of.
    fn join_parens(&mut self) -> Result<Parens> {
        self.nested(|c| {
            c.expect_kind(TokenKind::LParen)?;
            if c.at_query(0) {
                let query = Box::new(c.query()?);
                c.expect_kind(TokenKind::RParen)?;
                return Ok(Parens::Query(query));
            }
            if !c.at_kind(TokenKind::LParen) {
                let left = c.join_operand()?;
                return c.closed_join(left, false);
            }
            let inner_start = c.peek();
            match c.join_parens()? {
                Parens::Query(query) if c.eat_kind(TokenKind::RParen) => Ok(Parens::Query(query)),
                Parens::Query(query) if c.at_query_continuation() => {
                    let query = Box::new(c.query_from(inner_start, QueryBody::Query(query))?);
                    c.expect_kind(TokenKind::RParen)?;
                    Ok(Parens::Query(query))
                }
                content => {
                    let joined = matches!(content, Parens::Join(_)) && !c.at_alias();
                    let left = c.after_parens(content, false)?;
                    c.closed_join(left, joined)
                }
            }
        })
    }

    /// The rest of a join in parentheses; `joined` says that what is read of it is one already.
    fn closed_join(&mut self, left: FromItem, joined: bool) -> Result<Parens> {
        let before = self.position();
        let item = self.joins(left)?;
        if !joined && self.position() == before {
            return self.fail();
        }
        self.expect_kind(TokenKind::RParen)?;
        Ok(Parens::Join(item))
    }

    /// A function call without FILTER and OVER (func_expr_windowless), when one stands here.
    pub(crate) fn windowless_call(&mut self) -> Result<Option<Expr>> {
        let start = self.peek();
        if self.at(kw::ONLY) {
            return Ok(None);
        }
        if let TokenKind::Keyword(word) = start.kind
            && self.peek_at(1).kind != TokenKind::Dot
            && let Some(call) = self.special(word)?
        {
            return Ok(Some(call));
        }
        let mut n = 1;
        while self.peek_at(n).kind == TokenKind::Dot {
            n += 2;
        }
        // Such a keyword can only name a function here.
        let names_function = self.keyword().is_some_and(|word| word.category() == Category::TypeOrFunction);
        if self.peek_at(n).kind != TokenKind::LParen && !names_function {
            return Ok(None);
        }
        let function = self.function_name()?;
        self.application(start, function).map(Some)
    }

    fn function_item(&mut self, call: Expr, lateral: bool) -> Result<FromItem> {
        let ordinality = self.eat_all(&[kw::WITH, kw::ORDINALITY]);
        let (alias, columns) = self.function_alias()?;
        Ok(FromItem::Function { calls: unnest_each((call, columns)), lateral, ordinality, alias })
    }

    /// `[AS] alias [(names)]`, `[AS] alias (name type, …)`, `AS (name type, …)`.
    fn function_alias(&mut self) -> Result<(Option<Alias>, Vec<ColumnDefinition>)> {
        let named = self.eat(kw::AS);
        if named && self.at_kind(TokenKind::LParen) {
            return Ok((None, self.column_definitions()?));
        }
        if !named && !self.at_alias() {
            return Ok((None, Vec::new()));
        }
        let name = self.name()?;
        let mut alias = Alias { name, columns: Vec::new() };
        let mut definitions = Vec::new();
        if self.at_kind(TokenKind::LParen) {
            if self.is_type_start(2) {
                definitions = self.column_definitions()?;
            } else {
                alias.columns = self.paren_list(Self::name)?;
            }
        }
        Ok((Some(alias), definitions))
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

    /// `ROWS FROM (call [AS (name type, …)], …)`.
    fn rows_from(&mut self, lateral: bool) -> Result<FromItem> {
        self.bump();
        self.bump();
        let mut calls = self.paren_list(|c| {
            let Some(call) = c.windowless_call()? else { return c.fail() };
            let definitions = if c.eat(kw::AS) { c.column_definitions()? } else { Vec::new() };
            Ok((call, definitions))
        })?;
        let ordinality = self.eat_all(&[kw::WITH, kw::ORDINALITY]);
        let (alias, columns) = self.function_alias()?;
        if let (false, Some(first)) = (columns.is_empty(), calls.first_mut()) {
            first.1 = columns;
        }
        let calls = calls.into_iter().flat_map(unnest_each).collect();
        Ok(FromItem::Function { calls, lateral, ordinality, alias })
    }

    fn at_alias(&self) -> bool {
        self.at(kw::AS) || self.at_name()
    }

    /// `[AS] name [(columns)]`.
    fn table_alias(&mut self) -> Result<Option<Alias>> {
        if !self.eat(kw::AS) && !self.at_alias() {
            return Ok(None);
        }
        let name: Name = self.name()?;
        let columns = if self.at_kind(TokenKind::LParen) { self.paren_list(Self::name)? } else { Vec::new() };
        Ok(Some(Alias { name, columns }))
    }
}

/// `unnest(a, b)` in FROM is `ROWS FROM (unnest(a), unnest(b))` (transformRangeFunction); any other call is itself.
fn unnest_each((expr, definitions): FunctionCall) -> Vec<FunctionCall> {
    let span = expr.span;
    match expr.kind {
        ExprKind::Call(call) if definitions.is_empty() && is_unnest_of_several(&call) => {
            let mut function = call.function;
            function.schema = Some(Name::new("pg_catalog", function.name.span));
            let mut calls = Vec::with_capacity(call.args.len());
            for arg in call.args {
                let call = Call { args: vec![arg], ..Call::of(function.clone()) };
                calls.push((Expr { span, kind: ExprKind::Call(Box::new(call)) }, Vec::new()));
            }
            calls
        }
        kind => vec![(Expr { span, kind }, definitions)],
    }
}

fn is_unnest_of_several(call: &Call) -> bool {
    call.function.schema.is_none()
        && &*call.function.name.text == "unnest"
        && call.args.len() > 1
        && !(call.distinct || call.args.iter().any(|a| a.variadic))
        && (call.order_by.is_empty() && call.filter.is_none())
}

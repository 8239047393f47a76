//! SELECT, VALUES, TABLE and set operations, with WITH, ORDER BY, LIMIT and locking clauses (SelectStmt).

use crate::syntax::ast::{
    CommonTable, CommonTableBody, Expr, ExprKind, Name, Query, QueryBody, Select, SetOperator, Target, Window,
};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::{Result, SyntaxError};
use crate::syntax::keywords::kw;
use crate::syntax::lexer::TokenKind;

/// How many rows of a VALUES list stay in the tree. All are parsed; data of hundreds of thousands of rows is of no use beyond its shape.
const KEPT_ROWS: usize = 100;

impl Cursor<'_> {
    /// A query, in parentheses or not.
    pub fn query(&mut self) -> Result<Query> {
        let (recursive, with) = self.with_clause()?;
        self.query_after_with(recursive, with)
    }

    /// A query whose WITH clause is taken already.
    pub fn query_after_with(&mut self, recursive: bool, with: Vec<CommonTable>) -> Result<Query> {
        let start = self.peek();
        let body = self.nested(|c| c.set_operations(0))?;
        let mut query = Query {
            span: self.span_from(start),
            recursive,
            with,
            body,
            order_by: self.order_by()?,
            limit: None,
            offset: None,
            locking: false,
        };
        self.limits(&mut query)?;
        query.span = self.span_from(start);
        Ok(query)
    }

    /// LIMIT, OFFSET, FETCH and FOR UPDATE in any order that PostgreSQL takes.
    fn limits(&mut self, query: &mut Query) -> Result<()> {
        self.locking(query)?;
        loop {
            if self.at(kw::LIMIT) && query.limit.is_none() {
                let limit = self.bump();
                query.limit = Some(if self.eat(kw::ALL) {
                    Expr { span: limit.span(), kind: ExprKind::Null }
                } else {
                    self.expr()?
                });
                if self.at_kind(TokenKind::Comma) {
                    let error = SyntaxError::new(self.peek().span(), "LIMIT #,# syntax is not supported");
                    return Err(error.with_help("write `LIMIT count OFFSET start`"));
                }
            } else if self.at(kw::OFFSET) && query.offset.is_none() {
                self.bump();
                query.offset = Some(self.expr()?);
                let _ = self.eat(kw::ROW) || self.eat(kw::ROWS);
            } else if self.at(kw::FETCH) && query.limit.is_none() {
                let fetch = self.bump();
                if !self.eat(kw::FIRST) {
                    self.expect(kw::NEXT)?;
                }
                query.limit = Some(if self.at_any(&[kw::ROW, kw::ROWS]) {
                    Expr { span: fetch.span(), kind: ExprKind::Number("1".into()) }
                } else {
                    self.fetch_count()?
                });
                if !self.eat(kw::ROW) {
                    self.expect(kw::ROWS)?;
                }
                if !self.eat(kw::ONLY) {
                    self.expect(kw::WITH)?;
                    self.expect(kw::TIES)?;
                }
            } else {
                return self.locking(query);
            }
        }
    }

    /// The count of FETCH: a primary, or a signed number.
    fn fetch_count(&mut self) -> Result<Expr> {
        let start = self.peek();
        if self.eat_operator("+") || self.eat_operator("-") {
            let number = self.primary()?;
            return Ok(self.node(start, ExprKind::Other(vec![number])));
        }
        self.primary()
    }

    fn locking(&mut self, query: &mut Query) -> Result<()> {
        while self.at(kw::FOR) {
            self.bump();
            query.locking = true;
            if self.eat_all(&[kw::READ, kw::ONLY]) {
                continue;
            }
            let strength = self.eat(kw::UPDATE)
                || self.eat_all(&[kw::NO, kw::KEY, kw::UPDATE])
                || self.eat(kw::SHARE)
                || self.eat_all(&[kw::KEY, kw::SHARE]);
            if !strength {
                return self.fail();
            }
            if self.eat(kw::OF) {
                self.comma_list(Self::qualified_name)?;
            }
            let _ = self.eat(kw::NOWAIT) || self.eat_all(&[kw::SKIP, kw::LOCKED]);
        }
        Ok(())
    }

    /// `( query )`; the span is that of what is inside.
    pub fn paren_query(&mut self) -> Result<Query> {
        self.expect_kind(TokenKind::LParen)?;
        let query = self.nested(Self::query)?;
        self.expect_kind(TokenKind::RParen)?;
        Ok(query)
    }

    /// Whether the parenthesis here holds a query rather than an expression or a join: `((SELECT 1))` does, `((SELECT 1) + 1)` does not.
    pub(crate) fn is_query_in_parens(&self) -> bool {
        let mut depth = 0;
        while self.peek_at(depth).kind == TokenKind::LParen {
            depth += 1;
        }
        let starts = matches!(self.keyword_at(depth), Some(kw::SELECT | kw::WITH | kw::VALUES | kw::TABLE));
        if depth == 0 || !starts {
            return false;
        }
        // Every inner parenthesis must be a query that ends the outer one, or goes on as one.
        (1..depth).all(|inner| {
            let Some(close) = self.matching_paren(inner) else { return true };
            match self.peek_at(close + 1).kind {
                TokenKind::RParen => true,
                TokenKind::Keyword(word) => matches!(
                    word,
                    kw::UNION | kw::INTERSECT | kw::EXCEPT | kw::ORDER | kw::LIMIT | kw::OFFSET | kw::FETCH | kw::FOR
                ),
                _ => false,
            }
        })
    }

    fn set_operations(&mut self, min: u8) -> Result<QueryBody> {
        let mut left = self.simple_select()?;
        loop {
            let (op, level) = match self.keyword() {
                Some(kw::UNION) => (SetOperator::Union, 1),
                Some(kw::EXCEPT) => (SetOperator::Except, 1),
                Some(kw::INTERSECT) => (SetOperator::Intersect, 2),
                _ => return Ok(left),
            };
            if level <= min {
                return Ok(left);
            }
            self.bump();
            let all = self.eat(kw::ALL);
            if !all {
                self.eat(kw::DISTINCT);
            }
            let right = self.nested(|c| c.set_operations(level))?;
            left = QueryBody::SetOperation { op, all, left: Box::new(left), right: Box::new(right) };
        }
    }

    fn simple_select(&mut self) -> Result<QueryBody> {
        match self.peek().kind {
            TokenKind::LParen => Ok(QueryBody::Query(Box::new(self.paren_query()?))),
            TokenKind::Keyword(kw::SELECT) => Ok(QueryBody::Select(Box::new(self.select()?))),
            TokenKind::Keyword(kw::VALUES) => {
                self.bump();
                let mut rows = Vec::new();
                loop {
                    let row = self.paren_expr_list()?;
                    if rows.len() < KEPT_ROWS {
                        rows.push(row);
                    }
                    if !self.eat_kind(TokenKind::Comma) {
                        return Ok(QueryBody::Values(rows));
                    }
                }
            }
            TokenKind::Keyword(kw::TABLE) => {
                self.bump();
                let only = self.eat(kw::ONLY);
                let name = self.qualified_name()?;
                if !only {
                    self.eat_operator("*");
                }
                Ok(QueryBody::Table(name))
            }
            _ => self.fail(),
        }
    }

    fn select(&mut self) -> Result<Select> {
        self.bump();
        let mut select = Select::default();
        if self.eat(kw::DISTINCT) {
            select.distinct = true;
            if self.eat(kw::ON) {
                select.distinct_on = self.paren_expr_list()?;
            }
            select.targets = self.target_list()?;
        } else {
            self.eat(kw::ALL);
            if !self.ends_targets() {
                select.targets = self.target_list()?;
            }
        }
        if self.eat(kw::INTO) {
            let _ = (
                self.eat(kw::LOCAL) || self.eat(kw::GLOBAL),
                self.eat(kw::TEMPORARY) || self.eat(kw::TEMP) || self.eat(kw::UNLOGGED),
            );
            self.eat(kw::TABLE);
            select.into = Some(self.qualified_name()?);
        }
        if self.eat(kw::FROM) {
            select.from = self.from_list()?;
        }
        if self.eat(kw::WHERE) {
            select.filter = Some(self.expr()?);
        }
        if self.eat(kw::GROUP) {
            self.expect(kw::BY)?;
            let _ = self.eat(kw::ALL) || self.eat(kw::DISTINCT);
            (select.group_by, select.grouping_sets) = self.group_by()?;
        }
        if self.eat(kw::HAVING) {
            select.having = Some(self.expr()?);
        }
        if self.eat(kw::WINDOW) {
            select.windows = self.comma_list(|c| -> Result<(Name, Window)> {
                let name = c.name()?;
                c.expect(kw::AS)?;
                Ok((name, c.window()?))
            })?;
        }
        Ok(select)
    }

    /// A SELECT without targets: `SELECT FROM t`, `EXISTS (SELECT WHERE …)`.
    fn ends_targets(&self) -> bool {
        match self.peek().kind {
            TokenKind::Eof | TokenKind::RParen | TokenKind::Semicolon => true,
            TokenKind::Keyword(word) => matches!(
                word,
                kw::FROM
                    | kw::INTO
                    | kw::WHERE
                    | kw::GROUP
                    | kw::HAVING
                    | kw::WINDOW
                    | kw::UNION
                    | kw::INTERSECT
                    | kw::EXCEPT
                    | kw::ORDER
                    | kw::LIMIT
                    | kw::OFFSET
                    | kw::FETCH
                    | kw::FOR
            ),
            _ => false,
        }
    }

    fn group_by(&mut self) -> Result<(Vec<Expr>, bool)> {
        let mut exprs = Vec::new();
        let mut sets = false;
        loop {
            let start = self.peek();
            let nested = if self.eat(kw::GROUPING) {
                self.expect(kw::SETS)?;
                true
            } else {
                self.peek_at(1).kind == TokenKind::LParen && (self.eat(kw::CUBE) || self.eat(kw::ROLLUP))
            };
            if nested {
                sets = true;
                self.expect_kind(TokenKind::LParen)?;
                let (inner, _) = self.nested(Self::group_by)?;
                self.expect_kind(TokenKind::RParen)?;
                exprs.extend(inner);
            } else if start.kind == TokenKind::LParen && self.peek_at(1).kind == TokenKind::RParen {
                self.bump();
                self.bump();
                sets = true;
            } else {
                exprs.push(self.expr()?);
            }
            if !self.eat_kind(TokenKind::Comma) {
                return Ok((exprs, sets));
            }
        }
    }

    /// The items of a select list or of RETURNING.
    pub(crate) fn target_list(&mut self) -> Result<Vec<Target>> {
        self.comma_list(|c| {
            if c.at_operator("*") {
                let star = c.bump();
                return Ok(Target { expr: Expr { span: star.span(), kind: ExprKind::Star(Vec::new()) }, alias: None });
            }
            let expr = c.expr()?;
            let alias = if c.eat(kw::AS) { Some(c.label()?) } else { c.bare_label()? };
            Ok(Target { expr, alias })
        })
    }

    /// A label without AS (BareColLabel).
    fn bare_label(&mut self) -> Result<Option<Name>> {
        match self.peek().kind {
            TokenKind::Ident | TokenKind::QuotedIdent | TokenKind::UnicodeIdent => self.label().map(Some),
            TokenKind::Keyword(word) if word.is_bare_label() => self.label().map(Some),
            _ => Ok(None),
        }
    }

    /// `[WITH [RECURSIVE] name AS (…), …]`.
    pub(crate) fn with_clause(&mut self) -> Result<(bool, Vec<CommonTable>)> {
        if !self.eat(kw::WITH) {
            return Ok((false, Vec::new()));
        }
        let recursive = self.eat(kw::RECURSIVE);
        let tables = self.comma_list(|c| {
            let name = c.name()?;
            let columns = if c.at_kind(TokenKind::LParen) { c.paren_list(Self::name)? } else { Vec::new() };
            c.expect(kw::AS)?;
            if c.eat(kw::NOT) {
                c.expect(kw::MATERIALIZED)?;
            } else {
                c.eat(kw::MATERIALIZED);
            }
            c.expect_kind(TokenKind::LParen)?;
            let body = c.nested(Self::common_table_body)?;
            c.expect_kind(TokenKind::RParen)?;
            c.search_and_cycle()?;
            Ok(CommonTable { name, columns, body })
        })?;
        Ok((recursive, tables))
    }

    fn common_table_body(&mut self) -> Result<CommonTableBody> {
        let start = self.peek();
        let (recursive, with) = self.with_clause()?;
        Ok(match self.keyword() {
            Some(kw::INSERT) => CommonTableBody::Insert(Box::new(self.insert(with)?)),
            Some(kw::UPDATE) => CommonTableBody::Update(Box::new(self.update(with)?)),
            Some(kw::DELETE) => CommonTableBody::Delete(Box::new(self.delete(with)?)),
            Some(kw::MERGE) => CommonTableBody::Merge(Box::new(self.merge(with)?)),
            _ => {
                let mut query = self.query_after_with(recursive, with)?;
                query.span = self.span_from(start);
                CommonTableBody::Query(Box::new(query))
            }
        })
    }

    fn search_and_cycle(&mut self) -> Result<()> {
        if self.eat(kw::SEARCH) {
            if !self.eat(kw::DEPTH) {
                self.expect(kw::BREADTH)?;
            }
            self.expect(kw::FIRST)?;
            self.expect(kw::BY)?;
            self.comma_list(Self::name)?;
            self.expect(kw::SET)?;
            self.name()?;
        }
        if self.eat(kw::CYCLE) {
            self.comma_list(Self::name)?;
            self.expect(kw::SET)?;
            self.name()?;
            if self.eat(kw::TO) {
                self.primary()?;
                self.expect(kw::DEFAULT)?;
                self.primary()?;
            }
            self.expect(kw::USING)?;
            self.name()?;
        }
        Ok(())
    }
}

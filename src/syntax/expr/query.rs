//! SELECT, VALUES, TABLE and set operations, with WITH, ORDER BY, LIMIT and locking clauses (SelectStmt).

use crate::syntax::ast::{
    CommonTable, CommonTableBody, Expr, ExprKind, Locking, Name, QualifiedName, Query, QueryBody, Select, SetOperator,
    Target,
};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::{Result, SyntaxError};
use crate::syntax::keywords::{Keyword, kw};
use crate::syntax::lexer::{Token, TokenKind};
use crate::syntax::newer;

/// How many rows of a VALUES list stay in the tree. All are parsed; data of hundreds of thousands of rows is of no use beyond its shape.
const KEPT_ROWS: usize = 100;

impl Cursor<'_> {
    /// A query, in parentheses or not.
    pub fn query(&mut self) -> Result<Query> {
        let start = self.peek();
        let (recursive, with) = self.with_clause()?;
        let mut query = self.query_after_with(recursive, with)?;
        query.span = self.span_from(start);
        Ok(query)
    }

    /// A query whose WITH clause is taken already; the span is that of the rest.
    pub fn query_after_with(&mut self, recursive: bool, with: Vec<CommonTable>) -> Result<Query> {
        let start = self.peek();
        let outer = std::mem::take(&mut self.height);
        let left = self.simple_query()?;
        let mut query = self.query_from(start, left)?;
        self.height = self.height.max(outer);
        if let (Some(first), Some(_)) = (with.first(), inner(&query.body, |query| query.with.first())) {
            return Err(SyntaxError::new(first.name.span, "multiple WITH clauses not allowed"));
        }
        query.recursive = recursive;
        query.with = with;
        Ok(query)
    }

    /// The query that goes on after its first operand.
    pub(super) fn query_from(&mut self, start: Token, left: QueryBody) -> Result<Query> {
        let body = self.set_operations(left, 0)?;
        self.query_end(start, body)
    }

    /// What follows a query's body: its order, limits and locks.
    pub(super) fn query_end(&mut self, start: Token, body: QueryBody) -> Result<Query> {
        let span = self.span_from(start);
        let order_by = self.order_by()?;
        let inner_order = inner(&body, |query| query.order_by.first()).is_some();
        if let (Some(first), true) = (order_by.first(), inner_order) {
            return Err(SyntaxError::new(first.expr.span, "multiple ORDER BY clauses not allowed"));
        }
        let ordered = inner_order || !order_by.is_empty();
        let mut query = Query {
            span,
            recursive: false,
            with: Vec::new(),
            body,
            order_by,
            limit: None,
            offset: None,
            locking: Vec::new(),
        };
        if !self.locking(&mut query, ordered)? {
            self.limits(&mut query, ordered)?;
        }
        query.span = self.span_from(start);
        Ok(query)
    }

    /// `FOR UPDATE …` and then a limit, or nothing.
    fn locking(&mut self, query: &mut Query, ordered: bool) -> Result<bool> {
        if !self.at(kw::FOR) {
            return Ok(false);
        }
        let skips = self.lock_clauses(query)?;
        let ties = self.select_limit(query)?;
        self.check_ties(ties, ordered, skips)?;
        Ok(true)
    }

    /// A limit and then `FOR UPDATE …`, each or nothing.
    fn limits(&mut self, query: &mut Query, ordered: bool) -> Result<()> {
        let ties = self.select_limit(query)?;
        let skips = self.lock_clauses(query)?;
        self.check_ties(ties, ordered, skips)
    }

    fn check_ties(&self, ties: Option<Token>, ordered: bool, skips: bool) -> Result<()> {
        match ties {
            Some(ties) if !ordered => {
                Err(SyntaxError::new(ties.span(), "WITH TIES cannot be specified without ORDER BY clause"))
            }
            Some(ties) if skips => {
                Err(SyntaxError::new(ties.span(), "SKIP LOCKED and WITH TIES options cannot be used together"))
            }
            _ => Ok(()),
        }
    }

    /// LIMIT or FETCH, and OFFSET, in either order. WITH TIES is what it returns.
    fn select_limit(&mut self, query: &mut Query) -> Result<Option<Token>> {
        let mut ties = None;
        if self.at(kw::OFFSET) {
            self.offset(query)?;
            if self.at_any(&[kw::LIMIT, kw::FETCH]) {
                ties = self.limit(query)?;
            }
        } else if self.at_any(&[kw::LIMIT, kw::FETCH]) {
            ties = self.limit(query)?;
            if self.at(kw::OFFSET) {
                self.offset(query)?;
            }
        }
        for (clause, limit, earlier) in [
            ("OFFSET", &query.offset, inner(&query.body, |query| query.offset.as_ref())),
            ("LIMIT", &query.limit, inner(&query.body, |query| query.limit.as_ref())),
        ] {
            if let (Some(limit), Some(_)) = (limit, earlier) {
                return Err(SyntaxError::new(limit.span, format!("multiple {clause} clauses not allowed")));
            }
        }
        Ok(ties)
    }

    fn limit(&mut self, query: &mut Query) -> Result<Option<Token>> {
        let clause = self.bump();
        if clause.kind == TokenKind::Keyword(kw::FETCH) {
            return self.fetch_rows(clause, query);
        }
        query.limit = Some(if self.at(kw::ALL) {
            let all = self.bump();
            self.node(all, ExprKind::Null)
        } else {
            self.expr()?
        });
        if self.eat_kind(TokenKind::Comma) {
            self.expr()?;
            let error = SyntaxError::new(clause.span(), "LIMIT #,# syntax is not supported");
            return Err(error.with_help("Use separate LIMIT and OFFSET clauses."));
        }
        Ok(None)
    }

    /// `FETCH FIRST [count] ROWS ONLY | WITH TIES`, after FETCH.
    fn fetch_rows(&mut self, clause: Token, query: &mut Query) -> Result<Option<Token>> {
        if !self.eat(kw::FIRST) {
            self.expect(kw::NEXT)?;
        }
        let count = if self.at_any(&[kw::ROW, kw::ROWS]) && !self.at_row_constructor() {
            Expr { span: clause.span(), kind: ExprKind::Number("1".into()) }
        } else if self.at_operator("+") || self.at_operator("-") {
            self.signed_number()?
        } else {
            self.primary()?
        };
        query.limit = Some(count);
        if !self.eat(kw::ROW) {
            self.expect(kw::ROWS)?;
        }
        if self.eat(kw::ONLY) {
            return Ok(None);
        }
        let with = self.peek();
        self.expect(kw::WITH)?;
        self.expect(kw::TIES)?;
        Ok(Some(with))
    }

    fn at_row_constructor(&self) -> bool {
        self.at(kw::ROW) && self.peek_at(1).kind == TokenKind::LParen
    }

    fn signed_number(&mut self) -> Result<Expr> {
        let sign = self.bump();
        let number = self.peek();
        if !matches!(number.kind, TokenKind::Integer | TokenKind::Float) {
            return self.fail();
        }
        let expr = Box::new(self.primary()?);
        Ok(self.node(sign, ExprKind::Unary { op: self.text_of(sign).into(), expr }))
    }

    /// `OFFSET expr`, `OFFSET operand ROWS`.
    fn offset(&mut self, query: &mut Query) -> Result<()> {
        self.bump();
        let (offset, rows) = if self.at_prefix() {
            let offset = self.expr()?;
            let signed = matches!(&offset.kind, ExprKind::Unary { op, expr }
                if matches!(&**op, "+" | "-") && matches!(expr.kind, ExprKind::Number(_)));
            (offset, signed)
        } else {
            let operand = self.primary()?;
            if self.at_any(&[kw::ROW, kw::ROWS]) { (operand, true) } else { (self.expr_after(operand)?, false) }
        };
        if rows {
            let _ = self.eat(kw::ROW) || self.eat(kw::ROWS);
        }
        query.offset = Some(offset);
        Ok(())
    }

    /// `FOR UPDATE [OF …] [NOWAIT | SKIP LOCKED] …`, `FOR READ ONLY`; whether one of them skips.
    fn lock_clauses(&mut self, query: &mut Query) -> Result<bool> {
        if self.eat_all(&[kw::FOR, kw::READ]) {
            self.expect(kw::ONLY)?;
            return Ok(false);
        }
        let mut skips = false;
        while self.eat(kw::FOR) {
            let words = if self.eat(kw::NO) {
                self.expect_all(&[kw::KEY, kw::UPDATE])?;
                "FOR NO KEY UPDATE"
            } else if self.eat(kw::UPDATE) {
                "FOR UPDATE"
            } else {
                let key = self.eat(kw::KEY);
                self.expect(kw::SHARE)?;
                if key { "FOR KEY SHARE" } else { "FOR SHARE" }
            };
            let tables = if self.eat(kw::OF) { self.comma_list(Self::qualified_name)? } else { Vec::new() };
            query.locking.push(Locking { words, tables });
            if self.eat(kw::SKIP) {
                self.expect(kw::LOCKED)?;
                skips = true;
            } else {
                self.eat(kw::NOWAIT);
            }
        }
        Ok(skips)
    }

    /// `( query )`; the span is that of what is inside.
    pub fn paren_query(&mut self) -> Result<Query> {
        self.nested(Self::query_in_parens)
    }

    pub(super) fn query_in_parens(&mut self) -> Result<Query> {
        self.expect_kind(TokenKind::LParen)?;
        let query = self.query()?;
        self.expect_kind(TokenKind::RParen)?;
        Ok(query)
    }

    /// Whether a query that is not in parentheses may start `n` tokens on.
    pub(crate) fn at_query(&self, n: usize) -> bool {
        match self.keyword_at(n) {
            Some(kw::SELECT | kw::WITH | kw::TABLE) => true,
            // VALUES may name a column.
            Some(kw::VALUES) => self.peek_at(n + 1).kind == TokenKind::LParen,
            _ => false,
        }
    }

    /// Whether a query in parentheses goes on here, rather than being an operand or a table.
    pub(super) fn at_query_continuation(&self) -> bool {
        self.at_any(&[kw::UNION, kw::INTERSECT, kw::EXCEPT, kw::ORDER, kw::LIMIT, kw::OFFSET, kw::FETCH, kw::FOR])
    }

    /// The set operations on `left` that bind more strongly than `min`.
    fn set_operations(&mut self, mut left: QueryBody, min: u8) -> Result<QueryBody> {
        loop {
            let (op, strength) = match self.keyword() {
                Some(kw::UNION) => (SetOperator::Union, 1),
                Some(kw::EXCEPT) => (SetOperator::Except, 1),
                Some(kw::INTERSECT) => (SetOperator::Intersect, 2),
                _ => return Ok(left),
            };
            if strength <= min {
                return Ok(left);
            }
            self.grow_taller(super::BRANCH)?;
            self.bump();
            let all = self.eat(kw::ALL);
            if !all {
                self.eat(kw::DISTINCT);
            }
            let right = self.simple_query()?;
            let right = self.set_operations(right, strength)?;
            left = QueryBody::SetOperation { op, all, left: Box::new(left), right: Box::new(right) };
        }
    }

    /// An operand of set operations.
    fn simple_query(&mut self) -> Result<QueryBody> {
        match self.peek().kind {
            TokenKind::LParen => Ok(QueryBody::Query(Box::new(self.paren_query()?))),
            TokenKind::Keyword(kw::SELECT) => Ok(QueryBody::Select(Box::new(self.select()?))),
            TokenKind::Keyword(kw::VALUES) => self.values().map(QueryBody::Values),
            TokenKind::Keyword(kw::TABLE) => {
                self.bump();
                Ok(QueryBody::Table(self.relation()?.0))
            }
            _ => self.fail(),
        }
    }

    fn values(&mut self) -> Result<Vec<Vec<Expr>>> {
        self.bump();
        let mut rows = vec![self.paren_expr_list()?];
        while self.eat_kind(TokenKind::Comma) {
            let row = self.paren_expr_list()?;
            if rows.len() < KEPT_ROWS {
                rows.push(row);
            }
        }
        Ok(rows)
    }

    fn select(&mut self) -> Result<Select> {
        self.bump();
        self.select_body(true)
    }

    /// What stands after SELECT.
    pub(super) fn select_body(&mut self, takes_into: bool) -> Result<Select> {
        let mut select = Select::default();
        if self.eat(kw::DISTINCT) {
            select.distinct = true;
            if self.eat(kw::ON) {
                select.distinct_on = self.paren_expr_list()?;
            }
        } else {
            self.eat(kw::ALL);
        }
        // A SELECT DISTINCT of nothing is one in PL/pgSQL only.
        if (select.distinct && takes_into) || self.at_operator("*") || self.may_start_operand(0) {
            select.targets = self.target_list()?;
        }
        if takes_into && self.eat(kw::INTO) {
            select.into = Some(self.name_of_into()?);
        }
        if self.eat(kw::FROM) {
            select.from = self.table_references()?;
        }
        if self.eat(kw::WHERE) {
            select.filter = Some(self.expr()?);
        }
        if self.eat(kw::GROUP) {
            self.expect(kw::BY)?;
            let _ = self.eat(kw::ALL) || self.eat(kw::DISTINCT);
            select.grouping_sets = self.group_by(&mut select.group_by)?;
        }
        if self.eat(kw::HAVING) {
            select.having = Some(self.expr()?);
        }
        if self.eat(kw::WINDOW) {
            select.windows = self.comma_list(|c| {
                let name = c.name()?;
                c.expect(kw::AS)?;
                Ok((name, c.window()?))
            })?;
        }
        Ok(select)
    }

    /// `[TEMPORARY | UNLOGGED] [TABLE] name`.
    fn name_of_into(&mut self) -> Result<QualifiedName> {
        let temporary: &[Keyword] = &[kw::TEMPORARY, kw::TEMP];
        if self.at_any(&[kw::LOCAL, kw::GLOBAL]) && self.keyword_at(1).is_some_and(|next| temporary.contains(&next)) {
            self.bump();
        }
        // Each of these words may be the table's name, too: then nothing that begins a name follows.
        let noise = self.at_any(temporary) || self.at(kw::UNLOGGED);
        if noise && (self.is_name(1) || self.keyword_at(1) == Some(kw::TABLE)) {
            self.bump();
        }
        self.eat(kw::TABLE);
        self.qualified_name()
    }

    /// The items of GROUP BY; whether GROUPING SETS, CUBE or ROLLUP is among them.
    fn group_by(&mut self, exprs: &mut Vec<Expr>) -> Result<bool> {
        let mut sets = false;
        loop {
            let called = self.peek_at(1).kind == TokenKind::LParen;
            if self.at(kw::GROUPING) && self.keyword_at(1) == Some(kw::SETS) {
                self.bump();
                self.bump();
                self.expect_kind(TokenKind::LParen)?;
                self.nested(|c| c.group_by(exprs))?;
                self.expect_kind(TokenKind::RParen)?;
                sets = true;
            } else if called && self.at_any(&[kw::CUBE, kw::ROLLUP]) {
                self.bump();
                exprs.extend(self.paren_expr_list()?);
                sets = true;
            } else if self.at_kind(TokenKind::LParen) && self.peek_at(1).kind == TokenKind::RParen {
                self.bump();
                self.bump();
                sets = true;
            } else {
                exprs.push(self.expr()?);
            }
            if !self.eat_kind(TokenKind::Comma) {
                return Ok(sets);
            }
        }
    }

    /// The items of a select list or of RETURNING.
    pub(crate) fn target_list(&mut self) -> Result<Vec<Target>> {
        self.comma_list(|c| {
            let start = c.peek();
            if c.eat_operator("*") {
                return Ok(Target { expr: c.node(start, ExprKind::Star(Vec::new())), alias: None });
            }
            let expr = c.labelled_expr()?;
            let alias = if c.eat(kw::AS) { Some(c.label()?) } else { c.bare_label()? };
            Ok(Target { expr, alias })
        })
    }

    /// A label without AS (BareColLabel).
    fn bare_label(&mut self) -> Result<Option<Name>> {
        match self.peek().kind {
            TokenKind::Ident | TokenKind::QuotedIdent | TokenKind::UnicodeIdent => self.label().map(Some),
            TokenKind::Keyword(word) if word.is_bare_label() && !self.is_half_of_a_pair(0) => self.label().map(Some),
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
            let added = c.search_and_cycle()?;
            Ok(CommonTable { name, columns, body, recursive, added })
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
            Some(kw::MERGE) => {
                self.note_newer(self.peek(), &newer::MERGE_IN_WITH);
                CommonTableBody::Merge(Box::new(self.merge(with)?))
            }
            _ => {
                let mut query = self.query_after_with(recursive, with)?;
                query.span = self.span_from(start);
                CommonTableBody::Query(query.into())
            }
        })
    }

    /// The columns that they add.
    fn search_and_cycle(&mut self) -> Result<Vec<Name>> {
        let mut added = Vec::new();
        if self.eat(kw::SEARCH) {
            if !self.eat(kw::DEPTH) {
                self.expect(kw::BREADTH)?;
            }
            self.expect(kw::FIRST)?;
            self.expect(kw::BY)?;
            self.comma_list(Self::name)?;
            self.expect(kw::SET)?;
            added.push(self.name()?);
        }
        if self.eat(kw::CYCLE) {
            self.comma_list(Self::name)?;
            self.expect(kw::SET)?;
            added.push(self.name()?);
            if self.eat(kw::TO) {
                self.primary()?;
                self.expect(kw::DEFAULT)?;
                self.primary()?;
            }
            self.expect(kw::USING)?;
            added.push(self.name()?);
        }
        Ok(added)
    }
}

/// What a query in parentheses, and in any parentheses inside of those, has of a clause.
fn inner<'q, T>(body: &'q QueryBody, clause: impl Fn(&'q Query) -> Option<&'q T>) -> Option<&'q T> {
    let mut body = body;
    while let QueryBody::Query(query) = body {
        if let Some(found) = clause(query) {
            return Some(found);
        }
        body = &query.body;
    }
    None
}

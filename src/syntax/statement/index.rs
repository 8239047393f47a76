//! CREATE INDEX, and the elements of indexes, exclusion constraints and partition keys.

use crate::syntax::ast::{CreateIndex, Expr, ExprKind, IndexElement, StatementKind};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::Result;
use crate::syntax::keywords::kw;
use crate::syntax::lexer::TokenKind;

impl Cursor<'_> {
    /// From `INDEX` on, after `CREATE [UNIQUE]`.
    pub(super) fn create_index(&mut self, unique: bool) -> Result<StatementKind> {
        let index_keyword = self.expect(kw::INDEX)?;
        let concurrently = self.eat_span(kw::CONCURRENTLY);
        let if_not_exists = self.if_not_exists()?;
        let name = if self.at(kw::ON) && !if_not_exists { None } else { Some(self.name()?) };
        self.expect(kw::ON)?;
        let (table, only) = self.relation()?;
        let method = self.access_method()?;
        let elements = self.paren_list(Self::index_element)?;
        let include = if self.eat(kw::INCLUDE) { self.paren_list(Self::included_column)? } else { Vec::new() };
        let nulls_not_distinct = self.nulls_not_distinct()?;
        let with = self.with_storage_parameters()?;
        let tablespace = self.tablespace()?;
        let filter = if self.eat(kw::WHERE) { Some(self.expr()?.into()) } else { None };
        Ok(StatementKind::CreateIndex(Box::new(CreateIndex {
            name,
            if_not_exists,
            unique,
            concurrently,
            table,
            only,
            method,
            elements,
            include: include.into_iter().flatten().collect(),
            nulls_not_distinct,
            with,
            tablespace,
            filter,
            index_keyword,
        })))
    }

    /// INCLUDE takes the grammar of any element; only a plain column has a meaning there.
    fn included_column(&mut self) -> Result<Option<crate::syntax::ast::Name>> {
        match &self.index_element()?.expr.kind {
            ExprKind::Column(names) => Ok(names.last().cloned()),
            _ => Ok(None),
        }
    }

    /// `{column | function(…) | (expr)} [COLLATE …] [operator class [(…)]] [ASC | DESC] [NULLS {FIRST | LAST}]`.
    pub(in crate::syntax) fn index_element(&mut self) -> Result<IndexElement> {
        let mut element = self.key_without_order()?;
        if element.operator_class.is_some() && self.at_kind(TokenKind::LParen) {
            element.operator_class_options = self.storage_parameters()?;
        }
        element.descending = self.eat(kw::DESC);
        if !element.descending {
            self.eat(kw::ASC);
        }
        // NULLS alone may follow: UNIQUE … NULLS DISTINCT.
        if self.at(kw::NULLS) && matches!(self.keyword_at(1), Some(kw::FIRST | kw::LAST)) {
            self.bump();
            element.nulls_first = Some(self.bump().kind == TokenKind::Keyword(kw::FIRST));
        }
        Ok(element)
    }

    /// An element of PARTITION BY.
    pub(super) fn partition_key(&mut self) -> Result<IndexElement> {
        self.key_without_order()
    }

    fn key_without_order(&mut self) -> Result<IndexElement> {
        let expr = self.key_expression()?.into();
        let collation = self.collation()?;
        let operator_class = if self.at_name() { Some(self.qualified_name()?) } else { None };
        Ok(IndexElement {
            expr,
            collation,
            operator_class,
            operator_class_options: Vec::new(),
            descending: false,
            nulls_first: None,
        })
    }

    /// A column, a function call without anything around it, or an expression in parentheses.
    pub(super) fn key_expression(&mut self) -> Result<Expr> {
        if self.at_kind(TokenKind::LParen) {
            return self.paren_expr();
        }
        if let Some(end) = self.call_end() {
            return self.limited(end, Self::expr);
        }
        let name = self.name()?;
        Ok(Expr { span: name.span, kind: ExprKind::Column(vec![name]) })
    }

    /// Where the call that begins here ends: `f(…)`, `s.f(…)`, or a keyword that is a call by itself.
    pub(super) fn call_end(&self) -> Option<usize> {
        let at = self.position();
        if self.keyword().is_some_and(is_call_without_arguments) && self.peek_at(1).kind != TokenKind::LParen {
            return Some(at + 1);
        }
        let mut n = 1;
        while self.peek_at(n).kind == TokenKind::Dot {
            n += 2;
        }
        if !matches!(
            self.peek().kind,
            TokenKind::Ident | TokenKind::QuotedIdent | TokenKind::UnicodeIdent | TokenKind::Keyword(_)
        ) || self.peek_at(n).kind != TokenKind::LParen
        {
            return None;
        }
        let mut depth = 0usize;
        loop {
            match self.peek_at(n).kind {
                TokenKind::LParen => depth += 1,
                TokenKind::RParen => depth -= 1,
                TokenKind::Eof => return Some(at + n),
                _ => {}
            }
            n += 1;
            if depth == 0 {
                return Some(at + n);
            }
        }
    }
}

fn is_call_without_arguments(keyword: crate::syntax::keywords::Keyword) -> bool {
    matches!(
        keyword,
        kw::CURRENT_DATE
            | kw::CURRENT_TIME
            | kw::CURRENT_TIMESTAMP
            | kw::LOCALTIME
            | kw::LOCALTIMESTAMP
            | kw::CURRENT_ROLE
            | kw::CURRENT_USER
            | kw::USER
            | kw::SESSION_USER
            | kw::SYSTEM_USER
            | kw::CURRENT_CATALOG
            | kw::CURRENT_SCHEMA
    )
}

//! The grammar of statements, one module for each family, after the synopses of PostgreSQL's manual.

mod alter;
mod alter_table;
mod common;
mod constraint;
mod constraint_attributes;
mod copy;
mod create;
mod create_type;
mod database;
mod drop;
mod foreign;
mod function;
mod index;
mod maintenance;
mod object;
mod operator;
mod policy;
mod privileges;
mod publication;
mod role;
mod routine;
mod schema;
mod sequence;
mod session;
mod settings;
mod table;
#[cfg(test)]
mod tests;
mod text_search;
mod transaction;
mod trigger;
mod view;

use super::ast::{CreateTableAs, Persistence, Query, QueryBody, Statement, StatementKind, TableSource};
use super::cursor::Cursor;
use super::error::Result;
use super::keywords::kw;
use super::lexer::TokenKind;

impl Cursor<'_> {
    /// One statement, up to where it ends: the caller checks what is left.
    pub fn statement(&mut self) -> Result<Statement> {
        let start = self.peek();
        let kind = self.nested(Self::statement_kind)?;
        Ok(Statement { span: self.span_from(start), kind })
    }

    fn statement_kind(&mut self) -> Result<StatementKind> {
        if self.at_kind(TokenKind::LParen) {
            return self.select_statement();
        }
        let Some(keyword) = self.keyword() else { return self.fail() };
        match keyword {
            kw::SELECT | kw::VALUES | kw::TABLE => self.select_statement(),
            kw::WITH => self.with_statement(),
            kw::INSERT => self.insert(Vec::new()).map(|insert| StatementKind::Insert(Box::new(insert))),
            kw::UPDATE => self.update(Vec::new()).map(|update| StatementKind::Update(Box::new(update))),
            kw::DELETE => self.delete(Vec::new()).map(|delete| StatementKind::Delete(Box::new(delete))),
            kw::MERGE => self.merge(Vec::new()).map(|merge| StatementKind::Merge(Box::new(merge))),
            kw::CREATE => self.create_statement(),
            kw::ALTER => self.alter_statement(),
            kw::DROP => self.drop_statement(),
            kw::COMMENT => self.comment(),
            kw::GRANT => self.grant(),
            kw::REVOKE => self.revoke(),
            kw::DO => self.do_block(),
            kw::SET => self.set_statement(),
            kw::RESET => self.reset(),
            kw::SHOW => self.show(),
            kw::DISCARD => self.discard(),
            kw::PREPARE if !self.at_prepared_transaction() => self.prepare(),
            kw::ABORT
            | kw::BEGIN
            | kw::START
            | kw::COMMIT
            | kw::END
            | kw::ROLLBACK
            | kw::SAVEPOINT
            | kw::RELEASE
            | kw::PREPARE => self.transaction().map(StatementKind::Transaction),
            kw::TRUNCATE => self.truncate(),
            kw::LOCK => self.lock(),
            kw::REINDEX => self.reindex(),
            kw::VACUUM => self.vacuum(),
            kw::ANALYZE | kw::ANALYSE => self.analyze(),
            kw::CLUSTER => self.cluster(),
            kw::REFRESH => self.refresh_materialized_view(),
            kw::COPY => self.copy(),
            kw::CALL => self.call_statement(),
            kw::SECURITY => self.security_label(),
            kw::REASSIGN => self.reassign_owned(),
            kw::EXECUTE => self.execute(),
            kw::DEALLOCATE => self.deallocate(),
            kw::DECLARE => self.declare_cursor(),
            kw::FETCH | kw::MOVE => self.fetch(),
            kw::CLOSE => self.close_cursor(),
            kw::LISTEN | kw::NOTIFY | kw::UNLISTEN => self.notification(),
            kw::EXPLAIN => self.explain(),
            kw::CHECKPOINT => self.checkpoint(),
            kw::LOAD => self.load(),
            kw::IMPORT => self.import_foreign_schema(),
            _ => self.fail(),
        }
    }

    /// `PREPARE TRANSACTION 'id'`, not a prepared statement that is called transaction.
    fn at_prepared_transaction(&self) -> bool {
        self.keyword_at(1) == Some(kw::TRANSACTION) && self.keyword_at(2) != Some(kw::AS)
    }

    /// WITH before any statement on data.
    fn with_statement(&mut self) -> Result<StatementKind> {
        let start = self.peek();
        let (recursive, with) = self.with_clause()?;
        match self.keyword() {
            Some(kw::INSERT) => self.insert(with).map(|insert| StatementKind::Insert(Box::new(insert))),
            Some(kw::UPDATE) => self.update(with).map(|update| StatementKind::Update(Box::new(update))),
            Some(kw::DELETE) => self.delete(with).map(|delete| StatementKind::Delete(Box::new(delete))),
            Some(kw::MERGE) => self.merge(with).map(|merge| StatementKind::Merge(Box::new(merge))),
            _ => {
                let mut query = self.query_after_with(recursive, with)?;
                query.span = self.span_from(start);
                Ok(self.selected(query))
            }
        }
    }

    /// A query; `SELECT … INTO` creates a table.
    fn select_statement(&mut self) -> Result<StatementKind> {
        let query = self.query()?;
        Ok(self.selected(query))
    }

    fn selected(&self, mut query: Query) -> StatementKind {
        let Some(name) = take_into(&mut query) else { return StatementKind::Query(Box::new(query)) };
        let persistence = self.persistence_before(name.span().start);
        StatementKind::CreateTableAs(Box::new(CreateTableAs {
            name,
            if_not_exists: false,
            materialized: false,
            persistence,
            columns: Vec::new(),
            query: TableSource::Query(query.into()),
            with_data: true,
        }))
    }

    /// What stands before the name of `INTO [TEMPORARY | UNLOGGED] [TABLE] name`.
    fn persistence_before(&self, name: u32) -> Persistence {
        let mut words = self.before(name).rev().filter(|kind| *kind != TokenKind::Keyword(kw::TABLE));
        match words.next() {
            Some(TokenKind::Keyword(kw::TEMPORARY | kw::TEMP)) => Persistence::Temporary,
            Some(TokenKind::Keyword(kw::UNLOGGED)) => Persistence::Unlogged,
            _ => Persistence::Permanent,
        }
    }
}

/// The INTO clause, which stands in the first SELECT.
fn take_into(query: &mut Query) -> Option<super::ast::QualifiedName> {
    let mut body = &mut query.body;
    loop {
        match body {
            QueryBody::Select(select) => return select.into.take(),
            QueryBody::SetOperation { left, .. } => body = left,
            QueryBody::Query(query) => body = &mut query.body,
            QueryBody::Values(_) | QueryBody::Table(_) => return None,
        }
    }
}

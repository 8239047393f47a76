//! Views and materialized views.

use crate::syntax::ast::{CreateTableAs, CreateView, Persistence, RefreshMaterializedView, StatementKind, TableSource};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::{Result, SyntaxError};
use crate::syntax::keywords::kw;

impl Cursor<'_> {
    /// From `[RECURSIVE] VIEW` on.
    pub(super) fn create_view(&mut self, or_replace: bool, persistence: Persistence) -> Result<StatementKind> {
        let recursive = self.eat(kw::RECURSIVE);
        self.expect(kw::VIEW)?;
        let name = self.qualified_name()?;
        let columns = if recursive { self.paren_list(Self::name)? } else { self.optional_columns()? };
        let with = self.with_storage_parameters()?;
        self.expect(kw::AS)?;
        let query = self.query()?;
        let start = self.peek();
        let check_option = self.check_option()?;
        if check_option && recursive {
            let message = "WITH CHECK OPTION not supported on recursive views";
            return Err(SyntaxError::new(self.span_from(start), message).with_sqlstate("0A000"));
        }
        Ok(StatementKind::CreateView(Box::new(CreateView {
            name,
            or_replace,
            persistence,
            recursive,
            columns,
            with,
            query: query.into(),
            check_option,
        })))
    }

    /// `[WITH [CASCADED | LOCAL] CHECK OPTION]`.
    fn check_option(&mut self) -> Result<bool> {
        if !self.eat(kw::WITH) {
            return Ok(false);
        }
        let _ = self.eat(kw::CASCADED) || self.eat(kw::LOCAL);
        self.expect_all(&[kw::CHECK, kw::OPTION])?;
        Ok(true)
    }

    /// From `MATERIALIZED VIEW` on.
    pub(super) fn create_materialized_view(&mut self, persistence: Persistence) -> Result<StatementKind> {
        self.expect_all(&[kw::MATERIALIZED, kw::VIEW])?;
        let if_not_exists = self.if_not_exists()?;
        let name = self.qualified_name()?;
        let columns = self.optional_columns()?;
        self.access_method()?;
        self.with_storage_parameters()?;
        self.tablespace()?;
        self.expect(kw::AS)?;
        let query = TableSource::Query(self.query()?.into());
        let with_data = self.with_data()?;
        Ok(StatementKind::CreateTableAs(Box::new(CreateTableAs {
            name,
            if_not_exists,
            materialized: true,
            persistence,
            columns,
            query,
            with_data,
        })))
    }

    /// REFRESH MATERIALIZED VIEW.
    pub(super) fn refresh_materialized_view(&mut self) -> Result<StatementKind> {
        self.expect_all(&[kw::REFRESH, kw::MATERIALIZED, kw::VIEW])?;
        let concurrently = self.eat_span(kw::CONCURRENTLY);
        let name = self.qualified_name()?;
        let with_data = self.with_data()?;
        Ok(StatementKind::RefreshMaterializedView(Box::new(RefreshMaterializedView { name, concurrently, with_data })))
    }
}

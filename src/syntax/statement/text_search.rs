//! Text search parsers, dictionaries, templates and configurations: parsed, and not followed by the replay.

use crate::syntax::ast::{ObjectKind, Other, QualifiedName, StatementKind};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::Result;
use crate::syntax::keywords::kw;
use crate::syntax::statement::common::{Definition, other};

impl Cursor<'_> {
    /// After TEXT: `SEARCH {PARSER | DICTIONARY | TEMPLATE | CONFIGURATION}`.
    pub(super) fn text_search_kind(&mut self) -> Result<ObjectKind> {
        self.expect(kw::SEARCH)?;
        let kind = match self.keyword() {
            Some(kw::PARSER) => ObjectKind::TextSearchParser,
            Some(kw::DICTIONARY) => ObjectKind::TextSearchDictionary,
            Some(kw::TEMPLATE) => ObjectKind::TextSearchTemplate,
            Some(kw::CONFIGURATION) => ObjectKind::TextSearchConfiguration,
            _ => return self.fail(),
        };
        self.bump();
        Ok(kind)
    }

    /// After `CREATE TEXT`.
    pub(super) fn create_text_search(&mut self) -> Result<StatementKind> {
        let tag = match self.text_search_kind()? {
            ObjectKind::TextSearchParser => "CREATE TEXT SEARCH PARSER",
            ObjectKind::TextSearchDictionary => "CREATE TEXT SEARCH DICTIONARY",
            ObjectKind::TextSearchTemplate => "CREATE TEXT SEARCH TEMPLATE",
            _ => "CREATE TEXT SEARCH CONFIGURATION",
        };
        let name = self.qualified_name()?;
        let options = self.definition()?.into_iter().map(Definition::into_item).collect();
        Ok(StatementKind::Other(Box::new(Other { tag, name: Some(name), options, ..Other::default() })))
    }

    /// The forms of ALTER TEXT SEARCH that belong to one kind.
    pub(super) fn alter_text_search_own(&mut self, kind: ObjectKind, name: QualifiedName) -> Result<StatementKind> {
        if kind == ObjectKind::TextSearchDictionary {
            self.definition()?;
            return Ok(other("ALTER TEXT SEARCH DICTIONARY", Some(name)));
        }
        if kind != ObjectKind::TextSearchConfiguration {
            return self.fail();
        }
        match self.keyword() {
            Some(kw::ADD) => {
                self.expect_all(&[kw::ADD, kw::MAPPING, kw::FOR])?;
                self.name_list()?;
                self.expect(kw::WITH)?;
                self.qualified_name_list()?;
            }
            Some(kw::DROP) => {
                self.expect_all(&[kw::DROP, kw::MAPPING])?;
                self.if_exists();
                self.expect(kw::FOR)?;
                self.name_list()?;
            }
            _ => self.alter_mapping()?,
        }
        Ok(other("ALTER TEXT SEARCH CONFIGURATION", Some(name)))
    }

    fn alter_mapping(&mut self) -> Result<()> {
        self.expect_all(&[kw::ALTER, kw::MAPPING])?;
        let tokens = self.eat(kw::FOR);
        if tokens {
            self.name_list()?;
        }
        if self.eat(kw::REPLACE) {
            self.qualified_name()?;
            self.expect(kw::WITH)?;
            return self.qualified_name().map(|_| ());
        }
        if !tokens {
            return self.fail();
        }
        self.expect(kw::WITH)?;
        self.qualified_name_list().map(|_| ())
    }
}

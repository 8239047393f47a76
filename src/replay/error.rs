//! Why a statement did not apply.

use std::ops::{Deref, DerefMut};

use crate::source::Span;
use crate::syntax::ast::Symbol;

/// The error that PostgreSQL would raise: one pointer, so that every `?` of the replay has little to move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqlError(Box<Report>);

/// What a [`SqlError`] says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Five characters, as in appendix A of the manual.
    pub sqlstate: &'static str,
    /// PostgreSQL's primary message, word for word.
    pub message: String,
    /// What the message is about: a name in the statement where possible, else the statement.
    pub span: Span,
    pub detail: Option<String>,
    pub hint: Option<String>,
    /// The object that is missing (or there already): what consequences of one mistake have in common.
    pub subject: Option<Box<Subject>>,
}

/// An object by the word of the message and its name as the catalog would have it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Subject {
    /// `relation`, `column`, `type`, `function` …
    pub kind: &'static str,
    /// `schema.name`, or the name alone where the statement gave no schema; `relation.column` for columns.
    pub name: String,
}

impl Deref for SqlError {
    type Target = Report;

    fn deref(&self) -> &Report {
        &self.0
    }
}

impl DerefMut for SqlError {
    fn deref_mut(&mut self) -> &mut Report {
        &mut self.0
    }
}

impl SqlError {
    pub fn new(sqlstate: &'static str, span: Span, message: impl Into<String>) -> Self {
        let message = message.into();
        Self(Box::new(Report { sqlstate, message, span, detail: None, hint: None, subject: None }))
    }

    pub fn into_report(self) -> Report {
        *self.0
    }

    pub fn about(mut self, kind: &'static str, name: impl Into<String>) -> Self {
        self.subject = Some(Box::new(Subject { kind, name: name.into() }));
        self
    }

    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// SQLSTATEs by the names that PostgreSQL's sources use.
pub mod state {
    pub const SYNTAX_ERROR: &str = "42601";
    pub const UNDEFINED_TABLE: &str = "42P01";
    pub const UNDEFINED_COLUMN: &str = "42703";
    pub const UNDEFINED_FUNCTION: &str = "42883";
    pub const UNDEFINED_OBJECT: &str = "42704";
    pub const UNDEFINED_SCHEMA: &str = "3F000";
    pub const UNDEFINED_DATABASE: &str = "3D000";
    pub const UNDEFINED_SAVEPOINT: &str = "3B001";
    pub const DUPLICATE_TABLE: &str = "42P07";
    pub const DUPLICATE_COLUMN: &str = "42701";
    pub const DUPLICATE_OBJECT: &str = "42710";
    pub const DUPLICATE_FUNCTION: &str = "42723";
    pub const DUPLICATE_SCHEMA: &str = "42P06";
    pub const DUPLICATE_ALIAS: &str = "42712";
    pub const DEPENDENT_OBJECTS: &str = "2BP01";
    pub const WRONG_OBJECT_TYPE: &str = "42809";
    pub const INVALID_FOREIGN_KEY: &str = "42830";
    pub const DATATYPE_MISMATCH: &str = "42804";
    pub const INVALID_TABLE_DEFINITION: &str = "42P16";
    pub const INVALID_OBJECT_DEFINITION: &str = "42P17";
    pub const INVALID_FUNCTION_DEFINITION: &str = "42P13";
    pub const INVALID_COLUMN_REFERENCE: &str = "42P10";
    pub const AMBIGUOUS_FUNCTION: &str = "42725";
    pub const INDETERMINATE_DATATYPE: &str = "42P18";
    pub const UNDEFINED_PARAMETER: &str = "42P02";
    pub const INVALID_RECURSION: &str = "42P19";
    pub const GROUPING_ERROR: &str = "42803";
    pub const WINDOWING_ERROR: &str = "42P20";
    pub const AMBIGUOUS_COLUMN: &str = "42702";
    pub const FEATURE_NOT_SUPPORTED: &str = "0A000";
    pub const INVALID_PARAMETER_VALUE: &str = "22023";
    pub const OBJECT_NOT_IN_PREREQUISITE_STATE: &str = "55000";
    pub const UNSAFE_NEW_ENUM_VALUE: &str = "55P04";
    pub const RESERVED_NAME: &str = "42939";
    pub const INSUFFICIENT_PRIVILEGE: &str = "42501";
    pub const INVALID_GRANT_OPERATION: &str = "0LP01";
    pub const ACTIVE_SQL_TRANSACTION: &str = "25001";
    pub const NO_ACTIVE_SQL_TRANSACTION: &str = "25P01";
    pub const IN_FAILED_TRANSACTION: &str = "25P02";
    pub const CANNOT_COERCE: &str = "42846";
    pub const INVALID_NAME: &str = "42602";
    pub const CANT_CHANGE_RUNTIME_PARAM: &str = "55P02";
    pub const UNIQUE_VIOLATION: &str = "23505";
    pub const GENERATED_ALWAYS: &str = "428C9";
    pub const UNDEFINED_FILE: &str = "58P01";
}

/// Why a statement stops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// PostgreSQL would refuse it.
    Refused(SqlError),
    /// The replay cannot know: it depends on something that could not be followed.
    Unknown(Symbol),
}

impl From<SqlError> for Stop {
    fn from(error: SqlError) -> Self {
        Stop::Refused(error)
    }
}

impl Stop {
    pub fn unknown(reason: impl Into<Symbol>) -> Self {
        Stop::Unknown(reason.into())
    }
}

/// The result of replaying one statement, or a part of one.
pub type Replayed<T> = Result<T, Stop>;

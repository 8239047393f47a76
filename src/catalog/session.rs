//! What a session carries from statement to statement: settings, role, search path.

use super::Oid;
use crate::syntax::ast::Symbol;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// A session that clones of a catalog share until one of them changes it.
#[derive(Clone, Debug)]
pub struct SharedSession(Arc<Session>);

impl SharedSession {
    pub fn new(session: Session) -> Self {
        Self(Arc::new(session))
    }
}

impl Deref for SharedSession {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.0
    }
}

impl DerefMut for SharedSession {
    fn deref_mut(&mut self) -> &mut Session {
        Arc::make_mut(&mut self.0)
    }
}

#[derive(Clone, Debug)]
pub struct Session {
    /// As set: schema names, `"$user"` among them.
    pub search_path: Vec<Symbol>,
    /// The value before a SET LOCAL in the open transaction, put back at its end.
    pub search_path_before_local: Option<Vec<Symbol>>,
    /// What RESET search_path gives (ALTER ROLE … SET, ALTER DATABASE … SET).
    pub default_search_path: Vec<Symbol>,
    pub session_role: Oid,
    pub current_role: Oid,
    pub current_role_before_local: Option<Oid>,
    /// The schema that temporary objects go to, once there is one.
    pub temp_schema: Option<Oid>,
    /// `SET check_function_bodies = off`.
    pub check_function_bodies: bool,
    /// lock_timeout, statement_timeout … as set, for rules.
    pub settings: Vec<(Symbol, Symbol)>,
    /// The PL/pgSQL variables that stand around the statement: a column reference may mean one of them.
    pub variables: Vec<Symbol>,
    /// The text that the statement's spans are offsets in.
    pub source: Symbol,
    /// How many functions stand around the statement.
    pub call_depth: u8,
}

impl super::Catalog {
    /// COMMIT or ROLLBACK: what SET LOCAL changed goes back.
    pub fn end_transaction(&mut self) {
        // Looked at first: most statements leave the session shared.
        if let Some(path) = &self.session.search_path_before_local {
            self.session.search_path = path.clone();
            self.session.search_path_before_local = None;
        }
        if let Some(role) = self.session.current_role_before_local {
            self.session.current_role = role;
            self.session.current_role_before_local = None;
        }
    }

    /// The connection closes: every setting goes back to its default. The caller has dropped temporary objects.
    pub fn reset_session(&mut self) {
        let session = &mut self.session;
        session.search_path = session.default_search_path.clone();
        session.search_path_before_local = None;
        session.current_role = session.session_role;
        session.current_role_before_local = None;
        session.check_function_bodies = true;
        session.settings.clear();
    }
}

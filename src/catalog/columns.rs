//! A relation's list of columns.

use super::{Column, base};
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, OnceLock};

type List = Vec<Option<Arc<Column>>>;

/// By attribute number: column k stands at k − 1. A dropped column leaves `None`.
#[derive(Clone, Debug)]
pub struct Columns {
    listed: List,
    /// Of a relation of the server's own that nothing has touched.
    server: Option<Arc<ServerColumns>>,
}

/// Made when they are asked for, which most are never.
#[derive(Debug)]
struct ServerColumns {
    /// As relations.tsv has them.
    text: &'static str,
    made: OnceLock<List>,
}

impl ServerColumns {
    fn list(&self) -> &List {
        self.made.get_or_init(|| base::server_columns(self.text))
    }
}

impl Columns {
    pub(super) fn of_server(text: &'static str) -> Self {
        let server = ServerColumns { text, made: OnceLock::new() };
        Self { listed: Vec::new(), server: Some(Arc::new(server)) }
    }
}

impl From<List> for Columns {
    fn from(listed: List) -> Self {
        Self { listed, server: None }
    }
}

impl Deref for Columns {
    type Target = List;

    #[cfg_attr(target_arch = "wasm32", inline(never))]
    fn deref(&self) -> &List {
        match &self.server {
            None => &self.listed,
            Some(server) => server.list(),
        }
    }
}

impl DerefMut for Columns {
    #[inline(never)]
    fn deref_mut(&mut self) -> &mut List {
        if let Some(server) = self.server.take() {
            self.listed = server.list().clone();
        }
        &mut self.listed
    }
}

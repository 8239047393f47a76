//! Each family's statements with their trees in short form, and what is refused with PostgreSQL's message.

mod alter;
mod routine;
mod session;
mod table;

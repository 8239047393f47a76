//! The nearest name for one that is missing: most are typing errors.

use crate::catalog::{Catalog, Oid};
use crate::replay::Subject;
use crate::rules::edit_distance;

/// The spellings of types that are no names in pg_type.
const TYPE_WORDS: [&str; 9] =
    ["integer", "bigint", "smallint", "boolean", "decimal", "real", "character", "serial", "bigserial"];

/// Finds them, each missing thing once however often it is missed.
#[derive(Default)]
pub struct Similar {
    known: Vec<(Subject, Option<String>)>,
}

impl Similar {
    /// `did you mean …?`
    pub fn help(&mut self, cat: &Catalog, missing: &Subject) -> Option<String> {
        let known = self.known.iter().find(|(subject, _)| subject == missing).map(|(_, found)| found.clone());
        let found = known.unwrap_or_else(|| {
            let found = nearest(cat, missing);
            self.known.push((missing.clone(), found.clone()));
            found
        });
        found.map(|name| format!("did you mean `{name}`?"))
    }
}

fn nearest(cat: &Catalog, missing: &Subject) -> Option<String> {
    let (qualifier, bare) = match missing.name.rsplit_once('.') {
        Some((qualifier, bare)) => (Some(qualifier), bare),
        None => (None, &*missing.name),
    };
    let path = match (missing.kind, qualifier) {
        ("relation" | "type" | "function", Some(schema)) => vec![cat.schema_named(schema)?.oid],
        _ => cat.active_search_path(),
    };
    let in_path = |schema: Oid| path.contains(&schema);
    let mut best = Best { wanted: bare, characters: characters(bare), name: None, distance: 1 + bare.len() / 5 };
    match missing.kind {
        "relation" => cat.relations().filter(|r| in_path(r.schema)).for_each(|r| best.offer(&r.name)),
        "function" => {
            cat.server_function_names(&path).for_each(|name| best.offer(name));
            cat.functions().filter(|f| in_path(f.schema)).for_each(|f| best.offer(&f.name));
        }
        "type" => {
            let types = cat.types().filter(|t| in_path(t.schema) && !t.name.starts_with('_'));
            types.for_each(|t| best.offer(&t.name));
            TYPE_WORDS.iter().for_each(|word| best.offer(word));
        }
        "column" => {
            let (schema, table) = qualifier?.rsplit_once('.').map_or((None, qualifier?), |(s, t)| (Some(s), t));
            let schemas = match schema {
                Some(schema) => vec![cat.schema_named(schema)?.oid],
                None => path,
            };
            let relation = schemas.iter().find_map(|schema| cat.relation_named(*schema, table))?;
            relation.live_columns().for_each(|c| best.offer(&c.name));
        }
        "schema" => cat.schemas().for_each(|s| best.offer(&s.name)),
        "role" => cat.roles().for_each(|r| best.offer(&r.name)),
        _ => return None,
    }
    let name = best.name?;
    Some(match qualifier.filter(|_| missing.kind != "column") {
        Some(qualifier) => format!("{qualifier}.{name}"),
        None => name,
    })
}

struct Best<'a> {
    wanted: &'a str,
    characters: u64,
    name: Option<String>,
    /// How far the next one may be away.
    distance: usize,
}

impl Best<'_> {
    fn offer(&mut self, name: &str) {
        if name.len().abs_diff(self.wanted.len()) > self.distance || self.distance == 0 {
            return;
        }
        // One edit takes one character away and adds one, at most: asked first, because nearly all names have others.
        if (self.characters ^ characters(name)).count_ones() as usize > 2 * self.distance {
            return;
        }
        let distance = edit_distance(self.wanted, name, self.distance);
        // What differs in case alone was quoted there, or should have been here.
        if distance > 0 && distance <= self.distance {
            self.name = Some(name.to_string());
            self.distance = distance - 1;
        }
    }
}

/// Which bytes a name has, by their last six bits.
fn characters(name: &str) -> u64 {
    name.bytes().fold(0, |bits, byte| bits | 1 << (byte & 63))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant() {
        let cat = crate::replay::testing::catalog(
            "create table public.profiles (id uuid primary key, display_name text); create function public.is_admin() returns bool language sql as 'select true'",
        );
        let cases = [
            ("relation", "public.profile", Some("public.profiles")),
            ("relation", "pofiles", Some("profiles")),
            ("relation", "orders", None),
            ("column", "public.profiles.dispaly_name", Some("display_name")),
            ("column", "profiles.nothing", None),
            ("function", "uper", Some("upper")),
            ("function", "public.is_admn", Some("public.is_admin")),
            ("type", "integr", Some("integer")),
            ("type", "txt", Some("text")),
            ("role", "authenticatd", Some("authenticated")),
            ("schema", "publc", Some("public")),
        ];
        for (kind, name, wanted) in cases {
            let found = nearest(&cat, &Subject { kind, name: name.into() });
            assert_eq!(found.as_deref(), wanted, "{kind} {name}");
        }
    }
}

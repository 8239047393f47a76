//! Globs over paths: `*`, `?` and `[…]` within a component, `**` over components, `{a,b}`. As in globset with `literal_separator`, but without a
//! regex engine, which the wasm module has no room for.

/// Why a glob is refused.
pub fn check(glob: &str) -> Result<(), &'static str> {
    let mut braces = 0;
    let mut rest = glob;
    while let Some(c) = rest.chars().next() {
        match c {
            '[' => match class_end(rest) {
                Some(end) if !rest[..end].contains('/') => {
                    rest = &rest[end..];
                    continue;
                }
                _ => return Err("`[` is not closed"),
            },
            '{' => braces += 1,
            '}' if braces == 0 => return Err("`}` without `{`"),
            '}' => braces -= 1,
            _ => {}
        }
        rest = &rest[c.len_utf8()..];
    }
    if braces > 0 { Err("`{` is not closed") } else { Ok(()) }
}

/// Whether the glob stands for the path; one without a `/` for the file's name in any folder.
pub fn matches(glob: &str, path: &str) -> bool {
    let path = path.replace('\\', "/");
    let path = path.strip_prefix("./").unwrap_or(&path);
    let glob = glob.strip_prefix("./").unwrap_or(glob);
    if glob.contains('/') || glob == "**" {
        matches_whole(glob, path)
    } else {
        matches_whole(glob, path.rsplit('/').next().unwrap_or(path))
    }
}

/// Whether the glob, as a path of the command line, stands for the path.
#[cfg(feature = "cli")]
pub fn matches_path(glob: &str, path: &str) -> bool {
    let (glob, path) = (glob.replace('\\', "/"), path.replace('\\', "/"));
    matches_whole(glob.strip_prefix("./").unwrap_or(&glob), path.strip_prefix("./").unwrap_or(&path))
}

/// Whether a path that is not there may be meant as a glob.
#[cfg(feature = "cli")]
pub fn is_glob(path: &str) -> bool {
    path.contains(['*', '?', '[', '{'])
}

/// The folder that everything lies in that the glob stands for; empty for the current one.
#[cfg(feature = "cli")]
pub fn literal_folder(glob: &str) -> &str {
    let literal = glob.find(['*', '?', '[', '{']).map_or(glob, |at| &glob[..at]);
    match literal.rfind(['/', '\\']) {
        Some(0) => &literal[..1],
        Some(at) => &literal[..at],
        None => "",
    }
}

/// Whether the glob leaves out no SQL file of the folders that it goes into.
#[cfg(feature = "cli")]
pub fn takes_whole_folders(glob: &str) -> bool {
    matches!(glob.rsplit(['/', '\\']).next(), Some("*" | "**" | "*.sql"))
}

fn matches_whole(glob: &str, path: &str) -> bool {
    let Some(alternatives) = alternatives(glob) else { return components(glob, path) };
    alternatives.iter().any(|glob| matches_whole(glob, path))
}

/// The glob once for each alternative of its first braces.
fn alternatives(glob: &str) -> Option<Vec<String>> {
    let open = find(glob, '{')?;
    let (mut depth, mut start, mut rest) = (0, open + 1, open);
    let mut parts = Vec::new();
    while let Some(c) = glob[rest..].chars().next() {
        match c {
            '[' => rest += class_end(&glob[rest..])? - 1,
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if (c == ',' && depth == 1) || depth == 0 {
            parts.push(&glob[start..rest]);
            start = rest + 1;
        }
        rest += if c == '[' { 1 } else { c.len_utf8() };
        if depth == 0 {
            break;
        }
    }
    Some(parts.iter().map(|part| [&glob[..open], part, &glob[rest..]].concat()).collect())
}

/// Where a character stands outside brackets.
fn find(glob: &str, wanted: char) -> Option<usize> {
    let mut at = 0;
    while let Some(c) = glob[at..].chars().next() {
        if c == wanted {
            return Some(at);
        }
        at += if c == '[' { class_end(&glob[at..])? } else { c.len_utf8() };
    }
    None
}

fn components(glob: &str, path: &str) -> bool {
    let glob: Vec<&str> = glob.split('/').collect();
    let path: Vec<&str> = path.split('/').collect();
    let (mut g, mut p) = (0, 0);
    // The last `**` takes in one component more whenever what follows it does not match.
    let mut last: Option<(usize, usize)> = None;
    loop {
        match glob.get(g) {
            Some(&"**") if g + 1 == glob.len() => return p < path.len(),
            Some(&"**") => {
                g += 1;
                last = Some((g, p));
                continue;
            }
            Some(part) if path.get(p).is_some_and(|name| component(part, name)) => {
                (g, p) = (g + 1, p + 1);
                continue;
            }
            None if p == path.len() => return true,
            _ => {}
        }
        match last {
            Some((after, taken)) if taken < path.len() => {
                (g, p) = (after, taken + 1);
                last = Some((after, taken + 1));
            }
            _ => return false,
        }
    }
}

/// The same for one component, where `*` is what `**` is above.
pub fn component(mut glob: &str, mut name: &str) -> bool {
    let mut last: Option<(&str, &str)> = None;
    loop {
        if let Some(rest) = glob.strip_prefix('*') {
            glob = rest;
            last = Some((glob, name));
            continue;
        }
        let next = name.chars().next();
        if let Some(rest) = next.and_then(|c| character(glob, c)) {
            glob = rest;
            name = tail(name);
            continue;
        }
        if glob.is_empty() && name.is_empty() {
            return true;
        }
        match last {
            Some((after, taken)) if !taken.is_empty() => {
                (glob, name) = (after, tail(taken));
                last = Some((after, name));
            }
            _ => return false,
        }
    }
}

fn tail(text: &str) -> &str {
    let mut chars = text.chars();
    chars.next();
    chars.as_str()
}

/// What is left of the glob when its first part stands for the character.
fn character(glob: &str, c: char) -> Option<&str> {
    match glob.chars().next()? {
        '?' => Some(&glob[1..]),
        '[' => {
            let end = class_end(glob)?;
            class(&glob[1..end - 1], c).then_some(&glob[end..])
        }
        literal => (literal == c).then_some(&glob[literal.len_utf8()..]),
    }
}

/// Whether the inside of `[…]` has the character.
fn class(inside: &str, c: char) -> bool {
    let positive = inside.strip_prefix(['!', '^']);
    let chars: Vec<char> = positive.unwrap_or(inside).chars().collect();
    let mut has = false;
    let mut at = 0;
    while at < chars.len() {
        if at + 2 < chars.len() && chars[at + 1] == '-' {
            has |= chars[at] <= c && c <= chars[at + 2];
            at += 3;
        } else {
            has |= chars[at] == c;
            at += 1;
        }
    }
    has != positive.is_some()
}

/// Where `[…]` at the beginning ends. A `]` that comes first stands for itself.
fn class_end(glob: &str) -> Option<usize> {
    let start = if glob[1..].starts_with(['!', '^']) { 2 } else { 1 };
    let first = start + glob[start..].chars().next()?.len_utf8();
    glob[first..].find(']').map(|at| first + at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use globset::GlobBuilder;
    use proptest::prelude::*;

    fn globset(glob: &str, path: &str) -> bool {
        GlobBuilder::new(glob)
            .literal_separator(true)
            .empty_alternates(true)
            .build()
            .unwrap()
            .compile_matcher()
            .is_match(path)
    }

    #[test]
    fn agrees_with_globset() {
        let globs = [
            "a/b.sql",
            "a/*.sql",
            "a/**",
            "**/*.sql",
            "a/**/c.sql",
            "**/b/**",
            "a/?.sql",
            "a/[a-c]*.sql",
            "a/[!a-c].sql",
            "a/{b,c}.sql",
            "{a,x/y}/b*",
            "a/{b{1,2},c}.sql",
            "a/*b*c*d",
            "a/[]x].sql",
            "**",
            "a/{,b}c",
            "a/é*",
            "a/b**c",
            "supabase/migrations/2024*",
            "**/a/**/b",
            "a/[{]x",
        ];
        let paths = [
            "a/b.sql",
            "a/c.sql",
            "a/b/c.sql",
            "a/x/y/c.sql",
            "b.sql",
            "x/b/c",
            "b",
            "a",
            "a/",
            "a/b1.sql",
            "x/y/b2",
            "a/bbcxd",
            "a/bcbd",
            "a/].sql",
            "a/d.sql",
            "a/c",
            "a/bc",
            "a/éa",
            "a/b/c",
            "a/bxc",
            "supabase/migrations/20240101000000_a.sql",
            "supabase/migrations/2024/a.sql",
            "x/a/y/b",
            "a/b",
            "a/{x",
            "",
        ];
        for glob in globs {
            for path in paths {
                assert_eq!(matches_whole(glob, path), globset(glob, path), "{glob} on {path:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn agrees_with_globset_on_anything(
            glob in r"((\*\*|\*?[ab?](\*?[ab?]|\[!?ab\]|\{a,b,\{c,\?\}a\}){0,2}|\*)/){0,3}(\*\*|\*?[ab?]\*?|\{a/b,c\})",
            path in "[abc](/?[abc]){0,5}",
        ) {
            prop_assert_eq!(check(&glob), Ok(()));
            // A negated class of globset's takes a `/` too.
            prop_assume!(!glob.contains('!') || !path.contains('/'));
            prop_assert_eq!(matches_whole(&glob, &path), globset(&glob, &path));
        }
    }

    #[test]
    fn a_bare_name_is_found_in_any_folder() {
        assert!(matches("2024*", "supabase/migrations/20240101000000_a.sql"));
        assert!(matches("./a/*.sql", "./a/b.sql") && matches("a/*.sql", "a\\b.sql"));
        assert!(!matches("2024*", "2024/a.sql"));
    }

    #[cfg(feature = "cli")]
    #[test]
    fn knows_where_a_glob_begins() {
        let folders =
            [("a/b/*.sql", "a/b"), ("**/*.sql", ""), ("/*.sql", "/"), ("../x/[ab]/c.sql", "../x"), ("a/b{c,d}/e", "a")];
        for (glob, folder) in folders {
            assert_eq!(literal_folder(glob), folder);
        }
        assert!(
            takes_whole_folders("a/**/*.sql") && takes_whole_folders("a/**") && !takes_whole_folders("a/2025*.sql")
        );
        assert!(matches_path("./a/*.sql", "a/b.sql") && !matches_path("*.sql", "a/b.sql"));
    }

    #[test]
    fn says_what_is_not_closed() {
        assert_eq!(check("a/[b"), Err("`[` is not closed"));
        assert_eq!(check("a/{b,c"), Err("`{` is not closed"));
        assert_eq!(check("a}"), Err("`}` without `{`"));
        assert_eq!(check("[{]"), Ok(()));
    }

    #[test]
    fn many_stars_are_no_burden() {
        assert!(!matches(&("a*".repeat(40) + "c"), &"ab".repeat(2000)));
        assert!(!matches(&("**/a/".repeat(30) + "b"), &"a/".repeat(2000)));
    }
}
